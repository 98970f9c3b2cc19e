"""Run the example apps, each in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

from waiting import SECONDS_TO_WAIT

EXAMPLES = Path(__file__).parents[2] / "examples"
KEY = "a key for the tests of the examples"
ADVICE = ("DeprecationWarning", "PendingDeprecationWarning", "FutureWarning", "UserWarning")


def run(example, arguments, folder, key=None):
    """Run Python in a folder, and return what it printed. Warnings are errors, except advice from other packages."""
    environment = {name: value for name, value in os.environ.items() if name != "COOKIEWARDEN_SECRET_KEY"}
    environment |= {"COOKIEWARDEN_SECRET_KEY": key} if key else {}
    environment["PYTHONPATH"] = str(Path(__file__).parent)  # for a test that is run as a program
    rules = ["error", *(f"ignore::{category}" for category in ADVICE), f"error:::{example}", "error:::__main__"]
    command = [sys.executable, *(f"-W{rule}" for rule in rules), *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS_TO_WAIT)
    assert done.returncode == 0, done.stderr
    return done.stdout
