"""Makes the record of each new choice, and calls ``on_choice`` with it.

Rule: nothing that is done here, or fails here, changes the response or the choice. The log says so at most once a
minute.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cookiewarden.choices.record import ChoiceRecord
from cookiewarden.http.request import Carrier, RequestReader
from cookiewarden.log import Throttle, logger
from cookiewarden.middleware.exchange import Exchange
from cookiewarden.middleware.options import OnChoice
from cookiewarden.policy.consent import Consent
from cookiewarden.policy.declaration import CONSENT_CATEGORIES
from cookiewarden.policy.policy import Policy

if TYPE_CHECKING:
    from cookiewarden.pages import Pages


class ChoiceRecorder:
    """Records the choices that visitors make in one wrapped app.

    ``on_choice``: the site's own callback, if there is one. ``pages``: those of the sites, or ``None`` for none.
    ``clock`` gives seconds since 1970-01-01 UTC.
    """

    def __init__(
        self, on_choice: OnChoice | None, reader: RequestReader, clock: Callable[[], float], pages: Pages | None
    ) -> None:
        self._on_choice = on_choice
        self._reader = reader
        self._pages = pages
        self._throttle = Throttle(clock)

    def record(self, policy: Policy, consent: Consent, exchange: Exchange, carrier: Carrier) -> None:
        """Call ``on_choice`` with a choice that was just made."""
        if self._on_choice is None:
            return
        try:
            self._on_choice(self._record_of(policy, consent, exchange, carrier))
        except Exception:
            if self._throttle.is_due("on_choice"):
                logger.exception("on_choice failed; the choice itself holds, and the response goes out")

    def _record_of(self, policy: Policy, consent: Consent, exchange: Exchange, carrier: Carrier) -> ChoiceRecord:
        language = policy.site.language
        if self._pages is not None:
            language = self._pages.offered.language_of(policy, self._reader.request(exchange, carrier))
        granted, refused = (
            tuple(category for category in CONSENT_CATEGORIES if category in answers)
            for answers in (consent.granted, consent.refused)
        )
        time = consent.chosen_at or 0.0
        versions = {**policy.digests, **consent.versions}
        return ChoiceRecord(policy.site.id, time, granted, refused, versions, language, exchange.how)
