"""An audit of the served demo with a real Chromium: enforced, it is in order; if not, every planted cookie is found."""

import json
import os
import subprocess
import sys
from contextlib import ExitStack

import pytest

from browser.browsers import CHROMIUM
from cookiewarden.tools.audit.observed import CHOICES
from cookiewarden.tools.commands.exit_codes import ExitCode
from demo_runs import served

pytestmark = pytest.mark.skipif(CHROMIUM.program is None, reason="no Chromium is installed")

SECONDS = 100
#: Each page of the demo sets the same cookies, so one is enough.
RUN = "from cookiewarden.tools.audit import browser; browser._PAGES = 1; from cookiewarden.cli import main; main()"
EVERY_STATE = {state.value for state in CHOICES}
#: The codes of a cookie that is set before consent, after a refusal and after a withdrawal.
UNASKED = {"CW202": "no choice", "CW206": "refused", "CW207": "withdrawn"}
#: The planted violations of the cookies that a browser stores: code, cookie, states.
PLANTED = {
    *((code, name, frozenset({state})) for code, state in UNASKED.items() for name in ("_ga", "portal_theme")),
    # Anonymized statistics need no consent, but end with an objection.
    *(("CW206", "_gid", frozenset({"refused"})), ("CW207", "_gid", frozenset({"withdrawn"}))),
    *(("CW201", name, frozenset(EVERY_STATE)) for name in ("ab_test", "_BEAMER_DATE_x")),
}
#: The script of the other site is fetched without consent. This finding is of a host, and of no cookie.
FETCHED = ("CW213", "", frozenset(UNASKED.values()))
#: The cookie of another site: no browser stores it, but its line is found.
NOT_STORED = "pixel"


@pytest.fixture(scope="module")
def audits():
    """Audit the demo with enforcement and without, at once, and give the exit code and the document of each."""
    with ExitStack() as stack:
        ports = [stack.enter_context(served(*options)) for options in ([], ["--report-only"])]
        processes = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", RUN, "audit", f"http://127.0.0.1:{port}/", "--browser", "--json"],
                    stdout=subprocess.PIPE,
                    env={**os.environ, "NO_COLOR": "1"},
                )
            )
            for port in ports
        ]
        outputs = [process.communicate(timeout=SECONDS)[0] for process in processes]
    return [(process.returncode, json.loads(output)) for process, output in zip(processes, outputs, strict=True)]


def errors(document):
    """Return the codes of errors with their cookies and states."""
    return {
        (one["code"], one["cookie"], frozenset(one["states"]))
        for one in document["findings"]
        if one["level"] == "error"
    }


def test_the_enforced_demo_is_in_order_in_all_four_states(audits):
    code, document = audits[0]
    assert {one["state"]: one["verdict"] for one in document["states"]} == dict.fromkeys(EVERY_STATE, "in order")
    assert (code, errors(document)) == (ExitCode.IN_ORDER, set())
    # The policy names the other site, which the pages embed.
    assert [one for one in document["findings"] if one["level"] == "warning"] == []
    # Once accepted, the cookies were there, so the visits would have seen them before.
    assert {"_ga", "portal_theme"} <= {row["name"] for row in document["cookies"] if "accepted" in row["states"]}


def test_every_planted_violation_of_the_demo_without_enforcement_is_found(audits):
    code, document = audits[1]
    found = {one for one in errors(document) if one[1] != NOT_STORED}
    assert (code, found) == (ExitCode.VIOLATION, PLANTED | {FETCHED})
