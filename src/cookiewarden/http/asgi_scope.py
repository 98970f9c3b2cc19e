"""Reads a request from an ASGI scope (ASGI 3, HTTP connection scope), and takes cookies out of it.

Rule: a scope is read leniently. Headers may be pairs of any kind, and what is optional may be missing. The server's own
list of headers never changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from cookiewarden.http.cookie import without_cookies
from cookiewarden.http.headers import as_bytes, bytes_of
from cookiewarden.http.request import Carrier, Request, RequestSnapshot
from cookiewarden.http.signals import CONTEXT_HEADERS, GPC_HEADER, is_embedded, is_opt_out

Scope = Carrier

_GPC = GPC_HEADER.lower().encode()
_CONTEXT = tuple(name.lower().encode() for name in CONTEXT_HEADERS)
_SITE, _, _ACCESS = _CONTEXT
_VALIDATORS = (b"if-none-match", b"if-modified-since")
_SIGNALS = frozenset({_GPC, *_CONTEXT})
# The names without which there is no signal; Sec-Fetch-Site is the first of them in the order of bytes.
_TELLING = frozenset({_SITE, _ACCESS, _GPC})


def copied_headers(scope: Scope) -> list[tuple[Any, Any]]:
    """Return a copy of a request's headers. Any iterable becomes a list in the scope, because it can be read once."""
    headers = scope.get("headers") or ()
    if not isinstance(headers, list | tuple):
        headers = scope["headers"] = [tuple(header) for header in headers]
    return list(headers)


def joined_cookies(headers: Iterable[tuple[Any, Any]]) -> bytes:
    """Return all Cookie headers as one, of whatever type their values are."""
    return b"; ".join(bytes_of(value) or b"" for name, value in headers if name == b"cookie")


class ScopeReader:
    """Reads an ASGI scope."""

    header_type = bytes

    def host(self, snapshot: RequestSnapshot, carrier: Carrier) -> str:
        """Return the Host header; without one, the server's own name."""
        for value in _values(snapshot.headers, b"host")[:1]:
            if value:
                return value.decode("latin-1")
        server = carrier.get("server")
        if server and not isinstance(server, list | tuple):  # ASGI allows any iterable, which can be read once
            server = carrier["server"] = tuple(server)
        return str(server[0]) if server else ""

    def is_secure(self, carrier: Carrier) -> bool:
        """Return whether the scheme is https or wss."""
        return carrier.get("scheme") in ("https", "wss")

    def is_navigation(self, snapshot: RequestSnapshot) -> bool:
        """Return whether a browser asks for a document to show in a tab.

        It says so itself (Fetch Metadata). If it says nothing, a GET that would accept HTML counts. Browsers say
        nothing to insecure origins, and Safari before 16.4 says nothing at all.
        """
        if snapshot.method is None:
            return False
        for destination in _values(snapshot.headers, b"sec-fetch-dest"):
            return destination == b"document"
        accepts_html = any(b"text/html" in value for value in _values(snapshot.headers, b"accept"))
        return snapshot.method in ("GET", "HEAD") and accepts_html

    def hide_cookies(self, snapshot: RequestSnapshot, carrier: Carrier, is_unwanted: Callable[[bytes], bool]) -> None:
        """Take the cookies with unwanted names out of a scope; each Cookie header by itself, as HTTP/2 splits them."""
        if carrier["type"] == "http":
            snapshot.method = carrier.get("method")
        kept = []
        for header in snapshot.headers:
            name, value = header
            if name == b"cookie":
                cookies = bytes_of(value) or b""
                left = without_cookies(cookies, is_unwanted)
                if left is None:
                    continue
                if left is not cookies:
                    header = (name, left)
            kept.append(header)
        carrier["headers"] = kept
        snapshot.headers = kept.copy()

    def hide_validators(self, carrier: Carrier) -> None:
        """Take If-None-Match and If-Modified-Since out of a scope, so that the app answers in full."""
        carrier["headers"] = [header for header in carrier.get("headers") or () if header[0] not in _VALIDATORS]

    def may_signal(self, snapshot: RequestSnapshot, carrier: Carrier) -> bool:  # noqa: ARG002 - as in WSGI
        """Return whether a request may bring a signal."""
        site = _SITE
        try:
            for name, value in snapshot.headers or ():
                if name < site or name not in _TELLING:  # to look up every name would take half as long again
                    continue
                if name != site or type(value) is not bytes or value == b"cross-site":
                    return True
        except TypeError:  # a name that can be changed, which ASGI does not allow
            return True
        return False

    def signals(self, snapshot: RequestSnapshot, carrier: Carrier) -> tuple[bool, bool]:  # noqa: ARG002 - as in WSGI
        """Return whether the browser opts out, and whether another site's page asks."""
        headers = snapshot.headers or ()
        try:
            found = [(name, value) for name, value in headers if name in _SIGNALS]
        except TypeError:  # a name that can be changed, which ASGI does not allow
            found = [(as_bytes(name), value) for name, value in headers if bytes_of(name) in _SIGNALS]
        values = [(name, (bytes_of(value) or b"").decode("latin-1")) for name, value in found]
        by_name = dict(values).get
        is_out = is_opt_out(value for name, value in values if name == _GPC)
        return is_out, is_embedded(*map(by_name, _CONTEXT))

    def request(self, snapshot: RequestSnapshot, carrier: Carrier) -> Request:
        """Return everything else that the request says."""

        def header(name: str) -> str | None:
            key = name.lower().encode("ascii")
            values = _values(snapshot.headers, key)
            return (b"; " if key == b"cookie" else b", ").join(values).decode("latin-1") if values else None

        mount, path = snapshot.mount, snapshot.path
        if mount and (path + "/").startswith(mount + "/"):
            path = path[len(mount) :]
        method, query = carrier.get("method", "GET"), carrier.get("query_string") or b""
        query = query.decode("latin-1") if isinstance(query, bytes) else str(query)
        return Request(method, mount, path, query, self.host(snapshot, carrier), header)


def _values(headers: Iterable[tuple[bytes, bytes]] | None, name: bytes) -> list[bytes]:
    values = []
    for known, value in headers or ():
        if known == name:  # ASGI says that names in a scope are in lower case
            values.append(bytes_of(value) or b"")
    return values
