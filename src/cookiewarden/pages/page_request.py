"""One request to a page of ours, with what it is about: its policy, its language, the choice as it stands."""

from __future__ import annotations

from dataclasses import dataclass

from cookiewarden.http.request import Visit
from cookiewarden.middleware.exchange import Exchange
from cookiewarden.pages.languages import Language
from cookiewarden.policy.consent import UNDECIDED, Consent
from cookiewarden.policy.policy import Policy


@dataclass(frozen=True, slots=True)
class Call:
    """One request. ``body`` is ``None`` where it was longer than what is read."""

    visit: Visit
    exchange: Exchange
    policy: Policy
    language: Language
    body: bytes | None

    @property
    def consent(self) -> Consent:
        """What the visitor chose, as it stands now."""
        return self.exchange.consent or UNDECIDED

    @property
    def language_query(self) -> str:
        """The query that keeps a language which was asked for by address."""
        return f"?lang={self.language.tag}" if "lang" in self.visit.query_values else ""
