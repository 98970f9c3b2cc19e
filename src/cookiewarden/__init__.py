"""cookiewarden: no cookie that the visitor has not consented to leaves a web app.

The engine (this package, without an adapter) imports the standard library only. The adapters are
``cookiewarden.asgi`` and ``cookiewarden.wsgi``; helpers for tests are in ``cookiewarden.testing``.
"""

from cookiewarden.choice_record import ChoiceRecord, ChoiceSource
from cookiewarden.consent import Consent
from cookiewarden.counts import CountKey, Counts, Outcome
from cookiewarden.decide import Decision, Reason
from cookiewarden.decision_hook import DecisionRecord
from cookiewarden.declaration import Category, Declaration
from cookiewarden.embeds import banner_of, frame_of, script_of
from cookiewarden.errors import (
    CookieWardenError,
    MissingExtraError,
    NotWrappedError,
    OptionError,
    PolicyError,
    Problem,
)
from cookiewarden.exchange import Choice, consent_of
from cookiewarden.policy import Policy, PolicySet

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
