"""One exchange: a request that may carry a choice, and its answer, whose Set-Cookie fields are screened.

Rule: screening never raises, blocks or buffers, and never touches a body. Kept fields are the same objects in
the same order; a dropped one is told by name, never by value. No I/O, no clock and no framework in here.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from cookiewarden.consent import UNDECIDED, Consent
from cookiewarden.cookie_header import cookie_values
from cookiewarden.decide import ALLOWING, judge
from cookiewarden.errors import OptionError
from cookiewarden.exchange import Exchange
from cookiewarden.fields import harmless, is_plain, is_set_cookie, needs_private, needs_vary, octets_of
from cookiewarden.notices import Notices
from cookiewarden.policy import Policy, PolicySet
from cookiewarden.preferences import Preferences, SecretKey, VerifiedChoices, check_keys
from cookiewarden.set_cookie import as_octets

R = TypeVar("R")
R_contra = TypeVar("R_contra", contravariant=True)

#: What names a policy: the path of a file, or of a folder for a set; a mapping; or the thing itself.
PolicySource = str | os.PathLike[str] | Mapping[str, Any] | Policy | PolicySet
Field = tuple[Any, Any]

_REMEMBERED_CHOICES = 2048


class RequestReader(Protocol[R_contra]):
    """What a warden asks of a request; each adapter has one for its own kind."""

    def host(self, request: R_contra) -> str:
        """The request's host, as the Host field has it; ``""`` where there is none."""

    def is_secure(self, request: R_contra) -> bool:
        """Whether the scheme is https or wss."""

    def cookie_fields(self, request: R_contra) -> Iterable[bytes]:
        """The values of the request's Cookie fields."""


class Screened(NamedTuple):
    """What became of a response's fields: those that stay, the same objects, and those that are added."""

    kept: list[Field]
    added: list[tuple[bytes, bytes]]


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
        if secure not in (None, True, False):
            raise OptionError(f"secure: {secure!r} is none of None, True and False")
        if report_only not in (True, False):
            raise OptionError(f"report_only: {report_only!r} is neither True nor False")
        keys = check_keys(secret_key)
        self._policies = load_policies(policy)
        verified = VerifiedChoices(_REMEMBERED_CHOICES)
        policies = [self._policies] if isinstance(self._policies, Policy) else self._policies.policies
        self._preferences = {one: Preferences(one, keys, verified) for one in policies}
        self._reader = reader
        self.clock = clock
        self._secure = secure
        self._report_only = report_only
        self._notices = Notices(report_only)

    def resolve(self, exchange: Exchange, request: R) -> None:
        """Find the policy and the consent of a request, once."""
        if exchange.is_resolved:
            return
        policies = self._policies
        policy = policies if isinstance(policies, Policy) else policies.for_host(self._reader.host(request))
        exchange.is_resolved = True
        if policy is not None:
            exchange.policy = policy
            exchange.consent = self._load(self._preferences[policy], request)

    def _load(self, preferences: Preferences, request: R) -> Consent:
        values = [
            value for field in self._reader.cookie_fields(request) for value in cookie_values(field, preferences.name)
        ]
        return preferences.load(values, self.clock()) if values else UNDECIDED

    def screen(
        self, exchange: Exchange, request: R, fields: Iterable[Field], *, is_start: bool = True
    ) -> Screened | None:
        """Screen the fields of a response; ``None`` when nothing changes.

        ``fields``: pairs of name and value, octets or latin-1 text. ``is_start``: whether they are the response's
        header fields, to which others may be added, and not trailers.
        """
        try:
            for name, _ in fields:
                if name not in harmless:
                    break
            else:
                if not exchange.is_resolved:
                    return None
        except (TypeError, ValueError):
            pass  # something that is no pair of octets or text: below, each field is looked at by itself
        kept = []
        dropped = 0
        is_left = False
        for field in fields:
            if not _is_set_cookie(field):
                kept.append(field)
            elif self._passes(exchange, request, field):
                kept.append(field)
                is_left = True
            else:
                dropped += 1
        added = self._additions(exchange, request, kept, dropped > 0 and not is_left) if is_start else []
        return Screened(kept, added) if dropped or added else None

    def _passes(self, exchange: Exchange, request: R, field: Field) -> bool:
        self.resolve(exchange, request)
        policy = exchange.policy
        line = _line_of(field)
        classifier = None if policy is None else policy.classifier
        reason, declaration, names = judge(line, classifier, exchange.consent, self.clock())
        if reason in ALLOWING:
            return True
        self._notices.blocked(line, names, reason, declaration, lambda: self._reader.host(request))
        return self._report_only

    def _additions(
        self, exchange: Exchange, request: R, kept: list[Field], is_stripped_bare: bool
    ) -> list[tuple[bytes, bytes]]:
        added = []
        if exchange.is_changed and exchange.policy is not None:
            secure = self._reader.is_secure(request) if self._secure is None else self._secure
            preferences = self._preferences[exchange.policy]
            line = preferences.set_cookie(exchange.consent, self.clock(), secure=secure)
            added.append((b"set-cookie", line))
        if (is_stripped_bare or exchange.is_changed) and needs_private(kept):
            added.append((b"cache-control", b"private"))
        if exchange.is_read and needs_vary(kept):
            added.append((b"vary", b"Cookie"))
        return added


def load_policies(source: PolicySource) -> Policy | PolicySet:
    """The policy, or the set of them, that an option names. Raises ``PolicyError`` and ``OptionError``."""
    if isinstance(source, Policy | PolicySet):
        return source
    if isinstance(source, Mapping):
        return Policy.from_mapping(source)
    if isinstance(source, str | os.PathLike):
        path = Path(source)
        return PolicySet.load(path) if path.is_dir() else Policy.load(path)
    raise OptionError(f"policy: give a path, a mapping, a Policy or a PolicySet, not {type(source).__name__}")


def _is_set_cookie(field: Any) -> bool:
    try:
        name, _ = field
    except (TypeError, ValueError):
        return False  # no pair, so no server can send it
    return is_set_cookie(name)


def _line_of(field: Field) -> bytes:
    """The line that a browser would read; of one that it would read otherwise than it stands here, a malformed one."""
    name, value = field
    if not is_plain(octets_of(name) or b"") or octets_of(value) is None:
        return b"\0"
    return as_octets(value)
