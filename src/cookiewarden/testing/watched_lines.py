"""One Set-Cookie line that a test saw, with its request, and what a policy says of it.

Rule: a line is judged for the visitor of its own request. What the middleware of an app decided is not decided again.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cookiewarden.policy.consent import Consent
from cookiewarden.policy.decision import Verdict
from cookiewarden.policy.judge import Judge
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.policy_set import PolicySet
from cookiewarden.reporting.outcome import Outcome


@dataclass(frozen=True, slots=True)
class WatchedLine:
    """A line that an app set. Its representation shows no value.

    ``path`` is without query; ``seen_at`` is in seconds since 1970-01-01 UTC. ``outcome``: what became of it in a
    middleware of ours; ``None`` if the app is not wrapped.
    """

    line: bytes = field(repr=False)
    method: str
    host: str
    path: str
    consent: Consent
    seen_at: float
    outcome: Outcome | None = None


def judged(one: WatchedLine, policies: Policy | PolicySet | None) -> tuple[Policy | None, Verdict]:
    """Return the policy that speaks for the host of a line, and its verdict on the line.

    >>> policy = Policy.from_mapping({"site": {"name": "Exampletown"}})
    >>> judged(WatchedLine(b"theme=dark", "GET", "localhost", "/", Consent(), 0.0), policy)[1].reason.value
    'undeclared'
    """
    policy = policies.for_host(one.host) if isinstance(policies, PolicySet) else policies
    judge = Judge(None if policy is None else policy.declared, one.consent)
    return policy, judge.judge(one.line, one.seen_at)
