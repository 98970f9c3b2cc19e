"""Tells, step by step, why a line passes or not, in the order of decision.

Rule: it decides nothing. The reason of the decision says at which step it fell, so every step before it was answered
with no.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cookiewarden.http.set_cookie import SetCookie
from cookiewarden.policy.decision import ALLOWING, Decision, Reason, Verdict
from cookiewarden.policy.declaration import Category
from cookiewarden.policy.lifetimes import AttributeRules
from cookiewarden.policy.quoting import quoted
from cookiewarden.policy.signals import Signals
from cookiewarden.reporting.outcome import Outcome

_CONSENT = {
    Reason.CONSENTED: "the visitor granted {category}",
    Reason.REFUSED: "the visitor refused {category}",
    Reason.SIGNAL: "a signal of the browser refuses {category}, and no choice made on this site says otherwise",
    Reason.ANONYMIZED: "the statistics are anonymized, and the visitor has not objected",
    Reason.EXEMPT: "the rules that apply exempt it, and the visitor has not objected",
    Reason.UNDECIDED: "the visitor has not chosen yet",
    Reason.STALE: "the visitor chose under an older version of the policy",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a decision. ``decides``: whether the decision fell here; it is the last one then."""

    question: str
    answer: str
    decides: bool = False


def steps_of(decision: Decision, decision_as_visit: Decision, cookie: SetCookie, signals: Signals) -> tuple[Step, ...]:
    """Return the steps that led to a decision. ``decision_as_visit``: what it would be on a visit to the site itself.

    >>> from cookiewarden.http.set_cookie import parse_set_cookie
    >>> from cookiewarden.policy.policy import Policy
    >>> policy, line = Policy.from_mapping({"site": {"name": "Exampletown"}}), "_ga=1"
    >>> decision = policy.decide(line)
    >>> [step.decides for step in steps_of(decision, decision, parse_set_cookie(line), Signals())]
    [False, False, False, True]
    """
    found = []
    for step in _steps(decision, decision_as_visit, cookie, signals):
        found.append(step)
        if step.decides:
            break
    return tuple(found)


def _steps(decision: Decision, decision_as_visit: Decision, cookie: SetCookie, signals: Signals) -> Iterator[Step]:
    reason, declaration = decision.reason, decision.declaration
    question = "Is the line malformed?"
    if reason is Reason.MALFORMED:
        yield Step(question, f"yes: {_malformed(cookie)}", decides=True)
    yield Step(question, "no: it has one name, and neither CR, LF nor NUL")
    question = "Does it delete the cookie?"
    if reason is Reason.DELETION:
        answer = "yes: every engine reads it so"
        if not cookie.is_deletion:
            answer = "yes, with Max-Age=0 added: it ended less than a day ago, or Expires contradicts Max-Age"
        yield Step(question, answer, decides=True)
    is_end = cookie.expiry is not None and cookie.expiry <= cookie.now
    yield Step(question, "not for every engine, so it counts as storing" if is_end else "no: it stores one")
    question = "Is the cookie necessary?"
    if reason is Reason.NECESSARY:
        yield Step(question, "yes: it is declared so, and needs no consent", decides=True)
    yield Step(
        question,
        "no: nothing declares it so" if declaration is None else f"no: it is declared as {declaration.category}",
    )
    if reason is Reason.NO_POLICY:
        yield Step("Does a policy speak for the host?", "no: no policy claims it, so nothing is declared", decides=True)
    question = "Is it declared?"
    if declaration is None:
        yield Step(question, f"no: no declaration covers {quoted(decision.names[0])}", decides=True)
        return
    yield Step(question, "yes")
    category = declaration.category
    alone = decision_as_visit.reason
    is_stopped_abroad = alone in ALLOWING and reason not in ALLOWING
    of_itself = alone if is_stopped_abroad else reason
    short = "no" if of_itself not in ALLOWING else "yes" if of_itself is Reason.CONSENTED else "not needed"
    answer = f"{short}: {_CONSENT[of_itself].format(category=category)}"
    is_last = not signals.is_embedded or of_itself not in ALLOWING
    yield Step("Does the visitor consent?", answer, decides=is_last)
    question = "Is this site a third party on the page?"
    if is_stopped_abroad:
        why = _CONSENT[reason].format(category=Category.THIRD_PARTY)
        yield Step(question, f"yes, so it counts as a third-party cookie as well: {why}", decides=True)
    yield Step(question, "yes: but third-party cookies may be stored, too", decides=True)


def steps_after(verdict: Verdict, outcome: Outcome, line: bytes, left: bytes | None, now: float) -> tuple[Step, ...]:
    """Return the steps of the middleware that follow a decision. ``verdict``: its own. ``left``: the line that leaves.

    >>> verdict = Verdict(Reason.UNDECLARED, None, (b"a",))
    >>> [step.answer for step in steps_after(verdict, Outcome.BLOCKED, b"a=1", None, 0.0)]
    ['no: the line is dropped']
    """
    if outcome is not Outcome.ALLOWED and verdict.reason is not Reason.RENEWAL:
        is_reported = outcome is Outcome.REPORTED
        answer = "yes: the log tells of the line, and it leaves" if is_reported else "no: the line is dropped"
        return (Step("Does the policy only report such lines?", answer, decides=True),)
    found = []
    if verdict.rules is not None and verdict.rules.is_enforced:
        is_fitting = verdict.rules.applied_to(line, now) == line
        answer = "yes" if is_fitting else "no: they are changed" if left != line else "no: such lines are only reported"
        found.append(Step(f"Do the attributes fit the policy ({_demands(verdict.rules)})?", answer))
    question = "Does it only prolong a cookie that the browser sent?"
    if verdict.reason is Reason.RENEWAL:
        found.append(Step(question, "yes: with the same value, so the line is dropped", decides=True))
    elif verdict.is_renewable:
        found.append(Step(question, "no"))
    return tuple(found)


def _demands(rules: AttributeRules) -> str:
    lifetime = (
        "" if rules.limit is None else "no lifetime" if rules.limit.seconds is None else f"at most {rules.limit.text}"
    )
    flags = ("Secure" if rules.secure else "", "HttpOnly" if rules.http_only else "")
    same_site = f"SameSite={rules.same_site}" if rules.same_site else ""
    return ", ".join(filter(None, (lifetime, *flags, same_site)))


def _malformed(cookie: SetCookie) -> str:
    if any(byte in cookie.line for byte in (b"\r", b"\n", b"\0")):
        return "it holds CR, LF or NUL, at which some readers end it and others do not"
    if not cookie.is_malformed:
        return "its name is made of characters that some servers strip"
    return "it has no name, or another one in each engine"
