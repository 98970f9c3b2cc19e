"""The tables of the keys of a policy file: for each key, the check of its value, and what the key says.

``schema`` reads policy files by these tables, and ``json_schema`` makes the JSON Schema from them.
Rule: a key stands in one table, once. What a key says is one sentence, which editors show.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from cookiewarden.policy import values as check
from cookiewarden.policy.declaration import Category
from cookiewarden.policy.profiles import profile_names
from cookiewarden.policy.statistics import data_lifetime, web_address
from cookiewarden.policy.storage import contacted_hosts, kind


class Key(NamedTuple):
    """A key: the check of its value, what it says, an example, and the value that leaving it out stands for.

    ``check``: takes a value and returns the checked one. For a text it is ``values.text``, which needs languages, too.

    >>> SITE["expire_unconsented"].check(True), SITE["name"].example
    (True, 'Open data of Exampletown')
    """

    check: Callable[..., Any]
    says: str
    example: Any = None
    default: Any = None


class Only(NamedTuple):
    """A key that only the declarations of one category take: the category, and the problem in any other."""

    category: Category
    message: str
    remedy: str


#: The keys that stand above the first table. ``file`` reads ``extends``.
TOP: Mapping[str, Key] = {
    "extends": Key(
        check.list_of_strings,
        "The presets and policy files that this one builds on; of two that declare a cookie, the later one counts.",
        "preset:django",
    ),
    "remove": Key(check.list_of_strings, "Names that a base declares, and that this site does not have.", ["messages"]),
    "rename": Key(
        check.table_of_strings,
        "New names, by the old ones, for cookies that a base declares.",
        {"sessionid": "town_session"},
    ),
    "report_only": Key(
        check.report_only,
        "The kinds of cookies that are only reported, and not blocked yet; true stands for all kinds.",
        ["undeclared"],
        False,
    ),
}
SITE: Mapping[str, Key] = {
    "name": Key(check.text, "The name of the site, which visitors read.", "Open data of Exampletown"),
    "id": Key(
        check.one_line,
        "What a visitor's choice is bound to: the first of the hosts, else the name, unless it is written here.",
        "data.example.org",
    ),
    "hosts": Key(
        check.hosts,
        'The hosts of the site, which pick it from a folder of policies; "*" is any host.',
        ["data.example.org", "*.data.example.org"],
    ),
    "introduction": Key(
        check.text, "The first paragraphs of the cookie policy page; an empty line parts them.", "We use few cookies."
    ),
    "operator": Key(
        check.text,
        "Who runs the site, and provides each cookie that names no provider.",
        "Town of Exampletown",
    ),
    "contact": Key(check.text, "The address to which visitors send their questions.", "privacy@example.org"),
    "updated": Key(check.calendar_date, "The day on which the policy was last updated.", "2026-11-22"),
    "version": Key(
        check.version,
        "The version of the policy: if it changes, visitors who accepted are asked again; by default, it is derived.",
        "3",
    ),
    "language": Key(check.language_tag, "The language of plain strings, and the default one of the pages.", "en"),
    "languages": Key(
        check.language_tags, "The only languages of the pages and of the banner, the default one first.", ["en", "fr"]
    ),
    "expire_unconsented": Key(
        check.flag,
        "Whether a declared cookie that arrives without consent is deleted as if the visitor had refused it.",
        True,
        False,
    ),
    "profile": Key(profile_names, "The rules of a place that the site follows; the first of several holds.", "eu"),
}
CATEGORY_TEXTS: Mapping[str, Key] = {
    "title": Key(check.text, "What the site calls the cookies of this category, in the plural.", "Analytics"),
    "explanation": Key(
        check.text, "How the site explains what these cookies are for.", "They count who reads which pages."
    ),
}
PREFERENCES: Mapping[str, Key] = {
    "name": Key(
        check.token,
        "The name of the cookie that remembers a visitor's choice; after a change, everybody is asked again.",
        "__Host-cookies_preferences",
        "cookies_preferences",
    ),
    "domain": Key(
        check.domain, "The domain whose hosts share one choice; by default, each host has its own.", "example.org"
    ),
    "lifetime": Key(
        check.choice_lifetime,
        "How long a choice holds before visitors are asked again, 13 months at most.",
        "12 months",
        "6 months",
    ),
    "embedded": Key(
        check.flag, "Whether pages of other sites show this one in a frame, and its choice is kept there.", True, False
    ),
}
SIGNALS: Mapping[str, Key] = {
    "gpc": Key(
        check.refusable,
        "The categories that Global Privacy Control refuses; false if the site does not heed it.",
        ["third-party", "statistical"],
        ["third-party"],
    ),
    "gpc_updated": Key(
        check.calendar_date,
        "The day since which the site says at /.well-known/gpc.json that it heeds Global Privacy Control.",
        "2026-11-30",
    ),
}
STATISTICS: Mapping[str, Key] = {
    "this_site_only": Key(check.flag, "Whether the anonymized statistics measure this site only.", True, False),
    "operator_only": Key(check.flag, "Whether the anonymized statistics serve the operator only.", True, False),
    "improvement_only": Key(
        check.flag, "Whether the anonymized statistics serve only to improve the site.", True, False
    ),
    "not_combined": Key(
        check.flag, "Whether the anonymized statistics are kept apart from all other data.", True, False
    ),
    "not_shared": Key(check.flag, "Whether the anonymized statistics are passed on to nobody.", True, False),
    "masked_address": Key(check.flag, "Whether addresses of visitors are masked before use.", True, False),
    "little_impact": Key(
        check.flag, "Whether the anonymized statistics have little or no impact on privacy.", True, False
    ),
    "data_lifetime": Key(data_lifetime, "How long the data of the statistics are kept.", "25 months"),
    "evidence": Key(
        web_address,
        "The https address of the assessment behind these statements.",
        "https://data.example.org/assessment",
    ),
}
COOKIES: Mapping[str, Key] = {
    "name": Key(check.cookie_name, "The name of the cookie, or a pattern with one * for any characters.", "_ga*"),
    "names": Key(check.cookie_names, "The names of several cookies that share all else.", ["_ga", "_ga_*"]),
    "category": Key(
        check.category,
        "What decides whether the cookie needs consent: necessary ones need none, the others do.",
        "statistical",
    ),
    "purpose": Key(check.text, "What the cookie is for, in one sentence for visitors.", "Counts visits."),
    "anonymized": Key(
        check.flag,
        "Whether the statistics are anonymized, so that the cookie passes until the visitor refuses statistics.",
        True,
        False,
    ),
    "provider": Key(check.text, "Who sets the cookie; by default, the operator of the site.", "Example Analytics"),
    "function": Key(
        check.text, "The function that uses the cookie, and the part of the site.", "Search, on the whole site"
    ),
    "lifetime": Key(
        check.lifetime,
        'How long browsers keep the cookie at most: "session", or a number and a unit.',
        "13 months",
    ),
    "path": Key(check.absolute_path, "The path of the cookie, for its deletion.", "/"),
    "domain": Key(check.domain, "The domain of the cookie, for its deletion.", "example.org"),
    "source": Key(check.one_line, "Where these facts come from; visitors do not see it.", "https://example.org/docs"),
    "secure": Key(check.flag, "Whether the cookie leaves with Secure, even if the app left it out.", True, False),
    "http_only": Key(check.flag, "Whether the cookie leaves with HttpOnly, even if the app left it out.", True, False),
    "same_site": Key(check.same_site, "The SameSite with which the cookie leaves, or with a stricter one.", "Lax"),
    "device_bound": Key(
        check.flag, "Whether it is the cookie of a device-bound session, so that its attributes stay.", True, False
    ),
    "kind": Key(kind, "What is declared, if it is not a cookie; it covers no Set-Cookie line.", "script", "cookie"),
    "hosts": Key(contacted_hosts, "The hosts that browsers contact for it.", ["cdn.example.org", "*.example.net:8443"]),
    "reason": Key(check.text, "Why a necessary cookie is necessary.", "Without it, nobody could sign in."),
    "appearance": Key(
        check.flag,
        "Whether the cookie only fits the look or the working of the site to the visitor's wishes.",
        True,
        False,
    ),
}
#: The tables of a policy file, but for ``cookies``, which is a list of tables, and ``categories``, which has one each.
SECTIONS: Mapping[str, Mapping[str, Key]] = {
    "site": SITE,
    "preferences": PREFERENCES,
    "signals": SIGNALS,
    "statistics": STATISTICS,
}
#: What the tables of a policy file say.
SECTION_SAYS: Mapping[str, str] = {
    "site": "The site that the policy speaks for.",
    "categories": "What the site calls the categories, and how it explains them, in place of the published texts.",
    "preferences": "The cookie that remembers a visitor's choice.",
    "signals": "How the site heeds signals of browsers.",
    "statistics": "What the site states about its anonymized statistics.",
    "cookies": "What the site declares: its cookies, other storage, and what its pages contact.",
}
TOP_KEYS = (*TOP, *SECTION_SAYS)
#: The keys that every declaration has, each with the remedy if it is missing.
REQUIRED: Mapping[str, str] = {
    "category": f"write one of {', '.join(Category)}",
    "purpose": "say in one sentence what the cookie is for",
}
#: The keys that only the declarations of one category take.
ONLY: Mapping[str, Only] = {
    "anonymized": Only(
        Category.STATISTICAL,
        "only statistical cookies can be anonymized",
        "leave it out, or make the category statistical",
    ),
    "device_bound": Only(
        Category.NECESSARY,
        "a device-bound session cookie must be necessary: without it, the browser ends the session",
        "leave it out, or make the category necessary",
    ),
    "appearance": Only(
        Category.FIRST_PARTY,
        "only first-party cookies can be there for the appearance alone",
        "leave it out, or make the category first-party",
    ),
    "reason": Only(
        Category.NECESSARY,
        "a reason says why a cookie is necessary, and this one is not",
        "write it into the purpose, or make the category necessary",
    ),
}
