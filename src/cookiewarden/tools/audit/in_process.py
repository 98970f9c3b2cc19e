"""Audits an app in this process, without a server: visits its pages in the four states of a visitor.

Rule: the visit ends, whatever the app does: its pages, their depth, their bytes and the time are bounded. A bound that
was met is noted.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Collection, Sequence
from functools import partial
from urllib.parse import urljoin

from cookiewarden.http.urls import without_query
from cookiewarden.tools.audit.app_client import AppClient, Reply
from cookiewarden.tools.audit.apps import LoadedApp
from cookiewarden.tools.audit.bounds import Bounds
from cookiewarden.tools.audit.choosing import find_pages
from cookiewarden.tools.audit.containment import kept_quiet
from cookiewarden.tools.audit.links import Links, links_of
from cookiewarden.tools.audit.notebook import Notebook
from cookiewarden.tools.audit.observed import NO_SCRIPTS, Observed, SeenHost, State
from cookiewarden.tools.audit.visitor import Visitor
from cookiewarden.tools.web.addresses import origin_of
from cookiewarden.tools.web.bodies import is_html, text_of

#: An app in this process need not be spared.
_BOUNDS = Bounds(pages=25, request_seconds=10.0, seconds=120.0, delay=0.0)
#: Of one path, pages with so many different queries are opened, because some sites link to ever new ones.
_MAX_QUERIES = 3


class _Visit:
    """A visit of one app."""

    def __init__(self, client: AppClient, base: str, clock: Callable[[], float], bounds: Bounds) -> None:
        self.client, self.base, self.bounds = client, base, bounds
        self.notebook, self._clock = Notebook(notes={NO_SCRIPTS: None}), clock
        self._first = base, links_of("", base)
        self._end = clock() + bounds.seconds

    def visitor(self) -> Visitor:
        """Return a new visitor."""
        return Visitor(self.client, self.notebook, self._clock)

    def is_over(self, state: State) -> bool:
        """Return whether the time is up in a state, and note it."""
        if self._clock() < self._end:
            return False
        self.notebook.note(f"The visit ended after {self.bounds.seconds:g} seconds; some pages were not opened.")
        self.notebook.cut.add(state)
        return True

    def explore(self, paths: Sequence[str]) -> tuple[str, ...]:
        """Open pages, and those that they link to, as a visitor who has not chosen. Return their addresses."""
        visitor = self.visitor()
        self.notebook.states.add(State.NO_CHOICE)
        waiting = deque((url, 0) for url in dict.fromkeys(urljoin(self.base, path) for path in ("/", *paths)))
        known = {url for url, _ in waiting}
        queries = Counter(map(without_query, known))
        opened: list[str] = []
        while waiting and not self.is_over(State.NO_CHOICE):
            if len(opened) == self.bounds.pages:
                self.notebook.note(f"Only the first {len(opened)} pages were opened; there are links to more.")
                break
            url, depth = waiting.popleft()
            last, reply = visitor.open(url)
            links = self._links(last, reply, State.NO_CHOICE)
            if not opened:
                self._first = last, links
            opened.append(url)
            for page in filter(partial(_is_of_site, self.base), links.pages):
                path = without_query(page)
                if page not in known and depth < self.bounds.depth and queries[path] < _MAX_QUERIES:
                    known.add(page)
                    queries[path] += 1
                    waiting.append((page, depth + 1))
        return tuple(opened)

    def choosing_pages(self) -> str:
        """Return where the app has the pages of cookiewarden; ``""`` if it has none, which is noted."""
        pages = find_pages(self.visitor().send, *self._first)
        if not pages:
            self.notebook.note("The app has no pages of cookiewarden, so no choice could be made.")
        return pages

    def repeat(self, visitor: Visitor, state: State, pages: str, urls: Sequence[str]) -> bool:
        """Have a visitor make a choice, and open the same pages again. Return whether the choice could be made.

        ``pages``: where the app has the pages of cookiewarden.
        """
        if not pages or self.is_over(state):
            return False
        if problem := visitor.choose(state, pages):
            self.notebook.note(problem)
            return False
        # A site deletes cookies in its answers, so the first round after a withdrawal still carries some.
        for is_last in (False, True) if state is State.WITHDRAWN else (True,):
            for url in urls:
                if self.is_over(state):
                    return True
                last, reply = visitor.open(url, is_sent_noted=is_last)
                self.notebook.states |= {state} if is_last else set()
                self._links(last, reply, state)
        if problem := visitor.check_choice(state, pages):
            self.notebook.note(problem)
            self.notebook.states.discard(state)
            return False
        return True

    def _links(self, url: str, reply: Reply, state: State) -> Links:
        """Return where a page leads to, and note the hosts that it contacts."""
        kind = next(iter(reply.values_of(b"content-type")), b"").decode("latin-1")
        if not is_html(reply.body, kind):
            return links_of("", url)
        if reply.is_cut:
            self.notebook.note("Of a page that is too long, or never ends, only the start was read.")
        links = links_of(text_of(reply.body, kind), url)
        self.notebook.hosts |= {SeenHost(state, host): None for host in links.hosts}
        return links


def _is_of_site(base: str, address: str) -> bool:
    return origin_of(address) == origin_of(base)


def audit_app(
    loaded: LoadedApp,
    base: str,
    clock: Callable[[], float],
    *,
    target: str = "",
    paths: Sequence[str] = (),
    sought: Collection[State] = tuple(State),
    bounds: Bounds = _BOUNDS,
) -> Observed:
    """Visit an app in the states that are sought, and return what was seen.

    ``base``: the address of its first page, such as ``https://shop.example/``. ``paths``: those of pages to open
    besides ``/``. ``clock`` returns seconds since 1970-01-01 UTC.

    >>> from cookiewarden.tools.audit.apps import Interface
    >>> def app(environ, start_response):
    ...     start_response("200 OK", [("Set-Cookie", "theme=dark")])
    ...     return []
    >>> seen = audit_app(LoadedApp(app, Interface.WSGI), "https://shop.example/", lambda: 0.0)
    >>> seen.lines[0].line, sorted(seen.states)
    (b'theme=dark', [<State.NO_CHOICE: 'no choice'>])
    """
    began = clock()
    with kept_quiet(), AppClient(loaded, seconds=bounds.request_seconds, max_bytes=bounds.page_bytes) as client:
        visit = _Visit(client, base, clock, bounds)
        urls = visit.explore(paths)
        pages = visit.choosing_pages()
        published = visit.visitor().published_policy(pages)
        if State.REFUSED in sought:
            visit.repeat(visit.visitor(), State.REFUSED, pages, urls)
        if State.ACCEPTED in sought or State.WITHDRAWN in sought:
            visitor = visit.visitor()
            is_accepted = visit.repeat(visitor, State.ACCEPTED, pages, urls)
            if is_accepted and State.WITHDRAWN in sought:
                visit.repeat(visitor, State.WITHDRAWN, pages, urls)
    return visit.notebook.observed(target or base, f"in process, as {loaded.interface}", began, published)
