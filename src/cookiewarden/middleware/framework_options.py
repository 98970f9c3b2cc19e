"""Complete the options of the middleware with what a framework's settings say.

Rule: an option that the site gives wins. What is wrong stays as it is; the check of the options says what is wrong.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cookiewarden.policy.file_problems import PRESET
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.policy_set import PolicySet

_PATHS = ("policy", "templates", "learn")


def under(folder: object, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options, with each relative path put under a folder. Without a folder, the paths stay.

    >>> under("/srv/town", {"policy": "cookies.toml", "learn": "/tmp/learned.jsonl"})["policy"].as_posix()
    '/srv/town/cookies.toml'
    """
    if not isinstance(folder, str | os.PathLike):
        return dict(options)
    return {**options, **{name: Path(folder, options[name]) for name in _PATHS if _is_path(options.get(name))}}


def with_new_names(options: Mapping[str, Any], new_names: Mapping[str, str]) -> dict[str, Any]:
    """Return the options, with the new names, by the old ones, that the settings give to cookies of presets.

    A ready policy cannot take them: its cookies have their names already.

    >>> with_new_names({"rename": {"a": "b"}}, {"session": "town", "remember_token": "remember_token"})
    {'rename': {'session': 'town', 'a': 'b'}}
    """
    given = options.get("rename") or {}
    changed = {old: new for old, new in new_names.items() if new != old}
    if not changed or not isinstance(given, Mapping) or isinstance(options.get("policy"), Policy | PolicySet):
        return dict(options)
    return {**options, "rename": {**changed, **given}}


def _is_path(value: object) -> bool:
    return isinstance(value, str | os.PathLike) and bool(str(value)) and not str(value).startswith(PRESET)
