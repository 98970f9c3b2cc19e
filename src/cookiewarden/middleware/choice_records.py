"""Counts each new choice, and calls ``on_choice`` with its record.

Rule: nothing that is done here, or fails here, changes the response or the choice. The log says so at most once a
minute.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from cookiewarden.choices.record import ChoiceRecord
from cookiewarden.http.request import Carrier, RequestReader
from cookiewarden.log import Throttle, logger
from cookiewarden.middleware.exchange import Exchange
from cookiewarden.middleware.options import OnChoice
from cookiewarden.policy.consent import Consent
from cookiewarden.policy.declaration import CONSENT_CATEGORIES, Category
from cookiewarden.policy.policy import Policy
from cookiewarden.reporting.choice_counts import ChoiceCounter

if TYPE_CHECKING:
    from cookiewarden.pages.router import Pages


class ChoiceRecorder:
    """Counts and records the choices that visitors make in one wrapped app.

    ``on_choice``: the site's own callback, if there is one. ``pages``: those of the sites, or ``None`` for none.
    ``clock`` gives seconds since 1970-01-01 UTC.
    """

    def __init__(
        self,
        on_choice: OnChoice | None,
        reader: RequestReader,
        clock: Callable[[], float],
        pages: Pages | None,
        counter: ChoiceCounter,
    ) -> None:
        self._on_choice = on_choice
        self._reader = reader
        self._pages = pages
        self._counter = counter
        self._throttle = Throttle(clock)

    def record(self, policy: Policy, consent: Consent, exchange: Exchange, carrier: Carrier) -> None:
        """Count a choice that was just made, and call ``on_choice`` with its record."""
        self._counter.add_choice(policy, exchange.consent_before, consent, exchange.how)
        if self._on_choice is None:
            return
        try:
            self._on_choice(self._record_of(policy, consent, exchange, carrier))
        except Exception:
            if self._throttle.is_due("on_choice"):
                logger.exception("on_choice failed; the choice itself holds, and the response goes out")

    def _record_of(self, policy: Policy, consent: Consent, exchange: Exchange, carrier: Carrier) -> ChoiceRecord:
        language, texts = policy.site.language, {}
        if self._pages is not None:
            request = self._reader.request(exchange, carrier)
            language = self._pages.offered.language_of(policy, request)
            # After a choice, only grants of another version are stale. Their texts are no longer known.
            if not consent.stale:
                texts = dict(self._pages.digests.of(policy, request.mount, language))
        signals = exchange.owner.signals_of(exchange, carrier)
        withdrawn = exchange.consent_before.granted & consent.refused
        return ChoiceRecord(
            site=policy.site.id,
            time=consent.chosen_at or 0.0,
            granted=_in_order(consent.granted),
            refused=_in_order(consent.refused),
            versions={**policy.digests, **consent.versions},
            language=language,
            how=exchange.how,
            withdrawn=_in_order(withdrawn),
            withdrawn_providers=_providers(policy, withdrawn),
            signalled=_in_order(signals.refused),
            is_embedded=signals.is_embedded,
            profile=policy.profile,
            texts=texts,
        )


def _in_order(categories: Collection[Category]) -> tuple[Category, ...]:
    """Return the categories in the order of the published policies."""
    return tuple(category for category in CONSENT_CATEGORIES if category in categories)


def _providers(policy: Policy, categories: Collection[Category]) -> tuple[str, ...]:
    """Return who sets the declared cookies of these categories, each once, in the policy's own language and order."""
    declared = (one for one in policy.declarations if one.category in categories)
    return tuple(dict.fromkeys(str(policy.provider_of(one)) for one in declared))
