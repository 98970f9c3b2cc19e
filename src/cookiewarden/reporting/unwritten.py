"""Keeps what one process learned until it is written: what is new, and what was only counted once more.

Rule: nothing is lost. What could not be written waits for the next time, together with what came since.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, Protocol, TypeVar


class _Sum(Protocol):
    def __add__(self: V, other: V, /) -> V: ...


K = TypeVar("K")
V = TypeVar("V", bound=_Sum)


class Unwritten(Generic[K, V]):
    """What is not written yet, by key. Two values of a key add up. The caller locks it, and bounds how many there are.

    >>> counts: Unwritten[str, int] = Unwritten()
    >>> counts.add("a", 1, is_new=True), counts.add("a", 2, is_new=False), counts.add("b", 5, is_new=False)
    (None, None, None)
    >>> counts.take(is_due=False), counts.take(is_due=True)
    ({'a': 3}, {'b': 5})
    """

    def __init__(self) -> None:
        self._values: dict[K, V] = {}
        self._news: set[K] = set()  # what of it is new, and not only counted once more

    @property
    def has_news(self) -> bool:
        """Whether anything of it is new."""
        return bool(self._news)

    def add(self, key: K, value: V, *, is_new: bool) -> None:
        """Add one value; ``is_new``: it has to be written soon."""
        known = self._values.get(key)
        self._values[key] = value if known is None else known + value
        if is_new:
            self._news.add(key)

    def take(self, *, is_due: bool) -> dict[K, V]:
        """Return what is new, or with ``is_due`` all, and count it as written."""
        taken = {key: value for key, value in self._values.items() if is_due or key in self._news}
        self._values = {key: value for key, value in self._values.items() if key not in taken}
        self._news = set()
        return taken

    def put_back(self, taken: Mapping[K, V]) -> None:
        """Keep what could not be written, before what came since."""
        since, self._values = self._values, dict(taken)
        self._news.update(taken)
        for key, value in since.items():
            self.add(key, value, is_new=False)

    def forget(self) -> None:
        """Forget all of it."""
        self._values, self._news = {}, set()
