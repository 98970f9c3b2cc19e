"""Work beside the requests: a function that is called every some seconds, in a thread of its own.

Rule: only what a site asked for runs here. The thread ends with the object that it works for, and starts anew in every
process that a server forks; whatever fails is logged, and tried again.
"""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable

from cookiewarden.forking import call_in_child
from cookiewarden.log import logger
from cookiewarden.throttle import Throttle


class Background:
    """Calls a method every ``seconds``, as long as its object and this one live.

    >>> class Clock:
    ...     def tick(self): ...
    >>> clock = Clock()
    >>> ticking = Background(clock.tick, seconds=60.0)
    """

    def __init__(self, method: Callable[[], object], seconds: float) -> None:
        self._method = weakref.WeakMethod(method)
        self._seconds = seconds
        self.start()
        call_in_child(self.start)

    def start(self) -> None:
        """Start the thread; in a forked process there is none yet."""
        arguments = (weakref.ref(self), self._method, self._seconds)
        threading.Thread(target=_run, args=arguments, name="cookiewarden", daemon=True).start()


def _run(owner: weakref.ref[Background], method: weakref.WeakMethod[Callable[[], object]], seconds: float) -> None:
    throttle = Throttle(time.monotonic)
    while True:
        time.sleep(seconds)
        call = method()
        if call is None or owner() is None:
            return
        try:
            call()
        except Exception:
            if throttle.is_due("work"):
                logger.exception("work in the background failed; it is tried again")
        del call
