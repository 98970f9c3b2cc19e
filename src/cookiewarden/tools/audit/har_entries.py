"""Reads one entry of a HAR file, a request with its response: its Set-Cookie lines, and what else the audit asks of it.

Rule: everything in an entry may be missing or of another type, and is then ignored.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator
from typing import Any

from cookiewarden.tools.audit.json_values import at, list_at, moment_at, text_at
from cookiewarden.tools.audit.made_lines import line_of
from cookiewarden.tools.web.response import Response

_MAX_METHOD = 20
_MAX_BODY = 400_000
_FLAGS = {"Secure": "secure", "HttpOnly": "httpOnly"}
# Safari joins the lines of a response with commas. What follows one begins a line if it looks like a name and "=".
_BETWEEN_LINES = re.compile(r", (?=[^\s;,=]+=)")


def lines_of(entry: Any, *, is_joined: bool) -> list[bytes]:
    r"""Return the Set-Cookie lines of a response. ``is_joined``: the program joins them with commas.

    >>> headers = [{"name": "Set-Cookie", "value": "a=1; Path=/, b=2"}]
    >>> lines_of({"response": {"headers": headers}}, is_joined=True)
    [b'a=1; Path=/', b'b=2']
    """
    lines = [line for value in _headers(entry, "response", "set-cookie") for line in value.split("\n") if line]
    if is_joined:
        lines = [one for line in lines for one in _BETWEEN_LINES.split(line)]
    return [line.encode("utf-8", "replace") for line in lines]


def listed_cookies(entry: Any, received: float) -> list[bytes | None]:
    """Return a line for each cookie that a response lists; ``None`` for one that no line can hold."""
    return [
        line_of(
            name,
            path=text_at(cookie, "path"),
            domain=text_at(cookie, "domain"),
            lifetime=None if (end := moment_at(cookie, "expires")) is None else end - received,
            flags=tuple(flag for flag, key in _FLAGS.items() if at(cookie, key) is True),
            same_site=text_at(cookie, "sameSite"),
        )
        for cookie in list_at(entry, "response", "cookies")
        if (name := text_at(cookie, "name"))
    ]


def sent_names(entry: Any) -> Iterator[bytes]:
    """Yield the names of the cookies that a request carried."""
    names = [text_at(cookie, "name") for cookie in list_at(entry, "request", "cookies")]
    if not names:
        pieces = [piece for value in _headers(entry, "request", "cookie") for piece in value.split(";")]
        names = [piece.partition("=")[0].strip() for piece in pieces if "=" in piece]
    yield from (name.encode("utf-8", "replace") for name in names if name)


def method_of(entry: Any) -> str:
    """Return the method of a request.

    >>> method_of({"request": {"method": "post"}}), method_of({})
    ('POST', 'GET')
    """
    return text_at(entry, "request", "method")[:_MAX_METHOD].upper() or "GET"


def status_of(entry: Any) -> int | None:
    """Return the status of a response, ``None`` if there was none; browsers write 0 then."""
    status = at(entry, "response", "status")
    return status if isinstance(status, int) and 0 < status < 1000 else None


def response_of(entry: Any, status: int) -> Response:
    """Return a response as it came, as far as the entry holds it."""
    headers = [
        (text_at(header, "name").encode("latin-1", "replace"), text_at(header, "value").encode("latin-1", "replace"))
        for header in list_at(entry, "response", "headers")
    ]
    text = text_at(entry, "response", "content", "text")[:_MAX_BODY]
    body = text.encode("utf-8", "replace")
    if text_at(entry, "response", "content", "encoding") == "base64":
        try:
            body = b64decode(body[: len(body) // 4 * 4])
        except binascii.Error:
            body = b""
    return Response(status, tuple(headers), body)


def is_page(entry: Any) -> bool:
    """Return whether an entry is the page itself, and not what it fetches."""
    if kind := text_at(entry, "_resourceType"):
        return kind == "document"
    media_type = text_at(entry, "response", "content", "mimeType").lower()
    return media_type.startswith(("text/html", "application/xhtml"))


def _headers(entry: Any, side: str, name: str) -> Iterator[str]:
    for header in list_at(entry, side, "headers"):
        if text_at(header, "name").lower() == name and (value := text_at(header, "value")):
            yield value
