"""What a site declares about its cookies: categories, texts by language, lifetimes and declarations.

Rule: every value is frozen and never checked again; ``values`` and ``schema`` check what a policy file says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from cookiewarden.errors import printable
from cookiewarden.http.negotiation import closest_language


class Category(StrEnum):
    """The four categories of cookies in the published policies.

    >>> Category("first-party") is Category.FIRST_PARTY
    True
    """

    NECESSARY = "necessary"
    STATISTICAL = "statistical"
    FIRST_PARTY = "first-party"
    THIRD_PARTY = "third-party"


#: The categories whose cookies need the visitor's consent, in the order of the published policies.
CONSENT_CATEGORIES = (Category.STATISTICAL, Category.FIRST_PARTY, Category.THIRD_PARTY)
#: What a site may report and not block: the declared cookies of a category, and cookies that are not declared.
REPORTABLE = (*(category.value for category in CONSENT_CATEGORIES), "undeclared", "malformed")


@dataclass(frozen=True, slots=True)
class Text:
    """A text in one or more languages. ``str()`` returns it in its default language.

    >>> text = Text({"en": "Language", "fr": "Langue"}, "en")
    >>> str(text), text.in_language("fr-BE"), text.in_language("nl")
    ('Language', 'Langue', 'Language')
    """

    by_language: Mapping[str, str]
    default: str

    def language_for(self, language: str) -> str:
        """Return the language of the text that a reader of ``language`` gets.

        It is the same language, a wider one (fr for fr-be), another region (fr-be for fr), the default or the first.
        """
        texts = self.by_language
        if language in texts:
            return language
        fallback = self.default if self.default in texts else next(iter(texts), self.default)
        return closest_language(language.lower(), texts) or fallback

    def in_language(self, language: str) -> str:
        """Return the text for a reader of this language; see ``language_for``."""
        words = self.by_language.get(language)
        return self.by_language.get(self.language_for(language), "") if words is None else words

    def __str__(self) -> str:
        return self.in_language(self.default)


def is_written(text: str) -> bool:
    """Return whether a text says anything. A draft writes ``...`` for what people have yet to write.

    >>> is_written("Counts visits."), is_written("...")
    (True, False)
    """
    return bool(text.strip(" .…"))


#: The seconds in each unit. A month is a twelfth of the mean Gregorian year of 365.2425 days. So 13 months stay under
#: the 400 days that browsers allow (RFC 6265bis 5.5).
SECONDS = {
    "second": 1,
    "minute": 60,
    "hour": 3600,
    "day": 86_400,
    "week": 604_800,
    "month": 2_629_746,
    "year": 31_556_952,
}
#: A lifetime other than that of the session.
LIFETIME = re.compile(r"([1-9][0-9]{0,8}) (second|minute|hour|day|week|month|year)s?")


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a cookie is kept: a text such as ``"13 months"``, and the seconds, or ``None`` for ``"session"``.

    >>> Lifetime.parse("2 days"), Lifetime.parse("session")
    (Lifetime(text='2 days', seconds=172800), Lifetime(text='session', seconds=None))
    """

    text: str
    seconds: int | None

    @classmethod
    def parse(cls, text: str) -> Lifetime:
        """Read a lifetime. Raises ``ValueError`` unless it is ``"session"`` or a number and a unit."""
        if text == "session":
            return cls(text, None)
        match = LIFETIME.fullmatch(text)
        if match is None:
            raise ValueError(f'"{printable(text)}" is not a lifetime')
        return cls(text, int(match[1]) * SECONDS[match[2]])


class Kind(StrEnum):
    """What a declaration is about: a cookie, other storage in the browser, or what a page fetches or contacts.

    >>> Kind("local-storage") is Kind.LOCAL_STORAGE
    True
    """

    COOKIE = "cookie"
    LOCAL_STORAGE = "local-storage"
    SESSION_STORAGE = "session-storage"
    INDEXED_DB = "indexed-db"
    PIXEL = "pixel"
    SCRIPT = "script"
    HOST = "host"


@dataclass(frozen=True, slots=True)
class Declaration:
    """One cookie, or a family of cookies, as the site declares it: a row of the published table.

    ``names``: exact names, or patterns with one ``*``. ``path`` and ``domain`` are used to delete the cookie and to
    show it, never to match it. ``source``: where the facts come from. ``secure``, ``http_only`` and ``same_site`` are
    what its lines leave with at least. ``device_bound``: the browser was told its attributes, so they stay as they are.
    ``is_preset``: a preset declares it, so its lifetime is a usual one, and not what this site promised.

    ``kind``: what it declares, if that is not a cookie; such a declaration covers no Set-Cookie line. ``hosts``: the
    hosts that the browser contacts for it, each with a port or ``*.`` if need be. ``reason``: why a necessary cookie is
    necessary. ``appearance``: it only fits the look or the working of the site to the visitor's wishes. ``is_exempt``:
    whether the rules that apply let it pass until the visitor objects; ``None``: if it is anonymized.

    >>> declaration = Declaration(("_ga", "_ga_*"), Category.STATISTICAL, Text({"en": "Counts visits"}, "en"))
    >>> declaration.needs_consent
    True
    """

    names: tuple[str, ...]
    category: Category
    purpose: Text
    anonymized: bool = False
    provider: Text | None = None
    function: Text | None = None
    lifetime: Lifetime | None = None
    path: str | None = None
    domain: str | None = None
    source: str | None = None
    secure: bool = False
    http_only: bool = False
    same_site: str | None = None
    device_bound: bool = False
    is_preset: bool = False
    kind: Kind = Kind.COOKIE
    hosts: tuple[str, ...] = ()
    reason: Text | None = None
    appearance: bool = False
    is_exempt: bool | None = None

    @property
    def needs_objection(self) -> bool:
        """Whether these cookies pass without consent until the visitor objects."""
        return self.anonymized if self.is_exempt is None else self.is_exempt

    @property
    def needs_consent(self) -> bool:
        """Whether these cookies need consent; necessary cookies and anonymized statistics do not."""
        return self.category is not Category.NECESSARY and not self.needs_objection
