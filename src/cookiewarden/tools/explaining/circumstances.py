"""The circumstances of one Set-Cookie line: the request that it answers, what the visitor chose, and the time.

Rule: a value. The choice is what the caller says, so a preferences cookie among the headers counts for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cookiewarden.policy.consent import UNDECIDED, Consent
from cookiewarden.policy.declaration import CONSENT_CATEGORIES

#: What stands for a choice on the command line, beside the names of categories.
NONE, ALL, UNDECIDED_WORD = "none", "all", "undecided"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The request that a line answers, and the visitor.

    ``host``: as a request has it, ``""`` if it is not known. ``headers``: further ones of the request, names in lower
    case. ``now``: seconds since 1970-01-01 UTC.

    >>> Circumstances(host="data.example.org", now=0.0).scope()["headers"]
    [(b'host', b'data.example.org')]
    """

    host: str = ""
    scheme: str = "https"
    path: str = "/"
    consent: Consent = UNDECIDED
    headers: tuple[tuple[bytes, bytes], ...] = ()
    now: float = 0.0

    def scope(self) -> dict[str, Any]:
        """Return the ASGI scope of the request."""
        host = [(b"host", self.host.encode("utf-8", "surrogateescape"))] if self.host else []
        others = [header for header in self.headers if header[0] != b"host"]
        return {
            "type": "http",
            "method": "GET",
            "scheme": self.scheme,
            "path": self.path,
            "query_string": b"",
            "root_path": "",
            "headers": host + others,
            "server": None,
        }


def consent_from(words: Iterable[str]) -> Consent:
    """Return the choice that words stand for: categories, which are granted, or ``none``, ``all`` or ``undecided``.

    No words stand for an undecided visitor. A word may hold several, with commas between them. Raises ``ValueError``
    for another word, and for a category beside a word for a whole choice.

    >>> sorted(consent_from(["statistical,first-party"]).granted), consent_from([]).is_decided
    ([<Category.FIRST_PARTY: 'first-party'>, <Category.STATISTICAL: 'statistical'>], False)
    """
    given = [part.strip() for word in words for part in word.split(",")]
    whole = {UNDECIDED_WORD: UNDECIDED, NONE: Consent.of(()), ALL: Consent.of(CONSENT_CATEGORIES)}
    if not given:
        return UNDECIDED
    if len(set(given)) == 1 and given[0] in whole:
        return whole[given[0]]
    if alone := [word for word in given if word in whole]:
        raise ValueError(f'"{alone[0]}" is a whole choice; give it alone, or give categories')
    return Consent.of(given)
