"""Who may change a choice: the site's own pages, the user, and clients that are not browsers; through both adapters.

The table covers what Go's tests of ``net/http.CrossOriginProtection`` cover, and more.
"""

import pytest

from paged import FORM, JSON, Site

SITE = Site()
HOST = "data.example.org"
OWN, OTHER = f"https://{HOST}", "https://evil.example"


def site_says(value):
    return ("sec-fetch-site", value)


def origin(value):
    return ("origin", value)


#: The value of Sec-Fetch-Site, and whether the request may change a choice.
BY_SITE = [
    ("same-origin", True),
    ("none", True),
    ("same-site", False),
    ("cross-site", False),
    ("Same-Origin", False),
    ("NONE", False),
    ("same-origin, same-origin", False),
    ("same-origin, cross-site", False),
    ("same-origin;", False),
    ("same-origin x", False),
    ('"same-origin"', False),
    ("?1", False),
    ("null", False),
    ("x", False),
    ("\xa0", False),
]
#: Host and Origin of a request without Sec-Fetch-Site, and whether it may change a choice.
BY_ORIGIN = [
    (HOST, OWN, True),
    (HOST, f"http://{HOST}", True),
    (HOST, f"{OWN}:443", True),
    (HOST, f"http://{HOST}:80", True),
    (HOST, OTHER, False),
    (HOST, f"https://sub.{HOST}", False),
    (HOST, "https://example.org", False),
    (HOST, f"https://evil{HOST}", False),
    (HOST, f"{OWN}.evil.example", False),
    (HOST, f"{OWN}.", False),
    (HOST, f"{OWN}:8443", False),
    (HOST, f"{OWN}:80", False),
    (HOST, f"http://{HOST}:443", False),
    (HOST, f"{OWN}:0", False),
    (HOST, f"{OWN}:65536", False),
    (HOST, f"{OWN}:-1", False),
    (HOST, f"{OWN}:x", False),
    (HOST, "null", False),
    (HOST, "NULL", False),
    (HOST, "", False),
    (HOST, HOST, False),
    (HOST, f"//{HOST}", False),
    (HOST, "https://", False),
    (HOST, "https:", False),
    (HOST, f"https:{HOST}", False),
    (HOST, f"https:/{HOST}", False),
    (HOST, f"{OWN}/", False),
    (HOST, f"{OWN}/a", False),
    (HOST, f"{OWN}?", False),
    (HOST, f"{OWN}?a=1", False),
    (HOST, f"{OWN}#", False),
    (HOST, f"{OWN}#a", False),
    (HOST, f"https://user@{HOST}", False),
    (HOST, f"https://user:word@{HOST}", False),
    (HOST, f"{OWN}@evil.example", False),
    (HOST, f"{OWN}\\@evil.example", False),
    (HOST, f"ftp://{HOST}", False),
    (HOST, f"file://{HOST}", False),
    (HOST, f"chrome-extension://{HOST}", False),
    (HOST, f"{OWN} {OTHER}", False),
    (HOST, f"{OTHER} {OWN}", False),
    (HOST, f"{OWN}, {OTHER}", False),
    (HOST, f"{OWN},{OWN}", False),
    (HOST, "https://data.ex\tample.org", False),
    (HOST, "https://\tdata.example.org", False),
    (HOST, "https://data.example.org%2f", False),
    (HOST, "https://[", False),
    (HOST, "https://[::1", False),
    (HOST, "https://[x]", False),
    (HOST, "https://\xe9", False),
    (HOST, "x" * 9000, False),
    (f"{HOST}:8000", f"http://{HOST}:8000", True),
    (f"{HOST}:8000", f"https://{HOST}:8000", True),
    (f"{HOST}:8000", f"http://{HOST}", False),
    (f"{HOST}:8000", f"http://{HOST}:8001", False),
    (f"{HOST}:443", OWN, True),
    (f"{HOST}:443", f"http://{HOST}", False),
    (f"{HOST}:80", f"http://{HOST}", True),
    (f"{HOST}:80", OWN, False),
    ("DATA.Example.ORG", OWN, True),
    ("DATA.Example.ORG:8000", f"http://{HOST}:8000", True),
    (HOST, "https://DATA.example.org", True),
    ("localhost:8000", "http://localhost:8000", True),
    ("localhost:8000", "http://127.0.0.1:8000", False),
    ("127.0.0.1:8000", "http://127.0.0.1:8000", True),
    ("[::1]", "http://[::1]", True),
    ("[::1]:8000", "http://[::1]:8000", True),
    ("[::1]:8000", "http://[::1]:8001", False),
    ("[::1]:8000", "http://[::2]:8000", False),
    ("[2001:DB8::1]", "https://[2001:db8::1]", True),
    ("xn--bcher-kva.example", "https://xn--bcher-kva.example", True),
    ("", "https://", False),
    ("", OWN, False),
    ("[", "https://[", False),
    (f"{HOST}:x", OWN, False),
    ("user@data.example.org", OWN, False),
]
#: Several headers together, or none.
TOGETHER = [
    ([], True),
    ([site_says("")], True),
    ([site_says(""), origin(OWN)], True),
    ([site_says(""), origin(OTHER)], False),
    ([site_says("same-origin"), origin(OWN)], True),
    # A proxy may have rewritten Host, so Sec-Fetch-Site wins.
    ([site_says("same-origin"), origin(OTHER)], True),
    ([site_says("none"), origin("null")], True),
    ([site_says("same-site"), origin(OWN)], False),
    ([site_says("cross-site"), origin(OWN)], False),
    ([site_says("cross-site"), origin("null")], False),
    ([site_says("same-origin"), site_says("cross-site")], False),
    ([site_says("cross-site"), site_says("same-origin")], False),
    ([origin(OWN), origin(OWN)], False),
    ([origin(OWN), origin(OTHER)], False),
    ([origin(OTHER), origin(OWN)], False),
    ([origin("null"), origin(OWN)], False),
    # Headers that any sender or another proxy may write do not count.
    ([origin(OTHER), ("referer", f"{OWN}/a"), ("x-forwarded-host", "evil.example")], False),
    ([origin(OTHER), ("forwarded", "host=evil.example"), ("x-original-host", "evil.example")], False),
    ([origin(OTHER), ("x-requested-with", "XMLHttpRequest"), ("sec-fetch-mode", "same-origin")], False),
    ([("referer", f"{OTHER}/a")], True),
]


def assert_judged(headers, is_own, host=HOST):
    """Check that both ways to choose accept or reject the request, through both adapters; reading is always allowed."""
    by_form = SITE.post("choice=accept", [FORM, *headers], host=host)
    by_api = SITE.put('{"granted": ["statistical"]}', [JSON, *headers], host=host)
    assert (by_form.status, by_api.status) == ((303, 200) if is_own else (403, 403))
    assert len(by_form.set_cookies) == len(by_api.set_cookies) == is_own
    for path in ("/cookies", "/cookies/preferences", "/cookies/preferences.json"):
        assert SITE.ask(path, "GET", headers, host=host).status == 200


@pytest.mark.parametrize(("value", "is_own"), BY_SITE)
@pytest.mark.parametrize("more", [[], [origin(OWN)]])
def test_the_browser_says_which_site_asks(value, is_own, more):
    assert_judged([site_says(value), *more], is_own)


@pytest.mark.parametrize(("host", "value", "is_own"), BY_ORIGIN, ids=lambda value: ascii(value)[:50])
def test_without_sec_fetch_site_the_origin_must_match_the_host(host, value, is_own):
    assert_judged([origin(value)], is_own, host)


@pytest.mark.parametrize(("headers", "is_own"), TOGETHER)
def test_headers_are_checked_in_order_of_rank(headers, is_own):
    assert_judged(headers, is_own)


REFUSING = [
    ("page", "choice=refuse"),
    ("page", "choice=save"),
    ("page", "choice=save&category=necessary"),
    ("api", '{"granted": []}'),
    ("api", '{"granted": ["necessary"]}'),
]
GRANTING = [
    ("page", "choice=accept"),
    ("page", "choice=save&category=statistical"),
    ("page", "choice=grant&category=statistical"),
    ("api", '{"granted": ["statistical"]}'),
]
#: Headers that hide the origin of a request.
HIDDEN = [[origin("null")], [origin("null"), site_says("")], []]
#: Headers that name a foreign origin.
FOREIGN = [
    [origin(OTHER)],
    [origin("")],
    [origin("NULL")],
    [origin("null"), origin(OTHER)],
    [origin("null"), site_says("cross-site")],
    [origin("null"), site_says("same-site")],
    [site_says("cross-site")],
    [site_says("same-site")],
    [site_says("x")],
    [origin(f"https://sub.{HOST}")],
]


def choose(how, body, headers):
    """Return the response to a choice on the page or through the API."""
    return SITE.post(body, [FORM, *headers]) if how == "page" else SITE.put(body, [JSON, *headers])


@pytest.mark.parametrize("headers", HIDDEN)
@pytest.mark.parametrize(("how", "body"), REFUSING)
def test_a_request_that_only_refuses_may_hide_its_origin(how, body, headers):
    """Browsers hide it on an insecure page with ``Referrer-Policy: no-referrer``."""
    response = choose(how, body, headers)
    assert response.status == (303 if how == "page" else 200)
    assert response.choice().refused == {"statistical", "first-party", "third-party"}


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize(("how", "body"), REFUSING)
def test_no_other_site_can_refuse_for_the_visitor(how, body, headers):
    response = choose(how, body, headers)
    assert (response.status, response.set_cookies) == (403, [])


@pytest.mark.parametrize(("how", "body"), GRANTING)
def test_a_request_that_grants_may_not_hide_its_origin(how, body):
    for headers in HIDDEN[:2]:
        response = choose(how, body, headers)
        assert (response.status, response.set_cookies) == (403, [])


WRONG = [
    ("page", "x" * 9000, FORM, 413),
    ("api", "x" * 9000, JSON, 413),
    ("page", "choice=refuse", JSON, 415),
    ("api", '{"granted": []}', FORM, 415),
    ("page", b"choice=\xff", FORM, 400),
    ("api", "{", JSON, 400),
    ("page", "choice=x", FORM, 422),
    ("api", '{"granted": [], "x": 1}', JSON, 422),
]


@pytest.mark.parametrize(("how", "body", "kind", "status"), WRONG)
def test_errors_are_explained_to_the_own_site_only(how, body, kind, status):
    send = SITE.post if how == "page" else SITE.put
    for headers, expected in ((HIDDEN[0], status), ([site_says("cross-site")], 403), ([origin(OTHER)], 403)):
        response = send(body, [kind, *headers])
        assert (response.status, response.set_cookies) == (expected, [])


def test_a_rejection_is_explained_in_the_requested_format():
    headers = [site_says("cross-site")]
    page = SITE.post("choice=accept", [FORM, *headers])
    assert (page.status, page.header("content-type")) == (403, "text/html; charset=utf-8")
    problem = SITE.put("x", headers)
    assert (problem.status, problem.header("content-type")) == (403, "application/problem+json")
