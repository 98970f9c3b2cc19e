"""A visitor of the portal, with a browser of its own: open pages, press buttons, and read the browser's cookies.

Rule: no step waits for a length of time. Each waits for the page that it leads to.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Response, expect

from browser.browsers import CHROMIUM
from browser.served import HOST, INSECURE, Portal
from waiting import SECONDS_TO_WAIT

MILLISECONDS_TO_WAIT = SECONDS_TO_WAIT * 1000
expect.set_options(timeout=MILLISECONDS_TO_WAIT)


def launch(playwright: Any, **options: Any) -> Browser:
    """Launch the Chromium that is installed here, or skip the test if there is none.

    Its visitors use private windows, in which it blocks third-party cookies.
    """
    return playwright.chromium.launch(**_launching(), **options)


def launch_allowing_third_parties(playwright: Any, folder: Path) -> BrowserContext:
    """Launch it for one visitor who lets third-party cookies pass. ``folder``: one for the profile, still empty."""
    (folder / "Default").mkdir()
    settings = {"profile": {"cookie_controls_mode": 0, "block_third_party_cookies": False}}
    (folder / "Default" / "Preferences").write_text(json.dumps(settings))
    return playwright.chromium.launch_persistent_context(folder, **_launching())


def _launching() -> dict[str, Any]:
    if CHROMIUM.program is None:
        pytest.skip(f"no chromium to visit with: none of {', '.join(CHROMIUM.programs)} is installed")
    arguments = ["--no-sandbox", "--no-proxy-server", "--disable-dev-shm-usage"]
    arguments.append(f"--host-resolver-rules=MAP {INSECURE} 127.0.0.1")
    return {"executable_path": CHROMIUM.program, "args": arguments, "timeout": MILLISECONDS_TO_WAIT}


class Visitor:
    """One visitor. ``complaints``: the errors and warnings that the browser wrote to its console.

    ``runs_scripts``: whether the visitor's browser does.
    """

    def __init__(self, context: BrowserContext, portal: Portal, *, runs_scripts: bool = True) -> None:
        self.context = context
        self.runs_scripts = runs_scripts
        self.portal = portal
        self.complaints: list[str] = []
        context.on("console", lambda said: said.type in ("error", "warning") and self.complaints.append(said.text))
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.page = context.new_page()
        self.page.set_default_timeout(MILLISECONDS_TO_WAIT)

    def go(self, path: str = "/", host: str = HOST) -> Response | None:
        """Open a page of the portal."""
        return self.page.goto(self.portal.url(path, host))

    def press(self, button: str) -> Response | None:
        """Press a button that leads to a page, and return the response."""
        with self.page.expect_navigation() as led:
            self.page.get_by_role("button", name=button).click()
        return led.value

    def choose(self, button: str) -> None:
        """Press a button of the banner or of a placeholder. It leads nowhere if the browser runs our script."""
        if not self.runs_scripts:
            self.press(button)
            return
        self.page.get_by_role("button", name=button).click()
        expect(self.page.get_by_role("status")).to_contain_text("Your choice is saved.")

    @property
    def is_asked(self) -> bool:
        """Whether the page shows the banner."""
        return self.page.locator("#cookie-consent").is_visible()

    @property
    def ticked(self) -> list[str]:
        """The categories that are ticked on the page."""
        return [box.get_attribute("value") or "" for box in self.page.locator("[name=category]:checked").all()]

    def jar(self, host: str = HOST) -> set[str]:
        """Return the names of the cookies that the browser keeps for a host and for the domain above it."""
        domains = {host, "." + host, "." + host.partition(".")[2]}
        return {cookie["name"] for cookie in self.context.cookies() if cookie["domain"] in domains}
