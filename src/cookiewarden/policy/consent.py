"""What a visitor chose, per category: granted, refused, or undecided; and under which version.

Rule: consent is what was said, never what may be supposed. A grant under another version is stale, and grants
nothing. A refusal never becomes stale: it holds until it ends with the preferences cookie, whatever the policy becomes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from cookiewarden.errors import did_you_mean, printable
from cookiewarden.policy.declaration import CONSENT_CATEGORIES, Category

#: The version of a grant for words that nobody knows; it is never in force.
UNKNOWN_VERSION = ""


@dataclass(frozen=True, slots=True)
class Consent:
    """A visitor's choice: the categories ``granted`` and those ``refused``.

    ``stale`` are those granted under another version than the one in force. ``chosen_at`` is in seconds since
    1970-01-01 UTC; of a choice that a preferences cookie holds, it is the day. ``versions`` has the digests that were
    answered to, for the answers to another version.

    >>> consent = Consent.of({"statistical"})
    >>> consent.grants(Category.STATISTICAL), consent.grants(Category.THIRD_PARTY)
    (True, False)
    """

    granted: frozenset[Category] = frozenset()
    refused: frozenset[Category] = frozenset()
    stale: frozenset[Category] = frozenset()
    chosen_at: float | None = None
    versions: Mapping[Category, str] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, granted: Iterable[str], chosen_at: float | None = None) -> Consent:
        """The choice of a visitor who granted these categories and refused the others.

        Raises ``ValueError`` for a word that is no category.
        """
        given = frozenset(as_categories(granted))
        return cls(given, frozenset(CONSENT_CATEGORIES) - given, frozenset(), chosen_at)

    def grants(self, category: Category) -> bool:
        """Whether the category is granted, under the version in force."""
        return category in self.granted and category not in self.stale

    def answer(self, category: Category) -> bool | None:
        """Return whether a category is granted under the version in force, or refused; ``None`` if it is undecided."""
        if category in self.refused:
            return False
        return True if self.grants(category) else None

    @property
    def is_decided(self) -> bool:
        """Whether the visitor refused anything, or granted anything under the version in force."""
        return bool(self.refused or self.granted - self.stale)

    def with_answers(
        self,
        granted: Iterable[Category],
        refused: Iterable[Category],
        now: float,
        other_versions: Mapping[Category, str] = MappingProxyType({}),
    ) -> Consent:
        """Return this choice with new answers. Older stale grants lapse; older refusals stay.

        ``other_versions``: the digests that the visitor was shown, of categories where they are not those in force. To
        grant such a category makes it stale, unless it is granted under the version in force already.
        """
        new_yes, new_no = frozenset(granted), frozenset(refused)
        current = self.granted - self.stale
        # What counts while no choice can be read is nobody's refusal.
        refused_before = frozenset() if self is UNREADABLE else self.refused
        kept = refused_before - new_yes - new_no
        stale = new_yes.intersection(other_versions) - current
        versions = {category: version for category, version in self.versions.items() if category in kept}
        versions |= {category: other_versions[category] for category in stale}
        return Consent((current - new_no) | new_yes, kept | new_no, stale, now, versions)


#: The choice of a visitor who has made none.
UNDECIDED = Consent()
#: What counts if a request carries more choices than anybody reads: one of them may be an objection, so nothing passes.
#: It has no time, for it is nobody's answer: nothing is deleted for it.
UNREADABLE = Consent(refused=frozenset(CONSENT_CATEGORIES))


def as_categories(names: Iterable[str]) -> tuple[Category, ...]:
    """The categories that words name, *necessary* left out: nobody is asked about it.

    A single word may stand for itself. Raises ``ValueError`` for a word that is no category, and ``TypeError``
    for a mapping.

    >>> as_categories(["statistical", "necessary"])
    (<Category.STATISTICAL: 'statistical'>,)
    """
    if isinstance(names, Mapping):
        raise TypeError("name the categories themselves: a mapping also names those that it says no to")
    words = [names] if isinstance(names, str) else list(names)
    categories = []
    for word in words:
        try:
            category = Category(word)
        except ValueError:
            message = f'"{printable(word)}" is no category; {did_you_mean(str(word), Category)}'
            raise ValueError(message) from None
        if category is not Category.NECESSARY:
            categories.append(category)
    return tuple(categories)
