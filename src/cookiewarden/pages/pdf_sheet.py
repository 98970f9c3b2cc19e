"""A PDF file to write on: A4 pages with numbers, and Noto Sans, in memory; what it lacks is written as an escape.

Rule: text is text. No markup is read in it, no placeholder replaced, and no character is lost.
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
from pymupdf_fonts import fontbuffers  # type: ignore[import-untyped]

from cookiewarden.pages.pdf_lines import lines_of
from cookiewarden.process import Lock

_FAMILY = "notos"
_STYLES = {"": "notos", "B": "notosbo"}
#: The same document is the same octets, so it is not dated by the clock.
_CREATED = datetime(1970, 1, 1, tzinfo=UTC)
#: Stands for the number of pages until it is known. No text has it: a control character is written as its escape.
_PAGES = "\0\0"
_MARGIN = 18
_NO_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_INVISIBLE = ("Cc", "Cs", "Zl", "Zp")
# The log is everyone's, and so are some caches of fpdf2. Threads would not be faster at once: all of it is Python.
_ONE_AT_A_TIME = Lock()


class Sheet(FPDF):
    """The file, with both fonts; ``size`` chooses one."""

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
        # By style: the width of each character, in thousandths of the size.
        self._widths: dict[str, dict[str, float]] = {}
        for style, name in _STYLES.items():
            # add_font() takes a path alone, and hands it to fontTools, which reads an open file as well.
            font = TTFFont(self, cast(Path, BytesIO(fontbuffers[name]())), _FAMILY + style, style)
            if "TTFA" in font.ttfont:
                # The settings of the tool that hinted it. The subsetter drops it, with a warning.
                del font.ttfont["TTFA"]
            self.fonts[_FAMILY + style] = font
            self._widths[style] = {chr(code): font.cw[code] for code in font.cmap}
        self._name = self.shown(_on_one_line(title))
        self.size(10)

    def size(self, points: float, *, bold: bool = False) -> None:
        """What is written from here on is of that size."""
        self.set_font(_FAMILY, "B" if bold else "", points)

    def lines(self, text: str, width: float) -> list[str]:
        """Break a text, which ``shown`` gave, into lines of that many millimetres, in the size that was chosen."""
        return lines_of(text, self._widths[self.font_style], width / self.font_size * 1000)

    def write_line(self, left: float, top: float, height: float, text: str) -> None:
        """Write a line in the middle of a box that begins there; all in millimetres from the corner of the page."""
        # A blank that does not break is an ordinary one for who copies it.
        self.text(left, top + 0.5 * height + 0.3 * self.font_size, text.replace("\xa0", " "))

    def write_block(self, text: str, width: float, height: float) -> None:
        """Write a text from here on, in lines of that height; it goes on over the pages."""
        for line in self.lines(text, width - 2 * self.c_margin):
            if self.will_page_break(height):
                self.add_page()
            self.write_line(self.l_margin + self.c_margin, self.y, height, line)
            self.ln(height)

    def footer(self) -> None:
        """Below each page: which page it is, and of what, where that fits."""
        self.set_y(-_MARGIN + 4)
        self.size(8)
        self.set_text_color(110)
        if self.get_string_width(self._name) < self.epw - 30:
            self.cell(0, 5, self._name)
            self.set_x(self.l_margin)
        self.cell(0, 5, f"{self.page_no()} / {_PAGES}", align="R")

    def shown(self, text: str) -> str:
        """A text in the characters that the font has."""
        if text.isascii() and text.isprintable():
            return text
        return "".join(map(self._shown, text, "\n" + text))

    def exact(self, name: str) -> str:
        """The name of a cookie: nothing in it stays invisible, and it does not end at a blank."""
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
        # An accent, say, with nothing to stand on.
        is_lone = width == 0 and (before == " " or not before.isprintable())
        return _escape(char) if is_lone else char


def outlined(text: str) -> str:
    """A text for the outline or the title of the window, which have fonts of their own."""
    return _NO_TEXT.sub(lambda match: _escape(match[0]), _on_one_line(text))


@contextmanager
def drawing() -> Iterator[None]:
    """While a file is made: no other one is, and the libraries' reports on their progress stay out of the log."""
    logger = logging.getLogger("fontTools.subset")
    with _ONE_AT_A_TIME:
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
