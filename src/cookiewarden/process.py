"""What must start afresh in a process that a server forks: locks that another thread held, threads, counts.

Rule: in the child, every lock is free, and each registered method is called while its object lives. A failure is logged
and stops nothing else. If nothing forks, nothing happens.
"""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections.abc import Callable
from contextlib import suppress

from cookiewarden.log import Throttle, logger

_METHODS: list[weakref.WeakMethod[Callable[[], object]]] = []


class Lock:
    """A lock for rare work; nobody holds it in a process that was just forked.

    >>> lock = Lock()
    >>> with lock:
    ...     pass
    """

    __slots__ = ("__weakref__", "_lock")

    def __init__(self) -> None:
        self._begin()
        call_in_child(self._begin)

    def _begin(self) -> None:
        """Be free, whoever held it in the process from which this one was forked."""
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        with suppress(RuntimeError):  # if the holder itself forked this process, it is free already
            self._lock.release()


def call_in_child(method: Callable[[], object]) -> None:
    """Register a method to be called in every process forked from this one, in the order of registration.

    >>> class Counter:
    ...     def begin(self): ...
    >>> counter = Counter()
    >>> call_in_child(counter.begin)
    """
    for known in list(_METHODS):
        if known() is None:
            with suppress(ValueError):  # another thread took it away
                _METHODS.remove(known)
    _METHODS.append(weakref.WeakMethod(method))


def _begin() -> None:
    for known in list(_METHODS):
        method = known()
        if method is not None:
            try:
                method()
            except Exception:
                logger.exception("a forked process could not start afresh")


if hasattr(os, "register_at_fork"):  # not on Windows, where nothing forks
    os.register_at_fork(after_in_child=_begin)


class Background:
    """Calls a method every ``seconds`` while its object and this one live, and ``delay`` seconds after ``wake``.

    >>> class Clock:
    ...     def tick(self): ...
    >>> clock = Clock()
    >>> ticking = Background(clock.tick, seconds=60.0)
    >>> ticking.wake()
    """

    def __init__(self, method: Callable[[], object], seconds: float, delay: float = 0.0) -> None:
        self._method = weakref.WeakMethod(method)
        self._seconds = seconds
        self._delay = delay
        self.start()
        call_in_child(self.start)

    def start(self) -> None:
        """Start the thread. A forked process begins without one, and with an event that nobody holds."""
        self._woken = threading.Event()
        arguments = (weakref.ref(self), self._method, self._seconds, self._delay, self._woken)
        threading.Thread(target=_run, args=arguments, name="cookiewarden", daemon=True).start()

    def wake(self) -> None:
        """Have the method called soon, after a delay in which more may come. Any thread may call this."""
        self._woken.set()


def _run(
    owner: weakref.ref[Background],
    method: weakref.WeakMethod[Callable[[], object]],
    seconds: float,
    delay: float,
    woken: threading.Event,
) -> None:
    throttle = Throttle(time.monotonic)
    while True:
        if woken.wait(seconds):
            time.sleep(delay)
            woken.clear()  # before the call, so that what comes during it wakes this thread again
        call = method()
        if call is None or owner() is None:
            return
        try:
            call()
        except Exception:
            if throttle.is_due("work"):
                logger.exception("work in the background failed; it will be tried again")
        del call
