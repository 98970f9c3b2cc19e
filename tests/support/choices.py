"""Preferences cookies for tests: readers of a policy's choices, and values that they sign."""

import hashlib

from itsdangerous import URLSafeSerializer

from cookiewarden import Policy
from cookiewarden.choices.preferences_cookie import PreferencesCookie, check_keys, remembering
from cookiewarden.testing import preferences_cookie
from exchanges import NOW, POLICY, SECRET_KEY

SIX_MONTHS = 15_778_476
DAY = 86_400
#: The second that the day of ``NOW`` begins with: what a preferences cookie holds of it.
TODAY = NOW - NOW % DAY
ALL = ("statistical", "first-party", "third-party")


def changed(**site):
    return {**POLICY, "site": {**POLICY["site"], **site}}


def preferences(policy=POLICY, key=SECRET_KEY, verify=None):
    return PreferencesCookie(Policy.from_mapping(policy), check_keys(key), verify or remembering(8))


def value_of(policy=POLICY, key=SECRET_KEY, *categories, now=NOW):
    return preferences_cookie(policy, key, *categories, now=now).partition("=")[2].encode()


VALID = value_of(POLICY, SECRET_KEY, *ALL)


def signed(payload, salt="cookiewarden.preferences:data.example.org", key=SECRET_KEY):
    """Return any payload, signed as ours."""
    options = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
    return URLSafeSerializer(key, salt=salt, signer_kwargs=options).dumps(payload).encode()
