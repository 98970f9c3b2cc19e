"""One visitor with a browser of its own: opens pages, clicks on the banner, and keeps what the browser saw.

Rule: after each page, the jar of the browser is looked at, so that each cookie counts in the state in which it came.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Self

from playwright.async_api import Browser, BrowserContext
from playwright.async_api import Error as PlaywrightError

from cookiewarden.tools.audit.bounds import Bounds
from cookiewarden.tools.audit.choosing import NotChosenError, check_choice, find_pages
from cookiewarden.tools.audit.links import links_of
from cookiewarden.tools.audit.notebook import Notebook
from cookiewarden.tools.audit.observed import Page, SeenKey, State
from cookiewarden.tools.audit.pictures import Pictures
from cookiewarden.tools.audit.script_cookies import ScriptCookies
from cookiewarden.tools.audit.site import Site
from cookiewarden.tools.audit.tab import Opened, Tab
from cookiewarden.tools.audit.visit_time import VisitEndError
from cookiewarden.tools.audit.wire import Seen, Wire
from cookiewarden.tools.web.addresses import normalized
from cookiewarden.tools.web.challenges import problem_of
from cookiewarden.tools.web.response import Response

_CLICK_SECONDS = 10.0
_ASK_SECONDS = 15.0
_MAX_READ = 1_000_000
_DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
#: The buttons of our banner, and those of our page of preferences.
_BANNER, _PREFERENCES = "#cookie-consent-form button[value={}]", "form.cookies-form button[value={}]"


class BrowserVisitor:
    """A visitor who comes without cookies.

    ``seen``: what was chosen, and whether sent cookies are noted. ``notebook``: where all visitors keep what they see.
    """

    def __init__(
        self,
        context: BrowserContext,
        notebook: Notebook,
        bounds: Bounds,
        site: Site,
        report: Callable[[Page], None] | None,
        pictures: Pictures,
        now: Callable[[], float],
    ) -> None:
        self._context, self.notebook, self._bounds, self._site = context, notebook, bounds, site
        self._report, self._pictures, self._now = report, pictures, now
        self.seen = Seen()
        self._jar = ScriptCookies(context, self.seen, notebook, now)

    @classmethod
    async def make(
        cls,
        browser: Browser,
        notebook: Notebook,
        bounds: Bounds,
        site: Site,
        report: Callable[[Page], None] | None,
        pictures: Pictures,
        now: Callable[[], float],
        device: Mapping[str, Any],
    ) -> Self:
        """Return a visitor with a fresh context of a browser. ``device``: what a context is told of its screen."""
        context = await browser.new_context(
            accept_downloads=False, service_workers="block", locale="en", **(device or _DESKTOP)
        )
        made = cls(context, notebook, bounds, site, report, pictures, now)
        await made._jar.attach()
        return made

    async def close(self) -> None:
        """Close all pages of this visitor, and forget the cookies."""
        await self._context.close()

    async def open(self, url: str, *, is_start: bool = False) -> Opened | None:
        """Open a page, and keep what was seen; return ``None`` if it says nothing of the site."""
        tab = await self.new_tab()
        try:
            opened = await tab.open(url)
            status = None if opened.response is None else opened.response.status
            problem = opened.problem or await self._problem(opened, is_start)
            page = Page(self.seen.state, url, status, problem)
            self.notebook.pages[page.state, url] = page
            await self.look(tab, opened.url, is_pictured=is_start)
            if self._report:
                self._report(page)
        finally:
            await tab.close()
        return None if problem else opened

    async def find_pages(self, start: Opened) -> str:
        """Return the address under which the site has our pages; ``""`` if there are none."""
        return await asyncio.to_thread(find_pages, self._send, start.url, links_of(start.markup, start.url))

    async def published(self, pages: str) -> bytes:
        """Return the policy that the pages of cookiewarden publish as JSON; empty if there are none."""
        if not pages:
            return b""
        status, _, body = await self._ask("GET", f"{pages}.json", {"accept": "application/json"}, b"")
        return body if status == 200 else b""

    async def choose(self, state: State, start: str, pages: str) -> None:
        """Make the choice of a state with a click on the banner, or on the page of preferences.

        Raises ``NotChosenError``.
        """
        value = "accept" if state is State.ACCEPTED else "refuse"
        tab = await self.new_tab()
        try:
            by_hand = (f"{pages}/preferences", _PREFERENCES)
            # Who withdraws sees no banner.
            for address, button in (by_hand,) if state is State.WITHDRAWN else ((start, _BANNER), by_hand):
                opened = await tab.open(address)
                if opened.problem:
                    raise NotChosenError(f"{address} {opened.problem}")
                await self.look(tab, opened.url)
                if await self._click(tab, button.format(value), state, pages):
                    break
            else:
                raise NotChosenError("the site asks for no consent, so there is nothing to click on")
            await self.look(tab, tab.page.url)
        finally:
            await tab.close()
        await asyncio.to_thread(check_choice, self._send, pages, accept=state is State.ACCEPTED)

    async def keep_left(self, url: str) -> None:
        """Keep the cookies that are still there as sent. ``url``: an address of the site."""
        await self._jar.keep_left(url)

    async def _click(self, tab: Tab, button: str, state: State, pages: str) -> bool:
        """Press a button, and wait for the answer; return whether there is a button.

        ``pages``: the address of the pages that answer. What comes from then on is of the state that is chosen.
        """
        with suppress(PlaywrightError, TimeoutError):
            found = tab.page.locator(button).first
            if not await asyncio.wait_for(found.is_visible(), _CLICK_SECONDS):
                return False
            self.seen.state, before = state, self.seen.state
            # The request that withdraws consent still carries what its answer deletes.
            self.seen.is_sent_noted = state is not State.WITHDRAWN
            # The banner sends the choice in the background: a page that is left too soon loses it.
            answered = tab.page.expect_response(
                lambda answer: answer.request.method == "POST" and answer.url.startswith(f"{pages}/preferences"),
                timeout=self._bounds.request_seconds * 1000,
            )
            with suppress(PlaywrightError, TimeoutError):  # whether the choice stands is asked later
                async with answered:
                    try:
                        await asyncio.wait_for(found.click(timeout=_CLICK_SECONDS * 1000), _CLICK_SECONDS + 1)
                    except (PlaywrightError, TimeoutError):
                        self.seen.state = before
                        raise NotChosenError("the button of the banner could not be pressed") from None
            await tab.settle()
            return True
        return False

    async def new_tab(self) -> Tab:
        """Return a new tab. Raises ``VisitEndError`` if the pages sent too many requests."""
        if self.seen.has_too_many_requests:
            raise VisitEndError("The visit ended, because its pages sent too many requests; the rest was not opened.")
        self._wire = Wire(self.seen, self.notebook, self._now)
        return await Tab.make(self._context, self._wire.attach, self.notebook.note, self._bounds.request_seconds)

    async def look(self, tab: Tab, url: str, *, is_pictured: bool = False) -> None:
        """Keep the cookies that scripts set, the keys of the storage, and a picture if it is wanted."""
        state = self.seen.state
        self._wire.keep_others(url)
        await self._jar.look(url)
        for origin, kind, key in await tab.keys():
            self.notebook.keep_key(SeenKey(state, origin, kind, key))
        if is_pictured and self._pictures.wants(state):
            self._pictures.keep(state, url, await tab.picture())

    async def _problem(self, opened: Opened, is_start: bool) -> str:
        """Return why a page that came says nothing of the site."""
        address = normalized(opened.url)
        if not address:
            return "leads to no address of the web"
        if not (self._site.has(address) or (is_start and self._site.extend(address))):
            return f"leads to another site, {address[:200]}" + ("; to audit that one, name it" if is_start else "")
        if opened.response is None:
            return "has no response"
        fields = [(name.encode(), value.encode()) for name, value in (await opened.response.all_headers()).items()]
        response = Response(opened.response.status, tuple(fields), opened.markup.encode("utf-8", "replace"))
        return problem_of(response, is_start=is_start)

    async def _ask(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        """Send a request with the cookies of this visitor, beside the pages. The status is 0 without a response."""
        with suppress(PlaywrightError, TimeoutError):
            asked = self._context.request.fetch(
                url,
                method=method,
                headers=dict(headers),
                data=body or None,
                max_redirects=0,
                timeout=_ASK_SECONDS * 1000,
            )
            response = await asyncio.wait_for(asked, _ASK_SECONDS + 1)
            fields = [(one["name"].encode(), one["value"].encode()) for one in response.headers_array]
            return response.status, fields, (await response.body())[:_MAX_READ]
        return 0, [], b""

    @property
    def _send(self) -> Callable[..., tuple[int, list[tuple[bytes, bytes]], bytes]]:
        """How ``choosing`` sends a request, from a thread of its own."""
        loop = asyncio.get_running_loop()
        return lambda *asked: asyncio.run_coroutine_threadsafe(self._ask(*asked), loop).result(2 * _ASK_SECONDS)
