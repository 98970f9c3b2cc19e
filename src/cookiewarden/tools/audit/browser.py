"""Visits a site with an installed Chromium, as a visitor before a choice, after a refusal, an acceptance, a withdrawal.

Each visitor has a browser context of its own. A person's hand is imitated: the choice is made by a click on the banner,
or on the page of preferences.
Rules: a state counts as reached only if the site keeps the choice, or autoconsent says that it was made.
The browser is always closed.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, async_playwright
from playwright.async_api import Error as PlaywrightError

from cookiewarden.tools.audit.apps import TargetError
from cookiewarden.tools.audit.bounds import Bounds, bounds_for
from cookiewarden.tools.audit.browser_visitor import BrowserVisitor, LeftError
from cookiewarden.tools.audit.choosing import NotChosenError
from cookiewarden.tools.audit.gateway import Gateway
from cookiewarden.tools.audit.links import links_of
from cookiewarden.tools.audit.notebook import Notebook
from cookiewarden.tools.audit.observed import Observed, Page, State
from cookiewarden.tools.audit.pictures import Pictures
from cookiewarden.tools.audit.site import Site
from cookiewarden.tools.audit.tab import Opened
from cookiewarden.tools.web.addresses import normalized, origin_of

#: The programs that are looked for, in this order.
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
#: A browser fetches all that a page needs, so fewer pages are opened than without one, and more bytes come.
_PAGES = 5
_BYTES = 300_000_000
_EVERY_STATE = frozenset(State)
#: What Playwright calls the phone that is imitated.
_PHONE = "Pixel 7"
_START_SECONDS = 60.0
_CLOSE_SECONDS = 5.0
_SWITCHES = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-site-isolation-trials",  # so that one session hears of all frames of a page
    "--disable-sync",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--no-first-run",
)


def find_program() -> str:
    """Return the path of the Chromium that is installed. Raises ``TargetError`` if there is none."""
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if found is None:
        remedy = "install Chromium, for example with apt install chromium, or give --browser-path"
        raise TargetError(f"no browser was found: none of {', '.join(PROGRAMS)} is on the PATH; {remedy}")
    return found


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
            async with self._launched(program, gateway) as browser:
                self.version = f"Chromium {browser.version}"
                try:
                    async with asyncio.timeout(self._bounds.seconds):
                        await self._visit(browser)
                except TimeoutError:
                    notebook.cut |= self._wanted
                    notebook.note(f"The visit ended after {self._bounds.seconds:g} seconds; the rest was not opened.")
                except LeftError as error:
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

    @asynccontextmanager
    async def _launched(self, program: str, gateway: Gateway) -> AsyncIterator[Browser]:
        async with async_playwright() as playwright:
            if self._is_mobile:
                self._device = {**playwright.devices[_PHONE]}
                self._device.pop("default_browser_type", None)

            async def launch(has_sandbox: bool) -> Browser:
                return await playwright.chromium.launch(
                    executable_path=program,
                    args=list(_SWITCHES),
                    chromium_sandbox=has_sandbox,
                    ignore_default_args=["--disable-popup-blocking"],
                    proxy={"server": gateway.url},
                    timeout=_START_SECONDS * 1000,
                )

            is_bare = hasattr(os, "geteuid") and os.geteuid() == 0  # for root, Chromium has no sandbox
            try:
                browser = await launch(not is_bare)
            except PlaywrightError:  # as in most containers
                try:
                    browser = await launch(False)
                except PlaywrightError as error:
                    reason = str(error).splitlines()[0][:300]
                    remedy = "name a Chromium that starts on this machine with --browser-path"
                    raise TargetError(f"{program}: the browser did not start: {reason}; {remedy}") from None
                is_bare = True
            if is_bare:
                self._notebook.note("Chromium ran without its sandbox, which this machine or user does not allow.")
            try:
                yield browser
            finally:
                # Should it hang, the driver ends it with all its processes.
                with suppress(PlaywrightError, TimeoutError):
                    await asyncio.wait_for(browser.close(), _CLOSE_SECONDS)

    async def _visit(self, browser: Browser) -> None:
        async with self._visitor(browser) as visitor:
            first = await visitor.open(self._start, is_start=True)
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
                if await self._visit_as(visitor, State.ACCEPTED, pages) and State.WITHDRAWN in self._wanted:
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
        known = {self._start, first.url}
        waiting = deque(links_of(first.markup, first.url).pages)
        self._addresses = [self._start]
        while waiting and len(self._addresses) < self._bounds.pages:
            address = waiting.popleft()
            if (
                address in known
                or (ours and re.match(re.escape(ours) + r"(?:[/?.]|\Z)", address))
                or not self._site.has(address)
            ):
                continue
            known.add(address)
            self._addresses.append(address)
            await asyncio.sleep(self._bounds.delay)
            opened = await visitor.open(address)
            waiting.extend(links_of(opened.markup, opened.url).pages if opened else ())
        if any(address not in known and self._site.has(address) for address in waiting):
            self._notebook.note(f"In each state {self._bounds.pages} pages were opened; the site has more.")

    async def _visit_as(self, visitor: BrowserVisitor, state: State, pages: str) -> bool:
        """Have a visitor make the choice of a state, and open the same pages; return whether it is reached.

        ``pages``: the address of our pages; ``""`` if the site has none.
        """
        try:
            if pages:
                await visitor.choose(state, self._start, pages)
            else:
                await visitor.choose_elsewhere(state, self._start)
        except NotChosenError as error:
            self._notebook.note(f'The state "{state}" was not reached: {error}.')
            return False
        start, *others = self._addresses
        # A site deletes cookies in its answers, so the first round after a withdrawal still carries some.
        for is_sent_noted in (False, True) if state is State.WITHDRAWN else (True,):
            visitor.seen.is_sent_noted = is_sent_noted
            if await visitor.open(start, is_start=True) is None:
                return False
            self._notebook.states.add(state)
            for address in others:
                await visitor.open(address)
        if state is State.WITHDRAWN:
            await visitor.keep_left(self._start)
        return True
