"""What a site that is not there yet lets pass: requests, policies and categories that are only reported on, and
requests for which consent is not needed.

Rule: the site's own predicates are asked when it matters, once a request; one that fails, or says neither True nor
False, counts as "block" and "needed", and is told once a minute.
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

# What it comes to where a predicate has no say.
_MEANING = {"report_only": "this request is enforced", "consent_needed": "this request needs consent"}


class Rollout:
    """Asks what the options and the policies say of a request."""

    def __init__(self, options: Options, clock: Callable[[], float]) -> None:
        self._report_only = options.report_only
        self._consent_needed = options.consent_needed
        self._throttle = Throttle(clock)
        #: Whether there is anything to ask.
        self.is_asking = callable(self._report_only) or self._consent_needed is not None
        #: Whether all that should be blocked is, as far as the options go.
        self.is_enforcing = self._report_only is False

    def is_exempt(self, exchange: Exchange) -> bool:
        """Whether no consent is needed for a request."""
        if self._consent_needed is None:
            return False
        if exchange.is_exempt is None:
            exchange.is_exempt = False  # as long as the predicate itself asks for the choice
            exchange.is_exempt = not self._ask("consent_needed", self._consent_needed, exchange, True)
        return exchange.is_exempt

    def reports(self, exchange: Exchange, judgement: Verdict) -> bool:
        """Whether a line that should be blocked is only told of."""
        return self._reports_all(exchange) or _is_in(judgement.kind, exchange.policy)

    def reports_for_all(self, policy: Policy | None, judgement: Verdict) -> bool:
        """Return whether such a line would only be reported for every visitor: a predicate may tell them apart."""
        return self._report_only is True or _is_in(judgement.kind, policy)

    def spares(self, exchange: Exchange, declaration: Declaration) -> bool:
        """Whether a cookie that should be deleted stays."""
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
            answer.close()  # or Python would tell, each time, that nobody waited for it
        if self._throttle.is_due(option):
            kind = type(answer).__name__
            logger.error("%s gave %s, neither True nor False, so %s", option, kind, _MEANING[option])
        return default


def _is_in(kind: str, policy: Policy | None) -> bool:
    return policy is not None and kind in policy.report_only
