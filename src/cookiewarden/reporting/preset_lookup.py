"""Finds the presets that declare a cookie, or a cookie of nearly the same name.

Rule: an equal name and a similar one are told apart, because a similar one may belong to another product.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

from cookiewarden.policy.declaration import Category
from cookiewarden.policy.known_cookies.of_presets import declarations_of_presets
from cookiewarden.policy.names import NameTable

# A shorter name stands in too many others by chance.
_SHORTEST_NAME = 5


def presets_with(name: bytes) -> dict[str, Category]:
    """Return the presets that declare this name, and as what.

    >>> presets_with(b"trac_session"), presets_with(b"shop_csrftoken")
    ({'preset:trac': <Category.FIRST_PARTY: 'first-party'>}, {})
    """
    found = ((preset, table.find(name)) for preset, (table, _) in read_presets().items())
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
    for preset, (_, exact) in read_presets().items():
        for declared in exact:
            if re.search(rf"(?<![0-9A-Za-z]){re.escape(declared)}(?![0-9A-Za-z])", text):
                found.setdefault(declared, []).append(preset)
    longest = max(found, key=len, default=None)
    return None if longest is None or longest == text else (longest, found[longest])


@cache
def read_presets() -> Mapping[str, tuple[NameTable[Category], list[str]]]:
    """Return each preset's table of names, and its longer exact names. The first call in a process reads the files.

    >>> read_presets()["preset:flask"][1]
    ['session']
    """
    found = {}
    for preset, declarations in declarations_of_presets().items():
        categories = {name: one.category for one in declarations for name in one.names}
        exact = [name for name in categories if "*" not in name and len(name) >= _SHORTEST_NAME]
        found[preset] = (NameTable(categories.items()), exact)
    return found
