"""The PDF is tagged for everyone: its elements have the document's text, whole and in order, and nothing else does."""

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader

from cookiewarden import Policy
from cookiewarden.pages.document import document_of
from cookiewarden.pages.languages import load_languages
from cookiewarden.pages.pdf import pdf_of
from pdf_packages import needs_pdf
from profiled import mapping_of
from tagged_pdf import TaggedPdf

pytestmark = needs_pdf

LANGUAGES = load_languages(None)
EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "policies").glob("*.*.toml"))
DC = "{http://purl.org/dc/elements/1.1/}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
UA = "{http://www.aiim.org/pdfua/ns/id/}"
XMP = "{http://ns.adobe.com/xap/1.0/}"
FULL = {
    "site": {
        "name": "Exampletown",
        "operator": "Town of Exampletown",
        "contact": "privacy@example.org",
        "introduction": {"en": "One.\n\nTwo, a bit longer: " + "words and " * 30, "fr": "Un."},
        "updated": "2026-11-29",
    },
    "cookies": [
        {"names": ["sid", "a b"], "category": "necessary", "purpose": "Signs in.", "function": "Everywhere."},
        {"name": "_ga", "category": "statistical", "anonymized": True, "purpose": "Counts.", "lifetime": "13 months"},
        {"name": "NID", "category": "third-party", "provider": "Website B", "purpose": {"en": "Ads.", "fr": "Pub."}},
    ],
}


def many(rows):
    cookies = [
        {"name": f"cookie{n}", "category": "necessary", "purpose": f"Keeps what {n} chose."} for n in range(rows)
    ]
    return {**FULL, "cookies": cookies}


def tagged(policy, tag="en"):
    language = LANGUAGES[tag]
    policy = Policy.from_mapping(policy) if isinstance(policy, dict) else policy
    page = document_of(policy, language)
    return page, TaggedPdf(pdf_of(page, language))


def cell_texts(page, row, columns):
    note = page.words["anonymized"] if row.declaration.anonymized else ""
    if row.declaration.appearance and row.declaration.needs_objection:
        note = page.words["appearance"]
    if row.reason:
        note += f"{page.words['reason']}: {row.reason}"
    texts = {
        "purpose": row.purpose.text + note,
        "provider": row.provider.text,
        "function": row.function.text,
        "lifetime": row.lifetime,
    }
    return [", ".join(row.names), *(texts[column] for column in columns)]


def expected(page, language):
    """Return the elements that a document must have: a kind and a text, or ``Table`` and the texts of its rows."""

    def labelled(label):
        return language.say("%(label)s:", label=label)

    label, version = page.version
    yield "H1", page.title
    for name, fact in page.facts:
        yield from [("P", labelled(name)), ("P", fact.text)]
    yield from (("P", passage.text) for passage in page.introduction)
    yield from [("H2", page.words["about"]), ("P", page.about), ("H2", page.words["kinds"])]
    for section in page.sections:
        yield from [("H3", section.whole_title), ("P", section.explanation.text)]
    yield from [("H2", page.words["cookies"]), ("P", page.words["pattern"])]
    for section in page.sections:
        yield "H3", section.whole_title
        need = page.words["consent" if section.needs_consent else "no consent"]
        yield "P", need if section.rows else f"{need} {page.words['none']}"
        if section.rows:
            head = [page.words[column] for column in ("names", *section.columns)]
            yield "Table", [head, *(cell_texts(page, row, section.columns) for row in section.rows)]
    if page.rules:
        words = page.rules.words
        yield from [("H2", words["title"]), ("P", labelled(words["place"])), ("P", page.rules.place)]
        yield from [("P", labelled(words["laws"])), *(("P", law) for law in page.rules.laws)]
        yield from (("P", sentence) for sentence in page.rules.consent)
        if page.rules.stated:
            yield from [("P", labelled(words["stated"])), ("L", "".join(f"•{one}" for one in page.rules.stated))]
        if page.rules.evidence:
            yield "P", f"{labelled(words['evidence'])} {page.rules.evidence}"
    yield "P", f"{labelled(label)} {version}"


def rows_of(table):
    return [row for group in table.kids for row in group.kids]


def as_expected(text):
    """Return a text with the blanks that a screen reader makes no difference of."""
    return " ".join(text.split())


def found_in(element):
    for kid in element.kids:
        if kid.kind == "Table":
            yield "Table", [[as_expected(cell.text) for cell in row.kids] for row in rows_of(kid)]
        elif kid.kind == "Div":
            yield from found_in(kid)
        else:
            yield kid.kind, as_expected(kid.text)


def normalized(elements):
    for kind, content in elements:
        if kind == "Table":
            yield kind, [[as_expected(cell) for cell in row] for row in content]
        else:
            yield kind, as_expected(content)


PAGES = [
    pytest.param(FULL, "en", id="all kinds"),
    pytest.param(FULL, "fr", id="in French"),
    pytest.param(many(100), "en", id="100 rows"),
    *[pytest.param(mapping_of(profile), "en", id=f"under {profile}") for profile in ("fr", "de", "uk", "us-ca")],
    pytest.param(mapping_of("eu", statistics={}), "en", id="without statements"),
    *[pytest.param(Policy.load(path), tag, id=f"{path.stem} {tag}") for path in EXAMPLES for tag in LANGUAGES],
]


@pytest.mark.parametrize(("policy", "tag"), PAGES)
def test_the_elements_have_the_whole_text_in_its_order(policy, tag):
    page, pdf = tagged(policy, tag)
    assert pdf.document.kind == "Document"
    assert list(found_in(pdf.document)) == list(normalized(expected(page, LANGUAGES[tag])))


@pytest.mark.parametrize(("policy", "tag"), PAGES)
def test_all_that_is_drawn_belongs_to_one_element_or_is_marked_as_decoration(policy, tag):
    _, pdf = tagged(policy, tag)
    for pieces, owners in zip(pdf.pages, pdf.owners, strict=True):
        owned = [piece for piece in pieces if piece.tag != "/Artifact"]
        assert [piece.properties["/MCID"] for piece in owned] == list(range(len(owned)))
        assert sorted(owners) == list(range(len(owned)))
        assert not any(piece.drawn for piece in owned)
        assert all(piece.text or piece.drawn for piece in pieces if piece.tag == "/Artifact")


@pytest.mark.parametrize(("policy", "tag"), PAGES)
def test_every_page_leads_back_from_its_pieces_to_their_elements(policy, tag):
    _, pdf = tagged(policy, tag)
    numbers = pdf.catalog["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    found = dict(zip(numbers[::2], numbers[1::2], strict=True))
    assert [page["/StructParents"] for page in pdf.reader.pages] == list(found)
    for owners, back in zip(pdf.owners, found.values(), strict=True):
        assert [reference.idnum for reference in back] == [owners[number] for number in sorted(owners)]


@pytest.mark.parametrize(("policy", "tag"), PAGES)
def test_tables_are_regular_and_each_cell_names_the_head_of_its_column(policy, tag):
    _, pdf = tagged(policy, tag)
    tables = [element for element in pdf.document.kids if element.kind == "Table"]
    assert tables
    for table in tables:
        assert [group.kind for group in table.kids] == ["THead", "TBody"]
        head, *rows = rows_of(table)
        assert {row.kind for row in (head, *rows)} == {"TR"}
        assert {(cell.kind, cell.attributes["/Scope"]) for cell in head.kids} == {("TH", "/Column")}
        for row in rows:
            assert {cell.kind for cell in row.kids} == {"TD"}
            assert [cell.attributes["/Headers"] for cell in row.kids] == [[cell.id] for cell in head.kids]


@pytest.mark.parametrize(("policy", "tag"), PAGES)
def test_no_level_of_the_headings_is_left_out(policy, tag):
    _, pdf = tagged(policy, tag)
    levels = [int(element.kind[1]) for element in pdf.document.all() if element.kind in ("H1", "H2", "H3")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_what_a_page_repeats_is_decoration():
    page, pdf = tagged(many(100))
    head = [page.words[word] for word in ("names", "purpose", "lifetime")]
    heads = [element.text for element in pdf.document.all() if element.kind == "TH"]
    assert heads == head
    is_first = True
    for number, pieces in enumerate(pdf.pages):
        has_rows = any(piece.text.startswith("Keeps what") for piece in pieces)
        repeated = "".join(head) if has_rows and not is_first else ""
        assert "".join(pdf.artifacts(number)) == f"{repeated}{page.title}{number + 1} / {len(pdf.pages)}"
        is_first = is_first and not has_rows
    assert len(pdf.pages) > 3


def test_a_text_in_another_language_says_so():
    cookies = [
        {"name": "a", "category": "statistical", "purpose": {"nl": "Telt."}, "function": "Everywhere."},
        {"name": "b", "category": "statistical", "purpose": {"pt-br": "Mede."}, "anonymized": True},
    ]
    site = {"name": "Exampletown", "introduction": {"nl": "Welkom."}, "operator": {"nl": "De gemeente"}}
    _, pdf = tagged({"site": site, "cookies": cookies})
    spoken = dict(pdf.document.spoken())
    texts = {
        "Telt.": "nl",
        "Mede.": "pt-BR",
        "Welkom.": "nl",
        "De gemeente": "nl",
        "Everywhere.": "en",
        "Run by:": "en",
    }
    assert {text: spoken[text] for text in texts} == texts
    assert {language for text, language in spoken.items() if "Anonymized statistics" in text} == {"en"}


def test_a_row_on_two_pages_is_one_row():
    words = " ".join(f"word{number}" for number in range(900))
    policy = many(20)
    policy["cookies"][9]["purpose"] = words
    _, pdf = tagged(policy)
    cells = [element for element in pdf.document.all() if element.kind == "TD" and element.text.startswith("word0 ")]
    assert [as_expected(cell.text) for cell in cells] == [words]
    tables = [element for element in pdf.document.kids if element.kind == "Table"]
    assert len(rows_of(tables[-1])) == 1 + 20 + 1


@pytest.mark.parametrize("text", ["be\xadfore " * 200, "x" * 10_000, "a\n\nb", "Wort\u2009mit\u2003Lücken " * 90])
def test_an_element_has_the_very_text(text):
    policy = {"site": FULL["site"], "cookies": [{"name": "a", "category": "necessary", "purpose": text.strip()}]}
    _, pdf = tagged(policy)
    cells = [element.text for element in pdf.document.all() if element.kind == "TD"]
    # A soft hyphen may be left out, and a line ends with a blank.
    bare = [cell.replace("\xad", "").replace("\n", "") for cell in cells]
    assert text.strip().replace("\xad", "").replace("\n", " ") in bare


@pytest.mark.parametrize("tag", list(LANGUAGES))
def test_the_file_says_that_it_is_tagged_in_which_language_and_by_what_title(tag):
    page, pdf = tagged({**FULL, "site": {**FULL["site"], "name": "Zoë's <日本> & 😀"}}, tag)
    catalog = pdf.catalog
    assert catalog["/MarkInfo"]["/Marked"].value is True
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert catalog["/Lang"] == tag
    assert catalog["/Metadata"].get("/Filter") is None
    metadata = ElementTree.fromstring(catalog["/Metadata"].get_data())
    assert metadata.findtext(f".//{UA}part") == "1"
    assert metadata.findtext(f".//{DC}title/{RDF}Alt/{RDF}li") == page.title == pdf.reader.metadata.title
    assert metadata.findtext(f".//{DC}language/{RDF}Bag/{RDF}li") == tag
    assert pdf.reader.metadata.author == "Town of Exampletown"


@pytest.mark.parametrize(("site", "day"), [({"updated": "2026-11-29"}, datetime(2026, 11, 29, tzinfo=UTC)), ({}, None)])
def test_the_dates_are_those_of_the_policy_and_not_those_of_the_clock(site, day):
    _, pdf = tagged({"site": {"name": "Exampletown", **site}})
    metadata = ElementTree.fromstring(pdf.catalog["/Metadata"].get_data())
    assert pdf.reader.metadata.creation_date == pdf.reader.metadata.modification_date == day
    dates = [metadata.findtext(f".//{XMP}{name}") for name in ("CreateDate", "ModifyDate")]
    assert [text and datetime.fromisoformat(text) for text in dates] == [day, day]


@pytest.mark.parametrize("text", ["a\ud800\0b\nc", "\ufffe\uffff", "]]> & <x>", "\ufeff"])
def test_no_title_breaks_the_metadata(text):
    page = replace(document_of(Policy.from_mapping(FULL), LANGUAGES["en"]), title=text)
    pdf = TaggedPdf(pdf_of(page, LANGUAGES["en"]))
    metadata = ElementTree.fromstring(pdf.catalog["/Metadata"].get_data())
    assert metadata.findtext(f".//{DC}title/{RDF}Alt/{RDF}li") == pdf.reader.metadata.title


@pytest.mark.parametrize(("policy", "tag"), PAGES[:3])
def test_the_outline_leads_to_the_pages_of_the_headings(policy, tag):
    _, pdf = tagged(policy, tag)

    def flat(items):
        for item in items:
            yield from flat(item) if isinstance(item, list) else [item]

    entries = list(flat(pdf.reader.outline))
    headings = [element for element in pdf.document.all() if element.kind.startswith("H")]
    assert [as_expected(entry.title) for entry in entries] == [as_expected(element.text) for element in headings]
    for entry, heading in zip(entries, headings, strict=True):
        page = pdf.reader.get_destination_page_number(entry)
        assert any(heading.text.startswith(piece.text) for piece in pdf.pages[page] if piece.text)


def test_no_character_stands_for_nothing():
    """A tagged PDF must not use the glyph of a font for what it lacks, nor name certain characters."""
    _, pdf = tagged({**FULL, "site": {"name": "日本 \ufeff\ufffe", "introduction": "a\ufeffb"}})
    used = {char for pieces in pdf.pages for piece in pieces for char in piece.text}
    assert not used & set("\0\ufeff\ufffe")
    assert used


def test_the_file_is_small():
    for policy, tag, most in ((many(100), "en", 130_000), *((Policy.load(path), "de", 60_000) for path in EXAMPLES)):
        language = LANGUAGES[tag]
        policy = Policy.from_mapping(policy) if isinstance(policy, dict) else policy
        data = pdf_of(document_of(policy, language), language)
        assert len(data) < most
        assert PdfReader(BytesIO(data)).pages
