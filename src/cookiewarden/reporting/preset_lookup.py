"""Finds the presets that declare a cookie, or a cookie of nearly the same name.

Rule: an equal name and a similar one are told apart, because a similar one may belong to another product.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from cookiewarden.policy.declaration import Category
from cookiewarden.policy.names import NameTable
from cookiewarden.policy.preset_cookies import cookies_of, presets_that_may_declare, presets_that_may_declare_a_part
from cookiewarden.policy.preset_files import preset_names

# A shorter name stands in too many others by chance.
_SHORTEST_NAME = 5


def presets_with(name: bytes) -> dict[str, Category]:
    """Return the presets that declare this name, and as what.

    >>> presets_with(b"trac_session"), presets_with(b"shop_csrftoken")
    ({'preset:trac': <Category.FIRST_PARTY: 'first-party'>}, {})
    """
    found = ((preset, _categories(preset).find(name)) for preset in presets_that_may_declare(name))
    return {preset: category for preset, category in found if category is not None}


def best_presets(names: Iterable[bytes]) -> dict[str, list[bytes]]:
    """Return the presets that declare some of these names, with the names; not those that add nothing to another.

    >>> best_presets([b"csrftoken", b"sessionid"])  # preset:litestar declares only the first
    {'preset:django': [b'csrftoken', b'sessionid']}
    """
    found: dict[str, list[bytes]] = {}
    for name in names:
        for preset in presets_with(name):
            found.setdefault(preset, []).append(name)
    return {
        preset: declared
        for preset, declared in found.items()
        if not any(set(declared) < set(others) for others in found.values())
    }


def similar_in_presets(name: bytes) -> tuple[str, list[str]] | None:
    """Return the longest name that a preset declares and that is a whole part of this one, and the presets with it.

    >>> similar_in_presets(b"__Host-django_language")
    ('django_language', ['preset:django'])
    """
    text = name.decode("utf-8", "replace")
    found: dict[str, list[str]] = {}
    for preset in presets_that_may_declare_a_part(text):
        for declared in _exact_names(preset):
            if re.search(rf"(?<![0-9A-Za-z]){re.escape(declared)}(?![0-9A-Za-z])", text):
                found.setdefault(declared, []).append(preset)
    longest = max(found, key=len, default=None)
    return None if longest is None or longest == text else (longest, found[longest])


def read_presets() -> None:
    """Read every preset, so that nothing above opens a file afterwards."""
    presets_that_may_declare(b"")
    for preset in preset_names():
        _categories(preset)


@cache
def _categories(preset: str) -> NameTable[Category]:
    return NameTable((name, one.category) for one in cookies_of(preset) for name in one.names)


def _exact_names(preset: str) -> list[str]:
    """Return the longer exact names that a preset declares."""
    names = (name for one in cookies_of(preset) for name in one.names)
    return [name for name in names if "*" not in name and len(name) >= _SHORTEST_NAME]
