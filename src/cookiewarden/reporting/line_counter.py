"""Counts cookies by what became of them: Set-Cookie lines, or cookies of requests.

Rule: it holds names that a site declared, its app set or a browser sent, and never a value. Its memory is bounded.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from cookiewarden.policy.decision import Reason, Verdict
from cookiewarden.process import call_in_child
from cookiewarden.reporting.counts import CountKey, Counts, most_frequent
from cookiewarden.reporting.outcome import Outcome, ScreenedLine

#: When so many verdicts are listed, they are added up.
MAX_LISTED = 4096
# So many verdicts wait until they are counted by site, declaration and name; long names count for several. Then the
# latest are counted, so many at once, for each takes some microseconds.
_MAX_WEIGHT = 4096
_FOLDED_AT_ONCE = 1024
# Beyond so many keys, lines are not counted by site and declaration any more.
_MAX_KEYS = 65_536
_SHOWN_BYTES = 128
_REPORTED = Outcome.REPORTED


class CountedTogether(Protocol):
    """Lines that are always counted together. Such objects are compared by identity."""

    @property
    def lines(self) -> Sequence[ScreenedLine]:
        """Return the verdict on each of them, and what became of it."""


class LineCounter:
    """The counters of one wrapped app. ``clock`` gives seconds since 1970-01-01 UTC.

    Counting takes at most one short lock a response, and its memory is bounded. No line is lost between threads.

    ``listed``: verdicts that a judge remembers, on lines that were not merely reported. ``together``: lines that are
    always counted together. Any thread may extend both at any time, without a lock, and calls ``add_up`` when one of
    them holds ``MAX_LISTED``.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.listed: list[Verdict] = []
        self.together: list[CountedTogether] = []
        self._begin()
        call_in_child(self._begin)

    def _begin(self) -> None:
        """Begin at zero: a forked process counts for itself."""
        self._since = self._clock()
        self._lock = threading.Lock()
        self.listed.clear()
        self.together.clear()
        self._settled: dict[Verdict, int] = {}
        self._reported: dict[Verdict, int] = {}
        self._weight = 0
        self._lines = Counter[CountKey]()
        self._undeclared: dict[tuple[str, str], int] = {}

    def add(self, lines: Iterable[ScreenedLine]) -> None:
        """Count the lines of one response."""
        with self._lock:
            self._add_lines(lines, 1)

    def add_up(self) -> None:
        """Count what is listed."""
        with self._lock:
            self._add_up()

    def snapshot(self) -> Counts:
        """Return all that was counted so far."""
        with self._lock:
            self._add_up()
            self._fold(0)
            return Counts(self._since, self._clock(), dict(self._lines), dict(self._undeclared))

    def _add_up(self) -> None:
        count = len(self.listed)
        taken = self.listed[:count]
        del self.listed[:count]
        settled = self._settled
        for verdict, times in Counter(taken).items():
            if verdict in settled:
                settled[verdict] += times
            else:
                self._add(settled, verdict, times)
        count = len(self.together)
        groups = self.together[:count]
        del self.together[:count]
        for group, times in Counter(groups).items():
            self._add_lines(group.lines, times)

    def _add_lines(self, lines: Iterable[ScreenedLine], times: int) -> None:
        for _, verdict, outcome in lines:
            self._add(self._settled if outcome is not _REPORTED else self._reported, verdict, times)

    def _add(self, counts: dict[Verdict, int], verdict: Verdict, times: int) -> None:
        if verdict in counts:
            counts[verdict] += times
            return
        counts[verdict] = times
        self._weight += _weight_of(verdict)
        if self._weight >= _MAX_WEIGHT:
            self._fold(_MAX_WEIGHT - _FOLDED_AT_ONCE)

    def _fold(self, weight: int) -> None:
        """Count by site, declaration and name what waits, until no more than so much is left."""
        undeclared = Counter(self._undeclared)
        for counts in (self._reported, self._settled):
            while counts and self._weight > weight:
                verdict, count = counts.popitem()
                self._weight -= _weight_of(verdict)
                outcome = Outcome.ALLOWED if verdict.is_allowed else Outcome.BLOCKED
                key = _key(verdict, outcome if counts is self._settled else _REPORTED)
                if verdict.reason is Reason.UNDECLARED:
                    name = verdict.names[0][:_SHOWN_BYTES].decode("utf-8", "backslashreplace")
                    undeclared[key.site, name] += count
                if key not in self._lines and len(self._lines) >= _MAX_KEYS:
                    key = key._replace(site="", declaration=())
                self._lines[key] += count
        self._undeclared = most_frequent(undeclared)


def _weight_of(verdict: Verdict) -> int:
    return 1 + sum(map(len, verdict.names)) // _SHOWN_BYTES


def _key(verdict: Verdict, outcome: Outcome) -> CountKey:
    declaration = verdict.declaration
    if declaration is None:
        return CountKey(verdict.site, outcome, None, verdict.reason, ())
    return CountKey(verdict.site, outcome, declaration.category, verdict.reason, declaration.names)
