"""What a whole run of tests saw: which declared cookies were set, which are not declared, and a basis for a draft.

Rule: names and attributes only, never a value. What the processes of one run saw can be added up.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from cookiewarden.errors import printable
from cookiewarden.http.request import RequestSnapshot
from cookiewarden.http.wsgi_environ import EnvironReader
from cookiewarden.policy.decision import Reason
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.policy_set import PolicySet, every_policy
from cookiewarden.policy.quoting import quoted
from cookiewarden.reporting.learned import Learned
from cookiewarden.reporting.learning import Learner
from cookiewarden.reporting.made_up_names import family_by_look
from cookiewarden.reporting.outcome import Outcome
from cookiewarden.testing.watched_lines import WatchedLine, judged

_MAX_SHOWN = 20
_MAX_NAMES = 1000


@dataclass
class _PolicyReport:
    """What was seen under one policy. ``declared``: by the names of a declaration, whether a test set such a cookie.

    ``tests``: their names, because a test may run again. ``undeclared``: for each name, the first test that set it.
    """

    tests: set[str] = field(default_factory=set)
    declared: dict[str, bool] = field(default_factory=dict)
    undeclared: dict[str, str] = field(default_factory=dict)

    def add(self, other: _PolicyReport) -> None:
        """Add what another process saw."""
        self.tests |= other.tests
        for names, is_seen in other.declared.items():
            self.declared[names] = is_seen or self.declared.get(names, False)
        for name, test in other.undeclared.items():
            self.add_undeclared(name, test)

    def add_undeclared(self, name: str, test: str) -> None:
        """Keep the first test of a name, while there is room."""
        if len(self.undeclared) < _MAX_NAMES:
            self.undeclared.setdefault(name, test)


class RunReport:
    """What the tests of one run saw so far.

    >>> report = RunReport()
    >>> report.add("test_shop", [], Policy.from_mapping({"site": {"name": "Exampletown"}}))
    >>> list(report.lines())
    ['policy, 1 test: 0 of 0 declared cookies were set, and 0 that are not declared']
    """

    def __init__(self) -> None:
        self._by_policy: dict[str, _PolicyReport] = {}
        self._learner = Learner(EnvironReader(), time.time, {})
        self._learned = Learned.of(())

    def add(self, test: str, lines: Iterable[WatchedLine], policies: Policy | PolicySet | None) -> None:
        """Add what one test saw. ``test``: its name in the report."""
        every = () if policies is None else every_policy(policies)
        for policy in every:
            declared = self._of(policy.label).declared
            for declaration in policy.cookies:
                # The middleware sets this one, which is for its own tests.
                if policy.preferences.name not in declaration.names:
                    declared.setdefault(", ".join(declaration.names), False)
        labels = {policy.label for policy in every} or {""}
        for line in lines:
            labels.add(self._add_line(test, line, policies))
        for label in labels:
            self._of(label).tests.add(test)

    def _of(self, label: str) -> _PolicyReport:
        return self._by_policy.setdefault(label, _PolicyReport())

    def _add_line(self, test: str, line: WatchedLine, policies: Policy | PolicySet | None) -> str:
        """Add one line, and return the label of the policy that speaks for it."""
        policy, verdict = judged(line, policies)
        label = "" if policy is None else policy.label
        report, is_storing = self._of(label), verdict.reason not in (Reason.DELETION, Reason.MALFORMED)
        if verdict.declaration is not None:
            names = ", ".join(verdict.declaration.names)
            if names in report.declared and is_storing:
                report.declared[names] = True
        else:
            snapshot = RequestSnapshot()
            snapshot.path = line.path
            environ = {"REQUEST_METHOD": line.method, "HTTP_HOST": line.host}
            self._learner.see(snapshot, environ, None, [(line.line, verdict, line.outcome or Outcome.ALLOWED)])
            if is_storing:
                report.add_undeclared(_shown_name(verdict.names[0]), test)
        return label

    @property
    def learned(self) -> Learned:
        """What is not declared, as a basis for a draft."""
        taken = self._learner.take(is_last=True)
        if taken is not None:
            self._learned += taken
        return self._learned

    def to_json(self) -> str:
        """Return all of it as text, for another process."""
        policies = {
            label: [sorted(report.tests), report.declared, report.undeclared]
            for label, report in self._by_policy.items()
        }
        return json.dumps({"policies": policies, "learned": self.learned.to_jsonl()})

    def add_json(self, text: str) -> None:
        """Add what ``to_json`` of another process returned."""
        given: dict[str, Any] = json.loads(text)
        for label, (tests, declared, undeclared) in given["policies"].items():
            self._of(label).add(_PolicyReport(set(tests), declared, undeclared))
        self._learned += Learned.from_jsonl(given["learned"])

    def lines(self) -> Iterator[str]:
        """Yield the lines of the report, for people; none if no test was watched."""
        for label, report in sorted(self._by_policy.items()):
            tests = f"{len(report.tests)} test{'' if len(report.tests) == 1 else 's'}"
            undeclared = len(report.undeclared)
            not_declared = f"{undeclared} that {'is' if undeclared == 1 else 'are'} not declared"
            if label:
                seen = f"{sum(report.declared.values())} of {len(report.declared)} declared cookies were set"
                yield f"{label}, {tests}: {seen}, and {not_declared}"
            else:
                yield f"without a policy, {tests}: {not_declared}"
            yield from _shown("not declared", [f"{name} (in {test})" for name, test in report.undeclared.items()])
            unset = [names for names, is_set in report.declared.items() if not is_set]
            yield from _shown("declared, but not set", unset)


def _shown(title: str, things: list[str]) -> Iterator[str]:
    if things:
        yield f"  {title}:"
        yield from (f"    {printable(one)}" for one in things[:_MAX_SHOWN])
        if len(things) > _MAX_SHOWN:
            yield f"    and {len(things) - _MAX_SHOWN} more"


def _shown_name(name: bytes) -> str:
    """Return a name as the report shows it: those that look made up are one pattern, except for plain numbers."""
    family = family_by_look(name)
    return quoted(name if family is None or family.is_number else family.pattern)
