"""Send a request to our pages in process, through one adapter or both; both must give the same response.

Rule: a request is written as a client sends it, and passed on as servers do. The path is decoded and the mount point
given; for WSGI, repeated headers are joined. Every response is checked against ASGI 3, PEP 3333 and RFC 9110.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import unquote, unquote_to_bytes
from wsgiref.util import is_hop_by_hop

from choices import preferences
from cookiewarden import Consent, asgi, wsgi
from exchanges import NOW, POLICY, http_environ, http_scope, wrap

FORM = ("content-type", "application/x-www-form-urlencoded")
JSON = ("content-type", "application/json")
#: What a browser sends with a request from a page of the site itself.
OWN = ("sec-fetch-site", "same-origin")
MAX_BODY = 8192
_CHUNK = 1000

Headers = Iterable[tuple[str, str]]


class BodyWasReadError(Exception):
    """A body was read that must not be read."""


@dataclass(frozen=True)
class ClientRequest:
    """A request as a client sends it.

    ``target``: percent-encoded, with the mount point and the query. ``body``: ``None`` if it must not be read.
    ``arriving``: how many bytes of the body arrive before the client leaves; ``None`` for all.
    """

    target: str = "/cookies"
    method: str = "GET"
    headers: Headers = ()
    body: bytes | None = b""
    mount: str = ""
    host: str = "data.example.org"
    is_chunked: bool = False
    arriving: int | None = None

    @property
    def all_headers(self) -> list[tuple[str, str]]:
        """The headers, with the one that says where the body ends."""
        headers = list(self.headers)
        if self.is_chunked:
            headers.append(("transfer-encoding", "chunked"))
        elif self.body:
            headers.append(("content-length", str(len(self.body))))
        return headers


@dataclass(frozen=True)
class ClientResponse:
    """A response. The names of its headers are in lower case. The headers are sorted, as their order means nothing."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """Return the value of a header that may occur once."""
        values = [value for known, value in self.headers if known == name]
        assert len(values) <= 1, f"{name} came {len(values)} times"
        return values[0] if values else None

    def list_of(self, name: str) -> set[str]:
        """Return the members of a list in a header."""
        return {member.strip() for known, value in self.headers if known == name for member in value.split(",")}

    @property
    def is_by_app(self) -> bool:
        """Whether the wrapped app answered."""
        return ("x-app", "here") in self.headers

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8")

    @property
    def set_cookies(self) -> list[str]:
        """The values of its Set-Cookie headers."""
        return [value for name, value in self.headers if name == "set-cookie"]

    @property
    def cookie(self) -> str:
        """The preferences cookie that it sets, as the browser sends it back."""
        (line,) = self.set_cookies
        return line.partition(";")[0]

    def choice(self, policy: Any = POLICY) -> Consent:
        """Return the consent that its preferences cookie holds."""
        return preferences(policy).load([self.cookie.partition("=")[2].encode()], float(NOW))


class Site:
    """An app wrapped by both middlewares, with the same options."""

    def __init__(self, **options: Any) -> None:
        self.asgi = wrap(asgi.CookieWardenMiddleware, _asgi_app, **options)
        self.wsgi = wrap(wsgi.CookieWardenMiddleware, _wsgi_app, **options)

    def ask(self, target: str = "/cookies", method: str = "GET", headers: Headers = (), **keys: Any) -> ClientResponse:
        """Return the response to a request, after checking that both adapters give the same."""
        request = ClientRequest(target, method, tuple(headers), **keys)
        by_asgi, by_wsgi = through_asgi(self.asgi, request), through_wsgi(self.wsgi, request)
        assert by_asgi == by_wsgi, f"ASGI: {by_asgi}\nWSGI: {by_wsgi}"
        return by_wsgi

    def post(self, body: str | bytes, headers: Headers = (FORM, OWN), **keys: Any) -> ClientResponse:
        """Post a form."""
        data = body.encode() if isinstance(body, str) else body
        return self.ask(keys.pop("target", "/cookies/preferences"), "POST", headers, body=data, **keys)

    def put(self, body: str | bytes, headers: Headers = (JSON, OWN), **keys: Any) -> ClientResponse:
        """Put a choice to the API."""
        data = body.encode() if isinstance(body, str) else body
        return self.ask(keys.pop("target", "/cookies/preferences.json"), "PUT", headers, body=data, **keys)


def through_asgi(app: Any, request: ClientRequest) -> ClientResponse | None:
    """Return the response of an ASGI app, on asyncio; ``None`` if it sent none because the client left."""
    raw_path, _, query = request.target.partition("?")
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.all_headers]
    scope = http_scope(
        method=request.method,
        path=unquote(raw_path, errors="replace"),
        raw_path=raw_path.encode("latin-1"),
        query_string=query.encode("latin-1"),
        root_path=unquote(request.mount),
        headers=[(b"host", request.host.encode("latin-1")), *headers],
    )
    incoming, messages = _messages(request), []

    async def receive() -> Any:
        if request.body is None:
            raise BodyWasReadError
        return next(incoming, {"type": "http.disconnect"})

    async def send(message: Any) -> None:
        messages.append(message)

    asyncio.run(app(scope, receive, send))
    if not messages:
        return None
    start, *bodies = messages
    assert start["type"] == "http.response.start"
    assert {message["type"] for message in bodies} == {"http.response.body"}
    assert not bodies[-1].get("more_body", False)
    assert all(type(name) is bytes and type(value) is bytes and name.islower() for name, value in start["headers"])
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]]
    return _checked(request, start["status"], headers, b"".join(message["body"] for message in bodies))


def through_wsgi(app: Any, request: ClientRequest) -> ClientResponse:
    """Return the response of a WSGI app."""
    raw_path, _, query = request.target.partition("?")
    assert raw_path.startswith(request.mount)
    environ = http_environ(
        REQUEST_METHOD=request.method,
        SCRIPT_NAME=unquote_to_bytes(request.mount).decode("latin-1"),
        PATH_INFO=unquote_to_bytes(raw_path[len(request.mount) :]).decode("latin-1"),
        QUERY_STRING=query,
        HTTP_HOST=request.host,
    )
    for name, value in request.all_headers:
        key = name.upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        joint = "; " if name == "cookie" else ", "
        environ[key] = environ[key] + joint + value if key in environ else value
    environ["wsgi.input"] = _Input(request)
    if request.is_chunked:
        environ["wsgi.input_terminated"] = True
    started: list[Any] = []

    def start_response(*arguments: Any) -> None:
        started.append(arguments)

    body = b"".join(app(environ, start_response))
    ((status, headers),) = started
    code, _, phrase = status.partition(" ")
    assert phrase == HTTPStatus(int(code)).phrase
    assert type(headers) is list
    assert all(type(name) is str and type(value) is str and not is_hop_by_hop(name) for name, value in headers)
    return _checked(request, int(code), [(name.lower(), value) for name, value in headers], body)


def _checked(request: ClientRequest, status: int, headers: list[tuple[str, str]], body: bytes) -> ClientResponse:
    """Return the response, after checking that the request may get it (RFC 9110 5.5, 6.4.1, 8.6, 15.4.9)."""
    response = ClientResponse(status, tuple(sorted(headers)), body)
    assert all(value == value.strip(" \t") and not set("\r\n\0") & set(value) for _, value in headers)
    if request.method == "HEAD" or status in (204, 304):
        assert body == b""
    length = response.header("content-length")
    if status == 204:
        assert length is None
    elif length is not None and request.method != "HEAD" and status != 304:
        assert int(length) == len(body)
    return response


def _messages(request: ClientRequest) -> Any:
    """Yield the messages with the body, as an ASGI server does."""
    body = (request.body or b"")[: request.arriving]
    size = _CHUNK if request.is_chunked or request.arriving is not None else max(len(body), 1)
    chunks = [body[at : at + size] for at in range(0, len(body), size)] or [b""]
    for number, chunk in enumerate(chunks, 1):
        yield {"type": "http.request", "body": chunk, "more_body": number < len(chunks) or request.arriving is not None}


class _Input(BytesIO):
    """The body as a WSGI server gives it. If a chunked body breaks off, reading it raises what servers raise."""

    def __init__(self, request: ClientRequest) -> None:
        super().__init__((request.body or b"")[: request.arriving])
        self._is_untouchable = request.body is None
        self._is_broken = request.is_chunked and request.arriving is not None

    def readinto(self, buffer: Any) -> int:
        return self._looked_at(super().readinto(buffer))

    def read(self, size: int | None = -1) -> bytes:
        return self._looked_at(super().read(size))

    def _looked_at(self, got: Any) -> Any:
        if self._is_untouchable:
            raise BodyWasReadError
        if self._is_broken and not got:
            raise ConnectionResetError
        return got


def _is_missing(path: str) -> bool:
    """Return whether the wrapped app has no such page: it has none with a slash at its end, except the first."""
    return path.endswith("/") and path != "/"


async def _asgi_app(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept", "headers": [(b"x-app", b"here")]})
    elif scope["type"] == "http":
        status = 404 if _is_missing(scope["path"]) else 200
        await send({"type": "http.response.start", "status": status, "headers": [(b"x-app", b"here")]})
        await send({"type": "http.response.body", "body": b""})


def _wsgi_app(environ: Any, start_response: Any) -> Iterable[bytes]:
    is_missing = _is_missing(environ["PATH_INFO"])
    start_response("404 Not Found" if is_missing else "200 OK", [("X-App", "here")])
    return [b""]
