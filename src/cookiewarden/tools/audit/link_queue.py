"""Says which links of a site are opened, one after another: nearest first, each once, as far as the site lets them be.

Rules: what is left out is noted. No more time than the visit has goes into robots.txt, however many its rules are.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable

from cookiewarden.http.urls import without_query
from cookiewarden.tools.audit.bounds import Bounds
from cookiewarden.tools.audit.links import LeftOut, Links
from cookiewarden.tools.audit.notebook import Notebook
from cookiewarden.tools.audit.site import Site
from cookiewarden.tools.audit.site_robots import SiteRobots

#: Of one path, pages with so many different queries are opened, because some sites link to ever new ones.
_MAX_QUERIES = 3


class LinkQueue:
    """The links that pages of a site hold. ``known``: addresses that need not be opened again.

    ``check_time`` raises ``VisitEndError`` if the time of the visit is over. ``forbidden``: links that robots.txt
    forbids, as a set that keeps its order.
    """

    def __init__(
        self,
        site: Site,
        bounds: Bounds,
        notebook: Notebook,
        robots: SiteRobots,
        known: Iterable[str],
        check_time: Callable[[], None],
    ) -> None:
        self._site, self._bounds, self._notebook, self._robots = site, bounds, notebook, robots
        self._known, self._check_time = {*known}, check_time
        self._waiting: deque[tuple[str, int]] = deque()
        #: By the reason, as a set that keeps its order.
        self._left_out: dict[LeftOut, dict[str, None]] = {}
        self._queries: Counter[str] = Counter()
        self.forbidden: dict[str, None] = {}

    def add(self, url: str, links: Links | None, depth: int) -> None:
        """Add what a page links to. ``url``: its own address. ``depth``: that of its links, in steps from the start."""
        self._known.add(url)
        if links is None:
            return
        for why, address in links.left_out:
            if self._site.has(address):
                self._left_out.setdefault(why, {})[address] = None
        for link in links.pages:
            if link in self._known or not self._site.has(link):
                continue
            if depth > self._bounds.depth:
                most = self._bounds.depth
                self._notebook.note(f"Links more than {most} steps away from the start page were not followed.")
                return
            path = without_query(link)
            self._queries[path] += 1
            if self._queries[path] > _MAX_QUERIES:
                self._notebook.note(f"Of pages that differ only after the ?, {_MAX_QUERIES} each were opened.")
                continue
            self._known.add(link)
            self._waiting.append((link, depth))

    def take(self) -> tuple[str, int] | None:
        """Return the next link that may be opened, with its depth; ``None`` if there is none.

        Raises ``VisitEndError`` if the time of the visit is over.
        """
        while self._waiting:
            self._check_time()
            link, depth = self._waiting.popleft()
            if self._robots.allows(link):
                return link, depth
            self.forbidden[link] = None
        return None

    def note_left_out(self) -> None:
        """Note which links were not opened, and why."""
        note = self._notebook.note
        if self.forbidden:
            first = next(iter(self.forbidden))
            note(f"robots.txt forbids {len(self.forbidden)} of the linked addresses, such as {first}.")
        for why, found in self._left_out.items():
            # What one page leaves out, another one may link to.
            if met := [address for address in found if why is LeftOut.FORM or address not in self._known]:
                note(f"The audit {why}: it met {len(met)}, such as {met[0]}.")
