"""The policy page as a file says what the served page says, and leads nowhere that does not exist."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from cookiewarden import Policy
from cookiewarden.http.request import Request, no_header
from cookiewarden.pages.markdown import markdown
from cookiewarden.pages.policy_file import PolicyFiles
from cookiewarden.pages.router import Pages
from cookiewarden.policy.consent import UNDECIDED
from pdf_packages import needs_pdf

FOLDER = Path(__file__).parents[2] / "examples" / "policies"
PORTALS = sorted(path for path in FOLDER.glob("*.toml") if path.name != "platform.toml")
FILES, PAGES = PolicyFiles(), Pages("/cookies")
HOSTILE = {
    "site": {
        "name": "Town</title><script>alert(1)</script>",
        "operator": '"><img src=x onerror=alert(2)>',
        "introduction": "</style><style>*{}\x1b[31m | `code` [link](javascript:alert(3))",
        "profile": "nl",
    },
    "statistics": {"little_impact": True, "evidence": "https://example.org/assessment?a=1&b=2"},
    "cookies": [
        {"name": "_ga*", "category": "statistical", "anonymized": True, "purpose": "Counts</td></table> visits"},
        {"name": "<b>", "category": "third-party", "purpose": "A map", "hosts": ["maps.example.com"]},
    ],
}


class Page(HTMLParser):
    """The elements of a page with their attributes, and the text of its ``main``, blanks joined."""

    def __init__(self, markup):
        super().__init__()
        self.elements, self.words, self._skipped = [], [], 0
        self._is_main = False
        self.feed(markup)
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._is_main |= tag == "main"

    def handle_data(self, data):
        if self._is_main:
            self.words.append(data)

    def values(self, name):
        return [attributes[name] for _, attributes in self.elements if name in attributes]


def served(policy, suffix, tag):
    """Return what a visitor without a choice gets."""
    request = Request("GET", "", f"/cookies{suffix}", f"lang={tag}", "", no_header)
    return PAGES.answer(policy, request, UNDECIDED, None, 0.0, is_exempt=False).body


def named(portal):
    return portal.stem


@pytest.mark.parametrize("portal", PORTALS, ids=named)
def test_markdown_and_json_are_the_same_bytes_as_served_in_every_language(portal):
    policy = Policy.load(portal)
    tags = FILES.offered.tags(policy)
    assert len(tags) > 1
    for tag in tags:
        for suffix in ("md", "json"):
            assert FILES.make(policy, suffix, tag) == served(policy, f".{suffix}", tag)


@pytest.mark.parametrize("portal", PORTALS, ids=named)
def test_html_holds_every_text_of_the_document_that_is_served_in_every_language(portal):
    policy = Policy.load(portal)
    for tag in FILES.offered.tags(policy):
        page = Page(FILES.make(policy, "html", tag).decode())
        facts = json.loads(served(policy, ".json", tag))
        texts = [facts["title"], *facts["introduction"]]
        for section in facts["categories"]:
            texts += [section["title"], section["explanation"]]
            for cookie in section["cookies"]:
                texts += [*cookie["names"], cookie["purpose"], cookie["provider"]]
                texts += [text for text in (cookie["function"], cookie["lifetime"]) if text]
        assert [text for text in texts if " ".join(text.split()) not in page.text] == []
        assert ("html", {"lang": tag, "dir": "ltr"}) in page.elements


@pytest.mark.parametrize("portal", PORTALS, ids=named)
def test_html_differs_from_the_served_page_only_by_what_works_when_served(portal):
    policy = Policy.load(portal)
    tag = FILES.offered.default(policy)
    page, original = (Page(data.decode()) for data in (FILES.make(policy, "html", tag), served(policy, "", tag)))
    left_out = set(original.words) - set(page.words)
    assert set(page.words) <= set(original.words)
    assert len(left_out) <= 4  # the button of the PDF, and the part on the visitor's choice with its two links
    assert [words for words in left_out if len(words) > 40] == []


@needs_pdf
@pytest.mark.parametrize("portal", PORTALS, ids=named)
def test_a_pdf_is_the_same_bytes_as_served(portal):
    policy = Policy.load(portal)
    tag = FILES.offered.default(policy)
    assert FILES.make(policy, "pdf", tag) == served(policy, ".pdf", tag)


@pytest.mark.parametrize("policy", [HOSTILE, *map(str, PORTALS)], ids=["hostile", *map(named, PORTALS)])
def test_html_leads_only_to_itself_and_to_the_web_and_fetches_nothing(policy):
    policy = Policy.load(policy) if isinstance(policy, str) else Policy.from_mapping(policy)
    page = Page(FILES.make(policy, "html", "en").decode())
    ids = page.values("id")
    for address in page.values("href"):
        assert address.startswith("https://") or address.removeprefix("#") in ids
    tags = {tag for tag, _ in page.elements}
    assert tags.isdisjoint({"link", "script", "img", "form", "button", "iframe"})
    assert "style" in tags
    assert "/cookies" not in FILES.make(policy, "html", "en").decode()


def test_hostile_texts_are_text_in_html():
    page = Page(FILES.make(Policy.from_mapping(HOSTILE), "html", "en").decode())
    assert "Town</title><script>alert(1)</script>" in page.text
    assert '"><img src=x onerror=alert(2)>' in page.text
    assert [tag for tag, _ in page.elements].count("style") == 1
    assert page.values("onerror") == []
    assert "Counts</td></table> visits" in page.text


def test_hostile_texts_are_text_in_markdown_and_whole_in_json():
    policy = Policy.from_mapping(HOSTILE)
    text = FILES.make(policy, "md", "en").decode()
    assert "<script>" not in text
    assert "](javascript" not in text
    assert json.loads(FILES.make(policy, "json", "en"))["operator"] == HOSTILE["site"]["operator"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Version: 1.0 (first-party)", "Version: 1.0 (first-party)"),
        ("Town & Co, 50 - 60 / 2 + 1 = 3!", "Town & Co, 50 - 60 / 2 + 1 = 3!"),
        ("a_b*c [d](e) <f> #g `h` | ~i~ $j$ k^2", r"a\_b\*c \[d\]\(e) \<f\> \#g \`h\` \| \~i\~ \$j\$ k\^2"),
        ("https://example.org, a@example.org", r"https\:\/\/example\.org, a\@example\.org"),
        ("&amp; &#35; --", r"\&amp; \&\#35; \-\-"),
        ("- item", r"\- item"),
        ("12) item", r"12\) item"),
        ("1. item 2. item", r"1\. item 2. item"),
        ("===", r"\=\=\="),
        (": definition", r"\: definition"),
        ("Prix\u00a0: 3\u202e", "Prix\u00a0: 3\u202e"),
    ],
)
def test_only_what_markdown_would_read_otherwise_is_escaped(text, line):
    assert markdown(text) == line
    (_, inline, _) = MarkdownIt("gfm-like", {"linkify": False}).enable("table").parse(line)
    assert "".join(child.content for child in inline.children) == text


def test_markdown_ends_with_a_line_break():
    assert FILES.make(Policy.from_mapping(HOSTILE), "md", "en").endswith(b"\n")


@pytest.mark.parametrize("suffix", ["html", "md", "json", pytest.param("pdf", marks=needs_pdf)])
def test_equal_policies_give_equal_bytes(suffix):
    first, second = (PolicyFiles().make(Policy.from_mapping(HOSTILE), suffix, "fr") for _ in range(2))
    assert first == second


def test_the_language_by_default_is_that_of_the_policy():
    policy = Policy.from_mapping({"site": {"name": "Ville", "language": "fr"}})
    assert FILES.offered.default(policy) == "fr"
    assert FILES.offered.default(Policy.from_mapping({"site": {"name": "Town", "language": "xx"}})) == "en"
