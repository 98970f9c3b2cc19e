"""Read the cookies of a request from its Cookie headers, as bytes (RFC 6265bis 5.8.3).

Rule: find a value only in a place in which a browser writes one; ignore everything else.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

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


def cookie_names(field_value: bytes, start: int = 0) -> Iterator[bytes]:
    """Yield the names of the cookies in one Cookie header value, in order. A cookie without ``=`` has no name.

    ``start``: the index of the first cookie, modulo their number, so the caller may pass the time. Those before it come
    last.

    >>> list(cookie_names(b"a=1; b=2=3; c; =4")), list(cookie_names(b"a=1; b=2; c=3", start=4))
    ([b'a', b'b'], [b'b', b'c', b'a'])
    """
    pairs = field_value.split(b";")
    start %= len(pairs)
    for pair in chain(islice(pairs, start, None), islice(pairs, start)):
        name, equals, _ = pair.partition(b"=")
        name = name.strip(b" \t")
        if equals and name:
            yield name


def _begins_pair(field_value: bytes, at: int) -> bool:
    """Return whether only blanks stand between ``at`` and the semicolon, or the beginning, before it."""
    before = at - 1
    while before >= 0 and field_value[before] in _BLANKS:
        before -= 1
    return before < 0 or field_value[before] == _SEMICOLON
