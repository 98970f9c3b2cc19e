"""What the headings above a part of a document, and the sentence before it, say of the cookies that stand there.

Rule: a heading holds for what stands below it, up to the next heading of its level.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from cookiewarden.reporting.preset_lookup import presets_with
from cookiewarden.tools.importing.blocks import Words
from cookiewarden.tools.importing.categories import (
    MAY_BE_NECESSARY,
    FoundCategory,
    Sense,
    read_category,
)
from cookiewarden.tools.importing.columns import Column
from cookiewarden.tools.importing.entries import Values, may_be_a_name
from cookiewarden.tools.importing.names import is_like_a_name
from cookiewarden.tools.importing.necessary import (
    against_necessary,
    against_necessary_above,
    is_needed_by_site,
    says_only_necessary,
)

#: Words that tell that a text is about cookies, or what is like them.
COOKIE = re.compile(r"cookie|traceur|tracker|témoin|storage|stockage|opslag|speicher", re.IGNORECASE)
_SOME = re.compile(
    r"\b(?:some|most|many|certain|certains|certaines|plupart|others?|autres?|sommige|meeste|enkele|andere|manche"
    r"|einige|meisten)\b", re.IGNORECASE,
)  # fmt: skip
_LEAD_WORDS = 40


def lead_of(words: str) -> FoundCategory:
    """Return what a sentence says of the cookies that follow. What it says of some of them is nothing.

    >>> lead_of("These cookies are necessary:").sense.value, lead_of("Most of our cookies are necessary.").sense
    ('necessary', None)
    """
    category = read_category(words)
    is_said = "cookie" in words.lower() and not category.unclear and not _SOME.search(words)
    return category if is_said else FoundCategory()


@dataclass(slots=True)
class Context:
    """What the headings above, and the sentence before, say of what follows."""

    title: str = ""
    headings: list[tuple[int, Words, FoundCategory]] = field(default_factory=list)
    lead: FoundCategory = field(default_factory=FoundCategory)
    #: What a paragraph below the heading says against its word that the cookies are necessary.
    against: FoundCategory = field(default_factory=FoundCategory)
    #: Whether the document has a word for cookies anywhere. "Marketing" may also be the heading of a list of jobs.
    has_cookies: bool = True

    def enter(self, level: int, words: Words) -> None:
        """Go below a heading, which ends those of its level and those below them."""
        self.leave(level)
        said = read_category(words.line)
        if said.sense is None and any(above.sense is Sense.NECESSARY for _, _, above in self.headings):
            said = against_necessary_above(words.line)
        self.headings.append((level, words, said))
        self.lead = self.against = FoundCategory()

    def leave(self, level: int) -> None:
        """End the headings of a level and those below them, with what was said there."""
        if self.headings and self.headings[-1][0] >= level:
            self.headings = [one for one in self.headings if one[0] < level]
            self.lead = self.against = FoundCategory()

    def hear(self, words: str) -> None:
        """Take in a paragraph before the cookies that it may speak of."""
        if len(words.split()) <= _LEAD_WORDS:
            self.lead = lead_of(words)
        said = against_necessary(words)
        if said.sense or self.lead.sense is Sense.NECESSARY:
            self.against = said

    def categories(self) -> tuple[FoundCategory, ...]:
        """Return what the headings say of the category, the nearest first, and then the sentence.

        A sentence may put "necessary" in doubt, and "functional" right.
        """
        found = [category for _, _, category in reversed(self.headings) if category.sense]
        if self.against.sense:
            found = [self.against if one.sense is Sense.NECESSARY else one for one in found]
        if self.lead.sense is None:
            return tuple(found)
        is_told = bool(found) and found[0].sense in MAY_BE_NECESSARY and is_needed_by_site(self.lead.words)
        return (self.lead, *found) if is_told else (*found, self.lead)

    @property
    def is_about_cookies(self) -> bool:
        """Whether a heading or the title of the document says so."""
        return any(COOKIE.search(words.text) or category.sense for _, words, category in self.headings) or bool(
            COOKIE.search(self.title)
        )

    @property
    def titles(self) -> tuple[str, ...]:
        """The words of the headings above, the nearest first."""
        return tuple(words.line for _, words, _ in reversed(self.headings))

    @property
    def nearest(self) -> str:
        """The words of the heading right above."""
        return self.headings[-1][1].line if self.headings else ""

    @property
    def is_among_cookies(self) -> bool:
        """Whether the nearest heading says so, or one below the title. Then a plain word may be a name."""
        below = [(words, category) for level, words, category in self.headings if level > 1]
        below += [(words, category) for _, words, category in self.headings[-1:]]
        return self.has_cookies and any(COOKIE.search(words.text) or category.sense for words, category in below)

    @property
    def is_on_page_of_cookies(self) -> bool:
        """Whether the title of the document, or a heading above, has a word for cookies."""
        return any(COOKIE.search(text) for text in (self.title, *self.titles))

    @property
    def foreign_necessary(self) -> str:
        """The words of the heading right above, if one says "necessary", and nothing says it of cookies."""
        told = [words.line for _, words, category in self.headings if category.sense is Sense.NECESSARY]
        is_said = COOKIE.search(self.nearest) or self.lead.sense or self.name
        is_plain = self.is_on_page_of_cookies and all(COOKIE.search(one) or says_only_necessary(one) for one in told)
        return self.nearest if told and not is_said and not is_plain else ""

    @property
    def foreign_heading(self) -> str:
        """The words of the heading right above, if no heading below the title, and no sentence, speaks of cookies."""
        return "" if self.is_among_cookies or self.lead.sense or self.name else self.nearest

    @property
    def is_nearest_of_cookies(self) -> bool:
        """Whether the heading right above speaks of cookies, or names a category."""
        return bool(COOKIE.search(self.nearest) or read_category(self.nearest).sense)

    def has_entry(self, entry: Values) -> bool:
        """Return whether a text that begins like a name is about a cookie, and not about what the heading says."""
        name = entry[Column.NAME]
        is_usual = name.text.startswith("_") or Column.LIFETIME in entry or presets_with(name.text.encode())
        return (
            self.is_nearest_of_cookies
            or bool(is_usual)
            or not self.headings
            or (bool(name.marked) and self.is_about_cookies)
        )

    @property
    def word(self) -> Words | None:
        """The heading right above, if it is a word that may be the name of a cookie, on a page of cookies."""
        words = self.headings[-1][1] if self.headings else None
        is_there = self.is_among_cookies or self.is_on_page_of_cookies
        return words if words is not None and is_there and may_be_a_name(words) else None

    @property
    def name(self) -> Words | None:
        """The heading right above, if it is the name of a cookie."""
        words = self.headings[-1][1] if self.headings else None
        is_name = words is not None and (
            is_like_a_name(words.text) or (len(words.marked) == 1 and words.marked[0] == words.text)
        )
        return words if is_name else None
