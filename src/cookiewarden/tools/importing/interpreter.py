"""Make declarations of the cookies that a document speaks of. It knows nothing of the document's format.

Rule: what is unclear is noted beside the fact, with the words that it comes from. A cookie whose category is not told
waits for consent.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from cookiewarden.http.matching import domain_match
from cookiewarden.policy.declaration import Category, Kind
from cookiewarden.policy.site import PreferencesOptions
from cookiewarden.tools.importing.blocks import Document, Words
from cookiewarden.tools.importing.categories import (
    MAY_BE_NECESSARY,
    FoundCategory,
    Sense,
    category_of,
    says_anonymized,
)
from cookiewarden.tools.importing.cells import domain_of, kind_of, lifetimes_of, provider_of, stated, with_wildcard
from cookiewarden.tools.importing.columns import Column
from cookiewarden.tools.importing.entries import Values, text_of
from cookiewarden.tools.importing.facts import Facts, facts_of
from cookiewarden.tools.importing.mentions import headings_without_cookies, mentions_in
from cookiewarden.tools.importing.names import names_in
from cookiewarden.tools.importing.providers import OWN, is_well_known, provider_in
from cookiewarden.tools.importing.record import Record
from cookiewarden.tools.importing.records import records_of
from cookiewarden.tools.importing.usual_categories import is_known, not_told, usually_refused

#: How many declarations are made of one document. What stands beyond is counted.
MAX_COOKIES = 5000
_SHOWN = 160  # characters of the words of a note
_NOT_SURE = "nothing says that it is a cookie; if it is one, call the column Cookie"
_WORD = "it is a word as any other, and only its place in the list says that it is a cookie"
_SERVICE = "it is the name of a service; if a cookie is called so, declare it"
_HOST_ALONE = "the document names no provider, and this is the host that sets it"
_MORE_NAMES = "the document is long, so look for more names in its sentences"


class Unclear(NamedTuple):
    """What is unclear of a cookie. ``key``: as in a policy file. ``words``: those of the document."""

    key: str
    reason: str
    words: str


@dataclass(frozen=True, slots=True)
class FoundCookie:
    """A declaration, with what is unclear about it. ``is_asked``: only the reader can say if it is necessary."""

    names: tuple[str, ...]
    category: Category
    purpose: str = ""
    provider: str = ""
    function: str = ""
    lifetime: str = ""
    domain: str = ""
    kind: Kind = Kind.COOKIE
    unclear: tuple[Unclear, ...] = ()
    is_asked: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """All that was found. ``left_out``: words in the place of a name that are none, each with the reason.

    ``uncounted``: how many cookies stand beyond ``MAX_COOKIES``. ``is_cut``: see ``Document``. ``of_bases``: the names
    that are left out, because the policies and presets that the file extends declare the same. ``unread_columns``: the
    titles of the columns that say nothing known.
    """

    facts: Facts
    cookies: tuple[FoundCookie, ...]
    left_out: tuple[Unclear, ...] = ()
    uncounted: int = 0
    is_cut: bool = False
    is_vendor_list: bool = False
    of_bases: tuple[str, ...] = ()
    unread_columns: tuple[str, ...] = ()


@dataclass(slots=True)
class _Interpreter:
    facts: Facts
    #: The domain that most of the cookies have, in place of the host if the document does not name it.
    usual_domain: str = ""
    found: dict[tuple[Kind, str], int] = field(default_factory=dict)
    cookies: list[FoundCookie] = field(default_factory=list)
    left_out: list[Unclear] = field(default_factory=list)
    uncounted: int = 0

    def add(self, record: Record) -> None:
        """Add what a record says. A name that was declared before adds nothing but doubts."""
        if len(self.cookies) >= MAX_COOKIES:
            self.uncounted += 1
            return
        values = record.values
        named = names_in(values[Column.NAME]) if Column.NAME in values else None
        if named is None or not named.names:
            words = values[Column.NAME].line if named else " | ".join(one.line for one in values.values())
            if words.strip(" -–—./"):
                self.left_out.append(Unclear("name", named.unclear if named else "the row has no name", words[:_SHOWN]))
            return
        self.left_out += [Unclear("name", _SERVICE, name) for name in named.names if _is_service(name)]
        named = named._replace(names=tuple(name for name in named.names if not _is_service(name)))
        if not named.names:
            return
        if not record.is_sure:
            why = _WORD if record.is_word else _NOT_SURE
            self.left_out.append(Unclear("name", why, values[Column.NAME].line[:_SHOWN]))
            return
        names = tuple(with_wildcard(name, values) for name in named.names)
        notes = [Unclear("name", named.unclear, values[Column.NAME].line[:_SHOWN])] if named.unclear else []
        if record.heading and not any(map(is_known, names)):
            notes.append(Unclear("name", "the heading above does not speak of cookies", record.heading[:_SHOWN]))
        if record.is_word:
            notes.append(Unclear("name", _WORD, values[Column.NAME].line[:_SHOWN]))
        if not provider_of(values):
            titled = provider_in(record.titles, names)
            if titled.name:
                values[Column.PROVIDER] = Words(titled.name)
            elif self._is_foreign(domain := domain_of(values)):
                values[Column.PROVIDER] = Words(domain)
                notes.append(Unclear("provider", _HOST_ALONE, domain[:_SHOWN]))
            elif titled.unclear:
                notes.append(Unclear("provider", "the title above may name it", titled.unclear[:_SHOWN]))
        kind = kind_of(f"{text_of(values, Column.TYPE)}\n{named.rest}")
        category, is_asked = self._category(record, notes)
        if category is Category.NECESSARY and (usual := usually_refused(names)):
            notes.append(Unclear("category", usual, _words_for(Sense.NECESSARY, record)[:_SHOWN]))
        cookie = FoundCookie(
            names,
            category,
            purpose=stated(values, Column.PURPOSE) or stated(values, Column.FUNCTION),
            provider=provider_of(values),
            function=stated(values, Column.FUNCTION) if stated(values, Column.PURPOSE) else "",
            domain=domain_of(values) if kind is Kind.COOKIE else "",
            kind=kind,
            is_asked=is_asked,
        )
        if not cookie.purpose:
            notes.append(Unclear("purpose", "the document does not say it", ""))
        if category is Category.STATISTICAL and says_anonymized(cookie.purpose):
            notes.append(Unclear("anonymized", "add anonymized = true if the statistics are", cookie.purpose[:_SHOWN]))
        for alike, lifetime, words in lifetimes_of(names, values, named.rest):
            told = [Unclear("lifetime", lifetime.unclear, words[:_SHOWN])] if lifetime.unclear else []
            self._keep(replace(cookie, names=alike, lifetime=lifetime.text, unclear=(*notes, *told)))

    def add_mentions(self, document: Document, records: Sequence[Record]) -> None:
        """Add what the document names, and no record declares."""
        known = [name for _, name in self.found]
        told = [note.words for note in self.left_out]
        known += [name for words in told for name in (*names_in(Words(words)).names, *re.findall(r"[\w.:-]+", words))]
        for name, words in mentions_in(document, known):
            reason = f'"{name}" is named in a sentence, and those are not read' if name else _MORE_NAMES
            self.left_out.append(Unclear("name", reason, words))
        for heading in headings_without_cookies(document, records):
            self.left_out.append(Unclear("category", "no cookie was found under this heading", heading))

    def _category(self, record: Record, notes: list[Unclear]) -> tuple[Category, bool]:
        """Return the category of a record, and whether it may be necessary. Notes what is unclear."""
        for found in _by_purpose_first(record.categories):
            if found.sense is None:
                continue
            if record.is_of_vendor_list and found.sense in (Sense.NECESSARY, *MAY_BE_NECESSARY):
                notes.append(
                    Unclear("category", "what a vendor says is no proof that it is necessary", found.words[:_SHOWN])
                )
                return self._waiting(record.values), True
            category, doubt = category_of(found.sense)
            if category is None:
                notes.append(Unclear("category", not_told(_first_name(record.values)), found.words[:_SHOWN]))
                return self._waiting(record.values), False
            if doubt or found.unclear:
                notes.append(Unclear("category", doubt or found.unclear, found.words[:_SHOWN]))
            return category, found.sense in MAY_BE_NECESSARY
        notes.append(Unclear("category", not_told(_first_name(record.values)), ""))
        return self._waiting(record.values), False

    def _waiting(self, values: Values) -> Category:
        """Return the strictest category that fits: third-party if another site is named, else first-party."""
        kind, domain, provider = text_of(values, Column.TYPE), domain_of(values), provider_of(values)
        said = f"{kind} {text_of(values, Column.DOMAIN)}".lower()
        if re.search(r"third[- ]party|3rd[- ]party|tiers|derde|dritt", said):
            return Category.THIRD_PARTY
        if domain and (self.facts.host or self.usual_domain):
            return Category.THIRD_PARTY if self._is_foreign(domain) else Category.FIRST_PARTY
        if not provider or OWN.search(provider) or self._is_own(provider):
            return Category.FIRST_PARTY
        return Category.THIRD_PARTY

    def _is_foreign(self, domain: str) -> bool:
        """Return whether a domain is that of another site, as far as that of this one is known."""
        host = self.facts.host or self.usual_domain
        return bool(domain and host) and not (domain_match(host, domain) or domain_match(domain, host))

    def _is_own(self, provider: str) -> bool:
        """Return whether a provider is the site itself, by its name or host."""
        ours = f"{self.facts.name} {self.facts.host}".lower()
        words = re.findall(r"[^\W\d_]{4,}", provider.lower())
        return bool(ours.strip()) and any(word in ours for word in words)

    def _keep(self, cookie: FoundCookie) -> None:
        names = []
        for name in cookie.names:
            before = self.found.get((cookie.kind, name))
            if before is None:
                names.append(name)
            else:
                self.cookies[before] = _merged(self.cookies[before], cookie, name)
        if not names:
            return
        own = PreferencesOptions().name
        if own in names and cookie.kind is Kind.COOKIE and cookie.category is not Category.NECESSARY:
            note = Unclear("category", "the cookie with the visitor's choice must be necessary", cookie.category.value)
            cookie = replace(cookie, category=Category.NECESSARY, unclear=(*cookie.unclear, note))
        self.found.update({(cookie.kind, name): len(self.cookies) for name in names})
        self.cookies.append(replace(cookie, names=tuple(names)))


def interpret(document: Document, *, language: str = "", host: str = "", name: str = "") -> Imported:
    """Return what a document declares. ``language``, ``host``, ``name``: of the site, if the caller knows them.

    >>> from cookiewarden.tools.importing.html import read_html
    >>> found = interpret(read_html("<h2>Necessary cookies</h2><ul><li><code>sid</code>: session, keeps you signed in"))
    >>> found.cookies[0].names, found.cookies[0].category.value, found.cookies[0].lifetime
    (('sid',), 'necessary', 'session')
    """
    facts = facts_of(document, language)
    facts = replace(facts, host=host or facts.host, name=name or facts.name)
    records = list(records_of(document))
    domains = Counter(domain for record in records if (domain := domain_of(record.values)))
    usual = max(domains, key=lambda domain: domains[domain], default="")
    interpreter = _Interpreter(facts, usual)
    for record in records:
        interpreter.add(record)
    is_vendor_list = any(record.is_of_vendor_list for record in records)
    if not is_vendor_list:
        interpreter.add_mentions(document, records)
    return Imported(
        facts,
        tuple(interpreter.cookies),
        tuple(interpreter.left_out),
        interpreter.uncounted,
        document.is_cut,
        is_vendor_list,
        unread_columns=tuple(dict.fromkeys(title for record in records for title in record.unread)),
    )


def _by_purpose_first(found: Sequence[FoundCategory]) -> list[FoundCategory]:
    """Return the categories that say what a cookie is for before those that only say whose it is."""
    parties = (Sense.FIRST_PARTY, Sense.THIRD_PARTY)
    return [one for one in found if one.sense not in parties] + [one for one in found if one.sense in parties]


def _is_service(name: str) -> bool:
    """Return whether a name is that of a well-known service, written as such, and of no well-known cookie."""
    return not name.islower() and is_well_known(name) and not is_known(name)


def _first_name(values: Values) -> str:
    return next(iter(names_in(values[Column.NAME]).names), "")


def _words_for(sense: Sense, record: Record) -> str:
    """Return the words of the document that told this sense."""
    return next((found.words for found in record.categories if found.sense is sense), "")


def _merged(one: FoundCookie, other: FoundCookie, name: str) -> FoundCookie:
    """Return a declaration that stands in the document twice, with what the second adds, and what it contradicts."""
    notes = list(one.unclear)
    if other.category is not one.category:
        notes.append(Unclear("category", f"elsewhere the document puts {name} under another", other.category.value))
    if other.lifetime and one.lifetime and other.lifetime != one.lifetime:
        notes.append(Unclear("lifetime", f"elsewhere the document says another of {name}", other.lifetime))
    strictest = max(one.category, other.category, key=list(Category).index)
    return replace(
        one,
        category=strictest,
        purpose=one.purpose or other.purpose,
        provider=one.provider or other.provider,
        lifetime=one.lifetime or other.lifetime,
        unclear=tuple(dict.fromkeys(notes)),
    )
