"""What is known of one request while it is answered.

Rule: the choice is read when the app asks for it, or when a cookie needs it. The response that follows writes a new
one, so that a change counts for that very response.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from cookiewarden.choices.record import ChoiceSource
from cookiewarden.http.request import Carrier, Request, RequestSnapshot
from cookiewarden.policy.consent import UNDECIDED, Consent
from cookiewarden.policy.decision import Judge
from cookiewarden.policy.declaration import Category, Declaration
from cookiewarden.policy.policy import Policy

if TYPE_CHECKING:
    from cookiewarden.pages import Pages

#: Where an adapter leaves the exchange of a request: in the ASGI scope, or the WSGI environ.
KEY = "cookiewarden.exchange"


class Owner(Protocol):
    """What an exchange needs of the screener that it belongs to."""

    clock: Callable[[], float]
    pages: Pages | None

    def request(self, exchange: Exchange, carrier: Carrier) -> Request:
        """Return what the request says of itself."""

    def consent_of(self, exchange: Exchange, carrier: Carrier) -> Consent:
        """Return what the visitor chose; read once."""

    def is_exempt(self, exchange: Exchange) -> bool:
        """Return whether no consent is needed for the request."""


class Exchange(RequestSnapshot):
    """The state of one request; an adapter makes one for every request, so it starts as small as can be."""

    # What the adapter sets, though most of it is ``None``: Python reads what an object has of its own five times as
    # fast as what stays on its class, and a constructor would take twice as long.
    owner: Owner
    policy: Policy | None  # not asked for yet, or none speaks for the host
    consent: Consent | None  # not asked for yet
    judge: Judge | None  # by that consent; not asked for yet
    declined: Mapping[bytes, Declaration] | None  # what it sent and the visitor refused; not looked for yet
    is_used: bool  # the app asked for its choice

    # What holds until the screener or the app says otherwise, and is seldom read.
    is_read = False  # the app read its choice: the response then depends on the cookie
    is_changed = False  # the app changed its choice
    refused_before: frozenset[Category] = frozenset()  # what was refused before that
    is_sent = False  # the headers went out
    is_recorded = False  # and the site's own record of the choice was made
    is_localized = False  # the app put words of ours into its response
    is_exempt: bool | None = None  # consent is not needed for it; not asked for yet
    is_reported: bool | None = None  # nothing is blocked, it is only reported; not asked for yet
    how = ChoiceSource.VIEW  # who changed the choice

    def choose(self, consent: Consent) -> None:
        """Make a new choice count, while the headers have not gone out."""
        if not self.is_changed:
            self.refused_before = (self.consent or UNDECIDED).refused
        self.consent = consent
        self.judge = self.declined = None
        self.is_changed = True

    def __deepcopy__(self, memo: object) -> Exchange:
        """A copy of a scope is about the same exchange."""
        return self
