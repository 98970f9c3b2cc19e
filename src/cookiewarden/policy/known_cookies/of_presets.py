"""The cookies that presets declare, as well-known cookies: their facts stand in the presets alone.

Rule: only the presets that may declare a name are read for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from cookiewarden.policy.declaration import Declaration
from cookiewarden.policy.known_cookies.known_cookie import KnownCookie
from cookiewarden.policy.names import NameTable
from cookiewarden.policy.preset_cookies import cookies_of, presets_that_may_declare


def cookie_of_presets(name: bytes) -> KnownCookie | None:
    """Return the cookie that presets declare under a name, or under the pattern that covers it best, or ``None``.

    >>> cookie_of_presets(b"cf_clearance").provider
    'Cloudflare'
    """
    return _table(tuple(presets_that_may_declare(name))).find(name)


@cache
def _table(presets: tuple[str, ...]) -> NameTable[KnownCookie]:
    return NameTable(cookies_of_presets(presets))


def cookies_of_presets(presets: Iterable[str]) -> Iterable[tuple[str, KnownCookie]]:
    """Yield each name that presets declare, with its cookie. A name of several presets is yielded once.

    >>> dict(cookies_of_presets(["preset:flask", "preset:starlette"]))["session"].provider
    'flask or starlette'
    """
    by_name: dict[str, list[tuple[str, Declaration]]] = {}
    for preset in presets:
        for declaration in cookies_of(preset):
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
