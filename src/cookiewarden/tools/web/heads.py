r"""Reads the head of a response that breaks a rule of HTTP, so that its cookies are seen all the same.

Browsers take far more than the rules allow, such as a blank before a colon.
Rule: one odd line hides no other one. A head without its end, or without a status, is none.
"""

from __future__ import annotations

import re

#: Longer heads are not kept.
MAX_HEAD_BYTES = 131_072
_HEAD = re.compile(rb"HTTP/\d\.\d[ \t]+(\d{3})\b[^\n]*\n(.*?)^\r?\n", re.DOTALL | re.MULTILINE)


def head_of(data: bytes) -> tuple[int, tuple[tuple[bytes, bytes], ...]] | None:
    r"""Return the status and the headers of the response that these bytes begin; ``None`` if they begin none.

    Heads that only say that another one follows, such as 103, are passed over.

    >>> head_of(b"HTTP/1.1 200 OK\r\nSet-Cookie : a=1\r\nodd\r\nX: \0\r\n\r\nbody")
    (200, ((b'set-cookie', b'a=1'), (b'x', b'\x00')))
    """
    at = 0
    while (head := _HEAD.match(data, at)) and head[1].startswith(b"1"):
        at = head.end()
    if head is None:
        return None
    pairs = (line.partition(b":") for line in head[2].split(b"\n"))
    return int(head[1]), tuple((name.strip().lower(), value.strip(b" \t\r")) for name, colon, value in pairs if colon)
