"""Not saying the same thing on every request: what goes wrong each time is told once a minute.

Rule: it holds a few keys of our own choosing, nothing that a visitor sends.
"""

from __future__ import annotations

from collections.abc import Callable

_SECONDS_BETWEEN_TELLING = 60.0


class Throttle:
    """Says whether it is time to tell of something again. ``clock`` gives seconds.

    >>> throttle = Throttle(iter([0.0, 59.0, 60.0]).__next__)
    >>> [throttle.is_due("a hook failed") for _ in range(3)]
    [True, False, True]
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._told: dict[str, float] = {}

    def is_due(self, key: str) -> bool:
        """Whether ``key`` was not told in the last minute; it then counts as told."""
        now = self._clock()
        told = self._told.get(key)
        if told is not None and told <= now < told + _SECONDS_BETWEEN_TELLING:
            return False
        self._told[key] = now
        return True
