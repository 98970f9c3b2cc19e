"""One request to a page of ours, with all that the page goes by.

Rule: it is a value; a page answers it, and changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from cookiewarden.http.request import Request
from cookiewarden.pages.languages import Language
from cookiewarden.policy.consent import Consent
from cookiewarden.policy.policy import Policy


@dataclass(frozen=True, slots=True)
class PageRequest:
    """One request.

    ``body``: ``None`` if it was longer than what is read. ``now``: seconds since 1970-01-01 UTC.
    """

    request: Request
    policy: Policy
    language: Language
    consent: Consent
    is_exempt: bool
    body: bytes | None
    now: float

    @property
    def language_query(self) -> str:
        """Return the query that keeps a language which the address asks for, else ``""``."""
        return f"?lang={self.language.tag}" if "lang" in self.request.query_values else ""
