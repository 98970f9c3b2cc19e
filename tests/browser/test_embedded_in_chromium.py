"""The portal in a frame on another site's page: what a visitor chooses there is kept for that page, and only there.

Each test runs with JavaScript and without, in a browser that blocks third-party cookies, and in one that lets them
pass. What is kept does not depend on the server, so only one kind serves the portal here.
"""

from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from browser.portal_app import POLICY
from browser.served import HOST, OTHER_SITE
from browser.visitor import Visitor, launch_allowing_third_parties

pytestmark = pytest.mark.parametrize("served", ["asgi"], indirect=True)

EMBEDDED = {**POLICY, "preferences": {"embedded": True}}
THERE = "; Path=/; Secure; HttpOnly; SameSite=None"
#: What the portal sets in the frame: a cookie of each category, apart for the page around it, and one that is not.
LINES = [
    f"{name}{THERE}; Partitioned" for name in ("sid=1", "stat_there=1", "theme=1", "framed_there=1", "undeclared=1")
] + [f"framed_everywhere=1{THERE}"]


class Frame:
    """The town's page with the portal in it."""

    def __init__(self, visitor, path=None):
        self.visitor, self.portal = visitor, visitor.portal
        self.path = path or "/?" + "&".join(f"line={quote(line)}" for line in LINES)
        self.page = visitor.page
        self.inner = self.page.frame_locator("iframe")
        self.banner = self.inner.locator("#cookie-consent")
        self.go()

    def go(self):
        """Open the town's page."""
        target = quote(f"{HOST}:{self.portal.port}{self.path}")
        self.page.goto(self.portal.url(f"/embedding/{target}", OTHER_SITE))
        expect(self.inner.locator("main")).to_be_visible()

    def press(self, name):
        """Press a button in the frame, and wait for the answer."""
        with self.page.expect_response(lambda response: response.request.method == "POST"):
            self.inner.get_by_role("button", name=name).click()
        expect(self.banner).to_be_hidden()

    @property
    def sent(self):
        """The names of the cookies that the frame brought when it was last opened."""
        self.go()
        return self.portal.sent("/", HOST)


@pytest.fixture(params=[(True, True), (False, True), (True, False)], ids=["js", "no-js", "third-party-allowed"])
def visitor(request, make_visitor, playwright, portal, tmp_path):
    portal.restart(EMBEDDED)
    runs_scripts, blocks_third_parties = request.param
    if blocks_third_parties:
        visitor = make_visitor(java_script_enabled=runs_scripts)
    else:
        visitor = Visitor(launch_allowing_third_parties(playwright, tmp_path), portal)
    visitor.blocks_third_parties = blocks_third_parties
    yield visitor
    visitor.context.close()


@pytest.fixture
def frame(visitor):
    return Frame(visitor)


def test_an_undecided_visitor_is_asked_in_the_frame_and_keeps_only_what_is_necessary(frame):
    expect(frame.banner).to_be_visible()
    assert frame.sent == {"sid"}
    expect(frame.banner).to_be_visible()


def test_what_is_accepted_in_the_frame_is_kept_for_that_page(frame):
    frame.press("Accept all")
    everywhere = set() if frame.visitor.blocks_third_parties else {"framed_everywhere"}
    frame.go()
    assert frame.sent == {"sid", "cookies_preferences", "stat_there", "theme", "framed_there"} | everywhere
    expect(frame.banner).to_have_count(0)


def test_at_the_top_of_a_tab_the_visitor_is_still_undecided(frame):
    frame.press("Accept all")
    frame.visitor.go("/")
    assert frame.visitor.is_asked
    assert frame.portal.sent("/", HOST) & {"cookies_preferences", "stat_there"} == set()


def test_what_is_refused_in_the_frame_is_refused_there_and_asked_at_the_top(frame):
    frame.press("Reject all")
    assert frame.sent == {"sid", "cookies_preferences"}
    expect(frame.banner).to_have_count(0)
    frame.visitor.go("/")
    assert frame.visitor.is_asked


def test_a_withdrawal_in_the_frame_deletes_what_was_kept_there(frame):
    frame.press("Accept all")
    frame.go()
    assert frame.sent > {"stat_there", "framed_there"}
    Frame(frame.visitor, "/cookies/preferences").inner.get_by_role("button", name="Reject all").click()
    expect(frame.inner.get_by_text("Your choice is saved.")).to_be_visible()
    assert frame.sent == {"sid", "cookies_preferences"}
    assert frame.visitor.jar() == {"sid", "cookies_preferences"}


def test_a_choice_at_the_top_is_kept_there_and_does_not_count_in_the_frame(frame):
    frame.visitor.go("/")
    frame.visitor.choose("Accept all")
    frame.visitor.go("/")
    assert not frame.visitor.is_asked
    frame.go()
    expect(frame.banner).to_be_visible()


@pytest.mark.parametrize(
    ("granted", "passes"),
    [
        (["statistical"], set()),
        (["statistical", "third-party"], {"stat_there", "framed_there"}),
        (["third-party"], {"framed_there"}),
    ],
)
def test_in_a_frame_other_cookies_need_third_party_consent_as_well(granted, passes, visitor):
    frame = Frame(visitor)
    frame.inner.get_by_role("link", name="Cookie preferences").first.click()
    for category in granted:
        frame.inner.locator(f"[name=category][value={category}]").check()
    with frame.page.expect_response(lambda response: response.request.method == "POST"):
        frame.inner.get_by_role("button", name="Save my choice").click()
    frame.go()
    assert frame.sent - {"framed_everywhere"} == {"sid", "cookies_preferences"} | passes


def test_the_pages_of_a_site_that_nobody_embeds_are_not_framed(visitor, portal):
    portal.restart()
    visitor.page.goto(portal.url(f"/embedding/{HOST}:{portal.port}/cookies/preferences", OTHER_SITE))
    expect(visitor.page.frame_locator("iframe").get_by_role("button", name="Save my choice")).to_have_count(0)
    assert visitor.page.frames[1].url.startswith("chrome-error:")
