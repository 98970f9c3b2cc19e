"""Decides what is only reported instead of enforced, and which requests need no consent.

Rule: the site's own predicates are called when it matters, once a request. If one fails, or returns neither True nor
False, the request is enforced and needs consent. The log says so at most once a minute.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable

from cookiewarden.log import Throttle, logger
from cookiewarden.middleware.exchange import KEY, Exchange
from cookiewarden.middleware.options import Options, Predicate
from cookiewarden.policy.decision import Verdict
from cookiewarden.policy.declaration import REPORTABLE, Declaration
from cookiewarden.policy.policy import Policy

# What the log says if a predicate fails.
_MEANING = {"report_only": "this request is enforced", "consent_needed": "this request needs consent"}


class Rollout:
    """Applies the options and the policies to a request."""

    def __init__(self, options: Options, clock: Callable[[], float]) -> None:
        self._report_only = options.report_only
        self._consent_needed = options.consent_needed
        self._throttle = Throttle(clock)
        #: Whether there is a predicate to call.
        self.is_asking = callable(self._report_only) or self._consent_needed is not None
        #: Whether the options let nothing pass that should be blocked.
        self.is_enforcing = self._report_only is False
        #: Whether they enforce nothing.
        self.is_report_only = self._report_only is True

    def is_exempt(self, exchange: Exchange) -> bool:
        """Return whether a request needs no consent."""
        if self._consent_needed is None:
            return False
        if exchange.is_exempt is None:
            exchange.is_exempt = False  # in case the predicate itself asks for the choice
            exchange.is_exempt = not self._ask("consent_needed", self._consent_needed, exchange, True)
        return exchange.is_exempt

    def reports(self, exchange: Exchange, verdict: Verdict) -> bool:
        """Return whether a line that should be blocked is only reported."""
        return self.reports_all(exchange) or _is_in(verdict.kind, exchange.policy)

    def reports_for_all(self, policy: Policy | None, verdict: Verdict) -> bool:
        """Return whether such a line is only reported for every visitor; a predicate may tell visitors apart."""
        return self.is_report_only or _is_in(verdict.kind, policy)

    def keeps_attributes(self, exchange: Exchange, verdict: Verdict) -> bool:
        """Return whether a line that passes keeps its attributes as they are.

        A policy that only reports every kind of cookie means the necessary ones, too, although those always pass.
        """
        return reports_every_kind(exchange.policy) or self.reports(exchange, verdict)

    def spares(self, exchange: Exchange, declaration: Declaration) -> bool:
        """Return whether a cookie that should be deleted stays."""
        return self.reports_all(exchange) or _is_in(declaration.category, exchange.policy)

    def reports_all(self, exchange: Exchange) -> bool:
        """Return whether everything is only reported for a request."""
        if isinstance(self._report_only, bool):
            return self._report_only
        if exchange.is_reported is None:
            exchange.is_reported = self._ask("report_only", self._report_only, exchange, False)
        return exchange.is_reported

    def _ask(self, option: str, predicate: Predicate, exchange: Exchange, default: bool) -> bool:
        try:
            # A copy for each. The one that is kept must not hold the exchange, or a request would hold itself.
            answer = predicate({**exchange.carrier_copy, KEY: exchange})
        except Exception:
            if self._throttle.is_due(option):
                logger.exception("%s failed, so %s", option, _MEANING[option])
            return default
        if isinstance(answer, bool):
            return answer
        if inspect.iscoroutine(answer):
            answer.close()  # otherwise Python warns that nobody awaited it
        if self._throttle.is_due(option):
            kind = type(answer).__name__
            logger.error("%s returned %s, neither True nor False, so %s", option, kind, _MEANING[option])
        return default


def reports_every_kind(policy: Policy | None) -> bool:
    """Return whether a policy has every kind of cookie only reported."""
    return policy is not None and len(policy.report_only) == len(REPORTABLE)


def _is_in(kind: str, policy: Policy | None) -> bool:
    return policy is not None and kind in policy.report_only
