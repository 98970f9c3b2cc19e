"""Watches the files of a policy, and calls its owner when they have changed.

Rule: it only looks at files, and its owner loads them. It ends with its owner.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from weakref import WeakMethod

from cookiewarden.policy.policy_set import PolicySource, source_files
from cookiewarden.process import Background, call_in_child

_SECONDS_BETWEEN_LOOKS = 1.0

# Time of change, size and inode of each file; ``None`` if there is no file.
_State = Mapping[Path, tuple[int, int, int] | None]


class PolicyWatch:
    """Calls ``load`` when the files of a source differ from what was loaded, and did not change for a second."""

    def __init__(self, source: PolicySource, load: Callable[[], object]) -> None:
        self._source = source
        self._load = WeakMethod(load)
        self._begin()
        call_in_child(self._begin)
        self._looking = Background(self._look, _SECONDS_BETWEEN_LOOKS)

    def _begin(self) -> None:
        """Make the first look load the files once more.

        They may have changed since they were loaded. Or the process was forked before a new policy was in force.
        """
        self._loaded: _State = {}
        self._seen: _State = {}

    def _look(self) -> None:
        seen = self._seen
        found = {path: _state_of(path) for path in seen} or _state(self._source)
        if found == seen != self._loaded:
            # The state before they are read, so that the next look sees what changes meanwhile.
            self._loaded = found = _state(self._source)
            if (load := self._load()) is not None:
                load()
        self._seen = found


def _state(source: PolicySource) -> _State:
    return {path: _state_of(path) for path in source_files(source)}


def _state_of(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
