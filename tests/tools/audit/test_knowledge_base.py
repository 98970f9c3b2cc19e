"""The knowledge bases for the Website Auditing Tool: what its import and its search take from each entry."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden import Policy
from cookiewarden.policy.known_cookies.lookup import known_cookie
from cookiewarden.tools.audit.knowledge_base import knowledge_base_text

MOMENT = 1_750_000_000.0
#: The keys of the tool's models, without those that its export leaves out.
OF_A_BASE = {"name", "author", "category", "trustLevel", "used", "created_at", "knowledges"}
OF_ALL = {
    *("kind", "category", "source", "controller", "date", "policy", "reference", "comment", "created_at", "updated_at")
}
OF_A_COOKIE = OF_ALL | {"domain", "name", "wildcard_match"}
OF_A_KEY = OF_ALL | {"script", "key"}
#: The categories that the tool offers.
CATEGORIES = {
    *("Targeted advertising", "Non-Targeted advertising", "Technical", "Analytics (exempted)"),
    *("Analytics (non exempted)", "Social media", "Content customisation", "?"),
}
SHOP = {"name": "Shop", "hosts": ["shop.example"]}
SID = {"name": "sid", "category": "necessary", "purpose": "Keeps you signed in"}


def bases(*cookies, site=SHOP, known=lambda name: None):
    policy = Policy.from_mapping({"site": site, "cookies": [{"purpose": "Counts", **cookie} for cookie in cookies]})
    return json.loads(knowledge_base_text(policy, known, MOMENT))


def entry(**cookie):
    """Return the entry of one declaration."""
    (base,) = bases({"category": "statistical", **cookie})
    return base["knowledges"][0]


def test_the_file_has_what_the_tool_imports():
    cookies, storage = bases(SID, {"name": "seen", "category": "statistical", "kind": "local-storage"})
    assert [cookies["category"], storage["category"]] == ["cookie", "localstorage"]
    for base, keys in ((cookies, OF_A_COOKIE), (storage, OF_A_KEY)):
        assert base.keys() == OF_A_BASE
        assert (base["trustLevel"], base["used"]) == ("informative", True)
        assert all(one.keys() == keys for one in base["knowledges"])
        assert {one["kind"] for one in base["knowledges"]} == {base["category"]}
        assert {one["category"] for one in base["knowledges"]} <= CATEGORIES
    assert [one["key"] for one in storage["knowledges"]] == ["seen"]
    assert cookies["created_at"] == "2025-06-15T15:06:40Z"


def test_an_entry_says_what_the_site_declares():
    found = entry(name="_ga", purpose="Counts visits", provider="Counter", lifetime="13 months", domain=".shop.example")
    assert (found["name"], found["domain"], found["controller"]) == ("_ga", "shop.example", "Counter")
    assert found["source"] == "The cookie policy of Shop"
    assert found["comment"].split("<br>") == [
        "Purpose: Counts visits",
        "Category: statistical; it waits for consent",
        "Kept for: 13 months",
        "Domain: shop.example",
        "Hosts of the site: shop.example",
    ]


def test_each_name_of_a_declaration_has_an_entry():
    (base,) = bases({"names": ["_ga", "_gid"], "category": "statistical"})
    assert {"_ga", "_gid"} <= {one["name"] for one in base["knowledges"]}


@pytest.mark.parametrize(
    ("cookie", "category"),
    [
        ({"category": "necessary"}, "Technical"),
        ({"category": "statistical"}, "Analytics (non exempted)"),
        ({"category": "statistical", "anonymized": True}, "Analytics (exempted)"),
        ({"category": "first-party"}, "?"),
        ({"category": "third-party"}, "?"),
    ],
)
def test_a_category_is_one_of_the_tool_if_the_declaration_settles_it(cookie, category):
    found = entry(name="one", **cookie)
    assert found["category"] == category
    assert f"Category: {cookie['category']}; " in found["comment"]


def test_what_is_known_of_a_cookie_stands_in_the_comment_only():
    declared = {"name": "_fbp", "category": "third-party", "provider": "Ourselves"}
    (without,), (hinted,) = bases(declared), bases(declared, known=known_cookie)
    before, after = without["knowledges"][0], hinted["knowledges"][0]
    assert {key for key in before if before[key] != after[key]} == {"comment"}
    assert after["comment"].startswith(before["comment"] + "<br>Hint, not from the policy: ")


def test_no_text_of_a_policy_becomes_markup_or_a_control_character():
    found = entry(name="one", purpose="<img src=x onerror=alert(1)>\u202e & more")
    assert found["comment"].startswith("Purpose: &lt;img src=x onerror=alert(1)&gt;\\u202e &amp; more<br>")


def test_storage_other_than_the_tool_knows_is_left_out():
    (base,) = bases(SID, {"name": "seen", "category": "statistical", "kind": "session-storage"})
    assert "seen" not in json.dumps(base)


def finds(found, name):
    """Return whether the tool finds a cookie by a pattern: it replaces each ``*`` by ``.*``, and searches for that."""
    return re.search(found["name"].replace("*", ".*"), name) is not None


@given(st.text("ab.+?()[]{}^$|\\", max_size=6), st.text("ab.+?()[]{}^$|\\", max_size=6), st.text("ab+", max_size=3))
def test_a_pattern_is_one_that_the_tool_reads_and_finds_its_cookies_with(before, after, between):
    """One wrong pattern would end every search."""
    found = entry(name=f"{before}*{after}")
    assert found["wildcard_match"] == 1
    assert finds(found, before + between + after)


@pytest.mark.parametrize(
    ("pattern", "own", "others"),
    [
        ("s*", ["s", "sid"], ["basket", "unseen"]),
        ("*_end", ["a_end", "_end"], ["_ender", "a_end1"]),
        ("a.b[*]", ["a.b[1]"], ["aXb[1]", "za.b[1]", "a.b[1]z"]),
        ("*", ["anything"], []),
    ],
)
def test_a_pattern_finds_no_cookie_that_only_contains_such_a_name(pattern, own, others):
    found = entry(name=pattern)
    assert [name for name in [*own, *others] if finds(found, name)] == own


def test_a_key_that_the_tool_cannot_find_says_so():
    """The tool compares the keys of local storage exactly."""
    storage = {"category": "statistical", "kind": "local-storage"}
    _, base = bases({"name": "app_*", **storage}, {"name": "seen", **storage})
    found = {one["key"]: "exact name only" in one["comment"] for one in base["knowledges"]}
    assert found == {"app_*": True, "seen": False}


def test_a_name_without_a_pattern_stays_as_it_is():
    found = entry(name="a.b[c]")
    assert (found["name"], found["wildcard_match"], found["domain"]) == ("a.b[c]", 0, "*")
