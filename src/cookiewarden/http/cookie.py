"""What a request says of its cookies, read from its Cookie fields as octets (RFC 6265bis 5.8.3).

Rule: a value is found only where a browser would have written one; everything else is no value at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

_SEMICOLON = 0x3B
_BLANKS = (0x20, 0x09)


def cookie_values(field_value: bytes, name: bytes) -> list[bytes]:
    """The values that the cookie ``name`` has in one Cookie field value, in order; several are possible.

    >>> cookie_values(b"a=1; b=2; a=3; aa=4", b"a")
    [b'1', b'3']
    """
    values: list[bytes] = []
    start = name + b"="
    at = field_value.find(start)
    while at >= 0:
        # Browsers write "; " between two pairs; other blanks are looked at one by one.
        if at == 0 or field_value[at - 2 : at] == b"; " or _begins_pair(field_value, at):
            end = field_value.find(b";", at)
            if end < 0:
                end = len(field_value)
            values.append(field_value[at + len(start) : end].strip(b" \t"))
            at = end
        at = field_value.find(start, at + 1)
    return values


def cookie_names(field_value: bytes, start: int = 0) -> Iterator[bytes]:
    """Yield the names of the cookies in one Cookie field value, in order; those without ``=`` have none.

    ``start``: the number of the cookie to begin with, by which a clock may move it; those before it come last.

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
    """Whether nothing but blanks stands between a place and the semicolon, or the beginning, before it."""
    before = at - 1
    while before >= 0 and field_value[before] in _BLANKS:
        before -= 1
    return before < 0 or field_value[before] == _SEMICOLON
