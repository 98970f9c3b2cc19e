"""Visits a site over HTTP, without a browser, as a visitor does before a choice, after a refusal, after an acceptance,
and after a withdrawal.

The links of the site are followed once, before any choice; the other states open the same pages again. The choices are
made through our own pages. If the site does not serve them, only its state before a choice is seen.
Rule: a state counts as reached only if its choice was kept, and the start page said something of the site.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from cookiewarden.tools.audit.bounds import Bounds, bounds_for
from cookiewarden.tools.audit.choosing import NotChosenError, Send, check_choice, choose, find_pages
from cookiewarden.tools.audit.links import Links, links_of
from cookiewarden.tools.audit.observed import NO_SCRIPTS, Observed, Page, State
from cookiewarden.tools.audit.site import Site
from cookiewarden.tools.audit.visit import EndError, Visit, Visitor
from cookiewarden.tools.web.addresses import normalized, resolve
from cookiewarden.tools.web.bodies import is_html, text_of
from cookiewarden.tools.web.challenges import problem_of
from cookiewarden.tools.web.network import Resolve
from cookiewarden.tools.web.reader import REDIRECTS, NoResponseError, Reader

_EVERY_STATE = frozenset(State)
#: Of one path, pages with so many different queries are opened, because some sites link to ever new ones.
_MAX_QUERIES = 3


def crawl(
    url: str,
    *,
    bounds: Bounds | None = None,
    states: Collection[State] = _EVERY_STATE,
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
    began = now()
    with Reader("audit", resolve=resolve, clock=clock) as reader:
        visit = Visit(Site(start), reader, bounds or bounds_for(start), report, clock=clock, sleep=sleep, now=now)
        tour = _Tour(visit, start, frozenset(states))
        cut: frozenset[State] = frozenset()
        try:
            tour.go()
        except EndError as end:
            visit.note(str(end))
            cut = frozenset(filter(None, (tour.under_way,)))
            if not visit.pages:
                visit.add_page(State.NO_CHOICE, start, None, f"was not opened: {end}")
    return Observed(
        target=url,
        states=frozenset(tour.reached),
        pages=tuple(visit.pages.values()),
        lines=tuple(visit.lines),
        sent=tuple(visit.sent),
        notes=(*visit.notes, NO_SCRIPTS),
        hosts=tuple(visit.hosts),
        how="over HTTP, without a browser",
        began=began,
        published=tour.published,
        cut=cut,
    )


class _Opened(NamedTuple):
    """A page that says something of the site: the address it has after redirects, and where it leads to."""

    url: str
    links: Links


class _Tour:
    """The way through the states of a visitor.

    ``reached``: those that were. ``under_way``: the one whose pages are being opened. ``published``: the policy of the
    site.
    """

    def __init__(self, visit: Visit, start: str, wanted: frozenset[State]) -> None:
        self._visit, self._start, self._wanted = visit, start, wanted
        self._addresses: list[str] = []
        self.reached: set[State] = set()
        self.under_way: State | None = State.NO_CHOICE
        self.published = b""

    def go(self) -> None:
        """Visit the site in each wanted state, as far as it can be reached. Raises ``EndError``."""
        visit, visitor = self._visit, Visitor()
        try:
            visit.reader.name(self._start)
        except NoResponseError as error:
            visit.add_page(State.NO_CHOICE, self._start, None, str(error))
            return
        first = self._open(visitor, self._start, is_start=True)
        if first is None:
            return
        self.reached.add(State.NO_CHOICE)
        self._follow(visitor, first)
        self.under_way = None
        pages = self._find_pages(visitor, first)
        if pages and State.REFUSED in self._wanted:
            self._visit_as(visitor, State.REFUSED, pages)
        if pages and self._wanted & {State.ACCEPTED, State.WITHDRAWN}:
            visitor = Visitor()
            if self._open(visitor, self._start, is_start=True) is None:
                visit.note("A second visitor was not let in, so nothing was accepted.")
            elif self._visit_as(visitor, State.ACCEPTED, pages) and State.WITHDRAWN in self._wanted:
                self._visit_as(visitor, State.WITHDRAWN, pages)

    def _follow(self, visitor: Visitor, first: _Opened) -> None:
        """Open the pages that the start page leads to, nearest first."""
        visit, bounds = self._visit, self._visit.bounds
        self._addresses = [self._start]
        known = {self._start, first.url}
        waiting: deque[tuple[str, int]] = deque()
        forbidden: dict[str, None] = {}

        queries: Counter[str] = Counter()

        def add_links(page: _Opened, depth: int) -> None:
            for link in page.links.pages:
                if link in known or not visit.site.has(link):
                    continue
                if depth > bounds.depth:
                    visit.note(f"Links more than {bounds.depth} steps away from the start page were not followed.")
                    return
                path = link.partition("?")[0]
                queries[path] += 1
                if queries[path] > _MAX_QUERIES:
                    visit.note(f"Of pages that differ only after the ?, {_MAX_QUERIES} each were opened.")
                    continue
                known.add(link)
                waiting.append((link, depth))

        add_links(first, 1)
        while waiting:
            link, depth = waiting.popleft()
            if not visit.allows(link):
                forbidden[link] = None
                continue
            if len(self._addresses) >= bounds.pages:
                visit.note(f"Only {bounds.pages} pages were opened in each state; the site links to more.")
                break
            self._addresses.append(link)
            if page := self._open(visitor, link):
                known.add(page.url)
                add_links(page, depth + 1)
        if forbidden:
            visit.note(f"robots.txt forbids {len(forbidden)} of the linked addresses, such as {next(iter(forbidden))}.")

    def _find_pages(self, visitor: Visitor, first: _Opened) -> str:
        """Return where the site has our pages, and read the policy that they publish; ``""`` if there are none."""
        send = self._sender(visitor)
        try:
            pages = find_pages(send, first.url, first.links)
            if pages:
                status, _, body = send("GET", f"{pages}.json", {"accept": "application/json"}, b"")
                self.published = body if status == 200 else b""
        except NoResponseError as error:
            self._visit.note(f"The pages of cookiewarden were not found: {error}.")
            return ""
        if not pages and self._wanted - {State.NO_CHOICE}:
            self._visit.note("The site has no pages of cookiewarden, so no choice could be made without a browser.")
        return pages

    def _visit_as(self, visitor: Visitor, state: State, pages: str) -> bool:
        """Have a visitor make the choice of a state, and open the same pages again; return whether it is reached."""
        try:
            choose(self._sender(visitor, state), pages, accept=state is State.ACCEPTED)
        except (NotChosenError, NoResponseError) as error:
            self._visit.note(f'The state "{state}" was not reached: {error}.')
            return False
        start, *others = self._addresses
        self.under_way = state
        # A site deletes cookies in its answers, so the first round after a withdrawal still carries some.
        for is_sent_kept in (False, True) if state is State.WITHDRAWN else (True,):
            visitor.is_sent_kept = is_sent_kept
            if self._open(visitor, start, is_start=True) is None:
                return False
            self.reached.add(state)
            for address in others:
                self._open(visitor, address)
        try:
            check_choice(self._sender(visitor), pages, accept=state is State.ACCEPTED)
        except (NotChosenError, NoResponseError) as error:
            self._visit.note(f'The state "{state}" did not last: {error}.')
            self.reached.discard(state)
            return False
        self.under_way = None
        return True

    def _open(self, visitor: Visitor, url: str, *, is_start: bool = False) -> _Opened | None:
        """Open a page and follow its redirects; return ``None`` if it says nothing of the site, or has no markup."""
        visit = self._visit
        for _ in range(visit.bounds.redirects + 1):
            status: int | None = None
            try:
                self._check_rules(url, is_start=is_start)
                response = visit.open(visitor, url)
                status = response.status
                location = response.header("location")
                if status not in REDIRECTS or not location:
                    problem = problem_of(response, is_start=is_start)
                    visit.add_page(visitor.state, url, status, problem)
                    kind = response.header("content-type")
                    if problem or not is_html(response.body, kind):
                        return None
                    links = links_of(text_of(response.body, kind), url)
                    visit.add_hosts(visitor.state, links.hosts)
                    return _Opened(url, links)
                target = visit.next_address(url, location, is_start=is_start)
            except NoResponseError as error:
                visit.add_page(visitor.state, url, status, str(error))
                return None
            visit.add_page(visitor.state, url, status)
            if not target:
                return None
            url = target
        reason = f"comes after more than {visit.bounds.redirects} redirects, so it was not opened"
        visit.add_page(visitor.state, url, None, reason)
        visit.note(f"{url} {reason}.")
        return None

    def _check_rules(self, url: str, *, is_start: bool) -> None:
        """Raise ``NoResponseError`` if the site's robots.txt forbids to open an address."""
        if is_start and self._visit.forbids_start(url):
            remedy = '"User-agent: cookiewarden" and "Allow: /" in that file let this tool in'
            raise NoResponseError(f"was not opened, because robots.txt forbids it; {remedy}")
        if not is_start and not self._visit.allows(url):
            raise NoResponseError("was not opened, because robots.txt forbids it")

    def _sender(self, visitor: Visitor, chosen: State | None = None) -> Send:
        """Return how ``choosing`` sends a request. ``chosen``: the state after the form that it posts."""

        def send(
            method: str, url: str, headers: Mapping[str, str], body: bytes
        ) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
            if not self._visit.allows(url):
                raise NoResponseError(f"robots.txt forbids {url}")
            state = chosen if chosen and method == "POST" else visitor.state
            response = self._visit.request(visitor, method, url, headers, body, state)
            return response.status, list(response.headers), response.body

        return send
