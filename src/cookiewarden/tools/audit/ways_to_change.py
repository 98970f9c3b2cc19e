"""Finds the ways that an open page offers to change a choice about cookies, and takes them.

A way is a call that a well-known consent manager documents for links of the site. Or it is a visible link or button
whose words say what it is for.
Rules: a link is taken only to a page that the audit may open. Each step ends within its time.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Locator

from cookiewarden.errors import printable
from cookiewarden.tools.audit.consent_words import CHANGE, REFUSE_ALL
from cookiewarden.tools.audit.json_values import at
from cookiewarden.tools.audit.settings_calls import SETTINGS_CALLS
from cookiewarden.tools.audit.tab import Tab
from cookiewarden.tools.web.addresses import joined

_STEP_SECONDS = 3.0
_MAX_READ = 10
#: Each way is tried on a page of its own, so only the first ones are.
_MAX_CALLS, _MAX_LINKS = 3, 3
_MAX_SHOWN = 60
_PRESSED = ", ".join(f"{one}:visible" for one in ("a", "button", "summary", "[role=button]", "[role=link]"))


@dataclass(frozen=True, slots=True)
class Way:
    """One way to change a choice: how a sentence names it, and its call. One without a call is a link or a button."""

    name: str
    call: str = ""


class Ways:
    """Those of a site. ``may_open``: whether the audit may open an address."""

    def __init__(self, may_open: Callable[[str], Awaitable[bool]]) -> None:
        self._may_open = may_open

    async def calls(self, tab: Tab) -> list[Way]:
        """Return the documented calls that a page has."""
        names = (one.function for one in SETTINGS_CALLS)
        tests = (f'(() => {{ try {{ return typeof {name} === "function" }} catch {{}} }})()' for name in names)
        found = await _value(tab, f"[{', '.join(tests)}]")
        if not isinstance(found, list):
            return []
        there = [one for one, is_there in zip(SETTINGS_CALLS, found, strict=False) if is_there is True]
        return [Way(f"the call {one.function} of {one.manager}", one.call) for one in there[:_MAX_CALLS]]

    async def links(self, tab: Tab) -> list[Way]:
        """Return the visible links and buttons of a page whose words say so."""
        return [way for way, _ in await self._links(tab)]

    async def take(self, way: Way, tab: Tab) -> bool:
        """Take a way on a page that was opened anew, and wait for what follows; return whether it was there."""
        if way.call:
            is_taken = await _value(tab, f"(() => {{ {way.call}; return true; }})()") is True
        else:
            found = next((one for other, one in await self._links(tab) if other == way), None)
            is_taken = found is not None and await _pressed(found)
        await tab.settle()
        return is_taken

    async def _links(self, tab: Tab) -> list[tuple[Way, Locator]]:
        found, ways = _with_words(tab, CHANGE), dict[Way, Locator]()
        for number in range(min(await _count(found), _MAX_READ)):
            one = found.nth(number)
            with suppress(PlaywrightError, TimeoutError):
                href = await _attribute(one, "href")
                leads_away = href and not href.lstrip().lower().startswith(("#", "javascript:"))
                if leads_away and not ((address := joined(tab.page.url, href)) and await self._may_open(address)):
                    continue
                text = await asyncio.wait_for(one.inner_text(), _STEP_SECONDS)
                label = " ".join((text.strip() or await _attribute(one, "aria-label")).split())
                ways.setdefault(Way(f'the page\'s "{printable(label[:_MAX_SHOWN])}"'), one)
        return list(ways.items())[:_MAX_LINKS]


async def refusals_of(tab: Tab) -> int:
    """Return how many visible buttons of the page refuse everything."""
    return await _count(_with_words(tab, REFUSE_ALL))


async def press_refusal(tab: Tab) -> bool:
    """Press the first of them; return whether that was possible."""
    is_pressed = await _pressed(_with_words(tab, REFUSE_ALL).first)
    await tab.settle()
    return is_pressed


def _with_words(tab: Tab, words: re.Pattern[str]) -> Locator:
    page = tab.page
    named = page.get_by_role("button", name=words).or_(page.get_by_role("link", name=words))
    return page.locator(_PRESSED).filter(has_text=words).or_(named)


async def _attribute(one: Locator, name: str) -> str:
    """Return an attribute. Raises ``PlaywrightError`` and ``TimeoutError``."""
    return await asyncio.wait_for(one.get_attribute(name, timeout=_STEP_SECONDS * 1000), _STEP_SECONDS + 1) or ""


async def _count(found: Locator) -> int:
    with suppress(PlaywrightError, TimeoutError):
        return await asyncio.wait_for(found.count(), _STEP_SECONDS)
    return 0


async def _pressed(button: Locator) -> bool:
    with suppress(PlaywrightError, TimeoutError):
        await asyncio.wait_for(button.click(timeout=_STEP_SECONDS * 1000), _STEP_SECONDS + 1)
        return True
    return False


async def _value(tab: Tab, code: str) -> Any:
    """Return the value of a script among those of the page."""
    how = {"expression": code, "returnByValue": True, "userGesture": True}
    return at(await tab.ask("Runtime.evaluate", how), "result", "value")
