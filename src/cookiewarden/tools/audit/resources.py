"""Fetches what the pages of a site are made of, such as images, scripts and style sheets, for the cookies they set.

Rules: only what is of the site itself is fetched, and robots.txt is obeyed. The answers are no pages, so no verdict
hangs on them.
"""

from __future__ import annotations

from cookiewarden.http.hosts import contacted_host
from cookiewarden.tools.audit.links import Links, is_acting
from cookiewarden.tools.audit.visit import NotFollowedError, Visit, Visitor
from cookiewarden.tools.web.addresses import joined
from cookiewarden.tools.web.reader import NoResponseError
from cookiewarden.tools.web.statuses import REDIRECTS

#: So many addresses are fetched after the pages of each state.
_MAX_FETCHED = 20
_WHAT = "images, scripts and the like"


class Resources:
    """What the pages are made of that were opened since the last fetch, in the order in which they were found."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._found: dict[str, None] = {}
        #: The first address that robots.txt forbids, so that one note tells of all.
        self._forbidden = ""

    def add(self, links: Links) -> None:
        """Add what a page is made of. The pages come nearest first."""
        self._found |= dict.fromkeys(filter(self._visit.site.has, links.fetched))

    def fetch(self, visitor: Visitor) -> None:
        """Fetch it as a visitor, but not what was opened as a page. Raises ``VisitEndError``."""
        notebook = self._visit.notebook
        found = [
            address
            for address in self._found
            if (visitor.state, address) not in notebook.pages and not is_acting(address)
        ]
        self._found = {}
        if len(found) > _MAX_FETCHED:
            notebook.note(f"Only {_MAX_FETCHED} {_WHAT} of the site were fetched in each state; its pages have more.")
        for address in found[:_MAX_FETCHED]:
            self._fetch_one(visitor, address)

    def _fetch_one(self, visitor: Visitor, url: str) -> None:
        visit = self._visit
        for _ in range(visit.bounds.redirects + 1):
            if not visit.robots.allows(url):
                self._forbidden = self._forbidden or url
                visit.notebook.note(f"robots.txt forbids to fetch some {_WHAT} of the site, such as {self._forbidden}.")
                return
            try:
                response = visit.fetch(visitor, url)
                location = response.header("location") if response.status in REDIRECTS else ""
                if not location:
                    return
                target = visit.next_address(url, location, is_entry=False)
            except (NoResponseError, NotFollowedError) as error:
                visit.notebook.note(f"{url} {error}.")
                return
            if not target:
                visit.add_hosts(visitor.state, filter(None, [contacted_host(joined(url, location))]))
                return
            url = target
        visit.notebook.note(f"{url} comes after more than {visit.bounds.redirects} redirects, so it was not fetched.")
