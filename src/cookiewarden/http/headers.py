r"""Reads the headers of a response: which of them are Set-Cookie for some reader, and the values of one name.

Rule: a header is Set-Cookie if any server, proxy or browser may take it for one. Names and values are bytes or text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from cookiewarden.http.set_cookie_line import SERVER_BLANKS

# A name that browsers read as Set-Cookie: Chromium accepts blanks after it.
_SET_COOKIE = re.compile(rb"set-cookie[ \t]*", re.IGNORECASE)
# A name that becomes a Set-Cookie line on the wire all the same, because it brings its own colon or line break.
_SMUGGLING = re.compile(rb"set-cookie[ \t]*:|.*[\r\n\0]", re.IGNORECASE | re.DOTALL)

#: What looking at a header may raise if it is not a pair, or holds other things than bytes or text.
ODD = (TypeError, ValueError, BytesWarning)
#: Stands for a line that readers do not agree on.
MALFORMED = b"\0"
#: Stands for a header whose name begins with a blank: it continues the line before it (obs-fold, RFC 9112 5.2).
FOLD = b"\n (a continuation)"
_REMEMBERED_NAMES = 512
_REMEMBERED_CHARACTERS = 64


def as_bytes(line: bytes | bytearray | memoryview | str) -> bytes:
    r"""Return the bytes of a line; text stands for its latin-1 bytes, as in PEP 3333.

    A character beyond latin-1 stands for no byte: it becomes NUL, so the line is malformed.

    >>> as_bytes("a=é"), as_bytes("a=€")
    (b'a=\xe9', b'a=\x00')
    """
    if type(line) is bytes:
        return line
    if isinstance(line, str):
        try:
            return line.encode("latin-1")
        except UnicodeEncodeError:
            return "".join(character if character < "\u0100" else "\0" for character in line).encode("latin-1")
    return bytes(line)


def bytes_of(value: Any) -> bytes | None:
    """Return the bytes of a header's name or value, or ``None`` if it is neither bytes nor text."""
    return as_bytes(value) if isinstance(value, str | bytes | bytearray | memoryview) else None


class HeaderNames:
    """The header names of one app, and which of them are Set-Cookie. It remembers them, up to a bound.

    ``harmless`` holds names that are not Set-Cookie, ``plain`` those that are Set-Cookie and nothing else. ``kind`` is
    the type of the names. ``on_lookalike`` is called with a harmless name that contains ``set-cookie``, because some
    scripts make cookies of such headers. That happens at least once for each name, and rarely more often.

    >>> names = HeaderNames(on_lookalike=print)
    >>> names.line_of((b"Set-Cookie ", b"a=1")), names.line_of((b"x-set-cookie", b"a=1")), names.harmless
    b'x-set-cookie'
    (b'a=1', None, {b'x-set-cookie'})
    """

    __slots__ = ("_on_lookalike", "harmless", "kind", "plain")

    def __init__(
        self, kind: type[bytes] | type[str] = bytes, on_lookalike: Callable[[bytes], object] | None = None
    ) -> None:
        # Only names of one kind are remembered: "python -bb" forbids to compare bytes with text.
        self.kind = kind
        self._on_lookalike = on_lookalike
        self.harmless: set[bytes | str] = set()
        self.plain: set[bytes | str] = set()

    def line_of(self, header: Any) -> bytes | None:
        """Return the Set-Cookie line that some reader may take a header for, ``None`` if there is none.

        It is ``MALFORMED`` if the line on the wire is not what the value says, or if nobody can tell.
        """
        try:
            name, value = header
        except ODD:
            return None  # not a pair, which the server will report
        try:
            return self._line_of(name, value)
        except ODD:
            return MALFORMED  # a released memoryview, for example

    def _line_of(self, name: Any, value: Any) -> bytes | None:
        if type(name) is self.kind:
            if name in self.harmless:
                return None
            if name in self.plain:
                return bytes_of(value) or b""
        data = bytes_of(name)
        if data is None:
            return MALFORMED  # some servers make bytes of anything
        if _SET_COOKIE.fullmatch(data):
            self._remember(self.plain, name)
            return bytes_of(value) or b""
        if _SMUGGLING.match(data) or data.strip(SERVER_BLANKS).lower() == b"set-cookie":
            return MALFORMED
        if data[:1] in (b" ", b"\t"):
            return FOLD
        if self._on_lookalike is not None and b"set-cookie" in data.lower():
            self._on_lookalike(data)
        self._remember(self.harmless, name)
        return None

    def _remember(self, names: set[bytes | str], name: Any) -> None:
        if type(name) is self.kind and len(name) <= _REMEMBERED_CHARACTERS and len(names) < _REMEMBERED_NAMES:
            names.add(name)


def in_place_of(value: Any, line: bytes) -> bytes | str:
    """Return a line as the new value of a header: as text if its ``value`` is text."""
    return line.decode("latin-1") if isinstance(value, str) else line


def values_of(headers: Iterable[Any], name: bytes) -> Iterable[bytes]:
    """Yield the values of the headers of that lower-case name, as bytes."""
    for header in headers:
        try:
            given, value = header
            # As some servers send it: stripped, or with a colon of its own.
            if (bytes_of(given) or b"").partition(b":")[0].strip(SERVER_BLANKS).lower() != name:
                continue
            data = bytes_of(value) or b""
        except (TypeError, ValueError):
            continue  # not a pair, or a released memoryview
        yield data


def fixed(headers: Iterable[Any]) -> list[Any]:
    """Return a list of headers that cannot change later: bytes for what is like bytes, tuples for other pairs.

    What cannot change stays the same object, and so does what is not a pair.

    >>> fixed([(b"a", b"1"), [bytearray(b"b"), memoryview(b"2")]])
    [(b'a', b'1'), (b'b', b'2')]
    """
    return [_fixed(header) for header in headers]


def _fixed(header: Any) -> Any:
    try:
        name, value = header
        pair = _fixed_part(name), _fixed_part(value)
    except Exception:
        return header  # not a pair, or a released memoryview
    return header if type(header) is tuple and pair[0] is name and pair[1] is value else pair


def _fixed_part(part: Any) -> Any:
    return bytes(part) if isinstance(part, bytearray | memoryview) else part
