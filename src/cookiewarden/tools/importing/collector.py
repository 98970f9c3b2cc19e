"""Collect the parts of a document, as a tree walk meets them, into blocks.

Rule: every text goes into exactly one block: the innermost cell, term, item or heading that is open, or a paragraph.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cookiewarden.tools.importing.blocks import (
    MAX_CELLS,
    MAX_MAIL_LINKS,
    Block,
    Definition,
    Document,
    Heading,
    Item,
    MailLink,
    Paragraph,
    Table,
    Words,
)

_MAX_COLUMNS = 50


@dataclass(slots=True)
class _Open:
    """What is being collected. ``kind``: flow, heading, item, term, description, cell or caption."""

    kind: str
    parts: list[str] = field(default_factory=list)
    marked: list[str] = field(default_factory=list)
    #: Where the outermost mark began, and how many are open.
    mark_start: int = 0
    marks: int = 0
    level: int = 0

    def words(self) -> Words:
        """Return what was collected, and begin anew."""
        words = Words.of("".join(self.parts), self.marked)
        self.parts, self.marked, self.marks = [], [], 0
        return words


@dataclass(slots=True)
class _Grid:
    """A table that is being collected."""

    is_layout: bool
    caption: str = ""
    rows: list[tuple[Words, ...]] = field(default_factory=list)
    header_rows: int = 0
    row: list[Words] = field(default_factory=list)
    all_headers: bool = True
    is_in_head: bool = False
    #: By column: how many more rows a cell spans, and the cell.
    spans: dict[int, tuple[int, Words]] = field(default_factory=dict)
    cell: tuple[bool, int, int] = (False, 1, 1)


class Collector:
    """Makes blocks of what a reader reports, start by start and end by end.

    >>> collector = Collector()
    >>> collector.add("a")
    >>> collector.boundary()
    >>> collector.document().blocks
    (Paragraph(words=Words(text='a', marked=())),)
    """

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._open: list[_Open] = [_Open("flow")]
        self._grids: list[_Grid] = []
        self._term: Words | None = None
        self._said: list[Words] = []
        self._cells = 0
        self._mail_links: list[MailLink] = []

    def add(self, text: str) -> None:
        """Add text to what is open."""
        if text:
            self._open[-1].parts.append(text)

    def mark(self, *, is_start: bool) -> None:
        """Begin or end a text that is marked as code."""
        top = self._open[-1]
        if is_start:
            top.mark_start = top.mark_start if top.marks else len(top.parts)
            top.marks += 1
        elif top.marks:
            top.marks -= 1
            if not top.marks:
                top.marked.append("".join(top.parts[top.mark_start :]))

    def mail_link(self, target: str) -> None:
        """Note a link that writes a mail, in what is open."""
        if len(self._mail_links) < MAX_MAIL_LINKS:
            self._mail_links.append(MailLink(target, len(self._blocks)))

    def boundary(self) -> None:
        """End a run of text: a line in a cell, an item or a heading, else a paragraph."""
        top = self._open[-1]
        if top.kind != "flow":
            top.parts.append("\n")
        else:
            self._flush()

    def heading(self, level: int, *, is_start: bool) -> None:
        """Begin or end a heading. In the cell of a table it is a line of that cell."""
        if self._in_cell():
            self.boundary()
        elif is_start:
            self._flush()
            self._open.append(_Open("heading", level=level))
        else:
            self._close("heading")

    def item(self, *, is_start: bool) -> None:
        """Begin or end an item of a list."""
        if self._in_cell():
            self.boundary()
        elif is_start:
            self._flush()
            self._open.append(_Open("item"))
        else:
            self._close("item")

    def list(self, *, is_start: bool) -> None:
        """Begin or end a list. The item that it stands in ends before it."""
        del is_start
        if self._in_cell():
            self.boundary()
        else:
            self._flush()
            self._end_definition()

    def definition(self, *, is_term: bool, is_start: bool) -> None:
        """Begin or end a term of a definition list, or a description."""
        if self._in_cell():
            self.boundary()
        elif is_start:
            self._flush()
            if is_term:
                self._end_definition()
            self._open.append(_Open("term" if is_term else "description"))
        else:
            self._close("term" if is_term else "description")

    def table(self, *, is_layout: bool, is_start: bool) -> None:
        """Begin or end a table. One that only lays out the page is no block."""
        self._flush()
        if is_start:
            self._grids.append(_Grid(is_layout))
        elif self._grids:
            self._close("cell")
            self._end_row()
            grid = self._grids.pop()
            if not grid.is_layout and grid.rows:
                self._blocks.append(Table(grid.caption, grid.header_rows, tuple(grid.rows)))

    def in_head(self, *, is_start: bool) -> None:
        """Begin or end the head of a table."""
        if self._grids:
            self._grids[-1].is_in_head = is_start

    def row(self, *, is_start: bool) -> None:
        """Begin or end a row."""
        del is_start
        if self._is_data():
            self._end_row()
        else:
            self._flush()

    def caption(self, *, is_start: bool) -> None:
        """Begin or end the caption of a table."""
        if not self._is_data():
            self.boundary()
        elif is_start:
            self._open.append(_Open("caption"))
        else:
            self._close("caption")

    def cell(self, *, is_header: bool, columns: int, rows: int) -> None:
        """Begin a cell."""
        if not self._is_data():
            self._flush()
            return
        self._grids[-1].cell = (is_header, columns, rows)
        self._open.append(_Open("cell"))

    def end_cell(self) -> None:
        """End a cell."""
        if self._is_data():
            self._close("cell")
        else:
            self._flush()

    def document(self, title: str = "", language: str = "") -> Document:
        """Return all blocks."""
        while len(self._open) > 1:
            self._close(self._open[-1].kind)
        self._flush()
        self._end_definition()
        return Document(tuple(self._blocks), title, language, self._cells > MAX_CELLS, tuple(self._mail_links))

    def _is_data(self) -> bool:
        return bool(self._grids) and not self._grids[-1].is_layout

    def _in_cell(self) -> bool:
        return self._open[-1].kind in ("cell", "caption") or (self._open[-1].kind != "flow" and self._is_data())

    def _flush(self) -> None:
        """Make a block of the text that is open, whatever it is. What is open stays open."""
        top = self._open[-1]
        words = top.words()
        if top.kind in ("term", "description"):
            self._keep_definition(top.kind, words)
        elif not words.text:
            return
        elif top.kind == "heading":
            self._blocks.append(Heading(top.level, words))
        elif top.kind == "item":
            self._blocks.append(Item(words))
        elif top.kind == "flow":
            self._blocks.append(Paragraph(words))

    def _close(self, kind: str) -> None:
        """Close what is open, if it is of this kind."""
        if self._open[-1].kind != kind or len(self._open) == 1:
            return
        if kind == "cell":
            self._keep_cell(self._open[-1].words())
        elif kind == "caption" and self._grids:
            self._grids[-1].caption = self._open[-1].words().line
        else:
            self._flush()
        self._open.pop()

    def _keep_definition(self, kind: str, words: Words) -> None:
        if not words.text:
            return
        if kind == "description" and self._term is not None:
            self._said.append(words)
        elif kind == "description":
            self._blocks.append(Paragraph(words))
        elif self._term is not None and not self._said:  # two terms that share a description
            self._term = Words(f"{self._term.text}\n{words.text}", self._term.marked + words.marked)
        else:
            self._end_definition()
            self._term = words

    def _end_definition(self) -> None:
        # A second term right after the first one shares its description.
        if self._term is not None and self._said:
            self._blocks.append(Definition(self._term, tuple(self._said)))
            self._term, self._said = None, []

    def _keep_cell(self, words: Words) -> None:
        grid = self._grids[-1]
        is_header, columns, rows = grid.cell
        self._skip_spans(grid)
        grid.all_headers = grid.all_headers and is_header
        for _ in range(columns):
            if len(grid.row) < _MAX_COLUMNS:
                if rows > 1:
                    grid.spans[len(grid.row)] = (rows, words)
                grid.row.append(words)

    @staticmethod
    def _skip_spans(grid: _Grid) -> None:
        """Put the cells that span rows, from rows above, where they stand in this row."""
        while len(grid.row) in grid.spans and len(grid.row) < _MAX_COLUMNS:
            grid.row.append(grid.spans[len(grid.row)][1])

    def _end_row(self) -> None:
        if not self._is_data():
            return
        grid = self._grids[-1]
        self._close("cell")
        if not grid.row:
            return
        self._skip_spans(grid)
        grid.spans = {column: (left - 1, words) for column, (left, words) in grid.spans.items() if left > 1}
        self._cells += len(grid.row)
        if self._cells <= MAX_CELLS:
            if (grid.all_headers or grid.is_in_head) and grid.header_rows == len(grid.rows):
                grid.header_rows += 1
            grid.rows.append(tuple(grid.row))
        grid.row, grid.all_headers = [], True
