"""The rules that an audit looks for, beside those that a test of an app looks for.

Rule: one thing has one code, whoever finds it; ``testing/checks.py`` has the codes CW201 to CW205.
"""

from __future__ import annotations

from cookiewarden.policy.findings import Level, Rule
from cookiewarden.testing.checks import RULES as RULES_OF_LINES

AFTER_REFUSAL = Rule("CW206", "after-refusal", Level.ERROR, "A cookie that the visitor refused is not set.")
AFTER_WITHDRAWAL = Rule(
    "CW207", "after-withdrawal", Level.ERROR, "A cookie goes, and is not read, when the visitor withdraws consent."
)
OVER_400_DAYS = Rule("CW208", "over-400-days", Level.WARNING, "A cookie is kept for 400 days at most.")
OPEN_ATTRIBUTES = Rule("CW209", "open-attributes", Level.NOTE, "A cookie has Secure, HttpOnly and SameSite.")
NEVER_SEEN = Rule("CW210", "never-seen", Level.NOTE, "A declared cookie is set by the site.")
UNDECLARED_HOST = Rule("CW211", "undeclared-host", Level.WARNING, "The policy names each host that pages contact.")
NOT_VERIFIED = Rule(
    "CW212", "not-verified", Level.NOTE, "The audit sees the site in each state of a visitor.", is_unverified=True
)
HOST_BEFORE_CONSENT = Rule(
    "CW213", "host-before-consent", Level.ERROR, "What needs consent is fetched from its host only after it."
)
STORAGE = Rule("CW214", "storage", Level.ERROR, "What pages keep in storage is declared, and waits for consent.")

#: What an audit looks for, by code.
RULES = (
    *RULES_OF_LINES,
    AFTER_REFUSAL,
    AFTER_WITHDRAWAL,
    OVER_400_DAYS,
    OPEN_ATTRIBUTES,
    NEVER_SEEN,
    UNDECLARED_HOST,
    NOT_VERIFIED,
    HOST_BEFORE_CONSENT,
    STORAGE,
)
