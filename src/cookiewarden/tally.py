"""Counting what becomes of Set-Cookie lines, while they leave.

Rule: counting takes one short lock a response, and its memory is bounded. Nothing is lost between threads.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

from cookiewarden.counts import CountKey, Counts, Outcome, most_frequent
from cookiewarden.decide import Judgement, Reason
from cookiewarden.decision_hook import Told
from cookiewarden.forking import call_in_child
from cookiewarden.policy import Policy

# What was counted is told apart by site, declaration and name when there is this much of it, and before it is shown.
_MAX_PENDING = 256
# Beyond this, lines are counted by what became of them only, and not by site and declaration.
_MAX_KEYS = 65_536
_SHOWN_OCTETS = 128
_REPORTED = Outcome.REPORTED


# By the judgement, of which there is mostly one for each name, and which is known by its identity.
_Counts = dict[Judgement, int]


class Tally:
    """The counters of one wrapped app. ``clock`` gives seconds since 1970-01-01 UTC."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._begin()
        call_in_child(self._begin)

    def _begin(self) -> None:
        """Count from nothing: a forked process counts for itself."""
        self._since = self._clock()
        self._lock = threading.Lock()
        self._pending: dict[Policy | None, tuple[_Counts, _Counts]] = {}
        self._waiting = 0
        self._lines = Counter[CountKey]()
        self._undeclared: dict[tuple[str, str], int] = {}

    def add(self, policy: Policy | None, lines: list[Told]) -> None:
        """Count the lines of one response."""
        with self._lock:
            counts = self._pending.get(policy)
            if counts is None:
                counts = self._pending[policy] = {}, {}
            settled, reported = counts
            for _, judgement, outcome in lines:
                pending = settled if outcome is not _REPORTED else reported
                try:
                    pending[judgement] += 1
                except KeyError:
                    pending[judgement] = 1
                    self._waiting += 1 + sum(map(len, judgement.names)) // _SHOWN_OCTETS
            if self._waiting >= _MAX_PENDING:
                self._fold()

    def snapshot(self) -> Counts:
        """All that was counted so far."""
        with self._lock:
            self._fold()
            return Counts(self._since, self._clock(), dict(self._lines), dict(self._undeclared))

    def _fold(self) -> None:
        undeclared = Counter(self._undeclared)
        for policy, (settled, reported) in self._pending.items():
            site = "" if policy is None else policy.site.id
            for judgement, count in settled.items():
                outcome = Outcome.ALLOWED if judgement.is_allowed else Outcome.BLOCKED
                self._count(_key(site, judgement, outcome), judgement, count, undeclared)
            for judgement, count in reported.items():
                self._count(_key(site, judgement, _REPORTED), judgement, count, undeclared)
        self._undeclared = most_frequent(undeclared)
        self._pending.clear()
        self._waiting = 0

    def _count(self, key: CountKey, judgement: Judgement, count: int, undeclared: Counter[tuple[str, str]]) -> None:
        if judgement.reason is Reason.UNDECLARED:
            name = judgement.names[0][:_SHOWN_OCTETS].decode("utf-8", "backslashreplace")
            undeclared[key.site, name] += count
        if key not in self._lines and len(self._lines) >= _MAX_KEYS:
            key = key._replace(site="", declaration=())
        self._lines[key] += count


def _key(site: str, judgement: Judgement, outcome: Outcome) -> CountKey:
    declaration = judgement.declaration
    if declaration is None:
        return CountKey(site, outcome, None, judgement.reason, ())
    return CountKey(site, outcome, declaration.category, judgement.reason, declaration.names)
