"""A bounded memory that many threads may share.

Rule: it never holds more than twice its limit, and losing an entry costs time, never a right answer.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from cookiewarden.process import Lock

K = TypeVar("K")
V = TypeVar("V")


class Memo(Generic[K, V]):
    """Remembers up to ``2 * limit`` values by key; what has not been asked for lately is forgotten first.

    Two generations take turns: when the young one is full it becomes the old one, and the old one goes.
    Reading takes no lock; ``None`` is not a value.

    >>> memo = Memo[str, int](limit=2)
    >>> for number, word in enumerate(["a", "b", "c", "d", "e"]):
    ...     memo.put(word, number)
    >>> memo.get("a"), memo.get("e")
    (None, 4)
    """

    __slots__ = ("_limit", "_lock", "_old", "_young")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._young: dict[K, V] = {}
        self._old: dict[K, V] = {}
        self._lock = Lock()

    def get(self, key: K) -> V | None:
        """The value put under ``key``, or ``None``."""
        found = self._young.get(key)
        if found is None:
            found = self._old.get(key)
            if found is not None:
                self.put(key, found)
        return found

    def put(self, key: K, value: V) -> None:
        """Remember ``value``; the oldest half is forgotten when there is no room."""
        with self._lock:
            if len(self._young) >= self._limit:
                self._old = self._young
                self._young = {}
            self._young[key] = value

    def __len__(self) -> int:
        return len(self._young) + len(self._old)
