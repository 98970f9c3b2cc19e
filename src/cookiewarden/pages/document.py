"""Build the policy page without a format: all its texts, in one language, in order.

Rule: what the page says of cookies comes from the policy alone, and no declaration is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from cookiewarden.pages.languages import Language
from cookiewarden.pages.other_storage import contacts_in, kind_in, words_of_others
from cookiewarden.pages.rules import AppliedRules, applied_rules, explanations_under
from cookiewarden.pages.wording import Passage, lifetime_in, paragraphs, passage
from cookiewarden.policy.declaration import Category, Declaration, Kind
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.profiles import rules_of
from cookiewarden.policy.site import CategoryTexts


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: one declaration.

    ``kind``: what it is about, ``""`` for a cookie. ``contacts``: which hosts the browser contacts, ``""`` for none.
    ``reason``: why it is necessary, if the site says so.
    """

    names: tuple[str, ...]
    provider: Passage
    function: Passage
    purpose: Passage
    lifetime: str
    declaration: Declaration
    is_lifetime_stated: bool
    kind: str
    contacts: str
    reason: Passage | None


@dataclass(frozen=True, slots=True)
class Section:
    """One category: its explanation, whether it needs consent, and the site's cookies in it.

    ``published``: the published title, if the site gave the category another one; else ``""``. ``loss``: what a visitor
    loses who rejects it; ``""`` for necessary cookies. ``columns``: those of its table that say something, by their
    keys in ``Document.words``.
    """

    category: Category
    title: Passage
    explanation: Passage
    rows: tuple[Row, ...]
    needs_consent: bool
    published: str
    loss: str
    columns: tuple[str, ...]

    @property
    def has_others(self) -> bool:
        """Whether any of its rows is not about a cookie."""
        return any(row.kind for row in self.rows)

    @property
    def purposes(self) -> tuple[Passage, ...]:
        """The purposes of its cookies, once each. Capital letters make no other purpose."""
        purposes: dict[str, Passage] = {}
        for row in self.rows:
            purposes.setdefault(row.purpose.text.lower(), row.purpose)
        return tuple(purposes.values())

    @property
    def whole_title(self) -> str:
        """The title, with the published one in brackets if that is another."""
        return f"{self.title} ({self.published})" if self.published else self.title.text


@dataclass(frozen=True, slots=True)
class Document:
    """The whole page. ``words`` holds its headings and labels, by keys such as ``"about"``.

    ``facts``: what a reader looks for first, each with its label. ``version``: likewise, for the end of the page.
    ``rules``: those that apply, if the policy names a profile. ``operator`` and ``updated``: for the properties of a
    file; ``""`` and ``None`` if the policy names none.
    """

    language: str
    title: str
    site: Passage
    facts: tuple[tuple[str, Passage], ...]
    version: tuple[str, Passage]
    introduction: tuple[Passage, ...]
    about: str
    sections: tuple[Section, ...]
    words: Mapping[str, str]
    operator: str
    updated: date | None
    rules: AppliedRules | None


def document_of(policy: Policy, language: Language) -> Document:
    """Return the policy page of a site in a language."""
    _ = language.say
    site = policy.site
    name = passage(site.name, language)
    facts = []
    if site.operator:
        facts.append((_("Run by"), passage(site.operator, language)))
    if site.contact:
        facts.append((_("Contact"), passage(site.contact, language)))
    if site.updated:
        updated = format_date(site.updated, "long", locale=language.locale)
        facts.append((_("Last update"), Passage(updated)))
    introduction = site.introduction and passage(site.introduction, language)
    return Document(
        language=language.tag,
        title=_("Cookie policy of %(site)s", site=name.text),
        site=name,
        facts=tuple(facts),
        version=(_("Version"), Passage(policy.version)),
        introduction=paragraphs(introduction) if introduction else (),
        about=_(
            "A cookie is a small piece of data with a name. A website can store it in your browser. The browser keeps "
            "it for some time, and sends it back each time you visit that website. Cookies have many uses: they keep "
            "you signed in, remember what is in your basket, or recognize your browser, to count visits or to show "
            "you advertisements."
        ),
        sections=_sections(policy, language),
        words=_words(policy, language),
        operator=passage(site.operator, language).text if site.operator else "",
        updated=site.updated,
        rules=applied_rules(policy, language),
    )


def _words(policy: Policy, language: Language) -> dict[str, str]:
    """Return the headings and labels by their keys."""
    _ = language.say
    site = passage(policy.site.name, language).text
    is_exempt = not policy.profile or rules_of(policy.profile).exempts_statistics
    words = {
        "about": _("What is a cookie?"),
        "kinds": _("Four kinds of cookies"),
        "cookies": _("The cookies of %(site)s", site=site),
        "none": _("This site has no cookies of this kind."),
        "consent": _("They need your consent."),
        "no consent": _("They need no consent."),
        "provider": _("Service provider"),
        "function": _("Function and location"),
        "names": _("Cookie name(s)"),
        "purpose": _("Purpose"),
        "lifetime": _("Kept for"),
        "anonymized": _("Anonymized statistics: they need no consent, and you can object to them.")
        if is_exempt
        else _("Anonymized statistics: under the rules that apply, they need your consent."),
        "appearance": _("They only adapt the site to your wishes: they need no consent, and you can object to them."),
        "reason": _("Why it is necessary"),
        "pattern": _("A * in a name stands for any characters."),
    }
    has_others = any(declaration.kind is not Kind.COOKIE for declaration in policy.declarations)
    return words | words_of_others(site, words["pattern"], language) if has_others else words


def _sections(policy: Policy, language: Language) -> tuple[Section, ...]:
    """Return the four categories, in the order of the published policies, each with its declarations."""
    _ = language.say
    texts = {
        Category.NECESSARY: (
            _("Necessary cookies"),
            _(
                "Also called internal or functionality cookies. The site does not work properly without them. They "
                "remember, from one visit to the next on the same device, that you are signed in, what is in your "
                "basket, or how you set up the pages. They need no consent."
            ),
            "",
        ),
        Category.STATISTICAL: (
            _("Statistical cookies"),
            _(
                "They record what visitors do on the site, to measure how it is used. They need your consent, unless "
                "the statistics are anonymized, so that nobody can trace them back to a person. You can object to "
                "those, too: reject this kind."
            ),
            _("If you reject them, these cookies do not measure your visits. The site works without them."),
        ),
        Category.FIRST_PARTY: (
            _("First-party cookies"),
            _(
                "Also called internal cookies, though they are not necessary ones. The website that you visit stores "
                "them itself. They can serve to collect personal data, to follow what you do, and to advertise. They "
                "need your consent."
            ),
            _("If you reject them, this site cannot do what these cookies are for."),
        ),
        Category.THIRD_PARTY: (
            _("Third-party cookies"),
            _(
                "Another website, often that of an advertising agency, stores them while you visit this one, or this "
                "one stores them on its behalf. The other website learns which pages you see here, and gathers "
                "information about you. They need your consent."
            ),
            _(
                "If you reject them, content from other websites, such as maps or videos, may stay hidden until "
                "you accept them."
            ),
        ),
    }
    exceptions = explanations_under(policy, language)
    sections = []
    for category, (title, explanation, loss) in texts.items():
        declarations = [declaration for declaration in policy.declarations if declaration.category is category]
        rows = tuple(_row(declaration, policy, language) for declaration in declarations)
        # If the site has no cookies in a category, the page says what holds for the category in general.
        needs_consent = any(one.needs_consent for one in declarations) or not (
            declarations or category is Category.NECESSARY
        )
        own = policy.category_texts.get(category, CategoryTexts())
        shown = passage(own.title, language) if own.title else Passage(title)
        explanation = exceptions.get(category, explanation)
        explained = passage(own.explanation, language) if own.explanation else Passage(explanation)
        published = title if shown.text.strip().lower() != title.lower() else ""
        sections.append(Section(category, shown, explained, rows, needs_consent, published, loss, _columns(rows)))
    return tuple(sections)


def _columns(rows: Collection[Row]) -> tuple[str, ...]:
    """Return the columns beside the names, without those of which the policy states nothing in any of the rows."""
    stated = {
        "provider": any(row.declaration.provider for row in rows),
        "function": any(row.declaration.function for row in rows),
        "lifetime": any(row.is_lifetime_stated for row in rows),
    }
    return "purpose", *(column for column, is_stated in stated.items() if is_stated)


def _row(declaration: Declaration, policy: Policy, language: Language) -> Row:
    _ = language.say
    unknown = Passage(_("not stated"))
    lifetime = declaration.lifetime
    is_preferences = declaration.kind is Kind.COOKIE and policy.preferences.name in declaration.names
    if lifetime is None and is_preferences:
        lifetime = policy.preferences.lifetime
    return Row(
        names=declaration.names,
        provider=passage(policy.provider_of(declaration), language),
        function=passage(declaration.function, language) if declaration.function else unknown,
        purpose=passage(declaration.purpose, language),
        lifetime=lifetime_in(lifetime, language) if lifetime else unknown.text,
        declaration=declaration,
        is_lifetime_stated=lifetime is not None,
        kind=kind_in(declaration, language),
        contacts=contacts_in(declaration, language),
        reason=passage(declaration.reason, language) if declaration.reason else None,
    )
