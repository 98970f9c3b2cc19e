"""Report to the site's own code what became of each Set-Cookie line: the callback ``on_decision`` and its record.

Rule: call it after the response was screened, with names and never with values. Its failure stops nothing and is logged
once a minute.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from cookiewarden.http.hosts import normalize_host
from cookiewarden.http.request import Carrier, RequestReader, RequestSnapshot
from cookiewarden.http.set_cookie import parse_set_cookie
from cookiewarden.http.set_cookie_line import name_before_break
from cookiewarden.log import Throttle, logger
from cookiewarden.policy.decision import Decision, Reason, decision_of
from cookiewarden.policy.policy import Policy
from cookiewarden.reporting.outcome import Outcome, ScreenedLine


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """What became of one Set-Cookie line, as passed to ``on_decision``. It holds no value, and nothing that may be one.

    ``site`` is the id of the site, or ``""`` if no policy applies to the host. Under ``report_only``, a line that was
    not allowed leaves anyway, and its outcome is ``reported``.

    >>> from cookiewarden import Policy
    >>> decision = Policy.from_mapping({"site": {"name": "Exampletown"}}).decide("_ga=1; Path=/")
    >>> record = DecisionRecord("Exampletown", Outcome.BLOCKED, decision)
    >>> record.outcome.value, record.decision.reason.value, record.decision.names
    ('blocked', 'undeclared', (b'_ga',))
    """

    site: str
    outcome: Outcome
    decision: Decision


#: The callback for each line; its result is ignored.
OnDecision = Callable[[DecisionRecord], object]


class DecisionCallback:
    """Calls ``on_decision`` for the lines of a response."""

    def __init__(self, on_decision: OnDecision, reader: RequestReader, clock: Callable[[], float]) -> None:
        self._on_decision = on_decision
        self._reader = reader
        self._throttle = Throttle(clock)

    def report(
        self, snapshot: RequestSnapshot, carrier: Carrier, policy: Policy | None, lines: Iterable[ScreenedLine]
    ) -> None:
        """Report the lines of one response, in order."""
        host = normalize_host(self._reader.host(snapshot, carrier))
        site = "" if policy is None else policy.site.id
        for line, verdict, outcome in lines:
            decision = decision_of(verdict, parse_set_cookie(line, host=host))
            if decision.reason is Reason.MALFORMED:
                decision = replace(decision, names=(name_before_break(line),))
            record = DecisionRecord(site, outcome, decision)
            try:
                self._on_decision(record)
            except Exception:
                if self._throttle.is_due("on_decision"):
                    logger.exception("on_decision failed; the response goes out all the same")
