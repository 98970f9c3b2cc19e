"""Judge what a policy says: what is missing, what looks wrong, and what visitors would not understand.

A policy that can be loaded says nothing that the middleware could not enforce. Whether it is right is another question.
Rule: pure functions. What they cannot judge, they do not report.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from cookiewarden.policy.findings import Finding
from cookiewarden.policy.known_cookies.lookup import known_cookie
from cookiewarden.policy.layers import Layer
from cookiewarden.policy.lint.declarations import lint_declaration
from cookiewarden.policy.lint.names import lint_names
from cookiewarden.policy.lint.site import lint_site
from cookiewarden.policy.lint.subject import Lookup, Subject
from cookiewarden.policy.policy import Policy


def lint(policy: Policy, layers: Sequence[Layer], today: date, known: Lookup = known_cookie) -> Iterator[Finding]:
    """Yield what looks wrong with a policy. Findings have a file and a key, but no line; see ``positions.locate``.

    ``layers``: the files and presets that the policy was read from, the lowest first. ``today``: the day on which it is
    checked. ``known``: finds well-known cookies.

    >>> mapping = {"site": {"name": "Exampletown"}, "cookies": [
    ...     {"name": "visits", "category": "statistical", "purpose": "...", "provider": "Exampletown"}]}
    >>> policy = Policy.from_mapping(mapping)
    >>> for finding in lint(policy, [Layer("policy", mapping)], date(2026, 12, 1), lambda name: None):
    ...     print(finding.rule.code, finding.problem.key, finding.problem.message)
    CW103 cookies[0].lifetime missing, but visitors must know how long it is kept if they are to consent
    CW108 cookies[0].purpose is not written yet
    """
    subject = Subject(policy, layers, known)
    for row in subject.rows:
        yield from lint_declaration(row, subject.policy)
    yield from lint_names(subject)
    yield from lint_site(subject, today)
