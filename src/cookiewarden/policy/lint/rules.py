"""The rules by which ``check`` judges what a policy says: one table.

A warning is for what is wrong on most sites, a note for what deserves a look. An error is wrong on every site.
Rule: a code never changes its meaning, and that of a rule that went is never used again.
"""

from __future__ import annotations

from cookiewarden.policy.findings import Level, Rule

NOT_LOADED = Rule("CW001", "not-loaded", Level.ERROR, "The policy can be loaded.")
PROFILE_ASKS = Rule(
    "CW002", "profile-asks", Level.ERROR, "The policy states what the profile that it is checked under asks for."
)
PROVIDER_NOT_NAMED = Rule(
    "CW101", "provider-not-named", Level.WARNING, "A cookie that another provides than the site says who that is."
)
OPERATOR_NOT_NAMED = Rule(
    "CW102",
    "operator-not-named",
    Level.NOTE,
    "The site names its operator, unless all that needs consent names its provider.",
)
NO_LIFETIME = Rule("CW103", "no-lifetime", Level.WARNING, "A cookie that visitors may refuse says how long it is kept.")
NECESSARY_NO_LIFETIME = Rule(
    "CW104", "necessary-no-lifetime", Level.NOTE, "A necessary cookie says how long it is kept, too."
)
NOT_TRANSLATED = Rule(
    "CW105", "not-translated", Level.WARNING, "Each text is written in each of the languages of the site."
)
ANONYMIZED_FOR_OTHERS = Rule(
    "CW106",
    "anonymized-for-others",
    Level.WARNING,
    "Statistics that pass without consent are those of the site itself, not of another.",
)
NO_REASON = Rule("CW107", "no-reason", Level.NOTE, "A necessary cookie says why the site does not work without it.")
NOT_WRITTEN = Rule("CW108", "not-written", Level.ERROR, 'No text is the "..." of a draft any more.')
SAYS_NOTHING = Rule(
    "CW109", "says-nothing", Level.WARNING, "A purpose says what the cookie is for, in more than a label."
)
PATTERN_COVERS_OTHERS = Rule(
    "CW110",
    "pattern-covers-others",
    Level.NOTE,
    "A pattern covers no names that are declared in another category.",
)
WIDE_PATTERN = Rule("CW111", "wide-pattern", Level.WARNING, "A pattern covers only names of one kind.")
UNUSUAL_CATEGORY = Rule(
    "CW112", "unusual-category", Level.NOTE, "A well-known cookie is in the category that is usual for it."
)
OVER_13_MONTHS = Rule("CW113", "over-13-months", Level.NOTE, "What visitors may refuse is kept for 13 months at most.")
OVER_400_DAYS = Rule(
    "CW114", "over-400-days", Level.NOTE, "No cookie is said to be kept longer than the 400 days that browsers allow."
)
OLD_DATE = Rule("CW115", "old-date", Level.NOTE, "The policy was updated within the last 12 months.")
CHOICE_WITHOUT_PREFIX = Rule(
    "CW116",
    "choice-without-prefix",
    Level.NOTE,
    "No other host of the same domain can plant a visitor's choice.",
)
SESSION_WITHOUT_PREFIX = Rule(
    "CW117",
    "session-without-prefix",
    Level.NOTE,
    "No other host of the same domain can plant a cookie of a session.",
)
OPEN_QUESTION = Rule(
    "CW118",
    "open-question",
    Level.WARNING,
    "Nothing waits for somebody to fill it in or to decide: no comment, and no name of the site.",
)
IMPOSSIBLE_PREFIX = Rule(
    "CW119", "impossible-prefix", Level.WARNING, "A cookie named __Host- has no domain, and no path but /."
)
FUTURE_DATE = Rule("CW120", "future-date", Level.WARNING, "The day on which the policy was updated has come.")
SAID_TWICE = Rule("CW121", "said-twice", Level.NOTE, "No name says the same as a pattern that covers it.")

#: What can be wrong with how a policy is loaded.
LOADING = (NOT_LOADED, PROFILE_ASKS)
#: What can be wrong with what a policy says, sorted by code.
LINT = (
    PROVIDER_NOT_NAMED,
    OPERATOR_NOT_NAMED,
    NO_LIFETIME,
    NECESSARY_NO_LIFETIME,
    NOT_TRANSLATED,
    ANONYMIZED_FOR_OTHERS,
    NO_REASON,
    NOT_WRITTEN,
    SAYS_NOTHING,
    PATTERN_COVERS_OTHERS,
    WIDE_PATTERN,
    UNUSUAL_CATEGORY,
    OVER_13_MONTHS,
    OVER_400_DAYS,
    OLD_DATE,
    CHOICE_WITHOUT_PREFIX,
    SESSION_WITHOUT_PREFIX,
    OPEN_QUESTION,
    IMPOSSIBLE_PREFIX,
    FUTURE_DATE,
    SAID_TWICE,
)
