"""Say what each column of a table is about: by its title, and by its cells if the title says nothing, or too little.

Rule: the cells choose between the columns that a title fits. A column that neither tells is left alone, and named.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cookiewarden.tools.importing.blocks import Table, Words
from cookiewarden.tools.importing.columns import Column, column_of, settled, titles_in
from cookiewarden.tools.importing.lifetimes import read_lifetime
from cookiewarden.tools.importing.names import is_like_a_name

_HOST = re.compile(r"\.?(?:[a-z0-9-]+\.)+[a-z]{2,}", re.IGNORECASE)
_PROVIDER_AS_WELL = ("host", "party")
_PARTIES = ("first", "third", "1st", "3rd")
_LOOKED_AT = 50  # rows
_LONGEST_TITLE = 80  # characters that are shown

Columns = list[Column | None]


def titled_columns(table: Table) -> tuple[Columns, int]:
    """Return what each column is about, and at which row the cells begin, if one of the first rows holds the titles.

    >>> titled_columns(Table("", 0, ((Words("Naam"), Words("Doel")), (Words("_ga"), Words("Telt bezoeken.")))))
    ([<Column.NAME: 'name'>, <Column.PURPOSE: 'purpose'>], 1)
    """
    best: Columns = []
    start = 0
    for number, row in enumerate(table.rows[: max(3, table.header_rows)]):
        found = titles_in(row, is_marked=number < table.header_rows)
        if best and not found:
            break
        if _count(found) > _count(best):  # below "Cookie", which spans several columns, stand the titles of these
            best, start = found, number + 1
    if start:
        titles, rows = table.rows[start - 1], table.rows[start : start + _LOOKED_AT]
        _choose_names(best, titles, rows)
        _correct(best, titles, rows)
    return best, start


def told_columns(table: Table) -> tuple[Columns, int]:
    """Return what each column is about by what its cells hold, and at which row they begin. No names, no columns.

    The titles tell the other columns, if they say what these are about.
    """
    start = table.header_rows if table.header_rows < len(table.rows) else 0
    if not start and len(table.rows) > 1 and _are_titles(table.rows[0]):
        start = 1
    rows = table.rows[start : start + _LOOKED_AT]
    found = _by_content(rows)
    titles = [column_of(words.line) for words in table.rows[start - 1]] if start else []
    if not found or not any(titles):
        return found, start
    told: Columns = [None if column in titles and column is not Column.NAME else column for column in found]
    for at, title in enumerate(titles[: len(found)]):
        if title and title not in told and told[at] is not Column.NAME:
            told[at] = title
    return settled(told), start


def unread_titles(table: Table, columns: Columns, start: int) -> tuple[str, ...]:
    """Return the titles of the columns that hold something, and that nobody reads.

    >>> table = Table("", 1, ((Words("Name"), Words("Remarks")), (Words("a"), Words("b"))))
    >>> unread_titles(table, [Column.NAME, None], 1)
    ('Remarks',)
    """
    titles = table.rows[start - 1] if start else ()
    return tuple(
        words.line[:_LONGEST_TITLE]
        for at, (words, column) in enumerate(zip(titles, columns, strict=False))
        if column is None
        and any(map(str.isalpha, words.text))
        and any(row[at].text for row in table.rows[start:] if at < len(row))
    )


def _count(columns: Sequence[Column | None]) -> int:
    return sum(column is not None for column in columns)


def _are_titles(row: Sequence[Words]) -> bool:
    known = {column for words in row if (column := column_of(words.line))}
    return len(known) > 1 and not any(is_like_a_name(words.line) for words in row)


def _cells(rows: Sequence[Sequence[Words]], at: int) -> list[str]:
    return [row[at].line for row in rows if at < len(row) and row[at].text]


def _choose_names(columns: Columns, titles: Sequence[Words], rows: Sequence[Sequence[Words]]) -> None:
    """Choose, of several columns that are titled as the names, the one whose cells look most like names."""
    places = [at for at, words in enumerate(titles) if column_of(words.line) is Column.NAME]
    if len(places) < 2 or columns[places[0]] is not Column.NAME:
        return
    first = places[0]
    cells = _cells(rows, first)
    if sum(bool(_HOST.fullmatch(cell)) for cell in cells) * 2 > len(cells):
        columns[first] = None if Column.DOMAIN in columns else Column.DOMAIN
        columns[places[1]] = Column.NAME
        return
    best = max(places, key=lambda at: _alike(_cells(rows, at)))
    if _alike(_cells(rows, best)) > _alike(cells) and _alike(cells) * 2 <= len(cells):
        columns[first], columns[best] = None, Column.NAME


def _alike(cells: Sequence[str]) -> int:
    """Return how many cells begin with what looks like a name."""
    return sum(is_like_a_name(re.split(r"[,;\s]", cell, maxsplit=1)[0]) for cell in cells)


def _correct(columns: Columns, titles: Sequence[Words], rows: Sequence[Sequence[Words]]) -> None:
    """Correct what a title with two meanings says of a column: "Host" without hosts, "Party" and "Storage"."""
    for at, column in enumerate(columns):
        cells = _cells(rows, at)
        if not cells or column not in (Column.DOMAIN, Column.TYPE):
            continue
        has_two_meanings = titles[at].line.strip(" :").lower() in _PROVIDER_AS_WELL
        if has_two_meanings and Column.PROVIDER not in columns and _are_providers(cells):
            columns[at] = Column.PROVIDER
        elif Column.LIFETIME not in columns and column is Column.TYPE and _are_lifetimes(cells):
            columns[at] = Column.LIFETIME


def _are_providers(cells: Sequence[str]) -> bool:
    """Return whether all cells may be names of somebody, and none holds a host or says whose it is in general."""
    is_general = any(party in cell.lower() for cell in cells for party in _PARTIES)
    return not is_general and all(cell[:1].isupper() and not _HOST.search(cell) for cell in cells)


def _are_lifetimes(cells: Sequence[str]) -> bool:
    """Return whether most cells are lifetimes, and one is no session, which may be a type as well."""
    return sum(read_lifetime(cell).is_told for cell in cells) * 2 > len(cells) and any(
        re.search(r"\d", cell) for cell in cells
    )


def _by_content(rows: Sequence[Sequence[Words]]) -> Columns:
    """Return what the columns are about by what their cells hold; ``[]`` unless most cells of one look like names."""
    width = max((len(row) for row in rows), default=0)
    cells = [_cells(rows, number) for number in range(width)]
    names = [_names_in_column(rows, number) for number in range(width)]
    best = max(range(width), key=lambda number: names[number], default=0)
    if not width or width == 1 or names[best] * 5 < max(len(cells[best]), 1) * 3:
        return []
    found: Columns = [None] * width
    found[best] = Column.NAME
    others = [number for number in range(width) if number != best and cells[number]]
    for number in others:
        lifetimes = sum(read_lifetime(cell).is_told for cell in cells[number])
        hosts = sum(bool(_HOST.fullmatch(cell)) for cell in cells[number])
        if lifetimes * 2 > len(cells[number]) and Column.LIFETIME not in found:
            found[number] = Column.LIFETIME
        elif hosts * 2 > len(cells[number]) and Column.DOMAIN not in found:
            found[number] = Column.DOMAIN
    left = [number for number in others if found[number] is None]
    longest = max(left, key=lambda number: sum(map(len, cells[number])) / len(cells[number]), default=None)
    if longest is not None:
        found[longest] = Column.PURPOSE
    return found


def _names_in_column(rows: Sequence[Sequence[Words]], at: int) -> float:
    """Return how many cells of a column hold names. Beside those that look like names, marked ones count, too."""
    words = [row[at] for row in rows if at < len(row)]
    alike = [is_like_a_name(one.line.split(",")[0]) for one in words]
    marked = sum(bool(one.marked) for one in words) if at == 0 else 0
    whole = sum(is_alike or _is_marked(one) for one, is_alike in zip(words, alike, strict=True)) if any(alike) else 0
    return max(sum(alike) + marked * 0.5, whole)


def _is_marked(words: Words) -> bool:
    """Return whether most of a text is marked as code."""
    return sum(map(len, words.marked)) * 2 > len(words.text)
