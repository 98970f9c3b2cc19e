"""Start uvicorn and gunicorn with an app of ``served_apps``, with one worker, on a free port of 127.0.0.1.

Rule: a server never outlives the block that started it. This module binds its port, so that no other process takes it.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.served_apps import VARIABLE

_SECONDS = "60"  # how long a connection may be idle: longer than any round

#: The command of each server. ``{}`` stands for the number of its socket.
SERVERS = {
    "uvicorn": (
        *("uvicorn", "benchmarks.served_apps:asgi", "--fd={}", "--no-access-log", "--log-level=warning"),
        *("--lifespan=off", f"--timeout-keep-alive={_SECONDS}"),
    ),
    "gunicorn": (
        *("gunicorn", "benchmarks.served_apps:wsgi", "--bind=fd://{}", "--worker-class=gthread", "--threads=1"),
        *("--workers=1", "--log-level=warning", "--no-control-socket", f"--keep-alive={_SECONDS}"),
    ),
}


@contextmanager
def running(name: str, *, wrapped: bool) -> Iterator[tuple[str, int]]:
    """Run a server, and give its address. Cookiewarden wraps its app, or a pass-through does."""
    environment = {**os.environ, VARIABLE: "1" if wrapped else ""}
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.set_inheritable(True)
        # Connections inherit this option. uvicorn sets it only on a socket that it bound itself.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        number = listener.fileno()
        command = [sys.executable, "-m", *(part.format(number) for part in SERVERS[name])]
        process = subprocess.Popen(
            command, cwd=Path(__file__).parents[1], env=environment, pass_fds=[number], start_new_session=True
        )
        try:
            yield listener.getsockname()
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a server and its worker."""
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
