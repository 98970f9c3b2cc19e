"""Write the policy page as a PDF with fpdf2: real text, headings, and tables with a head on every page.

Rule: no character is lost; one that the font lacks is written as its escape.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from cookiewarden.errors import is_installed
from cookiewarden.pages.document import Document, Row, Section
from cookiewarden.pages.languages import Language

if TYPE_CHECKING:
    from cookiewarden.pages.pdf_sheet import Sheet

# They are slow to import, so the first PDF imports them.
_PACKAGES = ("fpdf", "pymupdf_fonts")
_INK = 30
_RULE = 190
_SHADE = 240
#: By level: the size of a heading in points, and the space before it in millimetres.
_HEADINGS = ((20.0, 0.0), (14.0, 5.0), (11.0, 3.0))
#: The least space below a heading on its page, in millimetres: for a few lines, or for the head of a table and a row.
_ROOM = 30.0
_ROOM_OF_TABLE = 50.0
_LINE = 5.0
#: In millimetres; longer lines are tiring to read.
_PROSE_WIDTH = 160.0

_CELL_SIZE = 8.5  # points
_CELL_LINE = 4.2
#: The free space around the lines of a row, and between two columns, in millimetres.
_PADDING = 1.0
_GAP = 3.0
#: The widths of names, purpose, provider, function and lifetime, in millimetres.
_WIDTHS = (37.0, 46.0, 30.0, 34.0, 27.0)
_FACT_WIDTHS = (40.0, 134.0)
#: A row must fit on a page, so a longer one continues in another row.
_MAX_LINES = 24


def is_available() -> bool:
    """Return whether the packages of the extra ``pdf`` are installed."""
    return all(map(is_installed, _PACKAGES))


def pdf_of(document: Document, language: Language) -> bytes:
    """Return the document as a PDF file. Equal documents give equal bytes. Call it in one thread at a time."""
    from cookiewarden.pages.pdf_sheet import Sheet, quietly

    with quietly():
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
    """Write a heading, on the page where the text below it begins, and add it to the outline."""
    from cookiewarden.pages.pdf_sheet import outlined

    size, before = _HEADINGS[level]
    if sheet.will_page_break(room):
        sheet.add_page()
    else:
        sheet.ln(before)
    sheet.start_section(outlined(text), level)
    sheet.size(size, bold=True)
    sheet.set_text_color(_INK)
    sheet.write_block(sheet.shown(text), sheet.epw, sheet.font_size * 1.3)
    sheet.ln(1.5)


def _prose(sheet: Sheet, text: str) -> None:
    sheet.size(10)
    sheet.set_text_color(_INK)
    sheet.write_block(sheet.shown(text), _PROSE_WIDTH, _LINE)
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
    """Write rows, with a line above each. Every page that has some of them begins with the head, if there is one."""
    sheet.set_text_color(_INK)
    sheet.set_draw_color(_RULE)
    sheet.size(_CELL_SIZE, bold=True)
    head_lines = [_lines(sheet, text, width) for text, width in zip(head, widths, strict=bool(head))]
    head_height = _height(head_lines) if head else 0.0
    page = 0  # the last page that has the head
    for cells in rows:
        sheet.size(_CELL_SIZE)
        lines = [_lines(sheet, text, width) for text, width in zip(cells, widths, strict=True)]
        for start in range(0, max(map(len, lines)), _MAX_LINES):
            part = [cell[start : start + _MAX_LINES] for cell in lines]
            if sheet.will_page_break(_height(part) + (0.0 if page == sheet.page else head_height)):
                sheet.add_page()
            if head and page != sheet.page:
                page = sheet.page
                _head(sheet, head_lines, widths)
            if start == 0:
                sheet.line(sheet.l_margin, sheet.y, sheet.l_margin + sheet.epw, sheet.y)
            _row(sheet, part, widths)
    sheet.line(sheet.l_margin, sheet.y, sheet.l_margin + sheet.epw, sheet.y)
    sheet.ln(4)


def _lines(sheet: Sheet, text: str, width: float) -> list[str]:
    """Break the text of a cell into the lines that fit into its column."""
    return sheet.lines(text, width - _GAP)


def _height(cells: Sequence[Sequence[str]]) -> float:
    """Return the height of a row from the lines of its cells."""
    return max(map(len, cells), default=0) * _CELL_LINE + 2 * _PADDING


def _head(sheet: Sheet, cells: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
    sheet.size(_CELL_SIZE, bold=True)
    sheet.set_fill_color(_SHADE)
    sheet.rect(sheet.l_margin, sheet.y, sum(widths), _height(cells), style="F")
    _row(sheet, cells, widths)
    sheet.size(_CELL_SIZE)


def _row(sheet: Sheet, cells: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
    left = sheet.l_margin + _PADDING
    for lines, width in zip(cells, widths, strict=True):
        top = sheet.y + _PADDING
        for line in lines:
            sheet.write_line(left, top, _CELL_LINE, line)
            top += _CELL_LINE
        left += width
    sheet.ln(_height(cells))
