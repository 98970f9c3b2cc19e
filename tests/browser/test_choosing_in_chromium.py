"""Choose in a browser without losing the page, and, where our script does not run, come back to its place.

The pages do not depend on the server, so only one kind serves them here.
"""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.parametrize("served", ["asgi"], indirect=True)

TYPED = "How many trees are there?"
MAP, VISITS, OPINIONS = "Accept and show (Map of the town)", "Accept and show (Visits", "Accept and show (Opinions"


class Desk:
    """A page on which the visitor has typed a text and scrolled."""

    def __init__(self, visitor, path="/desk"):
        self.visitor, self.page = visitor, visitor.page
        visitor.go(path)
        self.text = self.page.locator("textarea")
        self.banner = self.page.locator("#cookie-consent")
        self.status = self.page.locator("body > [role=status]")
        self.text.fill(TYPED)
        self.page.evaluate("() => { window.isSame = true; scrollTo(0, 400); }")
        self.loads = []
        self.page.on("request", lambda request: request.is_navigation_request() and self.loads.append(request.url))

    def press(self, name):
        self.page.get_by_role("button", name=name).click()

    def press_in_sight(self, name):
        """Press a button as a hand does: Playwright would scroll before it."""
        box = self.page.get_by_role("button", name=name).bounding_box()
        self.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def answer(self, name):
        """Press a button, and wait for the answer."""
        with self.page.expect_response(lambda response: response.request.method == "POST"):
            self.press(name)

    def granted(self):
        """What the page's own script was told, a choice after the other."""
        return (self.page.evaluate("() => document.documentElement.dataset.choices") or "").split(";")[:-1]

    def is_kept(self):
        return self.page.evaluate("() => window.isSame === true") and self.text.input_value() == TYPED


@pytest.fixture
def desk(make_visitor):
    return Desk(make_visitor(viewport={"width": 1280, "height": 720}))


@pytest.mark.parametrize(
    ("button", "granted"),
    [("Accept all", "necessary statistical first-party third-party"), ("Reject all", "necessary")],
)
def test_a_choice_takes_only_the_banner_and_says_so(button, granted, desk):
    desk.press_in_sight(button)
    expect(desk.status).to_contain_text("Your choice is saved.")
    expect(desk.banner).to_have_count(0)
    assert desk.granted() == [granted]
    assert desk.is_kept()
    assert desk.page.evaluate("() => scrollY") == 400
    expect(desk.text).to_be_focused()
    assert "cookies_preferences" in desk.visitor.jar()
    assert desk.visitor.complaints == []


def test_the_notice_is_in_sight_and_a_button_closes_it(desk):
    desk.press("Reject all")
    expect(desk.page.locator(".cookies-saved").get_by_text("Your choice is saved.")).to_be_visible()
    expect(desk.status.get_by_role("link", name="Cookie preferences")).to_have_attribute(
        "href", "/cookies/preferences?next=/desk"
    )
    desk.press("Close")
    expect(desk.status).to_be_empty()
    expect(desk.text).to_be_focused()


def test_the_status_is_there_before_it_says_anything(desk):
    expect(desk.status).to_be_attached()
    expect(desk.status).to_be_empty()


def test_a_placeholder_is_replaced_in_its_place_and_others_stay(desk):
    place = desk.page.locator(".cookies-placeholder", has_text="Map of the town").get_attribute("id")
    before = desk.page.evaluate(f"() => document.getElementById('{place}').offsetTop")
    desk.press(MAP)
    frame = desk.page.locator(f"iframe#{place}")
    expect(frame.content_frame.get_by_role("heading")).to_have_text("The map")
    expect(frame).to_have_attribute("height", "300")
    assert desk.page.evaluate(f"() => document.getElementById('{place}').offsetTop") == before
    expect(desk.page.locator(".cookies-placeholder")).to_have_count(2)
    expect(desk.banner).to_be_visible()
    assert desk.is_kept()
    assert desk.granted() == ["necessary third-party"]
    assert [url.partition("localhost")[2].partition("/")[2] for url in desk.loads] == ["frame"]


def test_accepting_all_loads_every_placeholder(desk):
    desk.press("Accept all")
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("Opinions are here")
    expect(desk.page.locator("iframe")).to_have_count(2)
    expect(desk.page.locator(".cookies-placeholder")).to_have_count(0)
    assert desk.is_kept()


def test_a_page_loads_nothing_that_waits(desk):
    asked = []
    desk.page.on("request", lambda request: asked.append(request.url))
    desk.answer("Reject all")
    desk.page.wait_for_load_state("networkidle")
    assert [url for url in asked if "frame" in url or "widget" in url] == []


def test_undo_refuses_what_was_shown_and_asks_again(desk):
    desk.press(MAP)
    expect(desk.page.locator("iframe")).to_have_count(1)
    desk.press("Undo")
    expect(desk.page.locator("iframe")).to_have_count(0)
    expect(desk.page.get_by_role("button", name=MAP)).to_be_visible()
    expect(desk.status).to_be_empty()
    assert desk.granted() == ["necessary third-party", "necessary"]
    assert desk.is_kept()
    desk.visitor.go("/cookies/preferences")
    assert desk.visitor.ticked == []


def test_after_an_undo_the_banner_is_answered_again(desk):
    desk.press("Reject all")
    expect(desk.banner).to_have_count(0)
    desk.press("Undo")
    expect(desk.banner).to_be_visible()
    expect(desk.page.get_by_role("button", name="Reject all")).to_be_focused()
    desk.press("Accept all")
    expect(desk.banner).to_have_count(0)
    expect(desk.page.locator("iframe")).to_have_count(2)
    assert desk.is_kept()
    assert desk.granted() == ["necessary", "necessary", "necessary statistical first-party third-party"]


def test_only_a_new_page_undoes_a_script_that_ran(desk):
    desk.press(OPINIONS)
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("Opinions are here")
    with desk.page.expect_navigation():
        desk.press("Undo")
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("Data sets")
    expect(desk.page.get_by_role("button", name=OPINIONS)).to_be_in_viewport()


def test_by_keyboard_the_focus_goes_back_to_where_it_was(desk):
    keyboard = desk.page.keyboard
    link = desk.page.locator("a.cookies-link")
    link.focus()
    for _ in range(10):
        keyboard.press("Tab")
        if desk.page.evaluate("() => document.activeElement.value") == "refuse":
            break
    keyboard.press("Enter")
    expect(desk.banner).to_have_count(0)
    expect(link).to_be_focused()
    keyboard.press("Tab")
    expect(desk.page.get_by_role("button", name="Undo")).to_be_focused()
    keyboard.press("Enter")
    expect(desk.page.get_by_role("button", name="Reject all")).to_be_focused()


def test_two_clicks_choose_once(desk):
    posts = []
    desk.page.on("request", lambda request: request.method == "POST" and posts.append(request.url))
    desk.page.get_by_role("button", name="Reject all").dblclick()
    expect(desk.status).to_contain_text("Your choice is saved.")
    desk.page.wait_for_load_state("networkidle")
    assert len(posts) == 1


def test_a_form_that_comes_later_is_sent_in_the_same_way(desk):
    desk.page.evaluate(
        """async () => {
          document.querySelector("#cookie-consent").remove();
          const text = await (await fetch("/cookies/banner?next=/desk")).text();
          document.querySelector("main").insertAdjacentHTML("beforeend", text);
        }"""
    )
    desk.press("Reject all")
    expect(desk.banner).to_have_count(0)
    expect(desk.status).to_contain_text("Your choice is saved.")
    assert desk.is_kept()


@pytest.mark.parametrize(
    "fails",
    [
        lambda route: route.abort(),
        lambda route: route.fulfill(status=500, json={"title": "No"}),
        lambda route: route.fulfill(status=200, body="<!doctype html>"),
    ],
    ids=["no answer", "an error", "another page"],
)
def test_if_the_request_fails_the_form_is_sent_by_the_browser(fails, desk):
    is_first = [True]

    def once(route):
        if route.request.method == "POST" and is_first.pop() if is_first else False:
            fails(route)
        else:
            route.continue_()

    desk.page.route("**/cookies/preferences*", once)
    with desk.page.expect_navigation():
        desk.press("Reject all")
    expect(desk.banner).to_have_count(0)
    assert desk.page.url.endswith("/desk#cookies-saved")


@pytest.mark.parametrize("path", ["/desk/scripts", "/desk/connections"])
def test_where_the_script_or_its_requests_are_forbidden_all_works_as_without_it(path, make_visitor):
    desk = Desk(make_visitor(), path)
    with desk.page.expect_navigation():
        desk.press("Reject all")
    expect(desk.banner).to_have_count(0)
    expect(desk.page.locator("#cookies-saved")).to_be_visible()


def test_where_only_trusted_scripts_may_run_a_page_of_its_own_loads_them(make_visitor):
    desk = Desk(make_visitor(), "/desk/untrusted")
    desk.press(MAP)
    expect(desk.page.locator("iframe")).to_have_count(1)
    assert desk.is_kept()
    with desk.page.expect_navigation():
        desk.press(OPINIONS)
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("Opinions are here")
    expect(desk.page.locator("iframe")).to_have_count(1)


def test_without_scripts_one_comes_back_to_the_place_of_the_placeholder(make_visitor):
    visitor = make_visitor(java_script_enabled=False, viewport={"width": 1280, "height": 720})
    visitor.go("/desk")
    visitor.press(MAP)
    expect(visitor.page.locator("iframe")).to_be_in_viewport()
    assert visitor.page.url.partition("#")[2] == visitor.page.locator("iframe").get_attribute("id")


def test_without_scripts_a_choice_is_confirmed_once(make_visitor):
    visitor = make_visitor(java_script_enabled=False)
    visitor.go("/desk")
    visitor.press("Reject all")
    expect(visitor.page.locator("#cookies-saved")).to_be_visible()
    assert visitor.page.url.endswith("/desk#cookies-saved")
    visitor.go("/desk")
    expect(visitor.page.locator("#cookies-saved")).to_be_hidden()


@pytest.mark.parametrize("java_script_enabled", [True, False], ids=["js", "no-js"])
def test_the_link_leads_to_the_preferences_and_back(java_script_enabled, make_visitor, portal):
    visitor = make_visitor(java_script_enabled=java_script_enabled)
    visitor.go("/desk?a=1&b=%20")
    visitor.page.locator("a.cookies-link").click()
    visitor.press("Save my choice")
    assert visitor.page.url == portal.url("/desk?a=1&b=%20")
    assert not visitor.is_asked


def test_a_second_answer_takes_the_place_of_one_that_is_on_its_way(desk):
    waiting = []
    desk.page.route("**/cookies/preferences?*", lambda route: waiting.append(route), times=1)
    desk.press("Accept all")
    desk.press("Reject all")
    expect(desk.status).to_contain_text("Your choice is saved.")
    assert (len(waiting), desk.granted()) == (1, ["necessary"])
    expect(desk.page.locator(".cookies-placeholder")).to_have_count(3)
    assert desk.is_kept()


def test_undo_takes_away_what_an_earlier_choice_loaded_if_it_is_refused_now(desk):
    desk.press(MAP)
    expect(desk.page.locator("iframe")).to_have_count(1)
    desk.page.locator(".cookies-placeholder", has_text="Opinions").evaluate("place => place.remove()")
    desk.press("Accept all")
    expect(desk.banner).to_have_count(0)
    desk.press("Undo")
    expect(desk.page.locator(".cookies-placeholder")).to_have_count(2)
    expect(desk.page.locator("iframe")).to_have_count(0)
    assert desk.granted()[-1] == "necessary"


def test_undo_leaves_what_an_earlier_choice_loaded_if_it_is_still_granted(desk):
    desk.press(MAP)
    expect(desk.page.locator("iframe")).to_have_count(1)
    desk.press(VISITS)
    expect(desk.page.locator("iframe")).to_have_count(2)
    desk.press("Undo")
    expect(desk.page.locator("iframe")).to_have_count(1)
    expect(desk.page.get_by_role("button", name=VISITS)).to_be_visible()


def test_a_form_with_an_old_version_is_sent_once_and_asks_anew(desk):
    posts = []
    desk.page.on("request", lambda request: request.method == "POST" and posts.append(request.url))
    desk.page.evaluate(
        """() => document.querySelectorAll("[name=versions]").forEach(field => {
          field.value = field.value.replace(/:[^ ]+/g, ":AAAAAAAA");
        })"""
    )
    with desk.page.expect_navigation():
        desk.press("Accept all")
    expect(desk.banner).to_contain_text("have changed since you chose")
    assert len(posts) == 1


def test_attributes_that_people_write_into_a_page_load_nothing(desk):
    desk.page.evaluate(
        """() => document.querySelector("main").insertAdjacentHTML("beforeend", `
          <div class="cookies-placeholder cookies-embed" data-embed='["script",["src","/widget.js"]]'>
            <input name="category" value="necessary">
            <template class="cookies-embed">["script",["src","/widget.js"]]</template>
          </div>`)"""
    )
    desk.press("Reject all")
    expect(desk.status).to_contain_text("Your choice is saved.")
    assert desk.page.evaluate("() => [...document.scripts].filter(one => one.src.endsWith('/widget.js')).length") == 0


def test_forms_of_the_site_are_left_alone_whatever_their_fields_are_called(desk):
    desk.page.evaluate(
        """() => document.querySelector("main").insertAdjacentHTML("beforeend", `
          <form action="/1">${["matches", "closest", "contains"].map(name => `<input name="${name}">`)}
          <button>Search</button></form>`)"""
    )
    with desk.page.expect_navigation():
        desk.press("Search")
    assert desk.visitor.complaints == []


def test_a_choice_is_confirmed_after_the_site_replaced_its_body(desk):
    desk.page.evaluate(
        """() => {
          const other = document.createElement("body");
          other.append(document.querySelector("main"), document.querySelector("#cookie-consent"));
          document.body.replaceWith(other);
        }"""
    )
    desk.press("Reject all")
    expect(desk.status).to_contain_text("Your choice is saved.")


@pytest.mark.parametrize("width", [320, 1280])
def test_without_scripts_the_confirmation_hides_no_end_of_a_page(width, make_visitor):
    visitor = make_visitor(java_script_enabled=False, viewport={"width": width, "height": 720})
    visitor.go("/desk")
    visitor.press("Reject all")
    last = visitor.page.locator("a.cookies-link")
    visitor.page.mouse.wheel(0, 99999)
    expect(last).to_be_in_viewport(ratio=1)
    boxes = [place.bounding_box() for place in (last, visitor.page.locator("#cookies-saved"))]
    assert boxes[0]["y"] + boxes[0]["height"] <= boxes[1]["y"]


def test_if_what_had_the_focus_is_hidden_the_notice_gets_it(desk):
    desk.text.focus()
    desk.page.get_by_role("button", name="Reject all").focus()
    desk.text.evaluate("text => { text.hidden = true; }")
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator(".cookies-saved")).to_be_focused()
    desk.page.keyboard.press("Tab")
    expect(desk.page.get_by_role("button", name="Undo")).to_be_focused()
