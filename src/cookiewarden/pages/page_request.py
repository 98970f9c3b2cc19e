"""One request to one of our pages, with all that the page needs.

Rule: a value. A page answers it, and changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from cookiewarden.http.request import Request
from cookiewarden.http.urls import is_own_address, without_query
from cookiewarden.pages.languages import Language
from cookiewarden.policy.consent import Consent
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.signals import Signals


@dataclass(frozen=True, slots=True)
class PageRequest:
    """One request to one of our pages.

    ``signals``: what the browser said beside the choice. ``body``: ``None`` if it was longer than ``max_body_bytes``.
    ``now``: seconds since 1970-01-01 UTC.
    """

    request: Request
    policy: Policy
    language: Language
    consent: Consent
    is_exempt: bool
    signals: Signals
    body: bytes | None
    now: float

    @property
    def language_query(self) -> str:
        """The query that keeps the language if the address asks for one, else ``""``."""
        return language_query(self.language) if "lang" in self.request.query_values else ""

    @property
    def next(self) -> str:
        """The address to go back to: ``next`` in the query, or what a form was sent from.

        It is ``""`` if it would not be safe, or if it is this very page.
        """
        address = self.request.query_values.get("next", [""])[-1]
        if not is_own_address(address):
            address = self.request.referring_address if self.request.method == "POST" else ""
        return "" if without_query(address) == self.request.url_path else address


def language_query(language: Language) -> str:
    """Return the query of an address whose page comes in a language."""
    return f"?lang={language.tag}"
