"""Of what a site asks its visitors: the categories that need an answer, and the answers so far.

Rule: nobody is asked about a category in which nothing needs consent, nor again about one that was refused. A stale
grant is no answer.
"""

from __future__ import annotations

from cookiewarden.consent import Consent
from cookiewarden.declaration import CONSENT_CATEGORIES, Category
from cookiewarden.policy import Policy


def offered_categories(policy: Policy, consent: Consent) -> tuple[Category, ...]:
    """The categories that a visitor may grant or refuse here: those that the site has cookies of, and those that were
    granted all the same, for a script or a frame that sets cookies of its own."""
    offered = {declaration.category for declaration in policy.declarations} | consent.granted
    return tuple(category for category in CONSENT_CATEGORIES if category in offered)


def is_asked(policy: Policy, consent: Consent, is_exempt: bool | None) -> bool:
    """Whether a visitor still owes an answer, under the version in force; none where consent is not needed."""
    return not is_exempt and any(answer_to(category, consent) is None for category in policy.asked_categories)


def banner_categories(policy: Policy, consent: Consent) -> tuple[Category, ...]:
    """Return the categories that a banner asks about: not those that the visitor refused."""
    return tuple(category for category in policy.asked_categories if category not in consent.refused)


def answer_to(category: Category, consent: Consent) -> bool | None:
    """Whether a category is refused, or granted under the version in force; ``None`` where it is not decided."""
    if category in consent.refused:
        return False
    return True if consent.grants(category) else None
