"""What a decision on a Set-Cookie line says: the reason, the verdict inside the package, the decision outside it.

Rule: a value. ``judge`` decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cookiewarden.http.matching import is_foreign
from cookiewarden.http.set_cookie import SetCookie
from cookiewarden.http.set_cookie_line import SERVER_BLANKS, SeenAttributes
from cookiewarden.policy.declaration import Category, Declaration
from cookiewarden.policy.lifetimes import rules_of


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
    SIGNAL = "signal"
    RENEWAL = "renewal"


_NOTHING: SeenAttributes = {}
_NOT_REFUSED = frozenset({Reason.NECESSARY, Reason.DELETION})
_OPEN = frozenset({Reason.UNDECIDED, Reason.ANONYMIZED, Reason.EXEMPT, Reason.DELETION})

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
