"""Tell each cookie of a table, by its titles, its labels or what its cells hold.

Rule: a table whose rows nothing tells to be cookies gives records that are not sure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from cookiewarden.tools.importing.blocks import Table, Words
from cookiewarden.tools.importing.categories import FoundCategory, Sense, asks_if_necessary, is_yes, read_category
from cookiewarden.tools.importing.columns import Column, column_of
from cookiewarden.tools.importing.context import COOKIE, Context
from cookiewarden.tools.importing.entries import Values, entry_values, text_of, with_labels
from cookiewarden.tools.importing.lifetimes import is_lifetime, with_unit
from cookiewarden.tools.importing.names import is_like_a_name, is_well_known, names_in
from cookiewarden.tools.importing.record import Record, with_cell, without_necessary
from cookiewarden.tools.importing.table_columns import titled_columns, told_columns, unread_titles
from cookiewarden.tools.importing.table_shapes import is_narrow, labels_of, section_of, titles_above
from cookiewarden.tools.importing.usual_categories import is_known

_CAPITALIZED = re.compile(r"[^\W\d_a-z][^\W\d_A-Z]+(?:\s.*)?", re.DOTALL)
_WORD = re.compile(r"[^\s,;]+")
_PLAIN_WORD = re.compile(r"[^\W\d_][^\W\d_A-Z]*")
#: The titles that tell a list of the cookies of all vendors, in the format of the Open Cookie Database.
_VENDOR_LIST = {"platform", "cookie / data key name", "data controller"}


def records_of_table(table: Table, context: Context) -> Iterator[Record]:
    """Yield each cookie of a table. What the headings above and its caption say of it comes with it."""
    records = list(_in_table(table, context))
    is_told = _says_cookies(table, context)
    is_sure = is_told or _has_cookies(records, context)
    heading = "" if is_told else context.foreign_heading or context.foreign_necessary
    is_elsewhere = bool(heading) and (not context.is_on_page_of_cookies or bool(context.foreign_necessary))
    around = (*filter(None, [table.caption]), *context.titles)
    for record in records:
        name = text_of(record.values, Column.NAME)
        is_word = is_elsewhere and _PLAIN_WORD.fullmatch(name) is not None and not is_known(name)
        yield replace(
            record,
            is_sure=is_sure and record.is_sure and not is_word,
            heading=heading,
            titles=(*record.titles, *around),
            categories=without_necessary(record.categories) if heading else record.categories,
        )


def _says_cookies(table: Table, context: Context) -> bool:
    """Return whether a title or caption of a table, or the heading right above, speaks of cookies."""
    titles = [*(table.rows[0] if table.rows else ()), *(row[0] for row in table.rows if row)]
    if any(column_of(words.line) is Column.NAME and COOKIE.search(words.line) for words in titles):
        return True
    if context.lead.sense or any(map(COOKIE.search, (table.caption, context.nearest))):
        return True
    is_titled = bool(read_category(table.caption).sense or read_category(context.nearest).sense)
    return is_titled and context.has_cookies and not context.foreign_necessary


def _has_cookies(records: Sequence[Record], context: Context) -> bool:
    """Return whether the names or the lifetimes in a table look like those of cookies."""
    if (context.headings or context.title) and not context.is_about_cookies:
        return False
    names = [text_of(record.values, Column.NAME) for record in records]
    if any(is_well_known(word) for name in names for word in _WORD.findall(name)):
        return True
    alike = sum(any(map(is_like_a_name, _WORD.findall(name))) for name in names)
    told = sum(
        is_lifetime(text_of(record.values, Column.LIFETIME)) and not _CAPITALIZED.fullmatch(name)
        for name, record in zip(names, records, strict=True)
    )
    return max(alike, told) * 2 > len(records)


def _in_table(table: Table, context: Context) -> Iterator[Record]:
    labels = labels_of(table)
    columns, start = ([], 0) if Column.NAME in labels and is_narrow(table) else titled_columns(table)
    is_about_cookies = not context.headings or context.is_about_cookies
    if not columns and is_about_cookies and not labels:
        columns, start = told_columns(table)
    above = ([read_category(table.caption)] if table.caption else []) + list(context.categories())
    if Column.NAME not in columns:
        yield from _of_labels(table, context, above)
        if not labels and COOKIE.search(f"{table.caption} {context.nearest}"):
            yield from _without_names(table)
        return
    if start and (titles := table.rows[start - 1]):
        title = read_category(titles[columns.index(Column.NAME)].line)
        above = [title, *above] if title.sense else above
    is_vendor_list = start > 0 and {words.line.lower() for words in table.rows[start - 1]} >= _VENDOR_LIST
    titles = table.rows[start - 1] if start and Column.CATEGORY not in columns else ()
    asked = next((at for at, words in enumerate(titles) if not columns[at] and asks_if_necessary(words.line)), None)
    unread = tuple(
        title for title in unread_titles(table, columns, start) if asked is None or title != titles[asked].line
    )
    above_names = titles_above(table, columns.index(Column.NAME), start)
    section, titles_of_section = FoundCategory(), above_names
    for number, row in enumerate(table.rows):
        said = section_of(row)
        if said is not None:
            section = read_category(said.line) if read_category(said.line).sense else section
            titles_of_section = (said.line, *above_names)
        elif number >= start and (not start or row != table.rows[start - 1]):
            values = {column: words for column, words in zip(columns, row, strict=False) if column and words.text}
            if start and Column.LIFETIME in values:
                title_of_lifetime = table.rows[start - 1][columns.index(Column.LIFETIME)].line
                values[Column.LIFETIME] = Words(with_unit(values[Column.LIFETIME].text, title_of_lifetime))
            around = ([section] if section.sense else []) + above
            if asked is not None and asked < len(row) and is_yes(row[asked].text):
                values[Column.CATEGORY] = Words(titles[asked].line.rstrip(" ?"))
            elif asked is not None:
                around = [one for one in around if one.sense is not Sense.NECESSARY]
            if values:
                values = with_labels(values)
                yield Record(values, with_cell(values, around), is_vendor_list, titles=titles_of_section, unread=unread)


def _without_names(table: Table) -> Iterator[Record]:
    """Tell the first cells without a known title in a table of purposes and lifetimes: they may be names."""
    titles = [column_of(words.line) for words in table.rows[0]] if len(table.rows) > 1 else []
    if None in titles and {Column.PURPOSE, Column.LIFETIME} <= set(titles):
        cells = (row[titles.index(None)] for row in table.rows[1:] if len(row) == len(titles))
        yield from (Record({Column.NAME: words}, is_sure=False) for words in cells)


def _of_labels(table: Table, context: Context, above: Sequence[FoundCategory]) -> Iterator[Record]:
    """Read a table whose first column holds the labels, and each other column a cookie; or only lines of a list."""
    labels = labels_of(table)
    width = max(map(len, table.rows), default=0)
    if not labels:
        values: Values
        rows = table.rows if width < 3 and context.is_about_cookies else ()
        entries = [
            entry_values(
                Words.of("\n".join(words.text for words in row), row[0].marked),
                is_about_cookies=True,
                is_among_cookies=context.is_among_cookies,
            )
            for row in rows
        ]
        if sum(map(bool, entries)) * 2 > len(entries):
            for entry in filter(None, entries):
                yield Record(entry, with_cell(entry, above))
        return
    for column in range(1, width):
        values = {}
        for label, row in zip(labels, table.rows, strict=True):
            if label is None and len(row) > 1 and row[0].text == row[1].text and is_like_a_name(row[0].text):
                label = Column.NAME
            words = row[column] if column < len(row) else Words()
            if label is Column.NAME and Column.NAME in values and not names_in(values[Column.NAME]).names:
                del values[Column.NAME]  # the name of the service, and not of its cookie
            if label is Column.NAME and Column.NAME in values:
                yield Record(values, with_cell(values, above))
                values = {}
            if label and words.text and label not in values:
                values[label] = words
        if Column.NAME not in values and width == 2:
            name = Words.of(table.caption) if is_like_a_name(table.caption) else context.name
            values = {Column.NAME: name, **values} if name else {}
        if Column.NAME in values:
            yield Record(values, with_cell(values, above))
