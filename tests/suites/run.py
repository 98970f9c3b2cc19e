"""Run a prepared suite, plain or with every app wrapped, and read what it recorded.

Rule: both runs have the same command and environment, except for the variable that asks for wrapping.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from suites.projects import Suite

_LONGEST = 30 * 60
# Variables of an outer run of pytest, which would change this one.
_OURS = ("PYTEST_ADDOPTS", "PYTEST_XDIST_", "COOKIEWARDEN_")


class BrokenRunError(Exception):
    """A run did not end, or recorded nothing."""


@dataclass(frozen=True)
class Run:
    """The result of a run: the outcome of each test, and how much was screened."""

    outcomes: dict[str, str]
    screened: Counter[str]
    seconds: float


def run(suite: Suite, python: Path, source: Path, record: Path, *, is_wrapped: bool) -> Run:
    """Run a suite and return its result. ``record``: a folder for what it records and prints."""
    shutil.rmtree(record, ignore_errors=True)
    record.mkdir(parents=True)
    log = record / "log.txt"
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith(_OURS)},
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",  # so that tests made from a set have the same names in both runs
        "SUITE_RECORD": str(record),
        "SUITE_WRAPS": ",".join(suite.wraps) if is_wrapped else "",
    }
    began = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(
            command(suite, python),
            cwd=source,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            process.wait(_LONGEST)
        except subprocess.TimeoutExpired:
            raise BrokenRunError(f"did not end within {_LONGEST // 60} minutes; see {log}") from None
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # also ends servers that a test left running
            process.wait()
    seconds = time.perf_counter() - began
    try:
        outcomes = json.loads((record / "outcomes.json").read_text())
    except FileNotFoundError:
        tail = "\n".join(log.read_text(errors="replace").strip().splitlines()[-5:])
        raise BrokenRunError(f"nothing was recorded:\n{tail}") from None
    screened: Counter[str] = Counter()
    for path in record.glob("screened-*.json"):
        screened.update(json.loads(path.read_text()))
    return Run(outcomes, screened, seconds)


def command(suite: Suite, python: Path) -> list[str]:
    """Return the command that runs the tests of a suite."""
    if suite.script is not None:
        return [str(python), "-m", "suite_record", suite.script, *suite.tests]
    options = ["-q", "-p", "suite_record", "-p", "no:cacheprovider", "--continue-on-collection-errors"]
    return [str(python), "-m", "pytest", *options, *suite.tests]
