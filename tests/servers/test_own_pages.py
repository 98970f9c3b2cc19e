"""Our own pages on real servers, with a body that comes whole, slowly, broken off or too long.

The server answers or ends the connection, which then stays as usable as after an app that does not read a body.
"""

import json
import re

import pytest

from servers.kinds import each
from servers.process import ask
from servers.talks import expecting, length, with_chunks
from servers.wire import HOST, Wire, chunked, head, heard

FORM, JSON = "Content-Type: application/x-www-form-urlencoded", "Content-Type: application/json"
OWN = f"Origin: http://{HOST}"
CHOICE = b"category=statistical&choice=save"
GRANTED = json.dumps({"granted": ["statistical"]}).encode()
PREFERENCES, API = "/cookies/preferences", "/cookies/preferences.json"
# If a server takes any of this for a request, a response shows it.
SMUGGLED = b"GET /many HTTP/1.1\r\nHost: a\r\n\r\n"
# Our limit is 8 KiB. The larger one is also more than servers read ahead.
TOO_LONG, FAR_TOO_LONG = SMUGGLED * 400, SMUGGLED * 60_000
# These send no 100 (Continue) until the body has come.
WITHOUT_CONTINUE = {"wsgiref", "uwsgi"}
# If an app answers before it has read a long body, these may answer and then hang, and keep the connection open: the
# unread body delays the message that the request is over. Whether that happens is chance.
HOLD_ON = {"hypercorn-asyncio", "hypercorn-trio"}


def statuses(raw):
    """Return the status of each response that is not interim."""
    return [int(code) for code in re.findall(rb"^HTTP/1\.[01] ([2-5]\d\d) ?", raw, re.MULTILINE)]


def is_remembered(raw):
    return re.search(rb"^set-cookie: cookies_preferences=", raw, re.IGNORECASE | re.MULTILINE) is not None


def asked(server, raw, method="POST", *, slowly=False):
    """Return the response to a request, and what a second request brings on the same connection."""
    with Wire(server.port) as wire:
        (wire.send_slowly if slowly else wire.send)(raw)
        first = wire.answer(method)
        wire.send(head("GET", "/plain"))
        return first, wire.rest()


def request(method, path, body, *headers):
    return head(method, path, length(body), *headers, end=False) + body


def is_usable_or_ended(following):
    return not following or (statuses(following) == [200] and following.endswith(b"first second"))


@each()
@pytest.mark.parametrize("slowly", [False, True], ids=["at once", "byte by byte"])
@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status"),
    [
        ("POST", PREFERENCES, CHOICE, (FORM, OWN), 303),
        ("PUT", API, GRANTED, (JSON, OWN), 200),
        ("POST", PREFERENCES, CHOICE, (FORM, "Origin: http://elsewhere.example"), 403),
        ("POST", PREFERENCES, b"", (FORM, OWN), 422),
        ("PUT", API, b"{", (JSON, OWN), 400),
    ],
    ids=["form", "api", "elsewhere", "empty", "broken"],
)
def test_a_choice_is_answered_and_the_connection_stays_usable(pair, method, path, body, headers, status, slowly):
    first, following = asked(pair.wrapped, request(method, path, body, *headers), method, slowly=slowly)
    assert statuses(first) == [status]
    assert is_remembered(first) == (status < 400)
    # An app that reads the body leaves the connection in the same state.
    _, usual = asked(pair.bare, request(method, "/echo", body), method)
    assert is_usable_or_ended(following)
    assert bool(following) == bool(usual)


@each()
def test_a_chunked_choice_is_accepted_if_the_server_accepts_chunks(pair):
    is_taken = heard(pair.bare, with_chunks("/echo", b"a", b"bc")).endswith(b"\r\n\r\nabc")
    raw = head("PUT", API, "Transfer-Encoding: chunked", JSON, OWN, end=False)
    first, following = asked(pair.wrapped, raw + chunked(GRANTED[:5], GRANTED[5:]), "PUT")
    assert is_remembered(first) == is_taken
    assert (statuses(first) == [200]) == is_taken
    assert is_usable_or_ended(following) or not is_taken


@each()
def test_a_body_that_is_too_long_is_refused_and_not_read_as_requests(pair):
    check_the_refusal(pair, TOO_LONG)


@each(but=HOLD_ON)
def test_a_body_that_is_far_too_long_is_refused_and_not_read_as_requests(pair):
    check_the_refusal(pair, FAR_TOO_LONG)


def check_the_refusal(pair, body):
    first, following = asked(pair.wrapped, request("POST", PREFERENCES, body, FORM, OWN))
    usual, usually_following = asked(pair.bare, request("POST", "/refused", body))
    # If the server ends the connection while the body still comes, the client's system may lose the response.
    assert statuses(first) in ([413], [])
    assert statuses(usual) in ([413], [])
    assert is_usable_or_ended(usually_following) <= is_usable_or_ended(following), (usually_following, following)


@each(but=HOLD_ON)
def test_a_chunked_body_that_is_too_long_is_refused(pair):
    raw = head("PUT", API, "Transfer-Encoding: chunked", JSON, OWN, end=False)
    first, following = asked(pair.wrapped, raw + chunked(*[SMUGGLED * 40] * 20), "PUT")
    assert not is_remembered(first + following)
    assert 200 not in statuses(first)


@each()
@pytest.mark.parametrize(("method", "status"), [("GET", 200), ("DELETE", 405), ("OPTIONS", 204), ("HEAD", 200)])
def test_an_unexpected_body_is_not_read_as_a_request(pair, method, status):
    first, following = asked(pair.wrapped, request(method, PREFERENCES, SMUGGLED), method)
    usual, usually_following = asked(pair.bare, request(method, "/plain", SMUGGLED), method)
    assert statuses(first) == ([status] if statuses(usual) == [200] else statuses(usual))
    assert is_usable_or_ended(usually_following) <= is_usable_or_ended(following), (usually_following, following)


@each()
def test_a_choice_may_wait_for_100_continue(pair):
    if pair.kind.name in WITHOUT_CONTINUE:
        # A client that sends the body all the same, as clients do after a while, gets a response.
        raw, _ = asked(pair.wrapped, request("PUT", API, GRANTED, JSON, OWN, "Expect: 100-continue"), "PUT")
    else:
        raw = heard(pair.wrapped, expecting(API, GRANTED, JSON, OWN, method="PUT"))
        assert raw.startswith(b"HTTP/1.1 100 ")
    assert statuses(raw) == [200]
    assert is_remembered(raw)


@each()
def test_a_body_that_is_too_long_gets_100_continue_only_if_the_server_always_sends_it(pair):
    body = TOO_LONG
    first = heard(pair.wrapped, expecting(PREFERENCES, body, FORM, OWN))
    usual = heard(pair.bare, expecting("/refused", body))
    assert statuses(first) == statuses(usual) == [413]
    assert first.startswith(b"HTTP/1.1 100 ") == usual.startswith(b"HTTP/1.1 100 ")


@each()
@pytest.mark.parametrize("how", ["end_sending", "reset"])
@pytest.mark.parametrize("coding", ["length", "chunks"])
def test_a_choice_that_breaks_off_is_not_recorded(pair, how, coding):
    start = len(pair.wrapped.output)
    header = length(CHOICE) if coding == "length" else "Transfer-Encoding: chunked"
    half = CHOICE[:20] if coding == "length" else b"20\r\n" + CHOICE[:20]
    with Wire(pair.wrapped.port) as wire:
        wire.send(head("POST", PREFERENCES, header, FORM, OWN) + half)
        getattr(wire, how)()
        raw = wire.rest() if how == "end_sending" else b""
    assert not is_remembered(raw)
    assert 303 not in statuses(raw)
    assert ask(pair.wrapped.port, "/plain")[1] == b"first second"
    assert "cookiewarden" not in pair.wrapped.output[start:]
