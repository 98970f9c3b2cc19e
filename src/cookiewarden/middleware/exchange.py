"""What is known of one request while it is answered, and the part of it that the app sees: its ``Choice``.

Rule: the choice is read when the app asks for it, or when a cookie needs it; it is written by the response
that follows, so a change counts for that very response.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cookiewarden.choices.record import ChoiceSource
from cookiewarden.policy.consent import UNDECIDED, Consent
from cookiewarden.policy.declaration import Category, Declaration

if TYPE_CHECKING:
    from cookiewarden.middleware.screening import Warden
    from cookiewarden.policy.decision import Judge
    from cookiewarden.policy.policy import Policy

#: Where an adapter leaves the exchange of a request: in the ASGI scope, or the WSGI environ.
KEY = "cookiewarden.exchange"


class Exchange:
    """The state of one request; made on every one, so it starts as small as can be."""

    # The values that hold until the warden or the app says otherwise.
    policy: Policy | None = None  # not asked for yet, or none speaks for the host
    consent: Consent | None = None  # not asked for yet
    judge: Judge | None = None  # by that consent; not asked for yet
    declined: Mapping[bytes, Declaration] | None = None  # what it sent and the visitor refused; not looked for yet
    is_used = False  # the app asked for its choice
    is_read = False  # and read it: the response then depends on the cookie
    is_changed = False  # and changed it
    refused_before: frozenset[Category] = frozenset()  # what was refused before it did
    is_navigation = False  # a browser asks for a document to show in a tab
    is_sent = False  # the header fields went out
    is_recorded = False  # and the site's own record of it was made
    mount = ""  # where the wrapped app is mounted; apps inside may be mounted further in
    # What is read of the request later, as it came: apps inside may change the scope, or the environ.
    asked: Any = None  # a copy of the scope or the environ, for the site's own predicates
    path = ""  # as the server gave it
    headers: Any = ()  # of a scope
    host: str | None = None  # of an environ, where it picks the policy
    cookies: str | None = None  # of an environ
    is_localized = False  # the app put words of ours into its response
    is_exempt: bool | None = None  # consent is not needed for it; not asked for yet
    is_reported: bool | None = None  # nothing is blocked, it is only told of; not asked for yet
    how = ChoiceSource.VIEW  # who changed it

    warden: Warden[Any]  # set by who makes it

    @property
    def site(self) -> str:
        """The id of the site that was asked, ``""`` where no policy speaks for the host."""
        return "" if self.policy is None else self.policy.site.id

    def __deepcopy__(self, memo: object) -> Exchange:
        """A copy of a scope is about the same exchange."""
        return self


def give_answers(
    exchange: Exchange,
    granted: tuple[Category, ...],
    refused: tuple[Category, ...],
    other_versions: Mapping[Category, str],
) -> None:
    """Change the choice of an exchange whose headers have not gone out; see ``Consent.with_answers``."""
    if granted or refused:
        consent = exchange.consent or UNDECIDED
        if consent.chosen_at is None:
            consent = UNDECIDED  # what counts while nobody's choice can be read is nobody's choice
        if not exchange.is_changed:
            exchange.refused_before = consent.refused
        exchange.consent = consent.with_answers(granted, refused, exchange.warden.clock(), other_versions)
        exchange.judge = exchange.declined = None
        exchange.is_changed = True
