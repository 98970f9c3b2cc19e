"""Find a well-known cookie by its name.

Rule: the tables are imported when they are first needed, because most programs never need them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cache

from cookiewarden.policy.known_cookies.known_cookie import KnownCookie
from cookiewarden.policy.known_cookies.of_presets import cookie_of_presets
from cookiewarden.policy.names import NameTable


def known_cookie(name: bytes) -> KnownCookie | None:
    """Return the well-known cookie of this name, or of the most literal pattern that covers it, or ``None``.

    Presets are asked, too. A declared pattern, such as ``_ga*``, counts as a name that begins so. If nothing covers it,
    it finds a row that it covers itself, unless it covers those of several providers.

    >>> known_cookie(b"_ga_X").provider, known_cookie(b"_ga*").provider, known_cookie(b"cf_clearance").provider
    ('Google Analytics', 'Google Analytics', 'Cloudflare')
    >>> known_cookie(b"no-such-name") is None
    True
    """
    found = _find(name)
    if found is None and name.endswith(b"*"):
        found = _find(name[:-1]) or _covered_by(name[:-1])
    return found


def known_cookies() -> Iterator[KnownCookie]:
    """Yield the rows of the tables, without what presets declare.

    >>> next(known_cookies()).provider
    'Adobe Advertising'
    """
    from cookiewarden.policy.known_cookies import (
        advertising,
        analytics,
        consent_managers,
        delivery,
        frameworks,
        payments,
        social,
        support,
    )

    for module in (advertising, analytics, consent_managers, delivery, frameworks, payments, social, support):
        yield from module.COOKIES


def _find(name: bytes) -> KnownCookie | None:
    return _services().find(name) or cookie_of_presets(name)


@cache
def _services() -> NameTable[KnownCookie]:
    return NameTable((name, cookie) for cookie in known_cookies() for name in cookie.names)


@cache
def _sorted() -> list[tuple[bytes, KnownCookie]]:
    return sorted((name.encode(), cookie) for cookie in known_cookies() for name in cookie.names)


def _covered_by(prefix: bytes) -> KnownCookie | None:
    """Return the first row with a name that begins so, if all such rows belong to one provider."""
    rows = _sorted()
    found = []
    for name, cookie in rows[bisect_left(rows, prefix, key=lambda row: row[0]) :]:
        if not name.startswith(prefix):
            break
        found.append(cookie)
    return found[0] if len({cookie.provider for cookie in found}) == 1 else None
