"""Visits a site over HTTP, without a browser, in each state of a visitor.

Rule: the address that the user gave may be one of a private network; no other may.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection

from cookiewarden.tools.audit.bounds import Bounds, bounds_for
from cookiewarden.tools.audit.observed import CHOICES, Observed, Page, State
from cookiewarden.tools.audit.tour import Tour
from cookiewarden.tools.audit.visit import Visit
from cookiewarden.tools.web.addresses import normalized, resolve
from cookiewarden.tools.web.network import Resolve
from cookiewarden.tools.web.reader import NoResponseError, Reader

_HOW = "over HTTP, without a browser"


def crawl(
    url: str,
    *,
    bounds: Bounds | None = None,
    states: Collection[State] = CHOICES,
    report: Callable[[Page], None] | None = None,
    resolve: Resolve = resolve,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    now: Callable[[], float] = time.time,
) -> Observed:
    """Visit a site in some states, and return what was seen. What goes wrong is in its pages and notes.

    ``states``: those that are wanted. The state before a choice is always seen; one after a withdrawal comes after an
    acceptance. ``bounds``: by default those of ``bounds_for``. ``report``: is called with each page once it was opened.
    The other arguments are for tests. Raises ``ValueError`` if ``url`` is not such an address.

    >>> crawl("ftp://shop.example/")
    Traceback (most recent call last):
    ...
    ValueError: must be an http or https address, without user and password
    """
    start = normalized(url)
    if not start:
        raise ValueError("must be an http or https address, without user and password")
    with Reader("audit", resolve=resolve, clock=clock) as reader:
        visit = Visit(start, reader, bounds or bounds_for(start), report, clock=clock, sleep=sleep, now=now)
        try:
            reader.name(start)
        except NoResponseError as error:
            visit.add_page(State.NO_CHOICE, start, None, str(error))
            return visit.notebook.observed(url, _HOW, visit.began)
        return Tour(visit, states).go(url, _HOW)
