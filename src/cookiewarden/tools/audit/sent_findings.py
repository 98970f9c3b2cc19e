"""Judges the cookies that a browser sends as their lines would be judged: a script, or an earlier visit, set them.

Rule: a cookie that was seen to be set is judged by its line. After a withdrawal, one that is sent should be gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cookiewarden.errors import Problem
from cookiewarden.policy.decision import Reason, Verdict
from cookiewarden.policy.findings import Rule
from cookiewarden.policy.judge import Judge
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.quoting import quoted
from cookiewarden.reporting.made_up_names import known_as
from cookiewarden.testing.checks import BEFORE_CONSENT, UNDECLARED
from cookiewarden.tools.audit.audit_rules import AFTER_REFUSAL, AFTER_WITHDRAWAL
from cookiewarden.tools.audit.observed import Observed, SentCookie, State
from cookiewarden.tools.audit.seen_lines import CONSENTS, is_own, parsed, place_of, shown

_DELETE = "delete it when the visitor withdraws, with the Path and the Domain with which it was set"
_AGAIN = "if the browser had it from before, record again in a private window"


def problems_of_sent(observed: Observed, policy: Policy) -> Iterator[tuple[Rule, State, Problem]]:
    """Yield each cookie that a request carried though the policy does not let it, with its rule and its state.

    >>> policy = Policy.from_mapping({"site": {"name": "Exampletown", "hosts": ["shop.example"]}})
    >>> sent = SentCookie(State.NO_CHOICE, "https://shop.example/", b"_ga")
    >>> seen = Observed("shop.example", frozenset({State.NO_CHOICE}), sent=(sent,))
    >>> [problem.message for _, _, problem in problems_of_sent(seen, policy)]
    ['carries "_ga", which the policy does not declare']
    """
    judges: Mapping[State, Judge] = {state: Judge(policy.declared, consent) for state, consent in CONSENTS.items()}
    seen_set = {known_as(parsed(line).name) for line in observed.lines}
    # Those are found by their lines, in that state, too.
    set_again = {
        known_as(parsed(line).name)
        for line in observed.lines
        if line.state is State.WITHDRAWN and not parsed(line).is_deletion
    }
    for sent in observed.sent:
        name = known_as(sent.name)
        verdict = judges[sent.state].judge_name(sent.name)
        is_left = sent.state is State.WITHDRAWN and name not in set_again
        found = _fault(sent, name, verdict, is_seen_set=name in seen_set, is_left=is_left)
        host, path, _ = place_of(sent.url)
        # What other sites keep, they may have kept before the visit.
        if found is not None and (verdict.reason is not Reason.UNDECLARED or is_own(host, observed, policy)):
            rule, message, remedy = found
            key = f"{sent.method} {path}"
            yield rule, sent.state, Problem(observed.target, key, message, remedy, cookie=shown(name))


def _fault(
    sent: SentCookie, name: bytes, verdict: Verdict, *, is_seen_set: bool, is_left: bool
) -> tuple[Rule, str, str] | None:
    """Return the rule that a sent cookie breaks, a message, and a remedy; ``None`` if it breaks none.

    ``is_left``: whether the visitor withdrew consent, and the cookie is from before.
    """
    if sent.state is State.WITHDRAWN and verdict.reason is Reason.REFUSED:
        message = f"still carries {quoted(name)}, and the visitor withdrew consent to cookies of its category"
        return AFTER_WITHDRAWAL, message, _DELETE
    if is_left and verdict.reason is Reason.UNDECLARED:
        message = f"still carries {quoted(name)}, which the policy does not declare, after the visitor withdrew consent"
        return AFTER_WITHDRAWAL, message, f"declare it, or {_DELETE}"
    if is_seen_set:
        return None
    if verdict.reason is Reason.UNDECLARED:
        return UNDECLARED, f"carries {quoted(name)}, which the policy does not declare", f"declare it; {_AGAIN}"
    remedy = f"let what sets it wait for consent; {_AGAIN}"
    if verdict.reason is Reason.REFUSED:
        message = f"carries {quoted(name)}, and the visitor refused cookies of its category"
        return AFTER_REFUSAL, message, remedy
    if verdict.reason is Reason.UNDECIDED and verdict.declaration is not None:
        message = f"carries {quoted(name)}, which waits for consent to {verdict.declaration.category} cookies"
        return BEFORE_CONSENT, message, remedy
    return None
