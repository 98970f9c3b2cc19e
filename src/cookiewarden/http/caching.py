"""What a response's headers tell caches: whether a shared cache may keep it, and how to take that permission back.

Rule: never make a response more storable. A header that needs no change stays the same object in its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from math import inf
from typing import Any

from cookiewarden.http.dates import plain_date
from cookiewarden.http.headers import ODD, bytes_of, values_of
from cookiewarden.http.set_cookie_line import SERVER_BLANKS

# One member of a list. A quoted-string may hold commas; an unclosed one ends with the value (RFC 9110 5.6).
_MEMBER = re.compile(rb'(?:[^",]++|"(?:[^"\\]|\\.)*+(?:"|\\?\Z))++', re.DOTALL)

_CACHE_CONTROL = b"cache-control"
# Directives that explicitly let shared caches keep a response (RFC 9111 5.2.2).
_SHARING = frozenset({b"public", b"s-maxage"})
# Directives that forbid it. ``private`` with a value covers only the headers that it names, not the whole response.
_FORBIDDING = frozenset({b"private", b"no-store"})

# Headers that some caches obey instead of Cache-Control, by the ends of their names. Most hold lists of directives:
# "-cache-control": CDN-Cache-Control, the same with a product's name first (RFC 9213), X-LiteSpeed-Cache-Control;
# "surrogate-control": Edge Architecture Specification 1.0, 2.2, and Fastly-Surrogate-Control; "edge-control": Akamai.
_TARGETED = (b"-cache-control", b"surrogate-control", b"edge-control")
# nginx obeys this header. It holds a number of seconds; 0 forbids (ngx_http_proxy_module, proxy_cache_valid).
_ACCEL = b"x-accel-expires"
# The one directive that all these caches know. LiteSpeed keeps "private" responses per session; Akamai may ignore it.
_NO_STORE = b"no-store"
# Directives that make a cache process the body, such as Edge Side Includes. Without them, the page breaks.
_ON_THE_BODY = frozenset({b"content", b"dca", b"esi"})


#: The header to add when a response has no Cache-Control header that forbids shared caches.
PRIVATE = (b"cache-control", b"private")

_REMEMBERED_NAMES = 512
_REMEMBERED_CHARACTERS = 64

#: A header for caches: its index in the response, its name in lower case, its value.
CacheHeader = tuple[int, bytes, bytes]


class CacheHeaders:
    """Finds and changes the headers for caches in the responses of one app. It remembers other names, up to a bound.

    ``kind``: the type of the names and values.

    >>> for_caches = CacheHeaders(bytes)
    >>> for_caches.find([(b"etag", b"1"), (b"Cache-Control", b"public")])
    [(1, b'cache-control', b'public')]
    """

    __slots__ = ("_kind", "_others", "_private")

    def __init__(self, kind: type[bytes] | type[str]) -> None:
        self._kind = kind
        self._others: set[bytes | str] = set()
        self._private = PRIVATE if kind is bytes else ("Cache-Control", "private")

    def find(self, headers: Sequence[Any]) -> list[CacheHeader]:
        """Return those of a response's headers that are for caches."""
        others = self._others
        try:
            for name, _ in headers:
                if name not in others:
                    break
            else:
                return []  # mostly, all names are known
        except ODD:
            pass  # below, each header is looked at by itself
        found = []
        for at, header in enumerate(headers):
            try:
                given, _ = header
                if given in others:
                    continue
            except ODD:
                given = None  # not a pair, which the server will report, or a name that cannot be hashed
            name, value = _read(header)
            if name in (_CACHE_CONTROL, _ACCEL) or name.endswith(_TARGETED):
                found.append((at, name, value))
            elif name and type(given) is self._kind:
                self._remember(given)
        return found

    def _remember(self, name: bytes | str) -> None:
        if len(name) <= _REMEMBERED_CHARACTERS and len(self._others) < _REMEMBERED_NAMES:
            self._others.add(name)

    def private(self, headers: list[Any]) -> list[Any]:
        """Return the headers, changed so that no shared cache keeps the response. Add a missing Cache-Control."""
        found = self.find(headers)
        if not found:
            return [*headers, self._private]
        changed = self.for_one_visitor(headers, found)
        return changed if has_cache_control(found) else [*changed, self._private]

    def for_one_visitor(self, headers: list[Any], found: Iterable[CacheHeader]) -> list[Any]:
        """Return the headers, changed so that no shared cache keeps the response. ``found``: those for caches.

        Each Cache-Control header forbids it by itself, because some caches read only the first. If there is none, the
        caller must add one.
        """
        return self._changed(headers, found, _for_one_visitor)

    def for_no_target(self, headers: list[Any], found: Iterable[CacheHeader]) -> list[Any]:
        """Return the headers, changed so that no header for one kind of cache lets it keep the response."""
        return self._changed(headers, found, _for_no_target)

    def _changed(
        self, headers: list[Any], found: Iterable[CacheHeader], new_value: Callable[[bytes, bytes], bytes | None]
    ) -> list[Any]:
        """Return the headers with their new values, or the same list if no value changes."""
        changed = headers
        for at, name, old in found:
            value = new_value(name, old)
            if value is not None:
                changed = list(headers) if changed is headers else changed
                given = (bytes_of(headers[at][0]) or b"").partition(b":")[0]  # the value holds what followed a colon
                text = given.decode("latin-1"), value.decode("latin-1")
                changed[at] = (given, value) if self._kind is bytes else text
        return changed


def has_cache_control(found: Iterable[CacheHeader]) -> bool:
    """Return whether one of these headers is Cache-Control."""
    return any(name == _CACHE_CONTROL for _, name, _ in found)


def needs_private(found: Iterable[CacheHeader]) -> bool:
    """Return whether no Cache-Control header forbids shared caches to keep the response."""
    return _FORBIDDING.isdisjoint(_cache_control(found))


def says_shared(found: Iterable[CacheHeader]) -> bool:
    """Return whether Cache-Control explicitly lets shared caches keep the response."""
    return not _SHARING.isdisjoint(map(_name_of, _cache_control(found)))


def is_shared(found: Iterable[CacheHeader]) -> bool:
    """Return whether the site lets a shared cache keep the response.

    Cache-Control says so, or has a max-age and does not forbid it; or a header for one kind of cache allows it.
    """
    directives = _cache_control(found)
    names = set(map(_name_of, directives))
    if not _SHARING.isdisjoint(names) or (b"max-age" in names and _FORBIDDING.isdisjoint(directives)):
        return True
    return any(_for_no_target(name, value) is not None for _, name, value in found)


def needs_vary(headers: Iterable[Any], name: bytes) -> bool:
    """Return whether no Vary header lists ``name`` or ``*``."""
    return {name.lower(), b"*"}.isdisjoint(
        member.strip().lower() for value in values_of(headers, b"vary") for member in value.split(b",")
    )


def response_date(headers: Iterable[Any], now: float) -> float:
    """Return the earliest time in the Date headers of a response, at most ``now``.

    Browsers may disagree on a date that is not plainly written, so it counts as ``-inf``.
    """
    stamps = (plain_date(value.strip(b" \t")) for value in values_of(headers, b"date"))
    return min([now, *(-inf if stamp is None else stamp for stamp in stamps)])


def _for_one_visitor(name: bytes, value: bytes) -> bytes | None:
    """Return a header's new value, or ``None`` if it needs no change."""
    if name != _CACHE_CONTROL:
        return _for_no_target(name, value)
    members = _members(value)
    left = [member for member in members if not _is_sharing(member)]
    if _FORBIDDING.isdisjoint(member.lower() for member in left):
        left.insert(0, b"private")  # first, so that no unclosed quoted-string swallows it
    return None if left == members else b", ".join(left)


def _for_no_target(name: bytes, value: bytes) -> bytes | None:
    if name == _ACCEL:
        return None if value.strip(b" \t") == b"0" else b"0"
    if not name.endswith(_TARGETED):
        return None
    members = _members(value)
    if _NO_STORE in (member.lower() for member in members):
        return None
    return b", ".join([_NO_STORE, *(member for member in members if _name_of(member) in _ON_THE_BODY)])


def _is_sharing(directive: bytes) -> bool:
    """Return whether a directive lets shared caches keep the response, or all of it except some headers."""
    name = _name_of(directive)
    return name in _SHARING or (name == b"private" and b"=" in directive)


def _name_of(directive: bytes) -> bytes:
    return directive.partition(b"=")[0].rstrip(b" \t").lower()


def _members(value: bytes) -> list[bytes]:
    return [member for text in _MEMBER.findall(value) if (member := text.strip(b" \t"))]


def _cache_control(found: Iterable[CacheHeader]) -> list[bytes]:
    """Return the directives of Cache-Control, in lower case."""
    return [member.lower() for _, name, value in found if name == _CACHE_CONTROL for member in _members(value)]


def _read(header: Any) -> tuple[bytes, bytes]:
    """Return a header's name, in lower case, and its value, as some servers send them.

    They strip the name and end it at a colon. Both are empty if the header is not a pair of bytes or strings.
    """
    try:
        name, value = header
        name, colon, start = (bytes_of(name) or b"").partition(b":")
        value = bytes_of(value) or b""
    except (TypeError, ValueError):  # for example, a released memoryview
        return b"", b""
    return name.strip(SERVER_BLANKS).lower(), start + b":" + value if colon else value
