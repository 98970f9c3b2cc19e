"""Reports what became of Set-Cookie lines: to the counters, the log, the site's own callback, and the learner.

It also has the counters and the log of the cookies that requests sent, and of the hosts that browsers reported.
Rule: nothing that is done here, or fails here, changes the request or the response.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from cookiewarden.http.csp_report import ReportedHost
from cookiewarden.http.request import Carrier, RequestReader, RequestSnapshot
from cookiewarden.log import Throttle, logger
from cookiewarden.policy.decision import Verdict
from cookiewarden.policy.policy import Policy
from cookiewarden.reporting.choice_counts import ChoiceCounter
from cookiewarden.reporting.counts import Counts
from cookiewarden.reporting.hidden_cookie_log import HiddenCookieLog
from cookiewarden.reporting.lifetime_messages import LifetimeLog
from cookiewarden.reporting.line_counter import LineCounter
from cookiewarden.reporting.log_messages import BlockedCookieLog
from cookiewarden.reporting.on_decision import DecisionCallback, OnDecision
from cookiewarden.reporting.outcome import Outcome, ScreenedLine
from cookiewarden.reporting.reported_hosts import ReportedHosts

if TYPE_CHECKING:
    from cookiewarden.reporting.learning import Learner

_ALLOWED = Outcome.ALLOWED


class Reporter:
    """Reports for one wrapped app. ``clock`` gives seconds since 1970-01-01 UTC."""

    def __init__(
        self,
        reader: RequestReader,
        clock: Callable[[], float],
        *,
        on_decision: OnDecision | None = None,
        is_learning: bool = False,
        rename: Mapping[str, str] | None = None,
    ) -> None:
        self.counter = LineCounter(clock)
        self.choice_counter = ChoiceCounter()
        #: Counts the cookies that requests sent, and what the app saw of them.
        self.request_counter = LineCounter(clock)
        self.hidden_log = HiddenCookieLog()
        self._hosts = ReportedHosts()
        self._log = BlockedCookieLog(reader.host)
        #: Called with the name of a header that looks like Set-Cookie, and passes.
        self.unenforced = self._log.unenforced
        self._lifetimes = LifetimeLog()
        self._throttle = Throttle(clock)
        self._callback = None if on_decision is None else DecisionCallback(on_decision, reader, clock)
        #: Learns from all lines, if the site asks for it.
        self.learner: Learner | None = None
        if is_learning:
            from cookiewarden.reporting.learning import Learner  # here, because few sites need it

            self.learner = Learner(reader, clock, rename or {})
        #: Whether every line must be reported, and not only the first of each name.
        self.needs_all = self._callback is not None or self.learner is not None

    def counts(self) -> Counts:
        """Return all that was counted so far."""
        choices, of_requests = self.choice_counter.snapshot(), self.request_counter.snapshot()
        hosts = self._hosts.snapshot()
        return replace(self.counter.snapshot(), choices=choices, request_cookies=of_requests, reported_hosts=hosts)

    def report(
        self, snapshot: RequestSnapshot, carrier: Carrier, policy: Policy | None, lines: list[ScreenedLine]
    ) -> bool:
        """Report the lines of one response; return whether that worked."""
        try:
            self.counter.add(lines)
            unwanted = [screened for screened in lines if screened[2] is not _ALLOWED]
            if unwanted:
                self._log.unwanted(snapshot, carrier, policy, unwanted)
            if self._callback is not None:
                self._callback.report(snapshot, carrier, policy, lines)
            if self.learner is not None:
                self.learner.see(snapshot, carrier, policy, lines)
        except Exception:
            self.log_failure()
            return False
        return True

    def see_hosts(self, policy: Policy, reported: Iterable[ReportedHost]) -> None:
        """Count, log and learn hosts that a browser reported, because no declaration names them."""
        try:
            kept = self._hosts.see(policy, reported)
            if kept and self.learner is not None:
                self.learner.see_hosts(policy.site.id, kept)
        except Exception:
            self.log_failure()

    def see_lifetime(
        self, policy: Policy | None, verdict: Verdict, line: bytes, now: float, *, is_changed: bool
    ) -> None:
        """Log the lifetime of a line that passes, if the policy says less. ``is_changed``: the line changed."""
        try:
            self._lifetimes.see(policy, verdict, line, now, is_changed=is_changed)
        except Exception:
            self.log_failure()

    def log_failure(self) -> None:
        """Log the exception that is handled right now, once a minute."""
        if self._throttle.is_due("report"):
            logger.exception("what became of the cookies could not be reported; the response goes out all the same")
