"""What the preferences page and the page of an error say: what one loses, what is saved, and what to do next."""

import re

import pytest

from choices import ALL, value_of
from exchanges import POLICY, SECRET_KEY
from paged import FORM, OWN, Site

PATH = "/cookies/preferences"
SITE = Site()
SAVED = "Your choice is saved."
ELSEWHERE = ("sec-fetch-site", "cross-site")


def visitor(*granted):
    return ("cookie", f"cookies_preferences={value_of(POLICY, SECRET_KEY, *granted).decode()}")


def sentences(markup):
    """Return the text of a page, without its markup."""
    return " ".join(re.sub("<[^>]*>", " ", markup.partition("<main")[2]).split())


def test_every_kind_that_can_be_rejected_says_what_is_lost():
    groups = SITE.ask(PATH).text.split('role="group"')[1:]
    assert [group.count("If you reject them") for group in groups] == [1, 1, 1, 0]
    assert [group.count('type="checkbox"') for group in groups] == [1, 1, 1, 0]


@pytest.mark.parametrize(("query", "count"), [("?saved", 1), ("", 0)])
def test_that_the_choice_is_saved_is_said_once_and_then_the_day(query, count):
    text = sentences(SITE.ask(PATH + query, headers=[visitor(*ALL)]).text)
    assert text.count(SAVED) == count
    assert text.count("You chose on") == 1 - count


def test_the_first_button_of_the_form_saves_what_is_ticked_because_the_enter_key_presses_it():
    buttons = re.findall('<button [^>]*value="(.*?)"', SITE.ask(PATH).text)
    assert buttons == ["save", "accept", "refuse"]


def test_a_site_that_needs_no_consent_has_no_buttons():
    policy = {"site": {"name": "Exampletown"}, "cookies": [{"name": "a", "category": "necessary", "purpose": "P"}]}
    markup = Site(policy=policy).ask(PATH).text
    assert "nothing to choose" in sentences(markup)
    assert "<button" not in markup


def test_a_kind_that_was_granted_for_a_frame_but_has_no_cookies_says_so_and_folds_nothing_out():
    policy = {"site": {"name": "Exampletown"}, "cookies": [{"name": "a", "category": "statistical", "purpose": "P"}]}
    site = Site(policy=policy)
    chosen = site.post("choice=grant&category=third-party").cookie
    markup = site.ask(PATH, headers=[("cookie", chosen)]).text
    group = markup.partition('aria-labelledby="kind-third-party"')[2].partition('role="group"')[0]
    assert "This site has no cookies of this kind." in group
    assert "<details" not in group


@pytest.mark.parametrize(
    ("body", "origin", "status", "words"),
    [
        ("choice=accept", ELSEWHERE, 403, "This request seems to come from another website, so nothing has changed."),
        ("choice=yes", OWN, 422, "Your browser sent a choice that this site cannot read, so nothing has changed."),
        ("choice=%ff", OWN, 400, "Your browser sent a choice that this site cannot read, so nothing has changed."),
    ],
)
def test_the_page_of_an_error_says_what_to_do_next_and_keeps_the_detail_folded(body, origin, status, words):
    answer = SITE.post(body, [FORM, origin])
    assert answer.status == status
    shown, _, detail = answer.text.partition("<details class=")
    assert words in sentences(shown)
    assert f'href="{PATH}"' in shown
    assert str(status) in sentences("<main" + detail)
    assert str(status) not in sentences(shown)
