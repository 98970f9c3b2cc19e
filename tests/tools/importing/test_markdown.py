"""Markdown documents as blocks, with the tables of GitHub and HTML within."""

from cookiewarden.tools.importing.blocks import Words
from cookiewarden.tools.importing.markdown import read_markdown
from imports import texts


def test_a_document_becomes_these_blocks():
    text = (
        "# Cookies\n\nWe use *some*.\n\n| Name | Use |\n| --- | --- |\n| `_ga`<br>\\_gid | a \\| b "
        "|\n\n- `sid`: session\n\n<p>x</p>\n"
    )
    assert texts(read_markdown(text)) == [
        ("heading", "Cookies"),
        ("paragraph", "We use some."),
        ("row", "Name", "Use"),
        ("row", "_ga\n_gid", "a | b"),
        ("item", "sid: session"),
        ("paragraph", "x"),
    ]


def test_marks_of_code_are_kept_and_patterns_stay_patterns():
    words = read_markdown("| Name |\n| --- |\n| `_ga_*`, \\_BEAMER\\* |\n").blocks[0].rows[1][0]
    assert words == Words("_ga_*, _BEAMER*", ("_ga_*",))


def test_a_pattern_outside_code_is_no_emphasis():
    table = "| Name | Purpose |\n| --- | --- |\n| _ga_* | *Counts* `_a_*` |\n"
    (block,) = read_markdown(table).blocks
    assert [words.text for words in block.rows[1]] == ["_ga_*", "Counts _a_*"]


def test_a_pattern_in_the_html_of_a_markdown_document_stays_as_it_is():
    (block,) = read_markdown("<table>\n<tr>\n<td>\n  _ga_*\n</td>\n</tr>\n</table>\n").blocks
    assert block.rows[0][0].text == "_ga_*"
