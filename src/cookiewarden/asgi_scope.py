"""What an ASGI scope says of a request (ASGI 3, HTTP connection scope), in the terms that a warden asks in.

Rule: a scope is read leniently: fields may be pairs of any kind, and what is optional may be missing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import TYPE_CHECKING, Any

from cookiewarden.exchange import KEY, Exchange
from cookiewarden.log import logger
from cookiewarden.visit import MAX_BODY_OCTETS, Visit

if TYPE_CHECKING:
    from starlette.requests import Request

Scope = MutableMapping[str, Any]

#: The field by which a browser says what it asks for (Fetch Metadata).
DESTINATION = b"sec-fetch-dest"
#: The requests for which its place is remembered have fewer fields than this.
COUNTS = 64


def is_document(scope: Scope, places: list[int]) -> bool:
    """Whether a browser asks for a document to show in a tab: by its own word; or, if it says nothing, by a GET that
    would accept HTML. Browsers say nothing to insecure origins, and Safari before 16.4 to none. Where that word was
    found goes into ``places``, by the number of fields."""
    headers = list(scope.get("headers") or ())
    for at, (name, value) in enumerate(headers):
        if name == DESTINATION:
            if len(headers) < len(places):
                places[len(headers)] = at
            return bool(value == b"document" and scope["type"] == "http")
    if scope["type"] != "http" or scope.get("method") not in ("GET", "HEAD"):
        return False
    return any(b"text/html" in value for value in _values(headers, b"accept"))


def ending(send: Callable[[Any], Awaitable[None]], finish: Callable[[], object]) -> Callable[[Any], Awaitable[None]]:
    """``send`` of a lifespan, which finishes what is left to do before it says that the app has ended: some servers end
    by a signal then, and nothing of the process runs any more."""

    async def finishing_send(message: Any) -> None:
        if message["type"] in ("lifespan.shutdown.complete", "lifespan.shutdown.failed"):
            finish()
        await send(message)

    return finishing_send


def check_place(middleware: Any, scope: Scope) -> None:
    """Log an error, once, if a middleware is one of those that ``add_middleware`` gave a Starlette app.

    A middleware around a mounted app is in its place: it stands outside of all that this app answers. So is one
    inside another of ours, for that one screens the rest.
    """
    middleware.is_placed = True
    added = getattr(scope.get("app"), "user_middleware", None)  # which Starlette apps have, and others have not
    if not isinstance(added, list) or KEY in scope:
        return
    kinds = tuple(kind for kind in (getattr(one, "cls", None) for one in added) if isinstance(kind, type))
    if "router" not in scope or isinstance(middleware, kinds):  # the first: no app around it has chosen a route yet
        logger.error(
            "this app answers errors outside of all that add_middleware adds, so the cookies on its error pages are "
            "not screened; call cookiewarden.starlette.install(app, ...) instead, or wrap the app: "
            "cookiewarden.asgi.CookieWardenMiddleware(app, ...)"
        )


class ScopeReader:
    """Reads what a warden asks for from an ASGI scope."""

    field_kind = bytes

    def host(self, exchange: Exchange, request: Scope) -> str:
        """The Host field; else the server's own name."""
        for value in _values(exchange.headers, b"host")[:1]:
            if value:
                return value.decode("latin-1") if isinstance(value, bytes) else str(value)
        server = request.get("server")
        if server and not isinstance(server, list | tuple):  # any iterable, says ASGI, which may be read once
            server = request["server"] = tuple(server)
        return str(server[0]) if server else ""

    def is_secure(self, request: Scope) -> bool:
        """Whether the scheme is https or wss."""
        return request.get("scheme") in ("https", "wss")

    def cookie_fields(self, exchange: Exchange) -> Iterable[bytes]:
        """The values of the Cookie fields."""
        return _values(exchange.headers, b"cookie")

    def visit(self, exchange: Exchange, request: Scope) -> Visit:
        """All else."""

        def field(name: str) -> str | None:
            key = name.lower().encode("ascii")
            values = _values(exchange.headers, key)
            return (b"; " if key == b"cookie" else b", ").join(values).decode("latin-1") if values else None

        mount, path = exchange.mount, exchange.path
        if mount and (path + "/").startswith(mount + "/"):
            path = path[len(mount) :]
        method, query = request.get("method", "GET"), request.get("query_string") or b""
        query = query.decode("latin-1") if isinstance(query, bytes) else str(query)
        return Visit(method, mount, path, query, self.host(exchange, request), field)


def _values(headers: Iterable[tuple[bytes, bytes]] | None, name: bytes) -> list[bytes]:
    values = []
    for known, value in headers or ():
        if known == name:  # in a scope they are in lower case: the specification says so
            values.append(value)
    return values


async def read_body(request: Request) -> bytes | None:
    """Read the body of a request; ``None`` for one that is too long, of which no more is read."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and float(length) > MAX_BODY_OCTETS:  # a number of any length
        return None
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_OCTETS:
            return None
    return body
