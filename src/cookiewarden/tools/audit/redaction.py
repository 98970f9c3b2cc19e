"""Takes out of what was observed all that an address may hold of a visitor: the query, a user, and a password.

Rule: every report is made of what this module returns. Sites put tokens, names and mail addresses into queries.
"""

from __future__ import annotations

import re
from dataclasses import replace

from cookiewarden.tools.audit.observed import Observed, Page

_SECRET_PARTS = re.compile(
    r"(?P<scheme>(?:\b[a-z][a-z0-9+.-]*:)?//)(?:[^\s/?#@]*@)*(?P<place>[^\s?#]*)(?P<query>[?#]\S*?(?=[.,;:)]{0,2}(?:\s|$))|)",
    re.IGNORECASE,
)


def redacted(observed: Observed) -> Observed:
    """Return what was observed, without the secrets of its addresses.

    >>> from cookiewarden.tools.audit.observed import State
    >>> page = Page(State.NO_CHOICE, "https://shop.example/in?token=1", 200)
    >>> redacted(Observed("shop", frozenset(), (page,))).pages[0].url
    'https://shop.example/in?...'
    """
    return replace(
        observed,
        target=redacted_text(observed.target),
        pages=tuple(map(redacted_page, observed.pages)),
        lines=tuple(replace(line, set_by=redacted_text(line.set_by)) for line in observed.lines),
        sent=tuple(dict.fromkeys(replace(one, url=redacted_text(one.url)) for one in observed.sent)),
        notes=tuple(map(redacted_text, observed.notes)),
        reasons={state: redacted_text(reason) for state, reason in observed.reasons.items()},
        screenshots=tuple(replace(one, url=redacted_text(one.url)) for one in observed.screenshots),
    )


def redacted_page(page: Page) -> Page:
    """Return a page without the secrets of the addresses that it names.

    >>> from cookiewarden.tools.audit.observed import State
    >>> redacted_page(Page(State.NO_CHOICE, "https://me:secret@shop.example/", 200)).url
    'https://shop.example/'
    """
    return replace(page, url=redacted_text(page.url), problem=redacted_text(page.problem))


def redacted_text(text: str) -> str:
    """Return a text with no more of each address in it than its scheme, host, port and path.

    >>> redacted_text("https://shop.example/in?token=1 answers with 404.")
    'https://shop.example/in?... answers with 404.'
    """
    return _SECRET_PARTS.sub(lambda found: found["scheme"] + found["place"] + ("?..." if found["query"] else ""), text)
