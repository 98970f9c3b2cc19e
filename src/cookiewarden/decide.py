"""Whether a Set-Cookie line may pass, and why: the order of decision, in one place.

malformed → blocked; well-formed deletion → allowed; necessary → allowed; undeclared → blocked; then consent.
Rule: pure functions. Every name that an engine may store the line under must be allowed to pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cookiewarden.classify import Classifier
from cookiewarden.consent import Consent
from cookiewarden.declaration import Category, Declaration
from cookiewarden.set_cookie import is_deletion, is_malformed, names_of


class Reason(StrEnum):
    """Why a line passes or not. Members are added, never renamed.

    >>> Reason("stale") is Reason.STALE
    True
    """

    MALFORMED = "malformed"
    DELETION = "deletion"
    NECESSARY = "necessary"
    ANONYMIZED = "anonymized"
    CONSENTED = "consented"
    UNDECIDED = "undecided"
    REFUSED = "refused"
    STALE = "stale"
    UNDECLARED = "undeclared"
    NO_POLICY = "no-policy"


#: The reasons for which a line passes.
ALLOWING = frozenset({Reason.DELETION, Reason.NECESSARY, Reason.ANONYMIZED, Reason.CONSENTED})


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one line. ``names``: the octets of every name that an engine may store it under.

    ``declaration`` is ``None`` where nothing declared covers the name that decided; ``category`` is then a label.
    """

    allowed: bool
    category: Category
    declared: bool
    declaration: Declaration | None
    names: tuple[bytes, ...]
    reason: Reason


def judge(
    line: bytes, classifier: Classifier | None, consent: Consent, now: float
) -> tuple[Reason, Declaration | None, tuple[bytes, ...]]:
    """The reason for which a line passes or not, the declaration that it is about, and the line's names.

    ``classifier`` is ``None`` for a host that no policy speaks for; ``now`` is in seconds since 1970-01-01 UTC.
    """
    names = names_of(line)
    if is_malformed(line, names):
        return Reason.MALFORMED, None, names
    declaration = None if classifier is None else classifier.declaration_of(names[0])
    if is_deletion(line, now):
        return Reason.DELETION, declaration, names
    if classifier is None:
        return Reason.NO_POLICY, None, names
    for name in names:
        declaration = classifier.declaration_of(name)
        reason = _reason(declaration, consent)
        if reason not in ALLOWING:
            break
    return reason, declaration, names


def _reason(declaration: Declaration | None, consent: Consent) -> Reason:
    if declaration is None:
        return Reason.UNDECLARED
    category = declaration.category
    if category is Category.NECESSARY:
        return Reason.NECESSARY
    if consent.grants(category):
        return Reason.CONSENTED
    if declaration.anonymized:
        # Exempt from consent, not from objection; and an objection outlives the version it was made under.
        return Reason.REFUSED if category in consent.refused else Reason.ANONYMIZED
    if category in consent.stale:
        return Reason.STALE
    return Reason.REFUSED if category in consent.refused else Reason.UNDECIDED
