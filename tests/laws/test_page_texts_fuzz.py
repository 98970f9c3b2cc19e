"""Any texts of a policy: each declaration is on its page in each format and language, and no text becomes markup."""

import json
import re
from collections import Counter
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from cookiewarden import Policy, PolicySet
from hypothesis_profiles import examples
from paged import FORM, OWN, Site
from strategies import CATEGORIES

# Each middleware compiles its templates, so one serves several policies.
FEW = examples(15)
ODD_HOSTS, HARMLESS_HOSTS = ([f"{kind}{number}.example" for number in range(4)] for kind in ("odd", "harmless"))
LANGUAGES = ["en", "fr"]
PARAGRAPH = [("paragraph_open", "p"), ("inline", ""), ("paragraph_close", "p")]
COMMON_MARK = MarkdownIt("commonmark").enable(["table", "strikethrough"])

# Texts that would be markup in some format, and characters that some readers misread.
MARKUP = (
    "<script>alert(1)</script> <img src=x onerror=y> </td></table> ]]> <!-- --> <?x?> \" ' | ` ``` ~~~ ~~a~~ \\ \\| "
    "**a** __a__ _a_ * [a](b) ![a](b) [^1] [x]:y <https://x.example> https://x.example/a www.x.example a@x.example :a: "
    "$a$ --- === &lt; &#60; &amp & %(site)s %s % {{7*7}} {%raw%}"
)
LINES = "# a|## a|- a|+ a|1. a|1) a|> a|\n|\r\n|\n\n|\n# a|\n- a|\n\n    a|\t|  |    "
ODD = "\x01\x7f\x85\xa0\u2028\u200b\u202e\ufeff\ufffeé中😀a0"
PIECES = [*MARKUP.split(" "), *LINES.split("|"), *ODD, "\n| a | b |\n|---|---|\n"]


def is_text(words):
    """Return whether a policy may hold a text: it can be encoded in UTF-8, and a reader would see it."""
    return re.search(r"\w", words) and not re.search("[\ud800-\udfff]", words)


def is_name(words):
    """Return whether a policy may declare a name."""
    is_plain = words == words.strip() and not re.search(r"[\x00-\x1f\x7f;=]|, ", words)
    return is_plain and is_text(words) and words.count("*") < 2


pieces = st.sampled_from(PIECES) | st.text(max_size=4)
texts = st.lists(pieces, min_size=1, max_size=5).map("".join).filter(is_text)
names = st.lists(pieces, min_size=1, max_size=3).map("".join).filter(is_name)


@st.composite
def tables(draw):
    """Draw a policy with odd words, as a mapping, and one of the same shape with harmless words."""
    odd, harmless = ({"site": {}, "cookies": [], "categories": {}} for _ in range(2))

    def put(at, key, words, harmless_word):
        languages = draw(st.sampled_from([["en"], ["en", "fr"], ["fr"], ["es", "nl"]]))
        at[0][key] = {language: draw(words) for language in languages}
        at[1][key] = dict.fromkeys(languages, harmless_word)

    for key in ["name", *draw(st.sets(st.sampled_from(["introduction", "operator", "contact"])))]:
        put((odd["site"], harmless["site"]), key, texts, "words")
    for category in draw(st.sets(st.sampled_from(["necessary", *CATEGORIES]))):
        both = odd["categories"].setdefault(category, {}), harmless["categories"].setdefault(category, {})
        for key in ("title", "explanation"):
            put(both, key, texts, "words")
    for number, name in enumerate(draw(st.lists(names, unique=True, max_size=4))):
        category = draw(st.sampled_from(["necessary", *CATEGORIES]))
        more = {"anonymized": True} if category == "statistical" and draw(st.booleans()) else {}
        rows = {"name": name, "category": category, **more}, {"name": f"n{number}", "category": category, **more}
        further = ["provider", "function", *(["reason"] if category == "necessary" else [])]
        for key in ["purpose", *draw(st.sets(st.sampled_from(further)))]:
            put(rows, key, texts, f"words {number}")
        odd["cookies"].append(rows[0])
        harmless["cookies"].append(rows[1])
    return odd, harmless


def site_of(policies):
    """Return one middleware with a site for each of the policies."""
    odd, harmless = zip(*policies, strict=True)
    hosts = zip([*ODD_HOSTS, *HARMLESS_HOSTS], [*odd, *harmless], strict=True)
    tables = [{**policy, "site": {**policy["site"], "id": host, "hosts": [host]}} for host, policy in hosts]
    return Site(policy=PolicySet([Policy.from_mapping(table) for table in tables]))


class Page(HTMLParser):
    """What a parser reads in a page: its elements with all attributes, and the cells of its tables."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.rows, self.names = Counter(), [], []
        self._cell = self._name = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        # A form holds the versions that it shows, as digests of the texts.
        is_digest = ("name", "versions") in attrs
        # A long word in the title makes the headings smaller.
        attrs = [(name, value and value.replace(" cookies-long", "")) for name, value in attrs]
        self.elements[(tag, *(attr for attr in attrs if not is_digest or attr[0] != "value"))] += 1
        if tag == "tr":
            self.rows.append([])
            self.names.append([])
        if tag in ("td", "th"):
            self._cell = ""
        if tag == "code":
            self._name = ""

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.rows[-1].append(self._cell)
            self._cell = None
        if tag == "code":
            self.names[-1].append(self._name)
            self._name = None

    def handle_data(self, data):
        if self._cell is not None:
            self._cell += data
        if self._name is not None:
            self._name += data

    def handle_decl(self, decl):
        self.elements[decl] += 1

    def handle_comment(self, data):
        self.elements["comment"] += 1

    handle_pi = handle_comment
    unknown_decl = handle_comment


def plain(text):
    """Return a text as it is read: control characters and runs of blanks become one blank."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\s]+", " ", text).strip()


def word_of(table, language):
    """Return what a reader of a language gets from a table of texts."""
    return plain(table.get(language) or next(iter(table.values())))


def expected_rows(policy, language):
    """Yield the name, purpose, provider and function of each declaration."""
    site = policy["site"]
    for row in policy["cookies"]:
        provider = row.get("provider") or site.get("operator") or site["name"]
        function = row.get("function")
        words = [
            word_of(row["purpose"], language),
            word_of(provider, language),
            function and word_of(function, language),
        ]
        yield row["name"], *words


def columns_of(policy, category):
    """Return the columns of the table of a category: those of which any of its cookies states something."""
    rows = [row for row in policy["cookies"] if row["category"] == category]
    stated = [key for key in ("provider", "function") if any(key in row for row in rows)]
    # The cookie that keeps the choice is necessary, and has a lifetime.
    return ["name", "purpose", *stated, *(["lifetime"] if category == "necessary" else [])]


def assert_row(cells, columns, expected, has_note):
    """Check that a row shows what is declared: purpose, provider, function; and that no cell is empty."""
    purpose, provider, function = expected
    shown = dict(zip(columns, map(plain, cells), strict=True))
    assert shown["purpose"].startswith(purpose) if has_note else shown["purpose"] == purpose
    assert shown.get("provider", provider) == provider
    assert function is None or shown["function"] == function
    assert all(shown.values())


def markdown_tokens(text):
    """Return the kinds of a document's blocks and the cells of its tables; check that its text holds no markup."""
    kinds, rows = [], []
    for token in COMMON_MARK.parse(text):
        kinds.append((token.type, token.tag))
        if token.type == "tr_open":
            rows.append([])
        if token.type == "inline":
            assert {child.type for child in token.children} <= {"text"}
            if kinds[-2][0] in ("td_open", "th_open"):
                rows[-1].append("".join(child.content for child in token.children))
    return kinds, rows


SEVERAL = st.lists(tables(), min_size=4, max_size=4)


@FEW
@given(SEVERAL)
def test_every_declaration_is_on_its_page_in_every_format_and_language(policies):
    site = site_of(policies)
    for (policy, _), host, language in (
        (*one, tag) for one in zip(policies, ODD_HOSTS, strict=True) for tag in LANGUAGES
    ):
        page = Page(site.ask(f"/cookies?lang={language}", host=host).text)
        _, rows = markdown_tokens(site.ask(f"/cookies.md?lang={language}", host=host).text)
        by_markdown = {cells[0]: cells for cells in rows}
        state = json.loads(site.ask(f"/cookies.json?lang={language}", host=host).body)
        by_json = {one["names"][0]: (kind["category"], one) for kind in state["categories"] for one in kind["cookies"]}
        declared = {row["name"]: row for row in policy["cookies"]}
        for name, *expected in expected_rows(policy, language):
            is_anonymized = "anonymized" in declared[name]
            columns = columns_of(policy, declared[name]["category"])
            reason = word_of(declared[name]["reason"], language) if "reason" in declared[name] else ""
            for cells in (page.rows[page.names.index([name])], by_markdown[name]):
                assert_row(cells, columns, expected, is_anonymized or bool(reason))
                assert plain(cells[1]).endswith(reason)
            category, cookie = by_json[name]
            assert (category, cookie["anonymized"]) == (declared[name]["category"], is_anonymized)
            shown = [cookie[key] and plain(cookie[key]) for key in ("purpose", "provider", "function")]
            assert shown == expected
            assert plain(cookie["reason"] or "") == reason


def without_paragraphs(page):
    """Return the elements except paragraphs, because an introduction may have any number of them."""
    return Counter({element: count for element, count in page.elements.items() if element[0] != "p"})


@FEW
@given(SEVERAL)
def test_no_text_of_a_policy_becomes_markup(policies):
    site = site_of(policies)
    for *hosts, tag in ((*pair, tag) for pair in zip(ODD_HOSTS, HARMLESS_HOSTS, strict=True) for tag in LANGUAGES):
        for path in ("/cookies", "/cookies/preferences", "/cookies/banner"):
            found, expected = (Page(site.ask(f"{path}?lang={tag}", host=host).text) for host in hosts)
            assert set(found.elements) <= set(expected.elements)
            # The banner shows a purpose once, even if several cookies have it.
            assert path == "/cookies/banner" or without_paragraphs(found) == without_paragraphs(expected)
        headers = [FORM, OWN, ("accept-language", tag)]
        found, expected = (Page(site.post("choice=x", headers, host=host).text) for host in hosts)
        assert found.elements == expected.elements
        odd, harmless = (markdown_tokens(site.ask(f"/cookies.md?lang={tag}", host=host).text)[0] for host in hosts)
        assert [kind for kind in odd if kind not in PARAGRAPH] == [kind for kind in harmless if kind not in PARAGRAPH]
