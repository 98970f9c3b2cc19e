"""The page of an audit on paper and on narrow screens: nothing is cut, and nothing stands on top of anything else."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from cookiewarden import Policy
from cookiewarden.tools.audit.audit import audit_of
from cookiewarden.tools.audit.audit_page import audit_page
from cookiewarden.tools.audit.observed import CHOICES, Observed, Screenshot, SeenKey, SeenLine, State

BASE = "https://www.shop-with-a-long-name.example"
PATH = f"/shoes/{'very-' * 20}long/{'x' * 150}"
SCRIPT = "https://cdn.host-with-a-long-name-of-a-network.example/assets/build/production/vendor.2f8a6c.bundle.js"
NAMES = ("_ga", "OptanonAlertBoxClosed", "AMCV_4DD80861515CAB990A490D45%40AdobeOrg", "n" * 200, *map(str, range(40)))
#: A4 landscape within its margins, in CSS pixels.
PAPER = {"width": 1017, "height": 673}
OVERFLOWING = """
() => [...document.querySelectorAll("th, td, p, h1, h2, h3, dd, table")]
  .filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent.trim().slice(0, 60))
"""


def observed() -> Observed:
    """Return what an audit saw of a site whose names and addresses are long."""
    attributes = "; Path=/; Secure; SameSite=None; Partitioned; Max-Age=99999999"
    lines = tuple(
        SeenLine(state, BASE + PATH, f"{name}=1{attributes}".encode(), 0.0, SCRIPT)
        for state in CHOICES
        for name in NAMES
    )
    storage = (SeenKey(State.ACCEPTED, BASE, "local-storage", "k" * 200),)
    pictures = (Screenshot(State.ACCEPTED, BASE, "audit-accepted.png", "0123456789abcdef" * 4),)
    return Observed(BASE, frozenset(CHOICES), lines=lines, storage=storage, screenshots=pictures)


@pytest.fixture
def report(chromium: Browser, tmp_path: Path) -> Page:
    policy = Policy.from_mapping({"site": {"name": "Shop"}})
    file = tmp_path / "audit.html"
    file.write_text(audit_page(audit_of(observed(), policy, lambda name: None)), "utf-8")
    page = chromium.new_page(viewport=PAPER)
    page.goto(file.as_uri())
    return page


def test_on_paper_no_column_is_cut_and_no_word_leaves_its_cell(report: Page) -> None:
    report.emulate_media(media="print")
    assert report.evaluate(OVERFLOWING) == []
    assert report.evaluate("document.documentElement.scrollWidth") <= PAPER["width"]


@pytest.mark.parametrize("width", [320, 1280])
def test_on_a_screen_only_tables_scroll(report: Page, width: int) -> None:
    report.set_viewport_size({"width": width, "height": 800})
    assert report.evaluate("document.documentElement.scrollWidth") <= width


def test_a_page_of_paper_repeats_the_header_and_ends_in_no_header_alone(report: Page) -> None:
    report.emulate_media(media="print")
    of = "(name) => [...new Set([...document.querySelectorAll(name)].map((one) => getComputedStyle(one)%s))]"
    assert report.evaluate(of % ".display", "thead") == ["table-header-group"]
    assert report.evaluate(of % ".breakInside", "tr") == ["avoid"]
    assert report.evaluate(of % ".breakBefore", "tbody tr:first-child") == ["avoid"]
