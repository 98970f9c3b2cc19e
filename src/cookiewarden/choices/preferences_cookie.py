"""Writes and reads the preferences cookie: a visitor's choice, signed and small.

The payload is ``[format, day of choice, answers]``, signed by itsdangerous. The day (UTC) is written as the second that
it begins with, and nothing finer, so that no cookie tells one visitor from another. An answer is a letter for the
category, ``+`` or ``-``, and a digest of what was answered to. So a new version makes old grants stale.
Rule: a choice is read back exactly or not at all. Damage of any kind and size is no consent and no exception. This
module alone imports itsdangerous.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from cookiewarden.choices.record import start_of_day
from cookiewarden.errors import MissingExtraError, OptionError
from cookiewarden.http.set_cookie import has_prefix
from cookiewarden.policy.consent import UNDECIDED, UNKNOWN_VERSION, UNREADABLE, Consent
from cookiewarden.policy.declaration import Category
from cookiewarden.policy.policy import Policy

try:
    from itsdangerous import BadData, Signer, URLSafeSerializer
    from itsdangerous.encoding import want_bytes
except ImportError:
    raise MissingExtraError("the preferences cookie", "itsdangerous", "asgi", "wsgi") from None

#: A signing key, as text or bytes; or several, the oldest first. The last one signs.
SecretKey = str | bytes | Sequence[str | bytes]
_Answers = tuple[frozenset[Category], frozenset[Category], frozenset[Category], Mapping[Category, str]]

_FORMAT = 1
_MIN_KEY_BYTES = 16
_MAX_VALUE_BYTES = 1024
# A signature of 32 bytes as we write it, after its dot. Another text that decodes to the same bytes is damage.
_SIGNATURE = re.compile(rb"\.[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]\Z")
_SIGNATURE_BYTES = 44
_REMEMBERED_ANSWERS = 256
_MAX_VALUES = 16
_DAY = 86_400
_CLOCK_SKEW = 300.0  # seconds that another machine's clock may run ahead of ours
_MAX_TIME = 2**53  # the whole numbers that a float holds exactly
_LETTERS = {"s": Category.STATISTICAL, "f": Category.FIRST_PARTY, "t": Category.THIRD_PARTY}


def check_keys(secret_key: SecretKey) -> list[bytes]:
    """Return the keys as bytes, the signing one last. Raises ``OptionError`` for anything else, or under 16 bytes.

    >>> check_keys("a key of 16 bytes or more")
    [b'a key of 16 bytes or more']
    """
    given = [secret_key] if isinstance(secret_key, str | bytes | bytearray) else secret_key
    if not isinstance(given, Sequence) or not given:
        found = f"an empty {type(given).__name__}" if isinstance(given, Sequence) else type(given).__name__
        raise OptionError(f"secret_key: must be text or bytes, or a sequence of them, the newest last, not {found}")
    keys = []
    for key in given:
        if not isinstance(key, str | bytes | bytearray):
            raise OptionError(f"secret_key: a key must be text or bytes, not {type(key).__name__}")
        data = key.encode("utf-8", "surrogateescape") if isinstance(key, str) else bytes(key)
        if len(data) < _MIN_KEY_BYTES:
            raise OptionError(
                f"secret_key: a key must have at least {_MIN_KEY_BYTES} bytes, not {len(data)}; "
                "make one with: python -c 'import secrets; print(secrets.token_urlsafe(32))'"
            )
        keys.append(data)
    return keys


class PreferencesCookie:
    """Writes and reads the preferences cookie of one policy. Safe to share between threads.

    ``keys`` come from ``check_keys``; ``verify`` from ``remembering``, and may be shared by many policies.
    """

    def __init__(self, policy: Policy, keys: list[bytes], verify: Verify | None = None) -> None:
        self.name = policy.preferences.name.encode()
        self._digests = policy.digests
        self._domain = policy.preferences.domain
        self._lifetime = policy.preferences.lifetime.seconds or 0
        self._is_embedded = policy.preferences.embedded
        # The browser counts from the choice, and we from the start of its day: the cookie must not outlast the choice.
        self._validity = self._lifetime + _DAY
        self._verify = verify or _verify
        self._serializer: URLSafeSerializer = URLSafeSerializer(
            list(keys),
            salt=f"cookiewarden.preferences:{policy.site.id}",
            signer=_Signer,
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )
        self._signer = self._serializer.make_signer()
        self._answers: dict[tuple[object, ...], _Answers] = {}

    def dump(self, consent: Consent, now: float) -> str:
        """Return the cookie's value for a choice made ``now``, in seconds since 1970-01-01 UTC."""
        answers = [
            letter + ("+" if category in consent.granted else "-") + self._version(category, consent)
            for letter, category in _LETTERS.items()
            if category in consent.granted or category in consent.refused
        ]
        signed = self._serializer.dumps([_FORMAT, start_of_day(now), answers])
        return signed if isinstance(signed, str) else signed.decode("ascii")

    def _version(self, category: Category, consent: Consent) -> str:
        """Return the digest to sign for an answer; that of a stale grant is never the one in force."""
        in_force = UNKNOWN_VERSION if category in consent.stale else self._digests[category]
        return consent.versions.get(category, in_force)

    def set_cookie(self, consent: Consent, now: float, *, secure: bool) -> bytes:
        """Return the Set-Cookie line that gives the browser a choice made ``now``; the cookie ends with its lifetime.

        A name with a prefix makes it Secure, or browsers would not take it. If other sites embed this one, it is
        Partitioned (CHIPS): the browser keeps it apart for each site that does, and sends it nowhere else.
        """
        line = f"{self.name.decode()}={self.dump(consent, now)}; Max-Age={self._lifetime}; Path=/"
        if self._domain:
            line += f"; Domain={self._domain}"
        if secure or self._is_embedded or has_prefix(self.name):
            line += "; Secure"
        line += "; HttpOnly; SameSite=None; Partitioned" if self._is_embedded else "; HttpOnly; SameSite=Lax"
        return line.encode("ascii")

    def validity_of(self, consent: Consent) -> tuple[float, float]:
        """Return from when, and until when, a choice holds: until it ends, and not if a clock made it in advance."""
        chosen_at = consent.chosen_at or 0.0
        return chosen_at - _CLOCK_SKEW, chosen_at + self._validity

    def load(self, values: Sequence[bytes], now: float) -> Consent:
        """Return the choice that the request's preferences cookies hold; of several valid ones, what all of them grant.

        A signature proves that we issued a choice, not to whom. A sibling host may plant another one, or junk, before
        or after the visitor's own. A value without the shape of a choice costs no HMAC and does not count. If more than
        16 have the shape, none is verified, so that no order of them undoes an objection.
        """
        if len(values) == 1:
            return self._load_one(values[0], now) or UNDECIDED
        shaped = [value for value in dict.fromkeys(values) if _is_shaped(value)]
        if len(shaped) > _MAX_VALUES:
            return UNREADABLE
        consent = None
        for value in shaped:
            found = self._load_one(value, now)
            if found is not None:
                consent = found if consent is None else _common(consent, found)
        return consent or UNDECIDED

    def _load_one(self, value: bytes, now: float) -> Consent | None:
        try:
            consent = self._verify(self, value)
        except _NotAChoiceError:
            return None
        since, until = self.validity_of(consent)
        return consent if since <= now < until else None

    def read_signed(self, value: bytes) -> Consent | None:
        """Return what a value says that we signed, however old it is; ``None`` for any other."""
        if not _is_shaped(value):
            return None
        signed, signature = value[:-_SIGNATURE_BYTES], value[1 - _SIGNATURE_BYTES :]
        if not self._signer.verify_signature(signed, signature):
            return None
        try:
            payload = self._serializer.load_payload(signed)
        except BadData:
            return None
        # Not a match statement: looking into a sequence with one takes ten times as long.
        if not isinstance(payload, list) or len(payload) != 3:
            return None
        form, chosen_at, answers = payload
        if form != _FORMAT or type(chosen_at) is not int or not 0 <= chosen_at < _MAX_TIME:
            return None
        read = self._read_answers(answers) if isinstance(answers, list) else None
        if read is None:
            return None
        granted, refused, stale, versions = read
        return Consent(granted, refused, stale, float(chosen_at), versions)

    def _read_answers(self, answers: list[object]) -> _Answers | None:
        """Return granted, refused and stale categories, and older versions. Equal answers get the same objects."""
        key = tuple(answers)
        try:
            known = self._answers.get(key)
        except TypeError:
            return None  # an answer is a list or a mapping
        if known is not None:
            return known
        granted: set[Category] = set()
        refused: set[Category] = set()
        versions: dict[Category, str] = {}
        for answer in answers:
            category = _LETTERS.get(answer[:1]) if isinstance(answer, str) else None
            if not isinstance(answer, str) or category is None or answer[1:2] not in ("+", "-"):
                return None
            if category in granted or category in refused:
                return None
            (granted if answer[1] == "+" else refused).add(category)
            if answer[2:] != self._digests[category]:
                versions[category] = answer[2:]
        found = frozenset(granted), frozenset(refused), frozenset(granted & versions.keys()), versions
        if len(self._answers) < _REMEMBERED_ANSWERS:
            self._answers[key] = found
        return found


class _NotAChoiceError(Exception):
    """A value that we did not sign, or that is damaged."""


#: Reads a value of a site's preferences cookie, and raises if it is not a choice that we signed.
Verify = Callable[[PreferencesCookie, bytes], Consent]


def _verify(preferences: PreferencesCookie, value: bytes) -> Consent:
    consent = preferences.read_signed(value)
    if consent is None:
        raise _NotAChoiceError
    return consent


def remembering(values: int) -> Verify:
    """Return a ``Verify`` that remembers so many valid values, of all sites together.

    It remembers no invalid value, so that no flood of them drives out the others.
    """
    return lru_cache(values)(_verify)


class _Signer(Signer):
    """Signs as itsdangerous does, but derives each key once and not for every cookie."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        derive = super().derive_key
        self._derived = {key: derive(key) for key in self.secret_keys}

    def derive_key(self, secret_key: str | bytes | None = None) -> bytes:
        return self._derived[self.secret_key if secret_key is None else want_bytes(secret_key)]


def _is_shaped(value: bytes) -> bool:
    """Return whether a value has the length of a choice, and ends as a signature does."""
    end = len(value) - _SIGNATURE_BYTES
    return len(value) <= _MAX_VALUE_BYTES and _SIGNATURE.match(value, end) is not None


def _common(one: Consent, other: Consent) -> Consent:
    """Return what two choices have in common: granted is what both grant, refused what either refuses."""
    granted = one.granted & other.granted
    return Consent(
        granted=granted,
        refused=one.refused | other.refused,
        stale=(one.stale | other.stale) & granted,
        chosen_at=max(one.chosen_at or 0, other.chosen_at or 0),
    )
