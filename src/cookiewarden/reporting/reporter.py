"""Who is told what became of the Set-Cookie lines of a response: the counters, the log, the memory of where cookies
are, the site's own hook.

Rule: they look on. Nothing that they do, or fail to do, changes what leaves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from cookiewarden.http.request import RequestReader
from cookiewarden.log import Throttle, logger
from cookiewarden.middleware.exchange import Exchange
from cookiewarden.middleware.options import Options
from cookiewarden.reporting.counts import Tally
from cookiewarden.reporting.learning import Learner
from cookiewarden.reporting.log_messages import Notices
from cookiewarden.reporting.on_decision import DecisionHook
from cookiewarden.reporting.outcome import Outcome, Told

R = TypeVar("R")

_ALLOWED, _BLOCKED = Outcome.ALLOWED, Outcome.BLOCKED


class Observers(Generic[R]):
    """Those of one wrapped app."""

    def __init__(self, options: Options, reader: RequestReader[R], clock: Callable[[], float]) -> None:
        on_decision = options.on_decision
        self.tally = Tally(clock)
        self._notices = Notices(reader.host)
        #: Called with the name of a header that looks like Set-Cookie, and passes.
        self.unenforced = self._notices.unenforced
        self._throttle = Throttle(clock)
        self._hook = None if on_decision is None else DecisionHook(on_decision, reader, clock)
        #: What learns from all lines, if the option asks for it.
        self.learner = None if options.learn is None else Learner(reader, clock)

    def tell(self, exchange: Exchange, request: R, lines: list[Told]) -> None:
        """Tell of the lines of one response."""
        try:
            self._tell(exchange, request, lines)
        except Exception:
            if self._throttle.is_due("tell"):
                logger.exception("what became of the cookies could not be told; the response goes out all the same")

    def _tell(self, exchange: Exchange, request: R, lines: list[Told]) -> None:
        policy = exchange.policy
        self.tally.add(policy, lines)
        unwanted = []
        for told in lines:
            line, judgement, outcome = told
            if outcome is not _ALLOWED:
                unwanted.append(told)
            # What is blocked tells where a cookie is that may be deleted right now; else it is of no use.
            if judgement.is_storing and (outcome is not _BLOCKED or exchange.is_navigation):
                declaration = judgement.declaration
                if policy is not None and declaration is not None:
                    exchange.warden.sightings[policy].see(declaration, line)
        if unwanted:
            self._notices.unwanted(exchange, request, unwanted)
        if self._hook is not None:
            self._hook.tell(exchange, request, lines)
        if self.learner is not None:
            self.learner.see(exchange, request, lines)
