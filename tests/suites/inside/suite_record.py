"""Record the outcome of each test: as a plugin of pytest, or by ``python -m suite_record SCRIPT ...`` for unittest.

Rule: this module only listens. If a test has several reports, the worst is its outcome.
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

# From the best to the worst.
_RANKS = ["passed", "skipped", "xfailed", "xpassed", "failed", "error"]

outcomes: dict[str, str] = {}


def note(test: str, outcome: str) -> None:
    """Record the outcome of a test, unless a worse one is recorded."""
    outcomes[test] = max(outcomes.get(test, _RANKS[0]), outcome, key=_RANKS.index)


def write() -> None:
    """Write the outcomes into the folder that the environment names."""
    Path(os.environ["SUITE_RECORD"], "outcomes.json").write_text(json.dumps(outcomes, indent=1))


def pytest_runtest_logreport(report: Any) -> None:
    """Record the outcome of a phase of a test."""
    outcome = report.outcome
    if outcome == "rerun":
        return  # pytest-rerunfailures runs the test once more
    if hasattr(report, "wasxfail"):
        outcome = "xpassed" if outcome == "passed" else "xfailed"
    elif outcome == "failed" and report.when != "call":
        outcome = "error"
    note(report.nodeid, outcome)


def pytest_collectreport(report: Any) -> None:
    """Record a file that could not be collected as an error."""
    if report.failed:
        note(report.nodeid, "error")


def pytest_sessionfinish(exitstatus: int) -> None:
    """Write the outcomes if all tests have run. With another exit status the run broke off, and nothing counts."""
    if exitstatus in (0, 1):
        write()


def listen_to_unittest() -> None:
    """Record what unittest's own runner reports. Tests of unittest itself use other classes of results."""
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
    import suite_record  # by its name, so that there is one dictionary of outcomes

    suite_record.listen_to_unittest()
    atexit.register(suite_record.write)
    del sys.argv[0]
    sys.path[0] = str(Path(sys.argv[0]).resolve().parent)
    runpy.run_path(sys.argv[0], run_name="__main__")
