"""Declarations of other kinds than cookies on the pages: in every format, with their kind and their hosts in words."""

import json
import re

import pytest

from cookiewarden import Policy
from cookiewarden.pages.document import document_of
from cookiewarden.pages.languages import load_languages
from cookiewarden.pages.pdf import pdf_of
from cookiewarden.policy.declaration import Kind
from paged import Site
from pdf_packages import needs_pdf
from tagged_pdf import TaggedPdf

SAID = "What is said here of cookies also holds for similar technologies"
WORDS = {
    "local-storage": "Local storage",
    "session-storage": "Session storage",
    "indexed-db": "IndexedDB database",
    "pixel": "Pixel",
    "script": "Script",
    "host": "Connection to another host",
}
HOSTS = ["cdn.example.org", "*.example.net:8443"]
COOKIE = {"name": "theme", "category": "first-party", "purpose": "Keeps the colours"}
OTHERS = [
    {"name": f"the {kind}", "kind": kind, "category": "third-party", "purpose": f"Purpose {kind}", "hosts": HOSTS}
    for kind in WORDS
]
LIKE = {**COOKIE, "kind": "local-storage", "lifetime": "1 year"}


def site(*declared):
    return Site(policy={"site": {"name": "Exampletown"}, "cookies": list(declared)})


ALL = site(COOKIE, LIKE, *OTHERS)
ONLY_COOKIES = site(COOKIE, {**COOKIE, "name": "maps", "category": "third-party", "hosts": HOSTS})


def text_of(answer):
    """Return the text that a reader sees, without markup and line breaks."""
    return " ".join(re.sub("<[^>]*>", " ", answer.text).replace("\\", "").split())


def test_every_kind_has_a_word():
    assert {"cookie", *WORDS} == set(Kind)


@pytest.mark.parametrize("kind", WORDS)
@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/cookies", "the {kind} {words} Purpose {kind} Your browser contacts: {hosts}"),
        ("/cookies/preferences", "the {kind} {words} Purpose {kind} Your browser contacts: {hosts}"),
        ("/cookies.md", "| the {kind} ({words}) | Purpose {kind} Your browser contacts: {hosts} |"),
    ],
)
def test_a_row_says_its_kind_in_words_and_the_hosts_that_the_browser_contacts(path, shape, kind):
    row = shape.format(kind=kind, words=WORDS[kind], hosts=", ".join(HOSTS))
    assert row in text_of(ALL.ask(path))


@needs_pdf
def test_the_pdf_says_the_kinds_and_the_hosts():
    policy = Policy.from_mapping({"site": {"name": "Exampletown"}, "cookies": [COOKIE, LIKE, *OTHERS]})
    english = load_languages(None)["en"]
    pdf = TaggedPdf(pdf_of(document_of(policy, english), english))
    text = " ".join(" ".join(words for words, _ in pdf.document.spoken()).split())
    for kind, words in WORDS.items():
        assert f"the {kind} {words}" in text
        assert f"Purpose {kind} Your browser contacts: {', '.join(HOSTS)}" in text
    assert SAID in text


def test_the_json_has_the_kind_and_the_hosts_of_each_declaration_and_the_document_describes_them():
    state = json.loads(ALL.ask("/cookies.json").body)
    rows = [row for section in state["categories"] for row in section["cookies"]]
    assert [(row["names"], row["kind"], row["hosts"]) for row in rows] == [
        (["cookies_preferences"], "cookie", []),
        (["theme"], "cookie", []),
        (["theme"], "local-storage", []),
        *(([one["name"]], one["kind"], HOSTS) for one in OTHERS),
    ]
    document = json.loads(ALL.ask("/cookies/openapi.json").body)
    described = document["components"]["schemas"]["Policy"]["properties"]["categories"]["items"]["properties"]
    row = described["cookies"]["items"]
    assert {*row["properties"]} == {*row["required"]} == {*rows[0]}
    assert row["properties"]["kind"]["enum"] == ["cookie", *WORDS]


def test_a_client_gets_each_name_of_a_category_once():
    (section,) = [
        one
        for one in json.loads(ALL.ask("/cookies/preferences.json").body)["categories"]
        if one["category"] == "first-party"
    ]
    assert section["cookies"] == ["theme"]


@pytest.mark.parametrize("path", ["/cookies", "/cookies.md"])
def test_a_page_with_other_kinds_speaks_of_more_than_cookies(path):
    text = text_of(ALL.ask(path))
    for words in ("Cookies and similar technologies of Exampletown", SAID, "Name(s)"):
        assert text.count(words) >= 1
    assert "The cookies of Exampletown" not in text
    assert "Cookie name(s)" not in text


@pytest.mark.parametrize("path", ["/cookies", "/cookies.md", "/cookies/preferences", "/cookies/banner"])
def test_a_page_about_cookies_alone_does_not_speak_of_other_storage_even_if_they_name_hosts(path):
    text = text_of(ONLY_COOKIES.ask(path))
    for words in ("similar technologies", *(one for one in WORDS.values() if one != "Script")):
        assert words not in text
    assert ("Your browser contacts: cdn.example.org" in text) == (path != "/cookies/banner")


def test_a_kind_with_other_storage_counts_its_rows_and_not_cookies():
    text = text_of(ALL.ask("/cookies/preferences"))
    assert "Cookies and similar technologies: 2" in text
    assert "Cookies and similar technologies: 6" in text
    assert "1 cookie" in text  # the preferences cookie
    assert SAID in text


@pytest.mark.parametrize(
    ("declared", "is_said"),
    [
        ([COOKIE, *OTHERS], True),
        (OTHERS[:1], True),
        ([COOKIE], False),
        # Necessary storage is no part of what a banner asks.
        ([COOKIE, {**LIKE, "category": "necessary"}], False),
        ([COOKIE, {**LIKE, "category": "statistical", "anonymized": True}], False),
    ],
)
def test_the_banner_says_so_if_it_asks_for_other_storage(declared, is_said):
    text = text_of(site(*declared).ask("/cookies/banner"))
    assert (SAID in text) == is_said
    assert "Accept all" in text


def test_a_site_with_necessary_storage_only_has_nothing_to_choose():
    text = text_of(site({**LIKE, "category": "necessary"}).ask("/cookies/preferences"))
    assert "nothing to choose" in text
    assert SAID not in text


def test_another_kind_with_the_name_of_the_preferences_cookie_has_not_its_lifetime():
    twin = {"name": "cookies_preferences", "kind": "local-storage", "category": "necessary", "purpose": "Keeps a copy"}
    state = json.loads(site(twin).ask("/cookies.json").body)
    rows = {row["kind"]: row["lifetime"] for row in state["categories"][0]["cookies"]}
    assert rows == {"local-storage": None, "cookie": "6 months"}
