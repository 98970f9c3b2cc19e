"""A request in one shape, whichever adapter received it.

Rule: report only what the request itself says. Never read an ``X-Forwarded-*`` header.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

from cookiewarden.http.csp_report import CSP_REPORT, REPORTS, media_type_of
from cookiewarden.http.urls import is_own_address, mount_url, url_path

#: What carries a request: an ASGI scope or a WSGI environ.
Carrier = MutableMapping[str, Any]

_MAX_QUERY_PARAMETERS = 100
_MAX_CHOICE_BYTES = 8 * 1024
# A report holds the whole policy that was broken, and two addresses. Several may come together.
_MAX_REPORT_BYTES = 64 * 1024


def max_body_bytes(content_type: str) -> int:
    """Return the length of the longest body that is read; a longer one is refused.

    ``content_type``: the header of that name, ``""`` if there is none.

    >>> max_body_bytes("application/json"), max_body_bytes("application/csp-report")
    (8192, 65536)
    """
    return _MAX_REPORT_BYTES if media_type_of(content_type) in (CSP_REPORT, REPORTS) else _MAX_CHOICE_BYTES


@dataclass(frozen=True, slots=True)
class Request:
    """One request.

    ``mount`` (SCRIPT_NAME, root_path) stands before ``path``; both are decoded. ``query`` is as received. ``header``
    returns a header's value, or ``None``. It joins several values with a comma, and those of Cookie with a semicolon.
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
        """The values of each query parameter; empty if the query is too long or malformed."""
        try:
            return parse_qs(self.query, keep_blank_values=True, max_num_fields=_MAX_QUERY_PARAMETERS)
        except ValueError:
            return {}

    @property
    def address(self) -> str:
        """The path and the query, as an address to return to; ``""`` if it would not be safe."""
        address = self.url_path + (f"?{self.query}" if self.query else "")
        return address if is_own_address(address) else ""

    @property
    def referring_address(self) -> str:
        """The path and the query of the page that led here, if it is on the same host; else ``""``."""
        try:
            parts = urlsplit(self.header("referer") or "")
        except ValueError:
            return ""
        if not self.host or parts.netloc.lower() != self.host.lower():
            return ""
        address = parts.path + (f"?{parts.query}" if parts.query else "")
        return address if is_own_address(address) else ""


def no_header(name: str) -> str | None:  # noqa: ARG001 - as ``Request.header``
    """Return no value for any header, for a request that nobody sent."""
    return None


class RequestSnapshot:
    """What is kept of a request as it came, because inner apps may change the scope or environ."""

    cookie_header: bytes  # all Cookie headers as one, ``b""`` if there is none

    mount = ""  # the path of the wrapped app, decoded; inner apps may be mounted below it
    path = ""  # as the server gave it
    headers: Any = ()  # of a scope
    host: str | None = None  # of an environ, if the host picks the policy
    # Read by ``hide_cookies``, because only a request with hidden cookies is asked whether it is a navigation.
    method: str | None = None  # of a scope; ``None`` for a WebSocket
    fetch: tuple[str | None, str | None, str] = None, None, ""  # of an environ: Sec-Fetch-Dest, the method, Accept
    carrier_copy: Any = None  # the scope or environ, copied for the site's own predicates


class RequestReader(Protocol):
    """Reads a request; each adapter has a reader for its own carriers."""

    @property
    def header_type(self) -> type[bytes] | type[str]:
        """The type of the names and values in a response's headers."""

    def host(self, snapshot: RequestSnapshot, carrier: Carrier) -> str:
        """Return the host as the Host header has it, or ``""`` if there is none."""

    def is_secure(self, carrier: Carrier) -> bool:
        """Return whether the scheme is https or wss."""

    def request(self, snapshot: RequestSnapshot, carrier: Carrier) -> Request:
        """Return everything else that the request says."""

    def is_navigation(self, snapshot: RequestSnapshot) -> bool:
        """Return whether a browser asks for a document to show in a tab; a WebSocket never does.

        Call ``hide_cookies`` first, which keeps what tells it.
        """

    def hide_cookies(self, snapshot: RequestSnapshot, carrier: Carrier, is_unwanted: Callable[[bytes], bool]) -> None:
        """Take the cookies with unwanted names out of a request, so that the app does not see them."""

    def hide_validators(self, carrier: Carrier) -> None:
        """Take If-None-Match and If-Modified-Since out of a request, so that the app answers it in full."""

    def may_signal(self, snapshot: RequestSnapshot, carrier: Carrier) -> bool:
        """Return whether a request may bring a signal. Most bring none, and it takes little time to tell so."""

    def signals(self, snapshot: RequestSnapshot, carrier: Carrier) -> tuple[bool, bool]:
        """Return whether the browser opts out (``is_opt_out``), and whether another site's page asks
        (``is_embedded``)."""
