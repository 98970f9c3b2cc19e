"""Measure how much memory a wrapped app keeps of a visitor, while thousands of different visitors send requests.

Rule: the warm-up fills every bounded memory. So the peak of memory during one window of visitors must be the peak
during the next.
"""

from __future__ import annotations

import gc
import logging
import tracemalloc
from collections.abc import Iterator
from itertools import count, islice

from benchmarks.measure import Side
from benchmarks.policies import HOST, SECRET_KEY, ordinary_policy
from benchmarks.scenarios import FIVE, Scenario
from benchmarks.visitors import DIFFERENT_CHOICES, Visit, chosen, forged
from cookiewarden import Policy, PolicySet

WARM_UP = 13_000  # it fills every bounded memory: every third visitor brings a new choice
_BATCH = 50
_NEW_NAMES = "visitor_%d=1; Path=/"


def _visitors(policies: PolicySet) -> Iterator[Visit]:
    """Yield, in turn, a visitor who chose, one with a forged choice, and one on a host without a policy; none twice."""
    policy = policies.policies[0]
    forgeries = forged(policy)
    for number in range(DIFFERENT_CHOICES):  # fills what the benchmark itself keeps
        chosen(policy, number)
    for number in count():
        yield Visit(HOST, chosen(policy, number))
        yield next(forgeries)
        yield Visit(f"host-{number}.example", None)


def _policies() -> PolicySet:
    ordinary = ordinary_policy()
    site = Policy.from_mapping({"site": {"name": "Exampletown", "hosts": [HOST]}}).site
    return PolicySet([Policy(site, ordinary.preferences, ordinary.declarations)])


def kept_per_visitor(side: Side, visitors: int = 20_000, warm_up: int = WARM_UP) -> float:
    """Return the bytes that a wrapped app keeps of each visitor after the warm-up, as tracemalloc counts them."""
    scenario = Scenario("memory", "different visitors", _policies, _visitors, (*FIVE, _NEW_NAMES))
    policies = scenario.policy()
    app = side.cookiewarden(side.app(scenario), policy=policies, secret_key=SECRET_KEY)
    requests = (side.request(visit) for visit in scenario.source(policies))
    logger = logging.getLogger("cookiewarden")
    level = logger.level
    logger.setLevel(logging.ERROR)
    tracemalloc.start()
    try:
        _peak(side, app, islice(requests, warm_up))
        before = _peak(side, app, islice(requests, visitors))
        after = _peak(side, app, islice(requests, visitors))
    finally:
        tracemalloc.stop()
        logger.setLevel(level)
    return (after - before) / visitors


def _peak(side: Side, app: object, requests: Iterator[dict[str, object]]) -> int:
    """Return the most memory in use while these requests were answered."""
    gc.collect()
    tracemalloc.reset_peak()
    while part := list(islice(requests, _BATCH)):
        side.drive(app, part)
    return tracemalloc.get_traced_memory()[1]
