"""Reads the cookies of a request from its Cookie headers, and cuts some of them out (RFC 6265bis 5.8.3).

Rule: find a value only in a place in which a browser writes one; ignore everything else. Cut a cookie if any reader may
read it under an unwanted name; leave every other byte as it came.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import AnyStr

from cookiewarden.http.set_cookie_line import BLANKS, SERVER_BLANKS

_SEMICOLON = 0x3B
_BLANKS = (0x20, 0x09)


def cookie_values(field_value: bytes, name: bytes) -> list[bytes]:
    """Return the values of the cookie ``name`` in one Cookie header value, in order. There may be several.

    >>> cookie_values(b"a=1; b=2; a=3; aa=4", b"a")
    [b'1', b'3']
    """
    values: list[bytes] = []
    start = name + b"="
    at = field_value.find(start)
    while at >= 0:
        # Browsers write "; " between pairs. Only other blanks need a look at each byte.
        if at == 0 or field_value[at - 2 : at] == b"; " or _begins_pair(field_value, at):
            end = field_value.find(b";", at)
            if end < 0:
                end = len(field_value)
            values.append(field_value[at + len(start) : end].strip(b" \t"))
            at = end
        at = field_value.find(start, at + 1)
    return values


def names_in(piece: bytes) -> tuple[bytes, ...]:
    r"""Return every name that a reader may find in one piece of a Cookie header value; none if the piece is blank.

    The pieces stand between semicolons. Some readers take a piece without ``=`` for a name, others for a value. From a
    name, Python's frameworks strip more than the space and the tab that browsers do, and some decode it first.

    >>> names_in(b" _ga=GA1.2"), names_in(b"_ga"), names_in(b"\x85_ga=1"), names_in(b" ")
    ((b'_ga',), (b'_ga',), (b'\x85_ga', b'_ga'), ())
    """
    start, equals, _ = piece.partition(b"=")
    name = start.strip(BLANKS)
    if not (equals or name):
        return ()
    # As Starlette reads it, which decodes latin-1; and as Django does under WSGI, which decodes UTF-8.
    others = [name.strip(SERVER_BLANKS)]
    if not name.isascii():
        others.append(name.decode("utf-8", "surrogateescape").strip().encode("utf-8", "surrogateescape"))
    return tuple(dict.fromkeys((name, *others)))


def without_cookies(field_value: AnyStr, is_unwanted: Callable[[bytes], bool]) -> AnyStr | None:
    """Return a Cookie header value without its unwanted cookies, or ``None`` if no cookie is left.

    ``field_value``: bytes, or text that stands for latin-1 bytes, as in PEP 3333. ``is_unwanted`` is called with names,
    and a cookie is cut if one of its names is unwanted. The others stay byte for byte. Only the blanks before the first
    one go if cookies before it were cut. If nothing is unwanted, the same object is returned.

    >>> without_cookies(b"_ga=1; sid=2;theme", {b"_ga", b"theme"}.__contains__)
    b'sid=2'
    """
    if isinstance(field_value, str):
        pieces = [(piece, piece.encode("latin-1", "replace")) for piece in field_value.split(";")]
        separator, blanks = ";", " \t"
    else:
        pieces = [(piece, piece) for piece in field_value.split(b";")]
        separator, blanks = b";", BLANKS
    kept = [piece for piece, data in pieces if not any(map(is_unwanted, names_in(data)))]
    if len(kept) == len(pieces):
        return field_value
    if not any(piece.strip(blanks) for piece in kept):
        return None
    if kept[0] is not pieces[0][0]:
        kept[0] = kept[0].lstrip(blanks)
    return separator.join(kept)


def _begins_pair(field_value: bytes, at: int) -> bool:
    """Return whether only blanks stand between ``at`` and the semicolon, or the beginning, before it."""
    before = at - 1
    while before >= 0 and field_value[before] in _BLANKS:
        before -= 1
    return before < 0 or field_value[before] == _SEMICOLON
