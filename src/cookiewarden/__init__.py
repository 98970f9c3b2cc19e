"""cookiewarden: no cookie that the visitor has not consented to leaves a web app.

The engine (this package, without an adapter) imports the standard library only. The adapters are
``cookiewarden.asgi`` and ``cookiewarden.wsgi``; helpers for tests are in ``cookiewarden.testing``.
"""

from cookiewarden.choices.record import ChoiceRecord, ChoiceSource
from cookiewarden.errors import (
    CookieWardenError,
    MissingExtraError,
    NotWrappedError,
    OptionError,
    PolicyError,
    Problem,
)
from cookiewarden.middleware.choice import Choice, consent_of
from cookiewarden.middleware.embeds import banner_of, frame_of, script_of
from cookiewarden.policy.consent import Consent
from cookiewarden.policy.decision import Decision, Reason
from cookiewarden.policy.declaration import Category, Declaration
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.policy_set import PolicySet
from cookiewarden.reporting.counts import CountKey, Counts
from cookiewarden.reporting.on_decision import DecisionRecord
from cookiewarden.reporting.outcome import Outcome

__version__ = "0.1.0"

__all__ = [
    "Category",
    "Choice",
    "ChoiceRecord",
    "ChoiceSource",
    "Consent",
    "CookieWardenError",
    "CountKey",
    "Counts",
    "Decision",
    "DecisionRecord",
    "Declaration",
    "MissingExtraError",
    "NotWrappedError",
    "OptionError",
    "Outcome",
    "Policy",
    "PolicyError",
    "PolicySet",
    "Problem",
    "Reason",
    "banner_of",
    "consent_of",
    "frame_of",
    "script_of",
]
