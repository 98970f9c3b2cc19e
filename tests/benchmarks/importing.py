"""Measure how long an interpreter takes to start and import the package, compared with one that imports nothing.

Both read compiled modules, as an installed package has them: the first round compiles them into a folder. The time is
that of the processor, because ``subprocess`` looks only now and then whether a process has ended.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from tempfile import TemporaryDirectory

#: The targets are in milliseconds on a machine on which an interpreter that imports nothing takes this long.
_BARE_MILLISECONDS = 15
_BARE = "pass"
#: The most that each statement may take there.
MOST_MILLISECONDS = {"import cookiewarden": 40, "import cookiewarden.asgi": 80, "import cookiewarden.wsgi": 80}


@dataclass(frozen=True)
class ImportTime:
    """The median processor time of a statement, and that of ``pass``, in milliseconds."""

    statement: str
    taken: float
    bare: float

    @property
    def ratio(self) -> float:
        return self.taken / self.bare

    @property
    def most(self) -> float:
        """Return the target, as a ratio to ``pass``."""
        return MOST_MILLISECONDS[self.statement] / _BARE_MILLISECONDS


def import_times(rounds: int, report: Callable[[int], object] = id) -> list[ImportTime]:
    """Time the statements in turn, round by round; the first round does not count. ``report`` is called in each."""
    taken: dict[str, list[float]] = {statement: [] for statement in (_BARE, *MOST_MILLISECONDS)}
    with TemporaryDirectory() as compiled:
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": compiled}
        for number in range(rounds + 1):
            report(number)
            for statement, times in taken.items():
                began = _time_of_children()
                subprocess.run([sys.executable, "-c", statement], check=True, timeout=60, env=environment)
                if number:
                    times.append((_time_of_children() - began) * 1e3)
    bare = median(taken[_BARE])
    return [ImportTime(statement, median(taken[statement]), bare) for statement in MOST_MILLISECONDS]


def _time_of_children() -> float:
    """Return the processor time, in seconds, of the child processes that have ended."""
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
