"""Run the example apps, each in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import cookiewarden
from waiting import SECONDS_TO_WAIT

EXAMPLES = Path(__file__).parents[2] / "examples"
PACKAGE = Path(cookiewarden.__file__).parents[1]
KEY = "a key for the tests of the examples"
#: The variables of the environment in which the examples look for their key.
KEY_NAMES = ("COOKIEWARDEN_SECRET_KEY", "FLASK_SECRET_KEY")
ADVICE = ("DeprecationWarning", "PendingDeprecationWarning", "FutureWarning", "UserWarning")


def run(example, arguments, folder, key=None):
    """Run Python in a folder, and return what it printed. Warnings are errors, except advice from other packages."""
    environment = {name: value for name, value in os.environ.items() if name not in KEY_NAMES}
    environment |= dict.fromkeys(KEY_NAMES, key) if key else {}
    # For a test that is run as a program, and for the same package as in the test.
    environment["PYTHONPATH"] = os.pathsep.join(map(str, (Path(__file__).parent, PACKAGE)))
    module = Path(example).name
    rules = ["error", *(f"ignore::{category}" for category in ADVICE), f"error:::{module}", "error:::__main__"]
    command = [sys.executable, *(f"-W{rule}" for rule in rules), *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS_TO_WAIT)
    assert done.returncode == 0, done.stderr
    return done.stdout
