"""Keeps pictures of pages as evidence, in a folder, each with the SHA-256 of its file.

Rule: a file that is there already is never overwritten.
"""

from __future__ import annotations

import errno
import hashlib
from pathlib import Path

from cookiewarden.tools.audit.observed import Screenshot, State


class Pictures:
    """The pictures of a visit. ``folder``: where they are written; ``None`` for none.

    Raises ``FileExistsError`` if the file of a state is there already.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._kept: dict[State, Screenshot] = {}
        there = [] if folder is None else [file for state in State if (file := folder / _name(state)).exists()]
        if there:
            raise FileExistsError(errno.EEXIST, "File exists", str(there[0]))

    @property
    def kept(self) -> tuple[Screenshot, ...]:
        """The pictures that were written, in their order."""
        return tuple(self._kept.values())

    def wants(self, state: State) -> bool:
        """Return whether a picture of a state is still missing."""
        return self._folder is not None and state not in self._kept

    def keep(self, state: State, url: str, picture: bytes) -> None:
        """Write a picture as PNG. Raises ``OSError``, also if its file is there already."""
        if self._folder is None or not picture:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        name = _name(state)
        with (self._folder / name).open("xb") as file:
            file.write(picture)
        self._kept[state] = Screenshot(state, url, name, hashlib.sha256(picture).hexdigest())


def _name(state: State) -> str:
    return f"{state.replace(' ', '-')}.png"
