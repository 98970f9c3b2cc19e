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
from time import monotonic

from cookiewarden.tools.commands.exit_codes import ExitCode

_SECONDS_TO_JOIN = 0.5
#: So long a process waits for the threads of an app once all is written.
_SECONDS_TO_END = 1.0


@contextmanager
def kept_quiet() -> Iterator[None]:
    """Keep what an app logs off the terminal, and what it prints out of the standard output, which a program reads.

    The working directory is the same afterwards.
    """
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with chdir("."), redirect_stdout(sys.stderr), _redirected_descriptor():
            yield
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
            code = end.code if isinstance(end, SystemExit) else ExitCode.ERROR
            timer = threading.Timer(_SECONDS_TO_END, os._exit, [code])
            timer.daemon = True
            timer.start()
        raise


def _go_on(threads: Collection[threading.Thread]) -> bool:
    """Return whether one of these threads does not end soon."""
    end = monotonic() + _SECONDS_TO_JOIN
    for thread in threads:
        thread.join(max(0.0, end - monotonic()))
    return any(thread.is_alive() for thread in threads)
