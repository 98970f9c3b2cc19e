"""Walk over the blocks of a document, and tell each cookie that it speaks of, with the words for its category.

Rule: a heading holds for what stands below it, up to the next heading of its level.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
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
from cookiewarden.tools.importing.cards import with_cards
from cookiewarden.tools.importing.categories import read_category
from cookiewarden.tools.importing.columns import Column, column_of
from cookiewarden.tools.importing.context import COOKIE, Context
from cookiewarden.tools.importing.entries import (
    Values,
    entry_values,
    label_values,
    may_be_a_name,
    term_values,
)
from cookiewarden.tools.importing.names import is_like_a_name, names_in
from cookiewarden.tools.importing.record import Record, with_cell, without_necessary
from cookiewarden.tools.importing.table_records import records_of_table

_COUNT = re.compile(r"[(\[]?\d{1,4}[)\]]?")
_MOST_WORDS = 6
#: What is said of cookies, and of few other things.
_OF_COOKIES = frozenset([Column.LIFETIME, Column.TYPE])


def records_of(document: Document) -> Iterator[Record]:
    """Yield each cookie that a document speaks of, in order; the same cookie twice if it stands there twice.

    >>> table = Table("", 0, ((Words("Name"), Words("Purpose")), (Words("_ga"), Words("Counts visits."))))
    >>> [record.values[Column.NAME].text for record in records_of(Document((Heading(2, Words("Cookies")), table)))]
    ['_ga']
    """
    walker = _Walker(document.title, has_cookies=_has_word_for_cookies(document))
    for block, following in pairwise([*with_cards(document.blocks), None]):
        yield from walker.records_of(block, following)
    yield from walker.finish()


class _Walker:
    def __init__(self, title: str, *, has_cookies: bool) -> None:
        self._context = Context(title, has_cookies=has_cookies)
        self._open: Values = {}
        #: The label of the name in the open record: "cookie name"; ``""`` if it has none.
        self._label = ""
        self._title: tuple[Column, str] | None = None
        self._is_word = False
        #: Whether the name is only a word that stands where a name may stand, so that its labels must tell.
        self._is_guess = False

    def records_of(self, block: object, following: object) -> Iterator[Record]:
        if isinstance(block, Heading):
            column = column_of(block.words.text) if isinstance(following, Paragraph) else None
            if column and _is_label(block):
                self._title = column, block.words.line
                return
            yield from self.finish()
            self._context.enter(block.level, block.words)
            labels = label_values(block.words)
            if Column.NAME in labels and is_like_a_name(labels[Column.NAME].text):  # "Cookie: _ga"
                self._open, self._label = labels, _label_of_name(block.words).lower()
        elif isinstance(block, Table):
            yield from self.finish()
            yield from records_of_table(block, self._context)
        elif isinstance(block, Definition):
            column = column_of(block.term.text) if len(block.term.text.split()) < 6 else None
            if column and not is_like_a_name(block.term.text):
                said = Words("\n".join(words.text for words in block.words), block.words[0].marked)
                yield from self._add({column: said}, block.term.line)
                return
            yield from self.finish()
            if block.level:
                self._context.leave(block.level)
            self._start(
                term_values(
                    block.term,
                    block.words,
                    is_about_cookies=self._context.is_about_cookies,
                    is_among_cookies=self._context.is_among_cookies,
                )
            )
            if block.level and not all(map(is_like_a_name, names_in(block.term).names)):
                self._is_word = True
        elif isinstance(block, Item | Paragraph):
            yield from self._of_text(block.words, is_item=isinstance(block, Item))

    def _of_text(self, words: Words, *, is_item: bool) -> Iterator[Record]:
        if self._title is not None:
            (column, label), self._title = self._title, None
            yield from self._add({column: words}, label)
            return
        labels = label_values(words)
        if labels:
            yield from self._add(labels, _label_of_name(words))
            return
        entry = entry_values(
            words, is_about_cookies=self._context.is_about_cookies, is_among_cookies=self._context.is_among_cookies
        )
        if entry and self._context.has_entry(entry):
            yield from self.finish()
            self._start(entry)
            return
        if is_item:
            if len(words.text.split()) == 1:  # what follows is said of it, and not of the cookie before
                yield from self.finish()
                if self._context.is_nearest_of_cookies and may_be_a_name(words):
                    self._guess(words)
            return
        yield from self.finish()
        category = read_category(words.line)
        count = len(_COUNT.sub("", words.text).split())
        if category.sense and count <= _MOST_WORDS and not words.text.endswith((".", "?", "!")):
            self._context.enter(IMPLIED_LEVEL + 9, words)
        else:
            self._context.hear(words.line)

    def _start(self, values: Values) -> None:
        """Open a record that labels below may go on with. It is told when the next one begins."""
        self._open = values
        name = values.get(Column.NAME, Words())
        self._is_word = name.text.isalpha() and name.text.islower() and not (name.marked or is_like_a_name(name.text))

    def _guess(self, name: Words) -> None:
        """Open a record with a word that may be a name: the labels below it are said of nothing else."""
        self._open, self._is_word, self._is_guess = {Column.NAME: name}, True, True

    def _add(self, values: Values, label: str) -> Iterator[Record]:
        """Add values with labels to the open record, or begin a record with them. ``label``: that of the name.

        What stands in the place of a name begins one, too, so that its labels never go to another cookie.
        """
        if Column.NAME in values:
            if Column.NAME in self._open and not self._is_of_service(values[Column.NAME], label):
                yield from self.finish()
            if self._context.name is not None and not names_in(values[Column.NAME]).names:
                return
            self._label = label.lower()
        elif not self._open and (name := self._context.name) is not None:
            self._open = {Column.NAME: name}
        elif not self._open and (name := self._context.word) is not None:
            self._guess(name)
        elif self._context.name is None and any(column in self._open for column in values):
            values = {column: words for column, words in values.items() if column not in self._open}
        self._open.update(values)

    def _is_of_service(self, name: Words, label: str) -> bool:
        """Return whether the name so far is that of a service: "Name", before "Cookie name" of the same record."""
        is_second = "cookie" in label.lower() and self._label != "" and "cookie" not in self._label
        return is_second and bool(names_in(name).names) and not is_like_a_name(self._open[Column.NAME].text)

    def finish(self) -> Iterator[Record]:
        """Yield the record that is open, if it has a name, or what is to be told in the place of one."""
        values, self._open, self._title = self._open, {}, None
        label, self._label = self._label, ""
        is_word, self._is_word = self._is_word, False
        is_guess, self._is_guess = self._is_guess, False
        has_name = Column.NAME in values
        if has_name and not names_in(values[Column.NAME]).names and not self._is_to_be_told(values, label):
            return
        if not has_name and not (len(values) > 1 and Column.LIFETIME in values and self._context.is_among_cookies):
            return
        heading = self._context.foreign_heading or self._context.foreign_necessary
        categories = with_cell(values, self._context.categories()) if has_name else ()
        yield Record(
            values,
            without_necessary(categories) if heading else categories,
            is_sure=not is_guess or not _OF_COOKIES.isdisjoint(values),
            heading=heading,
            titles=self._context.titles,
            is_word=is_word,
        )

    def _is_to_be_told(self, values: Values, label: str) -> bool:
        """Return whether what stands in the place of a name, and is none, is about a cookie."""
        return "cookie" in label or Column.LIFETIME in values or self._context.is_among_cookies


def _label_of_name(words: Words) -> str:
    r"""Return the label of the name in a text of labels and values; ``""`` if it has none.

    >>> _label_of_name(Words("Expiry: 1 day\nCookie name: a"))
    'Cookie name'
    """
    labels = (line.partition(":")[0].strip() for line in words.text.split("\n"))
    return next((label for label in labels if column_of(label) is Column.NAME), "")


def _has_word_for_cookies(document: Document) -> bool:
    texts = (block.words.text for block in document.blocks if isinstance(block, Heading | Paragraph | Item))
    return any(map(COOKIE.search, (document.title, *texts)))


def _is_label(heading: Heading) -> bool:
    """Return whether a heading is the label of what follows, such as "Name" or "Expiry" of one cookie."""
    text = heading.words.text
    return (
        heading.level > 3 and len(text.split()) < 3 and "cookies" not in text.lower() and not read_category(text).sense
    )
