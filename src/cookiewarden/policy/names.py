"""Finds what was declared for a name, among exact names and patterns with one ``*``.

Rule: names are bytes, compared exactly. Finding one takes no longer among 100,000 names than among ten.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import Any, Generic, TypeVar

from cookiewarden.policy.declaration import Declaration, Kind

T = TypeVar("T")

_NOTHING: tuple[set[int], dict[bytes, Any]] = (set(), {})


class NameTable(Generic[T]):
    """A table of names and patterns, compiled once.

    An exact name wins, then the pattern with the most literal characters, then the one with the longer part before its
    ``*``. Entries are ``(name, value)``; a name may stand in a table once, and no value is ``None``.

    >>> table = NameTable([("_ga", 1), ("_ga*", 2), ("*", 3)])
    >>> table.find(b"_ga"), table.find(b"_ga_X"), table.find(b"_fbp")
    (1, 2, 3)
    """

    __slots__ = ("_exact", "_prefix_lengths", "_prefixes", "_suffixed", "_suffixed_lengths")

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        self._exact: dict[bytes, T] = {}
        # Patterns that end in "*", by what stands before it: nearly all of them do.
        self._prefixes: dict[bytes, T] = {}
        # The others, by what stands before "*": the lengths of what may stand after it, and the values by that.
        self._suffixed: dict[bytes, tuple[set[int], dict[bytes, T]]] = {}
        for name, value in entries:
            if "*" not in name:
                self._exact[name.encode()] = value
                continue
            prefix, _, suffix = name.encode().partition(b"*")
            if suffix:
                lengths, by_suffix = self._suffixed.setdefault(prefix, (set(), {}))
                lengths.add(len(suffix))
                by_suffix[suffix] = value
            else:
                self._prefixes[prefix] = value
        self._prefix_lengths = sorted(set(map(len, self._prefixes)))
        self._suffixed_lengths = sorted(set(map(len, self._suffixed)))

    def find(self, name: bytes) -> T | None:
        """Return the value of the entry that covers ``name``, or ``None`` if none does."""
        found = self._exact.get(name)
        if found is not None:
            return found
        best = b""
        lengths = self._prefix_lengths
        for length in reversed(lengths[: bisect_right(lengths, len(name))]):  # the longest first
            found = self._prefixes.get(name[:length])
            if found is not None:
                best = name[:length]
                break
        return self._find_suffixed(name, best, found) if self._suffixed else found

    def _find_suffixed(self, name: bytes, best: bytes, found: T | None) -> T | None:
        """As ``find``, with the patterns that do not end in "*"; ``best`` is the pattern that was found before."""
        rank = (-1, -1) if found is None else (_characters(best), _characters(best))
        for length in self._suffixed_lengths:
            if length > len(name):
                break
            prefix = name[:length]
            lengths, by_suffix = self._suffixed.get(prefix, _NOTHING)
            for tail in lengths:
                if length + tail <= len(name) and (suffix := name[len(name) - tail :]) in by_suffix:
                    before = _characters(prefix)
                    if (before + _characters(suffix), before) > rank:
                        rank, found = (before + _characters(suffix), before), by_suffix[suffix]
        return found


def _characters(part: bytes) -> int:
    """Return how many characters a part of a pattern has."""
    return len(part.decode())


def names_of_declarations(declarations: Iterable[Declaration]) -> NameTable[Declaration]:
    """Return the table that finds the declaration of a cookie's name. What declares no cookie is not in it."""
    cookies = (declaration for declaration in declarations if declaration.kind is Kind.COOKIE)
    return NameTable((name, declaration) for declaration in cookies for name in declaration.names)
