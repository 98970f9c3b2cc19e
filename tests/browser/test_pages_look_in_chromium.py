"""How the pages look in a browser: what is in sight, what breaks, what prints, and what a screen reader reads of them.

The pages do not depend on the server, so only one kind serves them here.
"""

import pytest
from playwright.sync_api import expect

from browser.portal_app import POLICY
from cookiewarden.pages.languages import load_languages
from profiled import mapping_of

pytestmark = pytest.mark.parametrize("served", ["asgi"], indirect=True)

LANGUAGES = sorted(load_languages(None))
PREFERENCES = "/cookies/preferences"
#: A long word in the title, 100 cookies, and long names and texts.
LARGE = {
    "site": {"name": "Datenbereitstellungsportal", "operator": "Verkehrsinfrastrukturgesellschaft mbH"},
    "cookies": [
        {
            "name": f"cookie_{number}_{'x' * number}",
            "category": ["necessary", "statistical", "first-party", "third-party"][number % 4],
            "purpose": f"Does what it is for, {'and more, ' * (number % 9)} of Rindfleischetikettierungsüberwachung.",
            "provider": f"Provider {number}",
            "function": "On all pages" if number % 3 else "In the office",
            "lifetime": f"{1 + number % 12} months",
        }
        for number in range(100)
    ],
}
#: A site that says which rules apply. It speaks for any host.
RULED = {**mapping_of(), "site": {"name": "Exampletown", "profile": "uk"}}
SIZES = [(320, 568), (360, 640), (640, 360), (1280, 800)]
#: A page of 1280 by 1024 pixels that is magnified four times.
MAGNIFIED = (320, 256)
#: The headings whose longest word is wider than their box, so that it breaks or sticks out.
BROKEN = """
() => [...document.querySelectorAll("h1, h2, h3, thead th, dt, button, summary, .cookies-switch")].filter(element => {
  if (!element.checkVisibility()) return false;
  const range = document.createRange(), whole = element.getBoundingClientRect();
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    if (node.parentElement.closest(".cookies-hidden")) continue;
    for (const { index, 0: word } of node.data.matchAll(/[^\\s-]+/g)) {
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      const lines = [...range.getClientRects()];
      const isOut = box => box.top > lines[0].top + 1 || box.left < whole.left - 1 || box.right > whole.right + 1;
      if (lines.some(isOut)) return true;
    }
  }
  return false;
}).map(element => element.innerText)
"""
OVERFLOW = "() => document.scrollingElement.scrollWidth - innerWidth"
#: The focused element: its name, and whether all of it is in sight and nothing covers it.
FOCUS = """
() => {
  const focused = document.activeElement, box = focused.getBoundingClientRect();
  const covers = y => {
    const top = document.elementFromPoint(box.x + box.width / 2, y);
    return !focused.contains(top) && !top?.contains(focused);
  };
  const isCut = box.top < 0 || box.bottom > innerHeight + 1;
  return { name: focused.innerText || focused.value, isHidden: isCut || covers(box.top + 2) || covers(box.bottom - 2) };
}
"""


def unfold(page):
    for summary in page.locator("main summary").all():
        summary.click()


def boxes(page):
    """Return the boxes of the buttons that accept and reject."""
    return [page.locator(f"button[value={choice}]").bounding_box() for choice in ("accept", "refuse")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_accepting_and_rejecting_are_in_sight_without_scrolling_beside_each_other(language, make_visitor):
    visitor = make_visitor(locale=language, java_script_enabled=False)
    visitor.go(PREFERENCES)
    for width, height in (*SIZES, MAGNIFIED):
        visitor.page.set_viewport_size({"width": width, "height": height})
        for choice in ("accept", "refuse"):
            expect(visitor.page.locator(f"button[value={choice}]")).to_be_in_viewport(ratio=1)
        accept, reject = boxes(visitor.page)
        assert accept["y"] == reject["y"], (width, height)
        # Chromium rounds to a part of a pixel.
        assert accept["width"] == pytest.approx(reject["width"], abs=0.1), (width, height)
        assert accept["height"] == reject["height"], (width, height)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_saving_is_in_sight_and_stands_out_less(size, make_visitor):
    visitor = make_visitor(viewport={"width": size[0], "height": size[1]})
    visitor.go(PREFERENCES)
    save = visitor.page.get_by_role("button", name="Save my choice")
    expect(save).to_be_in_viewport(ratio=1)
    expect(save).to_have_css("background-color", "rgba(0, 0, 0, 0)")


@pytest.mark.parametrize("size", [*SIZES, MAGNIFIED], ids=str)
def test_the_bar_leaves_at_least_two_thirds_of_the_window(size, make_visitor):
    visitor = make_visitor(viewport={"width": size[0], "height": size[1]})
    visitor.go(PREFERENCES)
    bar = visitor.page.locator(".cookies-choose .cookies-buttons" if size == MAGNIFIED else ".cookies-choose")
    assert bar.bounding_box()["height"] <= size[1] / 3


def test_in_a_very_low_window_the_bar_does_not_stick(make_visitor):
    visitor = make_visitor(viewport={"width": 320, "height": 150})
    visitor.go(PREFERENCES)
    expect(visitor.page.locator("button[value=accept]")).not_to_be_in_viewport()


@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
@pytest.mark.parametrize("size", [*SIZES, MAGNIFIED], ids=str)
def test_the_bar_never_covers_the_focused_element(size, key, make_visitor):
    visitor = make_visitor(viewport={"width": size[0], "height": size[1]})
    visitor.go(PREFERENCES)
    unfold(visitor.page)
    visitor.page.locator("button[value=refuse]" if key == "Shift+Tab" else ".cookies-skip").focus()
    names = []
    for _ in range(9):
        visitor.page.keyboard.press(key)
        focused = visitor.page.evaluate(FOCUS)
        names.append(focused["name"])
        assert not focused["isHidden"], focused
    assert {"statistical", "third-party"} <= set(names)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("policy", [POLICY, LARGE, RULED], ids=["usual", "large", "rules"])
def test_no_word_of_a_heading_breaks_and_no_page_scrolls_sideways_at_any_width(policy, language, make_visitor, portal):
    portal.restart(policy)
    visitor = make_visitor(locale=language)
    for path in ("/cookies", PREFERENCES):
        visitor.go(path)
        unfold(visitor.page)
        for width in (320, 360, 600, 768, 960, 1200, 1280, 1920):
            visitor.page.set_viewport_size({"width": width, "height": 800})
            assert visitor.page.evaluate(BROKEN) == [], f"{path}, {width} wide"
            assert visitor.page.evaluate(OVERFLOW) <= 0, f"{path}, {width} wide"


def test_a_broken_word_of_a_heading_would_be_found(make_visitor):
    visitor = make_visitor(viewport={"width": 320, "height": 800})
    visitor.go("/cookies")
    visitor.page.locator("h1").evaluate(
        "heading => heading.textContent = 'Rindfleischetikettierungsüberwachungsgesetz'"
    )
    assert visitor.page.evaluate(BROKEN) == ["Rindfleischetikettierungsüberwachungsgesetz"]


@pytest.mark.parametrize(("width", "is_table"), [(320, False), (768, False), (1024, True), (1280, True), (1920, True)])
def test_the_cookies_are_a_table_where_there_is_room_and_text_stays_at_a_reading_width(width, is_table, make_visitor):
    visitor = make_visitor(viewport={"width": width, "height": 800})
    visitor.go("/cookies")
    assert visitor.page.locator("thead").first.is_visible() == is_table
    widths = [text.bounding_box()["width"] for text in visitor.page.locator("main p").all()]
    assert max(widths) <= 40 * 16
    if is_table:
        assert visitor.page.locator("table").first.bounding_box()["width"] > 48 * 16


def nodes_of(visitor, *roles):
    """Return the nodes of Chromium's accessibility tree with these roles, in reading order: role and name."""
    session = visitor.context.new_cdp_session(visitor.page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    found = {node["nodeId"]: node for node in nodes}

    def ordered(node):
        if not node["ignored"] and node["role"]["value"] in roles:
            yield node["role"]["value"], node.get("name", {}).get("value", "")
        for child in node.get("childIds", ()):
            yield from ordered(found[child])

    return list(ordered(next(node for node in nodes if "parentId" not in node)))


KINDS = ["Necessary cookies", "Statistical cookies", "First-party cookies", "Third-party cookies"]


def test_a_screen_reader_reads_the_facts_first_then_each_heading_once(make_visitor):
    visitor = make_visitor()
    visitor.go("/cookies")
    site = "Open data of Exampletown"
    read = nodes_of(visitor, "heading", "navigation", "table", "caption", "term", "contentinfo")
    listed = [(role, kind) for kind in KINDS for role in ("heading", "table")]
    assert read == [
        ("navigation", "Languages"),
        ("heading", f"Cookie policy of {site}"),
        *[("term", name) for name in ("Run by:", "Contact:", "Last update:")],
        ("navigation", "On this page"),
        *[("heading", name) for name in ("Your choice", "What is a cookie?", "Four kinds of cookies", *KINDS)],
        ("heading", f"The cookies of {site}"),
        *listed,
        ("contentinfo", ""),
    ]


def test_a_screen_reader_reads_each_switch_with_its_kind_in_a_group_of_that_name(make_visitor):
    visitor = make_visitor()
    visitor.go(PREFERENCES)
    necessary, *optional = KINDS
    read = nodes_of(visitor, "heading", "group", "checkbox", "button")
    # What folds out is a group without a name.
    assert [node for node in read if node != ("group", "")] == [
        ("heading", "Cookie preferences"),
        *[node for kind in optional for node in (("group", kind), ("heading", kind), ("checkbox", f"Accept ({kind})"))],
        *[("group", necessary), ("heading", necessary)],
        *[("button", choice) for choice in ("Save my choice", "Accept all", "Reject all")],
    ]


def test_that_the_choice_is_saved_is_a_status(make_visitor):
    visitor = make_visitor()
    visitor.go(PREFERENCES)
    visitor.press("Reject all")
    expect(visitor.page.get_by_role("status")).to_have_text("Your choice is saved. You can change it at any time.")


@pytest.mark.parametrize("options", [{}, {"forced_colors": "active"}, {"contrast": "more"}], ids=str)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_switch_shows_its_state_by_its_shape_in_every_theme(scheme, options, make_visitor):
    visitor = make_visitor(color_scheme=scheme, reduced_motion="reduce", **options)
    visitor.go(PREFERENCES)
    switch = visitor.page.get_by_role("checkbox", name="Statistical")
    knob = """(box, part) => { const s = getComputedStyle(box, part); return [s.insetInlineStart, s.content] }"""
    (off, _), (_, no_tick) = switch.evaluate(knob, "::before"), switch.evaluate(knob, "::after")
    switch.check()
    (on, _), (_, tick) = switch.evaluate(knob, "::before"), switch.evaluate(knob, "::after")
    assert float(on.removesuffix("px")) > float(off.removesuffix("px")) + 16
    assert (no_tick, tick) == ("none", '""')
    ground, mark = (
        "(box => getComputedStyle(box).backgroundColor)",
        "(box => getComputedStyle(box, '::before').backgroundColor)",
    )
    assert switch.evaluate(ground) != switch.evaluate(mark)


def test_printed_preferences_have_no_controls(make_visitor):
    visitor = make_visitor()
    visitor.go(PREFERENCES)
    visitor.page.emulate_media(media="print")
    for control in ("button", "summary", "input[type=checkbox]", ".cookies-languages", ".cookies-skip"):
        assert not any(one.is_visible() for one in visitor.page.locator(control).all()), control
    expect(visitor.page.get_by_role("heading", name="Statistical cookies")).to_be_visible()
