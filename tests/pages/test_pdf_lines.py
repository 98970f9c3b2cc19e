"""The lines of a PDF fit into their column, and together they are the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden.pages.pdf_lines import lines_of

#: Widths from 0 to 3, such as those of an accent, an i, an n and a W.
WIDTHS = {"\u0301": 0, "i": 1, "n": 2, "W": 3, " ": 1, "-": 1, "\u3000": 2, "\xa0": 1, "\xad": 1}
texts = st.text(st.sampled_from([*WIDTHS, "\n"]), max_size=60)


def width_of(line):
    return sum(WIDTHS[char] for char in line)


@given(texts, st.integers(3, 20))
def test_no_line_is_wider_than_the_column(text, room):
    assert all(width_of(line) <= room for line in lines_of(text, WIDTHS, room))


@given(texts, st.integers(3, 20))
def test_the_lines_are_the_text_except_for_blanks_and_hyphens_at_their_ends(text, room):
    def bare(text):
        return [char for char in text if char not in " \u3000\n-\xad"]

    assert bare("".join(lines_of(text, WIDTHS, room))) == bare(text)


@given(texts)
def test_a_text_that_fits_stays_as_it_is(text):
    assert lines_of(text, WIDTHS, 200) == text.replace("\xad", "").split("\n")


@given(texts, st.integers(3, 20))
def test_an_accent_stays_on_the_line_of_its_letter(text, room):
    lines = lines_of(text.replace("\n", " "), WIDTHS, room)
    blank_first = text.startswith("\u0301") or any(f"{blank}\u0301" in text for blank in " \n\u3000\xad")
    assert blank_first or not any(line.startswith("\u0301") for line in lines)


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        ("", 9, [""]),
        ("\n", 9, ["", ""]),
        ("nn nn", 9, ["nn nn"]),
        ("nn nn", 8, ["nn", "nn"]),
        ("nn  nn", 5, ["nn ", "nn"]),
        ("nn\xa0nn", 8, ["nn\xa0n", "n"]),
        ("nn\u3000nn", 8, ["nn", "nn"]),
        ("nn\nnn", 9, ["nn", "nn"]),
        ("nnnnn", 4, ["nn", "nn", "n"]),
        ("n nnnn", 6, ["n", "nnn", "n"]),
        ("nn\xadnn", 8, ["nnnn"]),
        ("nn\xadnn", 7, ["nn-", "nn"]),
        ("nn\xadnn", 5, ["nn-", "nn"]),
        ("nn\xadnn", 4, ["nn", "nn"]),
        ("i nn\xadnn", 7, ["i nn-", "nn"]),
        ("i nn\xadnn", 6, ["i", "nn-", "nn"]),
        ("nn\xad", 9, ["nn"]),
    ],
)
def test_a_line_ends_at_a_blank_or_a_soft_hyphen_or_inside_a_word_that_is_too_wide(text, room, lines):
    assert lines_of(text, WIDTHS, room) == lines
