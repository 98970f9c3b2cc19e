"""What a request says of itself, read by either adapter into one shape: the pages and the origin check go by it.

Rule: it says what the request says and nothing else; no ``X-Forwarded-*`` field is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar
from urllib.parse import parse_qs, urlsplit

from cookiewarden.http.urls import is_own_address, mount_url, url_path

if TYPE_CHECKING:
    from cookiewarden.middleware.exchange import Exchange

R_contra = TypeVar("R_contra", contravariant=True)

_MAX_QUERY_FIELDS = 100
#: How much of a body is read; more is refused.
MAX_BODY_OCTETS = 8192


@dataclass(frozen=True, slots=True)
class Visit:
    """One request: ``mount`` is what stands before ``path`` (SCRIPT_NAME, root_path), both decoded; ``query`` is as it
    came. ``field`` gives the value of a header field, or ``None``; several are joined by a comma, Cookie
    fields by a semicolon."""

    method: str
    mount: str
    path: str
    query: str
    host: str
    field: Callable[[str], str | None]

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
            parts = urlsplit(self.field("referer") or "")
        except ValueError:
            return ""
        if not self.host or parts.netloc.lower() != self.host.lower():
            return ""
        address = parts.path + (f"?{parts.query}" if parts.query else "")
        return address if is_own_address(address) else ""


class RequestReader(Protocol[R_contra]):
    """What is asked of a request; each adapter has one for its own kind. What the exchange kept of it comes first: apps
    inside may change the request."""

    @property
    def field_kind(self) -> type[bytes] | type[str]:
        """Whether the names and values of a response's fields are octets or text."""

    def host(self, exchange: Exchange, request: R_contra) -> str:
        """The request's host, as the Host field has it; ``""`` where there is none."""

    def is_secure(self, request: R_contra) -> bool:
        """Whether the scheme is https or wss."""

    def visit(self, exchange: Exchange, request: R_contra) -> Visit:
        """All else that a request says of itself."""

    def cookie_fields(self, exchange: Exchange) -> Iterable[bytes]:
        """The values of the request's Cookie fields."""
