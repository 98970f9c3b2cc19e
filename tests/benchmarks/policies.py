"""The policies to measure: one of ordinary size, one of many declarations, and a set of many sites."""

from __future__ import annotations

from functools import cache
from typing import Any

from cookiewarden import Policy, PolicySet

SECRET_KEY = "a key that serves benchmarks only"
HOST = "data.example.org"


def _declared(category: str, *names: str, **more: object) -> dict[str, object]:
    return {"names": list(names), "category": category, "purpose": "A cookie of the benchmark", **more}


_ORDINARY = [
    _declared("necessary", "sessionid", "csrftoken", "django_language", "messages", "AWSALB", "AWSALBCORS"),
    _declared("necessary", "session"),
    _declared("statistical", "_pk_id*", "_pk_ses*", anonymized=True),
    _declared("statistical", "_ga", "_ga_*", "_gid"),
    _declared("first-party", "theme", "layout", "recently_viewed"),
    _declared("third-party", "_fbp", "_hj*", "NID", "YSC"),
]


@cache
def ordinary_policy() -> Policy:
    """Return a policy of common size: some twenty names, four of them patterns."""
    return Policy.from_mapping({"site": {"name": "Exampletown", "id": HOST}, "cookies": _ORDINARY})


def mapping_of_size(size: int) -> dict[str, Any]:
    """Return a policy of ``size`` declarations, as a site writes it.

    Half of the declarations are patterns. The length of the names does not depend on the size.
    """
    exact = [_declared("necessary", f"exact{'-' * (number % 4)}{number:06}") for number in range(size - size // 2)]
    patterns = [_declared("necessary", f"start{'-' * (number % 4)}{number:06}_*") for number in range(size // 2)]
    return {"site": {"name": "Exampletown", "id": HOST}, "cookies": exact + patterns}


@cache
def policy_of_size(size: int) -> Policy:
    """Return a policy of ``size`` declarations."""
    return Policy.from_mapping(mapping_of_size(size))


@cache
def sites(size: int) -> PolicySet:
    """Return the policies of ``size`` sites, each with the cookies of the ordinary policy."""
    ordinary = ordinary_policy()
    hosts = [f"site-{number}.example.org" for number in range(size)]
    policies = (Policy.from_mapping({"site": {"name": host, "hosts": [host]}}) for host in hosts)
    return PolicySet(
        Policy(policy.site, policy.preferences, ordinary.declarations, policy.label) for policy in policies
    )
