"""Keeps an app that runs in this process from the report that the command writes, and from its end.

Rule: an app may print, log, change the working directory, and start threads that never end. The command goes on.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Collection, Iterator
from contextlib import chdir, contextmanager, redirect_stdout, suppress
from dataclasses import dataclass
from time import monotonic
from typing import NoReturn, TextIO

from cookiewarden.tools.commands.exit_codes import ExitCode

_SECONDS_TO_JOIN = 0.5
#: So long a process waits for the threads of an app once all is written.
_SECONDS_TO_END = 1.0


@contextmanager
def output_of_its_own() -> Iterator[TextIO]:
    """Give the standard output to the report alone: lead what else is written there to the standard error.

    That lasts until the process ends, for an app may print until then. On a terminal, people read both anyway.
    """
    if not _is_read_by_a_program(sys.stdout):
        yield sys.stdout
        return
    sys.stdout.flush()
    with os.fdopen(os.dup(1), "w", encoding=sys.stdout.encoding, errors=sys.stdout.errors) as own:
        with suppress(OSError):
            os.dup2(2, 1)
        yield own


def _is_read_by_a_program(stream: TextIO) -> bool:
    """Return whether a stream is the standard output of the process, and no terminal."""
    try:
        return stream.fileno() == 1 and not stream.isatty()
    except (AttributeError, OSError, ValueError):  # it is closed, or a buffer that stands for it
        return False


@dataclass(slots=True)
class Leaving:
    """``is_tried``: whether the app called ``os._exit``. In a thread of its own, nobody else hears of that."""

    is_tried: bool = False


@contextmanager
def kept_quiet() -> Iterator[Leaving]:
    """Keep what an app logs off the terminal, and what it prints out of the standard output, which a program reads.

    It cannot end the process either, and whether it tried is given back. The working directory is the same afterwards.
    """
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with chdir("."), redirect_stdout(sys.stderr), _redirected_descriptor(), _not_left() as leaving:
            yield leaving
    finally:
        logging.disable(before)


@contextmanager
def _redirected_descriptor() -> Iterator[None]:
    """Lead the standard output of the process, and of those that it starts, to its standard error."""
    try:
        own = os.dup(1)
    except OSError:  # it is closed
        yield
        return
    try:
        with suppress(OSError):
            os.dup2(2, 1)
        yield
    finally:
        os.dup2(own, 1)
        os.close(own)


@contextmanager
def _not_left() -> Iterator[Leaving]:
    """Make an exception of ``os._exit``, which would end the audit as if all were in order. A child may call it."""
    leave, process, leaving = os._exit, os.getpid(), Leaving()

    def stay(status: int) -> NoReturn:
        if os.getpid() != process:
            leave(status)
        leaving.is_tried = True
        raise SystemExit(status)

    os._exit = stay
    try:
        yield leaving
    finally:
        os._exit = leave


@contextmanager
def ended_in_time() -> Iterator[None]:
    """End the process soon after this block is left by an exception, even if threads that it started go on."""
    before = set(threading.enumerate())
    try:
        yield
    except (Exception, SystemExit) as end:
        # Those of an executor are waited for, too, though they may be daemons.
        if _go_on(set(threading.enumerate()) - before):
            with suppress(OSError, ValueError):
                sys.stdout.flush()
            timer = threading.Timer(_SECONDS_TO_END, os._exit, [_status_after(end)])
            timer.daemon = True
            timer.start()
        raise


def _status_after(end: BaseException) -> int:
    """Return the status with which Python would end the process."""
    if not isinstance(end, SystemExit):
        return ExitCode.ERROR
    if end.code is None:
        return 0
    return end.code if isinstance(end.code, int) else 1


def _go_on(threads: Collection[threading.Thread]) -> bool:
    """Return whether one of these threads does not end soon."""
    end = monotonic() + _SECONDS_TO_JOIN
    for thread in threads:
        thread.join(max(0.0, end - monotonic()))
    return any(thread.is_alive() for thread in threads)
