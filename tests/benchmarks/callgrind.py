"""Count instructions per request with valgrind: a figure that does not depend on how busy the machine is.

The figure depends on the build of the interpreter, so figures of two machines are compared in P. At most two processes
count at a time. Each counts several scenarios, because starting a process takes as long as counting some of them.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.counted import BARE, CONTENDERS, WRONG, Task
from benchmarks.measure import Result, WrongResponseError
from benchmarks.scenarios import Scenario

Report = Callable[[Task], object]

_PROCESSES = 2
_TOTALS = re.compile(r"^totals: (\d+)$", re.MULTILINE)
_WRONG = re.compile(r"^wrong response: (.*)$", re.MULTILINE)


class CountingError(Exception):
    """Valgrind could not count."""


def is_available() -> bool:
    """Return whether valgrind is installed."""
    return shutil.which("valgrind") is not None


def tasks_of(found: Iterable[Scenario], kinds: Sequence[str], sides: Sequence[str]) -> list[Task]:
    """Return the tasks of these scenarios: one for each kind of request on each side."""
    return [
        Task(side, kind, scenario.key)
        for scenario in found
        for kind in scenario.kinds
        if kind in kinds
        for side in sides
    ]


def count_instructions(tasks: list[Task], large: Iterable[str] = (), report: Report = id) -> dict[Task, Result]:
    """Return the instructions that each contender adds to the bare app, per request.

    ``large``: the keys of scenarios that take long to make. One process makes such a scenario, and counts it on both
    sides. ``report`` is called after each task. Raises ``WrongResponseError`` and ``CountingError``.
    """
    shares = _shares(tasks, frozenset(large))
    with ThreadPoolExecutor(min(_PROCESSES, os.cpu_count() or 1)) as pool:
        counted = list(pool.map(lambda share: _count(share, report), shares))
    return {task: result for results in counted for task, result in results.items()}


def _shares(tasks: list[Task], large: frozenset[str]) -> list[list[Task]]:
    """Split tasks among processes: one for each large scenario, and as many as can run at a time for the others."""
    shares: dict[object, list[Task]] = {}
    for task in tasks:
        if task.key in large:
            shares.setdefault(task.key, []).append(task)
    for place, task in enumerate(task for task in tasks if task.key not in large):
        shares.setdefault((place + place // 2) % _PROCESSES, []).append(task)  # each process counts both sides
    return list(shares.values())


def _count(tasks: list[Task], report: Report) -> dict[Task, Result]:
    with TemporaryDirectory() as folder:
        command = ["valgrind", "-q", "--tool=callgrind", "--dump-before=getpgid"]
        command += [f"--callgrind-out-file={folder}/%p", sys.executable]
        lines = run_counted(command, tasks, report)
        taken: dict[tuple[int, str], float] = {}
        for place, contender, process, requests in lines:
            # The first file counts what came before the requests, the second the requests.
            totals = _TOTALS.search(Path(folder, f"{process}.2").read_text(encoding="utf-8"))
            if totals is None:
                raise CountingError(f"valgrind wrote no total for {tasks[place]}")
            taken[place, contender] = int(totals[1]) / requests
    return {task: result_of({name: taken[place, name] for name in CONTENDERS}) for place, task in enumerate(tasks)}


def result_of(taken: dict[str, float]) -> Result:
    """Return what each contender adds to the bare app."""
    bare = taken[BARE]
    return Result(bare, {name: total - bare for name, total in taken.items() if name != BARE})


def run_counted(command: list[str], tasks: list[Task], report: Report) -> list[tuple[int, str, int, int]]:
    """Run ``benchmarks.counted`` by a command, and return what it prints. Raises what ``count_instructions`` raises."""
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    arguments = [*command, "-m", "benchmarks.counted", json.dumps(tasks)]
    lines: list[tuple[int, str, int, int]] = []
    with subprocess.Popen(
        arguments,
        cwd=Path(__file__).parents[1],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        errors: list[str] = []
        reader = threading.Thread(target=lambda: errors.extend(process.stderr or ()))
        reader.start()
        for line in process.stdout or ():
            place, contender, number, requests = json.loads(line)
            lines.append((place, contender, number, requests))
            if contender == CONTENDERS[-1]:
                report(tasks[place])
        reader.join()
    stderr = "".join(errors)
    if process.returncode == WRONG:
        raise WrongResponseError("; ".join(_WRONG.findall(stderr)))
    if process.returncode or len(lines) != len(tasks) * len(CONTENDERS):
        raise CountingError(f"{' '.join(arguments)}\nended with {process.returncode}:\n{stderr}")
    return lines
