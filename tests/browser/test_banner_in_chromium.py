"""The banner, the placeholder and the notice in a browser: their place, size and look, in many kinds of pages.

The environment variable ``COOKIEWARDEN_HOST_STYLES`` names a folder with style sheets of frameworks. What stands in a
page has to look the same with each of them, and with a hostile one that is written here.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from browser.host_pages import MANY_COOKIES, HostPages
from cookiewarden.pages.languages import load_languages

HOST_STYLES = os.environ.get("COOKIEWARDEN_HOST_STYLES")
SHEETS = ("bootstrap.min.css", "pico.min.css", "preflight.css")
LANGUAGES = list(load_languages(None))
#: Windows, and the most that the banner may take of their height. The last is one of 1280 by 1024 at 400 % zoom.
WINDOWS = {
    (1280, 800): 0.3,
    (1920, 1080): 0.3,
    (768, 1024): 0.3,
    (360, 640): 0.45,
    (320, 568): 0.45,
    (640, 360): 0.45,
    (568, 320): 0.45,
    (320, 256): 0.63,
}
#: A style sheet that changes every element, by every kind of selector that pages use.
HOSTILE = """
*, *::before, *::after { box-sizing: content-box; margin: 3px; transition: all 9s; animation: none 3s; }
html { font-size: 62.5%; letter-spacing: 2px; color-scheme: light; }
body {
  color: teal; font: italic 2rem/2.6 monospace; text-transform: uppercase; text-align: right; word-spacing: 6px;
  white-space: pre-wrap; text-shadow: 1px 1px red; cursor: help; visibility: visible; list-style: square;
}
button, #app button, #app main button {
  background: gold; border: 6px dashed lime; border-radius: 40px; box-shadow: 0 0 20px red; color: red; float: left;
  font-size: 3rem; letter-spacing: 8px; min-height: 120px; padding: 40px; transform: rotate(2deg); width: 100%;
}
a, #app a { border-bottom: 4px solid red; color: red; display: block; font-size: 3rem; text-decoration: none; }
a::after { content: " ->"; }
p, #app p, li { border: 1px solid; color: blue; font-size: 3rem; margin: 40px; max-width: 20em; text-indent: 3em; }
p::first-letter { font-size: 300%; }
p::first-line { color: lime; }
ul, ol { columns: 2; list-style: square; padding: 50px; }
section, form, details, summary, div { background: pink; border: 3px dotted; max-width: 30em; padding: 30px; }
summary::after { content: "+"; float: right; }
strong { color: lime; text-transform: uppercase; }
span { background: silver; }
input, #app input { display: block; height: 60px; width: 100%; }
"""
#: What each element in the banner, the placeholder and the notice looks like, and its size.
# A style that depends on scrolling is there two frames after the layout.
LOOK = """
async () => { for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
  return [...document.querySelectorAll(".cookies-banner, .cookies-card, .cookies-saved")].flatMap(root =>
  [root, ...root.querySelectorAll(":not(link, script, template, input)")].map(element => {
    const style = getComputedStyle(element), box = element.getBoundingClientRect();
    const before = getComputedStyle(element, "::before").content, after = getComputedStyle(element, "::after").content;
    const letter = getComputedStyle(element, "::first-letter").fontSize;
    const names = [...style].filter(name => !name.startsWith("--"));
    const isMoved = /origin|^(inline|block)-size$|^(width|height|left|right|top|bottom|inset.*)$/;
    const values = names.filter(name => !isMoved.test(name)).map(name => `${name}: ${style[name]}`);
    return [element.outerHTML.slice(0, 40), box.width, box.height, before, after, letter, ...values];
  })); }
"""
#: The bar, its text, buttons and links, as they stand in the window.
GEOMETRY = """
() => {
  const box = element => { const { x, y, width, height } = element.getBoundingClientRect();
    return { x, y, width, height, isCut: element.scrollWidth > element.clientWidth && element.clientWidth > 0 }; };
  const bar = document.querySelector(".cookies-bar"), text = bar.querySelector(".cookies-banner-text");
  return { bar: box(bar), text: box(text), last: box(text.lastElementChild), length: text.scrollHeight,
    buttons: [...bar.querySelectorAll("button")].map(box), links: [...bar.querySelectorAll("a")].map(box) };
}
"""


#: How many animations run by the clock. Another timeline, as that of scrolling, moves only if the visitor does.
RUNNING = """
() => document.getAnimations().filter(
  one => one.timeline === document.timeline && one.effect.target.closest("[class^=cookies-]")).length
"""


@pytest.fixture
def host(chromium: Any) -> Iterator[HostPages]:
    context = chromium.new_context()
    yield HostPages(context.new_page())
    context.close()


def resize(host: HostPages, size: tuple[int, int]) -> dict[str, Any]:
    """Give the window a size, and return where the parts of the banner stand."""
    host.page.set_viewport_size({"width": size[0], "height": size[1]})
    return dict(host.page.evaluate(GEOMETRY))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("lines", [0, 40], ids=["short page", "long page"])
def test_the_banner_is_a_low_bar_at_the_bottom_of_each_window(lines, language, host):
    host.lines = lines
    host.go(f"lang={language}")
    for (width, height), share in WINDOWS.items():
        seen = resize(host, (width, height))
        bar, text, buttons, links = seen["bar"], seen["text"], seen["buttons"], seen["links"]
        size = f"{width} by {height}"
        assert (bar["x"], bar["width"], bar["y"] + bar["height"]) == (0, width, height), size
        assert bar["height"] <= height * share, size
        assert text["height"] >= 45, size  # two lines
        assert (len(buttons), len(links)) == (2, 2)
        assert buttons[0]["width"] == pytest.approx(buttons[1]["width"], abs=0.05), size
        assert 44 <= buttons[0]["height"] == buttons[1]["height"], size
        assert all(link["height"] >= 24 for link in links), size
        for part in (text, *buttons, *links):
            assert bar["x"] <= part["x"], size
            assert part["x"] + part["width"] <= bar["x"] + bar["width"], size
            assert bar["y"] <= part["y"], size
            assert part["y"] + part["height"] <= height, size
            assert not part["isCut"], size
        assert host.page.evaluate("document.scrollingElement.scrollWidth") <= width, size


@pytest.mark.parametrize("size", WINDOWS, ids=str)
def test_every_word_of_a_long_banner_is_reached_by_keyboard(size, chromium):
    page = chromium.new_page()
    host = HostPages(page, MANY_COOKIES)
    host.go()
    before = resize(host, size)
    if page.locator("summary").is_visible():
        page.locator("summary").click()
        before = page.evaluate(GEOMETRY)
    assert before["length"] > before["text"]["height"]
    page.locator(".cookies-banner-text").focus()
    page.keyboard.press("End")
    page.wait_for_function(
        "() => { const text = document.querySelector('.cookies-banner-text');"
        " return text.scrollTop + text.clientHeight >= text.scrollHeight - 1; }"
    )
    after = page.evaluate(GEOMETRY)
    # Scrolling may end a pixel early, and boxes have fractions of pixels.
    assert after["last"]["y"] + after["last"]["height"] <= after["text"]["y"] + after["text"]["height"] + 2
    page.close()


@pytest.mark.parametrize(("width", "is_folded"), [(320, True), (575, True), (576, False), (1280, False)])
def test_the_purposes_are_folded_on_a_narrow_screen(width, is_folded, host):
    host.go()
    resize(host, (width, 800))
    summary, purposes = host.page.locator("summary"), host.page.get_by_text("Counts visits")
    assert (summary.is_visible(), purposes.is_visible()) == (is_folded, not is_folded)
    in_tree = "Counts visits" in host.page.locator("#cookie-consent").aria_snapshot()
    assert in_tree is not is_folded
    if is_folded:
        summary.focus()
        host.page.keyboard.press("Enter")
        expect(purposes).to_be_visible()


@pytest.mark.parametrize("width", [320, 640, 1280])
def test_at_the_top_of_the_body_the_banner_stands_in_the_flow(width, host):
    host.at_top, host.style = True, "body, h1 { margin: 0; }"
    host.go()
    seen = resize(host, (width, 640))
    top = host.page.locator("#app").bounding_box()["y"]
    assert (seen["bar"]["y"], seen["bar"]["height"]) == (0, top)
    assert seen["length"] == pytest.approx(seen["text"]["height"], abs=1)
    host.page.evaluate("scrollTo(0, 300)")
    assert host.page.evaluate(GEOMETRY)["bar"]["y"] == seen["bar"]["y"] - 300


@pytest.mark.parametrize(
    "style",
    [
        "body { display: flex; flex-direction: column; min-height: 100vh; margin: 0; } #app { flex: 1; }",
        "body { display: grid; grid-template-columns: 200px 1fr; gap: 3rem; }",
        "body { margin: 5rem auto; padding: 3rem; max-width: 30rem; }",
        "html { font-size: 62.5%; } body { overflow-x: hidden; }",
    ],
)
def test_the_banner_spans_the_window_whatever_the_body_is(style, host):
    host.style = style
    host.go()
    for size in ((1280, 800), (360, 640)):
        seen = resize(host, size)
        assert (seen["bar"]["x"], seen["bar"]["width"]) == (0, size[0])
        assert seen["bar"]["y"] + seen["bar"]["height"] == size[1]
        host.page.evaluate("scrollTo(0, document.scrollingElement.scrollHeight)")
        last = host.page.locator("main > p").last.bounding_box()
        assert last["y"] + last["height"] <= seen["bar"]["y"]
    assert resize(host, (1600, 800))["text"]["x"] == (1600 - 72 * 16) / 2


LIGHT, DARK = "rgb(255, 255, 255)", "rgb(20, 24, 30)"


@pytest.mark.parametrize(
    ("style", "in_light", "in_dark"),
    [
        ("", LIGHT, LIGHT),
        (":root { color-scheme: light; }", LIGHT, LIGHT),
        (":root { color-scheme: dark; }", DARK, DARK),
        (":root { color-scheme: light dark; }", LIGHT, DARK),
        ("body { color-scheme: dark; }", DARK, DARK),
        ("@media (prefers-color-scheme: dark) { body { background: #111; } }", LIGHT, LIGHT),
    ],
)
def test_light_and_dark_follow_the_page(style, in_light, in_dark, host):
    host.style, host.frames = style, [{"width": "300"}]
    for system, expected in (("light", in_light), ("dark", in_dark)):
        host.page.emulate_media(color_scheme=system)
        host.go()
        expect(host.page.locator(".cookies-bar")).to_have_css("background-color", expected)


def sheets() -> dict[str, str]:
    found = {"hostile": HOSTILE}
    if HOST_STYLES:
        found |= {name: (Path(HOST_STYLES) / name).read_text() for name in SHEETS}
    return found


@pytest.mark.parametrize(
    "name",
    [
        "hostile",
        *(
            pytest.param(
                name, marks=pytest.mark.skipif(not HOST_STYLES, reason="COOKIEWARDEN_HOST_STYLES names no folder")
            )
            for name in SHEETS
        ),
    ],
)
@pytest.mark.parametrize("part", ["banner", "placeholder", "notice"])
def test_what_stands_in_a_page_looks_the_same_with_each_style_sheet(part, name, host):
    host.is_granted, host.has_notice = part != "banner", part == "notice"
    if part == "placeholder":
        host.is_granted, host.frames = False, [{"width": "480", "height": "300"}]
    looks = []
    for style in ("", sheets()[name]):
        host.style = style
        # The frames of the page have room, and its own colours play no part.
        host.style += (
            ":root { color-scheme: light } html, body { margin: 0 } #app, main, main div { all: unset; display: block }"
        )
        host.go()
        looks.append([])
        for size in ((1280, 800), (360, 640)):
            host.page.set_viewport_size({"width": size[0], "height": size[1]})
            looks[-1] += host.page.evaluate(LOOK)
    assert len(looks[0]) > 6
    for plain, styled in zip(*looks, strict=True):
        assert styled == plain


@pytest.mark.parametrize(
    "attributes",
    [
        {"width": "480", "height": "300"},
        {"width": "480px", "height": "300.5"},
        {"width": "100%", "height": "400"},
        {"height": "250", "class_": "wide"},
        {"class_": "map"},
    ],
    ids=str,
)
def test_a_placeholder_is_as_large_as_the_frame_that_replaces_it(attributes, host):
    host.style = "iframe { border: 0; } .wide { width: 100%; } .map { width: 500px; height: 320px; }"
    host.frames = [attributes]
    tops = []
    for host.is_granted in (False, True):
        host.go()
        frame = host.page.locator("iframe" if host.is_granted else ".cookies-placeholder")
        box = frame.bounding_box()
        after = host.page.locator("main > p").first.bounding_box()
        tops.append((box["x"], box["y"], box["height"], after["y"]))
        if "class_" not in attributes:
            tops[-1] += (box["width"],)
    assert tops[0] == tops[1]


def test_a_placeholder_of_a_tiny_frame_can_be_read(host):
    host.frames = [{"width": "1", "height": "1"}]
    host.go()
    card = host.page.locator(".cookies-card")
    assert card.bounding_box()["width"] >= 272
    assert card.evaluate("card => card.scrollHeight <= card.clientHeight")


@pytest.mark.parametrize("size", [(1280, 800), (360, 640)], ids=str)
def test_taking_the_banner_away_moves_nothing(size, host):
    host.go()
    resize(host, size)
    host.page.evaluate("scrollTo(0, 100)")
    places = "[...document.querySelectorAll('main > p')].map(one => one.getBoundingClientRect().y)"
    before = host.page.evaluate(places)
    host.page.evaluate("document.getElementById('cookie-consent').hidden = true")
    expect(host.page.locator(".cookies-bar")).to_be_hidden()
    assert host.page.evaluate(places) == before
    host.page.evaluate("document.getElementById('cookie-consent').hidden = false")
    expect(host.page.locator(".cookies-bar")).to_be_visible()
    assert host.page.evaluate(places) == before


@pytest.mark.parametrize("size", [(1280, 800), (360, 640)], ids=str)
@pytest.mark.parametrize("share", [0, 0.5, 1], ids=["at its top", "within it", "at its end"])
def test_a_choice_moves_nothing_wherever_the_page_is_scrolled_to(share, size, host):
    host.style = "html { scroll-behavior: smooth; }"
    host.go()
    resize(host, size)
    host.page.evaluate(
        "share => scrollTo({ top: share * (document.body.scrollHeight - innerHeight), behavior: 'instant' })",
        share,
    )
    places = "[...document.querySelectorAll('main > p')].map(one => one.getBoundingClientRect().y)"
    before = host.page.evaluate(places)
    host.page.locator("button[value=refuse]").click()
    expect(host.page.locator(".cookies-saved")).to_be_visible()
    expect(host.page.locator("#cookie-consent")).to_have_count(0)
    assert host.page.evaluate(places) == before
    host.page.locator(".cookies-saved button[type=button]").click()
    expect(host.page.locator(".cookies-saved")).to_have_count(0)
    assert host.page.evaluate(places) == before
    # Elsewhere than at its end, the page has no room left over.
    height = host.page.evaluate("document.scrollingElement.scrollHeight - document.getElementById('app').offsetHeight")
    assert (height > 100) == (share == 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notice_has_its_buttons_in_one_row_on_every_screen(language, host):
    host.go(f"lang={language}")
    for size in ((320, 568), (360, 640), (768, 1024), (1280, 800)):
        resize(host, size)
        host.page.evaluate(
            "() => { const words = document.querySelector('#cookie-consent .cookies-words').content.cloneNode(true);"
            " document.querySelector('body > .cookies-saved')?.remove(); document.body.append(words); }"
        )
        notice = host.page.locator("body > .cookies-saved")
        boxes = [button.bounding_box() for button in notice.locator("button").all()]
        middles = [box["y"] + box["height"] / 2 for box in boxes]
        assert middles[0] == pytest.approx(middles[1], abs=1), f"{size[0]} wide"
        assert all(box["height"] >= 44 for box in boxes)
        assert boxes[1]["x"] + boxes[1]["width"] <= size[0] - 15


def test_the_notice_is_one_line_on_a_wide_screen(host):
    host.is_granted = host.has_notice = True
    host.go()
    notice = host.page.locator(".cookies-saved")
    for size, lines in (((1280, 800), 1), ((768, 1024), 1), ((320, 568), 2)):
        host.page.set_viewport_size({"width": size[0], "height": size[1]})
        box = notice.bounding_box()
        assert (box["x"], box["width"], box["y"] + box["height"]) == (0, size[0], size[1])
        assert 44 <= box["height"] <= 30 + 44 * lines
        for button in notice.locator("button").all():
            assert button.bounding_box()["height"] >= 44


def test_nothing_of_it_is_printed(host):
    host.frames, host.has_notice = [{}], True
    host.go()
    host.page.emulate_media(media="print")
    for part in ("#cookie-consent", ".cookies-card", ".cookies-saved"):
        expect(host.page.locator(part)).to_be_hidden()


def test_nothing_of_it_moves_by_itself(host):
    host.style = HOSTILE
    host.frames, host.has_notice = [{}], True
    host.go()
    host.page.locator(".cookies-bar button").first.hover()
    assert host.page.evaluate(RUNNING) == 0
