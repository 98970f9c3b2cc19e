"""The log of this package, "cookiewarden".

Rule: never raise. The middleware logs while responses are on their way, so a failing filter or handler stops nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from typing import Any

_SECONDS_BETWEEN_MESSAGES = 60.0


class Log(logging.LoggerAdapter[logging.Logger]):
    """A log that never raises.

    >>> Log(logging.getLogger("cookiewarden")).debug("%d", "not a number")
    """

    def log(self, level: int, msg: object, *args: object, **kwargs: Any) -> None:
        """Log a message; a failure is swallowed."""
        with suppress(Exception):
            super().log(level, msg, *args, stacklevel=kwargs.pop("stacklevel", 1) + 2, **kwargs)

    def process(self, msg: Any, kwargs: MutableMapping[str, Any]) -> tuple[Any, MutableMapping[str, Any]]:
        """Return both as they are: a plain adapter would replace the fields of each record by its own."""
        return msg, kwargs


#: The logger of every module.
logger = Log(logging.getLogger("cookiewarden"))


def enable() -> None:
    """Enable the log again, if a logging set-up disabled it only because it existed already.

    ``logging.config`` does so unless ``disable_existing_loggers`` is false, and Django passes it a site's LOGGING. The
    level, handlers and filters that a site gives this log stay in force.
    """
    logger.logger.disabled = False


class Throttle:
    """Says whether it is time to log something again. ``clock`` returns seconds.

    >>> throttle = Throttle(iter([0.0, 59.0, 60.0]).__next__)
    >>> [throttle.is_due("a callback failed") for _ in range(3)]
    [True, False, True]
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._logged: dict[str, float] = {}

    def is_due(self, key: str) -> bool:
        """Return whether ``key`` was not logged in the last minute. If so, it counts as logged now."""
        now = self._clock()
        logged = self._logged.get(key)
        if logged is not None and logged <= now < logged + _SECONDS_BETWEEN_MESSAGES:
            return False
        self._logged[key] = now
        return True
