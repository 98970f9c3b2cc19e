"""The policy page as a PDF, read back by pypdf: every text is there, however odd, and the pages break well."""

import cProfile
import pstats
import re
import subprocess
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from cookiewarden import Policy
from cookiewarden.pages.document import document_of
from cookiewarden.pages.languages import load_languages
from cookiewarden.pages.pdf import pdf_of
from cookiewarden.pages.pdf_files import PdfFiles
from cookiewarden.pages.wording import Passage
from hypothesis_profiles import examples
from pdf_packages import needs_pdf
from tagged_pdf import TaggedPdf
from waiting import SECONDS_TO_WAIT

pytestmark = needs_pdf

LANGUAGES = load_languages(None)
PREFERENCES = {"name": "cookies_preferences", "category": "necessary", "purpose": "Remembers."}
#: The width of a character in a name, in millimetres: 0.6 of 7.65 points.
CHARACTER = 0.6 * 7.65 / 72 * 25.4
ESCAPE = re.compile(r"\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|[nrt])")


@cache
def language(tag):
    return LANGUAGES[tag]


def policy(*cookies, **site):
    cookies = [{"category": "necessary", "purpose": "Some purpose.", **cookie} for cookie in cookies]
    return Policy.from_mapping({"site": {"name": "Exampletown", **site}, "cookies": [*cookies, PREFERENCES]})


def document(*cookies, tag="en", **site):
    return document_of(policy(*cookies, **site), language(tag))


def odd_document(text, name=None):
    """Return a document with the text everywhere a site may write one, without the checks of the policy file."""
    page = document({"name": "a"}, operator="Town")
    words = Passage(text)
    section = page.sections[0]
    row = replace(
        section.rows[0], provider=words, function=words, purpose=words, names=(text if name is None else name,)
    )
    return replace(
        page,
        title=f"Cookies of {text}",
        facts=(("Operator", words),),
        introduction=(words,),
        sections=(replace(section, rows=(row,), columns=("purpose", "provider", "function")), *page.sections[1:]),
    )


def read(page, tag="en"):
    return PdfReader(BytesIO(pdf_of(page, language(tag))), strict=True)


def bare(text):
    """Return a text without what a line break may add or remove: blanks, and characters that only guide the layout."""
    return "".join(char for char in text if not char.isspace() and unicodedata.category(char) != "Cf")


def text_of(reader):
    """Return all text that a reader can select. Escapes are resolved, to compare it with the site's text."""
    return resolved("".join(page.extract_text() for page in reader.pages))


def resolved(text):
    return bare(ESCAPE.sub(lambda match: match[0].encode().decode("unicode_escape"), bare(text)))


def same_as(element, text):
    """Return whether an element has the text. What is read from right to left, it has in the order of the places."""
    is_mixed = any(unicodedata.bidirectional(char)[:1] in "RA" or ord(char) in range(0x202A, 0x202F) for char in text)
    found, wanted = resolved(element.text), bare(text)
    return sorted(found) == sorted(wanted) if is_mixed else found == wanted


def runs_of(page, tag="en"):
    """Return the pieces of text, and where each begins on its page: millimetres from the left and the bottom."""
    pdf = TaggedPdf(pdf_of(page, language(tag)))
    return [run for number in range(len(pdf.pages)) for run in pdf.runs(number)]


def outline_of(reader, items=None, level=0):
    found = []
    for item in reader.outline if items is None else items:
        if isinstance(item, list):
            found += outline_of(reader, item, level + 1)
        else:
            found.append((level, item.title))
    return found


# What a policy file may hold, without the backslash, for that would look like one of our escapes.
odd = st.one_of(
    st.sampled_from("aé ~_Ωж日😀ع\u0301\u200b\u2028\u202e\xa0ﬁ{}<>*_[]()%&$#"), st.characters(codec="utf-8")
)
texts = (
    st.text(odd, min_size=1, max_size=16)
    .map(lambda text: text.replace("\\", "/").replace("\xad", ""))
    .filter(str.strip)
)
names = (
    st.text(odd, min_size=1, max_size=10)
    .map(lambda name: re.sub(r"[\\;=*,\x00-\x1f\x7f-\x9f]", "-", name).strip())
    .filter(bool)
)
cookies = st.fixed_dictionaries(
    {
        "names": st.lists(names, min_size=1, max_size=2, unique=True),
        "category": st.sampled_from(["necessary", "statistical", "first-party", "third-party"]),
        "purpose": st.one_of(texts, st.fixed_dictionaries({"en": texts, "fr": texts})),
    },
    optional={"provider": texts, "function": texts},
)
policies = st.lists(cookies, max_size=4, unique_by=lambda cookie: cookie["names"][0]).filter(
    lambda found: (
        len({name for cookie in found for name in cookie["names"]}) == sum(len(cookie["names"]) for cookie in found)
    )
)


@examples(40)
@given(policies, texts, st.sampled_from(["en", "fr"]))
def test_the_text_has_every_row_whole_and_in_order(found, introduction, tag):
    page = document(*found, tag=tag, introduction=introduction)
    elements = TaggedPdf(pdf_of(page, language(tag))).document.all()
    tables = [one for one in elements if one.kind == "TBody"]
    sections = [section for section in page.sections if section.rows]
    for section, table in zip(sections, tables, strict=True):
        for row, found_row in zip(section.rows, table.kids, strict=True):
            texts = {"purpose": row.purpose, "provider": row.provider, "function": row.function}
            cells = [",".join(row.names), *(str(texts.get(column, row.lifetime)) for column in section.columns)]
            assert all(same_as(cell, text) for cell, text in zip(found_row.kids, cells, strict=True))
    paragraphs = [one for one in elements if one.kind == "P"]
    for paragraph, passage in zip(paragraphs, page.introduction, strict=False):
        assert same_as(paragraph, passage.text)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("日本", r"\u65e5\u672c"),
        ("😀", r"\U0001f600"),
        ("a\0b", r"a\x00b"),
        ("a\x85b\x07", r"a\x85b\x07"),
        ("\ud800", r"\ud800"),
        ("a\u2028b", r"a\u2028b"),
        ("\u0301a", "\u0301a"),
        ("e\u0301", "e\u0301"),
        ("Ελληνικά, Кириллица, ﬁ, €", "Ελληνικά, Кириллица, ﬁ, €"),
        ("**a** __b__ --c-- <b>d</b> [e](f)", "**a** __b__ --c-- <b>d</b> [e](f)"),
        (
            '#emph[a] $x$ `b` // c @d <e> ~ -- "f" https://g.example',
            '#emph[a] $x$ `b` // c @d <e> ~ -- "f" https://g.example',
        ),
        ("== a\n- b\n+ c\n/ d: e", "== a\n- b\n+ c\n/ d: e"),
        ('#read("/etc/passwd")#panic()#sys.inputs', '#read("/etc/passwd")#panic()#sys.inputs'),
        ("a\ufeffb", r"a\ufeffb"),
        ("\ue000", r"\ue000"),
        (r"C:\new", r"C:\new"),
    ],
)
def test_a_text_is_written_as_it_is_except_for_escapes_of_what_the_font_lacks(text, written):
    elements = [one for one in TaggedPdf(pdf_of(odd_document(text), language("en"))).document.all() if not one.kids]
    found = [(one.kind, bare(one.text)) for one in elements]
    assert ("H1", bare(f"Cookies of {written}")) in found
    assert found.count(("P", bare(written))) == 2
    assert found.count(("TD", bare(written))) >= 3


@pytest.mark.parametrize("text", ["", " ", "\n", "\t", "\r", "\x0c", "\u200b", "\xad", "\xa0", "\ufffe", "\U0010ffff"])
def test_an_empty_or_invisible_text_does_no_harm(text):
    assert "Cookie name(s)" in "".join(page.extract_text() for page in read(odd_document(text)).pages)


def test_a_soft_hyphen_breaks_lines_in_a_text_and_is_visible_in_a_name():
    text = bare("".join(page.extract_text() for page in read(odd_document("be\xadfore", "a\xadb")).pages))
    assert "before" in text
    assert r"a\xadb" in text


def test_names_that_differ_in_invisible_characters_look_different():
    text = read(document({"names": ["ab", "a\u200bb", "a\u202eb", "a\xa0b"]})).pages
    lines = [line.rstrip() for page in text for line in page.extract_text().splitlines()]
    assert {"ab,", r"a\u200bb,", r"a\u202eb,"} <= set(lines)
    assert any(line.startswith(r"a\xa0b") for line in lines)


@pytest.mark.parametrize("letter", ["W", "i", "é", "日"])
def test_a_long_name_breaks_inside_its_column(letter):
    runs = runs_of(document({"name": letter * 200, "purpose": "Stands beside."}))
    beside = next(left for text, left, _ in runs if text.startswith("Stands"))
    written = letter if letter != "日" else r"\u65e5"
    lines = [(text, left) for text, left, _ in runs if set(text) <= set(written)]
    assert "".join(text for text, _ in lines) == written * 200
    assert len(lines) > 3
    assert all(left + len(text) * CHARACTER < beside for text, left in lines)


@pytest.mark.parametrize("many", [pytest.param(3000, marks=pytest.mark.slow), 60])
def test_a_very_long_text_continues_on_further_pages(many):
    words = [f"word{number}x" for number in range(many)]
    runs = runs_of(document({"name": "a", "purpose": " ".join(words), "function": "\n".join(words)}))
    assert all(bottom > 10 for _, _, bottom in runs)
    found = re.findall(r"word\d+x", " ".join(text for text, _, _ in runs))
    assert sorted(found) == sorted(words * 2)


def test_a_text_of_many_lines_continues_on_further_pages():
    text = text_of(read(document({"name": "a", "purpose": "first" + "\n" * 99 + "last", "provider": "Provider"})))
    assert text.index("first") < text.index("Provider") < text.index("last")


def test_all_names_of_a_cookie_with_very_many_are_written():
    names = [f"name{number}x" for number in range(300)]
    reader = read(document({"names": names}))
    assert re.findall(r"name\d+x", text_of(reader)) == names


@pytest.mark.parametrize(("tag", "head"), [("en", "Cookie name(s)"), ("fr", "Nom(s) du cookie")])
def test_a_table_on_many_pages_has_its_head_on_each(tag, head):
    page = document(*({"name": f"cookie{number}"} for number in range(300)), tag=tag)
    reader = read(page, tag)
    tables = [text for text in (page.extract_text() for page in reader.pages) if "cookie1" in text or "cookie2" in text]
    assert len(tables) > 4
    assert all(text.count(head) == 1 for text in tables)
    assert all(f"{number} / {len(reader.pages)}" in page.extract_text() for number, page in enumerate(reader.pages, 1))


@pytest.mark.parametrize("tag", list(LANGUAGES))
def test_no_word_of_the_head_is_broken(tag):
    page = document({"name": "a", "function": "Signs in.", "lifetime": "1 day"}, tag=tag, operator="Town")
    heads = [one for one in TaggedPdf(pdf_of(page, language(tag))).document.all() if one.kind == "TH"]
    assert [head.text for head in heads] == [page.words[word] for word in ("names", *page.sections[0].columns)]
    for head in heads:
        *lines, _ = (text for text, _ in head.spoken())
        assert all(line.endswith((" ", "-")) for line in lines)


def test_no_row_is_split_between_two_pages():
    page = document(*({"name": f"cookie{n}", "purpose": f"first{n} " + "and " * 24 + f"last{n}"} for n in range(60)))
    for sheet in read(page).pages:
        text = sheet.extract_text()
        assert re.findall(r"first(\d+)", text) == re.findall(r"last(\d+)", text)


@pytest.mark.parametrize("tag", list(LANGUAGES))
def test_the_outline_has_the_headings_with_their_levels(tag):
    page = document({"name": "a"}, {"name": "b", "category": "third-party"}, tag=tag)
    kinds = [(2, section.whole_title) for section in page.sections]
    words = page.words
    assert outline_of(read(page, tag)) == [
        (0, page.title),
        (1, words["about"]),
        (1, words["kinds"]),
        *kinds,
        (1, words["cookies"]),
        *kinds,
    ]


@pytest.mark.parametrize("tag", list(LANGUAGES))
def test_the_file_names_its_language_and_the_title_for_the_window(tag):
    reader = read(document(tag=tag, name="Zoë's 日本 😀"), tag)
    root = reader.trailer["/Root"]
    assert root["/Lang"] == tag
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert reader.metadata.title == document(tag=tag, name="Zoë's 日本 😀").title


def test_the_outline_and_the_title_have_no_invalid_character():
    reader = read(odd_document("a\ud800\0b\nc"))
    assert reader.metadata.title == r"Cookies of a\ud800\x00b c"
    assert outline_of(reader)[0] == (0, r"Cookies of a\ud800\x00b c")


def test_the_pdf_has_every_text_of_the_document():
    page = document(
        {"name": "_ga", "category": "statistical", "anonymized": True, "lifetime": "13 months"},
        {"name": "NID", "category": "third-party", "provider": "Website B", "lifetime": "session"},
        operator="Town of Exampletown",
        contact="privacy@example.org",
        introduction="One.\n\nTwo.",
    )
    text = text_of(read(page))
    parts = [page.title, page.about, page.words["pattern"], page.words["none"], page.words["anonymized"]]
    parts += [page.words[word] for word in ("consent", "no consent")]
    parts += [f"{label}: {fact}" for label, fact in page.facts]
    parts += [section.explanation.text for section in page.sections]
    parts += ["One.", "Two.", "Website B", *(row.lifetime for section in page.sections for row in section.rows)]
    assert [part for part in parts if bare(part) not in text] == []


def test_the_start_of_a_section_is_never_the_last_thing_on_a_page():
    cookies = [{"name": "a"}, {"name": "b", "category": "statistical"}, {"name": "c", "category": "third-party"}]
    for number in range(36):
        page = document(*cookies, introduction="One line.\n\n" * number + ".")
        opening = {section.whole_title for section in page.sections}
        opening |= {page.words[word] for word in ("about", "kinds", "cookies", "pattern", "consent", "no consent")}
        for sheet in read(page).pages:
            *_, last, footer = sheet.extract_text().splitlines()
            assert footer.startswith(page.title)
            assert last not in opening


def test_the_head_of_a_table_is_never_the_last_thing_on_a_page():
    long = {"name": "a", "purpose": "\n".join(["A line."] * 24)}
    for number in range(36):
        page = document(long, introduction="One line.\n\n" * number + ".")
        for sheet in read(page).pages:
            *_, last, _ = sheet.extract_text().splitlines()
            assert last != page.words["lifetime"]


def test_a_row_takes_at_most_three_hundred_calls():
    def calls_for(rows):
        page = document(*({"name": f"cookie{n}", "purpose": f"Remembers what visitor {n} chose."} for n in range(rows)))
        pdf_of(page, language("en"))
        profile = cProfile.Profile()
        profile.runcall(pdf_of, page, language("en"))
        return pstats.Stats(profile).total_calls

    assert calls_for(120) - calls_for(20) < 100 * 300


def test_equal_documents_give_equal_bytes():
    page = document({"name": "a", "purpose": "ÀÉÎ ǻ ṩ Ω 日"})
    assert pdf_of(page, language("en")) == pdf_of(page, language("en"))


@pytest.mark.slow
def test_threads_that_write_at_once_write_the_same_bytes():
    pages = [document({"name": f"cookie{number}", "purpose": chr(0x391 + number) * 9}) for number in range(8)]
    alone = [pdf_of(page, language("en")) for page in pages]
    files, sites = PdfFiles(), [Policy.from_mapping({"site": {"name": "a"}}) for _ in pages * 2]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda site, page: files.get(site, language("en"), lambda: page), sites, pages * 2))
    assert together == alone * 2


def test_a_language_written_from_right_to_left_works_too(tmp_path):
    (tmp_path / "ar.po").write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n', encoding="utf-8")
    arabic = load_languages(tmp_path)["ar"]
    page = document_of(policy({"name": "a", "purpose": {"en": "Keeps.", "ar": "يحفظ"}}), arabic)
    pdf = TaggedPdf(pdf_of(page, arabic))
    assert pdf.catalog["/Lang"] == "ar"
    assert any(same_as(one, "يحفظ") for one in pdf.document.all() if one.kind == "TD")
    purpose, name = (
        next(left for text, left, _ in pdf.runs(0) if text == head) for head in ("Purpose", "Cookie name(s)")
    )
    assert purpose < name


def test_the_libraries_are_not_imported_before_the_first_pdf():
    code = "import sys, cookiewarden.asgi; print({'typst', 'pymupdf_fonts'} & sys.modules.keys())"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=SECONDS_TO_WAIT
    )
    assert done.stdout.strip() == "set()"
