"""Counts Set-Cookie lines by what became of them. A snapshot can be added to that of another process.

Rule: it holds names that a site declared or its app set, and never a value. Its memory is bounded.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from cookiewarden.errors import did_you_mean, printable
from cookiewarden.policy.decision import Reason, Verdict
from cookiewarden.policy.declaration import Category
from cookiewarden.process import call_in_child
from cookiewarden.reporting.choice_counts import ChoiceEvent, ChoiceKey
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

#: How many names of undeclared cookies are kept.
MAX_UNDECLARED = 256


_UNDECLARED = "undeclared"
# The values that some fields can have.
_WORDS = {"outcome": tuple(Outcome), "category": (*Category, _UNDECLARED), "reason": tuple(Reason)}


class CountKey(NamedTuple):
    """What lines are counted by.

    ``site``: its id, ``""`` if no policy speaks for the host. ``declaration``: its names. For an undeclared cookie it
    is ``()``, and ``category`` is ``None``.

    >>> CountKey("data.example.org", Outcome.BLOCKED, None, Reason.UNDECLARED, ()).reason.value
    'undeclared'
    """

    site: str
    outcome: Outcome
    category: Category | None
    reason: Reason
    declaration: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """The lines counted from ``since`` to ``until``, in seconds since 1970-01-01 UTC.

    A line counts as a deletion only if nothing else lets it pass. ``undeclared``: how often the most frequent names
    came, by site and name. The counts are exact for up to 256 names. Beyond that, each may be too low, by at most a
    257th of all undeclared lines. ``choices``: what visitors chose. Add the counts of several processes with ``+``.

    >>> key = CountKey("data.example.org", Outcome.BLOCKED, None, Reason.UNDECLARED, ())
    >>> counts = Counts(0.0, 9.0, {key: 2}, {("data.example.org", "_fbp"): 2})
    >>> both = counts + Counts.from_json(counts.to_json())
    >>> both.total(reason="undeclared"), both.by("outcome"), both.undeclared
    (4, {'blocked': 4}, {('data.example.org', '_fbp'): 4})
    """

    since: float
    until: float
    lines: Mapping[CountKey, int]
    undeclared: Mapping[tuple[str, str], int]
    choices: Mapping[ChoiceKey, int] = field(default_factory=dict)

    def __add__(self, other: Counts) -> Counts:
        """Return both together, as if one process had counted."""
        return Counts(
            min(self.since, other.since),
            max(self.until, other.until),
            dict(Counter(self.lines) + Counter(other.lines)),
            most_frequent(Counter(self.undeclared) + Counter(other.undeclared)),
            dict(Counter(self.choices) + Counter(other.choices)),
        )

    def total(self, **wanted: str) -> int:
        """Return the number of lines of a kind: ``total(outcome="blocked", category="statistical")``.

        The fields are those of ``CountKey``, as strings. The category of an undeclared cookie is ``"undeclared"``, and
        a declaration is its names, ``"_ga, _gid"``. Raises ``TypeError`` for another field or a value that is not a
        string, and ``ValueError`` for an unknown outcome, category or reason.
        """
        return sum(count for _, count in self._picked(wanted))

    def by(self, field: str, **wanted: str) -> dict[str, int]:
        """Return the number of lines for each value of one field, the most first.

        For example ``by("declaration", outcome="blocked")``. Otherwise as ``total``.
        """
        _check_field(field)
        totals = Counter[str]()
        for key, count in self._picked(wanted):
            totals[_shown(key, field)] += count
        return dict(totals.most_common())

    def _picked(self, wanted: Mapping[str, str]) -> list[tuple[CountKey, int]]:
        for name, word in wanted.items():
            _check_field(name)
            if not isinstance(word, str):
                raise TypeError(f"{name} must be a string, not {word!r}")
            known = _WORDS.get(name)
            if known is not None and word not in known:
                raise ValueError(f'there is no {name} "{printable(word)}"; {did_you_mean(word, known)}')
        return [
            (key, count)
            for key, count in self.lines.items()
            if all(_shown(key, field) == word for field, word in wanted.items())
        ]

    def to_json(self) -> str:
        """Return the counts as one line of JSON, for another process."""
        lines = [[*key, count] for key, count in self.lines.items()]
        undeclared = [[*key, count] for key, count in self.undeclared.items()]
        choices = [[*key, count] for key, count in self.choices.items()]
        counts = {"since": self.since, "until": self.until, "lines": lines, "undeclared": undeclared}
        return json.dumps({**counts, "choices": choices})

    @classmethod
    def from_json(cls, text: str) -> Counts:
        """Return the counts that ``to_json`` wrote. Raises ``ValueError`` for anything else."""
        try:
            given = json.loads(text)
            lines = {
                CountKey(
                    str(site),
                    Outcome(outcome),
                    None if category is None else Category(category),
                    Reason(reason),
                    tuple(map(str, names)),
                ): _count(count)
                for site, outcome, category, reason, names, count in given["lines"]
            }
            undeclared = {(str(site), str(name)): _count(count) for site, name, count in given["undeclared"]}
            choices = {
                ChoiceKey(str(site), ChoiceEvent(event), str(source)): _count(count)
                for site, event, source, count in given.get("choices", ())  # older versions counted none
            }
            return cls(float(given["since"]), float(given["until"]), lines, undeclared, choices)
        except (ArithmeticError, KeyError, RecursionError, TypeError, ValueError) as error:
            raise ValueError(f"these are not counts ({printable(error)})") from None


def _check_field(field: str) -> None:
    if field not in CountKey._fields:
        raise TypeError(f"{printable(field)} is not one of {', '.join(CountKey._fields)}")


def _shown(key: CountKey, field: str) -> str:
    """Return a field as a string."""
    if field == "declaration":
        return ", ".join(key.declaration)
    return str(getattr(key, field) or (_UNDECLARED if field == "category" else ""))


def _count(given: object) -> int:
    if type(given) is int and given >= 0:
        return given
    raise ValueError(f"{given!r} is not a count")


def most_frequent(names: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    """Return the most frequent names in order (Misra and Gries).

    The count of the first name without room is taken off all counts. So a name that comes often enough stays, however
    many others come.
    """
    ranked = Counter(names).most_common(MAX_UNDECLARED + 1)
    less = ranked[-1][1] if len(ranked) > MAX_UNDECLARED else 0
    return {name: count - less for name, count in ranked if count > less}


class LineCounter:
    """The counters of one wrapped app. ``clock`` gives seconds since 1970-01-01 UTC.

    Counting takes at most one short lock a response, and its memory is bounded. No line is lost between threads.

    ``listed``: verdicts that a judge remembers, on lines that were not merely reported. Any thread may extend it at any
    time, without a lock, and calls ``add_up`` when it holds ``MAX_LISTED``.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.listed: list[Verdict] = []
        self._begin()
        call_in_child(self._begin)

    def _begin(self) -> None:
        """Begin at zero: a forked process counts for itself."""
        self._since = self._clock()
        self._lock = threading.Lock()
        self.listed.clear()
        self._settled: dict[Verdict, int] = {}
        self._reported: dict[Verdict, int] = {}
        self._weight = 0
        self._lines = Counter[CountKey]()
        self._undeclared: dict[tuple[str, str], int] = {}

    def add(self, lines: list[ScreenedLine]) -> None:
        """Count the lines of one response."""
        with self._lock:
            for _, verdict, outcome in lines:
                self._add(self._settled if outcome is not _REPORTED else self._reported, verdict, 1)

    def add_up(self) -> None:
        """Count the verdicts that are listed."""
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
