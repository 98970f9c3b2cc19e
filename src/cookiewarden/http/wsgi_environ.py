"""Reads a request from a WSGI environ (PEP 3333), and takes cookies out of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cookiewarden.http.cookie import without_cookies
from cookiewarden.http.request import Carrier, Request, RequestSnapshot
from cookiewarden.http.signals import CONTEXT_HEADERS, GPC_HEADER, is_embedded, is_opt_out

Environ = dict[str, Any]

_GPC, *_CONTEXT = (f"HTTP_{name.upper().replace('-', '_')}" for name in (GPC_HEADER, *CONTEXT_HEADERS))
_SITE, _, _ACCESS = _CONTEXT
_VALIDATORS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")


def decoded(path: str) -> str:
    """Return a path as UTF-8 text. PEP 3333 passes it as latin-1 text, with a character for each byte."""
    return path.encode("latin-1", "replace").decode("utf-8", "surrogateescape")


class EnvironReader:
    """Reads a WSGI environ."""

    header_type = str

    def host(self, snapshot: RequestSnapshot, carrier: Carrier) -> str:
        """Return the Host header; without one, the server's own name."""
        return str(snapshot.host or carrier.get("HTTP_HOST") or carrier.get("SERVER_NAME", ""))

    def is_secure(self, carrier: Carrier) -> bool:
        """Return whether the scheme is https."""
        return carrier.get("wsgi.url_scheme") == "https"

    def is_navigation(self, snapshot: RequestSnapshot) -> bool:
        """Return whether a browser asks for a document to show in a tab; see ``ScopeReader.is_navigation``."""
        destination, method, accepted = snapshot.fetch
        if destination is not None:
            return destination == "document"
        return method in ("GET", "HEAD") and "text/html" in accepted

    def hide_cookies(self, snapshot: RequestSnapshot, carrier: Carrier, is_unwanted: Callable[[bytes], bool]) -> None:
        """Take the cookies with unwanted names out of an environ."""
        get = carrier.get
        snapshot.fetch = get("HTTP_SEC_FETCH_DEST"), get("REQUEST_METHOD"), get("HTTP_ACCEPT", "")
        left = without_cookies(carrier.pop("HTTP_COOKIE"), is_unwanted)
        if left is not None:
            carrier["HTTP_COOKIE"] = left

    def hide_validators(self, carrier: Carrier) -> None:
        """Take If-None-Match and If-Modified-Since out of an environ, so that the app answers in full."""
        for key in _VALIDATORS:
            carrier.pop(key, None)

    def may_signal(self, snapshot: RequestSnapshot, carrier: Carrier) -> bool:  # noqa: ARG002 - as in ASGI
        """Return whether a request may bring a signal."""
        # To ask a dictionary takes half the time of a call.
        return _GPC in carrier or _ACCESS in carrier or (_SITE in carrier and carrier[_SITE] == "cross-site")

    def signals(self, snapshot: RequestSnapshot, carrier: Carrier) -> tuple[bool, bool]:  # noqa: ARG002 - as in ASGI
        """Return whether the browser opts out, and whether another site's page asks."""
        get = carrier.get
        given = get(_GPC)
        return given is not None and is_opt_out([given]), is_embedded(*map(get, _CONTEXT))

    def request(self, snapshot: RequestSnapshot, carrier: Carrier) -> Request:
        """Return everything else that the request says."""

        def header(name: str) -> str | None:
            key = name.replace("-", "_").upper()
            value = carrier.get(key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}")
            return None if value is None else str(value)

        method, query = carrier.get("REQUEST_METHOD", "GET"), carrier.get("QUERY_STRING", "")
        return Request(method, snapshot.mount, decoded(snapshot.path), query, self.host(snapshot, carrier), header)
