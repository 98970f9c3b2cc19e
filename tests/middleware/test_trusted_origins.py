"""The option ``trusted_origins``: which other origins may send a choice, and what is not an origin."""

from functools import cache

import pytest

from cookiewarden.errors import OptionError
from cookiewarden.http.origin import check_origins
from cookiewarden.middleware.options import check_options
from exchanges import POLICY, SECRET_KEY
from paged import FORM, JSON, Site

OWN, OTHER = "https://data.example.org", "https://evil.example"
WWW = "https://www.example.org"


@cache
def site_of(*trusted):
    return Site(trusted_origins=trusted)


def site_says(value):
    return ("sec-fetch-site", value)


def origin(value):
    return ("origin", value)


#: The trusted origins, the headers of a request, and whether it may send a choice.
TRUSTED = [
    ([WWW], [origin(WWW)], True),
    ([WWW], [origin(WWW), site_says("cross-site")], True),
    ([WWW], [origin(WWW), site_says("same-site")], True),
    ([WWW], [origin("https://WWW.example.org")], True),
    ([WWW], [site_says("cross-site")], False),
    ([WWW], [site_says("same-site")], False),
    ([WWW], [origin("http://www.example.org")], False),
    ([WWW], [origin(f"{WWW}:8443")], False),
    ([WWW], [origin(f"{WWW}/")], False),
    ([WWW], [origin("https://a.www.example.org")], False),
    ([WWW], [origin(f"{WWW}.evil.example")], False),
    ([WWW], [origin(f"{WWW}, {OTHER}")], False),
    ([WWW], [origin(WWW), origin(OTHER)], False),
    ([WWW], [origin(OTHER), origin(WWW)], False),
    ([WWW], [origin("null"), site_says("cross-site")], False),
    ([WWW], [origin(OTHER)], False),
    ([WWW], [origin(OWN)], True),
    ([WWW], [], True),
    ([WWW, "http://localhost:3000"], [origin("http://localhost:3000"), site_says("cross-site")], True),
    ([WWW, "http://localhost:3000"], [origin("http://localhost:3001"), site_says("cross-site")], False),
    (["http://[::1]:3000"], [origin("http://[::1]:3000"), site_says("cross-site")], True),
]


@pytest.mark.parametrize(("trusted", "headers", "is_own"), TRUSTED)
def test_only_the_site_and_a_trusted_origin_may_send_a_choice(trusted, headers, is_own):
    site = site_of(*trusted)
    by_form = site.post("choice=accept", [FORM, *headers])
    by_api = site.put('{"granted": ["statistical"]}', [JSON, *headers])
    assert (by_form.status, by_api.status) == ((303, 200) if is_own else (403, 403))
    assert len(by_form.set_cookies) == len(by_api.set_cookies) == is_own


@pytest.mark.parametrize(
    "trusted", [(), [], [WWW], (WWW, "http://localhost:3000"), {WWW}, iter([WWW]), ["http://127.0.0.1"]]
)
def test_origins_as_browsers_write_them_have_no_fault(trusted):
    assert check_origins(trusted)[1] == []


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "example.org",
        "www.example.org:443",
        "//www.example.org",
        "https://",
        "https:www.example.org",
        f"{WWW}/",
        f"{WWW}/a",
        f"{WWW}?a",
        f"{WWW}?",
        f"{WWW}#a",
        f"{WWW}:",
        f"{WWW}:x",
        f"{WWW}:0",
        f"{WWW}:65536",
        f" {WWW}",
        f"{WWW} ",
        "https://a b",
        "https://*.example.org",
        "https://*",
        "*",
        "null",
        "ftp://www.example.org",
        "file:///a",
        "https://user@www.example.org",
        f"{WWW}, {OTHER}",
        "https://[::1",
        "https://-",
        None,
        7,
        b"https://www.example.org",
        [WWW],
    ],
    ids=ascii,
)
def test_what_is_not_an_origin_is_an_error_at_start(wrong):
    origins, faults = check_origins([WWW, wrong])
    assert origins == {WWW}
    assert len(faults) == 1
    assert faults[0].startswith("trusted_origins: ")
    shown = wrong if isinstance(wrong, str) else repr(wrong)
    assert shown in faults[0]
    with pytest.raises(OptionError, match="trusted_origins"):
        check_options(POLICY, SECRET_KEY, trusted_origins=[wrong])


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("https://WWW.Example.org", WWW),
        ("HTTPS://www.example.org", WWW),
        (f"{WWW}:443", WWW),
        ("http://www.example.org:80", "http://www.example.org"),
        ("https://b\u00fccher.example", "https://xn--bcher-kva.example"),
        (f"{WWW}.", f"{WWW}."),
    ],
)
def test_an_origin_in_a_form_that_no_browser_sends_is_understood_or_an_error(written, sent):
    """It must not be accepted and then match nothing."""
    origins, faults = check_origins([written])
    assert faults or origins == {sent}


@pytest.mark.parametrize("wrong", [WWW, WWW.encode(), None, 7, True])
def test_what_is_not_a_list_of_origins_is_an_error_at_start(wrong):
    origins, faults = check_origins(wrong)
    assert origins == frozenset()
    assert len(faults) == 1
    with pytest.raises(OptionError, match="trusted_origins"):
        check_options(POLICY, SECRET_KEY, trusted_origins=wrong)


def test_every_wrong_origin_is_a_fault():
    assert len(check_origins(["a", WWW, "b", None])[1]) == 3


#: The headers of a refused choice, and whether a proxy may be the reason.
REFUSED = {
    "a browser on an insecure page, or an old one": ([origin("http://shop.local:8080")], True),
    "a browser on a secure page of another site": ([origin(OTHER), site_says("cross-site")], False),
    "a page that hides its origin": ([origin("null")], False),
    "what is not an origin": ([origin("https://a\x1b[31m")], False),
    "two origins": ([origin(WWW), origin(OTHER)], False),
}


@pytest.mark.parametrize(("headers", "is_logged"), REFUSED.values(), ids=REFUSED)
def test_a_choice_that_a_proxy_may_have_spoiled_is_logged_with_the_remedy(headers, is_logged, caplog):
    site = Site()
    for _ in range(3):
        assert site.post("choice=accept", [FORM, *headers]).status == 403
    messages = [one.getMessage() for one in caplog.records]
    assert len(messages) == 2 * is_logged  # once by each adapter, of which the site has two
    assert all('trusted_origins=["http://shop.local:8080"]' in one and "data.example.org" in one for one in messages)
