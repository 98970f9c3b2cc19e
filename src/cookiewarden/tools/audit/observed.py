"""What an audit observed: the pages that it opened, and the Set-Cookie lines and cookies that it saw, by state.

Rule: these are values, as they arrived. Nothing here judges them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

#: What an audit without a browser cannot see.
NO_SCRIPTS = "No script ran, so the audit does not see what scripts set, read or keep, in any state."
_BAD = 400
#: Why a visitor could not withdraw.
NOTHING_ACCEPTED = "Nothing was accepted, so nothing could be withdrawn."


class State(StrEnum):
    """What the visitor had chosen when something was seen.

    >>> [state.value for state in State]
    ['no choice', 'refused', 'accepted', 'withdrawn', 'any choice']
    """

    NO_CHOICE = "no choice"
    REFUSED = "refused"
    ACCEPTED = "accepted"
    #: Accepted first, and refused then.
    WITHDRAWN = "withdrawn"
    #: What was seen says nothing of choices, and is of many visitors.
    ANY_CHOICE = "any choice"


#: The states that a visit can bring about.
CHOICES = (State.NO_CHOICE, State.REFUSED, State.ACCEPTED, State.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Page:
    """One request: its state, its address, and the status of the response, ``None`` if there was none.

    ``problem``: why the response says nothing of the site, as words that follow its address, such as ``"answers with a
    challenge"``; ``""`` if it does.
    """

    state: State
    url: str
    status: int | None
    problem: str = ""

    @property
    def is_seen(self) -> bool:
        """Whether the response shows the page, or leads to another one.

        >>> Page(State.NO_CHOICE, "https://shop.example/", 404).is_seen
        False
        """
        return not self.problem and self.status is not None and 0 < self.status < _BAD


@dataclass(frozen=True, slots=True)
class SeenLine:
    """One Set-Cookie line: its state, the address of the response, the line as it arrived, and when it did.

    ``received``: seconds since 1970-01-01 UTC. ``set_by``: what set the cookie, if that was not the response itself,
    such as the address of a script. ``method``: that of the request. ``is_partial``: whether the line was made of facts
    that may lack attributes.
    """

    state: State
    url: str
    line: bytes
    received: float
    set_by: str = ""
    method: str = "GET"
    is_partial: bool = False


@dataclass(frozen=True, slots=True)
class SentCookie:
    """A cookie that a request carried, by its name: its state, and the address and the method of the request.

    After a withdrawal, only what was sent once the site had answered a page counts, for it deletes cookies in answers.
    """

    state: State
    url: str
    name: bytes
    method: str = "GET"


@dataclass(frozen=True, slots=True)
class SeenHost:
    """A host that the browser contacted, in lower case, with its port if that is not the default one; its state."""

    state: State
    host: str


@dataclass(frozen=True, slots=True)
class SeenKey:
    """A key that a page keeps in the storage of the browser: its state, and the origin of the page or frame.

    ``kind``: ``"local-storage"`` or ``"session-storage"``, as the policy names them.
    """

    state: State
    origin: str
    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class Screenshot:
    """A picture of a page, as evidence: its state and address, its file, and the SHA-256 of that, in hex."""

    state: State
    url: str
    file: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Observed:
    """All that was seen of one target.

    ``states``: those that were reached; what was not reached was not verified. ``cut``: those of which a part was not
    seen, because of a bound, or because a page that was named did not show it. ``reasons``: by state, a sentence that
    says why it was not reached or wholly seen, if there is one. ``notes``: sentences for the reader about the whole,
    such as that a bound ended the visit. ``how``: how it was looked at, in a few words. ``began``: seconds since
    1970-01-01 UTC. ``published``: the policy that the site itself publishes as JSON, as it arrived; empty if there is
    none. ``storage`` and ``screenshots``: only an audit with a browser has them. ``site``: the host of the site, if no
    page tells it. ``has_scripts``: whether pages hold scripts that did not run.

    >>> Observed("shop.example", frozenset({State.NO_CHOICE})).lines
    ()
    """

    target: str
    states: frozenset[State]
    pages: tuple[Page, ...] = ()
    lines: tuple[SeenLine, ...] = ()
    sent: tuple[SentCookie, ...] = ()
    notes: tuple[str, ...] = ()
    hosts: tuple[SeenHost, ...] = ()
    how: str = ""
    began: float = 0.0
    published: bytes = b""
    storage: tuple[SeenKey, ...] = ()
    screenshots: tuple[Screenshot, ...] = ()
    cut: frozenset[State] = frozenset()
    reasons: Mapping[State, str] = field(default_factory=dict)
    site: str = ""
    has_scripts: bool = False

    @property
    def answered(self) -> int:
        """How many addresses of pages answered, in any state."""
        return len({page.url for page in self.pages if page.status is not None})
