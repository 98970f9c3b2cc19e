"""The pages of the PDF are full: no page but the last has a blank third, whatever the rows and the texts are like."""

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from cookiewarden import Policy
from cookiewarden.pages.document import document_of
from cookiewarden.pages.languages import load_languages
from cookiewarden.pages.pdf import pdf_of
from hypothesis_profiles import examples
from pdf_packages import needs_pdf
from tagged_pdf import TaggedPdf

pytestmark = needs_pdf

LANGUAGES = load_languages(None)
EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "policies").glob("*.*.toml"))
#: Where text may stand: the page without its margins.
BOTTOM, HEIGHT = 22, 297 - 20 - 22
KINDS = ["necessary", "statistical", "first-party", "third-party"]


def policy(purposes, introduction="A text.", kinds=KINDS[:1]):
    cookies = [
        {"name": f"cookie{number}", "category": kinds[number * len(kinds) // len(purposes)], "purpose": purpose}
        for number, purpose in enumerate(purposes)
    ]
    return Policy.from_mapping({"site": {"name": "Exampletown", "introduction": introduction}, "cookies": cookies})


def blanks(policy, tag="en"):
    """Return the blank share of each page but the last: from its last line to the margin at its end."""
    pdf = TaggedPdf(pdf_of(document_of(policy, LANGUAGES[tag]), LANGUAGES[tag]))
    lowest = [min(bottom for _, _, bottom in pdf.runs(page) if bottom > BOTTOM) for page in range(len(pdf.pages) - 1)]
    return [(bottom - BOTTOM) / HEIGHT for bottom in lowest]


@pytest.mark.parametrize("tag", list(LANGUAGES))
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_no_page_of_the_example_policies_has_a_blank_third(path, tag):
    found = blanks(Policy.load(path), tag)
    assert found
    assert max(found) <= 1 / 3


@pytest.mark.parametrize("kinds", [KINDS[:1], KINDS])
def test_no_page_of_a_hundred_rows_has_a_blank_third(kinds):
    found = blanks(policy([f"Remembers what visitor {number} chose." for number in range(100)], kinds=kinds))
    assert len(found) >= 3
    assert max(found) <= 1 / 3


@examples(60)
@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=24).map(
        lambda sizes: ["\n".join(["A line."] * n) for n in sizes]
    ),
    st.integers(0, 45).map(lambda number: "One line.\n\n" * number + "."),
    st.sampled_from([KINDS[:1], KINDS[1:2], KINDS]),
)
def test_no_page_has_a_blank_third(purposes, introduction, kinds):
    assert max(blanks(policy(purposes, introduction, kinds)), default=0) <= 1 / 3


def test_no_page_has_a_blank_third_if_a_row_names_many_hosts():
    many = [f"host{number}.example.org" for number in range(100)]
    rows = [
        {"name": f"Maps {number}", "kind": "host", "category": "third-party", "purpose": "Maps.", "hosts": many}
        for number in range(8)
    ]
    found = blanks(Policy.from_mapping({"site": {"name": "Exampletown"}, "cookies": rows}))
    assert len(found) >= 3
    assert max(found) <= 1 / 3


def test_a_table_begins_on_the_page_of_its_heading():
    for number in range(40):
        page = policy(["\n".join(["A line."] * 30)] * 3, "One line.\n\n" * number + ".")
        document = document_of(page, LANGUAGES["en"])
        for sheet in PdfReader(BytesIO(pdf_of(document, LANGUAGES["en"]))).pages:
            text = sheet.extract_text()
            if document.words["pattern"] in text:
                assert text.count("A line.") >= 3


@pytest.mark.parametrize("count", [150, 3000])
def test_a_head_higher_than_half_a_page_is_written_once(count):
    document = document_of(policy(["Purpose."] * 40), LANGUAGES["en"])
    words = [f"head{number}x" for number in range(count)]
    document = replace(document, words={**document.words, "purpose": " ".join(words)})
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf_of(document, LANGUAGES["en"]))).pages)
    assert re.findall(r"head\d+x", text) == words
    assert text.count("Purpose.") == 40
