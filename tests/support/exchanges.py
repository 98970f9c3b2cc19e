"""One exchange, run in process through either adapter: a request comes in, a view returns headers, a response leaves.

Rule: headers come back as bytes, with names in lower case, so that both adapters can be compared. The clock of a
wrapped app stands still at ``NOW``.
"""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any
from unittest import mock
from urllib.parse import unquote
from wsgiref.util import setup_testing_defaults

import trio

from cookiewarden import asgi, wsgi
from cookiewarden.http.request import Request
from cookiewarden.middleware.choice import Choice
from cookiewarden.middleware.exchange import KEY, Exchange
from cookiewarden.middleware.options import check_options
from cookiewarden.middleware.screening import Screener

NOW = 1_750_000_000
SECRET_KEY = "a signing key for tests"
POLICY = {
    "site": {"name": "Exampletown", "id": "data.example.org", "hosts": ["data.example.org"]},
    "cookies": [
        {"name": "sid", "category": "necessary", "purpose": "Keeps the visitor signed in"},
        {"name": "__Host-csrf", "category": "necessary", "purpose": "Guards forms"},
        {"name": "_ga*", "category": "statistical", "purpose": "Counts visits"},
        {"name": "_pk_*", "category": "statistical", "anonymized": True, "purpose": "Counts visits, of nobody"},
        {"name": "theme", "category": "first-party", "purpose": "Remembers the colours"},
        {"name": "NID", "category": "third-party", "purpose": "Embeds a map"},
    ],
}

Header = tuple[bytes, bytes]
#: What the wrapped app does with its scope or environ: it returns the headers of its response.
View = Callable[[Any], Iterable[tuple[str, str]]]


@dataclass(frozen=True)
class SentRequest:
    """A request, as both kinds of server pass it on.

    ``path`` is as a browser writes it. ``headers`` are those besides Host and Cookie, with names in lower case.
    """

    host: str = "data.example.org"
    scheme: str = "https"
    cookies: tuple[str, ...] = ()
    path: str = "/"
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()


#: The request of a visitor without cookies.
PLAIN = SentRequest()
_HTML = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8")
#: The headers that a browser adds if it requests a document for a tab: from a secure origin, and from an insecure one.
DOCUMENT = (_HTML, ("upgrade-insecure-requests", "1"), ("sec-fetch-dest", "document"), ("sec-fetch-mode", "navigate"))
INSECURE_DOCUMENT = (_HTML, ("upgrade-insecure-requests", "1"))


_LIFETIMES = (b"max-age", b"expires")


@dataclass
class AppRun:
    """What an ASGI app did: the messages that reached the server, and what it returned."""

    messages: list[Any] = field(default_factory=list)
    returned: Any = None


def still_clock() -> float:
    """Return ``NOW``, as a clock of the middleware does."""
    return float(NOW)


def wrap(middleware: Any, app: Any, **options: Any) -> Any:
    """Wrap an app. The middleware takes its clock when it is made, so it stands at ``NOW``."""
    with mock.patch("time.time", still_clock):
        return middleware(app, **{"policy": POLICY, "secret_key": SECRET_KEY, **options})


def http_scope(request: SentRequest = PLAIN, **keys: Any) -> dict[str, Any]:
    """Return an ASGI scope of that request."""
    headers = [(b"host", request.host.encode("latin-1"))]
    headers += [(b"cookie", cookie.encode("latin-1")) for cookie in request.cookies]
    headers += [(name.encode("ascii"), value.encode("latin-1")) for name, value in request.headers]
    path, _, query = request.path.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.scheme,
        "path": unquote(path),
        "raw_path": path.encode("ascii"),
        "query_string": query.encode("latin-1"),
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 8000),
        **keys,
    }


def http_environ(request: SentRequest = PLAIN, **keys: Any) -> dict[str, Any]:
    """Return a WSGI environ of that request. It joins several Cookie headers, as servers do."""
    path, _, query = request.path.partition("?")
    environ: dict[str, Any] = {
        "HTTP_HOST": request.host,
        "wsgi.url_scheme": request.scheme,
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(path, "latin-1"),
    }
    if query:
        environ["QUERY_STRING"] = query
    if request.cookies:
        environ["HTTP_COOKIE"] = "; ".join(request.cookies)
    special = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}
    for name, value in request.headers:
        environ[special.get(name, "HTTP_" + name.upper().replace("-", "_"))] = value
    environ |= keys
    setup_testing_defaults(environ)
    return environ


def drive(app: Any, scope: Any, backend: str = "asyncio", send_returns: Any = None, body: bytes = b"") -> AppRun:
    """Call an ASGI app once, on asyncio or trio; ``send_returns`` is what the server's ``send`` returns."""
    run = AppRun()

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> Any:
        run.messages.append(message)
        return send_returns

    async def call() -> None:
        run.returned = await app(scope, receive, send)

    if backend == "trio":
        trio.run(call)
    else:
        asyncio.run(call())
    return run


def through_asgi(view: View, request: SentRequest = PLAIN, backend: str = "asyncio", **options: Any) -> list[Header]:
    """Return the headers that leave the ASGI adapter after a view has answered."""

    async def app(scope, receive, send):
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in view(scope)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"body"})

    start, body = drive(wrap(asgi.CookieWardenMiddleware, app, **options), http_scope(request), backend).messages
    assert body == {"type": "http.response.body", "body": b"body"}
    return [(name.lower(), value) for name, value in start["headers"]]


def through_wsgi(view: View, request: SentRequest = PLAIN, **options: Any) -> list[Header]:
    """Return the headers that leave the WSGI adapter after a view has answered."""
    answered: list[Any] = []

    def start_response(status, headers, exc_info=None):
        answered.append(headers)

    def app(environ, start_response):
        start_response("200 OK", list(view(environ)))
        return [b"body"]

    body = wrap(wsgi.CookieWardenMiddleware, app, **options)(http_environ(request), start_response)
    assert body == [b"body"]
    return [(name.encode("latin-1").lower(), value.encode("latin-1")) for name, value in answered[-1]]


class Wrapped:
    """An app that stays wrapped from request to request, in the adapter of ``module``: ``asgi`` or ``wsgi``."""

    def __init__(self, module: Any, **options: Any) -> None:
        self._view: View = lambda carrier: ()
        self._is_asgi = module is asgi
        app = self._asgi_app if self._is_asgi else self._wsgi_app
        self._app = wrap(module.CookieWardenMiddleware, app, **options)

    def ask(self, request: SentRequest = PLAIN, view: View = lambda carrier: (), body: bytes = b"") -> list[Header]:
        """Return the headers that leave after a view, or one of the middleware's pages, has answered."""
        if body:
            request = replace(request, headers=(*request.headers, ("content-length", str(len(body)))))
        if self._is_asgi:
            return self.ask_with(http_scope(request), view, body)
        return self.ask_with(http_environ(request, **{"wsgi.input": BytesIO(body)}), view)

    def ask_with(self, carrier: Any, view: View = lambda carrier: (), body: bytes = b"") -> list[Header]:
        """Do the same for a scope or an environ."""
        self._view = view
        if self._is_asgi:
            headers = drive(self._app, carrier, body=body).messages[0]["headers"]
            return [(name.lower(), value) for name, value in headers]
        answered: list[Any] = []
        list(self._app(carrier, lambda status, headers: answered.append(headers)))
        return [(name.encode("latin-1").lower(), value.encode("latin-1")) for name, value in answered[-1]]

    def counts(self) -> Any:
        """Return what the middleware counted."""
        return self._app.counts()

    def reload(self, *policy: Any) -> bool:
        """Load the policy again, or another one."""
        return self._app.reload(*policy)

    async def _asgi_app(self, scope: Any, receive: Any, send: Any) -> None:
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in self._view(scope)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    def _wsgi_app(self, environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", list(self._view(environ)))
        return [b""]


def set_cookies(headers: Iterable[Header]) -> list[bytes]:
    """Return the values of the Set-Cookie headers among them."""
    return [value for name, value in headers if name.rstrip(b" \t").lower() == b"set-cookie"]


async def _no_app(scope: Any, receive: Any, send: Any) -> None: ...


_READING_ASGI = wrap(asgi.CookieWardenMiddleware, _no_app, pages=None)
_READING_WSGI = wrap(wsgi.CookieWardenMiddleware, lambda environ, start_response: [], pages=None)


def read(carrier: Any) -> tuple[Request, bytes]:
    """Return what an adapter reads from a scope or an environ: the request, and its Cookie headers as one."""
    if "type" in carrier:
        with suppress(StopIteration):  # it has nothing to wait for
            _READING_ASGI(carrier, None, None).send(None)
    else:
        _READING_WSGI(carrier, None)
    exchange = carrier[KEY]
    return exchange.owner.request(exchange, carrier), exchange.cookie_header


def set_clock(app: Wrapped, now: float) -> None:
    """Set the clock of a wrapped app to another time."""
    screener = app._app._screener
    for one in (screener.sites, screener._lines, screener._hider, screener._declined):
        one._clock = lambda: float(now)


def begin(screener: Any) -> Exchange:
    """Begin an exchange as an adapter does."""
    exchange = Exchange()
    exchange.owner, exchange.judge, exchange.is_used = screener, None, False
    exchange.cookie_header = b""
    return exchange


class CookieReader:
    """The reader of a request that has only Cookie headers, for ``screened_by``."""

    header_type = bytes

    def host(self, snapshot: Any, carrier: Any) -> str:
        return "data.example.org"

    def is_secure(self, carrier: Any) -> bool:
        return True

    def request(self, snapshot: Any, carrier: Any) -> Request:
        return Request("GET", "", "/a/b", "", "data.example.org", lambda name: None)

    def is_navigation(self, snapshot: Any) -> bool:
        return True

    def hide_cookies(self, snapshot: Any, carrier: Any, is_unwanted: Any) -> None:
        pass

    def may_signal(self, snapshot: Any, carrier: Any) -> bool:
        return False

    def signals(self, snapshot: Any, carrier: Any) -> tuple[bool, bool]:
        return False, False


def screened_by(
    policy: Any,
    headers: list[Any],
    cookies: Iterable[bytes] = (),
    act: Callable[[Choice], Any] = lambda choice: None,
    is_start: bool = True,
    report_only: bool = False,
) -> tuple[list[Any], bool]:
    """Screen headers without an adapter. Return the headers that leave, and whether anything changed."""
    options = check_options(policy, SECRET_KEY, report_only=report_only)
    screener = Screener(options, None, reader=CookieReader(), clock=still_clock)
    exchange = begin(screener)
    exchange.cookie_header = b"; ".join(cookies)
    if exchange.cookie_header:
        screener.hide(exchange, {})
    screener.consent_of(exchange, None)
    exchange.is_used = True
    act(Choice(exchange))
    screened = screener.screen(exchange, None, headers, is_start=is_start)
    return list(headers) if screened is None else screened[0] + screened[1], screened is not None


def speaks_to_caches(header: Any) -> bool:
    """Return whether a header tells caches what they may keep."""
    name = header[0].partition(b":")[0].strip().lower()
    return name == b"x-accel-expires" or name.endswith((b"cache-control", b"surrogate-control", b"edge-control"))


def kept_and_added(headers: Iterable[Any], left: list[Any]) -> tuple[list[Any], list[Any]]:
    """Split what left into the app's headers that were kept, as the app wrote them, and those added after them.

    A kept header for caches may have another value, a recent deletion an added Max-Age, and another cookie a shorter
    lifetime.
    """
    kept: list[Any] = []
    remaining = iter(headers)
    for one in left:
        for given in remaining:
            if one is given or is_ended(one, given) or is_rewritten(one, given) or is_shortened(one, given):
                kept.append(given)
                break
        else:
            break
    return kept, left[len(kept) :]


def is_ended(header: Any, given: Any) -> bool:
    """Return whether a header is a given recent deletion, with the Max-Age that ends the cookie at once."""
    return type(header) is type(given) is tuple and header[0] is given[0] and header[1] == given[1] + b"; Max-Age=0"


def is_shortened(header: Any, given: Any) -> bool:
    """Return whether a header is a given Set-Cookie header, but for Max-Age and Expires."""

    def others(line: bytes) -> list[bytes]:
        return [part for part in line.split(b";") if part.partition(b"=")[0].strip(b" \t").lower() not in _LIFETIMES]

    return type(header) is type(given) is tuple and header[0] is given[0] and others(header[1]) == others(given[1])


def is_rewritten(header: Any, given: Any) -> bool:
    """Return whether a header is a given header for caches, with another value."""
    return type(header) is tuple and speaks_to_caches(given) and header[0] == given[0].partition(b":")[0]
