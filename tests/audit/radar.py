"""Run the program cookieradar on a site of this machine, with the Chromium that is installed here.

cookieradar has no option for a browser: it uses the Chromium that its own Playwright downloads. Playwright looks for it
under PLAYWRIGHT_BROWSERS_PATH, so this module puts a script there that starts our Chromium. The script also keeps the
browser on this machine: it resolves no other host name. A request to one fails, but cookieradar counts it.
"""

import os
import re
import subprocess
from pathlib import Path
from typing import NamedTuple

_SECONDS = 1200

_BROWSER = """#!/bin/sh
exec "{program}" "$@" --no-proxy-server \\
  --host-resolver-rules="MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE *.localhost"
"""

# Prints the error with the path at which Playwright misses its browser.
_MISSED = """
from playwright.sync_api import Error, sync_playwright
with sync_playwright() as playwright:
    try:
        playwright.chromium.launch()
    except Error as error:
        print(error)
"""


class Report(NamedTuple):
    """What cookieradar said: its exit status (0 no violation, 1 a violation, 2 unverified, 3 an error) and its text."""

    status: int
    text: str

    @property
    def after_accepting(self) -> str:
        """The part about the session that accepts everything."""
        return self.text.partition("Session 2")[2].partition("Session 3")[0]

    @property
    def verdict(self) -> str:
        """The part from the third session on, about the refusal."""
        return self.text.partition("Session 3")[2]


class Radar:
    """The program cookieradar. ``folder``: an empty one, for what it writes; ``browser``: the Chromium to use."""

    def __init__(self, program: str, browser: str, folder: Path) -> None:
        self._program = program
        # Nothing else of our environment, because a proxy in it would lead off this machine.
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "COLUMNS": "200",
            "PYTHONIOENCODING": "utf-8",
            "PLAYWRIGHT_BROWSERS_PATH": str(folder / "browsers"),
            # cookieradar fetches from the web the law that it cites. Nothing listens at this proxy, so it cannot.
            "https_proxy": "http://127.0.0.1:9",
        }
        python = Path(program).with_name("python")
        missed = re.search(r"doesn't exist at (.+)", self._run(str(python), "-c", _MISSED).stdout)
        assert missed is not None, "Playwright no longer says where it looks for its browser"
        place = Path(missed[1])
        place.parent.mkdir(parents=True)
        place.write_text(_BROWSER.format(program=browser))
        place.chmod(0o755)

    def audit(self, address: str) -> Report:
        """Audit one page as three visitors: one who does not choose, one who accepts all, one who rejects all."""
        done = self._run(self._program, "audit", address)
        return Report(done.returncode, done.stdout + done.stderr)

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, capture_output=True, text=True, encoding="utf-8", env=self._environment, timeout=_SECONDS
        )
