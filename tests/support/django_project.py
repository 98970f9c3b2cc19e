"""Run the example project of Django, or a copy of it, in processes of its own."""

import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from example_runs import ADVICE, EXAMPLES, PACKAGE
from waiting import SECONDS_TO_WAIT

EXAMPLE = EXAMPLES / "django"


def copy_to(folder):
    """Copy the project into a folder, and return its place."""
    return shutil.copytree(EXAMPLE, folder / "project", ignore=shutil.ignore_patterns("__pycache__"))


def run(project, *arguments, folder=None):
    """Run Python with the modules of a project, and return the process that ended. Warnings of ours are errors."""
    rules = ["error", *(f"ignore::{category}" for category in ADVICE)]
    command = [sys.executable, *(f"-W{rule}" for rule in rules), *arguments]
    cwd = project if folder is None else folder
    return subprocess.run(
        command, cwd=cwd, env=_environment(project), capture_output=True, text=True, timeout=SECONDS_TO_WAIT
    )


@contextmanager
def started(project, *arguments):
    """Run a command of a project until the block ends; give a function that returns what it printed so far."""
    log = project / "printed.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=project,
            env=_environment(project),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that the process that it reloads in ends, too
        )
        try:
            yield lambda: log.read_text("utf-8", "replace")
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(SECONDS_TO_WAIT)


def _environment(project):
    paths = os.pathsep.join(map(str, [project, PACKAGE, Path(__file__).parent]))
    return {
        **os.environ,
        "PYTHONPATH": paths,
        "PYTHONUNBUFFERED": "1",
        "DJANGO_SETTINGS_MODULE": "exampletown.settings",
    }
