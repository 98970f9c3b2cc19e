"""A request in one shape, whichever adapter it came by.

Rule: it says what the request says and nothing else; no ``X-Forwarded-*`` header is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

from cookiewarden.http.urls import is_own_address, mount_url, url_path

#: What carries a request: an ASGI scope, or a WSGI environ.
Carrier = MutableMapping[str, Any]

_MAX_QUERY_FIELDS = 100
#: How much of a body is read; more is refused.
MAX_BODY_BYTES = 8192


@dataclass(frozen=True, slots=True)
class Request:
    """One request.

    ``mount``: what stands before ``path`` (SCRIPT_NAME, root_path), both decoded. ``query``: as it came. ``header``:
    returns the value of a header, or ``None``; several are joined by a comma, those of Cookie by a semicolon.
    """

    method: str
    mount: str
    path: str
    query: str
    host: str
    header: Callable[[str], str | None]

    @property
    def url_path(self) -> str:
        """The whole path as a browser writes it."""
        return url_path(self.mount + self.path)

    @property
    def mount_url(self) -> str:
        """The mount point as a browser writes it, ``""`` for the root."""
        return mount_url(self.mount)

    @property
    def query_values(self) -> Mapping[str, list[str]]:
        """What the query gives by name; of one that is too long or too odd, nothing."""
        try:
            return parse_qs(self.query, keep_blank_values=True, max_num_fields=_MAX_QUERY_FIELDS)
        except ValueError:
            return {}

    @property
    def address(self) -> str:
        """The path and the query, to come back to; ``""`` where it would not be a safe one."""
        address = self.url_path + (f"?{self.query}" if self.query else "")
        return address if is_own_address(address) else ""

    @property
    def referring_address(self) -> str:
        """The path and the query of the page of this very host that led here, or ``""``."""
        try:
            parts = urlsplit(self.header("referer") or "")
        except ValueError:
            return ""
        if not self.host or parts.netloc.lower() != self.host.lower():
            return ""
        address = parts.path + (f"?{parts.query}" if parts.query else "")
        return address if is_own_address(address) else ""


class RequestSnapshot:
    """What is kept of a request as it came, for apps inside may change the scope or the environ.

    One is made for every request, so what it does not say is said by the class.
    """

    mount = ""  # the path of the wrapped app, decoded; apps inside may be mounted further in
    path = ""  # as the server gave it
    headers: Any = ()  # of a scope
    host: str | None = None  # of an environ, if the host picks the policy
    cookies: str | None = None  # of an environ
    is_navigation = False  # a browser asks for a document to show in a tab
    carrier_copy: Any = None  # the scope or environ, copied for the site's own predicates


class RequestReader(Protocol):
    """What is asked of a request; each adapter has a reader for its own kind. The snapshot comes first."""

    @property
    def field_kind(self) -> type[bytes] | type[str]:
        """Whether the names and values of a response's headers are bytes or text."""

    def host(self, snapshot: RequestSnapshot, carrier: Carrier) -> str:
        """Return the request's host as the Host header has it, ``""`` if there is none."""

    def is_secure(self, carrier: Carrier) -> bool:
        """Return whether the scheme is https or wss."""

    def request(self, snapshot: RequestSnapshot, carrier: Carrier) -> Request:
        """Return all else that a request says of itself."""

    def cookie_fields(self, snapshot: RequestSnapshot) -> Iterable[bytes]:
        """Return the values of the request's Cookie headers."""
