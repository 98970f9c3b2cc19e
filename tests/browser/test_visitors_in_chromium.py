"""What visitors do with the banner and the pages, and what their browser then keeps and sends.

Each test runs on an ASGI and on a WSGI server, most of them with JavaScript and without.
"""

from copy import deepcopy
from itertools import chain

import pytest
from playwright.sync_api import expect

from browser.portal_app import ANONYMIZED, CONSENTED, NECESSARY, POLICY, names
from browser.served import HOST, SIBLING

UNASKED = names(NECESSARY)
DECIDED = UNASKED | {"cookies_preferences"}
STATISTICAL = names(CONSENTED["statistical"])
THIRD_PARTY = names(CONSENTED["third-party"])
ALL = DECIDED | names(chain(*CONSENTED.values()))
#: Kept for pages under /x only. That path is not declared, so it may belong to another visitor.
DEEP = {"deep_seen"}


def test_a_first_visit_leaves_only_necessary_cookies_and_shows_the_banner(visitor, portal):
    visitor.go()
    assert visitor.is_asked
    assert visitor.jar() == UNASKED
    visitor.go("/x/1")
    assert portal.sent("/x/1") == UNASKED
    assert visitor.jar() == UNASKED


def test_accept_all_lets_all_declared_cookies_pass_and_no_other(visitor, portal):
    visitor.go("/x/1")
    visitor.choose("Accept all")
    assert visitor.page.url == portal.url("/x/1")
    assert not visitor.is_asked
    visitor.go("/x/1")
    assert visitor.jar() == ALL
    visitor.go("/x/1")
    assert portal.sent("/x/1") == ALL
    assert not visitor.is_asked


def test_reject_all_lets_none_pass_and_the_banner_does_not_come_back(visitor, portal):
    visitor.go("/x/1")
    visitor.choose("Reject all")
    assert visitor.page.url == portal.url("/x/1")
    visitor.go()
    assert not visitor.is_asked
    assert visitor.jar() == DECIDED


def test_the_choice_is_kept_out_of_reach_of_scripts_and_of_other_sites(visitor):
    visitor.go()
    visitor.choose("Reject all")
    kept = {cookie["name"]: cookie for cookie in visitor.context.cookies()}["cookies_preferences"]
    assert (kept["domain"], kept["path"], kept["sameSite"]) == (HOST, "/", "Lax")
    assert kept["httpOnly"]
    assert kept["secure"]


@pytest.mark.parametrize("is_restarted", [False, True], ids=["seen", "restarted"])
def test_a_withdrawal_deletes_every_kind_of_cookie_from_the_browser(is_restarted, visitor, portal):
    visitor.go()
    visitor.choose("Accept all")
    visitor.go("/x/1")
    assert visitor.jar() == ALL
    if is_restarted:
        portal.restart()
    visitor.go("/cookies/preferences")
    visitor.press("Reject all")
    assert visitor.jar() == DECIDED | DEEP
    visitor.go("/x/1")
    assert visitor.jar() == DECIDED
    visitor.go("/x/1")
    assert portal.sent("/x/1") == DECIDED


def test_a_withdrawal_keeps_cookies_of_the_same_names_of_a_sibling(visitor, portal):
    for host in (SIBLING, HOST):
        visitor.go("/", host)
        visitor.choose("Accept all")
        visitor.go("/x/1", host)
    visitor.go("/cookies/preferences")
    visitor.press("Reject all")
    visitor.go("/x/1")
    assert visitor.jar() == DECIDED
    # The one cookie that is declared for both hosts is deleted for both.
    assert visitor.jar(SIBLING) == ALL - {"wide"}
    visitor.go("/x/1", SIBLING)
    assert portal.sent("/x/1", SIBLING) == ALL - {"wide"}


def test_a_withdrawal_keeps_what_others_set_for_the_whole_domain(visitor):
    """The site declares and sets a cookie of the same name, but for its own host only."""
    others = {"name": "theme", "value": "2", "domain": ".portal.localhost", "path": "/"}
    visitor.context.add_cookies([others])
    visitor.go()
    visitor.choose("Accept all")
    visitor.go()
    visitor.go("/cookies/preferences")
    visitor.press("Reject all")
    kept = [(cookie["value"], cookie["domain"]) for cookie in visitor.context.cookies() if cookie["name"] == "theme"]
    assert kept == [("2", ".portal.localhost")]


def test_a_saved_partial_choice_is_what_the_browser_keeps_and_the_page_shows(visitor):
    visitor.go()
    visitor.choose("Accept all")
    visitor.go("/cookies/preferences")
    assert visitor.ticked == list(CONSENTED)
    for kind in ("First-party", "Third-party"):
        visitor.page.get_by_role("checkbox", name=kind).uncheck()
    visitor.press("Save my choice")
    expect(visitor.page.get_by_role("status")).to_have_text("Your choice is saved. You can change it at any time.")
    assert visitor.ticked == ["statistical"]
    visitor.go("/x/1")
    assert visitor.jar() == DECIDED | STATISTICAL


def test_under_a_new_version_the_banner_asks_again_and_changed_categories_are_blocked(visitor, portal):
    visitor.go("/x/1")
    visitor.choose("Accept all")
    changed = deepcopy(POLICY)
    declaration = next(cookie for cookie in changed["cookies"] if cookie["purpose"] == "Counts visits")
    declaration["purpose"] = "Follows you from page to page"
    portal.restart(changed)
    for name in ALL - DECIDED:
        visitor.context.clear_cookies(name=name)
    visitor.go("/x/1")
    assert visitor.is_asked
    expect(visitor.page.locator("#cookie-consent")).to_contain_text("have changed since you chose")
    assert visitor.jar() == ALL - STATISTICAL
    visitor.go("/cookies/preferences")
    assert visitor.ticked == ["first-party", "third-party"]
    visitor.go("/x/1")
    visitor.choose("Accept all")
    assert not visitor.is_asked
    visitor.go("/x/1")
    assert visitor.jar() == ALL


def test_accepting_on_a_page_from_before_a_change_does_not_grant_what_changed(visitor, portal):
    visitor.go("/x/1")
    changed = deepcopy(POLICY)
    declaration = next(cookie for cookie in changed["cookies"] if cookie["purpose"] == "Counts visits")
    declaration["purpose"] = "Follows you from page to page"
    portal.restart(changed)
    visitor.press("Accept all")
    assert visitor.is_asked
    expect(visitor.page.locator("#cookie-consent")).to_contain_text("have changed since you chose")
    assert visitor.jar() == ALL - STATISTICAL
    visitor.choose("Accept all")
    assert not visitor.is_asked
    visitor.go("/x/1")
    assert visitor.jar() == ALL


def test_a_visitor_who_refused_is_not_asked_again_when_the_policy_changes(visitor, portal):
    visitor.go()
    visitor.choose("Reject all")
    portal.restart({**POLICY, "site": {**POLICY["site"], "version": "2"}})
    visitor.go("/x/1")
    assert not visitor.is_asked
    assert visitor.jar() == DECIDED


def test_a_choice_in_a_cookie_that_no_sibling_can_plant_works_through_the_pages(visitor, portal):
    name = "__Host-cookies_preferences"
    portal.restart({**POLICY, "preferences": {"name": name}}, secure=None)
    visitor.go()
    visitor.choose("Reject all")
    assert visitor.jar() == UNASKED | {name}
    visitor.go()
    assert not visitor.is_asked
    visitor.go("/cookies/preferences")
    visitor.press("Accept all")
    assert visitor.ticked == list(CONSENTED)
    visitor.go("/x/1")
    assert visitor.jar() == ALL - {"cookies_preferences"} | {name}


def test_anonymized_statistics_pass_until_the_visitor_refuses(visitor):
    visitor.go("/counted")
    assert visitor.jar() == UNASKED | names(ANONYMIZED)
    visitor.choose("Reject all")
    assert visitor.jar() == DECIDED
    visitor.go("/counted")
    assert visitor.jar() == DECIDED


def test_a_frame_waits_for_consent_to_its_category_and_shows_at_once(visitor, portal):
    visitor.go("/map")
    expect(visitor.page.locator("iframe")).to_have_count(0)
    expect(visitor.page.get_by_text("Map of the town", exact=True)).to_be_visible()
    place = visitor.page.locator(".cookies-placeholder").get_attribute("id")
    visitor.choose("Accept and show")
    assert visitor.page.url.partition("#")[0] == portal.url("/map")
    expect(visitor.page.locator(f"iframe#{place}")).to_be_in_viewport()
    expect(visitor.page.frame_locator("iframe").get_by_role("heading")).to_have_text("The map")
    # The other categories are still undecided.
    assert visitor.is_asked
    visitor.go("/map")
    assert visitor.jar() == DECIDED | THIRD_PARTY


@pytest.mark.parametrize("host", [SIBLING, "elsewhere.localhost"])
def test_no_other_site_chooses_for_the_visitor(host, visitor, portal):
    visitor.go()
    visitor.go(f"/forged/{HOST}:{portal.port}", host)
    answer = visitor.press("Win")
    assert answer is not None
    assert answer.status == 403
    expect(visitor.page.get_by_role("heading")).to_have_text("Your choice was not saved")
    assert visitor.jar() == UNASKED
    visitor.go()
    assert visitor.is_asked


def test_a_page_that_shared_caches_keep_shows_the_banner_by_the_fragment(make_visitor, portal):
    visitor = make_visitor()
    banner = visitor.page.locator("#cookie-consent")
    visitor.go("/late")
    expect(banner).to_be_visible()
    visitor.press("Accept all")
    assert visitor.page.url == portal.url("/late")
    expect(visitor.page.locator("html[data-ready]")).to_have_count(1)
    expect(banner).to_have_count(0)
    assert visitor.complaints == []
