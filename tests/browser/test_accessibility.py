"""Every page checked by axe-core: in eight languages, light and dark, narrow and wide.

The environment variable ``COOKIEWARDEN_AXE`` is the path of ``axe.min.js``.
"""

import os
from itertools import product
from pathlib import Path

import pytest

from browser.portal_app import CONSENTED
from browser.visitor import Visitor

SCRIPT = os.environ.get("COOKIEWARDEN_AXE")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# At the end of the page, a banner that sticks to the bottom covers nothing.
EXAMINE = """
async ([part, tags]) => {
  scrollTo(0, document.body.scrollHeight);
  const { violations, incomplete } = await axe.run(part, { runOnly: tags, resultTypes: ["violations", "incomplete"] });
  return [...violations, ...incomplete];
}
"""
WIDTHS = (320, 1280)
# In the second, nothing scrolls inside the banner, because axe-core cannot check what is scrolled out of sight.
HEIGHTS = (640, 1600)

pytestmark = [
    pytest.mark.skipif(not SCRIPT, reason="COOKIEWARDEN_AXE does not say where axe.min.js of axe-core is"),
    # The pages do not depend on the server.
    pytest.mark.parametrize("served", ["asgi"], indirect=True),
]


def policy(visitor: Visitor) -> None:
    visitor.go("/cookies/preferences")
    with visitor.page.expect_navigation():
        visitor.page.locator("button[value=refuse]").click()
    visitor.go("/cookies")
    assert visitor.page.locator(".cookies-choice li").count() == len(CONSENTED)


def preferences(visitor: Visitor) -> None:
    visitor.go("/cookies/preferences")


def saved_preferences_unfolded(visitor: Visitor) -> None:
    visitor.go("/cookies/preferences")
    visitor.page.locator("button[value=save]").click()
    visitor.page.locator("[role=status]").wait_for()
    for summary in visitor.page.locator("main summary").all():
        summary.click()


def error(visitor: Visitor) -> None:
    visitor.go("/cookies/preferences")
    visitor.page.locator("button[value=save]").evaluate("button => button.value = 'other'")
    visitor.page.locator("button[value=other]").click()
    visitor.page.locator("form").wait_for(state="detached")


def banner_and_placeholder(visitor: Visitor) -> None:
    visitor.go("/map")
    assert visitor.is_asked
    assert visitor.page.locator(".cookies-placeholder").is_visible()


PAGES = [policy, preferences, saved_preferences_unfolded, error, banner_and_placeholder]


def findings(visitor: Visitor, part: str = "html") -> list[str]:
    """Return what axe-core finds wrong in a part of the open page, or cannot decide, in a line each."""
    return [
        f"{rule['id']} ({rule['helpUrl']}): {node['html'][:200]} {node.get('failureSummary', '')}"
        for rule in visitor.page.evaluate(EXAMINE, [part, TAGS])
        for node in rule["nodes"]
    ]


@pytest.fixture
def examined(make_visitor, request) -> Visitor:
    # axe-core is a script, and the pages' Content Security Policy allows none, so these tests bypass it.
    visitor = make_visitor(locale=request.param, bypass_csp=True)
    visitor.context.add_init_script(path=Path(SCRIPT or ""))
    return visitor


@pytest.mark.parametrize("examined", ["en", "fr", "nl", "de", "it", "es", "pl", "pt"], indirect=True)
@pytest.mark.parametrize("open_page", PAGES)
def test_axe_finds_nothing_wrong_in_a_page(open_page, examined, request):
    open_page(examined)
    language = request.node.callspec.params["examined"]
    assert examined.page.locator(f"[lang={language}]").count() > 0
    for scheme in ("light", "dark"):
        examined.page.emulate_media(color_scheme=scheme)
        for width, height in product(WIDTHS, HEIGHTS[1:] if open_page is banner_and_placeholder else HEIGHTS):
            examined.page.set_viewport_size({"width": width, "height": height})
            assert findings(examined) == [], f"{scheme}, {width} by {height}"


@pytest.mark.parametrize("examined", ["en"], indirect=True)
def test_axe_finds_nothing_wrong_in_the_unfolded_list_of_languages(examined):
    examined.go("/cookies")
    examined.page.locator(".cookies-languages summary").click()
    for width in WIDTHS:
        examined.page.set_viewport_size({"width": width, "height": HEIGHTS[0]})
        # What the list covers cannot be checked meanwhile.
        assert findings(examined, ".cookies-languages") == [], f"{width} wide"


@pytest.mark.parametrize("examined", ["en"], indirect=True)
def test_axe_would_find_a_faint_and_nameless_button(examined):
    examined.go("/cookies/preferences")
    examined.page.locator("button[value=save]").evaluate("button => button.textContent = ''")
    examined.page.locator("button[value=refuse]").evaluate("button => button.style.color = '#1065b0'")
    assert {line.partition(" ")[0] for line in findings(examined)} == {"button-name", "color-contrast"}
