"""The cookies that presets declare, as well-known cookies: their facts stand in the presets alone.

Rule: the presets are read once in a process, when somebody first needs them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from cookiewarden.policy.declaration import Declaration, Kind
from cookiewarden.policy.file import preset_names, read_policy
from cookiewarden.policy.known_cookies.known_cookie import KnownCookie


@cache
def declarations_of_presets() -> Mapping[str, tuple[Declaration, ...]]:
    """Return what each preset declares about cookies.

    >>> declarations_of_presets()["preset:flask"][0].names
    ('session',)
    """
    nobody = {"site": {"name": "-"}, "preferences": {"name": "-"}}
    found = {}
    for preset in preset_names():
        declarations = read_policy({"extends": preset, **nobody}).declarations
        found[preset] = tuple(one for one in declarations if one.kind is Kind.COOKIE)
    return found


def cookies_of_presets() -> Iterable[tuple[str, KnownCookie]]:
    """Yield each name that presets declare, with its cookie. A name of several presets is yielded once.

    >>> dict(cookies_of_presets())["cf_clearance"].provider
    'Cloudflare'
    """
    by_name: dict[str, list[tuple[str, Declaration]]] = {}
    for preset, declarations in declarations_of_presets().items():
        for declaration in declarations:
            for name in declaration.names:
                by_name.setdefault(name, []).append((preset, declaration))
    for name, found in by_name.items():
        yield name, _known(found)


def _known(found: list[tuple[str, Declaration]]) -> KnownCookie:
    """Return one cookie for a name. What its presets do not agree about is left out."""
    declarations = [declaration for _, declaration in found]
    first = declarations[0]
    providers = [str(one.provider or preset.removeprefix("preset:")) for preset, one in found]
    lifetimes = {"" if one.lifetime is None else one.lifetime.text for one in declarations}
    lifetime = lifetimes.pop() if len(lifetimes) == 1 else ""
    return KnownCookie(first.names, " or ".join(providers), first.category, lifetime, first.source or "")
