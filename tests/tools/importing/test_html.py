"""HTML documents as blocks: order, spans, layout tables, lists, and what is broken or hostile."""

import pytest

from cookiewarden.tools.importing import collector
from cookiewarden.tools.importing.blocks import MAX_CELLS, Table, Words
from cookiewarden.tools.importing.html import read_html
from imports import texts


@pytest.mark.parametrize(
    ("markup", "blocks"),
    [
        ("<h1>A<h2>B</h2><p>c<p>d", [("heading", "A"), ("heading", "B"), ("paragraph", "c"), ("paragraph", "d")]),
        ("<p>a <b>b</b>\n c<br>d", [("paragraph", "a b c\nd")]),
        ("<div>a<div>b</div>c</div>", [("paragraph", "a"), ("paragraph", "b"), ("paragraph", "c")]),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", [("item", "a"), ("item", "b"), ("item", "c")]),
        ("<ul><li><div>Cookie</div><div>_ga</div></ul>", [("item", "Cookie\n_ga")]),
        ("<dl><dt>a<dd>b<dd>c<dt>d<dd>e</dl>", [("definition", "a", "b", "c"), ("definition", "d", "e")]),
        ("<dl><dt>a<dt>b<dd>c</dl>", [("definition", "a\nb", "c")]),
        ("<dl><div><dt>a</dt><dd>b</dd></div></dl>", [("definition", "a", "b")]),
        ("<table><tr><td>a<td>b<tr><td>c</table>", [("row", "a", "b"), ("row", "c")]),
        ("<table><tr><td><span>a<tr><td>b</table>", [("row", "a"), ("row", "b")]),
        ("<table><tr><td>a<p>b</p><ul><li>c</ul></table>", [("row", "a\nb\nc")]),
        ("<table><tr><td rowspan=2>a<td>b"
         "<tr><td>c<tr><td>d</table>", [("row", "a", "b"), ("row", "a", "c"), ("row", "d")]),
        ("<table><tr><td colspan=3>a<tr><td>b<td>c<td>d</table>", [("row", "a", "a", "a"), ("row", "b", "c", "d")]),
        ("<table><tr><td>a<td rowspan=2>b<tr><td>c</table>", [("row", "a", "b"), ("row", "c", "b")]),
        ("<div role=table><div role=row><span role=cell>a"
         "</span><span role=cell>b</span></div></div>", [("row", "a", "b")]),
        ("<table><tr><td>nav<td><h2>A</h2><table><tr><td>x<td>y</table></table>z",
         [("paragraph", "nav"), ("heading", "A"), ("row", "x", "y"), ("paragraph", "z")]),
        ("<details><summary>A</summary>b</details>", [("heading", "A"), ("paragraph", "b")]),
        ("<script>a<b</script><style>c{}</style><template>"
         "<p>d</template><svg><text>e</text></svg>f", [("paragraph", "f")]),
        ("a&nbsp;&lt;b&gt; &eacute;", [("paragraph", "a <b> é")]),
        ("<td>no table</td>", [("paragraph", "no table")]),
        ("", []),
        ("\0<\0p>a\0", [("paragraph", "a")]),
    ],
)  # fmt: skip
def test_a_document_becomes_these_blocks(markup, blocks):
    assert texts(read_html(markup)) == blocks


def test_the_head_of_a_table_and_its_caption_are_known():
    table = read_html("<table><caption>Our <b>cookies</b><thead><tr><th>Name<tbody><tr><td>_ga</table>").blocks[0]
    assert isinstance(table, Table)
    assert (table.caption, table.header_rows) == ("Our cookies", 1)
    marked = read_html("<table><tr><th>Name<th>Use<tr><th>_ga<td>x</table>").blocks[0]
    assert marked.header_rows == 1


def test_marks_of_code_are_kept():
    assert read_html("<p><code>_ga</code> <code><b>_gid</b></code> x").blocks[0].words == Words(
        "_ga _gid x", ("_ga", "_gid")
    )


def test_the_title_and_the_language_are_those_of_the_document():
    found = read_html("<html lang=fr-BE><title>Les\n cookies</title><p>a")
    assert (found.title, found.language) == ("Les cookies", "fr-BE")


HOSTILE = {
    "nested tables": "<table><tr><td>" * 20_000,
    "nested lists": "<ul><li>" * 1500,
    "unclosed cells": "<table>" + "<tr><td>a" * 50_000,
    "text in tables": "<table>" + "x<p>" * 50_000,
    "formatting": "<b><i><p>x" * 20_000,
    "wide spans": "<table>" + "<tr><td colspan=999999999 rowspan=999999999>a" * 5_000,
    "half a tag": "<td " * 50_000,
    "references": "&#0;&#xD800;&#x110000;&amp" * 20_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_is_read_without_recursion_and_within_bounds(name):
    found = read_html(HOSTILE[name])
    assert sum(len(row) for block in found.blocks if isinstance(block, Table) for row in block.rows) <= MAX_CELLS


def test_cells_beyond_the_bound_are_cut_and_the_document_says_so(monkeypatch):
    monkeypatch.setattr(collector, "MAX_CELLS", 1000)
    found = read_html("<table>" + ("<tr>" + "<td>a" * 50) * 30 + "</table>")
    assert found.is_cut
    assert len(found.blocks[0].rows) == 20


@pytest.mark.parametrize("mark", ["1", "<a href=#n>12</a>", "*", "[3]"])
def test_the_mark_of_a_footnote_is_no_part_of_the_word_before_it(mark):
    (block,) = read_html(f"<p>_ga<sup>{mark}</sup> and x<sup>2a</sup>").blocks
    assert block.words.text == "_ga and x2a"


def test_what_is_struck_out_is_left_out():
    assert texts(read_html("<p>a <del>b</del> <s>c</s> d")) == [("paragraph", "a d")]


def test_a_label_in_bold_begins_a_line_and_another_text_in_bold_does_not():
    document = read_html("<p><b>Name:</b> a <strong>Purpose</strong>: it does <b>much</b>. <b>Why?</b> So.")
    assert texts(document) == [("paragraph", "Name: a\nPurpose: it does much. Why? So.")]
