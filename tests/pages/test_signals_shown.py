"""What visitors see of a signal of their browser: the banner, the preferences page and the API say what it does."""

import json
import re

import pytest

from choices import value_of
from cookiewarden import OptionError
from cookiewarden.pages.templating import Templates
from exchanges import POLICY, SECRET_KEY
from paged import FORM, JSON, OWN, Site

GPC = ("sec-gpc", "1")
BANNER, PREFERENCES, API = "/cookies/banner", "/cookies/preferences", "/cookies/preferences.json"
SENT = "Your browser sent an opt-out signal (such as Global Privacy Control)"
HONOURED = f"{SENT}, and this site honours it: these cookies stay off unless you accept them here."
OUTWEIGHED = f"{SENT}. You accepted these cookies here, so your own choice counts."
OLDER = {**POLICY, "site": {**POLICY["site"], "version": "0"}}
SITE = Site()
IGNORING = Site(policy={**POLICY, "signals": {"gpc": False}})
BROAD = Site(policy={**POLICY, "signals": {"gpc": ["third-party", "statistical"]}})


def visitor(*granted, policy=POLICY):
    return ("cookie", f"cookies_preferences={value_of(policy, SECRET_KEY, *granted).decode()}")


def words(markup):
    return " ".join(re.sub("<[^>]*>", " ", markup).split())


def notes(markup):
    """Return what the preferences page says of a signal, by kind."""
    groups = re.findall(r'aria-labelledby="kind-([a-z-]+)"(.*?)(?=role="group"|</form>)', markup, re.DOTALL)
    return {kind: words(note[1]) for kind, text in groups if (note := re.search('cookies-signal">(.*?)</p>', text))}


@pytest.mark.parametrize(
    ("site", "headers", "kinds"),
    [
        (SITE, [GPC], "Third-party cookies"),
        (BROAD, [GPC], "Statistical cookies, Third-party cookies"),
        (SITE, [("sec-gpc", "true")], None),
        (SITE, [], None),
        (IGNORING, [GPC], None),
        (BROAD, [GPC, visitor("statistical", policy=OLDER)], "Statistical cookies"),
        (SITE, [GPC, visitor("statistical", policy=OLDER)], None),
    ],
)
def test_the_banner_says_which_kinds_the_signal_turns_off(site, headers, kinds):
    said = words(site.ask(BANNER, headers=headers).text)
    sentence = f"{SENT}, and this site honours it. These stay off unless you accept them here: {kinds}."
    assert (sentence in said) is (kinds is not None)
    assert said.count(SENT) == (kinds is not None)


def test_the_banner_is_silent_of_a_kind_that_it_does_not_ask_about():
    cookies = [{"name": "count", "category": "statistical", "purpose": "Counts"}]
    site = Site(policy={"site": {"name": "Exampletown"}, "cookies": cookies})
    banner = site.ask(BANNER, headers=[GPC]).text
    assert "Accept all" in banner
    assert SENT not in banner


def test_a_name_of_the_sites_own_for_a_kind_is_escaped():
    site = Site(policy={**POLICY, "categories": {"third-party": {"title": "<Maps> & more"}}})
    assert "here: &lt;Maps&gt; &amp; more.</p>" in site.ask(BANNER, headers=[GPC]).text


@pytest.mark.parametrize(
    ("site", "headers", "expected"),
    [
        (SITE, [], {}),
        (IGNORING, [GPC], {}),
        (SITE, [GPC], {"third-party": HONOURED}),
        (SITE, [GPC, visitor()], {"third-party": HONOURED}),
        (SITE, [GPC, visitor("statistical")], {"third-party": HONOURED}),
        (SITE, [GPC, visitor("third-party")], {"third-party": OUTWEIGHED}),
        (SITE, [GPC, visitor("third-party", policy=OLDER)], {"third-party": HONOURED}),
        (BROAD, [GPC, visitor("third-party")], {"statistical": HONOURED, "third-party": OUTWEIGHED}),
    ],
)
def test_the_preferences_page_says_it_beside_the_kind(site, headers, expected):
    assert notes(site.ask(PREFERENCES, headers=headers).text) == expected


@pytest.mark.parametrize("headers", [[], [visitor()], [visitor("third-party")]])
def test_the_form_is_filled_in_by_what_the_visitor_chose_and_by_nothing_else(headers):
    boxes = [re.findall("<input .*?>", SITE.ask(PREFERENCES, headers=[*headers, *sent]).text) for sent in ([], [GPC])]
    assert boxes[0] == boxes[1]


@pytest.mark.parametrize(
    ("site", "headers", "signalled"),
    [
        (SITE, [], []),
        (IGNORING, [GPC], []),
        (SITE, [GPC], ["third-party"]),
        (SITE, [GPC, visitor()], ["third-party"]),
        (SITE, [GPC, visitor("third-party")], []),
        (SITE, [GPC, visitor("third-party", policy=OLDER)], ["third-party"]),
        (BROAD, [GPC], ["statistical", "third-party"]),
    ],
)
def test_the_api_says_for_each_kind_whether_a_signal_turns_it_off(site, headers, signalled):
    state = json.loads(site.ask(API, headers=headers).body)
    assert [row["category"] for row in state["categories"] if row["signal"]] == signalled
    assert {type(row["signal"]) for row in state["categories"]} == {bool}


def test_the_api_tells_a_signal_from_an_answer():
    before, after = (json.loads(SITE.ask(API, headers=headers).body) for headers in ([], [GPC]))
    for row in after["categories"]:
        row["signal"] = False
    assert before == after


def test_a_choice_against_the_signal_is_told_at_once():
    answer = SITE.put('{"granted": ["third-party"]}', [JSON, OWN, GPC])
    assert [row["signal"] for row in json.loads(answer.body)["categories"]] == [False] * 4


@pytest.mark.parametrize("path", ["/", "/cookies", BANNER, PREFERENCES, API])
def test_nothing_is_stored_because_of_a_signal(path):
    assert SITE.ask(path, headers=[GPC]).set_cookies == []


def test_a_signal_is_no_part_of_a_choice_that_is_made_beside_it():
    choice = "choice=grant&category=statistical"
    lines = [SITE.post(choice, [FORM, OWN, *sent]).set_cookies for sent in ([], [GPC])]
    assert lines[0] == lines[1] != []


def test_the_policy_as_json_is_the_same_for_all():
    assert SITE.ask("/cookies.json", headers=[GPC]).body == SITE.ask("/cookies.json").body


def test_one_more_banner_is_kept_only_for_visitors_who_send_the_signal(monkeypatch):
    rendered = []
    render = Templates.render
    monkeypatch.setattr(Templates, "render", lambda *given, **values: rendered.append(1) or render(*given, **values))
    site = Site()
    for _ in range(3):
        site.ask(BANNER)
    assert len(rendered) == 2  # one for each adapter
    for value in ("1", "0, 1", "1"):
        site.ask(BANNER, headers=[("sec-gpc", value)])
    assert len(rendered) == 4


def test_with_that_sentence_banner_style_sheet_and_script_still_weigh_less_than_12_kib():
    parts = (SITE.ask(path, headers=[GPC]).body for path in (BANNER, "/cookies/style.css", "/cookies/script.js"))
    assert sum(map(len, parts)) < 12_288


@pytest.mark.parametrize(
    ("template", "content"),
    [
        ("banner.html", "{% extends 'cookiewarden/banner.html' %}{% block text %}{{ signalled.no.way }}{% endblock %}"),
        (
            "banner.html",
            "{% extends 'cookiewarden/banner.html' %}"
            "{% block text %}{% if signalled %}{{ nothing.at.all }}{% endif %}{% endblock %}",
        ),
        (
            "preferences.html",
            "{% extends 'cookiewarden/preferences.html' %}"
            "{% block footer %}{% if signalled %}{{ nothing.at.all }}{% endif %}{% endblock %}",
        ),
    ],
)
def test_a_template_that_fails_only_for_a_signal_stops_the_start(template, content, tmp_path):
    (tmp_path / template).write_text(content)
    with pytest.raises(OptionError, match=f"^templates: {template}"):
        Site(templates=tmp_path)
