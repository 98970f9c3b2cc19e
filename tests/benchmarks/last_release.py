"""Keep the instructions of the last release in ``last_release.json``, and say what became dearer or cheaper since.

Rule: figures are compared in P, because instructions depend on the build of the interpreter. No change of a figure
fails a run.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import cookiewarden
from benchmarks.counted import Task
from benchmarks.measure import COOKIEWARDEN, PASS, Result

FILE = Path(__file__).with_name("last_release.json")
#: A figure that changes by no more than this counts as the same.
TOLERANCE = 0.03
_HOW = "write it with: python -m benchmarks --callgrind --save"


class LastReleaseError(Exception):
    """The file is missing, or is not what ``save`` writes."""


@dataclass(frozen=True)
class Counts:
    """The counts of one version."""

    version: str
    python: str
    results: Mapping[Task, Result]


@dataclass(frozen=True)
class Change:
    """What a scenario added then, and what it adds now, in P."""

    task: Task
    then: float
    now: float

    @property
    def is_dearer(self) -> bool:
        return self.now > self.then * (1 + TOLERANCE)

    @property
    def is_cheaper(self) -> bool:
        return self.now < self.then * (1 - TOLERANCE)

    def __str__(self) -> str:
        return f"{self.task.key} ({self.task.kind}) from {self.then:.2f} to {self.now:.2f} P"


def counts_of(results: Mapping[Task, Result]) -> Counts:
    """Return these counts as those of the version that is installed."""
    return Counts(cookiewarden.__version__, this_python(), results)


def this_python() -> str:
    """Return the name and the version of this interpreter."""
    return f"{platform.python_implementation()} {platform.python_version()}"


def save(counts: Counts, path: Path = FILE) -> None:
    """Write counts to a file."""
    found: dict[str, dict[str, dict[str, dict[str, float]]]] = {}
    for task, result in counts.results.items():
        figures = {"P": round(result.unit, 1), "added": round(result.added[COOKIEWARDEN], 1)}
        found.setdefault(task.side, {}).setdefault(task.kind, {})[task.key] = figures
    content = {"cookiewarden": counts.version, "python": counts.python, "instructions": found}
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def load(path: Path = FILE) -> Counts:
    """Read the counts of a file. Raises ``LastReleaseError``, which says what is wrong."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        version, python, found = content["cookiewarden"], content["python"], content["instructions"]
        results = {
            Task(side, kind, key): Result(0.0, {PASS: float(figures["P"]), COOKIEWARDEN: float(figures["added"])})
            for side, kinds in found.items()
            for kind, keys in kinds.items()
            for key, figures in keys.items()
        }
    except OSError as error:
        raise LastReleaseError(f"{path.name}: {error.strerror or error}; {_HOW}") from None
    except KeyError as error:
        raise LastReleaseError(f"{path.name}: {error} is missing; {_HOW}") from None
    except (AttributeError, TypeError, ValueError) as error:
        raise LastReleaseError(f"{path.name}: {error}; {_HOW}") from None
    if not (isinstance(version, str) and isinstance(python, str)):
        raise LastReleaseError(f'{path.name}: "cookiewarden" and "python" must be strings; {_HOW}')
    if without := [task for task, result in results.items() if result.unit <= 0]:
        raise LastReleaseError(f"{path.name}: P must be above 0 for {', '.join(map('/'.join, without))}; {_HOW}")
    return Counts(version, python, results)


def changes(then: Counts, now: Mapping[Task, Result]) -> dict[Task, Change]:
    """Return the changes of the tasks that were counted both times."""
    return {
        task: Change(task, then.results[task].in_units(COOKIEWARDEN), result.in_units(COOKIEWARDEN))
        for task, result in now.items()
        if task in then.results
    }


def summary(side: str, then: Counts, found: Mapping[Task, Change], now: Mapping[Task, Result]) -> str:
    """Return one sentence that compares one side with the last release."""
    own = [change for task, change in found.items() if task.side == side]
    dearer = [str(change) for change in own if change.is_dearer]
    cheaper = [str(change) for change in own if change.is_cheaper]
    parts = [f"{len(dearer)} dearer" + _listed(dearer), f"{len(cheaper)} cheaper" + _listed(cheaper)]
    parts.append(f"{len(own) - len(dearer) - len(cheaper)} the same within {TOLERANCE:.0%}")
    if new := [f"{task.key} ({task.kind})" for task in now if task.side == side and task not in found]:
        parts.append(f"{len(new)} not counted then" + _listed(new))
    return f"{side}, compared with {then.version}: {'; '.join(parts)}."


def _listed(things: list[str]) -> str:
    return f": {', '.join(things)}" if things else ""
