"""What begins anew in a process that a server forks: locks that were held elsewhere, threads, what was counted.

Rule: a method is called in the child as long as its object lives there; where nothing forks, nothing happens.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable

_METHODS: list[weakref.WeakMethod[Callable[[], object]]] = []


def call_in_child(method: Callable[[], object]) -> None:
    """Have a method called in every process that is forked from this one, in the order of registration.

    >>> class Counter:
    ...     def begin(self): ...
    >>> counter = Counter()
    >>> call_in_child(counter.begin)
    """
    _METHODS[:] = [known for known in _METHODS if known() is not None]
    _METHODS.append(weakref.WeakMethod(method))


def _begin() -> None:
    for known in list(_METHODS):
        method = known()
        if method is not None:
            method()


if hasattr(os, "register_at_fork"):  # not on Windows, where nothing forks
    os.register_at_fork(after_in_child=_begin)
