"""Start a server in a process of its own, on a free port, and end it as a service manager would."""

import contextlib
import http.client
import json
import os
import secrets
import signal
import subprocess
import time
from pathlib import Path

import pytest

from local_http import free_port
from waiting import SECONDS_TO_WAIT

PATIENCE = SECONDS_TO_WAIT
_STARTS = 3


def ask(port, path="/", cookie=None):
    """Send one request, and return the response and its body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


def eventually(look):
    """Return what ``look`` returns, as soon as that is true."""
    deadline = time.monotonic() + PATIENCE
    while not (found := look()):
        assert time.monotonic() < deadline
        time.sleep(0.01)  # leave the processor to what is waited for
    return found


def seen(server):
    """Return what the app saw of its clients since the last call, as soon as it saw anything."""
    return eventually(lambda: json.loads(ask(server.port, "/seen")[1]))


class Served:
    """A server process. It answers at ``port``."""

    def __init__(self, command, folder, token):
        folder.mkdir()
        self.token = token
        self._log = folder / "log"
        (folder / "file").write_bytes(bytes(range(256)) * 1200)
        tests = Path(__file__).parents[1]
        paths = [str(tests), str(tests / "support"), *filter(None, [os.environ.get("PYTHONPATH")])]
        self._environ = {
            **os.environ,
            "SERVED_TOKEN": token,
            "SERVED_FILE": str(folder / "file"),
            "PYTHONPATH": os.pathsep.join(paths),
        }
        self._command = command
        self._folder = folder
        self._starts = 0
        self._start()

    def _start(self):
        self.port = free_port()
        self._starts += 1
        with self._log.open("wb") as log:
            command = [argument.format(port=self.port) for argument in self._command]
            # In a process group of its own, so that no worker survives it.
            self._process = subprocess.Popen(
                command, cwd=self._folder, env=self._environ, stdout=log, stderr=log, start_new_session=True
            )

    @property
    def output(self):
        """What the server wrote to both output streams."""
        return self._log.read_text("utf-8", "replace")

    def wait(self):
        """Wait until the server answers."""
        deadline = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(OSError, http.client.HTTPException):
                # Another process may have taken the free port, so check which server answers.
                if ask(self.port)[0].headers["X-Token"] == self.token:
                    return
            with contextlib.suppress(subprocess.TimeoutExpired):
                status = self._process.wait(0.02)
                if self._starts == _STARTS:
                    pytest.fail(f"the server ended with {status}: {self.output}")
                self._start()  # another process may have taken its port
            assert time.monotonic() < deadline, self.output

    def end(self):
        self._process.terminate()
        self._process.wait(PATIENCE)

    def kill(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(PATIENCE)


@contextlib.contextmanager
def serving(command, folder, *apps):
    """Start a server for each of the apps, all at once, and give the servers. ``command`` contains ``{app}``."""
    token = secrets.token_hex(8)
    servers = []
    try:
        for number, app in enumerate(apps):
            arguments = [argument.replace("{app}", app) for argument in command]
            servers.append(Served(arguments, folder / str(number), token))
        for server in servers:
            server.wait()
        yield servers
        for server in servers:
            server.end()
    finally:
        for server in servers:
            server.kill()
