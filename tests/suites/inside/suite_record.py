"""Writes down the outcome of each test: a pytest plugin; or ``python -m suite_record SCRIPT ...`` for unittest.

Rule: it only listens. Of several reports on one test the worst is its outcome.
"""

from __future__ import annotations

import atexit
import json
import os
import runpy
import sys
import unittest
from pathlib import Path
from typing import Any

# The worse, the later.
_RANKS = ["passed", "skipped", "xfailed", "xpassed", "failed", "error"]

outcomes: dict[str, str] = {}


def note(test: str, outcome: str) -> None:
    """Note an outcome, unless a worse one is known."""
    outcomes[test] = max(outcomes.get(test, _RANKS[0]), outcome, key=_RANKS.index)


def write() -> None:
    """Write everything down where the environment says."""
    Path(os.environ["SUITE_RECORD"], "outcomes.json").write_text(json.dumps(outcomes, indent=1))


def pytest_runtest_logreport(report: Any) -> None:
    """A phase of a test has ended."""
    outcome = report.outcome
    if outcome == "rerun":
        return  # pytest-rerunfailures runs it once more
    if hasattr(report, "wasxfail"):
        outcome = "xpassed" if outcome == "passed" else "xfailed"
    elif outcome == "failed" and report.when != "call":
        outcome = "error"
    note(report.nodeid, outcome)


def pytest_collectreport(report: Any) -> None:
    """A file has been collected, or could not be."""
    if report.failed:
        note(report.nodeid, "error")


def pytest_sessionfinish(exitstatus: int) -> None:
    """All tests have ended: with 0 or 1; else the run broke off, and what it did before does not count."""
    if exitstatus in (0, 1):
        write()


def listen_to_unittest() -> None:
    """Have the results of unittest's own runner note what they are told; tests of tests make others."""
    result = unittest.TextTestResult
    methods = {
        "addSuccess": "passed",
        "addSkip": "skipped",
        "addExpectedFailure": "xfailed",
        "addUnexpectedSuccess": "xpassed",
        "addFailure": "failed",
        "addError": "error",
    }
    for method, outcome in methods.items():
        setattr(result, method, _listening(getattr(result, method), outcome))
    added = result.addSubTest

    def add_sub_test(self: Any, test: Any, subtest: Any, err: Any) -> None:
        if err is not None:
            note(test.id(), "failed")
        added(self, test, subtest, err)

    result.addSubTest = add_sub_test


def _listening(method: Any, outcome: str) -> Any:
    def listening(self: Any, test: Any, *args: Any) -> None:
        note(test.id(), outcome)
        method(self, test, *args)

    return listening


if __name__ == "__main__":
    import suite_record  # this module by its name, so that there is one list of outcomes

    suite_record.listen_to_unittest()
    atexit.register(suite_record.write)
    del sys.argv[0]
    sys.path[0] = str(Path(sys.argv[0]).resolve().parent)
    runpy.run_path(sys.argv[0], run_name="__main__")
