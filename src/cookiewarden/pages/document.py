"""Build the policy page without a format: all its texts, in one language, in order.

Rule: what the page says of cookies comes from the policy alone, and no declaration is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf
from typing import Any

from babel.dates import TIMEDELTA_UNITS, format_date, format_timedelta

from cookiewarden.pages.languages import Language
from cookiewarden.policy.declaration import Category, Declaration, Lifetime, Text
from cookiewarden.policy.policy import Policy

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")


@dataclass(frozen=True, slots=True)
class Passage:
    """A text, and its language if that is not the language of the page."""

    text: str
    language: str = ""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: one declaration."""

    names: tuple[str, ...]
    provider: Passage
    function: Passage
    purpose: Passage
    lifetime: str
    declaration: Declaration


@dataclass(frozen=True, slots=True)
class Section:
    """One category: its explanation, whether it needs consent, and the site's cookies in it."""

    category: Category
    title: str
    explanation: str
    rows: tuple[Row, ...]
    needs_consent: bool


@dataclass(frozen=True, slots=True)
class Document:
    """The whole page. ``words`` holds its headings and labels, by keys such as ``"about"``."""

    language: str
    title: str
    site: Passage
    facts: tuple[tuple[str, Passage], ...]
    introduction: tuple[Passage, ...]
    about: str
    sections: tuple[Section, ...]
    words: Mapping[str, str]


def document_of(policy: Policy, language: Language) -> Document:
    """Return the policy page of a site in a language."""
    _ = language.say
    site = policy.site
    name = passage(site.name, language)
    facts = []
    if site.operator:
        facts.append((_("Operator"), passage(site.operator, language)))
    if site.contact:
        facts.append((_("Contact"), passage(site.contact, language)))
    if site.updated:
        updated = format_date(site.updated, "long", locale=language.locale)
        facts.append((_("Last update"), Passage(updated)))
    facts.append((_("Version"), Passage(policy.version)))
    introduction = site.introduction and passage(site.introduction, language)
    return Document(
        language=language.tag,
        title=_("Cookie policy of %(site)s", site=name.text),
        site=name,
        facts=tuple(facts),
        introduction=_paragraphs(introduction) if introduction else (),
        about=_(
            "A cookie is a small piece of data with a name, which a website may have your browser store. The browser "
            "keeps it for some time, and sends it along each time you visit that website again. It has many uses: it "
            "keeps you signed in, remembers what is in your basket, or makes you recognizable, to count visits or to "
            "show you advertisements."
        ),
        sections=_sections(policy, language),
        words=_words(policy, language),
    )


def _words(policy: Policy, language: Language) -> dict[str, str]:
    """Return the headings and labels by their keys."""
    _ = language.say
    return {
        "about": _("What is a cookie?"),
        "kinds": _("Four kinds of cookies"),
        "cookies": _("The cookies of %(site)s", site=passage(policy.site.name, language).text),
        "none": _("This site has no cookies of this kind."),
        "consent": _("Needs your consent."),
        "no consent": _("Needs no consent."),
        "provider": _("Service provider"),
        "function": _("Function and location"),
        "names": _("Cookie name(s)"),
        "purpose": _("Purpose"),
        "lifetime": _("Kept for"),
        "anonymized": _("Anonymized statistics: no consent is needed, and you may object."),
        "pattern": _("A * in a name stands for anything."),
    }


def _sections(policy: Policy, language: Language) -> tuple[Section, ...]:
    """Return the four categories, in the order of the published policies, each with its declarations."""
    _ = language.say
    texts = {
        Category.NECESSARY: (
            _("Necessary cookies"),
            _(
                "Also called internal or functionality cookies. The site does not work as it should without them: they "
                "remember, from one visit to the next on the same device, that you are signed in, what is in your "
                "basket, or how you set up the pages. They need no consent."
            ),
        ),
        Category.STATISTICAL: (
            _("Statistical cookies"),
            _(
                "They follow what visitors do on the site, so that it can be measured. They need your consent, unless "
                "the statistics are anonymized, so that nothing in them leads back to a person. You may object to "
                "those, too: refuse this kind."
            ),
        ),
        Category.FIRST_PARTY: (
            _("First-party cookies"),
            _(
                "Also called internal cookies, though they are not necessary ones. The website that you visit stores "
                "them itself; they may serve to collect personal data, to follow what you do, and to advertise. They "
                "need your consent."
            ),
        ),
        Category.THIRD_PARTY: (
            _("Third-party cookies"),
            _(
                "Another website, often that of an advertising agency, stores them while you visit this one, or has "
                "them stored for it. It learns which pages you saw here, and gathers information about you. They need "
                "your consent."
            ),
        ),
    }
    sections = []
    for category, (title, explanation) in texts.items():
        declarations = [declaration for declaration in policy.declarations if declaration.category is category]
        rows = tuple(_row(declaration, policy, language) for declaration in declarations)
        # If the site has no cookies in a category, the page says what holds for the category in general.
        needs_consent = any(one.needs_consent for one in declarations) or not (
            declarations or category is Category.NECESSARY
        )
        sections.append(Section(category, title, explanation, rows, needs_consent))
    return tuple(sections)


def passage(text: Text, language: Language) -> Passage:
    """Return a text of the policy for readers of a language, with its own language if that is another."""
    tag = text.language_for(language.tag)
    # Readers of fr-be also read fr.
    is_foreign = tag.partition("-")[0] != language.tag.partition("-")[0]
    return Passage(_clean(text.in_language(language.tag)), tag if is_foreign else "")


def day_of(seconds: float, language: Language) -> str:
    """Return the day of a moment, given in seconds since 1970-01-01 UTC, in the words of a language."""
    return str(format_date(datetime.fromtimestamp(seconds, UTC).date(), "long", locale=language.locale))


def _row(declaration: Declaration, policy: Policy, language: Language) -> Row:
    _ = language.say
    unknown = Passage(_("not stated"))
    provider = declaration.provider or policy.site.operator or policy.site.name
    lifetime = declaration.lifetime
    if lifetime is None and policy.preferences.name in declaration.names:
        lifetime = policy.preferences.lifetime
    return Row(
        names=declaration.names,
        provider=passage(provider, language),
        function=passage(declaration.function, language) if declaration.function else unknown,
        purpose=passage(declaration.purpose, language),
        lifetime=_lifetime(lifetime, language) if lifetime else unknown.text,
        declaration=declaration,
    )


def _lifetime(lifetime: Lifetime, language: Language) -> str:
    if lifetime.seconds is None:
        return language.say("as long as the browser is open")
    number, _, unit = lifetime.text.partition(" ")
    granularity: Any = unit.removesuffix("s")
    # Babel must get as many seconds as it counts for one unit; otherwise it shows another number.
    seconds = int(number) * dict(TIMEDELTA_UNITS)[granularity]
    return format_timedelta(seconds, granularity, threshold=inf, locale=language.locale)


def _paragraphs(passage: Passage) -> tuple[Passage, ...]:
    return tuple(Passage(part.strip(), passage.language) for part in _PARAGRAPH.split(passage.text) if part.strip())


def _clean(text: str) -> str:
    """Replace control characters other than tab and line break with blanks, for some formats cannot write them."""
    return _CONTROL.sub(" ", text.replace("\r\n", "\n"))
