"""Run the demo's command for its tests, and name the cookies that its visitors must keep."""

import os
import re
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager

from click.testing import CliRunner

from cookiewarden.cli import commands
from waiting import SECONDS_TO_WAIT

# The cookies that a visitor of each kind keeps besides those that all keep.
KEPT = {
    "no choice": {"_gid"},
    "refused all": set(),
    "statistics only": {"_ga", "_gid"},
    "all": {"_ga", "_gid", "portal_theme", "pixel"},
    "forged cookie": {"_gid"},
}
KEPT_BY_ALL = {"sessionid", "django_language", "csrftoken", "old_banner"}

RUN = "from cookiewarden.cli import main; main()"


def run(*arguments):
    return CliRunner().invoke(commands(), arguments)


def python(code, *arguments):
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=SECONDS_TO_WAIT
    )


@contextmanager
def served(*arguments):
    """Serve the demo, give its port, and end it after the block."""
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, "demo", "--serve", "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    # A demo that never prints its address would otherwise hold the test for ever.
    watchdog = threading.Timer(SECONDS_TO_WAIT, process.kill)
    watchdog.start()
    try:
        # The demo prints its address after it has opened the port.
        address = next((line for line in process.stdout if "http://localhost:" in line), "")
        yield int(re.search(r"localhost:(\d+)/", address)[1])
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=SECONDS_TO_WAIT)
        watchdog.cancel()
        assert process.returncode == 0
