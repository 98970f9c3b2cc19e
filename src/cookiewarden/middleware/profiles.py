"""Asks the site's own function which profile counts for a request: the option ``profile``.

Rule: it is asked once a request, and only if the site lists several profiles. Unless it names one of them, the profile
with the fewest exemptions counts. If it fails, or names another one, the log says so at most once a minute.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable

from cookiewarden.http.request import Carrier
from cookiewarden.log import Throttle, logger
from cookiewarden.middleware.exchange import KEY, Exchange
from cookiewarden.middleware.options import ProfileOf
from cookiewarden.policy.policy import Policy

_SHOWN_CHARACTERS = 20


class ProfileChooser:
    """Chooses the profile of each request to one wrapped app. ``clock`` gives seconds since 1970-01-01 UTC."""

    def __init__(self, profile_of: ProfileOf, clock: Callable[[], float]) -> None:
        self._profile_of = profile_of
        self._throttle = Throttle(clock)

    def variant(self, policy: Policy, exchange: Exchange, carrier: Carrier) -> Policy:
        """Return the policy of a site under the profile that the function names; the strictest one for ``None``."""
        if len(policy.site.profile) < 2:
            return policy
        # In case the function itself asks for the choice. What was read then may not hold under another profile.
        strict = exchange.policy = policy.strictest
        found = self._ask(policy, exchange, carrier) or strict
        if found is not strict and not exchange.is_changed:
            exchange.consent = exchange.judge = exchange.signals = None
        return found

    def _ask(self, policy: Policy, exchange: Exchange, carrier: Carrier) -> Policy | None:
        """Return the policy as the function has it, or ``None`` if it named none of its profiles."""
        site = policy.site
        try:
            # A copy, so that the function sets no key of the request. The one that is kept must not hold the exchange.
            answer = self._profile_of({**(exchange.carrier_copy or carrier), KEY: exchange})
            if answer is None:
                return None
            if isinstance(answer, str) and answer in site.profile:
                return policy.under(answer)
            if inspect.iscoroutine(answer):
                answer.close()  # otherwise Python warns that nobody awaited it
            if self._throttle.is_due("answer"):
                named = repr(answer[:_SHOWN_CHARACTERS]) if isinstance(answer, str) else type(answer).__name__
                logger.error(
                    "profile returned %s, but %s lists %s, so the one with the fewest exemptions counts",
                    named,
                    site.id,
                    ", ".join(site.profile),
                )
        except Exception:
            if self._throttle.is_due("profile"):
                logger.exception("profile failed, so the profile of %s with the fewest exemptions counts", site.id)
        return None
