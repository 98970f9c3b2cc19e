"""Read plain text into blocks: headings, lists, and tables whose cells tabs, bars or blanks part.

Rule: a blank line does not end a table if its rows go on after it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from cookiewarden.tools.importing.blocks import (
    IMPLIED_LEVEL,
    MAX_CELLS,
    Block,
    Document,
    Heading,
    Item,
    Paragraph,
    Table,
    Words,
)
from cookiewarden.tools.importing.categories import read_category
from cookiewarden.tools.importing.columns import column_of
from cookiewarden.tools.importing.entries import entry_values
from cookiewarden.tools.importing.spaced_tables import read_spaced_rows, spaced_columns
from cookiewarden.tools.importing.update_dates import is_date_line

_BULLET = re.compile(r"\s*(?:[-*•·▪‣◦–]|\d{1,2}[.)])\s+(?P<text>\S.*)")
_UNDERLINE = re.compile(r"\s*(?:={3,}|-{3,}|~{3,}|\*{3,})\s*")
_NUMBERED = re.compile(r"\s*(?P<number>\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+(?P<text>[^\W\d].{0,120})")
_HASHES = re.compile(r"(?P<hashes>#{1,6})\s+(?P<text>.+?)\s*#*")
_WIDE_BLANKS = re.compile(r"\s{2,}")
_RULER = re.compile(r"[\s|:+=-]+")
_LABEL = re.compile(r"[^:]{1,40}:\s+\S")
_Split = Callable[[str], list[str]]
_IsTable = Callable[[list[str]], bool]
_LONGEST_HEADING = 120
_MOST_BLANK_LINES = 5
_MOST_SPACED_ROWS = 500


def read_text(text: str) -> Document:
    r"""Return what a plain text says, in reading order.

    >>> [type(block).__name__ for block in read_text("Cookies\n\nWe use some.\n\nName\tUse\n_ga\tCounts.").blocks]
    ['Heading', 'Paragraph', 'Table']
    """
    return _TextReader(text).document()


class _TextReader:
    def __init__(self, text: str) -> None:
        self._lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
        self._blocks: list[Block] = []
        self._cells = 0
        self._at = 0
        self._has_heading = False
        #: How many lines may still be tried as rows of tables that lost their tabs.
        self._spaced_lines = 10 * _MOST_SPACED_ROWS

    def document(self) -> Document:
        lines = self._lines
        while self._at < len(lines):
            if not lines[self._at].strip():
                self._at += 1
            elif not (self._table() or self._heading() or self._item()):
                self._paragraph()
        return Document(tuple(self._blocks), is_cut=self._cells > MAX_CELLS)

    def _table(self) -> bool:
        """Read a table if one begins here."""
        for split, is_table in ((_at_tabs, _has_two), (_at_bars, _has_two), (_at_wide_blanks, _has_three)):
            first = split(self._lines[self._at])
            if is_table(first):
                rows = self._rows_from(split, is_table, None if split is _at_tabs else len(first))
                if len(rows) > 1 or split is _at_tabs:
                    self._add_table(rows)
                    return True
        columns = spaced_columns(self._lines[self._at]) if self._spaced_lines > 0 else []
        if not columns:
            return False
        start, at = self._at, self._at + 1
        below: list[str] = []
        while at < len(self._lines) and at - start < _MOST_SPACED_ROWS:
            line = self._lines[at].strip()
            if not line and not below:
                break
            if line:
                below.append(line)
            at += 1
        self._spaced_lines -= len(below)
        rows, used = read_spaced_rows(columns, below)
        if not rows:
            return False
        self._at = start + 1
        while used:
            used -= bool(self._lines[self._at].strip())
            self._at += 1
        self._add_table([[title for title, _ in columns], *rows])
        return True

    def _rows_from(self, split: _Split, is_table: _IsTable, width: int | None) -> list[list[str]]:
        """Return the rows of the table that begins here, and go on behind it if it is one."""
        rows: list[list[str]] = []
        at, blank = self._at, 0
        end = at
        while at < len(self._lines) and blank <= _MOST_BLANK_LINES:
            line = self._lines[at]
            cells = split(line)
            if not line.strip():
                blank += 1
            elif _RULER.fullmatch(line) and "\t" not in line:
                end = at + 1
            elif is_table(cells) and (width is None or abs(len(cells) - width) <= 1):
                rows.append(cells)
                blank, end = 0, at + 1
            else:
                break
            at += 1
        if len(rows) > 1 or split is _at_tabs:
            self._at = end
        return rows

    def _add_table(self, rows: list[list[str]]) -> None:
        kept: list[tuple[Words, ...]] = []
        for row in rows:
            self._cells += len(row)
            if self._cells > MAX_CELLS:
                break
            kept.append(tuple(map(Words.of, row)))
        if kept:
            self._blocks.append(Table("", 0, tuple(kept)))

    def _heading(self) -> bool:
        """Read a heading if this line is one."""
        line = self._lines[self._at].strip()
        following = self._lines[self._at + 1] if self._at + 1 < len(self._lines) else ""
        if hashes := _HASHES.fullmatch(line):
            self._add_heading(len(hashes["hashes"]), hashes["text"], 1)
        elif _UNDERLINE.fullmatch(following) and _UNDERLINE.fullmatch(line) is None and len(line) <= _LONGEST_HEADING:
            self._add_heading(1 if "=" in following else 2, line, 2)
        elif _UNDERLINE.fullmatch(line):
            self._at += 1
        elif self._is_alone(line, following):
            numbered = _NUMBERED.fullmatch(line)
            level = numbered["number"].count(".") + 2 if numbered else self._level_of(line)
            self._add_heading(level, numbered["text"] if numbered else line, 1)
        else:
            return False
        return True

    def _is_alone(self, line: str, following: str) -> bool:
        """Return whether a line is as short as a heading, and stands alone or right above a table or a list."""
        if len(line) > _LONGEST_HEADING or line.endswith((".", ";", ",")) or not re.search(r"[^\W\d]", line):
            return False
        before = self._lines[self._at - 1].strip() if self._at else ""
        if before or is_date_line(line) or _is_label(line) or _is_entry(line):
            return False
        if _BULLET.fullmatch(line) and not _NUMBERED.fullmatch(line):
            return False
        return not following.strip() or "\t" in following or bool(_BULLET.match(following) or spaced_columns(following))

    def _level_of(self, line: str) -> int:
        """Return a level, as plain text has none: one that follows another at once stands below it."""
        if not self._has_heading:
            return 1 if read_category(line).sense is None else 2
        last = self._blocks[-1]
        if isinstance(last, Heading):
            return min(last.level + 1, IMPLIED_LEVEL - 1)
        has_cookies = "cookie" in line.lower() or read_category(line).sense is not None
        return 2 if has_cookies or len(line.split()) > 4 else IMPLIED_LEVEL - 1

    def _add_heading(self, level: int, text: str, lines: int) -> None:
        self._blocks.append(Heading(level, Words.of(text)))
        self._has_heading = True
        self._at += lines

    def _item(self) -> bool:
        """Read an item of a list, with the indented lines that continue it."""
        bullet = _BULLET.fullmatch(self._lines[self._at])
        if bullet is None:
            return False
        text = bullet["text"]
        self._at += 1
        while self._at < len(self._lines) and self._lines[self._at].startswith("  "):
            line = self._lines[self._at]
            if not line.strip() or _BULLET.fullmatch(line):
                break
            text += " " + line.strip()
            self._at += 1
        self._blocks.append(Item(Words.of(text)))
        return True

    def _paragraph(self) -> None:
        """Read a line, and those that go on with it, if it was broken to fit a width."""
        last = self._lines[self._at].strip()
        parts = [last]
        self._at += 1
        while self._at < len(self._lines) and len(last) >= 50 and not last.endswith((".", ":", "!", "?")):
            last = self._lines[self._at].strip()
            if not last or "\t" in last or _BULLET.fullmatch(last) or _is_label(last):
                break
            parts.append(last)
            self._at += 1
        self._blocks.append(Paragraph(Words.of(" ".join(parts))))


def _is_label(line: str) -> bool:
    """Return whether a line is a label and a value, such as "Expiry: 2 years"."""
    return bool(_LABEL.match(line) and column_of(line.partition(":")[0]))


def _is_entry(line: str) -> bool:
    """Return whether a line begins with a name, and says something of it."""
    return len(entry_values(Words.of(line), is_about_cookies=True, is_among_cookies=False)) > 1


def _at_tabs(line: str) -> list[str]:
    return line.strip(" ").split("\t") if "\t" in line else []


def _at_bars(line: str) -> list[str]:
    if line.count("|") < 2 or _RULER.fullmatch(line):
        return []
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _at_wide_blanks(line: str) -> list[str]:
    return _WIDE_BLANKS.split(line.strip()) if not _BULLET.fullmatch(line) else []


def _has_two(cells: list[str]) -> bool:
    return sum(bool(cell.strip()) for cell in cells) > 1


def _has_three(cells: list[str]) -> bool:
    return len(cells) > 2
