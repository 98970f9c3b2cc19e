"""The pages of ours under real servers: however a body comes, whole, slowly, broken off or too long, there is an answer
or an end, and the connection is then as good as it is after an app that leaves a body unread."""

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
# Should any of it be taken for a request, that shows in an answer.
SMUGGLED = b"GET /many HTTP/1.1\r\nHost: a\r\n\r\n"
# Ours is the limit of 8 KiB; the larger is also more than servers read ahead.
TOO_LONG, FAR_TOO_LONG = SMUGGLED * 400, SMUGGLED * 60_000
# What these do not say until the body has come.
WITHOUT_CONTINUE = {"wsgiref", "uwsgi"}
# Where an app answers before it has read a long body, these may answer, and then neither go on nor end the connection,
# nor themselves: what waits to be read holds up the word that the request is over. Whether it comes to that is chance.
HOLD_ON = {"hypercorn-asyncio", "hypercorn-trio"}


def statuses(octets):
    """The status of each answer that is not interim."""
    return [int(code) for code in re.findall(rb"^HTTP/1\.[01] ([2-5]\d\d) ?", octets, re.MULTILINE)]


def is_remembered(octets):
    return re.search(rb"^set-cookie: cookies_preferences=", octets, re.IGNORECASE | re.MULTILINE) is not None


def asked(server, octets, method="POST", *, slowly=False):
    """The answer to a request, and what a second one brings on the same connection."""
    with Wire(server.port) as wire:
        (wire.send_slowly if slowly else wire.send)(octets)
        first = wire.answer(method)
        wire.send(head("GET", "/plain"))
        return first, wire.rest()


def request(method, path, body, *fields):
    return head(method, path, length(body), *fields, end=False) + body


def is_usable_or_ended(following):
    return not following or (statuses(following) == [200] and following.endswith(b"first second"))


@each()
@pytest.mark.parametrize("slowly", [False, True], ids=["at once", "octet by octet"])
@pytest.mark.parametrize(
    ("method", "path", "body", "fields", "status"),
    [
        ("POST", PREFERENCES, CHOICE, (FORM, OWN), 303),
        ("PUT", API, GRANTED, (JSON, OWN), 200),
        ("POST", PREFERENCES, CHOICE, (FORM, "Origin: http://elsewhere.example"), 403),
        ("POST", PREFERENCES, b"", (FORM, OWN), 422),
        ("PUT", API, b"{", (JSON, OWN), 400),
    ],
    ids=["form", "api", "elsewhere", "empty", "broken"],
)
def test_a_choice_is_answered_and_the_connection_stays_usable(pair, method, path, body, fields, status, slowly):
    first, following = asked(pair.wrapped, request(method, path, body, *fields), method, slowly=slowly)
    assert statuses(first) == [status]
    assert is_remembered(first) == (status < 400)
    # An app that reads the body leaves the connection just so.
    _, usual = asked(pair.bare, request(method, "/echo", body), method)
    assert is_usable_or_ended(following)
    assert bool(following) == bool(usual)


@each()
def test_a_chunked_choice_is_taken_where_the_server_takes_chunks(pair):
    is_taken = heard(pair.bare, with_chunks("/echo", b"a", b"bc")).endswith(b"\r\n\r\nabc")
    octets = head("PUT", API, "Transfer-Encoding: chunked", JSON, OWN, end=False)
    first, following = asked(pair.wrapped, octets + chunked(GRANTED[:5], GRANTED[5:]), "PUT")
    assert is_remembered(first) == is_taken
    assert (statuses(first) == [200]) == is_taken
    assert is_usable_or_ended(following) or not is_taken


@each()
def test_too_long_a_body_is_refused_and_no_request_is_read_out_of_it(pair):
    look_how_it_is_refused(pair, TOO_LONG)


@each(but=HOLD_ON)
def test_far_too_long_a_body_is_refused_and_no_request_is_read_out_of_it(pair):
    look_how_it_is_refused(pair, FAR_TOO_LONG)


def look_how_it_is_refused(pair, body):
    first, following = asked(pair.wrapped, request("POST", PREFERENCES, body, FORM, OWN))
    usual, usually_following = asked(pair.bare, request("POST", "/refused", body))
    # Where the server ends the connection while the body still comes, the client's system may lose the answer.
    assert statuses(first) in ([413], [])
    assert statuses(usual) in ([413], [])
    assert is_usable_or_ended(usually_following) <= is_usable_or_ended(following), (usually_following, following)


@each(but=HOLD_ON)
def test_too_long_a_chunked_body_is_refused(pair):
    octets = head("PUT", API, "Transfer-Encoding: chunked", JSON, OWN, end=False)
    first, following = asked(pair.wrapped, octets + chunked(*[SMUGGLED * 40] * 20), "PUT")
    assert not is_remembered(first + following)
    assert 200 not in statuses(first)


@each()
@pytest.mark.parametrize(("method", "status"), [("GET", 200), ("DELETE", 405), ("OPTIONS", 204), ("HEAD", 200)])
def test_a_body_that_nobody_asked_for_is_no_request(pair, method, status):
    first, following = asked(pair.wrapped, request(method, PREFERENCES, SMUGGLED), method)
    usual, usually_following = asked(pair.bare, request(method, "/plain", SMUGGLED), method)
    assert statuses(first) == ([status] if statuses(usual) == [200] else statuses(usual))
    assert is_usable_or_ended(usually_following) <= is_usable_or_ended(following), (usually_following, following)


@each()
def test_a_choice_waits_for_the_word_to_continue(pair):
    if pair.kind.name in WITHOUT_CONTINUE:
        # Who sends the body all the same, as clients do after a while, is answered.
        octets, _ = asked(pair.wrapped, request("PUT", API, GRANTED, JSON, OWN, "Expect: 100-continue"), "PUT")
    else:
        octets = heard(pair.wrapped, expecting(API, GRANTED, JSON, OWN, method="PUT"))
        assert octets.startswith(b"HTTP/1.1 100 ")
    assert statuses(octets) == [200]
    assert is_remembered(octets)


@each()
def test_the_word_to_continue_is_given_to_too_long_a_body_only_if_the_server_gives_it_always(pair):
    body = TOO_LONG
    first = heard(pair.wrapped, expecting(PREFERENCES, body, FORM, OWN))
    usual = heard(pair.bare, expecting("/refused", body))
    assert statuses(first) == statuses(usual) == [413]
    assert first.startswith(b"HTTP/1.1 100 ") == usual.startswith(b"HTTP/1.1 100 ")


@each()
@pytest.mark.parametrize("how", ["end_sending", "reset"])
@pytest.mark.parametrize("coding", ["length", "chunks"])
def test_a_choice_that_breaks_off_is_none(pair, how, coding):
    told = len(pair.wrapped.told)
    field = length(CHOICE) if coding == "length" else "Transfer-Encoding: chunked"
    half = CHOICE[:20] if coding == "length" else b"20\r\n" + CHOICE[:20]
    with Wire(pair.wrapped.port) as wire:
        wire.send(head("POST", PREFERENCES, field, FORM, OWN) + half)
        getattr(wire, how)()
        octets = wire.rest() if how == "end_sending" else b""
    assert not is_remembered(octets)
    assert 303 not in statuses(octets)
    assert ask(pair.wrapped.port, "/plain")[1] == b"first second"
    assert "cookiewarden" not in pair.wrapped.told[told:]
