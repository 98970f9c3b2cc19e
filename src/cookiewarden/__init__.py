"""cookiewarden: no cookie leaves a web app without the visitor's consent.

The engine (this package, without an adapter) imports the standard library only. The adapters are ``cookiewarden.asgi``
and ``cookiewarden.wsgi``; helpers for tests are in ``cookiewarden.testing``.

Rule: a public name is imported when it is first used (PEP 562). A test of a policy does not wait for the middleware.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
    from cookiewarden.middleware.embeds import banner_of, frame_of, preferences_link_of, script_of
    from cookiewarden.policy.consent import Consent
    from cookiewarden.policy.decision import Decision, Reason
    from cookiewarden.policy.declaration import Category, Declaration
    from cookiewarden.policy.policy import Policy
    from cookiewarden.policy.policy_set import PolicySet
    from cookiewarden.reporting.choice_counts import ChoiceEvent, ChoiceKey
    from cookiewarden.reporting.counts import CountKey, Counts
    from cookiewarden.reporting.on_decision import DecisionRecord
    from cookiewarden.reporting.outcome import Outcome

__version__ = "0.1.0"

__all__ = [
    "Category",
    "Choice",
    "ChoiceEvent",
    "ChoiceKey",
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
    "preferences_link_of",
    "script_of",
]

_MODULES = {
    "choices.record": ("ChoiceRecord", "ChoiceSource"),
    "errors": (
        "CookieWardenError",
        "MissingExtraError",
        "NotWrappedError",
        "OptionError",
        "PolicyError",
        "Problem",
    ),
    "middleware.choice": ("Choice", "consent_of"),
    "middleware.embeds": ("banner_of", "frame_of", "preferences_link_of", "script_of"),
    "policy.consent": ("Consent",),
    "policy.decision": ("Decision", "Reason"),
    "policy.declaration": ("Category", "Declaration"),
    "policy.policy": ("Policy",),
    "policy.policy_set": ("PolicySet",),
    "reporting.choice_counts": ("ChoiceEvent", "ChoiceKey"),
    "reporting.counts": ("CountKey", "Counts"),
    "reporting.on_decision": ("DecisionRecord",),
    "reporting.outcome": ("Outcome",),
}
_MODULE_OF = {name: f"cookiewarden.{module}" for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    """Import a public name. The module keeps it, so this runs once for each."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_MODULE_OF[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
