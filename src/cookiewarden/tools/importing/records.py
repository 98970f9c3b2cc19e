"""Walk over the blocks of a document, and tell each cookie that it speaks of, with the words for its category.

Rule: a heading holds for what stands below it, up to the next heading of its level.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from cookiewarden.tools.importing.blocks import (
    IMPLIED_LEVEL,
    Definition,
    Document,
    Heading,
    Item,
    Paragraph,
    Table,
    Words,
)
from cookiewarden.tools.importing.categories import FoundCategory, Sense, asks_if_necessary, is_yes, read_category
from cookiewarden.tools.importing.columns import Column, column_of, titled_columns, told_columns
from cookiewarden.tools.importing.context import COOKIE, Context, lead_of
from cookiewarden.tools.importing.entries import Values, entry_values, label_values, term_values, text_of
from cookiewarden.tools.importing.lifetimes import is_lifetime
from cookiewarden.tools.importing.names import is_like_a_name, is_well_known, names_in
from cookiewarden.tools.importing.table_shapes import is_narrow, labels_of, section_of

_COUNT = re.compile(r"[(\[]?\d{1,4}[)\]]?")
_CAPITALIZED = re.compile(r"[^\W\d_a-z][^\W\d_A-Z]+(?:\s.*)?", re.DOTALL)
_WORD = re.compile(r"[^\s,;]+")
_MOST_WORDS = 6
_LEAD_WORDS = 40
#: The titles that tell a list of the cookies of all vendors, in the format of the Open Cookie Database.
_VENDOR_LIST = {"platform", "cookie / data key name", "data controller"}


@dataclass(frozen=True, slots=True)
class Record:
    """One cookie as the document has it: the words for each fact, and those for its category, the nearest first.

    ``is_of_vendor_list``: the document lists what vendors say of their cookies, not what a site says of its own.
    ``is_sure``: something says that this is a cookie, and not another thing with a name and a purpose.
    ``heading``: the words of the heading above, if nothing beside the names speaks of cookies.
    """

    values: Values
    categories: tuple[FoundCategory, ...] = ()
    is_of_vendor_list: bool = False
    is_sure: bool = True
    heading: str = ""


def records_of(document: Document) -> Iterator[Record]:
    """Yield each cookie that a document speaks of, in order; the same cookie twice if it stands there twice.

    >>> table = Table("", 0, ((Words("Name"), Words("Purpose")), (Words("_ga"), Words("Counts visits."))))
    >>> [record.values[Column.NAME].text for record in records_of(Document((Heading(2, Words("Cookies")), table)))]
    ['_ga']
    """
    walker = _Walker(document.title)
    for block, following in pairwise([*document.blocks, None]):
        yield from walker.records_of(block, following)
    yield from walker.finish()


class _Walker:
    def __init__(self, title: str) -> None:
        self._context = Context(title)
        self._open: Values = {}
        self._title: Column | None = None

    def records_of(self, block: object, following: object) -> Iterator[Record]:
        if isinstance(block, Heading):
            column = column_of(block.words.text) if isinstance(following, Paragraph) else None
            if column and _is_label(block):
                self._title = column
                return
            yield from self.finish()
            self._context.enter(block.level, block.words)
            labels = label_values(block.words)
            if Column.NAME in labels and is_like_a_name(labels[Column.NAME].text):  # "Cookie: _ga"
                self._open = labels
        elif isinstance(block, Table):
            yield from self.finish()
            yield from self._of_table(block)
        elif isinstance(block, Definition):
            column = column_of(block.term.text) if len(block.term.text.split()) < 6 else None
            if column and not is_like_a_name(block.term.text):
                yield from self._add(
                    {column: Words("\n".join(words.text for words in block.words), block.words[0].marked)}
                )
                return
            yield from self.finish()
            yield from self._start(
                term_values(
                    block.term,
                    block.words,
                    is_about_cookies=self._context.is_about_cookies,
                    is_among_cookies=self._context.is_among_cookies,
                )
            )
        elif isinstance(block, Item | Paragraph):
            yield from self._of_text(block.words, is_item=isinstance(block, Item))

    def _of_text(self, words: Words, *, is_item: bool) -> Iterator[Record]:
        if self._title is not None:
            column, self._title = self._title, None
            yield from self._add({column: words})
            return
        labels = label_values(words)
        if labels:
            yield from self._add(labels)
            return
        entry = entry_values(
            words, is_about_cookies=self._context.is_about_cookies, is_among_cookies=self._context.is_among_cookies
        )
        if entry and self._context.has_entry(entry):
            yield from self.finish()
            yield from self._start(entry)
            return
        if is_item:
            return
        yield from self.finish()
        category = read_category(words.line)
        count = len(_COUNT.sub("", words.text).split())
        if category.sense and count <= _MOST_WORDS and not words.text.endswith((".", "?", "!")):
            self._context.enter(IMPLIED_LEVEL + 9, words)
        elif count <= _LEAD_WORDS:
            self._context.lead = lead_of(words.line)

    def _start(self, values: Values) -> Iterator[Record]:
        """Open a record that labels below may go on with. It is told when the next one begins."""
        self._open = values
        yield from ()

    def _add(self, values: Values) -> Iterator[Record]:
        """Add values with labels to the open record, or begin a record with them."""
        if Column.NAME in values:
            if Column.NAME in self._open:
                yield from self.finish()
            if not names_in(values[Column.NAME]).names:
                return
        elif not self._open and (name := self._context.name) is not None:
            self._open = {Column.NAME: name}
        elif any(column in self._open for column in values) and (name := self._context.name) is None:
            values = {column: words for column, words in values.items() if column not in self._open}
        self._open.update(values)

    def finish(self) -> Iterator[Record]:
        """Yield the record that is open, if it has a name."""
        values, self._open, self._title = self._open, {}, None
        if Column.NAME in values:
            yield Record(values, _with_cell(values, self._context.categories()), heading=self._context.foreign_heading)

    def _of_table(self, table: Table) -> Iterator[Record]:
        records = list(self._in_table(table))
        is_told = self._says_cookies(table)
        is_sure = is_told or self._has_cookies(records)
        heading = "" if is_told else self._context.foreign_heading
        for record in records:
            yield replace(record, is_sure=is_sure, heading=heading)

    def _says_cookies(self, table: Table) -> bool:
        """Return whether a title or caption of a table, or the heading right above, speaks of cookies."""
        context = self._context
        titles = [*(table.rows[0] if table.rows else ()), *(row[0] for row in table.rows if row)]
        if any(column_of(words.line) is Column.NAME and COOKIE.search(words.line) for words in titles):
            return True
        return bool(context.lead.sense) or any(
            COOKIE.search(words) or read_category(words).sense for words in (table.caption, context.nearest)
        )

    def _has_cookies(self, records: Sequence[Record]) -> bool:
        """Return whether the names or the lifetimes in a table look like those of cookies."""
        context = self._context
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

    def _in_table(self, table: Table) -> Iterator[Record]:
        labels = labels_of(table)
        columns, start = ([], 0) if Column.NAME in labels and is_narrow(table) else titled_columns(table)
        is_about_cookies = not self._context.headings or self._context.is_about_cookies
        if not columns and is_about_cookies and not labels:
            columns, start = told_columns(table)
        above = ([read_category(table.caption)] if table.caption else []) + list(self._context.categories())
        if Column.NAME not in columns:
            yield from self._of_labels(table, above)
            return
        if start and (titles := table.rows[start - 1]):
            title = read_category(titles[columns.index(Column.NAME)].line)
            above = [title, *above] if title.sense else above
        is_vendor_list = start > 0 and {words.line.lower() for words in table.rows[start - 1]} >= _VENDOR_LIST
        titles = table.rows[start - 1] if start and Column.CATEGORY not in columns else ()
        asked = next((at for at, words in enumerate(titles) if not columns[at] and asks_if_necessary(words.line)), None)
        section = FoundCategory()
        for number, row in enumerate(table.rows):
            said = section_of(row)
            if said is not None:
                section = read_category(said.line) if read_category(said.line).sense else section
            elif number >= start and (not start or row != table.rows[start - 1]):
                values = {column: words for column, words in zip(columns, row, strict=False) if column and words.text}
                around = ([section] if section.sense else []) + above
                if asked is not None and asked < len(row) and is_yes(row[asked].text):
                    values[Column.CATEGORY] = titles[asked]
                elif asked is not None:
                    around = [one for one in around if one.sense is not Sense.NECESSARY]
                if values:
                    yield Record(values, _with_cell(values, around), is_vendor_list)

    def _of_labels(self, table: Table, above: Sequence[FoundCategory]) -> Iterator[Record]:
        """Read a table whose first column holds the labels, and each other column a cookie; or only lines of a list."""
        labels = labels_of(table)
        width = max(map(len, table.rows), default=0)
        if not labels:
            values: Values
            rows = table.rows if width < 3 and self._context.is_about_cookies else ()
            entries = [
                entry_values(
                    Words.of("\n".join(words.text for words in row), row[0].marked),
                    is_about_cookies=True,
                    is_among_cookies=self._context.is_among_cookies,
                )
                for row in rows
            ]
            if sum(map(bool, entries)) * 2 > len(entries):
                for entry in filter(None, entries):
                    yield Record(entry, _with_cell(entry, above))
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
                    yield Record(values, _with_cell(values, above))
                    values = {}
                if label and words.text and label not in values:
                    values[label] = words
            if Column.NAME not in values and width == 2:
                name = Words.of(table.caption) if is_like_a_name(table.caption) else self._context.name
                values = {Column.NAME: name, **values} if name else {}
            if Column.NAME in values:
                yield Record(values, _with_cell(values, above))


def _is_label(heading: Heading) -> bool:
    """Return whether a heading is the label of what follows, such as "Name" or "Expiry" of one cookie."""
    text = heading.words.text
    return (
        heading.level > 3 and len(text.split()) < 3 and "cookies" not in text.lower() and not read_category(text).sense
    )


def _with_cell(values: Values, around: Sequence[FoundCategory]) -> tuple[FoundCategory, ...]:
    """Return the categories that words tell, those of the cookie's own cell first, and those of its type last."""
    own = read_category(values[Column.CATEGORY].line) if Column.CATEGORY in values else FoundCategory()
    kind = read_category(values[Column.TYPE].line) if Column.TYPE in values else FoundCategory()
    if kind.sense in (Sense.FIRST_PARTY, Sense.THIRD_PARTY) or kind.sense is None:
        found = [own, *around, kind]
    else:
        found = [own, kind, *around]
    return tuple(one for one in found if one.sense)
