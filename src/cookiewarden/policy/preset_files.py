"""Opens the files of the presets.

Rule: a preset has its name from its file, and every installation has all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from cookiewarden.policy.file_problems import PRESET

_FOLDER = Path(__file__).parent / "presets"


@cache
def preset_files() -> Mapping[str, Path]:
    """Return the files of the presets, sorted by the names that a policy writes under ``extends``.

    >>> preset_files()["preset:django"].name
    'django.toml'
    """
    return {PRESET + path.stem: path for path in sorted(_FOLDER.glob("*.toml"), key=lambda path: path.stem)}


def preset_names() -> list[str]:
    """Return the names of the presets, as a policy writes them under ``extends``."""
    return list(preset_files())


def preset_text(name: str) -> str:
    """Return the text of a preset."""
    return preset_files()[name].read_text("utf-8")
