"""What an ASGI scope says of a request (ASGI 3, HTTP connection scope), in the terms that a warden asks in.

Rule: a scope is read leniently: fields may be pairs of any kind, and what is optional may be missing.
"""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from typing import TYPE_CHECKING, Any

from cookiewarden.http.request import Visit
from cookiewarden.middleware.exchange import Exchange

if TYPE_CHECKING:
    pass

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
