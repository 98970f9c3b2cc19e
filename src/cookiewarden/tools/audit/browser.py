"""Visits a site with an installed Chromium, as a visitor before a choice, after a refusal, an acceptance, a withdrawal.

Each visitor has a browser context of its own. A person's hand is imitated: the choice is made by a click on the banner,
or on the page of preferences.
Rule: a state counts as reached only if the site keeps the choice. Behind another banner, none may stand open again.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from playwright.async_api import Browser
from playwright.async_api import Error as PlaywrightError

from cookiewarden.tools.audit.bounds import Bounds, bounds_for
from cookiewarden.tools.audit.browser_robots import robots_beside
from cookiewarden.tools.audit.browser_visitor import BrowserVisitor
from cookiewarden.tools.audit.choosing import NotChosenError
from cookiewarden.tools.audit.chromium import find_program, launched
from cookiewarden.tools.audit.foreign_choice import ForeignChoice
from cookiewarden.tools.audit.gateway import Gateway
from cookiewarden.tools.audit.link_queue import LinkQueue
from cookiewarden.tools.audit.links import is_followed, links_of
from cookiewarden.tools.audit.notebook import Notebook
from cookiewarden.tools.audit.observed import CHOICES, NOTHING_ACCEPTED, Observed, Page, State
from cookiewarden.tools.audit.pictures import Pictures
from cookiewarden.tools.audit.site import Site
from cookiewarden.tools.audit.site_robots import closed_reason
from cookiewarden.tools.audit.tab import Opened
from cookiewarden.tools.audit.visit_time import VisitEndError, VisitTime
from cookiewarden.tools.audit.workers import note_workers
from cookiewarden.tools.web.addresses import normalized, origin_of

#: A browser fetches all that a page needs, so fewer pages are opened than without one, and more bytes come.
_PAGES = 5
_BYTES = 300_000_000
_EVERY_STATE = frozenset(CHOICES)
_CLOSE_SECONDS = 5.0


def browse(
    url: str,
    *,
    states: Collection[State] = _EVERY_STATE,
    program: str = "",
    bounds: Bounds | None = None,
    report: Callable[[Page], None] | None = None,
    evidence: Path | None = None,
    is_mobile: bool = False,
    now: Callable[[], float] = time.time,
) -> Observed:
    """Visit a site in some states, and return what was seen. What goes wrong is in its pages and notes.

    ``states``: those that are wanted. The state before a choice is always seen. ``program``: the browser; by default
    that of ``find_program``. ``report``: is called with each page once it was opened. ``evidence``: a folder for
    pictures of each state. ``is_mobile``: come as a phone with a small screen that is touched. ``now``: seconds since
    1970-01-01 UTC. Raises ``ValueError`` if ``url`` is no http or https address, and ``TargetError`` if the browser
    does not start.

    >>> browse("ftp://shop.example/")
    Traceback (most recent call last):
    ...
    ValueError: is no http or https address
    """
    start = normalized(url)
    if not start:
        raise ValueError("is no http or https address")
    began = now()
    notebook = Notebook()
    bounds = bounds or replace(bounds_for(start), pages=_PAGES, all_bytes=_BYTES)
    tour = _Tour(start, frozenset(states), bounds, notebook, report, Pictures(evidence), is_mobile, now)
    asyncio.run(tour.go(program or find_program()))
    return notebook.observed(
        url, f"with {tour.version}{' as a phone' if is_mobile else ''}", began, tour.published, tour.pictures.kept
    )


class _Tour:
    """The way through the states of a visitor."""

    def __init__(
        self,
        start: str,
        wanted: frozenset[State],
        bounds: Bounds,
        notebook: Notebook,
        report: Callable[[Page], None] | None,
        pictures: Pictures,
        is_mobile: bool,
        now: Callable[[], float],
    ) -> None:
        self._start, self._wanted, self._bounds, self._notebook = start, wanted, bounds, notebook
        self._report, self._now, self._site = report, now, Site(start)
        self.pictures = pictures
        self._is_mobile = is_mobile
        self._device: dict[str, Any] = {}
        self._addresses: list[str] = []
        self._time = VisitTime(bounds, time.monotonic)
        self._unseen = ""  # why most of the site was not seen in any state
        self.published = b""
        self.version = "Chromium"

    async def go(self, program: str) -> None:
        """Visit the site in each wanted state, as far as it can be reached within the bounds."""
        notebook = self._notebook
        async with Gateway(self._bounds.all_bytes) as gateway:
            try:
                await gateway.name(*origin_of(self._start))
            except OSError:
                page = Page(State.NO_CHOICE, self._start, None, "was not opened: no address was found for its name")
                notebook.pages[page.state, page.url] = page
                return
            self._robots = robots_beside(self._start, self._site, self._bounds, gateway.addresses, notebook.note)
            async with launched(program, gateway.url, notebook.note, is_mobile=self._is_mobile) as (browser, device):
                self._device = device
                self.version = f"Chromium {browser.version}"
                self._time = VisitTime(self._bounds, time.monotonic)  # starting the browser takes none of it
                try:
                    async with asyncio.timeout(self._bounds.seconds):
                        await self._visit(browser)
                except TimeoutError:
                    notebook.cut |= self._wanted
                    notebook.note(self._time.over)
                except VisitEndError as error:
                    notebook.cut |= self._wanted
                    notebook.note(str(error))
                except PlaywrightError as error:
                    notebook.cut |= self._wanted
                    notebook.note(f"The browser ended: {str(error).splitlines()[0][:200]}.")
            for host, address in gateway.refused.items():
                notebook.note(f"{host} leads to the private address {address}, so the browser was not let through.")
            if gateway.is_full:
                notebook.cut |= self._wanted
                notebook.note(f"The visit was cut off after {self._bounds.all_bytes:,} bytes.")

    async def _visit(self, browser: Browser) -> None:
        if problem := await asyncio.to_thread(self._robots.refusal, self._start, is_entry=True):
            self._notebook.pages[State.NO_CHOICE, self._start] = Page(State.NO_CHOICE, self._start, None, problem)
            return
        await note_workers(browser, self._notebook.note)
        async with self._visitor(browser) as visitor:
            first = await self._open_politely(visitor, self._start)
            if first is None:
                return
            self._notebook.states.add(State.NO_CHOICE)
            pages = await visitor.find_pages(first)
            await self._follow(visitor, first, pages)
            self.published = await visitor.published(pages)
        if not pages and self._wanted != {State.NO_CHOICE}:
            self._notebook.note("The site has no pages of cookiewarden, so another banner was looked for.")
        if State.REFUSED in self._wanted:
            async with self._visitor(browser) as visitor:
                await self._visit_as(visitor, State.REFUSED, pages)
        if self._wanted & {State.ACCEPTED, State.WITHDRAWN}:
            async with self._visitor(browser) as visitor:
                if not await self._visit_as(visitor, State.ACCEPTED, pages):
                    self._notebook.reasons[State.WITHDRAWN] = NOTHING_ACCEPTED
                elif State.WITHDRAWN in self._wanted:
                    await self._visit_as(visitor, State.WITHDRAWN, pages)

    @asynccontextmanager
    async def _visitor(self, browser: Browser) -> AsyncIterator[BrowserVisitor]:
        visitor = await BrowserVisitor.make(
            browser, self._notebook, self._bounds, self._site, self._report, self.pictures, self._now, self._device
        )
        try:
            yield visitor
        finally:
            with suppress(PlaywrightError, TimeoutError):
                await asyncio.wait_for(visitor.close(), _CLOSE_SECONDS)

    async def _follow(self, visitor: BrowserVisitor, first: Opened, ours: str) -> None:
        """Open the pages that the start page leads to, nearest first, without ours. ``ours``: the address of those."""
        most = self._bounds.pages
        queue = LinkQueue(self._site, self._bounds, self._notebook, self._robots, [self._start], self._time.check)
        self._addresses = [self._start]

        def add(opened: Opened, depth: int) -> None:
            links = links_of(opened.markup, opened.url)
            if links.problem:
                self._notebook.note(f"{opened.url} {links.problem}, so the rest was not read.")
                self._notebook.cut.add(State.NO_CHOICE)
            pages = tuple(one for one in links.pages if not (ours and re.match(re.escape(ours) + r"(?:[/?.]|\Z)", one)))
            queue.add(opened.url, replace(links, pages=pages), depth)

        add(first, 1)
        while following := await asyncio.to_thread(queue.take):
            if len(self._addresses) >= most:
                self._notebook.note(f"Only {most} pages were opened in each state; the site links to more.")
                break
            address, depth = following
            self._addresses.append(address)
            if opened := await self._open_politely(visitor, address):
                add(opened, depth + 1)
        queue.note_left_out()
        self._unseen = closed_reason(len(self._addresses), len(queue.forbidden), most)
        self._note_unseen(State.NO_CHOICE)

    def _note_unseen(self, state: State) -> None:
        """Keep that most of the site was not seen in a state, if robots.txt closes it."""
        if self._unseen:
            self._notebook.cut_short(state, self._unseen)

    async def _open_politely(self, visitor: BrowserVisitor, address: str) -> Opened | None:
        """Open a page once its time has come; return ``None`` if it says nothing of the site.

        Raises ``VisitEndError`` if its time does not come before the visit ends.
        """
        await self._pause()
        try:
            return await visitor.open(address, is_start=address == self._start)
        finally:
            self._time.note_answer()

    async def _pause(self) -> None:
        """Wait as long as robots.txt asks for, or as the bounds do."""
        pause, _ = self._time.turn(self._robots.delay)
        await asyncio.sleep(pause)

    async def _may_open(self, address: str) -> bool:
        """Return whether a link of the site may be followed."""
        return (
            self._site.has(address) and is_followed(address) and await asyncio.to_thread(self._robots.allows, address)
        )

    async def _visit_as(self, visitor: BrowserVisitor, state: State, pages: str) -> bool:
        """Have a visitor make the choice of a state, and open the same pages; return whether it is reached.

        ``pages``: the address of our pages; ``""`` if the site has none.
        """
        await self._pause()
        try:
            if pages:
                await visitor.choose(state, self._start, pages)
            else:
                await ForeignChoice(visitor, self._start, self._may_open).make(state)
        except NotChosenError as error:
            self._notebook.reasons[state] = f"This state was not reached: {error}."
            return False
        finally:
            self._time.note_answer()
        # A site deletes cookies in its answers, so the first round after a withdrawal still carries some.
        for is_last in (False, True) if state is State.WITHDRAWN else (True,):
            visitor.seen.is_sent_noted = is_last
            if await self._open_politely(visitor, self._start) is None:
                problem = self._notebook.pages[state, self._start].problem
                self._notebook.reasons[state] = f"{self._start} {problem}."
                return False
            self._notebook.states |= {state} if is_last else set()
            for address in self._addresses[1:]:
                await self._open_politely(visitor, address)
        self._note_unseen(state)
        if state is State.WITHDRAWN:
            await visitor.keep_left(self._start)
        return True
