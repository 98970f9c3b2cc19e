"""One request to one of our pages, with all that the page needs.

Rule: a value. A page answers it, and changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from cookiewarden.http.request import Request
from cookiewarden.pages.languages import Language
from cookiewarden.policy.consent import Consent
from cookiewarden.policy.policy import Policy


@dataclass(frozen=True, slots=True)
class PageRequest:
    """One request to one of our pages.

    ``body``: ``None`` if it was longer than ``MAX_BODY_BYTES``. ``now``: seconds since 1970-01-01 UTC.
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
        """The query that keeps the language if the address asks for one, else ``""``."""
        return language_query(self.language) if "lang" in self.request.query_values else ""


def language_query(language: Language) -> str:
    """Return the query of an address whose page comes in a language."""
    return f"?lang={language.tag}"
