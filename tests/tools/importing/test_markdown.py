"""Markdown documents as blocks, with the tables of GitHub and HTML within."""

import pytest

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


@pytest.mark.parametrize(
    "name",
    ["_ga_[ID]", "_ga_<container-id>", "_ga_<container id>", "_ga_(ID)", "_ga_...", "_ga_…", "_gat_%id%", "_gat[_*]",
     "_ga_",
     "__utm_", "_hjSession_{site_id}", "_ga_{{id}}_", "visitor_id<account>-hash", "wp-settings-<uid>", "_ga_#",
     "_ga_x_",
     "_ga_ and _gid_", "_ga_, _gid_", "_ga_ / _gid_"],
)  # fmt: skip
def test_a_name_stands_in_a_cell_as_it_stands_in_the_source(name):
    (block,) = read_markdown(f"| Name | Use |\n| --- | --- |\n| {name} | Counts |\n").blocks
    assert block.rows[1][0].text == name


@pytest.mark.parametrize("line", ["- {}: counts", "- **{}**: counts", "{}", "* {} – counts", "1. {} (1 year)"])
def test_a_name_between_underscores_keeps_them_in_a_list(line):
    (block,) = read_markdown(line.format("_ga_")).blocks
    assert "_ga_" in block.words.text


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("We count _all_ visits.", "We count all visits."),
        ("_Note_: this is new.", "Note: this is new."),
        ("- _purpose_: counts", "purpose: counts"),
        ("__Necessary cookies__", "Necessary cookies"),
        ("We use _a lot of_ cookies.", "We use a lot of cookies."),
        ("See [the list](https://e.org/_a_b_).", "See the list."),
        ("_ga_<br>_gid_", "_ga_\n_gid_"),
        ("Old ~~gone_x~~ and new", "Old and new"),
    ],
)
def test_what_is_no_name_is_read_as_markdown(markdown, text):
    (block,) = read_markdown(markdown).blocks
    assert block.words.text == text
