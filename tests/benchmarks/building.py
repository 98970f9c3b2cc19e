"""Measure what a policy of 100,000 declarations takes: time, and memory as tracemalloc counts it.

The policy is read from a mapping, and each value is checked. Then its declarations are compiled into tables and
digests. The target is for compiling. All declarations need consent, because those of necessary cookies have no digest.
"""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from benchmarks.policies import mapping_of_size
from cookiewarden import Policy

DECLARATIONS = 100_000
MOST_SECONDS, MOST_BYTES = 0.2, 25_000_000


@dataclass(frozen=True)
class Cost:
    """The median time in seconds, and what stays in memory, in bytes."""

    seconds: float
    kept: int

    def __str__(self) -> str:
        return f"{self.seconds * 1e3:,.0f} ms, {self.kept / 1e6:,.1f} MB kept"


@dataclass(frozen=True)
class BuildingCosts:
    """What it costs to read a number of declarations, and to compile them."""

    declarations: int
    read: Cost
    compiled: Cost

    def __str__(self) -> str:
        target = f"{MOST_SECONDS * 1e3:.0f} ms, {MOST_BYTES / 1e6:.0f} MB for {DECLARATIONS:,}"
        return (
            f"{self.declarations:,} declarations: compiling {self.compiled} (target: {target}); "
            f"reading and compiling {self.read}"
        )


def building_costs(declarations: int = DECLARATIONS, rounds: int = 3) -> BuildingCosts:
    """Return what it costs to read and compile a policy. The memory of the mapping itself does not count."""
    mapping = mapping_of_size(declarations)
    mapping["cookies"] = [{**row, "category": "statistical"} for row in mapping["cookies"]]
    policy = Policy.from_mapping(mapping)
    return BuildingCosts(
        declarations,
        _cost(lambda: Policy.from_mapping(mapping), rounds),
        _cost(lambda: Policy(policy.site, policy.preferences, policy.declarations), rounds),
    )


def _cost(build: Callable[[], Policy], rounds: int) -> Cost:
    times = []
    for _ in range(rounds):
        gc.collect()
        began = perf_counter()
        build()
        times.append(perf_counter() - began)
    gc.collect()
    tracemalloc.start()
    try:
        policy = build()
        gc.collect()
        kept, _ = tracemalloc.get_traced_memory()
        del policy
    finally:
        tracemalloc.stop()
    return Cost(median(times), kept)
