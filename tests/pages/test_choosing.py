"""A form that our script sends, and the way back for one that it does not send: the page, and the place in it."""

import json
import re
from urllib.parse import parse_qs, urlencode

import pytest

from choices import ALL, value_of
from exchanges import POLICY, SECRET_KEY
from paged import FORM, OWN, Site

SITE = Site()
PATH, API = "/cookies/preferences", "/cookies/preferences.json"
BY_SCRIPT = [FORM, OWN, ("accept", "application/json")]
CLEAR = "clear-site-data"


def visitor(*categories):
    return ("cookie", f"cookies_preferences={value_of(POLICY, SECRET_KEY, *categories).decode()}")


@pytest.mark.parametrize(
    ("body", "granted", "is_asked"),
    [
        ("choice=accept&next=/map", [*ALL], False),
        ("choice=refuse", [], False),
        ("choice=grant&category=third-party&place=a-map", ["third-party"], True),
        ("choice=save&versions=" + "%20".join(f"{kind}:AAAAAAAA" for kind in ALL), [], False),
    ],
)
def test_a_form_that_asks_for_json_makes_the_choice_and_gets_it(body, granted, is_asked):
    answer = SITE.post(body, BY_SCRIPT)
    assert (answer.status, answer.header("content-type")) == (200, "application/json")
    state = json.loads(answer.body)
    assert [row["category"] for row in state["categories"] if row["granted"]] == ["necessary", *granted]
    assert state["is_asked"] is is_asked
    assert state == json.loads(SITE.ask(API, headers=[("cookie", answer.cookie)]).body)
    assert answer.list_of("cache-control") == {"no-store"}
    assert (answer.header(CLEAR), answer.header("location")) == (None, None)
    page = SITE.ask(PATH)
    for name in ("content-security-policy", "x-content-type-options", "referrer-policy"):
        assert answer.header(name) == page.header(name)


@pytest.mark.parametrize(
    ("accept", "is_json"),
    [
        ("application/json", True),
        ("application/json, text/plain;q=0.5", True),
        ("application/*", True),
        ("application/json, text/html;q=0.9", True),
        ("application/json, text/html", False),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", False),
        ("*/*", False),
        ("", False),
        ("text/plain", False),
        ("application/json;q=0", False),
    ],
)
def test_browsers_that_send_a_form_by_themselves_get_the_redirect(accept, is_json):
    answer = SITE.post("choice=refuse&next=/map", [FORM, OWN, ("accept", accept)])
    assert (answer.status, answer.header("location")) == ((200, None) if is_json else (303, "/map"))
    assert answer.choice().refused == set(ALL)


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        ("choice=maybe", BY_SCRIPT, 422),
        (b"choice=\xff", BY_SCRIPT, 400),
        ("choice=accept", [*BY_SCRIPT[:1], ("sec-fetch-site", "cross-site"), *BY_SCRIPT[2:]], 403),
        ("choice=accept", [("content-type", "text/plain"), *BY_SCRIPT[1:]], 415),
    ],
)
def test_a_form_that_asks_for_json_gets_an_error_as_json(body, headers, status):
    answer = SITE.post(body, headers)
    assert (answer.status, answer.header("content-type")) == (status, "application/problem+json")
    assert json.loads(answer.body)["status"] == status
    assert (answer.set_cookies, answer.list_of("cache-control")) == ([], {"no-store"})


def test_a_choice_that_the_script_sends_is_recorded_as_made_on_a_page():
    records = []
    Site(on_choice=records.append).post("choice=grant&category=statistical", BY_SCRIPT)
    assert {(record.how.value, record.granted) for record in records} == {("page", ("statistical",))}


@pytest.mark.parametrize("clear_cache", [True, False])
def test_the_option_says_whether_a_choice_without_the_script_clears_the_cache(clear_cache):
    site = Site(clear_cache=clear_cache)
    expected = '"cache"' if clear_cache else None
    assert site.post("choice=accept").header(CLEAR) == expected
    assert site.put('{"granted": []}').header(CLEAR) == expected
    assert site.post("choice=accept", BY_SCRIPT).header(CLEAR) is None


@pytest.mark.parametrize(
    ("body", "location"),
    [
        ("next=/map&place=cookies-1a_B", "/map#cookies-1a_B"),
        ("next=/map%23other&place=a", "/map#a"),
        ("next=/map%3Fa%3D1&place=a", "/map?a=1#a"),
        ("next=/map&place=", "/map"),
        ("next=/map&place=a&place=a", "/map#a"),
        ("place=a", "/from?b=1#a"),
        (f"next={PATH}&place=a", f"{PATH}?saved"),
        (f"next={PATH}%23a", f"{PATH}?saved"),
    ],
)
def test_a_form_leads_back_to_its_place_in_the_page(body, location):
    headers = [FORM, OWN, ("referer", "https://data.example.org/from?b=1")]
    assert SITE.post(f"choice=refuse&{body}", headers).header("location") == location


@pytest.mark.parametrize(
    "place", ["a b", "%23a", "a%0D%0AX:1", "é", "/a", "a?b", "a.b", "a" * 65, "a&place=b", "&place=b%22"]
)
def test_a_place_that_is_not_one_plain_fragment_is_refused(place):
    answer = SITE.post(f"choice=accept&next=/map&place={place}")
    assert (answer.status, answer.header("location"), answer.set_cookies) == (422, None, [])


PLACES = ["/map", "/map?a=1&b=%20", "/%C3%A9", "/a//b"]


def links(text, path):
    """Return what the links and forms of a page give a path in their query."""
    found = re.findall(r'(?:href|action)="([^"]*)"', text)
    return {link.partition("?")[2].replace("&amp;", "&") for link in found if link.partition("?")[0] == path}


@pytest.mark.parametrize("address", PLACES)
@pytest.mark.parametrize("lang", ["", "fr"])
def test_the_preferences_lead_back_to_the_page_that_one_came_from(address, lang):
    query = _query(lang=lang, next=address)
    page = SITE.ask(f"{PATH}?{query}").text
    [action] = re.findall(r'<form[^>]*action="([^"]*)"', page)
    target = action.replace("&amp;", "&")
    assert SITE.post("choice=refuse", target=target).header("location") == address
    # The language links, the policy, and its link back keep the address.
    assert {_next_of(link) for link in links(page, PATH)} == {address}
    [policy] = links(page, "/cookies")
    assert _next_of(policy) == address
    assert address in {_next_of(link) for link in links(SITE.ask(f"/cookies?{policy}").text, PATH)}


def test_the_field_of_the_form_wins_over_the_query():
    assert SITE.post("choice=refuse&next=/b", target=f"{PATH}?next=/a").header("location") == "/b"


@pytest.mark.parametrize(
    "address", ["//evil.example", "https://evil.example/", "/\\evil.example", "a", "", PATH, f"{PATH}?saved"]
)
def test_an_address_that_is_not_of_another_page_of_the_site_is_left_out(address):
    page = SITE.ask(f"{PATH}?{_query(next=address)}").text
    assert {_next_of(link) for link in links(page, PATH)} == {""}
    assert "evil.example" not in page
    assert SITE.post("choice=refuse", target=f"{PATH}?{_query(next=address)}").header("location") == f"{PATH}?saved"


@pytest.mark.parametrize(
    ("target", "referer", "address"),
    [
        (f"{PATH}?lang=en&next=/map", f"{PATH}?next=/map", "/map"),
        (f"{PATH}?lang=en", "/from?a=1", "/from?a=1"),
        (f"{PATH}?lang=en", PATH, ""),
        (PATH, "", ""),
    ],
)
def test_the_page_that_shows_an_error_leads_back_too(target, referer, address):
    answer = SITE.post("choice=x", [FORM, OWN, ("referer", f"https://data.example.org{referer}")], target=target)
    assert answer.status == 422
    assert {_next_of(link) for link in links(answer.text, PATH)} == {address}


def test_a_page_without_an_address_to_go_back_to_has_none_in_its_links():
    for path in ("/cookies", PATH):
        assert "next=" not in SITE.ask(path).text


def _query(**values):
    return urlencode({name: value for name, value in values.items() if value})


def _next_of(query):
    return parse_qs(query).get("next", [""])[0]
