"""Reads the policy that a site publishes itself, as the JSON of its policy page, so that it can be audited against it.

Rule: what the JSON does not say is not guessed. A text that is not such a policy is no policy, and no error.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from cookiewarden.errors import PolicyError
from cookiewarden.policy.declaration import Kind, Lifetime
from cookiewarden.policy.policy import Policy

_MAX_COOKIES = 2_000


def policy_of_page(body: bytes) -> Policy | None:
    """Return the policy that the body of ``/cookies.json`` holds; ``None`` if it holds none.

    >>> rows = [{"names": ["_ga"], "purpose": "Counts visits", "kind": "cookie", "lifetime": "13 months"}]
    >>> page = {"name": "Exampletown", "categories": [{"category": "statistical", "cookies": rows}]}
    >>> policy_of_page(json.dumps(page).encode()).decide("_ga=1").reason.value
    'undecided'
    """
    try:
        page = json.loads(body)
        rows = list(_rows(page["categories"]))
        if len(rows) > _MAX_COOKIES:
            return None
        return Policy.from_mapping({"site": {"name": str(page["name"])}, "cookies": rows})
    except (AttributeError, KeyError, PolicyError, RecursionError, TypeError, ValueError):
        return None


def _rows(categories: list[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for category in categories:
        for cookie in category["cookies"]:
            kind = cookie.get("kind", Kind.COOKIE.value)
            row = {"names": cookie["names"], "category": category["category"], "purpose": cookie["purpose"]}
            if cookie.get("anonymized"):
                row["anonymized"] = True
            if kind != Kind.COOKIE:
                row["kind"] = kind
            if cookie.get("hosts"):
                row["hosts"] = cookie["hosts"]
            if kind == Kind.COOKIE and _is_lifetime(cookie.get("lifetime")):
                row["lifetime"] = cookie["lifetime"]
            yield row


def _is_lifetime(given: object) -> bool:
    """Return whether a policy file could say this lifetime; the page says it in its own language."""
    try:
        Lifetime.parse(given if isinstance(given, str) else "")
    except ValueError:
        return False
    return True
