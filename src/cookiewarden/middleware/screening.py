"""One exchange: a request that may carry a choice, and its answer, whose Set-Cookie fields are screened.

Rule: screening never raises, blocks or buffers, and never touches a body. Kept fields are the same objects in
the same order, save a deletion that is less than a day past, which gets a Max-Age; a dropped one is told by name, never
by value. No I/O, no clock and no framework in here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from cookiewarden.choices.preferences_cookie import Preferences, VerifiedChoices
from cookiewarden.errors import MissingExtraError
from cookiewarden.http.caching import said_to_be
from cookiewarden.http.cookie import cookie_values
from cookiewarden.http.fields import FOLD, ODD, FieldNames, followed_by
from cookiewarden.http.request import RequestReader, Visit
from cookiewarden.http.set_cookie_line import missing_to_delete
from cookiewarden.memo import Memo
from cookiewarden.middleware.added_fields import Additions
from cookiewarden.middleware.deletion import declined
from cookiewarden.middleware.exchange import Exchange
from cookiewarden.middleware.options import Options
from cookiewarden.middleware.places import Sightings
from cookiewarden.middleware.rollout import Rollout
from cookiewarden.policy.consent import UNDECIDED, Consent
from cookiewarden.policy.decision import Judge, Reason, Room
from cookiewarden.policy.declaration import Declaration
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.policy_set import PolicySet, every_policy
from cookiewarden.reporting.outcome import Outcome, Told
from cookiewarden.reporting.reporter import Observers

if TYPE_CHECKING:
    from cookiewarden.pages import Pages
    from cookiewarden.pages.response import Answer

R = TypeVar("R")

Field = tuple[Any, Any]

_REMEMBERED_CHOICES = 2048
# For 10,000 sites, and a few answers on each; all of it together stays under some 50 MB.
_REMEMBERED_JUDGES = 32_768
_REMEMBERED_NAMES = 65_536
_ALLOWED, _BLOCKED = Outcome.ALLOWED, Outcome.BLOCKED
_DELETION = Reason.DELETION

#: What became of a response's fields: those that stay, the same objects save for caches, and those that are added.
Screened = tuple[list[Field], list[tuple[bytes, bytes]]]


class Warden(Generic[R]):
    """Screens the responses of one wrapped app. Made once; holds no state of a request.

    Raises ``MissingExtraError`` and ``OptionError`` for its pages when it is made, and nothing after.
    """

    def __init__(self, options: Options, *, reader: RequestReader[R], clock: Callable[[], float]) -> None:
        self._keys = options.keys
        self._verified = VerifiedChoices(_REMEMBERED_CHOICES)
        self._reader = reader
        self.observers = Observers[R](options, reader, clock)
        self._field_names = FieldNames(reader.field_kind, self.observers.unenforced)
        self._harmless = self._field_names.harmless
        self.clock = clock
        self._rollout = Rollout(options, clock)
        #: Whether an adapter has to keep a copy of each request for the site's own predicates.
        self.is_asking = self._rollout.is_asking
        #: The pages of the sites, or ``None`` where the option turned them off.
        self.pages = None if options.pages is None else _pages(options)
        self._additions = Additions(options, reader, clock, self.pages)
        self._judges = Memo[object, Judge](_REMEMBERED_JUDGES)
        self._room = Room(_REMEMBERED_NAMES)
        #: What is held of each site: how choices are written, and where the app was seen to put its cookies.
        self.preferences: dict[Policy, Preferences] = {}
        self.sightings: dict[Policy, Sightings] = {}
        self._speak_for(options.policies)

    def reloaded(self, policies: Policy | PolicySet) -> Warden[R]:
        """A warden for other policies, which goes on with all that this one counts and remembers."""
        new = copy(self)
        # They would keep the old policies.
        new._judges, new._room = Memo(_REMEMBERED_JUDGES), Room(_REMEMBERED_NAMES)
        new._speak_for(policies)
        if new.pages is not None:
            new.pages.reloaded(policies)
        return new

    def _speak_for(self, policies: Policy | PolicySet) -> None:
        self.policies = policies
        self._only_policy = policies if isinstance(policies, Policy) else None
        #: Whether the host of a request says which policy it is under.
        self.is_by_host = self._only_policy is None
        sightings, preferences = self.sightings, self.preferences
        places = {policy.site.id: (policy, seen) for policy, seen in sightings.items()}
        self.preferences, self.sightings = {}, {}
        for policy in every_policy(policies):
            known = preferences.get(policy)
            self.preferences[policy] = known or Preferences(policy, self._keys, self._verified)
            self.sightings[policy] = sightings.get(policy) or Sightings(policy.site.hosts, policy.declarations)
            if policy not in sightings and policy.site.id in places:
                before, seen = places[policy.site.id]
                self.sightings[policy].take_over(seen, before.declarations, policy.declarations)
        # Of a single policy: the hashes of Cookie fields in which nothing is to be deleted.
        self._clean: set[int] = set()
        # Of a single policy, the one for a visitor who was not asked yet.
        self._only_judge = None if self._only_policy is None else self._judge_of(self._only_policy, UNDECIDED)

    def policy_of(self, exchange: Exchange, request: R) -> Policy | None:
        """The policy that speaks for a request, ``None`` where there is none."""
        policy = exchange.policy or self._only_policy
        if policy is None and isinstance(self.policies, PolicySet):
            policy = self.policies.for_host(self._reader.host(exchange, request))
        exchange.policy = policy
        return policy

    def consent_of(self, exchange: Exchange, request: R) -> Consent:
        """What the visitor of a request chose; read once."""
        consent = exchange.consent
        if consent is None:
            consent = UNDECIDED
            policy = exchange.policy or self.policy_of(exchange, request)
            if policy is not None:
                preferences = self.preferences[policy]
                values = cookie_values(b"; ".join(self._reader.cookie_fields(exchange)), preferences.name)
                if values:
                    consent = preferences.load(values, self.clock())
            exchange.consent = consent
        return consent

    def is_exempt(self, exchange: Exchange) -> bool:
        """Whether no consent is needed for a request."""
        return self._rollout.is_exempt(exchange)

    def visit(self, exchange: Exchange, request: R) -> Visit:
        """What a request says of itself."""
        return self._reader.visit(exchange, request)

    def answers(self, exchange: Exchange, request: R) -> bool:
        """Whether a request is to one of our own pages: on an exact path, on a host that has a policy."""
        if self.pages is None or self.policy_of(exchange, request) is None:
            return False
        return self.pages.claims(self.visit(exchange, request).path)

    def answer(self, exchange: Exchange, request: R, body: bytes | None) -> Answer:
        """The answer to a request that ``answers`` says yes to; see ``Pages.answer``."""
        assert self.pages is not None
        self.consent_of(exchange, request)
        self.is_exempt(exchange)
        exchange.is_used = True
        return self.pages.answer(self.visit(exchange, request), exchange, body)

    def screen(self, exchange: Exchange, request: R, fields: Iterable[Field], is_start: bool = True) -> Screened | None:
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
                if not exchange.is_used and not (exchange.is_navigation and self._declined(exchange, request)):
                    return None
        except ODD:
            pass  # below, each field is looked at by itself
        names = self._field_names
        plain = names.plain
        policy = exchange.policy or self.policy_of(exchange, request)
        judge = exchange.judge or self._only_judge or self._judge_of(policy, UNDECIDED)
        now = self.clock()
        kept: list[Field] = []
        is_enforced = self._rollout.is_enforcing and (policy is None or not policy.report_only)
        lines: list[Told] = []
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
            judgement = judge.judge(line, now, False)
            while judgement.is_open:
                if judgement.reason is _DELETION:
                    if not is_dated:
                        # Browsers tell the age of an Expires by the Date of the response, where it has one.
                        is_dated, now = True, said_to_be(fields, now)
                        judgement = judge.judge(line, now, False)
                        continue
                    if not judgement.lacks:
                        break
                if exchange.judge is not None:
                    if judgement.lacks and (is_enforced or not self._rollout.reports(exchange, judgement)):
                        field, is_any_ended = (name, followed_by(judgement.lacks, value, line)), True
                    break
                # Only now does it matter what the visitor chose, and whether it has to be asked.
                consent, is_exempt = self.consent_of(exchange, request), self._rollout.is_exempt(exchange)
                judge = exchange.judge = self._judge_of(policy, consent, is_exempt)
                judgement = judge.judge(line, now, False)
            outcome = _ALLOWED
            if not judgement.is_allowed:
                if is_enforced or not self._rollout.reports(exchange, judgement):
                    lines.append((line, judgement, _BLOCKED))
                    is_any_dropped = True
                    continue
                outcome = Outcome.REPORTED
            elif judgement.is_personal and not is_personal:
                # Deletions, and what is only reported on, pass whoever asks.
                # Browsers tell the age of an Expires by the Date of the response, too.
                is_personal = (is_enforced or not self._rollout.reports_for_all(policy, judgement)) and not (
                    missing_to_delete(line, now) == b"" == missing_to_delete(line, said_to_be(fields, now))
                )
            lines.append((line, judgement, outcome))
            kept.append(field)
            is_any_left = True
        if lines:
            self.observers.tell(exchange, request, lines)
        left = kept
        added: list[tuple[bytes, bytes]] = []
        if is_start:
            is_bare = is_any_dropped and not is_any_left
            is_deleting = exchange.is_changed or exchange.is_navigation
            refused = self._declined(exchange, request) if is_deleting else {}
            if is_bare or refused or exchange.is_used:
                left, added = self._additions.of(exchange, request, kept, refused, is_bare, is_personal)
            elif is_personal:
                left = self._additions.private(kept)
        return (left, added) if is_any_dropped or is_any_ended or added or left is not kept else None

    def _declined(self, exchange: Exchange, request: R) -> Mapping[bytes, Declaration]:
        """The cookies of a request that the visitor refused, and that are to be deleted; looked for once."""
        if exchange.declined is None:
            exchange.declined = self._find_declined(exchange, request)
        return exchange.declined

    def _find_declined(self, exchange: Exchange, request: R) -> Mapping[bytes, Declaration]:
        cookies = b"; ".join(self._reader.cookie_fields(exchange))
        # Most navigations send what an earlier one sent, and nothing of that kind; a new choice has to be looked at.
        if not cookies or (hash(cookies) in self._clean and not exchange.is_changed):
            return {}
        policy = self.policy_of(exchange, request)
        if policy is None:
            return {}
        consent = self.consent_of(exchange, request)
        # Without a time, it is no choice that anybody made.
        found = {} if consent.chosen_at is None else declined([cookies], policy.classifier, consent, self.clock())
        # A choice that could not be read may be read later: it may come from a clock that is ahead.
        is_read = consent.chosen_at is not None or self.preferences[policy].name not in cookies
        if not found and is_read and not exchange.is_changed and policy is self._only_policy:
            if len(self._clean) >= _REMEMBERED_CHOICES:
                self._clean.clear()
            self._clean.add(hash(cookies))
        return {name: one for name, one in found.items() if not self.spares(exchange, one)}

    def spares(self, exchange: Exchange, declaration: Declaration) -> bool:
        """Whether a cookie that should be deleted stays, for it is only reported on."""
        return self._rollout.spares(exchange, declaration)

    def _judge_of(self, policy: Policy | None, consent: Consent, is_exempt: bool = False) -> Judge:
        """The judge for a policy and these answers; most visitors of a site give one of a few."""
        answers = (policy, consent.granted, consent.refused, consent.stale, is_exempt)
        judge = self._judges.get(answers)
        if judge is None:
            judge = Judge(None if policy is None else policy.classifier, consent, self._room, is_exempt)
            self._judges.put(answers, judge)
        return judge


def _pages(options: Options) -> Pages:
    """The pages; they need packages that are not missed where there are none."""
    try:
        from cookiewarden.pages import Pages
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package == "cookiewarden":
            raise
        raise MissingExtraError("the pages (or pass pages=None)", package, "asgi", "wsgi") from None
    return Pages(options)
