"""What a visitor chose in each category: granted, refused or undecided, and under which version of the policy.

Rule: consent is what the visitor said, never a guess. A grant under another version is stale, and grants nothing.
A refusal never becomes stale. It holds until the preferences cookie ends, even if the policy changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from cookiewarden.policy.declaration import CONSENT_CATEGORIES, Category
from cookiewarden.policy.other_words import not_a_category

#: Stands for the version of a grant when that version is unknown; it is never in force.
UNKNOWN_VERSION = ""


@dataclass(frozen=True, slots=True)
class Consent:
    """A visitor's choice: the categories ``granted`` and those ``refused``.

    ``stale``: the granted categories that were granted under another version than the one in force. ``chosen_at``:
    seconds since 1970-01-01 UTC; a preferences cookie keeps only the start of the day. ``versions``: for each answer to
    another version, the digest of that version.

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
        """Return the choice of a visitor who granted these categories and refused the others.

        Raises ``ValueError`` for a word that is not a category.
        """
        given = frozenset(as_categories(granted))
        return cls(given, frozenset(CONSENT_CATEGORIES) - given, frozenset(), chosen_at)

    def grants(self, category: Category) -> bool:
        """Return whether the category is granted under the version in force."""
        return category in self.granted and category not in self.stale

    def answer(self, category: Category) -> bool | None:
        """Return ``True`` if a category is granted under the version in force, ``False`` if refused, else ``None``."""
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

        ``other_versions``: for each category that the visitor saw in another version than the one in force, its digest.
        A grant of such a category is stale, unless the category is already granted under the version in force.
        """
        new_yes, new_no = frozenset(granted), frozenset(refused)
        current = self.granted - self.stale
        # UNREADABLE blocks everything, but no visitor refused anything by it.
        refused_before = frozenset() if self is UNREADABLE else self.refused
        kept = refused_before - new_yes - new_no
        stale = new_yes.intersection(other_versions) - current
        versions = {category: version for category, version in self.versions.items() if category in kept}
        versions |= {category: other_versions[category] for category in stale}
        return Consent((current - new_no) | new_yes, kept | new_no, stale, now, versions)


#: The choice of a visitor who has made none.
UNDECIDED = Consent()
#: The consent of a request with more choices than are read. One of them may be a refusal, so nothing passes.
#: It has no time, because no visitor gave this answer; so no cookie is deleted for it.
UNREADABLE = Consent(refused=frozenset(CONSENT_CATEGORIES))


def as_categories(names: Iterable[str]) -> tuple[Category, ...]:
    """Return the categories with these names. *Necessary* is left out, because it needs no consent.

    ``names`` may be a single name. Raises ``ValueError`` for a word that is not a category, and ``TypeError`` for a
    mapping.

    >>> as_categories(["statistical", "necessary"])
    (<Category.STATISTICAL: 'statistical'>,)
    """
    if isinstance(names, Mapping):
        raise TypeError("pass the names of the categories, not a mapping: its keys also name those set to False")
    words = [names] if isinstance(names, str) else list(names)
    categories = []
    for word in words:
        try:
            category = Category(word)
        except ValueError:
            raise ValueError(not_a_category(word)) from None
        if category is not Category.NECESSARY:
            categories.append(category)
    return tuple(categories)
