"""Make the rounds for a browser. Each case is sent as it is, and through the middleware.

A case that reads as a deletion is also sent after a plain line that sets its cookie. If its date is less than a day
past, it gets Max-Age=0.
"""

import asyncio
import itertools
import re
import time
from collections.abc import Sequence
from typing import NamedTuple

from browser.ugly_lines import Headers
from browser.wire import GET_PATH, SET_PATH, host_name
from cookiewarden.asgi import CookieWardenMiddleware as ASGIMiddleware
from cookiewarden.http.set_cookie import SetCookie, parse_set_cookie
from cookiewarden.http.set_cookie_line import missing_to_delete
from cookiewarden.wsgi import CookieWardenMiddleware as WSGIMiddleware

SECRET_KEY = "only for tests, made of letters"
PURPOSE = "Stands for a cookie of that category"
POLICY = {
    "site": {"name": "A site of ugly lines"},
    "cookies": [
        {"name": "ok", "category": "necessary", "purpose": PURPOSE},
        {"name": "keep_*", "category": "necessary", "purpose": PURPOSE},
        {"name": "_ga*", "category": "statistical", "purpose": PURPOSE},
        {"name": "evil", "category": "third-party", "purpose": PURPOSE},
    ],
}
RAW, SCREENED, DELETION = "as it is", "through the middleware", "after a plain line"


class Round(NamedTuple):
    """The round of one host: its kind, the headers of each response, and the headers of the case itself."""

    kind: str
    host: str
    steps: tuple[Headers, ...]
    case: Headers

    @property
    def wire(self) -> list[bytes]:
        """The bytes of the headers of each response."""
        return [b"".join(name + b": " + line + b"\r\n" for name, line in headers) for headers in self.steps]


def is_allowed(name: bytes) -> bool:
    """Return whether the policy lets a cookie of that name pass for a visitor who has not decided."""
    return name == b"ok" or name.startswith(b"keep_")


def rounds_of(cases: Sequence[Headers], now: float) -> list[Round]:
    """Return all rounds of the cases. ``now`` is in seconds since 1970-01-01 UTC."""
    rounds: list[Round] = []
    for case, kind in itertools.product(cases, (RAW, SCREENED, DELETION)):
        host = host_name(len(rounds))
        headers = placed(case, host, now)
        steps = _STEPS[kind](headers, host, now)
        if steps:
            rounds.append(Round(kind, host, steps, headers))
    return rounds


def _raw(headers: Headers, host: str, now: float) -> tuple[Headers, ...]:
    return (headers,)


def _screened(headers: Headers, host: str, now: float) -> tuple[Headers, ...]:
    kept = screened(headers, host)
    return () if set(kept).isdisjoint(headers) else (kept,)


def _deletion(headers: Headers, host: str, now: float) -> tuple[Headers, ...]:
    cookie = plain_cookie(headers, host, now)
    if cookie is None or cookie.is_malformed or cookie.refusals:
        return ()
    lacks = missing_to_delete(cookie.line, now)
    if lacks is None or not is_sent_back(cookie):
        return ()
    ((name, line),) = headers
    return (line_before(cookie), ((name, line + lacks),))


_STEPS = {RAW: _raw, SCREENED: _screened, DELETION: _deletion}


def placed(headers: Headers, host: str, now: float) -> Headers:
    """Return the headers with the host, the domain above it and a date less than a day past for their marks."""
    parent = host.partition(".")[2]
    recent = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(now - 10_000))
    marks = [(b"@HOST@", host.encode()), (b"@PARENT@", parent.encode()), (b"@RECENT@", recent.encode())]
    for mark, value in marks:
        headers = tuple((name.replace(mark, value), line.replace(mark, value)) for name, line in headers)
    return headers


def read(line: bytes, host: str, now: float) -> SetCookie:
    """Return the line as our reader sees it, under https: browsers trust ``*.localhost`` as they trust it."""
    return parse_set_cookie(line, host=host, scheme="https", path=SET_PATH.decode(), now=now)


def plain_cookie(headers: Headers, host: str, now: float) -> SetCookie | None:
    """Return the cookie of a case that is one Set-Cookie header without CR, LF or NUL, as our reader sees it.

    Return ``None`` for a header name that ends in blanks: Chromium accepts it and Firefox does not.
    """
    (name, line), *others = headers
    is_plain = name.lower() == b"set-cookie" and not others and not re.search(rb"[\r\n\0]", line)
    return read(line, host, now) if is_plain else None


def is_sent_back(cookie: SetCookie) -> bool:
    """Return whether the cookie's path covers the path that is asked for after every response (RFC 6265bis 5.1.4)."""
    path = cookie.cookie_path
    return path == GET_PATH or GET_PATH.startswith(path if path.endswith(b"/") else path + b"/")


def line_before(cookie: SetCookie) -> Headers:
    """Return a plain line that stores what a deletion deletes: same name, domain, path and partition."""
    line = cookie.name + b"=set-before; Secure; HttpOnly; Path=" + cookie.cookie_path
    if not cookie.host_only:
        line += b"; Domain=" + cookie.domain.encode("latin-1")
    if cookie.partitioned:
        line += b"; Partitioned"
    return ((b"Set-Cookie", line),)


def screened(headers: Headers, host: str) -> Headers:
    """Return what the middleware leaves of an app's headers, after checking that both adapters agree."""
    by_wsgi, by_asgi = _through_wsgi(headers, host), asyncio.run(_through_asgi(headers, host))
    # Each adapter spells added header names as its interface does.
    assert [(name.lower(), line) for name, line in by_wsgi] == [(name.lower(), line) for name, line in by_asgi]
    return by_wsgi


def _wsgi_app(environ, start_response):
    start_response("200 OK", [(name.decode("latin-1"), line.decode("latin-1")) for name, line in environ["sent"]])
    return []


async def _asgi_app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": list(scope["sent"])})


WSGI = WSGIMiddleware(_wsgi_app, policy=POLICY, secret_key=SECRET_KEY)
ASGI = ASGIMiddleware(_asgi_app, policy=POLICY, secret_key=SECRET_KEY)


def _through_wsgi(headers: Headers, host: str) -> Headers:
    sent: list[Headers] = []

    def start_response(status, headers, exc_info=None):
        sent.append(tuple((name.encode("latin-1"), line.encode("latin-1")) for name, line in headers))

    WSGI({"HTTP_HOST": host, "wsgi.url_scheme": "http", "sent": headers}, start_response)
    return sent[0]


async def _through_asgi(headers: Headers, host: str) -> Headers:
    sent: list[Headers] = []

    async def send(message):
        sent.append(tuple(message["headers"]))

    await ASGI({"type": "http", "scheme": "http", "headers": [(b"host", host.encode())], "sent": headers}, None, send)
    return sent[0]
