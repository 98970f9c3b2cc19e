"""The preferences cookie: a visitor's choice, signed, small, and read back exactly or not at all.

The payload is ``[format, time of choice, {category: "+" or "-" and a digest}]``, signed by itsdangerous; the
digest tells what was consented to, so that a new version makes old answers stale. Rule: any damage, whatever
octets and whatever size, is no consent and no exception. This module alone imports itsdangerous.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from cookiewarden.consent import UNDECIDED, Consent
from cookiewarden.declaration import Category
from cookiewarden.errors import MissingExtraError, OptionError
from cookiewarden.memo import Memo
from cookiewarden.policy import Policy

try:
    from itsdangerous import BadData, URLSafeSerializer
    from itsdangerous.encoding import base64_decode, base64_encode
except ImportError:
    raise MissingExtraError("the preferences cookie", "itsdangerous", "asgi", "wsgi") from None

#: A signing key: text or octets; or several, the oldest first, of which the last signs.
SecretKey = str | bytes | Sequence[str | bytes]
#: Choices that were verified before, by what they were verified against and by the whole value.
VerifiedChoices = Memo[tuple[str, bytes], Consent]

_FORMAT = 1
_MIN_KEY_OCTETS = 16
_MAX_VALUE_OCTETS = 1024
_MAX_VALUES = 16
_CLOCK_SKEW = 300.0  # seconds that another machine's clock may run ahead of ours
_MAX_TIME = 2**53  # the whole numbers that a float holds exactly
_LETTERS = {"s": Category.STATISTICAL, "f": Category.FIRST_PARTY, "t": Category.THIRD_PARTY}


def check_keys(secret_key: SecretKey) -> list[bytes]:
    """The keys as octets, the signing one last. Raises ``OptionError`` for what is no key, or under 16 octets.

    >>> check_keys("a key of 16 octets or more")
    [b'a key of 16 octets or more']
    """
    given = [secret_key] if isinstance(secret_key, str | bytes) else secret_key
    if not isinstance(given, Sequence) or not given:
        raise OptionError("secret_key: give a text, octets, or a sequence of them, the newest last")
    keys = []
    for key in given:
        if not isinstance(key, str | bytes):
            raise OptionError(f"secret_key: a key is text or octets, not {type(key).__name__}")
        octets = key.encode() if isinstance(key, str) else key
        if len(octets) < _MIN_KEY_OCTETS:
            raise OptionError(
                f"secret_key: {len(octets)} octets are too few, {_MIN_KEY_OCTETS} the least; "
                "make one with: python -c 'import secrets; print(secrets.token_urlsafe(32))'"
            )
        keys.append(octets)
    return keys


class Preferences:
    """Writes and reads the preferences cookie of one policy. Safe to share between threads.

    ``keys`` come from ``check_keys``; ``verified`` may be shared by many policies.
    """

    def __init__(self, policy: Policy, keys: list[bytes], verified: VerifiedChoices) -> None:
        self.name = policy.preferences.name.encode()
        self._digests = policy.digests
        self._scope = json.dumps([policy.site.id, *policy.digests.values()])
        self._domain = policy.preferences.domain
        self._lifetime = policy.preferences.lifetime.seconds or 0
        self._verified = verified
        self._serializer: URLSafeSerializer = URLSafeSerializer(
            list(keys),
            salt=f"cookiewarden.preferences:{policy.site.id}",
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )

    def dump(self, consent: Consent, now: float) -> str:
        """The cookie's value for a choice that is made ``now``, in seconds since 1970-01-01 UTC."""
        answers = {
            letter: ("+" if category in consent.granted else "-") + self._digests[category]
            for letter, category in _LETTERS.items()
            if category in consent.granted or category in consent.refused
        }
        signed = self._serializer.dumps([_FORMAT, int(now), answers])
        return signed if isinstance(signed, str) else signed.decode("ascii")

    def set_cookie(self, consent: Consent, now: float, *, secure: bool) -> bytes:
        """The Set-Cookie field value that gives the browser a choice made ``now``; it ends with its lifetime."""
        line = f"{self.name.decode()}={self.dump(consent, now)}; Max-Age={self._lifetime}; Path=/"
        if self._domain:
            line += f"; Domain={self._domain}"
        if secure:
            line += "; Secure"
        return (line + "; HttpOnly; SameSite=Lax").encode("ascii")

    def load(self, values: Sequence[bytes], now: float) -> Consent:
        """The choice that the request's preferences cookies hold; of several valid ones, what all of them grant.

        A signature proves that we issued a choice, not to whom: a sibling host may have planted another one.
        """
        if len(values) > 1:
            values = list(dict.fromkeys(values))
            if len(values) > _MAX_VALUES:
                return UNDECIDED
        consent: Consent | None = None
        for value in values:
            found = self._load_one(value, now)
            if found is not None:
                consent = found if consent is None else _common(consent, found)
        return consent or UNDECIDED

    def _load_one(self, value: bytes, now: float) -> Consent | None:
        key = (self._scope, value)
        consent = self._verified.get(key)
        if consent is None:
            consent = self._verify(value)
            if consent is None:
                return None
            self._verified.put(key, consent)
        age = now - (consent.chosen_at or 0)
        return consent if -_CLOCK_SKEW <= age < self._lifetime else None

    def _verify(self, value: bytes) -> Consent | None:
        if len(value) > _MAX_VALUE_OCTETS:
            return None
        try:
            # A signature that is written otherwise than we write it is damage, even if it decodes to the same.
            signature = value.rpartition(b".")[2]
            if base64_encode(base64_decode(signature)) != signature:
                return None
            payload = self._serializer.loads(value)
        except BadData:
            return None
        match payload:
            case [form, int(chosen_at), dict(answers)] if form == _FORMAT and _are_answers(answers):
                if not 0 <= chosen_at < _MAX_TIME:
                    return None
            case _:
                return None
        said = {_LETTERS[letter]: answer for letter, answer in answers.items()}
        return Consent(
            granted=frozenset(category for category, answer in said.items() if answer[0] == "+"),
            refused=frozenset(category for category, answer in said.items() if answer[0] == "-"),
            stale=frozenset(category for category, answer in said.items() if answer[1:] != self._digests[category]),
            chosen_at=float(chosen_at),
        )


def _are_answers(answers: dict[object, object]) -> bool:
    return all(
        letter in _LETTERS and isinstance(answer, str) and answer[:1] in ("+", "-")
        for letter, answer in answers.items()
    )


def _common(one: Consent, other: Consent) -> Consent:
    """What two choices have in common: granted is what both grant, refused what either refuses."""
    return Consent(
        granted=(one.granted - one.stale) & (other.granted - other.stale),
        refused=one.refused | other.refused,
        stale=(one.stale | other.stale) - (one.refused - one.stale) - (other.refused - other.stale),
        chosen_at=max(one.chosen_at or 0, other.chosen_at or 0),
    )
