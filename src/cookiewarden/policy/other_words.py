"""What other consent tools and published policies call what this policy file names otherwise.

Rule: data for messages only. No word here is accepted in place of ours, because these words mean different things to
different tools. The category of a cookie decides whether it passes.
"""

from __future__ import annotations

from collections.abc import Container, Iterable

from cookiewarden.errors import did_you_mean, printable
from cookiewarden.policy.declaration import Category

_NECESSARY = 'write "necessary" if visitors cannot get what they ask for without this cookie, else "first-party"'
_STATISTICAL = "did you mean statistical? That is the name here for cookies that measure how the site is used"
_FUNCTION = (
    'write "necessary" only if the cookie does what the visitor asked for, such as keeping a language that the visitor '
    'picked; else write "first-party", for it needs consent'
)
_MARKETING = (
    'write "third-party" if another company sets the cookie or gets its data, as is usual; write "first-party" if only '
    "this site does"
)
_ELSEWHERE = "did you mean third-party? That is the name here for cookies that another website sets, or has set for it"
_UNKNOWN = f"find out what the cookie is for, and write one of {', '.join(Category)}; undeclared, it is blocked"

#: What to write for a category of another tool, and why. Upper case, hyphens and underscores do not count.
_CATEGORY_WORDS = {
    **dict.fromkeys(
        ("essential", "strictly necessary", "strict", "required", "mandatory", "technical", "technically necessary",
         "security", "session", "authentication", "core", "system"),
        _NECESSARY,
    ),
    **dict.fromkeys(
        ("analytics", "analytic", "analytical", "statistics", "statistic", "stats", "measurement", "metrics",
         "audience", "audience measurement", "telemetry"),
        _STATISTICAL,
    ),
    **dict.fromkeys(
        ("performance",),
        f'{_STATISTICAL}; write "necessary" for a cookie that only spreads visitors over servers',
    ),
    **dict.fromkeys(
        ("functional", "functionality", "function", "preference", "preferences", "personalization", "personalisation",
         "customization", "customisation", "comfort", "convenience", "user experience", "experience", "support"),
        _FUNCTION,
    ),
    **dict.fromkeys(
        ("marketing", "advertising", "advertisement", "advertisements", "ads", "ad", "targeting", "tracking",
         "retargeting", "remarketing", "profiling", "commercial", "sale of data"),
        _MARKETING,
    ),
    **dict.fromkeys(
        ("social", "social media", "social network", "social networks", "external", "external media",
         "external content", "embeds", "embedded", "content", "media", "video", "videos", "maps"),
        _ELSEWHERE,
    ),
    **dict.fromkeys(("internal", "own", "optional", "non essential"), _NECESSARY),
    **dict.fromkeys(("unclassified", "uncategorized", "uncategorised", "unknown", "other", "others", "misc"), _UNKNOWN),
}  # fmt: skip


def advice_on_category(word: str) -> str:
    """Return what to write for a word that other tools use for a category, and why; ``""`` for any other word.

    >>> advice_on_category("Strictly-Necessary")
    'write "necessary" if visitors cannot get what they ask for without this cookie, else "first-party"'
    """
    return _CATEGORY_WORDS.get(" ".join(word.lower().replace("-", " ").replace("_", " ").split()), "")


def remedy_for_category(word: str, known: Iterable[str]) -> str:
    """Return what to write for a wrong word in place of a category: by ``advice_on_category``, or the nearest known.

    >>> remedy_for_category("statistcal", Category)
    'did you mean statistical?'
    """
    return advice_on_category(word) or did_you_mean(word, known)


def not_a_category(word: object) -> str:
    """Return the message for a word that is not a category, for the developer who passed it.

    >>> not_a_category("statistcal")
    '"statistcal" is not a category; did you mean statistical?'
    """
    named = str(word)
    return f'"{printable(named)}" is not a category; {remedy_for_category(named, Category)}'


#: The key that is meant, by what other tools call it, in lower case and without underscores.
KEY_WORDS = {
    "kinds": "categories",
    "groups": "categories",
    "cookie": "cookies",
    "cookiename": "name",
    "key": "name",
    "pattern": "name",
    "type": "category",
    "group": "category",
    "kind": "category",
    "class": "category",
    "description": "purpose",
    "desc": "purpose",
    "reason": "purpose",
    "details": "purpose",
    "text": "purpose",
    "expires": "lifetime",
    "expiry": "lifetime",
    "expiration": "lifetime",
    "duration": "lifetime",
    "maxage": "lifetime",
    "retention": "lifetime",
    "ttl": "lifetime",
    "httponly": "http_only",
    "samesite": "same_site",
    "dbsc": "device_bound",
    "vendor": "provider",
    "service": "provider",
    "company": "provider",
    "owner": "operator",
    "controller": "operator",
    "email": "contact",
    "host": "hosts",
    "domains": "hosts",
    "title": "name",
    "lang": "language",
    "locale": "language",
    "langs": "languages",
    "locales": "languages",
    "date": "updated",
    "modified": "updated",
    "lastupdated": "updated",
    "anonymous": "anonymized",
    "anonymised": "anonymized",
    "include": "extends",
    "presets": "extends",
    "preset": "extends",
    "extend": "extends",
    "exclude": "remove",
    "reportonly": "report_only",
}
#: The same for the table of a category.
CATEGORY_KEY_WORDS = {
    "name": "title",
    "label": "title",
    "heading": "title",
    "description": "explanation",
    "desc": "explanation",
    "text": "explanation",
    "details": "explanation",
    "purpose": "explanation",
    "summary": "explanation",
}


def meant_key(word: str, known: Container[str]) -> str:
    """Return the known key that is meant by a word of other tools; ``""`` for any other word.

    >>> meant_key("max_age", ["lifetime"]), meant_key("description", ["title", "explanation"])
    ('lifetime', 'explanation')
    """
    bare = word.lower().replace("-", "").replace("_", "")
    return next((words[bare] for words in (KEY_WORDS, CATEGORY_KEY_WORDS) if words.get(bare) in known), "")
