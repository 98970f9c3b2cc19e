"""Writes a request as a server passes it to an app: as an environ for WSGI, as a scope for ASGI.

Rule: the app sees a server that has this one client.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO, StringIO
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

#: A header: its name in lower case, and its value.
Header = tuple[bytes, bytes]


def environ_of(url: str, method: str, headers: Iterable[Header], body: bytes) -> dict[str, Any]:
    """Return the environ of a request (PEP 3333).

    >>> environ_of("https://shop.example/cart%20x?a=1", "GET", [(b"host", b"shop.example")], b"")["PATH_INFO"]
    '/cart x'
    """
    parts = urlsplit(url)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(parts.path or "/").decode("latin-1"),
        "QUERY_STRING": parts.query,
        "SERVER_NAME": parts.hostname or "",
        "SERVER_PORT": str(_port(url)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.errors": StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in headers:
        key = name.decode("latin-1").upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value.decode("latin-1")
    return environ


def scope_of(url: str, method: str, headers: Iterable[Header]) -> dict[str, Any]:
    """Return the scope of a request (ASGI 3, HTTP).

    >>> scope_of("https://shop.example/cart%20x?a=1", "GET", [(b"host", b"shop.example")])["path"]
    '/cart x'
    """
    parts = urlsplit(url)
    path = parts.path or "/"
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": parts.scheme,
        "path": unquote_to_bytes(path).decode("utf-8", "replace"),
        "raw_path": path.encode("ascii", "replace"),
        "query_string": parts.query.encode("latin-1", "replace"),
        "root_path": "",
        "headers": [*headers],
        "client": ("127.0.0.1", 40000),
        "server": (parts.hostname or "", _port(url)),
    }


def _port(url: str) -> int:
    parts = urlsplit(url)
    return parts.port or (443 if parts.scheme == "https" else 80)
