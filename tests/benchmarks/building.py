"""What a policy of 100,000 declarations takes to build: time, and memory as tracemalloc counts it."""

from __future__ import annotations

import gc
import tracemalloc
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from benchmarks.policies import mapping_of_size
from cookiewarden import Policy

DECLARATIONS = 100_000
MOST_SECONDS, MOST_OCTETS = 0.2, 25_000_000


@dataclass(frozen=True)
class Built:
    """The median time, what the policy takes once it stands, and the most that was in use while it was built."""

    declarations: int
    seconds: float
    kept: int
    peak: int

    def __str__(self) -> str:
        return (
            f"building {self.declarations:,} declarations: {self.seconds * 1e3:,.0f} ms (target: "
            f"{MOST_SECONDS * 1e3:.0f} for {DECLARATIONS:,}), {self.kept / 1e6:,.1f} MB kept (target: "
            f"{MOST_OCTETS / 1e6:.0f}), {self.peak / 1e6:,.1f} MB at most meanwhile"
        )


def built(declarations: int = DECLARATIONS, rounds: int = 3) -> Built:
    """Build a policy some times; what the mapping itself takes does not count."""
    mapping = mapping_of_size(declarations)
    times = []
    for _ in range(rounds):
        gc.collect()
        began = perf_counter()
        Policy.from_mapping(mapping)
        times.append(perf_counter() - began)
    gc.collect()
    tracemalloc.start()
    try:
        policy = Policy.from_mapping(mapping)
        gc.collect()
        kept, peak = tracemalloc.get_traced_memory()
        del policy
    finally:
        tracemalloc.stop()
    return Built(declarations, median(times), kept, peak)
