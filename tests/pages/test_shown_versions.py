"""An answer counts for the version that was shown; if another is in force, it is stale and is asked again."""

import copy
import json
import re
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest

from choices import ALL, preferences, value_of
from cookiewarden import Category, Policy, asgi, consent_of, frame_of, wsgi
from exchanges import POLICY, SECRET_KEY, SentRequest, Wrapped, set_cookies
from paged import FORM, OWN, Site

S, F, T = Category.STATISTICAL, Category.FIRST_PARTY, Category.THIRD_PARTY
MODULES = pytest.mark.parametrize("module", [asgi, wsgi])
#: The policy of a page that stays open: without third-party cookies, and with another purpose of the statistics.
OLD = {**POLICY, "cookies": POLICY["cookies"][:5]}
NEW = copy.deepcopy(POLICY)
NEW["cookies"][2]["purpose"] = "Builds a profile of you"
BEFORE, AFTER = Site(policy=OLD), Site(policy=NEW)
OLD_DIGESTS, NEW_DIGESTS = Policy.from_mapping(OLD).digests, Policy.from_mapping(NEW).digests
PATH, API = "/cookies/preferences", "/cookies/preferences.json"


class Form(HTMLParser):
    """The hidden fields of a form, as a browser sends them. Those in a template are for the script."""

    def __init__(self, text):
        super().__init__()
        self.hidden = []
        self.is_template = False
        self.feed(text)

    def handle_endtag(self, tag):
        self.is_template &= tag != "template"

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.is_template |= tag == "template"
        if tag == "input" and found.get("type") == "hidden" and not self.is_template:
            self.hidden.append((found["name"], found["value"]))

    def sent(self, **fields):
        return urlencode([*self.hidden, *fields.items()])


def posted(text, site=AFTER, cookie=(), **fields):
    """Post the form of an open page."""
    return site.post(Form(text).sent(**fields), [FORM, OWN, *cookie])


def state(cookie, site=AFTER):
    return json.loads(site.ask(API, headers=[("cookie", cookie)]).body)


@pytest.mark.parametrize("target", ["/cookies/banner", PATH])
def test_accept_on_an_old_page_grants_what_it_showed_and_changed_categories_are_stale(target):
    answer = posted(BEFORE.ask(target).text, choice="accept")
    assert answer.status == 303
    consent = answer.choice(NEW)
    assert (consent.granted, consent.refused, consent.stale) == ({S, F}, frozenset(), {S})
    # The visitor accepted the old version, and under that the grant counts.
    assert answer.choice(OLD).stale == frozenset()
    said = state(answer.cookie)
    assert (said["is_decided"], said["is_stale"], said["is_asked"]) == (True, True, True)
    assert [row["granted"] for row in said["categories"]] == [True, None, True, None]
    banner = AFTER.ask("/cookies/banner", headers=[("cookie", answer.cookie)]).text
    assert "have changed since you chose" in banner
    assert "Builds a profile of you" in banner
    assert "Third-party cookies" in banner


def test_the_answer_to_a_second_banner_counts():
    first = posted(BEFORE.ask("/cookies/banner").text, choice="accept")
    cookie = [("cookie", first.cookie)]
    second = posted(AFTER.ask("/cookies/banner", headers=cookie).text, cookie=cookie, choice="accept")
    consent = second.choice(NEW)
    assert (consent.granted, consent.stale) == (set(ALL), frozenset())
    assert AFTER.ask("/cookies/banner", headers=[("cookie", second.cookie)]).body == b""


def test_accept_on_a_page_that_is_up_to_date_grants_all():
    for target in ("/cookies/banner", PATH):
        consent = posted(AFTER.ask(target).text, choice="accept").choice(NEW)
        assert (consent.granted, consent.stale) == (set(ALL), frozenset())


@pytest.mark.parametrize("target", ["/cookies/banner", PATH])
def test_a_refusal_counts_whatever_was_shown(target):
    answer = posted(BEFORE.ask(target).text, choice="refuse")
    assert answer.choice(NEW).refused == set(ALL)
    assert AFTER.ask("/cookies/banner", headers=[("cookie", answer.cookie)]).body == b""


def test_a_category_ticked_on_an_old_form_is_stale_and_the_page_says_so():
    answer = posted(BEFORE.ask(PATH).text, choice="save", category="statistical")
    consent = answer.choice(NEW)
    assert (consent.granted, consent.refused, consent.stale) == ({S}, {F}, {S})
    page = AFTER.ask(f"{PATH}?saved", headers=[("cookie", answer.cookie)]).text
    assert "have changed since you chose" in page
    assert "Your choice is saved" not in page


def test_accept_on_an_old_page_keeps_consent_to_the_version_in_force():
    agreed = [("cookie", f"cookies_preferences={value_of(NEW, SECRET_KEY, *ALL).decode()}")]
    consent = posted(BEFORE.ask("/cookies/banner").text, cookie=agreed, choice="accept").choice(NEW)
    assert (consent.granted, consent.stale) == (set(ALL), frozenset())


def test_a_refused_category_is_not_on_the_banner_and_accept_does_not_grant_it():
    site = Site(policy=NEW)
    refused = preferences(NEW).load([value_of(OLD, SECRET_KEY, "statistical")], 1_750_000_000)
    cookie = [("cookie", f"cookies_preferences={preferences(NEW).dump(refused, 1_750_000_000)}")]
    consent = posted(site.ask("/cookies/banner", headers=cookie).text, site, cookie, choice="accept").choice(NEW)
    assert F in consent.refused
    assert S in consent.granted


@MODULES
def test_a_placeholder_asks_for_consent_to_the_version_that_it_shows(module):
    changed = copy.deepcopy(POLICY)
    changed["cookies"][5]["provider"] = "Someone"
    shown = []

    def view(carrier):
        shown.append(str(frame_of(carrier, "third-party", "https://maps.example/7", title="Map")))
        return ()

    Wrapped(module).ask(SentRequest(), view)
    old = posted(shown[0], Site(policy=changed), choice="grant")
    assert (old.choice(changed).granted, old.choice(changed).stale) == ({T}, {T})
    current = posted(shown[0], Site(), choice="grant")
    assert (current.choice().granted, current.choice().stale) == ({T}, frozenset())


@MODULES
def test_a_stale_grant_lets_nothing_pass_and_the_record_has_the_shown_versions(module):
    records = []
    app = Wrapped(module, policy=NEW, on_choice=records.append)
    body = Form(BEFORE.ask("/cookies/banner").text).sent(choice="accept").encode()
    headers = app.ask(SentRequest(path=PATH, method="POST", headers=(FORM,)), body=body)
    (line,) = set_cookies(headers)
    (record,) = records
    assert record.granted == (S, F)
    assert record.versions == {S: OLD_DIGESTS[S], F: NEW_DIGESTS[F], T: NEW_DIGESTS[T]}
    later = SentRequest(cookies=(line.partition(b";")[0].decode(),))
    assert set_cookies(app.ask(later, lambda carrier: [("Set-Cookie", "_ga=1"), ("Set-Cookie", "theme=1")])) == [
        b"theme=1"
    ]
    assert app.counts().total(reason="stale") == 1


def test_a_view_grants_for_the_version_in_force():
    app = Wrapped(wsgi, policy=NEW)
    (line,) = set_cookies(app.ask(SentRequest(), lambda carrier: consent_of(carrier).grant("statistical") and ()))
    consent = preferences(NEW).load([line.partition(b";")[0].partition(b"=")[2]], 1_750_000_000)
    assert (consent.granted, consent.stale) == ({S}, frozenset())


def test_a_form_without_versions_counts_for_the_version_in_force():
    consent = AFTER.post("choice=accept").choice(NEW)
    assert (consent.granted, consent.stale) == (set(ALL), frozenset())


def test_a_category_is_stale_if_it_is_ticked_but_was_not_shown():
    body = f"choice=save&category=statistical&category=third-party&versions=statistical:{NEW_DIGESTS[S]}"
    consent = AFTER.post(body).choice(NEW)
    assert (consent.granted, consent.stale) == ({S, T}, {T})


# The API.


def test_the_api_returns_the_version_of_each_category():
    rows = json.loads(AFTER.ask(API).body)["categories"]
    assert {row["category"]: row["version"] for row in rows} == {"necessary": None, **NEW_DIGESTS}


def versions_of(site):
    rows = json.loads(site.ask(API).body)["categories"]
    return {row["category"]: row["version"] for row in rows if row["version"]}


@pytest.mark.parametrize(
    ("versions", "stale"),
    [
        (versions_of(AFTER), set()),
        (versions_of(BEFORE), {S, T}),
        ({**versions_of(AFTER), "statistical": "AAAAAAAA"}, {S}),
        ({"statistical": NEW_DIGESTS[S]}, {F, T}),
        ({}, {S, F, T}),
        (None, set()),
    ],
)
def test_put_counts_for_the_versions_that_it_sends(versions, stale):
    document = {"granted": list(ALL)} | ({} if versions is None else {"versions": versions})
    answer = AFTER.put(json.dumps(document))
    assert answer.status == 200
    assert (answer.choice(NEW).granted, answer.choice(NEW).stale) == (set(ALL), stale)
    said = json.loads(answer.body)
    assert {row["category"] for row in said["categories"] if row["is_stale"]} == stale
    assert (said["is_stale"], said["is_asked"]) == (bool(stale), bool(stale))
    assert said == state(answer.cookie)


def test_a_refusal_by_the_api_counts_whatever_was_shown():
    answer = AFTER.put(json.dumps({"granted": [], "versions": versions_of(BEFORE)}))
    assert (answer.choice(NEW).refused, answer.choice(NEW).stale) == (set(ALL), frozenset())


@pytest.mark.parametrize(
    "versions",
    [
        None, [], "statistical", 1, True, [["statistical", "AAAAAAAA"]],
        {"necessary": "AAAAAAAA"}, {"": "AAAAAAAA"}, {"Statistical": "AAAAAAAA"}, {"everything": "AAAAAAAA"},
        {"statistical": None}, {"statistical": 12345678}, {"statistical": ["AAAAAAAA"]}, {"statistical": ""},
        {"statistical": "AAAAAAA"}, {"statistical": "AAAAAAAAA"}, {"statistical": "AAAA AAA"},
        {"statistical": "AAAAAAA\n"}, {"statistical": "AAAAAAA="}, {"statistical": "AAAAAAA+"},
        {"statistical": "\u0391AAAAAAA"}, {"statistical": "AAAAAAAA\n"},
    ],
    ids=ascii,
)  # fmt: skip
def test_the_api_refuses_invalid_versions(versions):
    answer = AFTER.put(json.dumps({"granted": [], "versions": versions}))
    assert (answer.status, answer.set_cookies) == (422, [])


def test_the_api_refuses_repeated_versions():
    assert AFTER.put('{"granted": [], "versions": {}, "versions": {}}').status == 400
    twice = '{"granted": [], "versions": {"statistical": "AAAAAAAA", "statistical": "AAAAAAAB"}}'
    assert AFTER.put(twice).status == 400


@pytest.mark.parametrize(
    "value",
    [
        "", " ", "statistical", "statistical:", "statistical:AAAAAAA", "statistical:AAAAAAAAA", ":AAAAAAAA",
        "statistical:AAAA AAA", "statistical:AAAAAAA=", "statistical:AAAAAAA+", "necessary:AAAAAAAA",
        "Statistical:AAAAAAAA", "everything:AAAAAAAA", "statistical:AAAAAAAA,third-party:AAAAAAAA",
        "statistical:AAAAAAAA  third-party:AAAAAAAA", " statistical:AAAAAAAA", "statistical:AAAAAAAA ",
        "statistical:AAAAAAAA statistical:AAAAAAAA", "statistical:AAAAAAAA\n", "statistical:\u0391AAAAAAA",
        "statistical:AAAAAAAA\tthird-party:AAAAAAAA", "<script>:AAAAAAAA", "statistical:AAAAAAAA " * 40,
    ],
    ids=lambda value: ascii(value[:40]),
)  # fmt: skip
def test_a_form_with_invalid_versions_is_refused(value):
    answer = AFTER.post(urlencode({"choice": "accept", "versions": value}))
    assert (answer.status, answer.set_cookies) == (422, [])
    assert "<script" not in answer.text


def test_a_form_with_repeated_versions_is_refused():
    once = f"versions=statistical:{NEW_DIGESTS[S]}"
    assert AFTER.post(f"choice=accept&{once}").status == 303
    assert AFTER.post(f"choice=accept&{once}&{once}").status == 422


def test_the_form_of_a_site_without_a_choice_has_no_versions():
    bare = Site(policy={**POLICY, "cookies": POLICY["cookies"][:2]})
    assert "versions" not in bare.ask(PATH).text
    assert re.search('name="versions" value="statistical:', AFTER.ask(PATH).text)
