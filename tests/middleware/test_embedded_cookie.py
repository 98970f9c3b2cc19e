"""The preferences cookie of a site that other sites embed: how it is written, and what it takes the place of."""

import pytest

from choices import ALL, preferences, value_of
from cookiewarden import Consent, OptionError, asgi, wsgi
from cookiewarden.http.set_cookie import parse_set_cookie
from exchanges import NOW, POLICY, SECRET_KEY, SentRequest, Wrapped, set_cookies, wrap
from refusals import refuse_all

MODULES = pytest.mark.parametrize("module", [asgi, wsgi])
EMBEDDED = {**POLICY, "preferences": {"embedded": True}}
CHOICE = f"cookies_preferences={value_of(POLICY, SECRET_KEY, 'statistical').decode()}"


def line_of(cookie):
    """Return the place that a line is for, and whether it deletes."""
    domain = (cookie.attribute(b"domain") or b"").decode()
    return cookie.is_deletion, domain, cookie.partitioned


def lines_after(module, options, cookies):
    app = Wrapped(module, policy={**POLICY, "preferences": options})
    request = SentRequest(cookies=cookies, scheme="http")
    return [parse_set_cookie(line, scheme="https") for line in set_cookies(app.ask(request, refuse_all))]


@pytest.mark.parametrize("secure", [True, False])
def test_it_is_partitioned_and_secure_whatever_the_scheme(secure):
    line = preferences(EMBEDDED).set_cookie(Consent.of(ALL), NOW, secure=secure)
    assert line.partition(b"Path=/; ")[2] == b"Secure; HttpOnly; SameSite=None; Partitioned"
    assert parse_set_cookie(line, host="data.example.org").refusals == ()


SWITCHED_ON = [(True, "", False), (False, "", True)]
PLAIN = [(False, "", False)]


@MODULES
@pytest.mark.parametrize(
    ("options", "cookies", "lines"),
    [
        ({"embedded": True}, (), [(False, "", True)]),
        ({"embedded": True}, ("sid=1",), [(False, "", True)]),
        ({"embedded": True}, (CHOICE,), SWITCHED_ON),
        ({"embedded": True}, ("cookies_preferences=junk",), SWITCHED_ON),
        ({"embedded": True}, (CHOICE, CHOICE), SWITCHED_ON),
        ({"embedded": False}, (CHOICE,), PLAIN),
        ({}, (CHOICE,), PLAIN),
        ({}, (CHOICE, CHOICE), PLAIN),
        ({}, (f"{CHOICE}; {CHOICE}",), PLAIN),
        (
            {"embedded": True, "domain": "example.org"},
            (CHOICE,),
            [(True, "", True), (True, "example.org", False), (True, "", False), (False, "example.org", True)],
        ),
        (
            {"domain": "example.org"},
            (CHOICE, CHOICE),
            [(True, "", False), (False, "example.org", False)],
        ),
        ({"embedded": True, "domain": "example.org"}, ("sid=1",), [(True, "", True), (False, "example.org", True)]),
    ],
)
def test_a_choice_takes_the_place_of_one_from_before_the_policy_changed(module, options, cookies, lines):
    assert list(map(line_of, lines_after(module, options, cookies))) == lines


@MODULES
def test_each_of_these_lines_is_one_that_browsers_take(module):
    options = {"embedded": True, "domain": "example.org"}
    assert {cookie.refusals for cookie in lines_after(module, options, (CHOICE,))} == {()}


@pytest.mark.parametrize("secure", [None, True])
@MODULES
def test_it_starts_if_the_cookie_may_be_secure(module, secure):
    wrap(module.CookieWardenMiddleware, None, policy=EMBEDDED, secure=secure)


@MODULES
def test_without_secure_it_could_not_be_kept_so_the_app_does_not_start(module):
    with pytest.raises(OptionError) as raised:
        wrap(module.CookieWardenMiddleware, None, policy=EMBEDDED, secure=False)
    (fault,) = raised.value.args
    assert fault.startswith("secure: ")
    assert "[preferences] embedded" in fault
    assert "leave secure out" in fault


def test_a_policy_that_comes_to_be_embedded_without_secure_is_not_loaded(caplog):
    app = Wrapped(wsgi, secure=False)
    assert not app.reload(EMBEDDED)
    assert "[preferences] embedded" in caplog.text


FRAMED = (("sec-fetch-site", "same-origin"), ("sec-fetch-dest", "iframe"), ("sec-fetch-storage-access", "none"))


@pytest.mark.parametrize(("headers", "is_framed"), [(FRAMED, True), ((), False)])
@MODULES
def test_a_refusal_in_a_frame_deletes_with_lines_that_browsers_take_there(module, headers, is_framed):
    app = Wrapped(module, policy=EMBEDDED)
    request = SentRequest(cookies=(f"{CHOICE}; _ga=1",), headers=headers, scheme="http")
    lines = [line.decode() for line in set_cookies(app.ask(request, refuse_all)) if line.startswith(b"_ga=")]
    assert {"Max-Age=0" in line for line in lines} == {True}
    assert {line.endswith("; Secure; SameSite=None") for line in lines} == {is_framed}


@MODULES
def test_such_lines_stay_within_their_bounds(module):
    cookies = "; ".join(f"_ga_{number:0>90}=1" for number in range(30))
    request = SentRequest(cookies=(f"{CHOICE}; {cookies}",), headers=FRAMED)
    lines = set_cookies(Wrapped(module, policy=EMBEDDED).ask(request, refuse_all))
    deleting = [line for line in lines if line.startswith(b"_ga_")]
    assert 5 < len(deleting) <= 20
    assert sum(len(line) + len(b"Set-Cookie: \r\n") for line in deleting) <= 2048
