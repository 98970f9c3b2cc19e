"""The scenarios of HTTP/1.1: what a client sends to a server and receives, as functions of a connection.

Rule: a talk returns every byte that it received, so that two talks can be compared.
"""

import os
from collections.abc import Callable

from cookiewarden.testing import preferences_cookie
from servers.kinds import Kind
from servers.site import POLICY, SECRET_KEY
from servers.wire import Wire, chunked, head

Talk = Callable[[Wire], bytes]
UPLOAD = os.urandom(2**19)
FORM = "Content-Type: application/x-www-form-urlencoded"


def granted():
    """Return the Cookie header of a visitor who granted statistics."""
    return f"Cookie: {preferences_cookie(POLICY, SECRET_KEY, 'statistical')}"


def length(data: bytes) -> str:
    return f"Content-Length: {len(data)}"


def once(path: str, *headers: str, method: str = "GET", version: str = "1.1") -> Talk:
    """Return a talk of one request, which reads until the server ends the connection."""

    def talk(wire: Wire) -> bytes:
        wire.send(head(method, path, *headers, version=version))
        return wire.rest()

    return talk


def kept_alive(*paths: str, method: str = "GET") -> Talk:
    """Return a talk of several requests on one connection, each sent after the response to the one before."""

    def talk(wire: Wire) -> bytes:
        heard = b""
        for left, path in reversed(list(enumerate(reversed(paths)))):
            wire.send(head(method, path, end=not left))
            heard += wire.answer(method)
        return heard + wire.rest()

    return talk


def pipelined(*paths: str) -> Talk:
    """Return a talk of several requests in one segment."""

    def talk(wire: Wire) -> bytes:
        wire.send(b"".join(head("GET", path, end=False) for path in paths[:-1]) + head("GET", paths[-1]))
        return wire.rest()

    return talk


def slowly(path: str, body: bytes = b"", *headers: str, method: str = "GET") -> Talk:
    """Return a talk of a request that is sent byte by byte."""

    def talk(wire: Wire) -> bytes:
        wire.send_slowly(head(method, path, *headers) + body)
        return wire.rest()

    return talk


def read_slowly(path: str) -> Talk:
    """Return a talk that reads the response a little at a time, so that the server has to wait."""

    def talk(wire: Wire) -> bytes:
        wire.send(head("GET", path))
        heard = []
        while piece := wire.receive(997):
            heard.append(piece)
        return b"".join(heard)

    talk.receive_buffer = 2048
    return talk


def with_body(path: str, body: bytes, *headers: str, method: str = "POST") -> Talk:
    """Return a talk of a request with a body that does not wait for a 100 (Continue)."""

    def talk(wire: Wire) -> bytes:
        wire.send(head(method, path, length(body), *headers) + body)
        return wire.rest()

    return talk


def with_chunks(path: str, *pieces: bytes) -> Talk:
    """Return a talk of a request with a chunked body."""

    def talk(wire: Wire) -> bytes:
        wire.send(head("POST", path, "Transfer-Encoding: chunked") + chunked(*pieces))
        return wire.rest()

    return talk


def expecting(path: str, body: bytes, *headers: str, method: str = "POST") -> Talk:
    """Return a talk of a request whose body is sent only after a 100 (Continue)."""

    def talk(wire: Wire) -> bytes:
        wire.send(head(method, path, length(body), "Expect: 100-continue", *headers))
        first = wire.until(b"\r\n\r\n")
        if first.startswith(b"HTTP/1.1 100 "):
            wire.send(body)
        else:
            wire.end_sending()
        return first + wire.rest()

    return talk


_ANSWERS = ("/plain", "/stream", "/empty", "/unmodified", "/no-content", "/many", "/latin-1", "/spelled", "/none-left")

#: Talks that succeed. In all except one, the unwrapped app sets every cookie.
ANSWERED: dict[str, Talk] = {
    **{path: once(path) for path in (*_ANSWERS, "/untouched", "/long")},
    **{f"HEAD {path}": once(path, method="HEAD") for path in ("/plain", "/stream", "/unmodified", "/file")},
    **{f"HTTP/1.0 {path}": once(path, version="1.0") for path in ("/plain", "/stream", "/large?16")},
    **{f"granted {path}": once(path, granted()) for path in ("/plain", "/stream", "/none-left", "/many")},
    **{f"kept alive {path}": kept_alive(path, path, "/plain") for path in (*_ANSWERS, "/file", "/large?16")},
    "kept alive HEAD": kept_alive("/plain", "/unmodified", "/empty", "/plain", method="HEAD"),
    "pipelined": pipelined("/plain", "/stream", "/empty", "/none-left", "/plain"),
    "large": once("/large"),
    "read slowly": read_slowly("/large?16"),
    "sent slowly": slowly("/plain"),
    "a file": once("/file"),
    "early hints": once("/hinted"),
    "a body": with_body("/echo", UPLOAD),
    "a body that comes slowly": slowly("/echo", b"a=1&b=2", "Content-Length: 7", method="POST"),
    "an empty body": with_body("/echo", b""),
    "a body that is not read": with_body("/refused", b"a=1&b=2"),
    "chunks": with_chunks("/echo", UPLOAD[:9], UPLOAD),
    "a body that waits": expecting("/echo", b"a=1"),
    "a body that waits in vain": expecting("/refused", b"a=1"),
}
WSGI_ANSWERED: dict[str, Talk] = {
    **{path: once(path) for path in ("/write", "/late", "/restarted")},
    **{f"{path}, closed": kept_alive(f"{path}?watched", "/seen") for path in ("/stream", "/unmodified", "/restarted")},
    "kept alive /late": kept_alive("/write", "/late", "/plain"),
}
ASGI_ANSWERED: dict[str, Talk] = {
    "trailers": once("/trailing", "TE: trailers"),
    "trailers that nobody asked for": once("/trailing"),
}

_FAILURES = ("/before", "/bad-status", "/bad-header", "/at", "/after")
#: Talks in which the app fails: before the headers, with them, or after them.
FAILING: dict[str, Talk] = {
    **{path: once(path) for path in (*_FAILURES, "/not-started", "/short")},
    **{f"{path}, and on": kept_alive(path, "/plain") for path in _FAILURES},
    **{f"HEAD {path}": once(path, method="HEAD") for path in ("/before", "/after")},
}
WSGI_FAILING: dict[str, Talk] = {
    **{path: once(path) for path in ("/first-piece", "/restarted-in-the-body", "/twice")},
    **{f"{path}, closed": kept_alive(f"{path}?watched", "/seen") for path in ("/first-piece", "/after")},
}
ASGI_FAILING: dict[str, Talk] = {path: once(path) for path in ("/restarted", "/unended")}


_NO_WRITE = "has no write(), and takes the headers before it asks for the body"
_SAYS_NOTHING = "says nothing until the body has come"
_LEAVES_OPEN = "neither answers nor ends the connection, and answers no failure from then on"
_FALLS = "ends itself by an error on a connection on which it still answers"
#: Talks that some servers are spared, because they give no comparable response even with the unwrapped app.
UNFIT: dict[tuple[str, str], str] = {
    ("wsgiref", "a body that waits"): _SAYS_NOTHING,
    ("gunicorn-gevent_pywsgi", "kept alive HEAD"): "answers HEAD with a body, which is taken for the next answer",
    **{("granian-wsgi", name): _NO_WRITE for name in ("/write", "/late", "kept alive /late")},
    ("uwsgi", "a body that waits"): _SAYS_NOTHING,
    **{("daphne", name): _LEAVES_OPEN for name in [*FAILING, *ASGI_FAILING] if name not in ("/before", "/bad-header")},
    **{("hypercorn-trio", f"{path}, and on"): _FALLS for path in _FAILURES},
}


def talks_with(kind: Kind, anywhere: dict[str, Talk], wsgi: dict[str, Talk], asgi: dict[str, Talk]) -> dict[str, Talk]:
    """Return the talks that fit a kind of server."""
    named = {**anywhere, **(wsgi if kind.interface == "wsgi" else asgi)}
    return {name: talk for name, talk in named.items() if (kind.name, name) not in UNFIT}
