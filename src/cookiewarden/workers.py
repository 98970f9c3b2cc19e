"""Logs once per server what each of its workers would log: the first worker logs it, the others log it at DEBUG.

The workers of one server share a small file in the folder for temporary files, named by the user and the server's
process. A worker claims a message there, and keeps the claim while it lives. So a restarted server logs it again.
Rule: a message may be logged twice, but never be lost. If anything is doubtful, the worker logs it. Nothing is read or
written unless there is something to log.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import stat
import sys
import threading
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from cookiewarden.log import Log, logger

try:
    import fcntl
except ImportError:  # on Windows, every worker logs for itself
    fcntl = None  # type: ignore[assignment]  # mypy takes the name for a module

# What identifies a process: its id, and when it started, since an id is used again.
_Process = tuple[int, str]

# A word in the command of a server that forks its workers. A script that starts several servers has another name.
_FORKING = re.compile(r"(?:.*/)?(?:gunicorn|uwsgi)[0-9.]*|gunicorn: master .*", re.DOTALL)
_MAX_BYTES = 1_000_000
_TRIES = 5
_SECONDS_BETWEEN_TRIES = 0.002


class _ServerLog(Log):
    """A log for what all workers of a server would say. ``thing``: what the message is about; default: its text."""

    def log(self, level: int, msg: object, *args: object, **kwargs: Any) -> None:
        """Log a message, at DEBUG if another worker has logged it."""
        thing = kwargs.pop("thing", ())
        if level > logging.DEBUG and self.isEnabledFor(level):
            with suppress(Exception):
                if not is_first(*(thing or (str(msg) % args,))):
                    level = logging.DEBUG
        super().log(level, msg, *args, stacklevel=kwargs.pop("stacklevel", 1) + 1, **kwargs)


#: The log for what all workers of a server would say.
server_logger = _ServerLog(logger.logger)


@cache
def log_once(level: int, message: str) -> None:
    """Log a message, once in each server.

    >>> log_once(logging.DEBUG, "a template lacks the request")
    """
    server_logger.log(level, message, stacklevel=2)


def is_first(*thing: str) -> bool:
    """Return whether this process is to log a thing: no other worker of its server logs it.

    A process that is not a worker always is. ``thing``: the words that identify it.

    >>> is_first("blocked", "_ga"), is_first("blocked", "_ga")
    (True, True)
    """
    try:
        server = _server()
        return server is None or _claim(server, hashlib.sha256(repr(thing).encode("utf-8", "replace")).hexdigest())
    except Exception:
        return True


def _server() -> _Process | None:
    """Return the server that this process is a worker of; ``None`` if it is not a worker, or that cannot be told."""
    parent = os.getppid()
    started = _started(parent)
    if fcntl is None or not started:
        return None
    multiprocessing = sys.modules.get("multiprocessing.process")  # a worker that was made with it has imported it
    maker = None if multiprocessing is None else multiprocessing.parent_process()
    if maker is not None:  # uvicorn, hypercorn, granian
        return (parent, started) if maker.pid == parent else None
    is_forking = os.environ.get("SERVER_SOFTWARE", "").startswith("gunicorn") or "uwsgi" in sys.modules
    if is_forking and any(map(_FORKING.fullmatch, _command(parent))):
        return parent, started
    return None


def _started(process: int) -> str:
    """Return when a process started, in a unit of the system; ``""`` if it has ended or the system does not say."""
    try:
        return Path(f"/proc/{process}/stat").read_text("latin-1").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def _command(process: int) -> list[str]:
    try:
        return Path(f"/proc/{process}/cmdline").read_text("latin-1").split("\0")
    except OSError:
        return []


def _claim(server: _Process, digest: str) -> bool:
    """Claim a thing among the workers of a server; return whether no other worker that lives has claimed it."""
    import tempfile  # here, for only a worker needs it

    folder = Path(tempfile.gettempdir())
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    file = os.open(folder / f"{_prefix()}{server[0]}-{server[1]}", flags, 0o600)
    try:
        found = os.fstat(file)
        # Another user may have made the file, or a second name for a file of this user's.
        is_own = found.st_uid == os.getuid() and found.st_nlink == 1 and stat.S_ISREG(found.st_mode)
        if not is_own or found.st_size > _MAX_BYTES:
            return True
        if not _is_locked(file):
            return True
        if not found.st_size:
            _remove_stale(folder)
        claims = _living(os.read(file, _MAX_BYTES).decode("ascii", "replace"))
        me = os.getpid()
        if claims.get(digest, (me, ""))[0] != me:
            return False
        claims[digest] = me, _started(me)
        text = "".join(f"{digest} {process} {started}\n" for digest, (process, started) in claims.items())
        os.ftruncate(file, 0)
        os.pwrite(file, text.encode("ascii"), 0)
        return True
    finally:
        os.close(file)


def _is_locked(file: int) -> bool:
    """Lock a file for this process; return whether that worked soon enough for a response that waits."""
    for _ in range(_TRIES):
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        threading.Event().wait(_SECONDS_BETWEEN_TRIES)
    return False


def _living(text: str) -> dict[str, _Process]:
    """Return the claims in the text of a file whose holders live, by digest."""
    claims = {}
    starts: dict[int, str] = {}
    for line in text.splitlines():
        with suppress(ValueError):  # a line that was not written whole
            digest, number, started = line.split(" ")
            process = int(number)
            if process not in starts:
                starts[process] = _started(process)
            if started == starts[process]:
                claims[digest] = process, started
    return claims


def _remove_stale(folder: Path) -> None:
    """Remove the files of this user's servers that have ended."""
    prefix = _prefix()
    with suppress(OSError):
        for path in folder.iterdir():
            number, _, started = path.name.removeprefix(prefix).partition("-")
            if path.name.startswith(prefix) and number.isdigit() and _started(int(number)) != started:
                with suppress(OSError):
                    path.unlink()


def _prefix() -> str:
    return f"cookiewarden-{os.getuid()}-"
