"""The two kinds of app, each with what the benchmark needs of it: an app, a pass-through, requests, a driver.

Rule: the pass-through is the cheapest that is correct. What it adds to the bare app is P, the unit of the tables.
A driver does as little as a server can: no event loop, no sockets, a new scope or environ for every request.
"""

from __future__ import annotations

from itertools import count
from typing import Any

from benchmarks.scenarios import Scenario
from benchmarks.visitors import Visit
from cookiewarden import asgi, wsgi

_RESPONSE_HEADERS = [
    ("content-type", "text/html; charset=utf-8"),
    ("content-length", "5120"),
    ("x-frame-options", "DENY"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("server", "example"),
    ("strict-transport-security", "max-age=63072000; includeSubDomains"),
    ("content-security-policy", "default-src 'self'; frame-ancestors 'none'"),
    ("cross-origin-opener-policy", "same-origin"),
    ("permissions-policy", "geolocation=(), camera=(), microphone=()"),
    ("content-language", "en"),
    ("last-modified", "Wed, 21 Oct 2026 07:28:00 GMT"),
]
_REQUEST_HEADERS = [
    ("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"),
    ("accept-language", "en,fr;q=0.7"),
    ("accept-encoding", "gzip, deflate, br"),
    ("referer", "https://data.example.org/explore/"),
    ("connection", "keep-alive"),
    ("cache-control", "max-age=0"),
]
_HTML = ("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
_SEC_FETCH = ("sec-fetch-site", "same-origin")
_BY_KIND = {
    "fetch": [("accept", "*/*"), ("sec-fetch-dest", "empty"), ("sec-fetch-mode", "cors"), _SEC_FETCH],
    "document": [_HTML, ("sec-fetch-dest", "document"), ("sec-fetch-mode", "navigate"), _SEC_FETCH],
    "plain": [_HTML],
}
_CHUNK = b"x" * 64

Headers = list[tuple[bytes, bytes]]


def response_headers(count: int) -> list[tuple[str, str]]:
    """Return ``count`` headers of a response: usual ones first, then invented ones."""
    more = [(f"x-example-{number}", f"value {number}") for number in range(count - len(_RESPONSE_HEADERS))]
    return (_RESPONSE_HEADERS + more)[:count]


def request_headers(kind: str) -> list[tuple[str, str]]:
    """Return the headers of a request of a kind, without Host and Cookie."""
    return _REQUEST_HEADERS + _BY_KIND[kind]


class Asgi:
    """ASGI 3."""

    name = "ASGI"
    cookiewarden = asgi.CookieWardenMiddleware

    def app(self, scenario: Scenario) -> Any:
        """Return the bare app of a scenario."""
        fixed = [(name.encode(), value.encode()) for name, value in response_headers(scenario.headers)]
        lines = [line.encode() for line in scenario.lines]
        parts = [(name.partition(b"-"), value) for name, value in fixed] if scenario.has_new_header_names else None
        more = [{"type": "http.response.body", "body": _CHUNK, "more_body": True}] * (scenario.chunks - 1)
        bodies = [*more, {"type": "http.response.body", "body": _CHUNK}]
        numbers = count(1_000_000)

        async def app(scope: Any, receive: Any, send: Any) -> None:
            if lines:
                number = next(numbers)
                headers = fixed + [(b"set-cookie", line % number) for line in lines]
            elif parts:
                headers = [(b"".join(name), value) for name, value in parts]
            else:
                headers = fixed.copy()
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            for body in bodies:
                await send(body)

        return app

    def pass_through(self, app: Any) -> Any:
        """Wrap an app in the cheapest correct middleware that wraps ``send``."""
        return _AsgiPassThrough(app)

    def request(self, visit: Visit, kind: str = "fetch") -> dict[str, Any]:
        """Return a scope, as a server would make it."""
        headers = [(b"host", visit.host.encode())]
        headers += [(name.encode(), value.encode()) for name, value in request_headers(kind)]
        headers.append((b"dnt", b"1") if visit.cookie is None else (b"cookie", visit.cookie))
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "server": ("127.0.0.1", 8000),
            "client": ("127.0.0.1", 51234),
            "scheme": "https",
            "method": "GET",
            "root_path": "",
            "path": "/explore/",
            "raw_path": b"/explore/",
            "query_string": b"",
            "headers": headers,
            "state": {},
        }

    def drive(self, app: Any, requests: list[dict[str, Any]]) -> None:
        """Call an app with every request, one after the other."""
        _run(_serve(app, requests))

    def headers_of_response(self, app: Any, request: dict[str, Any]) -> Headers:
        """Return the headers of the response to one request."""
        messages: list[Any] = []

        async def send(message: Any) -> None:
            messages.append(message)

        _run(app(request.copy(), _receive, send))
        return messages[0]["headers"]


class _AsgiPassThrough:
    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        def wrapped(message: Any) -> Any:
            return send(message)

        await self.app(scope, receive, wrapped)


async def _receive() -> Any:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _send(message: Any) -> None:
    pass


async def _serve(app: Any, requests: list[dict[str, Any]]) -> None:
    for scope in requests:
        await app(scope.copy(), _receive, _send)


def _run(coroutine: Any) -> None:
    """Run a coroutine that waits for nothing, without an event loop."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    raise RuntimeError("an app of the benchmark waited for something")


class Wsgi:
    """WSGI (PEP 3333)."""

    name = "WSGI"
    cookiewarden = wsgi.CookieWardenMiddleware

    def app(self, scenario: Scenario) -> Any:
        """Return the bare app of a scenario."""
        fixed = [(name.title(), value) for name, value in response_headers(scenario.headers)]
        lines = scenario.lines
        parts = [(name.partition("-"), value) for name, value in fixed] if scenario.has_new_header_names else None
        bodies = [_CHUNK] * scenario.chunks
        numbers = count(1_000_000)

        def app(environ: Any, start_response: Any) -> list[bytes]:
            if lines:
                number = next(numbers)
                headers = fixed + [("Set-Cookie", line % number) for line in lines]
            elif parts:
                headers = [("".join(name), value) for name, value in parts]
            else:
                headers = fixed.copy()
            start_response("200 OK", headers)
            return bodies

        return app

    def pass_through(self, app: Any) -> Any:
        """Wrap an app in the cheapest correct middleware that wraps ``start_response``."""
        return _WsgiPassThrough(app)

    def request(self, visit: Visit, kind: str = "fetch") -> dict[str, Any]:
        """Return an environ, as a server would make it."""
        environ = {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": "/explore/",
            "QUERY_STRING": "",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": visit.host,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "https",
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        environ |= {"HTTP_" + name.upper().replace("-", "_"): value for name, value in request_headers(kind)}
        if visit.cookie is not None:
            environ["HTTP_COOKIE"] = visit.cookie.decode("latin-1")
        return environ

    def drive(self, app: Any, requests: list[dict[str, Any]]) -> None:
        """Call an app with every request, one after the other."""
        for environ in requests:
            for _ in app(environ.copy(), _start_response):
                pass

    def headers_of_response(self, app: Any, request: dict[str, Any]) -> Headers:
        """Return the headers of the response to one request, as bytes."""
        answered: list[Any] = []

        def start_response(status: str, headers: Any, exc_info: Any = None) -> Any:
            answered.extend(headers)
            return _write

        list(app(request.copy(), start_response))
        return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in answered]


class _WsgiPassThrough:
    def __init__(self, app: Any) -> None:
        self.app = app

    def __call__(self, environ: Any, start_response: Any) -> Any:
        def wrapped(status: str, headers: Any, exc_info: Any = None) -> Any:
            return start_response(status, headers, exc_info)

        return self.app(environ, wrapped)


def _write(chunk: bytes) -> None:
    pass


def _start_response(status: str, headers: Any, exc_info: Any = None) -> Any:
    return _write


SIDES = (Asgi(), Wsgi())
