"""Screens the headers of a response: which Set-Cookie lines stay, and what is added.

Rule: screening never raises, blocks or buffers, and never touches a body. Kept headers are the same objects in the
same order, save a deletion that is less than a day past, which gets a Max-Age. A dropped line is reported by name,
never by value. There is no I/O, no clock and no framework in here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from typing import TYPE_CHECKING, Any

from cookiewarden.http.caching import response_date
from cookiewarden.http.fields import FOLD, ODD, FieldNames, followed_by
from cookiewarden.http.request import Carrier, Request, RequestReader
from cookiewarden.http.set_cookie_line import missing_to_delete
from cookiewarden.middleware.added_fields import AddedFields
from cookiewarden.middleware.deletion import declined
from cookiewarden.middleware.exchange import Exchange
from cookiewarden.middleware.options import Options
from cookiewarden.middleware.rollout import Rollout
from cookiewarden.middleware.served_sites import ServedSites
from cookiewarden.policy.consent import UNDECIDED, Consent
from cookiewarden.policy.decision import Reason
from cookiewarden.policy.declaration import Declaration
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.policy_set import PolicySet
from cookiewarden.reporting.outcome import Outcome, ScreenedLine
from cookiewarden.reporting.reporter import Reporter

if TYPE_CHECKING:
    from cookiewarden.pages import Pages
    from cookiewarden.pages.response import Response

Field = tuple[Any, Any]

_REMEMBERED_COOKIE_HEADERS = 2048
_ALLOWED, _BLOCKED = Outcome.ALLOWED, Outcome.BLOCKED
_DELETION = Reason.DELETION

#: What became of a response's fields: those that stay, the same objects save for caches, and those that are added.
Screened = tuple[list[Field], list[tuple[bytes, bytes]]]


class Screener:
    """Screens the responses of one wrapped app. Made once; holds no state of a request.

    ``pages``: those of the sites, or ``None`` for none. ``clock`` gives seconds since 1970-01-01 UTC.
    """

    def __init__(
        self, options: Options, pages: Pages | None, *, reader: RequestReader, clock: Callable[[], float]
    ) -> None:
        self._reader = reader
        self.reporter = Reporter(reader, clock, on_decision=options.on_decision, is_learning=options.learn is not None)
        self._field_names = FieldNames(reader.field_kind, self.reporter.unenforced)
        self._harmless = self._field_names.harmless
        self.clock = clock
        self._rollout = Rollout(options, clock)
        #: Whether an adapter has to keep a copy of each request for the site's own predicates.
        self.is_asking = self._rollout.is_asking
        self.pages = pages
        self._added_fields = AddedFields(options, reader, clock, pages, self._rollout)
        self._use(ServedSites(options.policies, options.keys, reader, clock))

    def reloaded(self, policies: Policy | PolicySet) -> Screener:
        """Return a screener for other policies, which goes on with all that this one counts and remembers."""
        new = copy(self)
        new._use(self.sites.replaced(policies))
        if new.pages is not None:
            new.pages.reloaded(new.sites.by_policy)
        return new

    def _use(self, sites: ServedSites) -> None:
        self.sites = sites
        #: Whether the host of a request says which policy it is under.
        self.is_by_host = sites.only_policy is None
        # Of a single policy: the hashes of Cookie headers in which nothing is to be deleted.
        self._clean: set[int] = set()

    def consent_of(self, exchange: Exchange, carrier: Carrier) -> Consent:
        """Return what the visitor of a request chose; read once."""
        return self.sites.consent_of(exchange, carrier)

    def is_exempt(self, exchange: Exchange) -> bool:
        """Return whether no consent is needed for a request."""
        return self._rollout.is_exempt(exchange)

    def request(self, exchange: Exchange, carrier: Carrier) -> Request:
        """Return what a request says of itself."""
        return self._reader.request(exchange, carrier)

    def answers(self, exchange: Exchange, carrier: Carrier) -> bool:
        """Return whether a request is to one of our own pages: on an exact path, on a host that has a policy."""
        if self.pages is None or self.sites.policy_of(exchange, carrier) is None:
            return False
        return self.pages.claims(self.request(exchange, carrier).path)

    def answer(self, exchange: Exchange, carrier: Carrier, body: bytes | None) -> Response:
        """Answer a request that ``answers`` says yes to; see ``Pages.answer``."""
        policy, consent = exchange.policy, self.consent_of(exchange, carrier)
        assert self.pages is not None
        assert policy is not None
        is_exempt = self.is_exempt(exchange)
        exchange.is_used = True
        request = self.request(exchange, carrier)
        response = self.pages.answer(policy, request, consent, body, self.clock(), is_exempt=is_exempt)
        if response.choice is not None:
            exchange.how, consent = response.choice
            exchange.choose(consent)
        return response

    def screen(
        self, exchange: Exchange, carrier: Carrier, fields: Iterable[Field], is_start: bool = True
    ) -> Screened | None:
        """Screen the fields of a response; ``None`` when nothing changes.

        ``fields``: pairs of name and value, octets or latin-1 text. ``is_start``: whether they are the response's
        header fields, to which others may be added, and not trailers.
        """
        harmless = self._harmless
        try:
            for name, _ in fields:
                if name not in harmless:
                    break
            else:
                if not exchange.is_used and not (exchange.is_navigation and self._declined(exchange, carrier)):
                    return None
        except ODD:
            pass  # below, each field is looked at by itself
        names, sites = self._field_names, self.sites
        plain = names.plain
        policy = exchange.policy or sites.policy_of(exchange, carrier)
        judge = exchange.judge or sites.only_judge or sites.judge_of(policy, UNDECIDED)
        now = self.clock()
        kept: list[Field] = []
        is_enforced = self._rollout.is_enforcing and (policy is None or not policy.report_only)
        lines: list[ScreenedLine] = []
        is_any_left = is_any_dropped = is_any_ended = is_dated = is_personal = False
        line: bytes | None
        for field in fields:
            try:
                name, value = field
                if name in harmless:
                    kept.append(field)
                    continue
                if name not in plain:
                    line = names.line_of(name, value)
                elif type(value) is bytes:
                    line = value
                elif type(value) is str:
                    line = value.encode("latin-1")  # what it cannot write is odd
                else:
                    line = names.line_of(name, value)
            except ODD:
                line = names.line_of_odd(field)
            if line is None or (line is FOLD and not is_any_left):
                kept.append(field)
                continue
            verdict = judge.judge(line, now, False)
            while verdict.is_open:
                if verdict.reason is _DELETION:
                    if not is_dated:
                        # Browsers tell the age of an Expires by the Date of the response, where it has one.
                        is_dated, now = True, response_date(fields, now)
                        verdict = judge.judge(line, now, False)
                        continue
                    if not verdict.lacks:
                        break
                if exchange.judge is not None:
                    if verdict.lacks and (is_enforced or not self._rollout.reports(exchange, verdict)):
                        field, is_any_ended = (name, followed_by(verdict.lacks, value, line)), True
                    break
                # Only now does it matter what the visitor chose, and whether it has to be asked.
                consent, is_exempt = self.consent_of(exchange, carrier), self._rollout.is_exempt(exchange)
                judge = exchange.judge = sites.judge_of(policy, consent, is_exempt)
                verdict = judge.judge(line, now, False)
            outcome = _ALLOWED
            if not verdict.is_allowed:
                if is_enforced or not self._rollout.reports(exchange, verdict):
                    lines.append((line, verdict, _BLOCKED))
                    is_any_dropped = True
                    continue
                outcome = Outcome.REPORTED
            elif verdict.is_personal and not is_personal:
                # Deletions, and what is only reported on, pass whoever asks.
                # Browsers tell the age of an Expires by the Date of the response, too.
                is_personal = (is_enforced or not self._rollout.reports_for_all(policy, verdict)) and not (
                    missing_to_delete(line, now) == b"" == missing_to_delete(line, response_date(fields, now))
                )
            lines.append((line, verdict, outcome))
            kept.append(field)
            is_any_left = True
        if lines:
            self._report(exchange, carrier, lines)
        left = kept
        added: list[tuple[bytes, bytes]] = []
        if is_start:
            is_bare = is_any_dropped and not is_any_left
            is_deleting = exchange.is_changed or exchange.is_navigation
            refused = self._declined(exchange, carrier) if is_deleting else {}
            if is_bare or refused or exchange.is_used:
                site = None if policy is None else sites.by_policy[policy]
                left, added = self._added_fields.of(exchange, carrier, site, kept, refused, is_bare, is_personal)
            elif is_personal:
                left = self._added_fields.private(kept)
        return (left, added) if is_any_dropped or is_any_ended or added or left is not kept else None

    def _report(self, exchange: Exchange, carrier: Carrier, lines: list[ScreenedLine]) -> None:
        """Report the lines of a response, and remember where those that store put their cookies."""
        policy = exchange.policy
        self.reporter.report(exchange, carrier, policy, lines)
        if policy is None:
            return
        places = self.sites.by_policy[policy].places
        for line, verdict, outcome in lines:
            # A line that is blocked tells where a cookie is that may be deleted right now; else it is of no use.
            is_useful = verdict.is_storing and (outcome is not _BLOCKED or exchange.is_navigation)
            if is_useful and verdict.declaration is not None:
                places.see(verdict.declaration, line)

    def _declined(self, exchange: Exchange, carrier: Carrier) -> Mapping[bytes, Declaration]:
        """The cookies of a request that the visitor refused, and that are to be deleted; looked for once."""
        if exchange.declined is None:
            exchange.declined = self._find_declined(exchange, carrier)
        return exchange.declined

    def _find_declined(self, exchange: Exchange, carrier: Carrier) -> Mapping[bytes, Declaration]:
        cookies = b"; ".join(self._reader.cookie_fields(exchange))
        # Most navigations send what an earlier one sent, and nothing of that kind; a new choice has to be looked at.
        if not cookies or (hash(cookies) in self._clean and not exchange.is_changed):
            return {}
        policy = self.sites.policy_of(exchange, carrier)
        if policy is None:
            return {}
        consent = self.consent_of(exchange, carrier)
        # Without a time, it is no choice that anybody made.
        found = {} if consent.chosen_at is None else declined([cookies], policy.classifier, consent, self.clock())
        # A choice that could not be read may be read later: it may come from a clock that is ahead.
        is_read = consent.chosen_at is not None or self.sites.by_policy[policy].preferences.name not in cookies
        if not found and is_read and not exchange.is_changed and policy is self.sites.only_policy:
            if len(self._clean) >= _REMEMBERED_COOKIE_HEADERS:
                self._clean.clear()
            self._clean.add(hash(cookies))
        return {name: one for name, one in found.items() if not self._rollout.spares(exchange, one)}
