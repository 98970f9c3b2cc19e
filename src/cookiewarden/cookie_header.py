"""What a request says of one cookie, read from its Cookie fields as octets (RFC 6265bis 5.8.3).

Rule: a value is found only where a browser would have written one; everything else is no value at all.
"""

from __future__ import annotations

_SEMICOLON = 0x3B


def cookie_values(field_value: bytes, name: bytes) -> list[bytes]:
    """The values that the cookie ``name`` has in one Cookie field value, in order; several are possible.

    >>> cookie_values(b"a=1; b=2; a=3; aa=4", b"a")
    [b'1', b'3']
    """
    values: list[bytes] = []
    start = name + b"="
    at = field_value.find(start)
    while at >= 0:
        before = at - 1
        while before >= 0 and field_value[before] in b" \t":
            before -= 1
        if before < 0 or field_value[before] == _SEMICOLON:
            end = field_value.find(b";", at)
            if end < 0:
                end = len(field_value)
            values.append(field_value[at + len(start) : end].strip(b" \t"))
            at = end
        at = field_value.find(start, at + 1)
    return values
