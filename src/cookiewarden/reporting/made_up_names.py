"""Tells cookie names that an app makes up, for each visitor, process or thing, from names that stay.

Some apps end a name in a random token, a UUID or a number. Such names are a family: they share what stands before that
end, and one pattern covers them.
Rule: it looks at the name alone. A name is cut before it gets here, because a look takes longer for a long one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from cookiewarden.http.set_cookie import PREFIXES

#: So many bytes of a name are enough to see its family.
MAX_BYTES = 256

# An end that looks made up: letters and digits after a mark; a number after a letter.
_MADE_UP = (
    re.compile(rb"(.*[^0-9A-Za-z])[A-Za-z]*[0-9][0-9A-Za-z]{3,}", re.DOTALL),
    re.compile(rb"(.*[A-Za-z])[0-9]{3,}", re.DOTALL),
)
_UUID = re.compile(rb"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}(?![0-9A-Za-z])")
_COUNTED = re.compile(rb"(.*[^0-9A-Za-z])[0-9]{1,3}", re.DOTALL)
_MARK = re.compile(rb"[^0-9A-Za-z]")
# What ``secrets`` and ``uuid`` make of random bytes: hexadecimal digits, or base64 with "-" and "_".
_TOKEN = re.compile(rb"[0-9A-Za-z_-]{16,}=*")
# How long base64 is for 16, 24, 32, 48 and 64 bytes. Such a token may begin with a mark, or what looks like a word.
_LENGTHS = frozenset({22, 32, 43, 64, 86})
_LONGEST_CHANCE = 3
# A word, or some joined as in "SameSite" or "BIGipServer", with a number at the end. Possessive, because one run of
# letters could otherwise be split in more ways than can be tried.
_WORDS = re.compile(rb"(?:[A-Z]+|[A-Z]?[a-z]+|(?:[A-Z]{0,4}+[a-z]{2,}+)++)[0-9]{0,3}")
_SHORTEST_PREFIX = 3
_NEEDED_OF_COUNTED = 3


class Family(NamedTuple):
    """What made-up names have in common. ``prefix``: the bytes before the end; empty for a name that is a number.

    ``needed``: how many different names show that they are made up. One is enough if its end is surely random.

    >>> family_of(b"visit1234")
    Family(prefix=b'visit', needed=2)
    """

    prefix: bytes
    needed: int

    @property
    def pattern(self) -> bytes:
        """The pattern that covers the names."""
        return self.prefix + b"*"

    @property
    def is_random(self) -> bool:
        """Whether one name is enough to see that its end is random."""
        return self.needed == 1

    @property
    def is_by_look(self) -> bool:
        """Whether a name looks made up by itself; ``False`` for a short number, which may count a few cookies."""
        return self.needed < _NEEDED_OF_COUNTED

    @property
    def is_number(self) -> bool:
        """Whether the names are plain numbers, so that no pattern covers them alone."""
        return not self.prefix


_NUMBERS = Family(b"", 2)


def family_of(name: bytes) -> Family | None:
    """Return the family of a name whose end looks made up; ``None`` for other names.

    >>> [family_of(name) for name in (b"_ga", b"sessionid", b"wordpress_logged_in", b"__Host-1234")]
    [None, None, None, None]
    >>> family_of(b"access-token-unsecure-FuKNMNNmfmmL_QCSqFcFlx2_9O04Elw2TDJtybfuCf8")
    Family(prefix=b'access-token-unsecure-', needed=1)
    >>> family_of(b"_ga_8KX2P1"), family_of(b"isso-7"), family_of(b"4711")
    (Family(prefix=b'_ga_', needed=2), Family(prefix=b'isso-', needed=3), Family(prefix=b'', needed=2))
    """
    if name.isdigit():
        return _NUMBERS
    if uuid := _UUID.search(name):
        # What stands after it is random no more, but a pattern has one "*", and the begin tells more.
        before = name[: uuid.start()]
        return Family(before, 1) if _is_prefix(before) else None
    prefix = _before_random_end(name)
    needed = 1
    if prefix is None:
        needed = 2
        prefix = _first_prefix(form.fullmatch(name) for form in _MADE_UP)
    if prefix is None:
        needed = _NEEDED_OF_COUNTED
        prefix = _first_prefix([_COUNTED.fullmatch(name)])
    return None if prefix is None else Family(prefix, needed)


def family_by_look(name: bytes) -> Family | None:
    """Return the family of a name that looks made up by itself; ``None`` for other names.

    >>> family_by_look(b"visit1234").pattern, family_by_look(b"isso-7")
    (b'visit*', None)
    """
    family = family_of(name[:MAX_BYTES])
    return family if family is not None and family.is_by_look else None


def known_as(name: bytes) -> bytes:
    """Return the name under which a report lists a cookie: the pattern of its family if its end is surely random.

    Such an end says as much of a visitor as a value does.

    >>> known_as(b"_ga"), known_as(b"token-FuKNMNNmfmmL_QCSqFcFlx2_9O04Elw2TDJtybfuCf8")
    (b'_ga', b'token-*')
    """
    family = family_of(name[:MAX_BYTES])
    return family.pattern if family is not None and family.is_random else name


def _first_prefix(matches: Iterable[re.Match[bytes] | None]) -> bytes | None:
    return next((match[1] for match in matches if match and _is_prefix(match[1])), None)


def _is_prefix(prefix: bytes) -> bool:
    # Cookies with the same standard prefix (RFC 6265bis 4.1.3) are not a family.
    return len(prefix) >= _SHORTEST_PREFIX and prefix.lower() not in PREFIXES


def _before_random_end(name: bytes) -> bytes | None:
    for mark in _MARK.finditer(name):  # the first end that is random, for a token may hold marks itself
        prefix, end = name[: mark.end()], name[mark.end() :]
        if _TOKEN.fullmatch(end) and _is_random(end) and _is_prefix(prefix):
            return prefix
    return None


def _is_random(end: bytes) -> bool:
    """Return whether a token begins with no word or mark, and often changes between digits and kinds of letters."""
    first = _MARK.split(end, maxsplit=1)[0]
    is_by_chance = len(first) <= _LONGEST_CHANCE and len(end) in _LENGTHS
    if end.isdigit() or ((not first or _WORDS.fullmatch(first)) and not is_by_chance):
        return False
    kinds = [_kind(byte) for byte in end]
    changes = sum(one != other for one, other in pairwise(kinds))
    return changes * 5 >= len(end)


def _kind(byte: int) -> int:
    character = bytes([byte])
    return character.isdigit() + 2 * character.islower() + 4 * character.isupper()
