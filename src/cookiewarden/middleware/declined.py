"""Finds the cookies of a request that its response is to delete: those that the visitor refused.

A site may have it delete those that were never consented to as well (``site.expire_unconsented``).
Rule: only a navigation, or a new choice, deletes. No cookie of a granted category is deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import chain, islice

from cookiewarden.http.request import Carrier, RequestReader
from cookiewarden.middleware.deletion import MAX_LINES
from cookiewarden.middleware.exchange import Exchange
from cookiewarden.middleware.hiding import CookieHider
from cookiewarden.middleware.rollout import Rollout
from cookiewarden.middleware.served_sites import ServedSites
from cookiewarden.policy.declaration import Declaration

#: No cookies.
NOTHING: Mapping[bytes, Declaration] = {}


class DeclinedCookies:
    """Finds refused cookies for one wrapped app and one set of policies. Threads may share it."""

    def __init__(
        self,
        reader: RequestReader,
        sites: ServedSites,
        rollout: Rollout,
        hider: CookieHider,
        clock: Callable[[], float],
    ) -> None:
        self._reader = reader
        self._sites = sites
        self._rollout = rollout
        self._hider = hider
        self._clock = clock

    def to_delete(self, exchange: Exchange, carrier: Carrier) -> Mapping[bytes, Declaration]:
        """Return the cookies of a request that are to be deleted.

        The visitor refused them, and either a navigation sent them or the choice has just changed. If the site says so,
        it also returns those that a navigation sent and that were hidden for another reason, such as an open choice.

        It stops when it has found as many as one response can delete. The time decides which one is first. So cookies
        that cannot be deleted do not keep the others from their turn.
        """
        unwanted = exchange.unwanted
        if exchange.is_changed:
            unwanted = self._unwanted_now(exchange, carrier)
        elif not (unwanted and self._reader.is_navigation(exchange)):
            return NOTHING
        if not unwanted:
            return NOTHING
        consent, policy = self._sites.consent_of(exchange, carrier), exchange.policy
        expires = policy is not None and policy.site.expire_unconsented and not exchange.is_changed
        # A consent without a time is not a choice that anybody made.
        refused = consent.refused if consent.chosen_at is not None else frozenset()
        found: dict[bytes, Declaration] = {}
        start = int(self._clock()) % len(unwanted)
        for name, declaration in chain(islice(unwanted.items(), start, None), islice(unwanted.items(), start)):
            category = declaration.category
            is_expired = expires and category not in consent.refused and not consent.grants(category)
            if (category in refused or is_expired) and not self._rollout.spares(exchange, declaration):
                found[name] = declaration
                if len(found) == MAX_LINES:
                    break
        return found

    def _unwanted_now(self, exchange: Exchange, carrier: Carrier) -> Mapping[bytes, Declaration]:
        """Return what the app should not read any more after a choice has changed."""
        policy = self._sites.policy_of(exchange, carrier) if exchange.cookie_header else None
        if policy is None:
            return NOTHING
        judge = self._sites.judge_of(policy, self._sites.consent_of(exchange, carrier))
        return self._hider.unwanted_by(judge, policy, exchange.cookie_header)
