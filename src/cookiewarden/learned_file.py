"""The file to which a middleware appends what it learns, line by line, beside other workers that do the same.

Rule: it is written in the background and at the end, never while a response waits; what could not be written is kept.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cookiewarden.background import Background
from cookiewarden.errors import printable
from cookiewarden.learned import Learned
from cookiewarden.learner import Learner
from cookiewarden.log import logger
from cookiewarden.throttle import Throttle

_SECONDS_BETWEEN_LOOKS = 10.0


class LearnedFile:
    """Writes what one learner collects."""

    def __init__(self, learner: Learner[Any], path: Path, clock: Callable[[], float]) -> None:
        self._learner = learner
        self._path = path
        self._throttle = Throttle(clock)
        self._writing = Background(self.write, _SECONDS_BETWEEN_LOOKS)
        weakref.finalize(self, _write, learner, path, self._throttle, True)

    def write(self, *, is_last: bool = False) -> None:
        """Write what is new, or at last all; logged, once a minute, where that fails."""
        _write(self._learner, self._path, self._throttle, is_last)


def _write(learner: Learner[Any], path: Path, throttle: Throttle, is_last: bool) -> None:
    learned = learner.take(is_last=is_last)
    if learned is None:
        return
    # The first line break ends a line of whoever could not write all of it.
    text, written, said = "\n" + learned.to_jsonl(), 0, f"{path} takes no more"
    try:
        written = _append(path, text.encode("ascii"))
    except (OSError, ValueError) as error:
        said = str(error)
    if written < len(text):
        # A line that lacks no more than its line break is there.
        learner.put_back(Learned.from_jsonl(text[text.rfind("\n", 0, written + 1) + 1 :]))
        if throttle.is_due("learn"):
            logger.error("what was learned could not be written; it is tried again: %s", printable(said))


def _append(path: Path, octets: bytes) -> int:
    """Write all at once, at the end of the file, so that lines of several workers do not mix; how much was written.

    It waits for nothing: what has taken the place of the file may be a pipe that nobody reads.
    """
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0), 0o644)
    try:
        return os.write(file, octets)
    finally:
        os.close(file)
