"""The app for WSGI servers, unwrapped (``bare``) and in the middleware (``wrapped``).

Rule: there is a path for every way to respond that PEP 3333 allows, and for every way to fail.
"""

import itertools
import json
import sys

from cookiewarden import consent_of
from cookiewarden.wsgi import CookieWardenMiddleware
from servers.site import ANSWERS, ERROR, FILE, LINES, OPTIONS, PIECE, PIECES, USUAL

OK = "200 OK"
# What the app saw, until a client asks for it.
SEEN: list[str] = []


class Body:
    """An iterable as frameworks return it. It notes when it is closed, if the query asks for that."""

    def __init__(self, environ, pieces):
        self._is_watched = environ.get("QUERY_STRING") == "watched"
        self._pieces = iter(pieces)

    def __iter__(self):
        return self

    def __next__(self):
        return next(self._pieces)

    def close(self):
        if self._is_watched:
            SEEN.append("closed")


def grant(environ, start_response):
    consent_of(environ).grant("statistical")
    return answer("/", environ, start_response)


def answer(path, environ, start_response):
    planned = ANSWERS[path]
    start_response(planned.status_line, planned.all_headers)
    return Body(environ, planned.pieces)


def large(environ, start_response):
    start_response(OK, list(USUAL))
    return Body(environ, itertools.repeat(PIECE, int(environ.get("QUERY_STRING") or PIECES)))


def endless(environ, start_response):
    """Respond for as long as the client reads, but not for ever if nobody closes the iterable."""
    start_response(OK, list(USUAL))
    return Body(environ, itertools.repeat(PIECE, 50 * PIECES))


def echo(environ, start_response):
    stream = environ["wsgi.input"]
    is_terminated = environ.get("wsgi.input_terminated")
    body = stream.read() if is_terminated else stream.read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response(OK, [*USUAL, ("Content-Length", str(len(body)))])
    return [body]


def visitor(environ, start_response):
    number = environ["QUERY_STRING"]
    lines = [("Set-Cookie", f"{name}={number}; Path=/") for name in ("sid", "_fbp", "_ga")]
    start_response(OK, [*lines, ("Content-Length", str(len(number)))])
    return [number.encode()]


def write(environ, start_response):
    send = start_response(OK, [*USUAL, ("Content-Length", "12")])
    send(b"first ")
    send(b"second")
    return []


def late(environ, start_response):
    start_response(OK, list(USUAL))
    yield b"late"


def file(environ, start_response):
    start_response(OK, [*USUAL, ("Content-Length", str(FILE.stat().st_size))])
    stream = FILE.open("rb")
    return environ.get("wsgi.file_wrapper", lambda stream, size: iter(lambda: stream.read(size), b""))(stream, 8192)


def hinted(environ, start_response):
    if "wsgi.early_hints" in environ:
        environ["wsgi.early_hints"]([("Link", "</style.css>; rel=preload")])
    return answer("/plain", environ, start_response)


def hint_with_cookies(environ, start_response):
    if "wsgi.early_hints" in environ:
        environ["wsgi.early_hints"]([("Set-Cookie", line) for line in LINES])
    return answer("/plain", environ, start_response)


def before(environ, start_response):
    raise RuntimeError("before the headers")


def bad_status(environ, start_response):
    start_response(200, list(USUAL))
    return [b"never"]


def bad_header(environ, start_response):
    start_response(OK, [*USUAL, ("X-Bad", 1)])
    return [b"never"]


def at(environ, start_response):
    start_response(OK, [*USUAL, ("Content-Length", "12")])
    raise RuntimeError("at the headers")


def first_piece(environ, start_response):
    start_response(OK, [*USUAL, ("Content-Length", "12")])
    return Body(environ, failing(0))


def after(environ, start_response):
    start_response(OK, list(USUAL))
    return Body(environ, failing(1))


def failing(pieces):
    yield from [b"first "] * pieces
    raise RuntimeError("in the body")


def restarted(environ, start_response):
    """Replace the response before any of it has gone out, as error handlers of frameworks do."""
    start_response(OK, [*USUAL, ("X-Dropped", "1")])
    return start_error(environ, start_response)


def restarted_in_the_body(environ, start_response):
    start_response(OK, list(USUAL))
    yield b"first "
    yield from start_error(environ, start_response)


def start_error(environ, start_response):
    try:
        raise RuntimeError("handled")
    except RuntimeError:
        start_response(ERROR.status_line, ERROR.all_headers, sys.exc_info())
    return Body(environ, ERROR.pieces)


def twice(environ, start_response):
    start_response(OK, list(USUAL))
    start_response(OK, list(USUAL))
    return [b"never"]


def not_started(environ, start_response):
    return []


def seen(environ, start_response):
    """Send what was seen since the last request for it."""
    content = json.dumps(SEEN).encode()
    SEEN.clear()
    start_response(OK, [*USUAL, ("Content-Length", str(len(content)))])
    return [content]


WAYS = {
    "/grant": grant,
    "/large": large,
    "/endless": endless,
    "/echo": echo,
    "/visitor": visitor,
    "/write": write,
    "/late": late,
    "/file": file,
    "/hinted": hinted,
    "/hint-with-cookies": hint_with_cookies,
    "/before": before,
    "/bad-status": bad_status,
    "/bad-header": bad_header,
    "/at": at,
    "/first-piece": first_piece,
    "/after": after,
    "/restarted": restarted,
    "/restarted-in-the-body": restarted_in_the_body,
    "/twice": twice,
    "/not-started": not_started,
    "/seen": seen,
}


def bare(environ, start_response):
    path = environ["PATH_INFO"]
    if path in WAYS:
        return WAYS[path](environ, start_response)
    return answer(path, environ, start_response)


wrapped = CookieWardenMiddleware(bare, **OPTIONS)
