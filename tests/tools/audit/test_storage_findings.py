"""Keys in the storage of a browser: which of them break the policy, in which state."""

import pytest

from cookiewarden import Policy
from cookiewarden.tools.audit.observed import CHOICES, Observed, SeenKey, State
from cookiewarden.tools.audit.storage_findings import problems_of_storage

POLICY = Policy.from_mapping(
    {
        "site": {"name": "Shop"},
        "cookies": [
            {"name": "cart*", "category": "necessary", "purpose": "Keeps your cart", "kind": "local-storage"},
            {"name": "seen", "category": "statistical", "purpose": "Counts visits", "kind": "local-storage"},
        ],
    }
)


@pytest.mark.parametrize(
    ("kind", "key", "states"),
    [
        ("local-storage", "cart-1", []),
        ("local-storage", "seen", [State.NO_CHOICE, State.REFUSED, State.WITHDRAWN]),
        ("session-storage", "seen", [*CHOICES]),
        ("local-storage", "mystery", [*CHOICES]),
    ],
)
def test_a_key_needs_a_declaration_of_its_kind_and_consent(kind, key, states):
    storage = tuple(SeenKey(state, "https://shop.example", kind, key) for state in CHOICES)
    problems = list(problems_of_storage(Observed("shop", frozenset(CHOICES), storage=storage), POLICY))
    assert [state for state, _ in problems] == states
    assert all(f'"{key}"' in problem.message and problem.remedy for _, problem in problems)
