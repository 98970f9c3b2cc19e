"""The way through the states of a visitor: before a choice, after a refusal, after an acceptance, after a withdrawal.

The links of the site are followed once, before any choice; the other states open the same pages again. Each choice is
made through our own pages, by a visitor who comes without cookies, so that what the site sets is set anew. If the site
does not serve our pages, only its state before a choice is seen.
Rules: a state counts as reached only if its choice was kept, and a page said something of the site. If a page that a
person named was not seen, the state is one of which something was left out. Why a state was not seen is kept with it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from cookiewarden.tools.audit.choosing import NotChosenError, Send, check_choice, choose, find_pages
from cookiewarden.tools.audit.link_queue import LinkQueue
from cookiewarden.tools.audit.links import Links
from cookiewarden.tools.audit.observed import NO_SCRIPTS, NOTHING_ACCEPTED, Observed, State
from cookiewarden.tools.audit.page_opener import Opened, PageOpener
from cookiewarden.tools.audit.resources import Resources
from cookiewarden.tools.audit.site_robots import closed_reason
from cookiewarden.tools.audit.visit import Visit, Visitor
from cookiewarden.tools.audit.visit_time import VisitEndError
from cookiewarden.tools.web.addresses import joined
from cookiewarden.tools.web.reader import NoResponseError
from cookiewarden.tools.web.statuses import REDIRECTS

_AFTER_A_CHOICE = (State.REFUSED, State.ACCEPTED, State.WITHDRAWN)


class Tour:
    """The way through the states that are wanted. The state before a choice is always seen.

    ``named``: the addresses of pages that a person wants to be opened, besides the start page and what links lead to.
    """

    def __init__(self, visit: Visit, wanted: Collection[State], named: Sequence[str] = ()) -> None:
        self._visit, self._notebook, self._wanted, self._named = visit, visit.notebook, frozenset(wanted), named
        self._resources = Resources(visit)
        self._opener = PageOpener(visit, self._resources)
        #: The pages that come first. They are opened even if they are more than the bound for pages.
        self._entries = list(dict.fromkeys([visit.start, *named]))
        self._linked: list[str] = []
        self._under_way: State | None = State.NO_CHOICE
        self._unseen = ""  # why most of the site was not seen in any state
        self._published = b""

    def go(self, target: str, how: str) -> Observed:
        """Visit the site in each wanted state, as far as it can be reached, and return what was seen.

        The arguments are those of ``Observed``.
        """
        visit, notebook = self._visit, self._notebook
        try:
            self._visit_all()
        except VisitEndError as end:
            notebook.note(str(end))
            notebook.cut |= {self._under_way} if self._under_way else set()
            for state in [one for one in State if one is self._under_way or one not in notebook.states]:
                notebook.reasons.setdefault(state, str(end))
            if not notebook.pages:
                visit.add_page(State.NO_CHOICE, visit.start, None, f"was not seen: {str(end).removesuffix('.')}")
        notebook.notes[NO_SCRIPTS] = None
        return notebook.observed(target, how, visit.began, self._published)

    def _visit_all(self) -> None:
        visitor = Visitor()
        opened = {one.url: one.links for one in self._open_entries(visitor, self._entries) if one.links is not None}
        if not opened:
            self._leave_out("No page was seen before a choice, so none was made.")
            return
        self._notebook.states.add(State.NO_CHOICE)
        self._follow(visitor, opened)
        self._come_back(visitor)
        self._under_way = None
        pages = self._find_pages(visitor, *next(iter(opened.items())))
        if pages and State.REFUSED in self._wanted:
            self._visit_as(Visitor(), State.REFUSED, pages)
        if pages and self._wanted & {State.ACCEPTED, State.WITHDRAWN}:
            visitor = Visitor()
            if not self._visit_as(visitor, State.ACCEPTED, pages):
                self._notebook.reasons[State.WITHDRAWN] = NOTHING_ACCEPTED
            elif State.WITHDRAWN in self._wanted:
                self._visit_as(visitor, State.WITHDRAWN, pages)

    def _follow(self, visitor: Visitor, opened: Mapping[str, Links]) -> None:
        """Open the pages that the first ones lead to, nearest first. ``opened``: the links of those, by address."""
        visit, most = self._visit, self._visit.bounds.pages
        known = [*self._entries, *opened]
        queue = LinkQueue(visit.site, visit.bounds, self._notebook, visit.robots, known, visit.time.check)
        for url, links in opened.items():
            queue.add(url, links, 1)
        while following := queue.take():
            if len(self._entries) + len(self._linked) >= most:
                self._notebook.note(f"Only {most} pages were opened in each state; the site links to more.")
                break
            link, depth = following
            self._linked.append(link)
            page = self._opener.open(visitor, link)
            queue.add(page.url, page.links, depth + 1)
        queue.note_left_out()
        self._unseen = closed_reason(len(self._entries) + len(self._linked), len(queue.forbidden), most)

    def _find_pages(self, visitor: Visitor, url: str, links: Links) -> str:
        """Return where the site has our pages, and read the policy that they publish; ``""`` if there are none.

        ``url`` and ``links`` are those of a page of the site.
        """
        send = self._sender(visitor, State.NO_CHOICE)
        pages = ""
        try:
            pages = find_pages(send, url, links)
            if pages:
                status, _, body = send("GET", f"{pages}.json", {"accept": "application/json"}, b"")
                self._published = body if status == 200 else b""
        except NotChosenError as error:
            self._leave_out(f"The pages of cookiewarden were not found: {error}.")
        else:
            if not pages:
                self._leave_out("The site has no pages of cookiewarden, so no choice could be made without a browser.")
        return pages

    def _leave_out(self, reason: str) -> None:
        """Keep why no state after a choice was reached."""
        self._notebook.reasons |= dict.fromkeys(_AFTER_A_CHOICE, reason)

    def _visit_as(self, visitor: Visitor, state: State, pages: str) -> bool:
        """Have a visitor make the choice of a state, and open the same pages again; return whether it is reached."""
        notebook, send = self._notebook, self._sender(visitor, state)
        try:
            choose(send, pages, accept=state is State.ACCEPTED)
        except NotChosenError as error:
            notebook.reasons[state] = f"The choice was not made: {error}."
            return False
        self._under_way = state
        is_reached = self._look_around(visitor, state)
        if is_reached:
            try:
                check_choice(send, pages, accept=state is State.ACCEPTED)
            except NotChosenError as error:
                notebook.reasons[state] = f"The choice did not last: {error}."
                notebook.forget(state)
                is_reached = False
        self._under_way = None
        return is_reached

    def _look_around(self, visitor: Visitor, state: State) -> bool:
        """Open the same pages in a state after a choice; return whether one that comes first says something."""
        # A site deletes cookies in its answers, so the first round after a withdrawal still carries some.
        for is_last in (False, True) if state is State.WITHDRAWN else (True,):
            visitor.is_sent_noted = is_last
            entries = self._open_entries(visitor, self._entries, is_last=is_last)
            if all(one.links is None for one in entries):
                self._notebook.reasons[state] = f"{entries[0].url} {entries[0].problem}."
                return False
            self._notebook.states |= {state} if is_last else set()
            for address in self._linked:
                self._opener.open(visitor, address)
            if not is_last:
                self._resources.fetch(visitor)
        self._come_back(visitor)
        if state is State.WITHDRAWN:
            self._visit.keep_left(visitor)
        return True

    def _come_back(self, visitor: Visitor) -> None:
        """Open the start page once more, for some sites greet a visitor who comes back with other cookies.

        Then fetch what all the pages are made of.
        """
        self._open_entries(visitor, self._entries[:1])
        self._resources.fetch(visitor)
        if self._unseen:
            self._notebook.cut_short(visitor.state, self._unseen)

    def _open_entries(self, visitor: Visitor, entries: Sequence[str], *, is_last: bool = True) -> list[Opened]:
        """Open pages that come first. ``is_last``: whether it counts what was not seen."""
        notebook, state, found, unseen = self._notebook, visitor.state, [], []
        for address in entries:
            found.append(opened := self._opener.open(visitor, address, is_entry=True))
            if opened.problem and is_last and (address in self._named or not self._named):
                what = "it" if opened.url == address else opened.url
                unseen.append(f"The page {address} could not be looked at: {what} {opened.problem}.")
        if unseen:
            notebook.cut.add(state)
            notebook.reasons[state] = " ".join(unseen)
        return found

    def _sender(self, visitor: Visitor, chosen: State) -> Send:
        """Return how ``choosing`` sends a request. ``chosen``: the state after the form that it posts."""

        def send(
            method: str, url: str, headers: Mapping[str, str], body: bytes
        ) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
            if not self._visit.robots.allows(url):
                raise NotChosenError(f"robots.txt forbids {url}")
            state = chosen if method == "POST" else visitor.state
            try:
                response = self._visit.request(visitor, method, url, headers, body, state)
                if method == "GET" and response.status in REDIRECTS and joined(url, response.header("location")) == url:
                    # The site waits for the cookie that it has just set.
                    response = self._visit.request(visitor, method, url, headers, body, state)
            except NoResponseError as error:
                raise NotChosenError(f"{url} {error}") from None
            return response.status, list(response.headers), response.body

        return send
