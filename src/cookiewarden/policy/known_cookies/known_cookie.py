"""The shape of a well-known cookie.

Rule: each has a source, the address of a page that was read and says so.
"""

from __future__ import annotations

from typing import NamedTuple

from cookiewarden.policy.declaration import Category
from cookiewarden.policy.known_cookies.secondary_sources import SecondarySource


class KnownCookie(NamedTuple):
    """A cookie, or several alike, of a well-known service, or of software that sites are made with.

    ``names``: exact names, or patterns as in a policy file. ``category``: what sites usually declare it as.
    ``lifetime``: as in a policy file; ``""`` if the source does not say it. ``source``: an address. ``activity``: what
    the service does, to stand after "which"; ``""`` if the cookie belongs to the site's own software.

    >>> KnownCookie(("visits",), "Counter", Category.STATISTICAL, "1 day", "https://counter.example/cookies").provider
    'Counter'
    """

    names: tuple[str, ...]
    provider: str
    category: Category
    lifetime: str
    source: str
    activity: str = ""

    @property
    def is_secondary(self) -> bool:
        """Whether somebody else than the maker of the cookie wrote the source."""
        return isinstance(self.source, SecondarySource)
