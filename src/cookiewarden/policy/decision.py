"""Whether a Set-Cookie line may pass, and why: the order of decision, in one place.

malformed → blocked; well-formed deletion → allowed; necessary → allowed; undeclared → blocked; then consent. A deletion
that is less than a day past is allowed where nothing else lets it pass, and then leaves with Max-Age=0 added.
Rule: nothing is asked but the line, the policy, the consent and the time. A line passes only if every name that
an engine may store it under may.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cookiewarden.http.matching import is_foreign
from cookiewarden.http.set_cookie import SetCookie
from cookiewarden.http.set_cookie_line import SERVER_BLANKS, missing_to_delete, read_names
from cookiewarden.policy.consent import Consent
from cookiewarden.policy.declaration import Category, Declaration
from cookiewarden.policy.names import Classifier


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
    EXEMPT = "exempt"


_REMEMBERED_NAMES = 512
_REMEMBERED_OCTETS = 256

_NOT_REFUSED = frozenset({Reason.NECESSARY, Reason.DELETION})
_OPEN = frozenset({Reason.UNDECIDED, Reason.ANONYMIZED, Reason.DELETION})

#: The reasons for which a line passes.
ALLOWING = frozenset({Reason.DELETION, Reason.NECESSARY, Reason.ANONYMIZED, Reason.CONSENTED, Reason.EXEMPT})


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


class Verdict:
    """The reason for which a line passes or not, the declaration that it is about, and the line's names.

    Mostly one object serves all lines of a name, so that it may be compared, and counted, by what it is.
    """

    __slots__ = ("declaration", "is_allowed", "is_open", "is_personal", "is_storing", "lacks", "names", "reason")

    def __init__(
        self, reason: Reason, declaration: Declaration | None, names: tuple[bytes, ...], lacks: bytes = b""
    ) -> None:
        self.reason = reason
        self.declaration = declaration
        self.names = names
        #: What a deletion lacks for every engine to read it so; it must be added where the line would be stripped.
        self.lacks = lacks
        self.is_allowed = reason in ALLOWING
        #: Whether more than the line has a say: what the visitor chose, or what time the response says it is.
        self.is_open = reason in _OPEN
        #: Whether it stores a cookie that the visitor may refuse, now or later.
        self.is_storing = declaration is not None and reason not in _NOT_REFUSED
        #: Whether it passes because of this visitor, who may refuse it: it was granted, or not refused yet.
        self.is_personal = self.is_allowed and self.is_storing

    @property
    def kind(self) -> str:
        """The category that was declared; for what has none, the reason. A name of which some servers make another is
        taken for malformed, and the deletion of what is not declared for undeclared."""
        if self.names[0] != self.names[0].strip(SERVER_BLANKS):
            return Reason.MALFORMED
        if self.declaration is None and self.reason is Reason.DELETION:
            return Reason.UNDECLARED
        return self.reason if self.declaration is None else self.declaration.category


def category_of(judgement: Verdict, cookie: SetCookie) -> Category:
    """The category that was declared; an undeclared line gets its label from what ``cookie`` says."""
    return label(cookie) if judgement.declaration is None else judgement.declaration.category


def decision_of(judgement: Verdict, cookie: SetCookie) -> Decision:
    """The whole decision; ``cookie`` is the line that was judged, read."""
    declaration, names, reason = judgement.declaration, judgement.names, judgement.reason
    category = category_of(judgement, cookie)
    return Decision(judgement.is_allowed, category, declaration is not None, declaration, names, reason)


class Room:
    """How many more names the judges that share it may remember together; about so many, between threads."""

    __slots__ = ("left",)

    def __init__(self, names: int) -> None:
        self.left = names


class Judge:
    """Judges lines under one policy and one consent; what the name alone decides is remembered, as long as there
    is room.

    ``classifier`` is ``None`` for a host that no policy speaks for. ``is_exempt``: consent is not needed, though a
    refusal counts. Safe to share between threads.
    """

    __slots__ = ("_by_name", "_classifier", "_consent", "_is_exempt", "_room")

    def __init__(self, classifier: Classifier | None, consent: Consent, room: Room, is_exempt: bool = False) -> None:
        self._classifier = classifier
        self._consent = consent
        self._is_exempt = is_exempt
        self._room = room
        self._by_name: dict[bytes, Verdict] = {}

    def __del__(self) -> None:
        self._room.left += len(self._by_name)  # the others may have what it leaves

    def judge(self, line: bytes, now: float, is_exact: bool = True) -> Verdict:
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
                return Verdict(Reason.MALFORMED, None, names)
            judgement = self._judge_name(names[0])
            if names == (start,) and len(start) <= _REMEMBERED_OCTETS:
                self._remember(start, judgement)
        if is_exact or not judgement.is_allowed:
            lacks = missing_to_delete(line, now)
            if lacks is not None and not (lacks and judgement.is_allowed):
                return Verdict(Reason.DELETION, judgement.declaration, judgement.names, lacks)
        return judgement

    def _remember(self, name: bytes, judgement: Verdict) -> None:
        if len(self._by_name) >= _REMEMBERED_NAMES:
            self._room.left += len(self._by_name)
            self._by_name.clear()
        if self._room.left > 0:
            self._room.left -= 1
            self._by_name[name] = judgement

    def _judge_name(self, name: bytes) -> Verdict:
        classifier = self._classifier
        if classifier is None:
            return Verdict(Reason.NO_POLICY, None, (name,))
        declaration = classifier.declaration_of(name)
        reason = self._reason(declaration)
        stripped = name.strip(SERVER_BLANKS)
        if not stripped:
            return Verdict(Reason.MALFORMED, None, (name,))
        if stripped != name and reason in ALLOWING:
            # Some servers strip a line before it goes out, and browsers then read this name.
            declaration = classifier.declaration_of(stripped)
            reason = self._reason(declaration)
        return Verdict(reason, declaration, (name,))

    def _reason(self, declaration: Declaration | None) -> Reason:
        if declaration is None:
            return Reason.UNDECLARED
        category = declaration.category
        if category is Category.NECESSARY:
            return Reason.NECESSARY
        if self._consent.grants(category):
            return Reason.CONSENTED
        if category in self._consent.refused:
            return Reason.REFUSED  # also what is exempt from consent, for that is not exempt from objection
        if declaration.anonymized:
            return Reason.ANONYMIZED
        if self._is_exempt:
            return Reason.EXEMPT
        return Reason.STALE if category in self._consent.stale else Reason.UNDECIDED


def label(cookie: SetCookie) -> Category:
    """The category that an undeclared cookie is shown under: that of a foreign Domain is third-party."""
    return Category.THIRD_PARTY if is_foreign(cookie.attribute(b"domain"), cookie.host) else Category.FIRST_PARTY
