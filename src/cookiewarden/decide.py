"""Whether a Set-Cookie line may pass, and why: the order of decision, in one place.

malformed → blocked; well-formed deletion → allowed; necessary → allowed; undeclared → blocked; then consent.
Rule: nothing is asked but the line, the policy, the consent and the time. A line passes only if every name that
an engine may store it under may.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cookiewarden.classify import Classifier
from cookiewarden.consent import Consent
from cookiewarden.declaration import Category, Declaration
from cookiewarden.set_cookie import SERVER_BLANKS, is_deletion, read_names


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


_REMEMBERED_NAMES = 512
_REMEMBERED_OCTETS = 256

#: The reasons for which a line passes.
ALLOWING = frozenset({Reason.DELETION, Reason.NECESSARY, Reason.ANONYMIZED, Reason.CONSENTED})


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one line. ``names``: the octets of every name that an engine may store it under.

    ``declaration`` is ``None`` where nothing declared covers the name that decided; ``category`` is then a label.

    >>> from cookiewarden import Policy
    >>> decision = Policy.from_mapping({"site": {"name": "Exampletown"}}).decide("_ga=1; Path=/")
    >>> decision.allowed, decision.category.value, decision.names, decision.reason.value
    (False, 'first-party', (b'_ga',), 'undeclared')
    """

    allowed: bool
    category: Category
    declared: bool
    declaration: Declaration | None
    names: tuple[bytes, ...]
    reason: Reason


#: The reason for which a line passes or not, the declaration that it is about, and the line's names.
Judgement = tuple[Reason, Declaration | None, tuple[bytes, ...]]


class Room:
    """How many more names the judges that share it may remember together; about so many, between threads."""

    __slots__ = ("left",)

    def __init__(self, names: int) -> None:
        self.left = names


class Judge:
    """Judges lines under one policy and one consent; what the name alone decides is remembered, as long as there
    is room.

    ``classifier`` is ``None`` for a host that no policy speaks for. Safe to share between threads.
    """

    __slots__ = ("_by_name", "_classifier", "_consent", "_room")

    def __init__(self, classifier: Classifier | None, consent: Consent, room: Room) -> None:
        self._classifier = classifier
        self._consent = consent
        self._room = room
        self._by_name: dict[bytes, Judgement] = {}

    def judge(self, line: bytes, now: float, is_exact: bool = True) -> Judgement:
        """What becomes of one line; ``now`` is in seconds since 1970-01-01 UTC.

        Without ``is_exact``, a line that its name lets pass is not looked at as a deletion besides.
        """
        start, equals, _ = line.partition(b"=")
        judgement = self._by_name.get(start)
        # A line that begins with a known name and "=" has that name for every engine, if CR, LF and NUL are not in it:
        # has_terminator, without the call, for every line that leaves the app comes by here.
        if judgement is None or not equals or 13 in line or 10 in line or 0 in line:
            names, is_malformed = read_names(line)
            if is_malformed:
                return Reason.MALFORMED, None, names
            judgement = self._judge_name(names[0])
            if names == (start,) and len(start) <= _REMEMBERED_OCTETS:
                self._remember(start, judgement)
        if (is_exact or judgement[0] not in ALLOWING) and is_deletion(line, now):
            return Reason.DELETION, judgement[1], judgement[2]
        return judgement

    def _remember(self, name: bytes, judgement: Judgement) -> None:
        if len(self._by_name) >= _REMEMBERED_NAMES:
            self._room.left += len(self._by_name)
            self._by_name.clear()
        if self._room.left > 0:
            self._room.left -= 1
            self._by_name[name] = judgement

    def _judge_name(self, name: bytes) -> Judgement:
        classifier = self._classifier
        if classifier is None:
            return Reason.NO_POLICY, None, (name,)
        declaration = classifier.declaration_of(name)
        reason = _reason(declaration, self._consent)
        stripped = name.strip(SERVER_BLANKS)
        if stripped != name and stripped and reason in ALLOWING:
            # Some servers strip a line before it goes out, and browsers then read this name.
            declaration = classifier.declaration_of(stripped)
            reason = _reason(declaration, self._consent)
        return reason, declaration, (name,)


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
