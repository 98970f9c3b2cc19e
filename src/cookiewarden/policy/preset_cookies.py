"""The cookies that presets declare, by preset, and which presets may declare a name.

Rule: a preset is read when somebody first needs what it declares, and once in a process. Most names stand in none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from cookiewarden.policy.declaration import Declaration, Kind
from cookiewarden.policy.names import NameTable
from cookiewarden.policy.preset_files import preset_names, preset_text

# A line of comment, or a word in quotation marks, as each name stands in the file of a preset. Many are no names.
_WORD = re.compile(r'^#.*|"([^"\s]+)"', re.MULTILINE)


@cache
def cookies_of(preset: str) -> tuple[Declaration, ...]:
    """Return what a preset declares about cookies.

    >>> cookies_of("preset:flask")[0].names
    ('session',)
    """
    from cookiewarden.policy.file import read_policy  # here, because most names stand in no preset

    nobody = {"site": {"name": "-"}, "preferences": {"name": "-"}}
    declarations = read_policy({"extends": preset, **nobody}).declarations
    return tuple(one for one in declarations if one.kind is Kind.COOKIE and one.names != ("-",))


def presets_that_may_declare(name: bytes) -> list[str]:
    """Return the presets that may declare a name: no other does.

    >>> presets_that_may_declare(b"csrftoken"), presets_that_may_declare(b"no-such-name")
    (['preset:django', 'preset:litestar'], [])
    """
    return [preset for preset, table in _tables().items() if table.find(name)]


def presets_that_may_declare_a_part(name: str) -> list[str]:
    """Return the presets that may declare a name that is a part of this one: no other does."""
    return [preset for preset, words in words_of_presets().items() if any(word in name for word in words)]


@cache
def words_of_presets() -> dict[str, Sequence[str]]:
    """Return the words in quotation marks of each preset. Its names are among them."""
    return {preset: tuple(filter(None, _WORD.findall(preset_text(preset)))) for preset in preset_names()}


@cache
def _tables() -> dict[str, NameTable[bool]]:
    return {preset: NameTable((word, True) for word in words) for preset, words in words_of_presets().items()}
