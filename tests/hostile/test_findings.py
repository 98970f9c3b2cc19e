"""What hostile review and fuzzing found, each in its original form, so that it stays fixed."""

import json
import sys

import pytest

from cookiewarden import Policy, PolicyError, PolicySet, asgi, consent_of, wsgi
from cookiewarden.http.hosts import check_host
from cookiewarden.http.origin import is_same_origin
from cookiewarden.http.request import Request
from cookiewarden.middleware import line_screening
from cookiewarden.policy import file as policy_file
from exchanges import POLICY, SentRequest, Wrapped, screened_by, set_cookies, through_asgi, through_wsgi
from paged import Site
from scenarios import chosen

BOTH = pytest.mark.parametrize("through", [through_asgi, through_wsgi])
MODULES = pytest.mark.parametrize("module", [asgi, wsgi])
DATED = "_ga=1; Expires=Tue, 01 Jan 2002 00:00:00 GMT"
ANY = {
    **POLICY,
    "cookies": [
        {"name": "*", "category": "necessary", "purpose": "p"},
        {"name": "_ga", "category": "statistical", "purpose": "p"},
    ],
}


def left(through, *headers, request=SentRequest()):  # noqa: B008 - it is frozen
    return [value.decode() for value in set_cookies(through(lambda carrier: headers, request))]


@BOTH
@pytest.mark.parametrize(
    "dates",
    [
        ["Mon, 01 Jan 2001 00:00:00 GMT"],
        ["Monday, 01-Jan-01 00:00:00 GMT"],
        ["1 Jan 2001"],
        ["soon"],
        ["Sun, 15 Jun 2025 15:06:40 GMT", "Mon, 01 Jan 2001 00:00:00 GMT"],
    ],
)
def test_a_line_that_expires_after_the_date_of_the_response_stores(through, dates):
    """Chromium and Firefox compare Expires with the Date of the same response."""
    headers = [("Date", date) for date in dates]
    assert left(through, *headers, ("Set-Cookie", DATED)) == []
    assert left(through, *headers, ("Set-Cookie", "_ga=; Max-Age=0")) == ["_ga=; Max-Age=0"]


@BOTH
@pytest.mark.parametrize("headers", [(), (("Date", "Sun, 15 Jun 2025 15:06:40 GMT"),)])
def test_a_line_that_expired_in_the_past_deletes_if_the_date_is_of_today(through, headers):
    assert left(through, *headers, ("Set-Cookie", DATED)) == [DATED]


def test_the_date_of_a_response_is_read_once(monkeypatch):
    asked = []
    monkeypatch.setattr(line_screening, "response_date", lambda headers, now: asked.append(now) or now)
    lines = [(b"set-cookie", b"n%d=; Max-Age=0" % number) for number in range(100)]
    assert len(screened_by(POLICY, lines)[0]) == 100
    assert len(asked) == 1


@BOTH
@pytest.mark.parametrize("byte", [chr(number) for number in range(256)])
def test_no_line_of_one_byte_leaves(through, byte):
    """The middleware once took a lone line feed for the mark of a folded header."""
    assert left(through, ("Set-Cookie", byte)) == []


@pytest.mark.parametrize("line", ["\x0c=_ga=1", "\x0b=_ga=1", "\xa0=_ga=1", "\x85\xa0=_ga=1", "\x1f=1"])
def test_a_name_that_servers_strip_to_nothing_is_malformed(line):
    decision = Policy.from_mapping(ANY).decide(line)
    assert (decision.allowed, decision.reason.value) == (False, "malformed")


@pytest.mark.parametrize("blank", ["\xa0", "\x85"])
@pytest.mark.parametrize("line", ["_ga=1; Max-Age=0; Max-Age", "_ga=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Expires"])
def test_a_line_that_stores_once_servers_strip_it_is_not_a_deletion(line, blank):
    assert not Policy.from_mapping(ANY).decide(line + blank).allowed


def without_cookies(carrier):
    return {key: value for key, value in carrier.items() if key not in ("headers", "HTTP_COOKIE")}


def consent_of_a_copy(carrier):
    assert consent_of(without_cookies(carrier)).is_decided


def take_the_cookies_out(carrier):
    if "headers" in carrier:
        carrier["headers"] = []
    else:
        del carrier["HTTP_COOKIE"]


@BOTH
@pytest.mark.parametrize("act", [consent_of_a_copy, take_the_cookies_out])
def test_a_refusal_holds_whatever_the_app_does_to_its_request(through, act):
    def view(carrier):
        act(carrier)
        return [("Set-Cookie", "_pk_id=1")]

    assert set_cookies(through(view, SentRequest(cookies=(chosen(),)))) == []


@MODULES
def test_the_requested_host_picks_the_policy_even_if_the_app_writes_another(module):
    """An inner ProxyFix of Werkzeug writes a host that any client may name."""
    own = {"name": "own", "category": "necessary", "purpose": "p"}
    other = {"site": {"name": "Park", "hosts": ["park.example"]}, "cookies": [own]}

    def view(carrier):
        if "headers" in carrier:
            carrier["headers"] = [(b"host", b"park.example")]
        else:
            carrier["HTTP_HOST"] = "park.example"
        return [("Set-Cookie", "own=1")]

    policies = PolicySet([Policy.from_mapping(POLICY), Policy.from_mapping(other)])
    assert set_cookies(Wrapped(module, policy=policies).ask(SentRequest(), view)) == []


def test_planted_cookies_do_not_undo_a_refusal():
    planted = [f"cookies_preferences=planted{number}.{'A' * 43}" for number in range(16)]
    for cookies in ([chosen(), *planted], [*planted, chosen()]):
        visitor = SentRequest(cookies=("; ".join(cookies),))
        assert left(through_wsgi, ("Set-Cookie", "_pk_id=1"), request=visitor) == []
    granting = SentRequest(cookies=("; ".join([chosen("statistical"), *planted]),))
    assert left(through_wsgi, ("Set-Cookie", "_ga=1"), request=granting) == []


def test_early_hints_of_a_wsgi_server_are_screened():
    hinted = []

    def view(environ):
        environ["wsgi.early_hints"]([("Link", "</a.css>"), ("Set-Cookie", "_fbp=1"), ("Set-Cookie", "sid=1")])
        assert consent_of(environ).grant("statistical")
        return [("Set-Cookie", "_ga=1")]

    from exchanges import http_environ

    answered = Wrapped(wsgi).ask_with(http_environ(**{"wsgi.early_hints": hinted.append}), view)
    assert hinted == [[("Link", "</a.css>"), ("Set-Cookie", "sid=1")]]
    assert set_cookies(answered)[0] == b"_ga=1"


def test_a_released_memoryview_is_blocked():
    view = memoryview(b"set-cookie")
    view.release()
    assert screened_by(POLICY, [(view, b"_fbp=1"), (b"a", b"1")])[0][:1] == [(b"a", b"1")]


def test_a_repeated_key_is_found_in_one_pass(tmp_path):
    def calls(count):
        path = tmp_path / f"{count}.json"
        path.write_text("{" + "".join(f'"k{number}":1,' for number in range(count)) + '"z":1,"z":1}')
        seen = 0

        def count_calls(frame, event, argument):
            nonlocal seen
            seen += frame.f_code is policy_file._unique.__code__ and event == "c_call"

        sys.setprofile(count_calls)
        try:
            with pytest.raises(PolicyError, match="occurs twice"):
                Policy.load(path)
        finally:
            sys.setprofile(None)
        return seen

    assert calls(4000) <= 2 * calls(2000)
    assert json.loads('{"z": 1, "z": 1}') == {"z": 1}


@pytest.mark.parametrize("host", ["[0", "[::1", "[a.example", "a]b"])
def test_a_host_with_an_odd_bracket_is_rejected(host):
    assert check_host(host) is not None


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://evil.example[::1]", "[::1]"),
        ("http://evil[::1]x", "data[::1].org"),
        ("https://a.b[::1]", "c.d[::1]"),
        ("http://", ":"),
    ],
)
def test_an_origin_is_compared_as_a_whole(origin, host):
    assert not is_same_origin(Request("POST", "", "/", "", host, {"origin": origin}.get))
    assert is_same_origin(Request("POST", "", "/", "", "[::1]:80", {"origin": "http://[::1]"}.get))


@pytest.mark.parametrize(("query", "kept"), [("a b", ""), (" ", ""), ("a\\b", ""), ("a=b&c", "?a=b&c")])
def test_a_redirect_of_the_pages_keeps_only_a_valid_query(query, kept):
    assert Site().ask(f"/cookies/?{query}").header("location") == f"/cookies{kept}"
