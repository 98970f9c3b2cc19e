"""Put the relative paths among the options under the folder that a framework's settings name.

Rule: what is not a relative path stays as it is; the check of the options says what is wrong with it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cookiewarden.policy.file_problems import PRESET

_PATHS = ("policy", "templates", "learn")


def under(folder: object, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options, with each relative path put under a folder. Without a folder, the paths stay.

    >>> under("/srv/town", {"policy": "cookies.toml", "learn": "/tmp/learned.jsonl"})["policy"].as_posix()
    '/srv/town/cookies.toml'
    """
    if not isinstance(folder, str | os.PathLike):
        return dict(options)
    return {**options, **{name: Path(folder, options[name]) for name in _PATHS if _is_path(options.get(name))}}


def _is_path(value: object) -> bool:
    return isinstance(value, str | os.PathLike) and bool(str(value)) and not str(value).startswith(PRESET)
