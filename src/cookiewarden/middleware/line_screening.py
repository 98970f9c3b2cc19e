"""Decides which Set-Cookie lines of a response stay, and reports them.

Nearly all responses have only lines that are known: such lines were seen before, and nothing is left to report or to
learn of them. ``screen_known`` only counts these. If any line is not known, ``screen_each`` looks at each line by
itself, and they are known after that.
Rule: ``screen_known`` returns exactly what ``screen_each`` would return.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from math import inf
from typing import Any

from cookiewarden.http.caching import response_date
from cookiewarden.http.headers import FOLD, ODD, HeaderNames, in_place_of
from cookiewarden.http.request import Carrier
from cookiewarden.http.set_cookie_line import BLANKS, SeenAttributes, missing_to_delete, names_of, stores_until
from cookiewarden.log import logger
from cookiewarden.middleware.exchange import Exchange
from cookiewarden.middleware.line_attributes import apply, is_renewed, settle
from cookiewarden.middleware.rollout import Rollout
from cookiewarden.middleware.served_sites import ServedSites
from cookiewarden.policy.consent import UNDECIDED
from cookiewarden.policy.decision import Reason, Verdict
from cookiewarden.policy.judge import Judge
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.signals import NO_SIGNALS
from cookiewarden.reporting.line_counter import MAX_LISTED
from cookiewarden.reporting.outcome import Outcome, ScreenedLine
from cookiewarden.reporting.reporter import Reporter

Header = tuple[Any, Any]
#: The headers that stay; then three flags. Any header was dropped, or has another value; Set-Cookie lines were dropped
#: and none stays; a line stays because of this visitor.
ScreenedLines = tuple[list[Header], bool, bool, bool]

_ALLOWED, _BLOCKED, _REPORTED = Outcome.ALLOWED, Outcome.BLOCKED, Outcome.REPORTED
_DELETION, _RENEWAL, _UNDECLARED = Reason.DELETION, Reason.RENEWAL, Reason.UNDECLARED
_NEVER = -inf
_REMEMBERED_LINES = 1024


class LineScreener:
    """Screens the lines of one wrapped app, for one set of policies. ``clock`` gives seconds since 1970-01-01 UTC."""

    def __init__(
        self,
        header_names: HeaderNames,
        sites: ServedSites,
        rollout: Rollout,
        reporter: Reporter,
        clock: Callable[[], float],
    ) -> None:
        self._names = header_names
        self._sites = sites
        self._rollout = rollout
        self._reporter = reporter
        self._clock = clock
        self._harmless, self._plain = header_names.harmless, header_names.plain
        self._is_bytes = header_names.kind is bytes
        self._listed, self._add_up = reporter.counter.listed, reporter.counter.add_up
        self._is_enabled_for = logger.logger.isEnabledFor
        only = sites.only_policy
        # Whether the options and the only policy enforce everything, and no callback needs to see lines or requests.
        self._is_strict = rollout.is_enforcing and not (rollout.is_asking or reporter.needs_all)
        if only is not None and only.report_only:
            self._is_strict = False
        # The judge for a visitor who has not decided, if one policy speaks for every host.
        self._only_judge = None if only is None else sites.judge_of(only, UNDECIDED)
        # The attributes of undeclared lines. Their places are not remembered, so one table serves them all.
        self._undeclared: SeenAttributes = {}

    def screen_known(self, exchange: Exchange, carrier: Carrier, headers: list[Header]) -> ScreenedLines | None:
        """Screen the headers of a response. Return ``None`` if a line is not known, or may merely be reported."""
        if not self._is_strict:
            return None
        judge = self._only_judge
        if judge is None:  # the host picks the policy
            policy = self._sites.policy_of(exchange, carrier)
            if policy is not None and policy.report_only:
                return None
            judge = self._sites.judge_of(policy, UNDECIDED)
        is_asked = exchange.judge is not None
        by_name = (exchange.judge or judge).by_name
        harmless, plain, is_bytes = self._harmless, self._plain, self._is_bytes
        now = 0.0
        kept: list[Header] = []
        verdicts: list[Verdict] = []
        is_any_left = is_any_dropped = is_personal = False
        try:
            for header in headers:
                name, value = header
                if name in harmless:
                    kept.append(header)
                    continue
                if name not in plain:
                    return None
                line = value if is_bytes else value.encode("latin-1")
                start, equals, rest = line.partition(b"=")
                verdict = by_name.get(start)
                # A line that begins with a known name and "=" has it for every engine, unless CR, LF or NUL is in it.
                if verdict is None or not equals or 13 in line or 10 in line or 0 in line:
                    return None
                if verdict.is_open and not is_asked:
                    is_asked = True
                    sites = self._sites
                    # Without cookies and signals, the visitor has not decided.
                    if exchange.cookie_header or exchange.is_used or sites.signals_of(exchange, carrier) != NO_SIGNALS:
                        now = self._clock()
                        # Without predicates, consent is always needed.
                        by_name = sites.judge_of_visitor(exchange, carrier, now).by_name
                        verdict = by_name.get(start)
                        if verdict is None:
                            return None
                if not verdict.is_settled:
                    now = now or self._clock()
                    # Mostly, a look for the name tells that the browser does not have the cookie.
                    if (
                        verdict.is_renewable
                        and start in exchange.cookie_header
                        and is_renewed(exchange.cookie_header, start, rest)
                    ):
                        verdict = verdict.renewal
                        if verdict is None or self._is_repeated(headers, start):
                            return None
                    if verdict.seen.get(hash(rest.partition(b";")[2]), _NEVER) < now:
                        return None
                    if not verdict.is_allowed:
                        verdicts.append(verdict)
                        is_any_dropped = True
                        continue
                    is_personal |= verdict.is_personal
                verdicts.append(verdict)
                kept.append(header)
                is_any_left = True
        except (AttributeError, *ODD):
            return None  # not bytes, or not text
        if is_any_dropped and self._is_enabled_for(logging.DEBUG):
            return None  # every blocked line is logged, not only the first of each name
        listed = self._listed
        listed += verdicts
        if len(listed) >= MAX_LISTED:
            self._add_up()
        return kept, is_any_dropped, is_any_dropped and not is_any_left, is_personal

    def screen_each(self, exchange: Exchange, carrier: Carrier, headers: list[Header]) -> ScreenedLines:
        """Screen the headers of a response one by one."""
        policy = self._sites.policy_of(exchange, carrier)
        judge = exchange.judge or self._only_judge or self._sites.judge_of(policy, UNDECIDED)
        began = now = self._clock()
        names, rollout = self._names, self._rollout
        is_enforced = rollout.is_enforcing and (policy is None or not policy.report_only)  # nothing is merely reported
        kept: list[Header] = []
        lines: list[ScreenedLine] = []
        is_any_left = is_any_dropped = is_any_changed = is_dated = is_personal = False
        for header in headers:
            line = names.line_of(header)
            if line is None or (line is FOLD and not is_any_left):
                kept.append(header)
                continue
            verdict = judge.judge(line, now, False)
            while verdict.is_open:
                if verdict.reason is _DELETION:
                    if not is_dated:
                        # Browsers compare Expires with the Date of the response, if it has one.
                        is_dated, now = True, response_date(headers, now)
                        verdict = judge.judge(line, now, False)
                        continue
                    if not verdict.lacks:
                        break
                if exchange.judge is not None:
                    if verdict.lacks and (is_enforced or not rollout.reports(exchange, verdict)):
                        name, value = header
                        header, is_any_changed = (name, in_place_of(value, line + verdict.lacks)), True
                    break
                judge = self._judge_of(exchange, carrier)
                verdict = judge.judge(line, now, False)
            outcome = _ALLOWED
            if verdict.rules is not None and (is_enforced or not rollout.keeps_attributes(exchange, verdict)):
                is_renewal = verdict.is_renewable and self._renews(exchange, headers, line)
                left, verdict = apply(exchange, verdict, line, began, self._reporter, is_renewal=is_renewal)
                if left is not line:
                    name, value = header
                    header, is_any_changed = (name, in_place_of(value, left)), True
            if not verdict.is_allowed:
                if is_enforced or not rollout.reports(exchange, verdict):
                    lines.append((line, verdict, _BLOCKED))
                    is_any_dropped = True
                    continue
                outcome = _REPORTED
            elif verdict.is_personal and not is_personal:
                # A merely reported line passes for every visitor. So does one that deletes both now and by the Date.
                is_personal = (is_enforced or not rollout.reports_for_all(policy, verdict)) and not (
                    missing_to_delete(line, now) == b"" == missing_to_delete(line, response_date(headers, now))
                )
            lines.append((line, verdict, outcome))
            kept.append(header)
            is_any_left = True
        if lines:
            self._report(exchange, carrier, lines)
        return kept, is_any_dropped or is_any_changed, is_any_dropped and not is_any_left, is_personal

    def _renews(self, exchange: Exchange, headers: list[Header], line: bytes) -> bool:
        """Return whether a well-formed line repeats a cookie of the request, and no other line has its name."""
        start, _, rest = line.partition(b"=")
        name = start.strip(BLANKS)
        return is_renewed(exchange.cookie_header, name, rest) and not self._is_repeated(headers, name)

    def _is_repeated(self, headers: list[Header], name: bytes) -> bool:
        """Return whether several lines of a response set, or delete, a cookie of a name."""
        lines = map(self._names.line_of, headers)
        return sum(line is not None and name in names_of(line) for line in lines) > 1

    def _judge_of(self, exchange: Exchange, carrier: Carrier) -> Judge:
        """Return the judge for what the visitor chose, and for whether this request needs consent."""
        sites, is_exempt = self._sites, self._rollout.is_exempt(exchange)
        consent, signals = sites.consent_of(exchange, carrier), sites.signals_of(exchange, carrier)
        judge = exchange.judge = sites.judge_of(exchange.policy, consent, is_exempt, signals)
        return judge

    def _report(self, exchange: Exchange, carrier: Carrier, lines: list[ScreenedLine]) -> None:
        """Report the lines of a response, and remember where they store cookies."""
        policy = exchange.policy
        is_reported = self._reporter.report(exchange, carrier, policy, lines)
        if policy is None:
            return
        try:
            self._remember(policy, lines, is_reported)
        except Exception:
            self._reporter.log_failure()

    def _remember(self, policy: Policy, lines: list[ScreenedLine], is_reported: bool) -> None:
        places, now = self._sites.by_policy[policy].places, self._clock()
        for line, verdict, outcome in lines:
            if missing_to_delete(line, now) is not None:
                continue  # it stores nothing
            # A blocked line, too, shows where a cookie may be: one that was set before such lines were blocked.
            if verdict.is_storing and verdict.declaration is not None:
                places.see(verdict.declaration, line)
            if verdict.rules is not None or verdict.reason is _RENEWAL:
                if is_reported:
                    settle(verdict, line, now, places)
            elif verdict.is_storing and verdict.declaration is not None:
                if is_reported and outcome is not _REPORTED:
                    verdict.seen = places.known[verdict.declaration.names]
            elif is_reported and verdict.reason is _UNDECLARED and outcome is not _REPORTED:
                verdict.seen = self._see_undeclared(line)

    def _see_undeclared(self, line: bytes) -> SeenAttributes:
        attributes = line.partition(b";")[2]
        if len(self._undeclared) >= _REMEMBERED_LINES:
            self._undeclared.clear()
        self._undeclared[hash(attributes)] = stores_until(attributes)
        return self._undeclared
