"""Judges the keys that pages keep in local and session storage, as cookies are judged: declared, and after consent.

Rule: only names are judged; no value was kept.
"""

from __future__ import annotations

from collections.abc import Iterator

from cookiewarden.errors import Problem
from cookiewarden.policy.judge import Judge
from cookiewarden.policy.names import NameTable
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.quoting import quoted
from cookiewarden.reporting.made_up_names import known_as
from cookiewarden.tools.audit.observed import Observed, State
from cookiewarden.tools.audit.seen_lines import CONSENTS, shown

_KINDS = ("local-storage", "session-storage")


def problems_of_storage(observed: Observed, policy: Policy) -> Iterator[tuple[State, Problem]]:
    """Yield each key that the policy does not declare, or that waits for consent, with the state in which it was there.

    >>> from cookiewarden.tools.audit.observed import SeenKey
    >>> policy = Policy.from_mapping({"site": {"name": "Exampletown"}})
    >>> key = SeenKey(State.NO_CHOICE, "https://shop.example", "local-storage", "uid")
    >>> seen = Observed("shop.example", frozenset({State.NO_CHOICE}), storage=(key,))
    >>> [problem.message for _, problem in problems_of_storage(seen, policy)]
    ['holds "uid", and the policy does not declare it']
    """
    if not observed.storage:
        return
    declared = {
        kind: NameTable((name, one) for one in policy.declarations if one.kind == kind for name in one.names)
        for kind in _KINDS
    }
    for seen in observed.storage:
        key = seen.key.encode("utf-8", "replace")
        found = declared[seen.kind].find(key)
        name = known_as(key)
        where = f"{seen.kind}: {shown(name)}"
        if found is None:
            remedy = f'declare it with kind = "{seen.kind}", or do without it'
            message = f"holds {quoted(name)}, and the policy does not declare it"
            yield seen.state, Problem(observed.target, where, message, remedy)
        elif not Judge(policy.declared, CONSENTS[seen.state]).allows(found):
            remedy = "set it only after consent, and remove it when the visitor withdraws"
            message = f"holds {quoted(name)}, and that waits for consent to {found.category} cookies"
            yield seen.state, Problem(observed.target, where, message, remedy)
