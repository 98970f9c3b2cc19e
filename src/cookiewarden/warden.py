"""One exchange: a request that may carry a choice, and its answer, whose Set-Cookie fields are screened.

Rule: screening never raises, blocks or buffers, and never touches a body. Kept fields are the same objects in
the same order; a dropped one is told by name, never by value. No I/O, no clock and no framework in here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, Protocol, TypeVar

from cookiewarden.consent import UNDECIDED, Consent
from cookiewarden.cookie_header import cookie_values
from cookiewarden.decide import ALLOWING, Judge, Judgement, Reason, Room
from cookiewarden.errors import OptionError, PolicyError, Problem
from cookiewarden.exchange import Exchange
from cookiewarden.fields import FOLD, FieldNames, needs_private, needs_vary
from cookiewarden.memo import Memo
from cookiewarden.notices import Notices
from cookiewarden.policy import Policy, PolicySet, PolicySource, load_policies
from cookiewarden.preferences import Preferences, SecretKey, VerifiedChoices, check_keys
from cookiewarden.set_cookie import as_octets

R = TypeVar("R")
R_contra = TypeVar("R_contra", contravariant=True)

Field = tuple[Any, Any]

_REMEMBERED_CHOICES = 2048
# For 10,000 sites, and a few answers on each; all of it together stays under some 50 MB.
_REMEMBERED_JUDGES = 32_768
_REMEMBERED_NAMES = 65_536
# What is said of a cookie, where nobody was asked, that needs the visitor to be asked.
_ASKING = frozenset({Reason.UNDECIDED, Reason.ANONYMIZED})
# What looking at a field may raise that is no pair, or holds other things than octets or text.
_ODD = (TypeError, ValueError, BytesWarning)


class RequestReader(Protocol[R_contra]):
    """What a warden asks of a request; each adapter has one for its own kind."""

    @property
    def field_kind(self) -> type[bytes] | type[str]:
        """Whether the names and values of a response's fields are octets or text."""

    def host(self, request: R_contra) -> str:
        """The request's host, as the Host field has it; ``""`` where there is none."""

    def is_secure(self, request: R_contra) -> bool:
        """Whether the scheme is https or wss."""

    def cookie_fields(self, request: R_contra) -> Iterable[bytes]:
        """The values of the request's Cookie fields."""


#: What became of a response's fields: those that stay, the same objects, and those that are added.
Screened = tuple[list[Field], list[tuple[bytes, bytes]]]


class Warden(Generic[R]):
    """Screens the responses of one wrapped app. Made once; holds no state of a request.

    Raises ``PolicyError`` and ``OptionError`` when it is made, never after.
    """

    def __init__(
        self,
        policy: PolicySource,
        secret_key: SecretKey,
        *,
        reader: RequestReader[R],
        clock: Callable[[], float],
        secure: bool | None = None,
        report_only: bool = False,
    ) -> None:
        policies, keys = _checked(policy, secret_key, secure, report_only)
        self._policies = policies
        self._only_policy = policies if isinstance(policies, Policy) else None
        verified = VerifiedChoices(_REMEMBERED_CHOICES)
        all_policies = [policies] if isinstance(policies, Policy) else policies.policies
        self._preferences = {one: Preferences(one, keys, verified) for one in all_policies}
        self._reader = reader
        self._field_names = FieldNames(reader.field_kind)
        self.clock = clock
        self._secure = secure
        self._report_only = report_only
        self._notices = Notices(report_only, reader.host)
        self._judges = Memo[object, Judge](_REMEMBERED_JUDGES)
        self._room = Room(_REMEMBERED_NAMES)
        # Of a single policy, the one for a visitor who was not asked yet.
        self._only_judge = None if self._only_policy is None else self._judge_of(self._only_policy, UNDECIDED)

    def policy_of(self, exchange: Exchange, request: R) -> Policy | None:
        """The policy that speaks for a request, ``None`` where there is none."""
        policies = self._policies
        if exchange.policy is None:
            if isinstance(policies, PolicySet):
                exchange.policy = policies.for_host(self._reader.host(request))
            else:
                exchange.policy = policies
        return exchange.policy

    def consent_of(self, exchange: Exchange, request: R) -> Consent:
        """What the visitor of a request chose; read once."""
        consent = exchange.consent
        if consent is None:
            consent = UNDECIDED
            policy = self.policy_of(exchange, request)
            if policy is not None:
                preferences = self._preferences[policy]
                values: list[bytes] = []
                for field_value in self._reader.cookie_fields(request):
                    values += cookie_values(field_value, preferences.name)
                if values:
                    consent = preferences.load(values, self.clock())
            exchange.consent = consent
        return consent

    def screen(self, exchange: Exchange, request: R, fields: Iterable[Field], is_start: bool = True) -> Screened | None:
        """Screen the fields of a response; ``None`` when nothing changes.

        ``fields``: pairs of name and value, octets or latin-1 text. ``is_start``: whether they are the response's
        header fields, to which others may be added, and not trailers.
        """
        names = self._field_names
        harmless, plain = names.harmless, names.plain
        try:
            for name, _ in fields:
                if name not in harmless:
                    break
            else:
                if not exchange.is_used:
                    return None
        except _ODD:
            pass  # below, each field is looked at by itself
        policy = self._only_policy or self.policy_of(exchange, request)
        judge = exchange.judge or self._only_judge or self._judge_of(policy, UNDECIDED)
        now = self.clock()
        kept: list[Field] = []
        blocked: list[tuple[bytes, Judgement]] = []
        is_any_left = False
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
                else:
                    line = as_octets(value) if isinstance(value, str) else names.line_of(name, value)
            except _ODD:
                line = _line_of_odd(field, names)
            if line is None or (line is FOLD and not is_any_left):
                kept.append(field)
                continue
            judgement = judge.judge(line, now, False)
            if judgement[0] in _ASKING and exchange.judge is None:
                # Only now does it matter what the visitor chose.
                judge = exchange.judge = self._judge_of(policy, self.consent_of(exchange, request))
                judgement = judge.judge(line, now, False)
            if judgement[0] in ALLOWING:
                kept.append(field)
                is_any_left = True
            else:
                blocked.append((line, judgement))
                if self._report_only:
                    kept.append(field)
        if blocked:
            self._notices.blocked(blocked, policy, request)
        is_any_dropped = bool(blocked) and not self._report_only
        is_bare = is_any_dropped and not is_any_left
        added = self._additions(exchange, request, kept, is_bare) if is_start and (is_bare or exchange.is_used) else []
        return (kept, added) if is_any_dropped or added else None

    def _judge_of(self, policy: Policy | None, consent: Consent) -> Judge:
        """The judge for a policy and these answers; most visitors of a site give one of a few."""
        answers = (policy, consent.granted, consent.refused, consent.stale)
        judge = self._judges.get(answers)
        if judge is None:
            judge = Judge(None if policy is None else policy.classifier, consent, self._room)
            self._judges.put(answers, judge)
        return judge

    def _additions(self, exchange: Exchange, request: R, kept: list[Field], is_bare: bool) -> list[tuple[bytes, bytes]]:
        """What a response needs besides: the new choice, and word to caches, which took Set-Cookie for such."""
        added = []
        if exchange.is_changed and exchange.policy is not None and exchange.consent is not None:
            secure = self._reader.is_secure(request) if self._secure is None else self._secure
            preferences = self._preferences[exchange.policy]
            added.append((b"set-cookie", preferences.set_cookie(exchange.consent, self.clock(), secure=secure)))
        if (is_bare or exchange.is_changed) and needs_private(kept):
            added.append((b"cache-control", b"private"))
        if exchange.is_read and needs_vary(kept):
            added.append((b"vary", b"Cookie"))
        return added


def _line_of_odd(field: Any, names: FieldNames) -> bytes | None:
    """As ``FieldNames.line_of``, of a field that is no pair of octets or text as it should be."""
    try:
        name, value = field
    except _ODD:
        return None  # no pair: the server will say so
    return names.line_of(name, value)


def _checked(
    policy: PolicySource, secret_key: SecretKey, secure: object, report_only: object
) -> tuple[Policy | PolicySet, list[bytes]]:
    """The policies and the keys that the options name; raises with all that is wrong with any of them."""
    faults = []
    if secure not in (None, True, False):
        faults.append(f"secure: {secure!r} is none of None, True and False")
    if report_only not in (True, False):
        faults.append(f"report_only: {report_only!r} is neither True nor False")
    keys: list[bytes] = []
    try:
        keys = check_keys(secret_key)
    except OptionError as error:
        faults.append(str(error))
    try:
        policies = load_policies(policy)
    except OptionError as error:
        faults.append(str(error))
    except PolicyError as error:
        raise PolicyError([*error.problems, *(Problem("options", "", fault, "") for fault in faults)]) from None
    if faults:
        raise OptionError("\n".join(faults))
    return policies, keys
