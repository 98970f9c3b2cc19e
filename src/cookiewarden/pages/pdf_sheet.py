"""Make an empty PDF file to write on, in memory: A4 pages with numbers, in Noto Sans.

Rule: text is text. No markup in it is read and no placeholder replaced. No character is lost; one that the font lacks
is written as an escape.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import cast

from fpdf import FPDF
from fpdf.fonts import TTFFont
from fpdf.prefs import ViewerPreferences
from pymupdf_fonts import fontbuffers  # type: ignore[import-untyped]  # it has no types

from cookiewarden.pages.pdf_lines import lines_of

_FAMILY = "notos"
_STYLES = {"": "notos", "B": "notosbo"}
#: Not the time of the clock, for equal documents must give equal bytes.
_CREATED = datetime(1970, 1, 1, tzinfo=UTC)
#: Stands for the number of pages until it is known. No text contains it, for control characters become escapes.
_PAGES = "\0\0"
_MARGIN = 18
_NO_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_INVISIBLE = ("Cc", "Cs", "Zl", "Zp")


class Sheet(FPDF):
    """A PDF file with a regular and a bold font; ``size`` chooses one."""

    def __init__(self, title: str, language: str) -> None:
        super().__init__(format="A4")
        self.set_title(outlined(title))
        self.set_lang(language)
        self.set_producer("cookiewarden")
        self.set_creation_date(_CREATED)
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)
        self.set_margin(_MARGIN)
        self.set_auto_page_break(True, _MARGIN)
        self.alias_nb_pages(_PAGES)
        # By style: the width of each character, in thousandths of the font size.
        self._widths: dict[str, dict[str, float]] = {}
        for style, name in _STYLES.items():
            # add_font() takes only a path. It passes that to fontTools, which also reads an open file.
            font = TTFFont(self, cast(Path, BytesIO(fontbuffers[name]())), _FAMILY + style, style)
            if "TTFA" in font.ttfont:
                # Settings of the tool that hinted the font. The subsetter would drop them, with a warning.
                del font.ttfont["TTFA"]
            self.fonts[_FAMILY + style] = font
            self._widths[style] = {chr(code): font.cw[code] for code in font.cmap}
        self._name = self.shown(_on_one_line(title))
        self.size(10)

    def size(self, points: float, *, bold: bool = False) -> None:
        """Set the size and the weight of what is written from here on."""
        self.set_font(_FAMILY, "B" if bold else "", points)

    def lines(self, text: str, width: float) -> list[str]:
        """Break a text that ``shown`` returned into lines of that width in millimetres, in the present size."""
        return lines_of(text, self._widths[self.font_style], width / self.font_size * 1000)

    def write_line(self, left: float, top: float, height: float, text: str) -> None:
        """Write a line in the middle of the height of a box; all in millimetres, from the top left of the page."""
        # A reader who copies the text gets an ordinary blank for one that does not break.
        self.text(left, top + 0.5 * height + 0.3 * self.font_size, text.replace("\xa0", " "))

    def write_block(self, text: str, width: float, height: float) -> None:
        """Write a text at the present height, in lines of that height, over as many pages as it needs."""
        for line in self.lines(text, width - 2 * self.c_margin):
            if self.will_page_break(height):
                self.add_page()
            self.write_line(self.l_margin + self.c_margin, self.y, height, line)
            self.ln(height)

    def footer(self) -> None:
        """Write below each page its number, and the title of the document if that fits."""
        self.set_y(-_MARGIN + 4)
        self.size(8)
        self.set_text_color(110)
        if self.get_string_width(self._name) < self.epw - 30:
            self.cell(0, 5, self._name)
            self.set_x(self.l_margin)
        self.cell(0, 5, f"{self.page_no()} / {_PAGES}", align="R")

    def shown(self, text: str) -> str:
        """Return a text in the characters that the font has; others become escapes."""
        if text.isascii() and text.isprintable():
            return text
        return "".join(map(self._shown, text, "\n" + text))

    def exact(self, name: str) -> str:
        """Return the name of a cookie with nothing invisible in it; no line ends at a blank of it."""
        visible = "".join(char if char.isprintable() else _escape(char) for char in name)
        return self.shown(visible).replace(" ", "\xa0")

    def _shown(self, char: str, before: str) -> str:
        if char == "\n":
            return char
        if char == "\t":
            return " "
        width = self._widths[""].get(char)
        if width is None or unicodedata.category(char) in _INVISIBLE:
            return _escape(char)
        # Such as an accent without a letter before it.
        is_lone = width == 0 and (before == " " or not before.isprintable())
        return _escape(char) if is_lone else char


def outlined(text: str) -> str:
    """Return a text for the outline or the title of the window, which are shown in other fonts."""
    return _NO_TEXT.sub(lambda match: _escape(match[0]), _on_one_line(text))


@contextmanager
def quietly() -> Iterator[None]:
    """Keep the libraries' progress messages out of the log, while one thread makes a file."""
    logger = logging.getLogger("fontTools.subset")
    logger.addFilter(_is_warning)
    try:
        yield
    finally:
        logger.removeFilter(_is_warning)


def _is_warning(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING


def _on_one_line(text: str) -> str:
    return text.replace("\n", " ").replace("\t", " ")


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
