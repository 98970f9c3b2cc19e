"""What the headings above a part of a document, and the sentence before it, say of the cookies that stand there.

Rule: a heading holds for what stands below it, up to the next heading of its level.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from cookiewarden.reporting.preset_lookup import presets_with
from cookiewarden.tools.importing.blocks import Words
from cookiewarden.tools.importing.categories import FoundCategory, read_category
from cookiewarden.tools.importing.columns import Column
from cookiewarden.tools.importing.entries import Values
from cookiewarden.tools.importing.names import is_like_a_name

#: Words that tell that a text is about cookies, or what is like them.
COOKIE = re.compile(r"cookie|traceur|tracker|storage|stockage|opslag|speicher", re.IGNORECASE)
_SOME = re.compile(
    r"\b(?:some|most|many|certain|certains|certaines|plupart|others?|autres?|sommige|meeste|enkele|andere|manche"
    r"|einige|meisten)\b", re.IGNORECASE,
)  # fmt: skip


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

    def enter(self, level: int, words: Words) -> None:
        """Go below a heading, which ends those of its level and those below them."""
        self.headings = [one for one in self.headings if one[0] < level]
        self.headings.append((level, words, read_category(words.line)))
        self.lead = FoundCategory()

    def categories(self) -> tuple[FoundCategory, ...]:
        """Return what the headings say of the category, the nearest first, and then the sentence."""
        found = [category for _, _, category in reversed(self.headings) if category.sense]
        return tuple(found + ([self.lead] if self.lead.sense else []))

    @property
    def is_about_cookies(self) -> bool:
        """Whether a heading or the title of the document says so."""
        return any(COOKIE.search(words.text) or category.sense for _, words, category in self.headings) or bool(
            COOKIE.search(self.title)
        )

    @property
    def nearest(self) -> str:
        """The words of the heading right above."""
        return self.headings[-1][1].line if self.headings else ""

    @property
    def is_among_cookies(self) -> bool:
        """Whether the nearest heading says so, or one below the title. Then a plain word may be a name."""
        below = [(words, category) for level, words, category in self.headings if level > 1]
        below += [(words, category) for _, words, category in self.headings[-1:]]
        return any(COOKIE.search(words.text) or category.sense for words, category in below)

    @property
    def foreign_heading(self) -> str:
        """The words of the heading right above, if no heading below the title, and no sentence, speaks of cookies."""
        return "" if self.is_among_cookies or self.lead.sense or self.name else self.nearest

    def has_entry(self, entry: Values) -> bool:
        """Return whether a text that begins like a name is about a cookie, and not about what the heading says."""
        is_near = bool(COOKIE.search(self.nearest) or read_category(self.nearest).sense)
        name = entry[Column.NAME]
        is_usual = name.text.startswith("_") or Column.LIFETIME in entry or presets_with(name.text.encode())
        return is_near or bool(is_usual) or not self.headings or (bool(name.marked) and self.is_about_cookies)

    @property
    def name(self) -> Words | None:
        """The heading right above, if it is the name of a cookie."""
        words = self.headings[-1][1] if self.headings else None
        is_name = words is not None and (
            is_like_a_name(words.text) or (len(words.marked) == 1 and words.marked[0] == words.text)
        )
        return words if is_name else None
