"""Find a browser on this machine, and let it make the visits of a wire, in a profile of its own."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from browser.wire import Echoes, Steps, Wire, host_name

_STARTS = 3
# A browser that hangs at its start is started again. One that is slow, as on a busy machine, gets its time.
_START_SECONDS = 120.0
_SECONDS = 600.0
_SECONDS_A_VISIT = 2.0

# No proxy, no first-run pages, no requests of its own, and no upgrade of http to https.
_FIREFOX_PREFERENCES = {
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.aboutwelcome.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.security.https_first": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.native-is-localhost": True,
    "network.proxy.type": 0,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}


class BrowserError(RuntimeError):
    """The browser did not start, or did not get through its visits in time."""


class Browser(NamedTuple):
    """A browser: its name, its possible programs, and the arguments that open a URL in a profile."""

    name: str
    programs: tuple[str, ...]
    arguments: Callable[[Path, str], list[str]]

    @property
    def program(self) -> str | None:
        """The first of its programs that is installed."""
        return next(filter(None, map(shutil.which, self.programs)), None)

    def walk(self, visits: Sequence[Steps]) -> list[Echoes]:
        """Make the visits, and return what the browser sent back after each step. Raises ``BrowserError``."""
        deadline = time.monotonic() + _SECONDS + _SECONDS_A_VISIT * len(visits)
        output = []
        for _ in range(_STARTS):
            with Wire(visits) as wire:
                # A short poll interval ends the loop soon after the call of shutdown.
                thread = threading.Thread(target=wire.serve_forever, args=(0.05,))
                thread.start()
                try:
                    output.append(self._run(wire, deadline))
                finally:
                    wire.shutdown()
                    thread.join()
            missing = [host_name(number) for number, echoes in enumerate(wire.echoes) if None in echoes]
            if wire.is_done.is_set() and not missing:
                return wire.echoes
            output.append(f"{len(missing)} of {len(visits)} visits had no answer")
        raise BrowserError(f"{self.name} did not get through in {_STARTS} starts:\n" + "\n".join(output))

    def _run(self, wire: Wire, deadline: float) -> str:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(
                [str(self.program), *self.arguments(Path(folder), wire.url)],
                env={**os.environ, "HOME": folder},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                start_new_session=True,
            )
            try:
                if _wait(wire.is_reached, process, min(deadline, time.monotonic() + _START_SECONDS)):
                    _wait(wire.is_done, process, deadline)
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            errors.seek(0)
            return errors.read()[-1000:].decode(errors="replace")


def _wait(event: threading.Event, process: subprocess.Popen[bytes], deadline: float) -> bool:
    """Return whether the event came before the browser ended and before the deadline."""
    while not event.wait(0.2) and process.poll() is None and time.monotonic() < deadline:
        pass
    return event.is_set()


def _chromium(profile: Path, url: str) -> list[str]:
    switches = (
        "headless=new no-sandbox disable-gpu disable-quic disable-dev-shm-usage no-first-run no-proxy-server"
        " disable-background-networking disable-component-update disable-sync"
    )
    return [*(f"--{switch}" for switch in switches.split()), f"--user-data-dir={profile}", url]


def _firefox(profile: Path, url: str) -> list[str]:
    def literal(value: object) -> str:
        return f'"{value}"' if isinstance(value, str) else str(value).lower()

    lines = [f'user_pref("{key}", {literal(value)});\n' for key, value in _FIREFOX_PREFERENCES.items()]
    (profile / "user.js").write_text("".join(lines))
    return ["--headless", "--no-remote", "--profile", str(profile), url]


CHROMIUM = Browser("chromium", ("chromium", "chromium-browser", "google-chrome"), _chromium)
FIREFOX = Browser("firefox", ("firefox-esr", "firefox"), _firefox)
