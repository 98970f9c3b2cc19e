"""Clients that disconnect midway: the app learns it as it does unwrapped, and the next request is answered."""

import pytest

from servers.kinds import each
from servers.process import ask, seen
from servers.wire import Wire, head


@each("wsgi")
def test_the_iterable_of_a_response_is_closed_when_the_client_disconnects(pair):
    for server in (pair.bare, pair.wrapped):
        with Wire(server.port) as wire:
            wire.send(head("GET", "/endless?watched"))
            wire.until(b"\r\n\r\n")
        assert seen(server) == ["closed"]


@each("asgi")
def test_an_app_learns_that_its_client_has_disconnected(pair):
    learned = []
    for server in (pair.bare, pair.wrapped):
        with Wire(server.port) as wire:
            wire.send(head("GET", "/hang?watched", end=False))
            wire.until(b"first ")
        learned.append(seen(server))
    assert learned[0] == learned[1]
    assert "http.disconnect" in str(learned[0])


@each()
@pytest.mark.parametrize("part", ["GET /plain HT", "GET /plain HTTP/1.1\r\nHost: a\r\n", "POST /echo HTTP/1.1\r\n"])
def test_half_a_request_blocks_no_other(pair, part):
    with Wire(pair.wrapped.port) as wire:
        wire.send(part.encode())
        wire.reset()
    assert ask(pair.wrapped.port, "/plain")[1] == b"first second"


@each()
def test_a_body_that_breaks_off_blocks_no_other_request(pair):
    with Wire(pair.wrapped.port) as wire:
        wire.send(head("POST", "/echo", "Content-Length: 1000") + b"a=1")
        wire.reset()
    assert ask(pair.wrapped.port, "/plain")[1] == b"first second"
