"""What a WSGI environ says of a request (PEP 3333), in the terms that a warden asks in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cookiewarden.http.request import Visit
from cookiewarden.middleware.exchange import Exchange

Environ = dict[str, Any]


def is_document(environ: Environ) -> bool:
    """Whether a request that does not say so asks for a document, as far as one can tell: a GET that would accept
    HTML."""
    return environ.get("REQUEST_METHOD") in ("GET", "HEAD") and "text/html" in environ.get("HTTP_ACCEPT", "")


def decoded(path: str) -> str:
    """A path as PEP 3333 has it, latin-1 for its octets, as UTF-8."""
    return path.encode("latin-1", "replace").decode("utf-8", "surrogateescape")


class EnvironReader:
    """Reads what a warden asks for from a WSGI environ."""

    field_kind = str

    def host(self, exchange: Exchange, request: Environ) -> str:
        """The Host field; else the server's own name."""
        return str(exchange.host or request.get("HTTP_HOST") or request.get("SERVER_NAME", ""))

    def is_secure(self, request: Environ) -> bool:
        """Whether the scheme is https."""
        return request.get("wsgi.url_scheme") == "https"

    def cookie_fields(self, exchange: Exchange) -> Iterable[bytes]:
        """The values of the Cookie fields."""
        return [] if not exchange.cookies else [exchange.cookies.encode("latin-1", "replace")]

    def visit(self, exchange: Exchange, request: Environ) -> Visit:
        """All else."""

        def field(name: str) -> str | None:
            key = name.replace("-", "_").upper()
            value = request.get(key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}")
            return None if value is None else str(value)

        method, query = request.get("REQUEST_METHOD", "GET"), request.get("QUERY_STRING", "")
        return Visit(method, exchange.mount, decoded(exchange.path), query, self.host(exchange, request), field)
