"""One page in a browser: opens an address, waits until the page is quiet, and reads what it holds.

Rules: each step ends within its time, whatever the scripts of the page do. What they do to end or to bother a visit,
such as dialogs and windows, is closed and named. What is read of a page, its own scripts cannot change.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from playwright.async_api import BrowserContext, Dialog, Frame, Page, Response
from playwright.async_api import Error as PlaywrightError

from cookiewarden.errors import printable
from cookiewarden.tools.audit.json_values import at, list_at, text_at

T = TypeVar("T")

_QUIET_SECONDS = 3.0
#: For scripts that set something once the page is quiet.
_LAST_SECONDS = 0.3
_CLOSE_SECONDS = 2.0
_READ_SECONDS = 3.0
_MAX_NAVIGATIONS = 8
_MAX_DIALOGS = 5
_MAX_FRAMES = 50
_MAX_MARKUP = 1_000_000
_MAX_KEYS = 500
#: Reads the keys of both storages: their number is bounded, and so is their length.
_KEYS = """(() => {
  const read = kind => {
    try {
      const storage = globalThis[kind], keys = [];
      for (let at = 0; at < Math.min(storage.length, 501); at++) keys.push(storage.key(at).slice(0, 300));
      return keys;
    } catch { return []; }
  };
  return JSON.stringify([location.origin.slice(0, 2000), read("localStorage"), read("sessionStorage")]);
})()"""
_MARKUP = f"document.documentElement ? document.documentElement.outerHTML.slice(0, {_MAX_MARKUP}) : ''"


@dataclass(frozen=True, slots=True)
class Opened:
    """A page that was opened: its last address, the response to it if there is one, and its markup.

    ``problem``: why it says nothing of the site; ``""`` if it does.
    """

    url: str
    response: Response | None
    markup: str = ""
    problem: str = ""


class Tab:
    """A page of a browser, with its ``session`` of the protocol.

    ``note``: keeps a sentence for the reader. ``seconds``: for one page to load.
    """

    def __init__(self, page: Page, session: Any, note: Callable[[str], None], seconds: float) -> None:
        self.page, self.session, self._note, self._seconds = page, session, note, seconds
        self._navigations = self._dialogs = 0
        self._is_stuck = False  # nothing more is read of it
        page.on("dialog", self._on_dialog)
        page.on("framenavigated", self._on_navigation)
        page.on("download", lambda _: self._note(f"{self._shown} offered a download, which was not taken."))
        page.on("popup", self._on_popup)
        page.on("crash", lambda _: self._note(f"{self._shown} crashed."))

    @classmethod
    async def make(
        cls,
        context: BrowserContext,
        listen: Callable[[Any], Awaitable[None]],
        note: Callable[[str], None],
        seconds: float,
    ) -> Tab:
        """Return a new page. ``listen``: hears the session of the protocol before the page sends a request."""
        page = await context.new_page()
        session = await context.new_cdp_session(page)
        await listen(session)
        return cls(page, session, note, seconds)

    async def open(self, url: str) -> Opened:
        """Open an address, and wait until the page is quiet, or its time is over."""
        self._navigations = 0
        try:
            response = await self._within(
                self.page.goto(url, wait_until="commit", timeout=self._seconds * 1000), self._seconds
            )
        except (PlaywrightError, TimeoutError) as error:
            return Opened(url, None, problem=_reason(error, self._seconds))
        await self.settle()
        if self._navigations > _MAX_NAVIGATIONS:
            self._is_stuck = True
            return Opened(url, response, problem="goes from page to page by itself, so it was left")
        markup = await self._evaluated(_MARKUP, next(iter(await self.frames()), ""))
        if markup is None:
            return Opened(self.page.url, response, problem="did not react any more, so it was left")
        return Opened(self.page.url, response, markup)

    async def settle(self) -> None:
        """Wait until the page has loaded and is quiet, or its time is over."""
        try:
            await self._within(self.page.wait_for_load_state("load", timeout=self._seconds * 1000), self._seconds)
        except (PlaywrightError, TimeoutError):
            self._note(f"{self._shown} did not finish to load within {self._seconds:g} seconds.")
            return
        with suppress(PlaywrightError, TimeoutError):
            await self._within(self.page.wait_for_load_state("networkidle"), _QUIET_SECONDS)
        await asyncio.sleep(_LAST_SECONDS)

    async def keys(self) -> list[tuple[str, str, str]]:
        """Return the origin of each frame, the kind of the storage, and a key in it."""
        found: list[tuple[str, str, str]] = []
        for frame in await self.frames():
            with suppress(ValueError):
                origin, *both = json.loads(await self._evaluated(_KEYS, frame) or "[]") or [""]
                for kind, keys in zip(("local-storage", "session-storage"), both, strict=False):
                    if len(keys) > _MAX_KEYS:
                        self._note(f"{printable(origin)} keeps over {_MAX_KEYS} keys in {kind}; the rest was left out.")
                    # A frame without an address has the storage of the page around it.
                    found += [(origin, kind, key) for key in keys[:_MAX_KEYS] if origin.startswith("http")]
        return found

    async def picture(self) -> bytes:
        """Return a picture of the page as PNG; empty if there is none."""
        with suppress(PlaywrightError, TimeoutError):
            if self._is_stuck:
                return b""
            return await self._within(self.page.screenshot(timeout=_READ_SECONDS * 1000), _READ_SECONDS)
        return b""

    async def close(self) -> None:
        """Close the page, whatever its scripts want."""
        with suppress(PlaywrightError, TimeoutError):
            await self._within(self.page.close(), _CLOSE_SECONDS)

    async def frames(self) -> list[str]:
        """Return the numbers of all frames, from the top."""
        found: list[str] = []
        tree = await self.ask("Page.getFrameTree", {})
        waiting = [at(tree, "frameTree")]
        while waiting and len(found) < _MAX_FRAMES:
            one = waiting.pop(0)
            found.append(text_at(one, "frame", "id"))
            waiting += list_at(one, "childFrames")
        return found

    async def _evaluated(self, code: str, frame: str) -> str | None:
        """Return the text that a script has, run apart from those of the page; ``None`` if the page does not react."""
        where = {"frameId": frame, "worldName": "cookiewarden"}
        world = at(await self.ask("Page.createIsolatedWorld", where), "executionContextId")
        if world is None:
            return None
        how = {"expression": code, "contextId": world, "returnByValue": True}
        return text_at(await self.ask("Runtime.evaluate", how), "result", "value")

    async def ask(self, method: str, arguments: dict[str, Any]) -> Any:
        """Return the answer of the protocol; ``None`` if there is none, or if the page did not react before."""
        if self._is_stuck:
            return None
        try:
            return await self._within(self.session.send(method, arguments), _READ_SECONDS)
        except PlaywrightError:
            return None
        except TimeoutError:
            self._is_stuck = True
            return None

    async def _within(self, step: Awaitable[T], seconds: float) -> T:
        return await asyncio.wait_for(step, seconds + 1)

    @property
    def _shown(self) -> str:
        return printable(self.page.url[:300])

    def _on_navigation(self, frame: Frame) -> None:
        if frame is self.page.main_frame:
            self._navigations += 1
            if self._navigations == _MAX_NAVIGATIONS + 1:
                self._note(f"{self._shown} goes from page to page by itself.")

    async def _on_dialog(self, dialog: Dialog) -> None:
        self._dialogs += 1
        if self._dialogs == 1:
            self._note(f"{self._shown} opened a dialog ({dialog.type}), which was closed.")
        with suppress(PlaywrightError):
            if self._dialogs > _MAX_DIALOGS:
                self._note(f"{self._shown} opened ever more dialogs, so it was left.")
                await self.close()
            else:
                await dialog.dismiss()

    async def _on_popup(self, page: Page) -> None:
        self._note(f"{self._shown} opened a window, which was closed.")
        with suppress(PlaywrightError, TimeoutError):
            await self._within(page.close(), _CLOSE_SECONDS)


def _reason(error: Exception, seconds: float) -> str:
    """Return why an address was not opened, in words that follow it."""
    text = str(error)
    code = next((word.rstrip(":") for word in text.split() if word.startswith("net::")), "")
    if "ERR_TOO_MANY_REDIRECTS" in code:
        return "redirects without end"
    if isinstance(error, TimeoutError) or "Timeout" in text:
        return f"has no response within {seconds:g} seconds"
    if "Download is starting" in text or "ERR_ABORTED" in code:
        return "is no page, but a download or nothing at all"
    if "ERR_SOCKS_CONNECTION_FAILED" in code:
        return "was not opened, because its host could not be reached"
    return f"was not opened ({printable(code or text.splitlines()[0][:200])})"
