"""Plain text as blocks: headings without marks, and tables whose cells tabs, bars or blanks part."""

import pytest

from cookiewarden.tools.importing import text as reader
from cookiewarden.tools.importing.blocks import Heading
from cookiewarden.tools.importing.text import read_text
from imports import texts


def test_tabs_part_the_cells_and_blank_lines_do_not_end_a_table():
    text = "Cookies\n\nName\tUse\na\tb\n\n\n\nc\td\n\nThe end of it.\n"
    assert texts(read_text(text)) == [
        ("heading", "Cookies"),
        ("row", "Name", "Use"),
        ("row", "a", "b"),
        ("row", "c", "d"),
        ("paragraph", "The end of it."),
    ]


@pytest.mark.parametrize(
    "table",
    [
        "Name | Use | Kept for\n---|---|---\na_b | c d | e",
        "| Name | Use | Kept for |\n+---+---+---+\n| a_b | c d | e |",
        "Name    Use     Kept for\n----    ---     ---\na_b     c d     e",
    ],
)
def test_bars_and_wide_blanks_part_the_cells(table):
    assert texts(read_text(table)) == [("row", "Name", "Use", "Kept for"), ("row", "a_b", "c d", "e")]


def test_single_blanks_part_the_cells_if_the_titles_and_the_names_tell_where():
    text = (
        "Cookies of the shop\n\nProvider Function and location Cookie name(s) Purposes\n"
        "Example Basket (all pages) cart_id To keep what you picked\n"
        "Example Sign-in (all pages) token To remember you\n\n"
        "Example Language (all pages) shop_language To remember your language\n"
    )
    assert texts(read_text(text))[1:] == [
        ("row", "Provider", "Function and location", "Cookie name(s)", "Purposes"),
        ("row", "Example", "Basket (all pages)", "cart_id", "To keep what you picked"),
        ("row", "Example", "Sign-in (all pages)", "token", "To remember you"),
        ("row", "Example", "Language (all pages)", "shop_language", "To remember your language"),
    ]


def test_headings_are_known_by_their_shape():
    text = (
        "Cookie policy\n\nIntro text of it.\n\n1. First part\n\nWords.\n\n1.1 A part of "
        "it\n\nWords.\n\nUnderlined\n==========\nWords.\n\n## Hashes\n"
    )
    levels = {block.words.text: block.level for block in read_text(text).blocks if isinstance(block, Heading)}
    assert levels == {"Cookie policy": 1, "First part": 2, "A part of it": 3, "Underlined": 1, "Hashes": 2}


def test_a_sentence_a_date_and_a_label_are_no_headings():
    text = "Cookies\n\nWe use some.\n\nLast update: 2021-03-30\n\nProvider: Example\n\n- an item\n  that goes on\n"
    assert texts(read_text(text))[1:] == [
        ("paragraph", "We use some."),
        ("paragraph", "Last update: 2021-03-30"),
        ("paragraph", "Provider: Example"),
        ("item", "an item that goes on"),
    ]


def test_a_heading_right_below_another_belongs_to_it():
    levels = [
        block.level
        for block in read_text("Policy\n\nText.\n\nOur cookies\n\nNecessary cookies\n\na\tb\n").blocks
        if isinstance(block, Heading)
    ]
    assert levels == [1, 2, 3]


def test_lines_that_were_broken_to_fit_a_width_are_one_paragraph():
    text = "This sentence is so long that an editor broke it to fit\ninto the width of its window."
    assert texts(read_text(text)) == [("paragraph", text.replace("\n", " "))]


@pytest.mark.parametrize("empty", ["", "\n\n\n", "\t", "\t\t\n\t", "---", "\r\r\n"])
def test_a_text_of_blanks_and_lines_has_no_blocks(empty):
    assert texts(read_text(empty)) == []


@pytest.mark.parametrize(("odd", "shown"), [("|||", "|||"), ("- ", "-"), ("#", "#"), ("\0", "")])
def test_a_mark_alone_is_a_paragraph(odd, shown):
    assert texts(read_text(odd)) == [("paragraph", shown)]


def test_two_words_with_a_wide_blank_are_no_table():
    assert texts(read_text("a  b")) == [("heading", "a b")]


def test_cells_beyond_the_bound_are_cut_and_the_document_says_so(monkeypatch):
    monkeypatch.setattr(reader, "MAX_CELLS", 10)
    found = read_text("a\tb\n" * 8)
    assert found.is_cut
    assert len(found.blocks[0].rows) == 5


@pytest.mark.parametrize(
    ("line", "block"),
    [
        ("a\tb", ("row", "a", "b")),
        ("a | b | c", ("row", "a", "b", "c")),
        ("a   b   c", ("row", "a", "b", "c")),
        ("- a", ("item", "a")),
        ("Provider Function Cookie Purpose.", ("paragraph", "Provider Function Cookie Purpose.")),
    ],
)
def test_a_large_text_is_read_line_by_line(line, block):
    assert texts(read_text(f"{line}\n" * 10_000)) == [block] * 10_000


@pytest.mark.parametrize(("line", "blocks"), [("", 0), ("x" * 60, 1)])
def test_a_large_text_without_an_end_of_a_line_is_read_at_once(line, blocks):
    assert len(read_text(f"{line}\n" * 10_000).blocks) == blocks


def test_a_line_that_says_something_of_a_name_is_no_heading_though_it_stands_alone():
    blocks = read_text("Cookies\n\nAnalytics cookies\n\n_ga - counts visits - 2 years\n").blocks
    assert [type(block).__name__ for block in blocks] == ["Heading", "Heading", "Paragraph"]


def test_a_label_does_not_go_on_with_a_long_line_before_it():
    blocks = read_text(f"Cookies\n\nName: _ga\nPurpose: {'counts visits ' * 5}\nExpiry: 2 years\n").blocks
    assert blocks[-1].words.text == "Expiry: 2 years"


def test_a_heading_of_a_category_is_never_the_title():
    blocks = read_text("Analytics\n\n- _ga: counts\n\nThird-party cookies\n\n- fr: shows ads\n").blocks
    assert [block.level for block in blocks if isinstance(block, Heading)] == [2, 2]
