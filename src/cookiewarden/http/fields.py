"""Header fields: which of them are Set-Cookie for a browser, and the values of those of one name.

Rule: a field is Set-Cookie if any reader behind us may take it for one; names come as octets or as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from cookiewarden.http.set_cookie_line import SERVER_BLANKS, as_octets

# A name that browsers read as Set-Cookie: Chromium honours blanks behind it.
_SET_COOKIE = re.compile(rb"set-cookie[ \t]*", re.IGNORECASE)
# One that becomes a Set-Cookie line on the wire all the same: it brings its own colon or line break.
_SMUGGLING = re.compile(rb"set-cookie[ \t]*:|.*[\r\n\0]", re.IGNORECASE | re.DOTALL)

#: What looking at a field may raise that is no pair, or holds other things than octets or text.
ODD = (TypeError, ValueError, BytesWarning)
#: Stands for a line of which nobody can say what it is.
MALFORMED = b"\0"
#: Stands for a field whose name begins with a blank: it continues the line before it (obs-fold, RFC 9112 5.2).
FOLD = b"\n (a continuation)"
_REMEMBERED_NAMES = 512
_REMEMBERED_CHARACTERS = 64


class FieldNames:
    """What the field names of one app are; remembered, up to a bound, so that most cost one look.

    ``harmless`` holds names that are not Set-Cookie, ``plain`` those that are Set-Cookie and nothing else.
    ``on_lookalike`` is called with a name that is harmless, but has ``set-cookie`` in it: some scripts make cookies of
    such fields. That happens at least once for each, and mostly no more.

    >>> names = FieldNames(on_lookalike=print)
    >>> names.line_of(b"Set-Cookie ", b"a=1"), names.line_of(b"x-set-cookie", b"a=1"), names.harmless
    b'x-set-cookie'
    (b'a=1', None, {b'x-set-cookie'})
    """

    __slots__ = ("_on_lookalike", "harmless", "kind", "plain")

    def __init__(
        self, kind: type[bytes] | type[str] = bytes, on_lookalike: Callable[[bytes], object] | None = None
    ) -> None:
        # Octets and text in one set would be compared, which ``python -bb`` forbids.
        self.kind = kind
        self._on_lookalike = on_lookalike
        self.harmless: set[bytes | str] = set()
        self.plain: set[bytes | str] = set()

    def line_of(self, name: Any, value: Any) -> bytes | None:
        """The Set-Cookie line that some reader may take a field for, ``None`` where there is none.

        It is a malformed one where the line on the wire is not what stands in the value alone, or where nobody can
        say what it is.
        """
        octets = octets_of(name)
        if octets is None:
            return MALFORMED  # some servers make octets of anything
        if _SET_COOKIE.fullmatch(octets):
            self._remember(self.plain, name)
            return octets_of(value) or b""
        if _SMUGGLING.match(octets) or octets.strip(SERVER_BLANKS).lower() == b"set-cookie":
            return MALFORMED
        if octets[:1] in (b" ", b"\t"):
            return FOLD
        if self._on_lookalike is not None and b"set-cookie" in octets.lower():
            self._on_lookalike(octets)
        self._remember(self.harmless, name)
        return None

    def line_of_odd(self, field: Any) -> bytes | None:
        """As ``line_of``, of a field that is no pair of octets or text as it should be."""
        try:
            name, value = field
        except ODD:
            return None  # no pair: the server will say so
        try:
            return self.line_of(name, value)
        except ODD:
            return MALFORMED  # a released memoryview, say

    def _remember(self, names: set[bytes | str], name: Any) -> None:
        if type(name) is self.kind and len(name) <= _REMEMBERED_CHARACTERS and len(names) < _REMEMBERED_NAMES:
            names.add(name)


def followed_by(more: bytes, value: Any, line: bytes) -> bytes | str:
    """Return a field's value, which stands for ``line``, with ``more`` after it: text where it is text."""
    return value + more.decode("ascii") if isinstance(value, str) else line + more


def octets_of(value: Any) -> bytes | None:
    """The octets of a field's name or value, or ``None`` for what is neither octets nor text."""
    return as_octets(value) if isinstance(value, str | bytes | bytearray | memoryview) else None


def values_of(fields: Iterable[Any], name: bytes) -> Iterable[bytes]:
    """The values of the fields of that lower-case name, as octets."""
    for field in fields:
        try:
            field_name, value = field
            # As some servers leave it on the wire: stripped, or with a colon of its own.
            if (octets_of(field_name) or b"").partition(b":")[0].strip(SERVER_BLANKS).lower() != name:
                continue
            octets = octets_of(value) or b""
        except (TypeError, ValueError):
            continue  # no pair, or a released memoryview
        yield octets


def fixed(fields: Iterable[Any]) -> list[Any]:
    """Return a list of fields that cannot change later: bytes for what is like bytes, tuples for other pairs.

    What cannot change stays the same object, and so does what is no pair.

    >>> fixed([(b"a", b"1"), [bytearray(b"b"), memoryview(b"2")]])
    [(b'a', b'1'), (b'b', b'2')]
    """
    return [_fixed(field) for field in fields]


def _fixed(field: Any) -> Any:
    try:
        name, value = field
        pair = _fixed_part(name), _fixed_part(value)
    except Exception:
        return field  # no pair, or a released memoryview
    return field if type(field) is tuple and pair[0] is name and pair[1] is value else pair


def _fixed_part(part: Any) -> Any:
    return bytes(part) if isinstance(part, bytearray | memoryview) else part
