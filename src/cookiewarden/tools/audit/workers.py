"""Notes the workers of pages, for a session of a page hears little of what they do.

Rule: nothing that a worker does and that the audit cannot see stays unsaid.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.async_api import Browser

from cookiewarden.errors import printable
from cookiewarden.tools.audit.json_values import text_at

_MAX_SHOWN = 300


async def note_workers(browser: Browser, note: Callable[[str], None]) -> None:
    """Note each worker that starts from now on. ``note``: keeps a sentence for the reader."""

    def hear(event: Any) -> None:
        kind, url = (text_at(event, "targetInfo", key) for key in ("type", "url"))
        if kind == "shared_worker":
            note(f"{printable(url[:_MAX_SHOWN])} is a shared worker; the hosts that it contacts were not recorded.")
        elif kind == "worker":
            note("A page started a worker; the web sockets that it may open were not recorded.")

    session = await browser.new_browser_cdp_session()
    session.on("Target.targetCreated", hear)
    await session.send("Target.setDiscoverTargets", {"discover": True})
