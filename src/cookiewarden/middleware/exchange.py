"""What the middleware knows of one request while the app answers it.

Rule: the choice is read only when the app asks for it, or when a cookie needs it. A new choice counts for the response
that follows, which also writes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from cookiewarden.choices.record import ChoiceSource
from cookiewarden.http.request import Carrier, Request, RequestSnapshot
from cookiewarden.policy.consent import UNDECIDED, Consent
from cookiewarden.policy.declaration import Declaration
from cookiewarden.policy.judge import Judge
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.signals import Signals

if TYPE_CHECKING:
    from cookiewarden.pages.router import Pages

#: The key under which an adapter keeps the exchange in the ASGI scope or the WSGI environ.
KEY = "cookiewarden.exchange"


class Owner(Protocol):
    """What an exchange needs of the screener that it belongs to."""

    clock: Callable[[], float]
    pages: Pages | None

    def request(self, exchange: Exchange, carrier: Carrier) -> Request:
        """Return what the request says."""

    def consent_of(self, exchange: Exchange, carrier: Carrier) -> Consent:
        """Return what the visitor chose; read it once."""

    def is_exempt(self, exchange: Exchange) -> bool:
        """Return whether no consent is needed for the request."""

    def signals_of(self, exchange: Exchange, carrier: Carrier) -> Signals:
        """Return the signals of the request; read them once."""

    def count_banner(self, exchange: Exchange) -> None:
        """Count the banner that the response shows; count it once."""


class Exchange(RequestSnapshot):
    """The state of one request; an adapter makes one for every request, so it starts as small as can be."""

    # The adapter sets these, because they are often read. Python reads an attribute of an object five times as fast as
    # one of its class, and a constructor would take twice as long.
    owner: Owner
    judge: Judge | None  # by the visitor's choice; ``None``: not looked up yet
    is_used: bool  # the app asked for its choice

    # The screener or the app may change these; they are seldom read.
    consent: Consent | None = None  # what the visitor chose; ``None``: not read yet
    policy: Policy | None = None  # set by ``ServedSites.policy_of``; ``None`` also if no policy speaks for the host
    signals: Signals | None = None  # what the browser said with the request; ``None``: not read yet
    unwanted: Mapping[bytes, Declaration] = {}  # sent cookies that the app may not read and a response can delete
    is_read = False  # the app read its choice: the response then depends on the cookie
    is_changed = False  # the app changed its choice
    consent_before: Consent = UNDECIDED  # what the visitor chose before that change
    is_sent = False  # the headers went out
    is_recorded = False  # the new choice was counted, and ``on_choice`` was called
    is_banner_counted = False  # a banner was put into the response
    read_headers: tuple[str, ...] = ()  # further ones of the request that the response depends on
    is_own_page = False  # one of our own pages answers it
    is_sampled = False  # a document that answers it asks for reports; see the option ``csp``
    is_localized = False  # the app put our translated text into its response
    is_linked = False  # the app put a link to the preferences into its response
    embeds: dict[str, int] | None = None  # by id, how many elements of it the app put into its response
    is_exempt: bool | None = None  # consent is not needed; ``None``: not asked yet
    is_reported: bool | None = None  # lines are reported, not blocked; ``None``: not asked yet
    how = ChoiceSource.VIEW  # who changed the choice

    def choose(self, consent: Consent) -> None:
        """Make a new choice count; the headers must not have gone out."""
        if not self.is_changed:
            self.consent_before = self.consent or UNDECIDED
        self.consent = consent
        self.judge = None
        self.is_changed = True

    def depend_on(self, *headers: str) -> None:
        """Remember that the response depends on these headers of the request."""
        self.read_headers = tuple(dict.fromkeys((*self.read_headers, *headers)))

    def unused_id(self, given: str) -> str:
        """Return an id for an element of the response; if it is taken, with a number that the next response repeats."""
        self.embeds = self.embeds or {}
        number = self.embeds[given] = self.embeds.get(given, 0) + 1
        return given if number == 1 else f"{given}-{number}"

    def __deepcopy__(self, memo: object) -> Exchange:
        """Return the exchange itself: a copy of a scope belongs to the same request."""
        return self
