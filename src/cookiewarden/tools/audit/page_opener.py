"""Opens a page as a visitor: asks robots.txt first, follows redirects, and keeps what each of them shows.

Rule: a page that was not opened, or not seen whole, is kept with the reason.
"""

from __future__ import annotations

from typing import NamedTuple

from cookiewarden.http.headers import values_of
from cookiewarden.tools.audit.links import Links, links_of
from cookiewarden.tools.audit.resources import Resources
from cookiewarden.tools.audit.visit import NotFollowedError, Visit, Visitor
from cookiewarden.tools.web.bodies import is_html, text_of
from cookiewarden.tools.web.challenges import problem_of
from cookiewarden.tools.web.reader import NoResponseError
from cookiewarden.tools.web.response import Response
from cookiewarden.tools.web.statuses import REDIRECTS


class Opened(NamedTuple):
    """What an address led to: the last page, after redirects.

    ``problem``: why it was not seen, or not whole. ``links``: ``None`` if it says nothing of the site.
    """

    url: str
    problem: str
    links: Links | None = None


class PageOpener:
    """Opens the pages of a visit. ``resources``: keeps what they are made of.

    ``is_entry``, everywhere: whether it is the start page, or one that was named.
    """

    def __init__(self, visit: Visit, resources: Resources) -> None:
        self._visit, self._resources = visit, resources

    def open(self, visitor: Visitor, url: str, *, is_entry: bool = False) -> Opened:
        """Open a page, follow its redirects, and keep what each of them shows. Raises ``VisitEndError``."""
        visit = self._visit
        for _ in range(visit.bounds.redirects + 1):
            status: int | None = None
            if refusal := visit.robots.refusal(url, is_entry=is_entry):
                return self._unseen(visitor, url, None, refusal)
            try:
                response = visit.open(visitor, url)
                status = response.status
                location = response.header("location") if status in REDIRECTS else ""
                if location:
                    visit.add_page(visitor.state, url, status)
                else:
                    opened = self._read(visitor, url, response, is_entry=is_entry)
                    location = "" if opened.problem or not opened.links else opened.links.refresh
                    if location in ("", url):
                        return opened
                target = visit.next_address(url, location, is_entry=is_entry)
            except (NoResponseError, NotFollowedError) as error:
                return self._unseen(visitor, url, status, str(error))
            if not target:
                return Opened(url, "redirects to another site")
            url = target
        reason = f"comes after more than {visit.bounds.redirects} redirects, so it was not opened"
        visit.notebook.note(f"{url} {reason}.")
        return self._unseen(visitor, url, None, reason)

    def _unseen(self, visitor: Visitor, url: str, status: int | None, problem: str) -> Opened:
        self._visit.add_page(visitor.state, url, status, problem)
        return Opened(url, problem)

    def _read(self, visitor: Visitor, url: str, response: Response, *, is_entry: bool) -> Opened:
        """Return what a page says. The start page of another's site must be HTML; an app may answer as it likes."""
        visit, kind = self._visit, response.content_type
        problem = problem_of(response, is_start=is_entry and (visit.is_remote or response.status >= 400))
        is_markup = is_html(response.body, kind)
        # What else is not whole may go on and on, such as a download. Only a page loses links by that.
        broken = response.problem if is_markup or not response.body else ""
        visit.add_page(visitor.state, url, response.status, problem or broken)
        if problem:
            return Opened(url, problem)
        markup = text_of(response.body, kind) if is_markup else ""
        named = b", ".join(values_of(response.headers, b"link")).decode("latin-1")
        links = links_of(markup, url, refresh=response.header("refresh"), link=named)
        visit.notebook.has_scripts |= links.has_scripts
        if links.problem:
            visit.notebook.note(f"{url} {links.problem}, so the rest was not read.")
            visit.notebook.cut.add(visitor.state)
        visit.add_hosts(visitor.state, links.hosts)
        self._resources.add(links)
        return Opened(url, broken, links)
