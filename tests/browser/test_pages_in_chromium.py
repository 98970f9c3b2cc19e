"""The pages and the banner in a browser: their layout, and their use by keyboard and by the back button.

The pages do not depend on the server, so only one kind serves them here.
"""

import pytest
from playwright.sync_api import expect

from browser.portal_app import NECESSARY
from browser.visitor import launch

pytestmark = pytest.mark.parametrize("served", ["asgi"], indirect=True)

LANGUAGES = ["en", "fr", "nl", "de"]
PATHS = ["/cookies", "/cookies/preferences", "/map"]
WIDTHS = [320, 768, 1280]
#: What makes a button stand out, except its place and its words.
STYLE = """
button => {
  const style = getComputedStyle(button);
  const names = ["color", "backgroundColor", "borderColor", "borderWidth", "borderRadius", "fontSize", "fontWeight",
                 "fontFamily", "padding", "opacity", "textDecorationLine", "boxShadow", "cursor", "textTransform"];
  return [button.tagName, ...names.map(name => style[name])];
}
"""
#: Whether the focused element is in sight and not covered, and whether it is marked.
FOCUS = """
() => {
  const focused = document.activeElement, style = getComputedStyle(focused), box = focused.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return {
    name: focused.innerText || focused.name || focused.tagName,
    isSeen: box.top > -1 && box.bottom < innerHeight + 1 && (focused.contains(top) || top.contains(focused)),
    isMarked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
  };
}
"""


def open_error_page(visitor):
    visitor.go("/cookies/preferences")
    visitor.page.locator("button[value=save]").evaluate("button => button.value = 'other'")
    with visitor.page.expect_navigation():
        visitor.page.locator("button[value=other]").click()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_scrolls_sideways_on_a_narrow_screen(language, make_visitor):
    visitor = make_visitor(locale=language, viewport={"width": 320, "height": 640})
    for path in PATHS:
        visitor.go(path)
        for summary in visitor.page.locator("summary").all():
            summary.click()
        overflow = "() => document.scrollingElement.scrollWidth - innerWidth"
        assert visitor.page.evaluate(overflow) <= 0, path
    open_error_page(visitor)
    assert visitor.page.evaluate(overflow) <= 0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/", "/cookies/preferences"])
def test_accept_and_reject_look_alike(path, language, make_visitor):
    visitor = make_visitor(locale=language)
    visitor.go(path)
    accept, refuse = (visitor.page.locator(f"button[value={choice}]") for choice in ("accept", "refuse"))
    for width in WIDTHS:
        visitor.page.set_viewport_size({"width": width, "height": 800})
        assert accept.evaluate(STYLE) == refuse.evaluate(STYLE)
        sizes = [button.evaluate("button => [button.offsetWidth, button.offsetHeight]") for button in (accept, refuse)]
        assert sizes[0] == sizes[1], width
        for button in (accept, refuse):
            assert button.evaluate("button => button.scrollWidth <= button.clientWidth"), width


@pytest.mark.parametrize("java_script_enabled", [True, False], ids=["js", "no-js"])
def test_no_page_breaks_a_content_security_policy(java_script_enabled, make_visitor):
    visitor = make_visitor(java_script_enabled=java_script_enabled)
    # The fragment of the banner is part of other pages. By itself, it may not run the script that it names.
    for path in [*PATHS, "/"] if java_script_enabled else [*PATHS, "/cookies/banner"]:
        visitor.go(path)
    visitor.choose("Accept all")
    visitor.go("/map")
    expect(visitor.page.frame_locator("iframe").get_by_role("heading")).to_be_visible()
    visitor.go("/cookies/preferences")
    visitor.press("Save my choice")
    visitor.go("/cookies")
    assert visitor.complaints == []


def test_a_violation_of_the_policy_would_be_noticed(make_visitor):
    visitor = make_visitor()
    visitor.go("/cookies")
    with visitor.page.context.expect_event("console", lambda said: "Content Security Policy" in said.text):
        visitor.page.evaluate("() => document.body.setAttribute('style', 'color: red')")
    assert visitor.complaints != []


@pytest.mark.parametrize("size", [(1280, 600), (360, 640), (320, 256)], ids=str)
def test_no_focused_element_is_hidden_behind_the_banner(size, make_visitor):
    visitor = make_visitor(viewport={"width": size[0], "height": size[1]})
    visitor.go("/map")
    order = []
    for _ in range(200):
        visitor.page.keyboard.press("Tab")
        focused = visitor.page.evaluate(FOCUS)
        order.append(focused["name"])
        assert focused["isSeen"], focused
        if order[-1] == "Cookie policy":
            break
    assert order[0].startswith("Accept and show")
    assert order[-4:] == ["Accept all", "Reject all", "Cookie preferences", "Cookie policy"]


def test_no_focused_element_is_hidden_behind_the_banner_by_shift_tab(make_visitor):
    visitor = make_visitor(viewport={"width": 1280, "height": 600})
    visitor.go("/map")
    visitor.page.get_by_role("button", name="Accept all").focus()
    for _ in range(30):
        visitor.page.keyboard.press("Shift+Tab")
        focused = visitor.page.evaluate(FOCUS)
        assert focused["isSeen"], focused


def test_the_banner_is_answered_by_keyboard_alone(make_visitor):
    visitor = make_visitor()
    visitor.go("/kept")
    button = visitor.page.get_by_role("button", name="Reject all")
    for _ in range(3):
        visitor.page.keyboard.press("Shift+Tab")
    expect(button).to_be_focused()
    assert visitor.page.evaluate(FOCUS)["isMarked"]
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.locator("#cookie-consent")).to_have_count(0)
    expect(visitor.page.locator(".cookies-saved")).to_be_focused()
    assert visitor.jar() == {"cookies_preferences"}


def test_the_preferences_are_set_by_keyboard_alone(make_visitor):
    visitor = make_visitor()
    visitor.go("/cookies/preferences")
    keyboard, page = visitor.page.keyboard, visitor.page
    keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    keyboard.press("Enter")
    seen = []
    for _ in range(12):
        keyboard.press("Tab")
        focused = page.evaluate(FOCUS)
        assert focused["isSeen"], focused
        assert focused["isMarked"], focused
        seen.append(focused["name"])
        if focused["name"] == "category" and seen.count("category") == 2:
            keyboard.press("Space")
        if focused["name"] == "Save my choice":
            break
    unfold = ["2 cookies", "5 cookies", "2 cookies"]
    necessary = f"{len(NECESSARY) + 1} cookies"
    chosen = [part for kind in unfold for part in ("category", kind)]
    assert seen == ["Cookie policy", *chosen, necessary, "Save my choice"]
    with page.expect_navigation():
        keyboard.press("Space")
    assert visitor.ticked == ["first-party"]


def test_a_folded_list_of_cookies_opens_by_keyboard_without_scripts(make_visitor):
    visitor = make_visitor(java_script_enabled=False)
    visitor.go("/cookies/preferences")
    row = visitor.page.get_by_role("rowheader", name="stat*")
    expect(row).to_be_hidden()
    visitor.page.locator("summary").nth(1).focus()
    visitor.page.keyboard.press("Enter")
    expect(row).to_be_visible()


@pytest.mark.parametrize("java_script_enabled", [True, False], ids=["js", "no-js"])
def test_the_back_button_shows_only_the_current_choice(java_script_enabled, make_visitor, portal):
    visitor = make_visitor(java_script_enabled=java_script_enabled)
    page = visitor.page
    visitor.go("/cookies")
    visitor.go("/cookies/preferences")
    page.get_by_role("checkbox", name="Statistical").check()
    visitor.press("Save my choice")
    visitor.press("Reject all")
    for path in ("/cookies/preferences?saved&lang=en", "/cookies/preferences"):
        page.go_back()
        assert page.url == portal.url(path)
        assert visitor.ticked == []
    page.go_back()
    assert page.url == portal.url("/cookies")
    expect(page.locator(".cookies-choice li strong")).to_have_text(["rejected"] * 3)


@pytest.mark.parametrize("java_script_enabled", [True, False], ids=["js", "no-js"])
@pytest.mark.parametrize("path", ["/", "/kept", "/late"])
def test_a_page_from_before_the_choice_does_not_ask_again(path, java_script_enabled, make_visitor, portal):
    visitor = make_visitor(java_script_enabled=java_script_enabled)
    visitor.go(path)
    visitor.go("/1")
    visitor.choose("Accept all")
    banner = visitor.page.locator("#cookie-consent")
    visitor.go(path)
    expect(banner).to_have_count(0)
    # A choice without the script leads to another entry of the history.
    for _ in range(2 if java_script_enabled else 3):
        visitor.page.go_back()
    assert visitor.page.url == portal.url(path)
    visitor.page.locator("html[data-ready]" if java_script_enabled else "html").wait_for()
    expect(banner).to_have_count(0)


@pytest.mark.parametrize("answer", ["Accept all", "Reject all"])
@pytest.mark.parametrize("path", ["/", "/kept"])
def test_a_page_that_the_browser_froze_before_the_choice_does_not_ask_again(
    path, answer, playwright, make_visitor, portal
):
    with launch(playwright, ignore_default_args=["--disable-back-forward-cache"]) as browser:
        visitor = make_visitor(browser)
        visitor.go(path)
        visitor.go("/1")
        visitor.choose(answer)
        # A thawed page loads nothing, so there is no load to wait for.
        visitor.page.evaluate("() => { setTimeout(() => history.back()); }")
        expect(visitor.page).to_have_url(portal.url(path))
        expect(visitor.page.locator("#cookie-consent")).to_have_count(0)


def test_a_printed_page_is_white_and_has_the_table_without_navigation_and_forms(make_visitor):
    visitor = make_visitor(color_scheme="dark", viewport={"width": 794, "height": 1123})
    visitor.go("/cookies")
    visitor.page.emulate_media(media="print", color_scheme="dark")
    body, muted = visitor.page.locator("body"), visitor.page.locator("thead th").first
    expect(body).to_have_css("color", "rgb(0, 0, 0)")
    expect(body).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(muted).to_be_visible()
    expect(muted).to_have_css("color", "rgb(74, 86, 102)")
    for hidden in (".cookies-skip", ".cookies-languages", ".cookies-contents", ".cookies-actions", ".cookies-choice"):
        expect(visitor.page.locator(hidden)).to_be_hidden()
    visitor.go("/map")
    expect(visitor.page.locator("#cookie-consent")).to_be_hidden()
