"""A whole audit: what was observed, under which policy, with the findings, the verdicts and the rows.

Rule: a value. Every format prints it, and adds nothing to it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from cookiewarden.policy.policy import Policy
from cookiewarden.tools.audit import audit_rules
from cookiewarden.tools.audit.findings import SiteFinding, findings_of
from cookiewarden.tools.audit.observed import CHOICES, Observed, State
from cookiewarden.tools.audit.redaction import redacted
from cookiewarden.tools.audit.rows import CookieRow, Lookup, rows_of
from cookiewarden.tools.audit.set_aside import notes_of_set_aside
from cookiewarden.tools.audit.verdicts import StateVerdict, Verdict, not_verified, verdicts_of
from cookiewarden.tools.reports.report import Report


@dataclass(frozen=True, slots=True)
class Audit:
    """All that an audit says. ``policy``: the name of the policy; ``""`` for none. ``is_strict``: warnings count, too.

    ``verdicts``: those of the states that were sought, in order. ``declared``: the policy itself.
    """

    observed: Observed
    policy: str
    findings: tuple[SiteFinding, ...]
    verdicts: Mapping[State, StateVerdict]
    rows: tuple[CookieRow, ...]
    is_strict: bool = False
    declared: Policy | None = None

    @property
    def verdict(self) -> Verdict:
        """The verdict on the whole: a violation in any state, else what could not be verified, else in order."""
        found = {one.verdict for one in self.verdicts.values()}
        if Verdict.VIOLATION in found or self.report.is_failed:
            return Verdict.VIOLATION
        return Verdict.NOT_VERIFIED if Verdict.NOT_VERIFIED in found or not found else Verdict.IN_ORDER

    @property
    def report(self) -> Report:
        """The findings as the formats of all commands take them. What could not be verified is one of them, too."""
        findings = [one.with_states for one in self.findings]
        rest = not_verified(self.observed.target, self.verdicts)
        return Report((*findings, *rest), (self.observed.target,), audit_rules.RULES, self.is_strict, _NOUN)


_NOUN = ("site", "sites")


def _in_states(findings: Iterable[SiteFinding], sought: Collection[State]) -> Iterator[SiteFinding]:
    """Yield the findings of the states that are sought, and those of the site as a whole."""
    for one in findings:
        states = tuple(state for state in one.states if state in sought)
        if states or not one.states:
            yield replace(one, states=states)


def audit_of(
    observed: Observed,
    policy: Policy | None,
    known: Lookup,
    *,
    label: str = "",
    sought: Collection[State] = CHOICES,
    is_strict: bool = False,
) -> Audit:
    """Judge what was observed. ``label``: the name of the policy. ``sought``: the states that the audit had to see.

    >>> audit = audit_of(Observed("shop.example", frozenset()), None, lambda name: None)
    >>> audit.verdict.value, len(audit.report.findings)
    ('could not verify', 4)
    """
    observed = redacted(observed)
    observed = replace(observed, notes=(*observed.notes, *notes_of_set_aside(observed, policy)))
    findings = tuple(_in_states(findings_of(observed, policy), sought))
    verdicts = verdicts_of(observed, policy, findings, sought, is_strict=is_strict)
    rows = rows_of(observed, policy, findings, known)
    return Audit(observed, label, findings, verdicts, rows, is_strict, policy)
