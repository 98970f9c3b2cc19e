"""The log of this package, "cookiewarden".

Rule: it is written to while responses are on their way, so a filter or a handler of the site that fails stops nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from typing import Any

_SECONDS_BETWEEN_TELLING = 60.0


class _Log(logging.LoggerAdapter[logging.Logger]):
    def log(self, level: int, msg: object, *args: object, **kwargs: Any) -> None:
        with suppress(Exception):
            super().log(level, msg, *args, stacklevel=kwargs.pop("stacklevel", 1) + 2, **kwargs)

    def process(self, msg: Any, kwargs: MutableMapping[str, Any]) -> tuple[Any, MutableMapping[str, Any]]:
        return msg, kwargs  # with the fields that each record brings, which an adapter would replace by its own


#: What every module writes to.
logger = _Log(logging.getLogger("cookiewarden"))


def enable() -> None:
    """Enable the log again, if a logging set-up disabled it only because it was there already.

    ``logging.config`` does so unless ``disable_existing_loggers`` is false, and Django passes it a site's LOGGING. What
    a site says of this log by its level, handlers and filters holds.
    """
    logger.logger.disabled = False


class Throttle:
    """Says whether it is time to tell of something again. ``clock`` gives seconds.

    >>> throttle = Throttle(iter([0.0, 59.0, 60.0]).__next__)
    >>> [throttle.is_due("a hook failed") for _ in range(3)]
    [True, False, True]
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._told: dict[str, float] = {}

    def is_due(self, key: str) -> bool:
        """Whether ``key`` was not told in the last minute; it then counts as told."""
        now = self._clock()
        told = self._told.get(key)
        if told is not None and told <= now < told + _SECONDS_BETWEEN_TELLING:
            return False
        self._told[key] = now
        return True
