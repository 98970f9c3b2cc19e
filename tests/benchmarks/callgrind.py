"""Instructions per request, counted by valgrind: a figure that does not depend on how busy the machine is.

A small child interpreter answers N requests, and another 2N; the difference is what N requests take. The child is
this module: ``python -m benchmarks.callgrind KIND SCENARIO CONTENDER REQUESTS``.
"""

from __future__ import annotations

import gc
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.measure import BARE, PASS, WARDEN, Bench, Result, quiet
from benchmarks.scenarios import scenarios
from benchmarks.sides import SIDES

COUNTED = ("none", "five-seen")
_CONTENDERS = (BARE, PASS, WARDEN)
_REQUESTS = 1_000
_BATCH = 50
_COLLECTED = re.compile(r"Collected : (\d+)")


def is_available() -> bool:
    """Whether valgrind is installed."""
    return shutil.which("valgrind") is not None


def count_instructions(kind: str, keys: tuple[str, ...] = COUNTED) -> dict[str, Result]:
    """By scenario, the instructions that each contender adds to the bare app, per request."""
    runs = [(key, contender, times) for key in keys for contender in _CONTENDERS for times in (1, 2)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        totals = dict(zip(runs, pool.map(lambda run: _total(kind, *run), runs), strict=True))
    results = {}
    for key in keys:
        taken = {name: (totals[key, name, 2] - totals[key, name, 1]) / _REQUESTS for name in _CONTENDERS}
        bare = taken.pop(BARE)
        results[key] = Result(bare, {name: total - bare for name, total in taken.items()})
    return results


def _total(kind: str, key: str, contender: str, times: int) -> int:
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", sys.executable]
    command += ["-m", "benchmarks.callgrind", kind, key, contender, str(times * _REQUESTS)]
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    folder = Path(__file__).parents[1]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    match = _COLLECTED.search(done.stderr)
    if done.returncode or match is None:
        raise RuntimeError(f"{' '.join(command)}:\n{done.stderr}")
    return int(match[1])


def _child(kind: str, key: str, contender: str, requests: int) -> None:
    quiet()
    side = next(side for side in SIDES if side.name == kind)
    scenario = next(scenario for scenario in scenarios() if scenario.key == key)
    bench = Bench(side, scenario, with_rivals=False)
    bench.check()
    batch = bench.requests(_BATCH)
    gc.disable()
    for _ in range(requests // _BATCH):
        side.drive(bench.apps[contender], batch)


if __name__ == "__main__":
    _child(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
