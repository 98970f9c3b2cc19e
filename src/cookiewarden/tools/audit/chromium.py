"""Starts an installed Chromium for an audit.

Rule: the browser is always closed.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from playwright.async_api import Browser, async_playwright
from playwright.async_api import Error as PlaywrightError

from cookiewarden.tools.audit.apps import TargetError

#: The programs that are looked for, in this order.
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
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


@asynccontextmanager
async def launched(
    program: str, proxy: str, note: Callable[[str], None], *, is_mobile: bool
) -> AsyncIterator[tuple[Browser, dict[str, Any]]]:
    """Start a browser whose requests go through a proxy. Yield it, and what its contexts are told of their screen.

    ``program``: its path. ``note``: keeps a sentence for the reader of the report. ``is_mobile``: come as a phone.
    Raises ``TargetError`` if it does not start.
    """
    async with async_playwright() as playwright:
        device: dict[str, Any] = {**playwright.devices[_PHONE]} if is_mobile else {}
        device.pop("default_browser_type", None)

        async def launch(has_sandbox: bool) -> Browser:
            return await playwright.chromium.launch(
                executable_path=program,
                args=list(_SWITCHES),
                chromium_sandbox=has_sandbox,
                ignore_default_args=["--disable-popup-blocking"],
                proxy={"server": proxy},
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
            note("Chromium ran without its sandbox, which this machine or user does not allow.")
        try:
            yield browser, device
        finally:
            # Should it hang, the driver ends it with all its processes.
            with suppress(PlaywrightError, TimeoutError):
                await asyncio.wait_for(browser.close(), _CLOSE_SECONDS)
