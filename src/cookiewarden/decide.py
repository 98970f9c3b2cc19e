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


# As globals, because they stand on the way of every cookie, and a look-up in an enum is slow in Python 3.11.
_MALFORMED, _NECESSARY, _UNDECLARED, _UNDECIDED = (
    Reason.MALFORMED,
    Reason.NECESSARY,
    Reason.UNDECLARED,
    Reason.UNDECIDED,
)

#: The reason for which a line passes or not, the declaration that it is about, and the line's names.
Standing = tuple[Reason, Declaration | None, tuple[bytes, ...]]


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


def standing(line: bytes, classifier: Classifier | None) -> Standing:
    """How a line stands by its names alone: *undecided* where it needs the visitor to be asked.

    ``classifier`` is ``None`` for a host that no policy speaks for.
    """
    names = names_of(line)
    if is_malformed(line, names):
        return _MALFORMED, None, names
    if classifier is None:
        return Reason.NO_POLICY, None, names
    # A well-formed line has one name only: where engines disagree, one of the names is empty.
    declaration = classifier.declaration_of(names[0])
    if declaration is None:
        return _UNDECLARED, None, names
    return _NECESSARY if declaration.category is Category.NECESSARY else _UNDECIDED, declaration, names


def by_consent(declaration: Declaration, consent: Consent) -> Reason:
    """What a visitor's consent says of a cookie that is not necessary."""
    category = declaration.category
    if category in consent.granted and category not in consent.stale:
        return Reason.CONSENTED
    if declaration.anonymized:
        # Exempt from consent, not from objection; and an objection outlives the version it was made under.
        return Reason.REFUSED if category in consent.refused else Reason.ANONYMIZED
    if category in consent.stale:
        return Reason.STALE
    return Reason.REFUSED if category in consent.refused else Reason.UNDECIDED


def or_deletion(reason: Reason, line: bytes, now: float) -> Reason:
    """The reason, or that the line is a well-formed deletion; ``now`` is in seconds since 1970-01-01 UTC."""
    return Reason.DELETION if reason is not _MALFORMED and is_deletion(line, now) else reason


def judge(line: bytes, classifier: Classifier | None, consent: Consent, now: float) -> Standing:
    """The whole order of decision, for a visitor of that consent."""
    reason, declaration, names = standing(line, classifier)
    if reason is Reason.UNDECIDED and declaration is not None:
        reason = by_consent(declaration, consent)
    return or_deletion(reason, line, now), declaration, names
