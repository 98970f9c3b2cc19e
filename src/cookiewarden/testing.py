"""Helpers for the tests of a site: a visitor who has chosen, in one line."""

from __future__ import annotations

from cookiewarden.choices.preferences_cookie import PreferencesCookie, SecretKey, check_keys
from cookiewarden.errors import OptionError
from cookiewarden.policy.consent import Consent
from cookiewarden.policy.policy import Moment, Policy, seconds
from cookiewarden.policy.policy_set import PolicySource, load_policies


def preferences_cookie(policy: PolicySource, secret_key: SecretKey, *categories: str, now: Moment = None) -> str:
    """The preferences cookie of a visitor who granted these categories and refused the others: ``name=value``.

    It goes into a request's Cookie field. ``policy`` and ``secret_key`` are those of the middleware; ``now``, the
    time of choice, is in seconds since 1970-01-01 UTC, an aware datetime, or ``None`` for the clock's. The cookie holds
    its day.
    Raises ``PolicyError``, ``OptionError``, and ``ValueError`` for a word that is no category.

    >>> policy = {"site": {"name": "Exampletown"}}
    >>> preferences_cookie(policy, "at least sixteen octets", "statistical", now=0).partition("=")[0]
    'cookies_preferences'
    """
    loaded = load_policies(policy)
    if not isinstance(loaded, Policy):
        raise OptionError("policy: a choice is made for one site; give policies.for_host(...)")
    preferences = PreferencesCookie(loaded, check_keys(secret_key))
    return f"{loaded.preferences.name}={preferences.dump(Consent.of(categories), seconds(now))}"
