"""Asks what is enforced: which requests, policies and categories are only reported, and which requests need no consent.

Rule: the site's own predicates are called when it matters, once a request. If one fails, or returns neither True nor
False, the request is enforced and needs consent; the log says so once a minute.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable

from cookiewarden.log import Throttle, logger
from cookiewarden.middleware.exchange import KEY, Exchange
from cookiewarden.middleware.options import Options, Predicate
from cookiewarden.policy.decision import Verdict
from cookiewarden.policy.declaration import Declaration
from cookiewarden.policy.policy import Policy

# What holds if a predicate has no say.
_MEANING = {"report_only": "this request is enforced", "consent_needed": "this request needs consent"}


class Rollout:
    """Asks what the options and the policies say of a request."""

    def __init__(self, options: Options, clock: Callable[[], float]) -> None:
        self._report_only = options.report_only
        self._consent_needed = options.consent_needed
        self._throttle = Throttle(clock)
        #: Whether there is a predicate to call.
        self.is_asking = callable(self._report_only) or self._consent_needed is not None
        #: Whether the options let nothing pass that should be blocked.
        self.is_enforcing = self._report_only is False

    def is_exempt(self, exchange: Exchange) -> bool:
        """Return whether a request needs no consent."""
        if self._consent_needed is None:
            return False
        if exchange.is_exempt is None:
            exchange.is_exempt = False  # as long as the predicate itself asks for the choice
            exchange.is_exempt = not self._ask("consent_needed", self._consent_needed, exchange, True)
        return exchange.is_exempt

    def reports(self, exchange: Exchange, judgement: Verdict) -> bool:
        """Return whether a line that should be blocked is only reported."""
        return self._reports_all(exchange) or _is_in(judgement.kind, exchange.policy)

    def reports_for_all(self, policy: Policy | None, judgement: Verdict) -> bool:
        """Return whether such a line would only be reported for every visitor: a predicate may tell them apart."""
        return self._report_only is True or _is_in(judgement.kind, policy)

    def spares(self, exchange: Exchange, declaration: Declaration) -> bool:
        """Return whether a cookie that should be deleted stays."""
        return self._reports_all(exchange) or _is_in(declaration.category, exchange.policy)

    def _reports_all(self, exchange: Exchange) -> bool:
        if isinstance(self._report_only, bool):
            return self._report_only
        if exchange.is_reported is None:
            exchange.is_reported = self._ask("report_only", self._report_only, exchange, False)
        return exchange.is_reported

    def _ask(self, option: str, predicate: Predicate, exchange: Exchange, default: bool) -> bool:
        try:
            # A copy each. The one that is kept does not hold the exchange: a request would hold itself then.
            answer = predicate({**exchange.carrier_copy, KEY: exchange})
        except Exception:
            if self._throttle.is_due(option):
                logger.exception("%s failed, so %s", option, _MEANING[option])
            return default
        if isinstance(answer, bool):
            return answer
        if inspect.iscoroutine(answer):
            answer.close()  # or Python warns each time that nobody awaited it
        if self._throttle.is_due(option):
            kind = type(answer).__name__
            logger.error("%s gave %s, neither True nor False, so %s", option, kind, _MEANING[option])
        return default


def _is_in(kind: str, policy: Policy | None) -> bool:
    return policy is not None and kind in policy.report_only
