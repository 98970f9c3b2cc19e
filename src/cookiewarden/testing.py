"""Helpers for the tests of a site: the cookie of a visitor who has chosen, in one line."""

from __future__ import annotations

from cookiewarden.choices.preferences_cookie import PreferencesCookie, SecretKey, check_keys
from cookiewarden.errors import OptionError
from cookiewarden.policy.consent import Consent
from cookiewarden.policy.policy import Moment, Policy, seconds
from cookiewarden.policy.policy_set import PolicySource, load_policies


def preferences_cookie(policy: PolicySource, secret_key: SecretKey, *categories: str, now: Moment = None) -> str:
    """Return the preferences cookie of a visitor who granted these categories and refused the others: ``name=value``.

    It goes into a request's Cookie header. ``policy`` and ``secret_key`` are those of the middleware. ``now``, the time
    of choice, is in seconds since 1970-01-01 UTC, an aware datetime, or ``None`` for the clock's time. The cookie holds
    only its day. Raises ``PolicyError``, ``OptionError``, and ``ValueError`` for a word that is not a category.

    >>> policy = {"site": {"name": "Exampletown"}}
    >>> preferences_cookie(policy, "at least sixteen bytes", "statistical", now=0).partition("=")[0]
    'cookies_preferences'
    """
    loaded = load_policies(policy)
    if not isinstance(loaded, Policy):
        raise OptionError("policy: must be the policy of one site; give policies.for_host(...)")
    preferences = PreferencesCookie(loaded, check_keys(secret_key))
    return f"{loaded.preferences.name}={preferences.dump(Consent.of(categories), seconds(now))}"
