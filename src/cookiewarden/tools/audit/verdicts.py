"""Says for each state of a visitor whether the site is in order, or why that could not be verified.

Rule: what was not seen is never said to be in order. So a state is not if more of its pages failed than worked; a page
that is not there does neither.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from cookiewarden.errors import Problem, printable
from cookiewarden.policy.findings import Finding, Level
from cookiewarden.policy.policy import Policy
from cookiewarden.testing.checks import UNDECLARED
from cookiewarden.tools.audit.audit_rules import NOT_VERIFIED, UNDECLARED_HOST
from cookiewarden.tools.audit.findings import SiteFinding
from cookiewarden.tools.audit.observed import Observed, Page, State
from cookiewarden.tools.audit.seen_lines import is_own, parsed, place_of
from cookiewarden.tools.web.statuses import REDIRECTS

_NOT_THERE = (404, 410)
_NOT_DECLARED = (UNDECLARED, UNDECLARED_HOST)
_SCRIPTS = "The pages hold scripts, which did not run; look with --browser, or give a policy with --policy."
_CUT = "A part of what there is to see in this state was not seen; the notes say which, and why."
_NOT_REACHED = "The audit did not reach the site in this state; its notes say why."


class Verdict(StrEnum):
    """What an audit says of one state.

    >>> Verdict("no banner needed").name
    'NO_BANNER'
    """

    VIOLATION = "violation"
    IN_ORDER = "in order"
    NOT_VERIFIED = "could not verify"
    NO_BANNER = "no banner needed"


@dataclass(frozen=True, slots=True)
class StateVerdict:
    """The verdict on a state, and a sentence that says why, or what of the state was not seen; ``""`` if all was.

    Of a violation, the findings tell.
    """

    verdict: Verdict
    reason: str = ""


def verdicts_of(
    observed: Observed,
    policy: Policy | None,
    findings: Iterable[SiteFinding],
    sought: Collection[State],
    *,
    is_strict: bool,
) -> Mapping[State, StateVerdict]:
    """Return the verdict on each state that was sought, in the order of the states.

    ``is_strict``: a warning is a violation, too.
    """
    found = list(findings)
    return {state: _verdict(state, observed, policy, found, is_strict) for state in State if state in sought}


def _verdict(
    state: State, observed: Observed, policy: Policy | None, findings: list[SiteFinding], is_strict: bool
) -> StateVerdict:
    levels = {one.finding.level for one in findings if state in one.states}
    if Level.ERROR in levels or (is_strict and Level.WARNING in levels):
        return StateVerdict(Verdict.VIOLATION, _problem(state, observed) or _but_not_all(state, observed))
    if state is not State.NO_CHOICE and _needs_no_banner(observed, policy, findings):
        return StateVerdict(Verdict.NO_BANNER, "The site was seen to set no cookie that needs consent.")
    if problem := _problem(state, observed):
        return StateVerdict(Verdict.NOT_VERIFIED, problem)
    if policy is None and (observed.lines or _contacts_others(observed)):
        return StateVerdict(Verdict.NOT_VERIFIED, "No policy says what the site may set; give one with --policy.")
    if policy is None and observed.has_scripts:
        return StateVerdict(Verdict.NOT_VERIFIED, _SCRIPTS)
    return StateVerdict(Verdict.IN_ORDER, _but_not_all(state, observed))


def _needs_no_banner(observed: Observed, policy: Policy | None, findings: list[SiteFinding]) -> bool:
    """Return whether a visitor has nothing to choose: nothing declared needs consent, and nothing else is set."""
    if _problem(State.NO_CHOICE, observed):
        return False
    if policy is None:
        if observed.has_scripts:
            return False
        return all(parsed(line).is_deletion for line in observed.lines) and not _contacts_others(observed)
    return not (policy.asked_categories or any(one.finding.rule in _NOT_DECLARED for one in findings))


def _contacts_others(observed: Observed) -> bool:
    """Return whether pages contact a host of another site, as far as that can be told without a policy."""
    return not all(is_own(place_of(f"https://{one.host}")[0], observed, None) for one in observed.hosts)


def _problem(state: State, observed: Observed) -> str:
    """Return why a state was not seen; ``""`` if it was."""
    pages = [page for page in observed.pages if page.state is state]
    if not pages and (observed.pages or state not in observed.states):
        return observed.reasons.get(state, _NOT_REACHED)
    ends = _ends(state, observed)
    useless = [page for page in ends if not page.is_seen]
    if pages and len(useless) == len(ends):
        return f"{_answer(useless[0])}." if ends else f"{_answer(pages[0])}, and leads to no page of the site."
    if state not in observed.states:
        return observed.reasons.get(state, _NOT_REACHED)
    if sum(page.status not in _NOT_THERE for page in useless) > len(ends) - len(useless):
        return _but_not_all(state, observed)
    return observed.reasons.get(state, _CUT) if state in observed.cut else ""


def _ends(state: State, observed: Observed) -> list[Page]:
    """Return the pages of a state that do not lead to another one."""
    return [page for page in observed.pages if page.state is state and (page.problem or page.status not in REDIRECTS)]


def _but_not_all(state: State, observed: Observed) -> str:
    """Return how many pages of a state said nothing of the site, and which was the first; ``""`` if all did."""
    ends = _ends(state, observed)
    useless = [page for page in ends if not page.is_seen]
    if not useless:
        return ""
    which = ". The first" if len(useless) > 1 else ""
    return f"{len(useless)} of {len(ends)} pages could not be looked at{which}: {_answer(useless[0])}."


def _answer(page: Page) -> str:
    """Return what a page answers, as the beginning of a sentence."""
    answer = "has no response" if page.status is None else f"answers with {page.status}"
    return f"{printable(page.url)} {page.problem or answer}"


def not_verified(target: str, verdicts: Mapping[State, StateVerdict]) -> Iterable[Finding]:
    """Return a finding for each state that could not be verified, for the formats that have findings only."""
    remedy = "see to it that the audit reaches the site in this state, or name the states to audit with --state"
    return [
        Finding(NOT_VERIFIED, Problem(target, state.value, one.reason.removesuffix("."), remedy))
        for state, one in verdicts.items()
        if one.verdict is Verdict.NOT_VERIFIED
    ]
