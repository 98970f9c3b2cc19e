"""The time of one visit: how much of it is left, and how long to wait before the next request.

Rule: a pause that does not fit into the time that is left ends the visit at once, and the reason is named.
"""

from __future__ import annotations

from collections.abc import Callable

from cookiewarden.tools.audit.bounds import Bounds


class VisitEndError(Exception):
    """The visit ends before it is complete; the message says why."""


class VisitTime:
    """The time of a visit that begins now. ``clock`` counts seconds.

    >>> VisitTime(Bounds(seconds=9.0), lambda: 0.0).turn(11.0)
    (0.0, 9.0)
    """

    def __init__(self, bounds: Bounds, clock: Callable[[], float]) -> None:
        self._bounds, self._clock = bounds, clock
        self._end = clock() + bounds.seconds
        self._answered: float | None = None
        #: What is noted if the time is over.
        self.over = f"The visit ended after {bounds.seconds:g} seconds; the rest was not opened."

    def check(self) -> None:
        """Raise ``VisitEndError`` if the time is over."""
        if self._clock() >= self._end:
            raise VisitEndError(self.over)

    def turn(self, asked: float) -> tuple[float, float]:
        """Return how long to wait before the next request, and how many seconds are left then.

        ``asked``: the seconds between two requests that robots.txt asks for. Raises ``VisitEndError`` if none are left.
        """
        now, delay = self._clock(), max(self._bounds.delay, asked)
        pause = 0.0 if self._answered is None else max(self._answered + delay - now, 0.0)
        left = self._end - now - pause
        if left <= 0 < self._end - now and asked > self._bounds.delay:
            raise VisitEndError(
                f"robots.txt asks for {asked:g} seconds between two requests, and the visit had less left; "
                "the rest was not opened."
            )
        if left <= 0:
            raise VisitEndError(self.over)
        return pause, left

    def note_answer(self) -> None:
        """Count the next pause from now on."""
        self._answered = self._clock()
