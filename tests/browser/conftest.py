"""A real Chromium, and a portal to visit with it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from browser.served import Portal, serving
from browser.visitor import Visitor, launch

#: Makes a visitor with a browser of its own. It takes the arguments of Playwright's ``new_context``.
MakeVisitor = Callable[..., Visitor]


@pytest.fixture(scope="module")
def playwright() -> Iterator[Any]:
    # For one module only, because while Playwright runs, no test of this thread can run an event loop.
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def chromium(playwright: Any) -> Iterator[Browser]:
    browser = launch(playwright)
    yield browser
    browser.close()


@pytest.fixture(scope="module", params=["asgi", "wsgi"])
def served(request: pytest.FixtureRequest) -> Iterator[Portal]:
    with serving(request.param) as portal:
        yield portal


@pytest.fixture
def portal(served: Portal) -> Portal:
    """The portal on a real server, of each interface. It remembers no earlier test."""
    served.restart()
    return served


@pytest.fixture(params=[True, False], ids=["js", "no-js"])
def visitor(request: pytest.FixtureRequest, make_visitor: MakeVisitor) -> Visitor:
    """A first-time visitor, with JavaScript and without."""
    return make_visitor(java_script_enabled=request.param)


@pytest.fixture
def make_visitor(chromium: Browser, portal: Portal) -> Iterator[MakeVisitor]:
    contexts: list[BrowserContext] = []

    def make(browser: Browser = chromium, **options: Any) -> Visitor:
        context = browser.new_context(**options)
        contexts.append(context)
        return Visitor(context, portal, runs_scripts=options.get("java_script_enabled", True))

    yield make
    for context in contexts:
        context.close()
