"""The pages of the five published policies: every cookie and every other fact, in each format."""

import json
import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

import cldr
from cookiewarden import Policy, PolicySet
from exchanges import NOW
from paged import Site
from pdf_packages import needs_pdf

FOLDER = Path(__file__).parents[2] / "examples" / "policies"
HOSTS = [
    "opendata.bruxelles.be",
    "data.example.org",
    "data.eindhoven.nl",
    "opendata.lillemetropole.fr",
    "opendatasoft.com",
]
LANGUAGES = ["en", "fr", "nl", "de"]
SITE = Site(policy=str(FOLDER))
COMMON_MARK = MarkdownIt("commonmark").enable("table")
#: By name of the cookie: purpose, provider, function and location.
COOKIES = {
    "sessionid": (
        "Recognizes you on each page that you open, so that you stay signed in.",
        "Opendatasoft",
        "Signing in, on the public pages and in the back office",
    ),
    "django_language": (
        "Keeps the language that you picked.",
        "Opendatasoft",
        "Choice of language, on the public pages and in the back office",
    ),
    "csrftoken": (
        "Lets the pages fetch data through the API, and shows that it is they who ask.",
        "Opendatasoft",
        "Protection of API calls against forgery, on the public pages and in the back office",
    ),
    "cookies_preferences": (
        "Remembers which categories of cookies you accept, so that you are not asked again.",
        "Opendatasoft",
        "Your choice about cookies, on the whole portal",
    ),
}
BEAMER = {
    "_BEAMER*": (
        "Shows you in the interface what is new in the products.",
        "Opendatasoft",
        "Product news, inside the interface",
    )
}


class Page(HTMLParser):
    """A page as a reader sees it: its text, the rows of its tables, its headings and its links."""

    def __init__(self, text):
        super().__init__()
        self.text, self.rows, self.headings, self.links, self._open = "", [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.links.append((dict(attrs)["href"], ""))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append([tag, ""])
        self._open.append(tag)

    def handle_endtag(self, tag):
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data):
        self.text += data
        if {"td", "th"} & set(self._open):
            self.rows[-1][-1] += data
        if self._open and re.fullmatch("h[1-6]", self._open[-1]):
            self.headings[-1][1] += data
        if "a" in self._open:
            address, text = self.links.pop()
            self.links.append((address, text + data))


def by_html(host, language="en"):
    page = Page(SITE.ask(f"/cookies?lang={language}", host=host).text)
    return [row for row in page.rows if row[0] not in ("", "Cookie name(s)")], page.text


def by_markdown(host, language="en"):
    tokens = COMMON_MARK.parse(SITE.ask(f"/cookies.md?lang={language}", host=host).text)
    rows, text = [], ""
    for before, token in pairwise(tokens):
        if before.type == "tr_open":
            rows.append([])
        if token.type == "inline":
            words = "".join(child.content for child in token.children)
            text += words + "\n"
            if before.type in ("td_open", "th_open"):
                rows[-1].append(words)
    return [row for row in rows if row[0] != "Cookie name(s)"], text


def by_json(host, language="en"):
    state = json.loads(SITE.ask(f"/cookies.json?lang={language}", host=host).body)
    rows = [
        [", ".join(cookie["names"]), cookie["purpose"], cookie["provider"], cookie["function"], cookie["lifetime"]]
        for kind in state["categories"]
        for cookie in kind["cookies"]
    ]
    text = "\n".join([state["title"], *state["introduction"], *(kind["explanation"] for kind in state["categories"])])
    return rows, text


FORMATS = [by_html, by_markdown, by_json]


def cookies_of(host):
    return {**COOKIES, **BEAMER} if host == "opendatasoft.com" else COOKIES


@pytest.mark.parametrize("read", FORMATS)
@pytest.mark.parametrize("host", HOSTS)
def test_every_published_cookie_is_shown_with_its_names_purpose_provider_and_function(host, read):
    rows, _ = read(host)
    assert {name: tuple(rest[:3]) for name, *rest in rows} == cookies_of(host)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("read", FORMATS)
@pytest.mark.parametrize("host", HOSTS)
def test_every_declaration_is_shown_in_every_language(host, read, language):
    policy = PolicySet.load(FOLDER).for_host(host)
    rows, text = read(host, language)
    shown = {row[0]: row[1:4] for row in rows}
    for declaration in policy.declarations:
        texts = (declaration.purpose, declaration.provider or policy.site.operator, declaration.function)
        assert shown[", ".join(declaration.names)] == [one.in_language(language) for one in texts]
    assert policy.site.name.in_language(language) in text
    assert policy.site.introduction.in_language(language) in text


@pytest.mark.parametrize("read", FORMATS)
@pytest.mark.parametrize("host", HOSTS)
def test_the_cookie_that_keeps_the_choice_has_its_lifetime(host, read):
    unknown = None if read is by_json else "not stated"
    assert {row[0]: row[4] for row in read(host)[0]} == {
        **dict.fromkeys(cookies_of(host), unknown),
        "cookies_preferences": cldr.length("6 months"),
    }


@pytest.mark.parametrize("path", ["/cookies", "/cookies.md", "/cookies.json"])
@pytest.mark.parametrize("host", HOSTS)
def test_only_one_policy_has_a_date_and_the_notification_cookies(host, path):
    text = SITE.ask(path, host=host).text
    is_that_one = host == "opendatasoft.com"
    assert ("_BEAMER*" in text.replace("\\", "")) == is_that_one
    if path == "/cookies.json":
        assert json.loads(text)["updated"] == ("2021-03-30" if is_that_one else None)
    else:
        assert ("Last update" in text) == (cldr.day(date(2021, 3, 30)) in text) == is_that_one


@needs_pdf
@pytest.mark.parametrize("host", HOSTS)
def test_the_page_has_a_link_to_its_pdf(host):
    links = Page(SITE.ask("/cookies", host=host).text).links
    assert ("/cookies.pdf", "Download as PDF") in links
    assert SITE.ask("/cookies.pdf", host=host).body.startswith(b"%PDF-")


@pytest.mark.parametrize("read", FORMATS)
@pytest.mark.parametrize("host", HOSTS)
def test_the_four_categories_are_explained_with_their_other_names_and_whether_they_need_consent(host, read):
    _, text = read(host)
    # Other names of the categories, as in the published policies.
    for words in ("internal or functionality cookies", "anonymized", "advertis", "Another website"):
        assert words in text
    state = json.loads(SITE.ask("/cookies.json", host=host).body)
    explained = {kind["category"]: kind["explanation"] for kind in state["categories"]}
    assert list(explained) == ["necessary", "statistical", "first-party", "third-party"]
    assert "need no consent" in explained["necessary"]
    assert all("need your consent" in explained[kind] for kind in ("statistical", "first-party", "third-party"))
    assert "anonymized" in explained["statistical"]
    assert all(explanation in text for explanation in explained.values())


@pytest.mark.parametrize("host", HOSTS)
def test_the_page_explains_cookies_then_the_categories_then_lists_the_cookies(host):
    headings = Page(SITE.ask("/cookies", host=host).text).headings
    second = [text for tag, text in headings if tag == "h2" and text != "Your choice"]
    assert second[:2] == ["What is a cookie?", "Four kinds of cookies"]
    assert second[2].startswith("The cookies of ")
    kinds = ["Necessary cookies", "Statistical cookies", "First-party cookies", "Third-party cookies"]
    assert [text for tag, text in headings if tag == "h3"] == kinds * 2
    assert [tag for tag, _ in headings].count("h1") == 1


#: Names with characters that some readers take for a blank or for markup; all are part of the name.
NAMES = ["a  b", "a\u00a0b", "a\u2003b", "a\u2028b", "a\x85b", "a|b", "a`b", "a\\", "<b>", "_a_", "&amp", "a,b"]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
@pytest.mark.parametrize("read", ["/cookies", "/cookies.md", "/cookies.json"])
def test_a_name_is_shown_character_by_character(name, read):
    cookies = [{"name": name, "category": "necessary", "purpose": "Does something"}]
    site = Site(policy=Policy.from_mapping({"site": {"name": "Exampletown"}, "cookies": cookies}))
    text = site.ask(read).text
    if read == "/cookies.json":
        shown = [cookie["names"] for kind in json.loads(text)["categories"] for cookie in kind["cookies"]]
    elif read == "/cookies":
        shown = [[row[0]] for row in Page(text).rows]
    else:
        cells = [line.partition("| ")[2].partition(" | ")[0] for line in text.split("\n") if line.startswith("| ")]
        shown = [[re.sub(r"\\(.)", r"\1", cell)] for cell in cells]
    assert [name] in shown


DECLARED = {
    "site": {"name": "Exampletown", "operator": "Town", "contact": "privacy@example.org", "version": "v7.3"},
    "preferences": {"lifetime": "1 year"},
    "cookies": [
        {"name": "_pk*", "category": "statistical", "anonymized": True, "purpose": "Counts", "lifetime": "13 months"},
        {
            "names": ["a", "b"],
            "category": "third-party",
            "purpose": "Maps",
            "lifetime": "session",
            "provider": "Maps Inc",
        },
    ],
}


@pytest.mark.parametrize("read", ["/cookies", "/cookies.md", "/cookies.json"])
def test_operator_contact_version_lifetimes_and_the_right_to_object_are_shown(read):
    text = " ".join(Site(policy=DECLARED).ask(read).text.replace("\\", "").split())
    lifetimes = [cldr.length(lifetime) for lifetime in ("13 months", "1 year")]
    for words in ("Town", "privacy@example.org", "v7.3", "close the browser", "Maps Inc", *lifetimes):
        assert words in text
    assert ("you can object" in text) or '"anonymized": true' in text


@pytest.mark.parametrize(
    ("answers", "shown"),
    [(None, []), (["statistical"], ["accepted", "rejected"]), ([], ["rejected", "rejected"])],
)
def test_the_present_choice_is_shown_with_a_link_to_change_it(answers, shown):
    site = Site(policy=DECLARED)
    headers = []
    if answers is not None:
        body = json.dumps({"granted": answers})
        headers = [("cookie", site.put(body).cookie)]
    page = Page(site.ask("/cookies", headers=headers).text)
    assert re.findall(r"cookies: (accepted|rejected|not decided)", page.text) == shown
    assert (f"You chose on {cldr.day(datetime.fromtimestamp(NOW, UTC))}." in page.text) == (answers is not None)
    assert "/cookies/preferences" in dict(page.links)


def policy_with(*cookies):
    """Return a policy with these statistical cookies. It declares the one that keeps the choice by itself."""
    defaults = {"category": "statistical", "purpose": "P"}
    return {"site": {"name": "Exampletown"}, "cookies": [defaults | one for one in cookies]}


@pytest.mark.parametrize("path", ["/cookies", "/cookies.md"])
@pytest.mark.parametrize(
    ("cookies", "columns"),
    [
        ([{"name": "a"}, {"name": "b"}], []),
        ([{"name": "a"}, {"name": "b", "provider": "B Inc"}], ["Service provider"]),
        ([{"name": "a"}, {"name": "b", "function": "On the map"}], ["Function and location"]),
        ([{"name": "a"}, {"name": "b", "lifetime": "session"}], ["Kept for"]),
        ([{"name": "a", "function": "F", "provider": "P", "lifetime": "1 day"}],
         ["Service provider", "Function and location", "Kept for"]),
        # Each kind of cookies has a table of its own.
        ([{"name": "a"}, {"name": "b", "provider": "B Inc", "category": "third-party"}], []),
    ],
)  # fmt: skip
def test_a_column_of_which_no_cookie_states_anything_is_left_out(path, cookies, columns):
    text = Site(policy=policy_with(*cookies)).ask(path).text
    rows = Page(COMMON_MARK.render(text) if path == "/cookies.md" else text).rows
    first = next(number for number, row in enumerate(rows) if row[0] == "a")
    assert rows[first - 1] == ["Cookie name(s)", "Purpose", *columns]
    assert len(rows[first]) == 2 + len(columns)


def test_the_json_keeps_every_member_whatever_the_table_leaves_out():
    state = json.loads(Site(policy=policy_with({"name": "a"})).ask("/cookies.json").body)
    (cookie,) = state["categories"][1]["cookies"]
    known = {"names": ["a"], "provider": "Exampletown", "purpose": "P", "anonymized": False}
    known |= {"kind": "cookie", "hosts": []}
    assert cookie == known | dict.fromkeys(["function", "lifetime", "path", "domain", "reason"])


@pytest.mark.parametrize("path", ["/cookies", "/cookies.md"])
def test_the_page_begins_with_who_runs_the_site_and_ends_with_the_version(path):
    site = DECLARED["site"] | {"updated": "2021-03-30", "introduction": "Hello."}
    text = Page(Site(policy=DECLARED | {"site": site}).ask(path).text.replace("\\", "")).text
    text = " ".join(text.split())
    words = ["Run by: Town", "Contact: privacy@example.org", "Last update: ", "Hello.", "Maps Inc", "Version: v7.3"]
    assert [text.index(word) for word in words] == sorted(map(text.index, words))
    assert text.endswith("v7.3")


def test_the_list_of_contents_leads_to_each_part_and_each_table():
    markup = Site(policy=DECLARED).ask("/cookies").text
    contents = markup.partition('<nav class="cookies-contents"')[2].partition("</nav>")[0]
    linked = re.findall('href="#(.*?)"', contents)
    tables = ["cookies-necessary", "cookies-statistical", "cookies-third-party"]
    assert linked == ["your-choice", "about", "kinds", "cookies", *tables]
    named = re.findall('<table [^>]*aria-labelledby="(.*?)"', markup)
    assert named == tables
    assert all(len(re.findall(f'<h[23] id="{part}"', markup)) == 1 for part in linked)


def test_a_site_where_there_is_nothing_to_choose_shows_no_choice():
    necessary = {"name": "a", "category": "necessary", "purpose": "P"}
    text = Page(Site(policy={"site": {"name": "Exampletown"}, "cookies": [necessary]}).ask("/cookies").text).text
    assert "Your choice" not in text
    assert "Your choice" in Page(Site(policy=DECLARED).ask("/cookies").text).text
