"""Decides whether a Set-Cookie line may pass, and why: the order of decision, in one place.

malformed → blocked; well-formed deletion → allowed; necessary → allowed; undeclared → blocked; then consent. A deletion
less than a day past is allowed if nothing else lets it pass; it then leaves with Max-Age=0 added.
Rule: only the line, the policy, the consent and the time decide. A line passes only if every name that an engine may
store it under may pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cookiewarden.http.matching import is_foreign
from cookiewarden.http.set_cookie import SetCookie
from cookiewarden.http.set_cookie_line import (
    SERVER_BLANKS,
    SeenAttributes,
    has_terminator,
    missing_to_delete,
    read_names,
)
from cookiewarden.policy.consent import Consent
from cookiewarden.policy.declaration import Category, Declaration
from cookiewarden.policy.lifetimes import rules_of
from cookiewarden.policy.names import NameTable


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
    RENEWAL = "renewal"


# A judge remembers so many names, of so many bytes each; all judges together remember so many verdicts.
_REMEMBERED_NAMES = 512
_REMEMBERED_BYTES = 256
_REMEMBERED_VERDICTS = 65_536
# Enough for 10,000 sites with a few answers on each.
_REMEMBERED_JUDGES = 32_768

_NOTHING: SeenAttributes = {}
_NOT_REFUSED = frozenset({Reason.NECESSARY, Reason.DELETION})
_OPEN = frozenset({Reason.UNDECIDED, Reason.ANONYMIZED, Reason.DELETION})

#: The reasons for which a line passes.
ALLOWING = frozenset({Reason.DELETION, Reason.NECESSARY, Reason.ANONYMIZED, Reason.CONSENTED, Reason.EXEMPT})


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one line. ``names``: the bytes of every name that an engine may store it under.

    ``declaration`` is ``None`` if no declaration covers the name that decided; ``category`` is then a label.

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
    """Why a line passes or not, the declaration that covers it, and its names.

    Mostly one object serves all lines of a name, so it can be compared and counted by identity.
    """

    __slots__ = (
        "declaration",
        "is_allowed",
        "is_open",
        "is_personal",
        "is_renewable",
        "is_settled",
        "is_storing",
        "lacks",
        "names",
        "reason",
        "renewal",
        "rules",
        "seen",
        "site",
    )

    def __init__(
        self,
        reason: Reason,
        declaration: Declaration | None,
        names: tuple[bytes, ...],
        site: str = "",
        lacks: bytes = b"",
    ) -> None:
        self.reason = reason
        #: The id of the site, ``""`` if no policy speaks for the host.
        self.site = site
        self.declaration = declaration
        self.names = names
        #: What a deletion lacks for every engine to read it so; it is added if the line would be stripped.
        self.lacks = lacks
        self.is_allowed = reason in ALLOWING
        #: Whether the visitor's choice, or the time that the response gives, may change it.
        self.is_open = reason in _OPEN
        #: Whether it stores a cookie that the visitor may refuse, now or later.
        self.is_storing = declaration is not None and reason not in _NOT_REFUSED
        #: Whether it passes because of this visitor, who may refuse it: it was granted, or not refused yet.
        self.is_personal = self.is_allowed and self.is_storing
        is_kept = declaration is not None and self.is_allowed and reason is not Reason.DELETION
        #: What holds for the attributes of such a line, if it passes and stores a cookie.
        self.rules = rules_of(declaration) if is_kept and declaration is not None else None
        #: Whether such a line is dropped if the browser has the cookie with this value. ``renewal`` is then the verdict
        #: on it; ``None`` until the first such line.
        self.is_renewable = (
            self.is_personal and declaration is not None and declaration.category is Category.STATISTICAL
        )
        self.renewal: Verdict | None = None
        #: Whether attributes do not matter, so that such a line is only counted.
        self.is_settled = reason is Reason.NECESSARY and self.rules is None
        #: The hashes of attributes with which such lines were seen, and until when these store a cookie. The middleware
        #: puts them here when there is nothing more to report or to learn of such a line.
        self.seen: SeenAttributes = _NOTHING

    @property
    def kind(self) -> str:
        """The declared category; without a declaration, the reason.

        A name that some servers change counts as malformed, and the deletion of an undeclared cookie as undeclared.
        """
        if self.names[0] != self.names[0].strip(SERVER_BLANKS):
            return Reason.MALFORMED
        if self.declaration is None and self.reason is Reason.DELETION:
            return Reason.UNDECLARED
        return self.reason if self.declaration is None else self.declaration.category


def category_of(verdict: Verdict, cookie: SetCookie) -> Category:
    """Return the declared category; for an undeclared line, a label by what ``cookie`` says."""
    if verdict.declaration is not None:
        return verdict.declaration.category
    return Category.THIRD_PARTY if is_foreign(cookie.attribute(b"domain"), cookie.host) else Category.FIRST_PARTY


def decision_of(verdict: Verdict, cookie: SetCookie) -> Decision:
    """Return the whole decision; ``cookie`` is the judged line, parsed."""
    declaration, names, reason = verdict.declaration, verdict.names, verdict.reason
    return Decision(
        verdict.is_allowed, category_of(verdict, cookie), declaration is not None, declaration, names, reason
    )


class Judges:
    """The judges of many sites, and the bound on what all of them remember together. Threads may share it.

    When there is no room left, all of it is forgotten. That costs time, but changes no verdict.
    """

    def __init__(self) -> None:
        self._by_answers: dict[object, Judge] = {}
        self._room = _REMEMBERED_VERDICTS

    def judge_of(
        self, declared: NameTable[Declaration] | None, consent: Consent, is_exempt: bool = False, site: str = ""
    ) -> Judge:
        """Return the judge for a policy's names and these answers; most visitors of a site give one of a few."""
        answers = (declared, consent.granted, consent.refused, consent.stale, is_exempt)
        judge = self._by_answers.get(answers)
        if judge is None:
            if len(self._by_answers) >= _REMEMBERED_JUDGES:
                self._forget_verdicts(is_last=True)
                self._by_answers.clear()
            judge = self._by_answers[answers] = Judge(declared, consent, is_exempt, site, self)
        return judge

    def take_room(self) -> None:
        """Take the room for one more verdict, and make it first if there is none."""
        if self._room <= 0:
            self._forget_verdicts()
        self._room -= 1

    def _forget_verdicts(self, *, is_last: bool = False) -> None:
        for judge in list(self._by_answers.values()):
            judge.forget(is_last=is_last)
        self._room = _REMEMBERED_VERDICTS


class Judge:
    """Judges lines under one policy and one consent, and remembers what the name alone decides.

    ``declared`` is ``None`` for a host that no policy speaks for. ``is_exempt``: consent is not needed, but a refusal
    counts. Without ``judges``, which bound its memory, it remembers nothing. Threads may share it.
    """

    __slots__ = ("_consent", "_declared", "_is_exempt", "_judges", "_site", "by_name")

    def __init__(
        self,
        declared: NameTable[Declaration] | None,
        consent: Consent,
        is_exempt: bool = False,
        site: str = "",
        judges: Judges | None = None,
    ) -> None:
        self._declared = declared
        self._consent = consent
        self._is_exempt = is_exempt
        self._site = site
        self._judges = judges
        #: The verdict on a line of each name, if the line is well-formed and not a deletion.
        self.by_name: dict[bytes, Verdict] = {}

    def forget(self, *, is_last: bool) -> None:
        """Forget all names; ``is_last``: and remember none from now on."""
        if is_last:
            self._judges = None
        self.by_name.clear()

    def judge(self, line: bytes, now: float, is_exact: bool = True) -> Verdict:
        """Judge one line; ``now`` is in seconds since 1970-01-01 UTC.

        Without ``is_exact``, a line that passes by its name is not checked for being a deletion as well.
        """
        start, equals, _ = line.partition(b"=")
        verdict = self.by_name.get(start)
        # A line that begins with a known name and "=" has that name for every engine, if CR, LF and NUL are not in it.
        if verdict is None or not equals or has_terminator(line):
            names, is_malformed = read_names(line)
            if is_malformed:
                return Verdict(Reason.MALFORMED, None, names, self._site)
            verdict = self._judge_name(names[0])
            judges = self._judges
            if names == (start,) and len(start) <= _REMEMBERED_BYTES and judges is not None:
                judges.take_room()
                if len(self.by_name) >= _REMEMBERED_NAMES:
                    self.by_name.clear()
                self.by_name[start] = verdict
        if is_exact or not verdict.is_allowed:
            lacks = missing_to_delete(line, now)
            if lacks is not None and not (lacks and verdict.is_allowed):
                return Verdict(Reason.DELETION, verdict.declaration, verdict.names, self._site, lacks)
        return verdict

    def _judge_name(self, name: bytes) -> Verdict:
        declared = self._declared
        if declared is None:
            return Verdict(Reason.NO_POLICY, None, (name,), self._site)
        declaration = declared.find(name)
        reason = self._reason(declaration)
        stripped = name.strip(SERVER_BLANKS)
        if not stripped:
            return Verdict(Reason.MALFORMED, None, (name,), self._site)
        if stripped != name and reason in ALLOWING:
            # Some servers strip a line before it goes out, and browsers then read this name.
            declaration = declared.find(stripped)
            reason = self._reason(declaration)
        return Verdict(reason, declaration, (name,), self._site)

    def _reason(self, declaration: Declaration | None) -> Reason:
        if declaration is None:
            return Reason.UNDECLARED
        category = declaration.category
        if category is Category.NECESSARY:
            return Reason.NECESSARY
        if self._consent.grants(category):
            return Reason.CONSENTED
        if category in self._consent.refused:
            return Reason.REFUSED  # even if exempt from consent: that is not exempt from objection
        if declaration.anonymized:
            return Reason.ANONYMIZED
        if self._is_exempt:
            return Reason.EXEMPT
        return Reason.STALE if category in self._consent.stale else Reason.UNDECIDED
