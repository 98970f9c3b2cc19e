"""The counts of cookies by what became of them, as a snapshot. It can be added to that of another process.

Rule: it holds names that a site declared, its app set or a browser sent, and never a value. Its size is bounded.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cookiewarden.errors import did_you_mean, printable
from cookiewarden.policy.decision import Reason
from cookiewarden.policy.declaration import Category
from cookiewarden.reporting.choice_counts import ChoiceEvent, ChoiceKey
from cookiewarden.reporting.outcome import Outcome

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

    ``request_cookies``: the same for the cookies that requests sent, in place of lines. A blocked one was hidden from
    the app. A reported one reached it although nothing allows that. Cookies on a host without a policy do not count.
    ``None`` in counts of an older version, and in these counts themselves.

    ``reported_hosts``: how often browsers reported a host that no declaration names, by site and host; see the option
    ``csp``. The host ``""`` stands for all beyond the first 1,000 of a process. Anyone can send a report.

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
    request_cookies: Counts | None = None
    reported_hosts: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def __add__(self, other: Counts) -> Counts:
        """Return both together, as if one process had counted."""
        of_requests = self.request_cookies or other.request_cookies
        if self.request_cookies is not None and other.request_cookies is not None:
            of_requests = self.request_cookies + other.request_cookies
        return Counts(
            min(self.since, other.since),
            max(self.until, other.until),
            dict(Counter(self.lines) + Counter(other.lines)),
            most_frequent(Counter(self.undeclared) + Counter(other.undeclared)),
            dict(Counter(self.choices) + Counter(other.choices)),
            of_requests,
            dict(Counter(self.reported_hosts) + Counter(other.reported_hosts)),
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
        return json.dumps(self._as_table())

    def _as_table(self) -> dict[str, Any]:
        lines = [[*key, count] for key, count in self.lines.items()]
        undeclared = [[*key, count] for key, count in self.undeclared.items()]
        of_requests = None if self.request_cookies is None else self.request_cookies._as_table()
        choices = [[*key, count] for key, count in self.choices.items()]
        table = {"since": self.since, "until": self.until, "lines": lines, "undeclared": undeclared}
        table |= {"choices": choices} if choices else {}
        hosts = [[*key, count] for key, count in self.reported_hosts.items()]
        table |= {"reported_hosts": hosts} if hosts else {}
        return table if of_requests is None else {**table, "request_cookies": of_requests}

    @classmethod
    def from_json(cls, text: str) -> Counts:
        """Return the counts that ``to_json`` wrote. Raises ``ValueError`` for anything else."""
        try:
            given = json.loads(text)
            of_requests = given.get("request_cookies")
            return cls._of(given, None if of_requests is None else cls._of(of_requests))
        except (ArithmeticError, AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
            raise ValueError(f"these are not counts ({printable(error)})") from None

    @classmethod
    def _of(cls, given: Mapping[str, Any], of_requests: Counts | None = None) -> Counts:
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
        hosts = {(str(site), str(host)): _count(count) for site, host, count in given.get("reported_hosts", ())}
        return cls(float(given["since"]), float(given["until"]), lines, undeclared, choices, of_requests, hosts)


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
