"""Header fields: which of them are Set-Cookie for a browser, and what caches are told when one is dropped.

Rule: a field is Set-Cookie if any reader behind us may take it for one; names come as octets or as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

# A name that browsers read as Set-Cookie: Chromium honours blanks behind it.
_SET_COOKIE = re.compile(rb"set-cookie[ \t]*", re.IGNORECASE)
# One that becomes part of a Set-Cookie line on the wire: it brings its own colon or line break, or begins with a
# blank, so that it continues the line before it (obs-fold, RFC 9112 5.2).
_SMUGGLING = re.compile(rb"[ \t]|set-cookie[ \t]*:|.*[\r\n\0]", re.IGNORECASE | re.DOTALL)
_QUOTED = re.compile(rb'"(?:[^"\\]|\\.)*"')

# What tells shared caches already what they may do (RFC 9111 5.2.2).
_CACHE_DIRECTIVES = frozenset({b"public", b"private", b"no-store", b"s-maxage"})

_HARMLESS_LIMIT = 512
#: Names seen before that are not Set-Cookie, as they came; full when it is full.
harmless: set[bytes | str] = set()


def octets_of(value: Any) -> bytes | None:
    """The octets of a field's name or value, or ``None`` for what no server could send."""
    if isinstance(value, str):
        return value.encode("latin-1", "replace")
    return bytes(value) if isinstance(value, bytes | bytearray | memoryview) else None


def is_set_cookie(name: Any) -> bool:
    """Whether a field name makes a Set-Cookie line for some reader; other names are remembered as harmless.

    >>> is_set_cookie(b"Set-Cookie "), is_set_cookie("x-set-cookie"), is_set_cookie(b"Set-Cookie: a=1; b")
    (True, False, True)
    """
    octets = octets_of(name)
    if octets is None:
        return False
    if is_plain(octets) or _SMUGGLING.match(octets):
        return True
    if isinstance(name, bytes | str) and len(harmless) < _HARMLESS_LIMIT:
        harmless.add(name)
    return False


def is_plain(name: bytes) -> bool:
    """Whether a name is Set-Cookie and nothing else, so that the value is all that a browser stores."""
    return _SET_COOKIE.fullmatch(name) is not None


def needs_private(fields: Iterable[tuple[Any, Any]]) -> bool:
    """Whether no Cache-Control field says what a shared cache may do, so that ``private`` must be added."""
    return _CACHE_DIRECTIVES.isdisjoint(
        directive.partition(b"=")[0].strip().lower()
        for value in _values(fields, b"cache-control")
        for directive in _QUOTED.sub(b"", value).split(b",")
    )


def needs_vary(fields: Iterable[tuple[Any, Any]]) -> bool:
    """Whether no Vary field names Cookie, or all fields."""
    return {b"cookie", b"*"}.isdisjoint(
        member.strip().lower() for value in _values(fields, b"vary") for member in value.split(b",")
    )


def _values(fields: Iterable[tuple[Any, Any]], name: bytes) -> Iterable[bytes]:
    for field in fields:
        octets = octets_of(field[0])
        if octets is not None and octets.strip().lower() == name:
            yield octets_of(field[1]) or b""
