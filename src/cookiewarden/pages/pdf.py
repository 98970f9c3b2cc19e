"""The policy page as a PDF, by fpdf2: real text, headings, a table whose head is repeated on every page.

Rule: nothing is lost: a character that the font lacks is written as its escape.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, cast

from cookiewarden.pages.document import Document, Row, Section
from cookiewarden.pages.languages import Language

if TYPE_CHECKING:
    from cookiewarden.pages.pdf_font import Sheet

for _package in ("fpdf", "pymupdf_fonts"):
    # They take long to import, so that is left to the first PDF; but their absence is told at start.
    if importlib.util.find_spec(_package) is None:
        raise ModuleNotFoundError(f"No module named {_package!r}", name=_package)

_INK = 30
_RULE = 190
_SHADE = 240
#: By level: the size of a heading in points, and the space before it in millimetres.
_HEADINGS = ((20.0, 0.0), (14.0, 5.0), (11.0, 3.0))
#: What stands below a heading on the same page, at least: a few lines, or the head of a table and a row.
_ROOM = 30.0
_ROOM_OF_TABLE = 50.0
_LINE = 5.0
#: Longer lines tire the eye.
_PROSE_WIDTH = 160.0

_CELL_LINE = 4.2
_CELL_PADDING = (1, 2, 1, 1)
#: Millimetres of names, purpose, provider, function and lifetime.
_WIDTHS = (37.0, 46.0, 30.0, 34.0, 27.0)
_FACT_WIDTHS = (40.0, 134.0)
#: What is shorter is less than a page high in any column, whatever its letters, so its lines need not be counted.
_SHORT_TEXT = 120
_FEW_LINES = 8
#: A row that is higher is cut, for a row goes onto one page.
_MAX_LINES = 24


def pdf_of(document: Document, language: Language) -> bytes:
    """The document as the octets of a PDF file; the same for the same document."""
    from cookiewarden.pages.pdf_font import Sheet, drawing

    with drawing():
        sheet = Sheet(document.title, language.tag)
        sheet.add_page()
        _heading(sheet, document.title, 0)
        _facts(sheet, document)
        for passage in document.introduction:
            _prose(sheet, passage.text)
        _heading(sheet, document.words["about"], 1)
        _prose(sheet, document.about)
        _heading(sheet, document.words["kinds"], 1, 2 * _ROOM)
        for section in document.sections:
            _heading(sheet, section.title, 2)
            _prose(sheet, section.explanation)
        _heading(sheet, document.words["cookies"], 1, _ROOM + _ROOM_OF_TABLE)
        _prose(sheet, document.words["pattern"])
        for section in document.sections:
            _section(sheet, section, document)
        return bytes(sheet.output())


def _heading(sheet: Sheet, text: str, level: int, room: float = _ROOM) -> None:
    """A heading, on the page that what follows begins on, and in the outline."""
    from cookiewarden.pages.pdf_font import outlined

    size, before = _HEADINGS[level]
    if sheet.will_page_break(room):
        sheet.add_page()
    else:
        sheet.ln(before)
    sheet.start_section(outlined(text), level)
    sheet.size(size, bold=True)
    sheet.set_text_color(_INK)
    sheet.multi_cell(sheet.epw, sheet.font_size * 1.3, sheet.shown(text), align="L", new_x="LMARGIN", new_y="NEXT")
    sheet.ln(1.5)


def _prose(sheet: Sheet, text: str) -> None:
    sheet.size(10)
    sheet.set_text_color(_INK)
    sheet.multi_cell(_PROSE_WIDTH, _LINE, sheet.shown(text), align="L", new_x="LMARGIN", new_y="NEXT")
    sheet.ln(2)


def _facts(sheet: Sheet, document: Document) -> None:
    rows = [(sheet.shown(label), sheet.shown(fact.text)) for label, fact in document.facts]
    _table(sheet, rows, _FACT_WIDTHS)


def _section(sheet: Sheet, section: Section, document: Document) -> None:
    words = document.words
    _heading(sheet, section.title, 2, _ROOM_OF_TABLE if section.rows else _ROOM)
    need = words["consent"] if section.needs_consent else words["no consent"]
    _prose(sheet, need if section.rows else f"{need} {words['none']}")
    if section.rows:
        head = [sheet.shown(words[word]) for word in ("names", "purpose", "provider", "function", "lifetime")]
        _table(sheet, [_cells(sheet, row, words["anonymized"]) for row in section.rows], _WIDTHS, head)


def _cells(sheet: Sheet, row: Row, anonymized: str) -> tuple[str, ...]:
    purpose = f"{row.purpose.text} {anonymized}" if row.declaration.anonymized else row.purpose.text
    names = ",\n".join(sheet.exact(name) for name in row.names)
    return names, *map(sheet.shown, (purpose, row.provider.text, row.function.text, row.lifetime))


def _table(sheet: Sheet, rows: Iterable[Sequence[str]], widths: Sequence[float], head: Sequence[str] = ()) -> None:
    """Rows with a line above each; with a head, which every page repeats."""
    from fpdf.enums import CellBordersLayout
    from fpdf.fonts import FontFace

    sheet.size(8.5)
    sheet.set_text_color(_INK)
    sheet.set_draw_color(_RULE)
    with sheet.table(
        borders_layout="NONE",
        col_widths=widths,
        first_row_as_headings=bool(head),
        headings_style=FontFace(emphasis="BOLD", fill_color=_SHADE),
        line_height=_CELL_LINE,
        padding=_CELL_PADDING,
        text_align="LEFT",
        v_align="TOP",
    ) as table:
        if head:
            table.row(head)
        for cells in rows:
            pieces = [_pieces(sheet, text, width) for text, width in zip(cells, widths, strict=True)]
            border = CellBordersLayout.TOP
            for part in zip_longest(*pieces, fillvalue=""):
                row = table.row()
                for text in part:
                    row.cell(text, border=border)
                border = CellBordersLayout.NONE
    sheet.line(sheet.l_margin, sheet.y, sheet.l_margin + sheet.epw, sheet.y)
    sheet.ln(4)


def _pieces(sheet: Sheet, text: str, width: float) -> list[str]:
    """The text of a cell, in pieces that each go onto a page."""
    if len(text) <= _SHORT_TEXT and text.count("\n") <= _FEW_LINES:
        return [text]
    counted = sheet.multi_cell(width, text=text, align="L", padding=_CELL_PADDING, dry_run=True, output="LINES")
    lines = cast("list[str]", counted)
    return ["\n".join(lines[start : start + _MAX_LINES]) for start in range(0, len(lines), _MAX_LINES)]
