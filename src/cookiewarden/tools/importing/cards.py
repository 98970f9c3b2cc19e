"""Find what stands in paragraphs as in a table: cards with a name and what is said of it, and rows below titles.

Rule: only a lifetime or a type makes a card of a single word, and rows are rows only if every one fits. Nothing is said
that the paragraphs do not say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from cookiewarden.tools.importing.blocks import Block, Definition, Heading, Paragraph, Table, Words
from cookiewarden.tools.importing.categories import Sense, read_category
from cookiewarden.tools.importing.columns import Column, column_of, titles_in
from cookiewarden.tools.importing.entries import Values, label_values
from cookiewarden.tools.importing.lifetimes import is_lifetime
from cookiewarden.tools.importing.names import FoundNames, is_like_a_name, names_in
from cookiewarden.tools.importing.providers import is_well_known

# Several words, or one that is a sentence or a heading.
_SENTENCE = re.compile(r".*[\s:].*|.*[.!?]|[A-Z][a-z]+", re.DOTALL)
_MOST_TEXTS = 2
_MOST_UNLABELLED = 4
_MOST_COLUMNS = 8
_LEAST_COLUMNS = 3
# "sb-access-token", but not "third-party".
_PARTED = r"[a-z][a-zA-Z0-9]*(?:[._:-][a-zA-Z0-9]+)+"
_NEVER_NAMES = (Sense.NECESSARY, Sense.OPTIONAL, Sense.FIRST_PARTY, Sense.THIRD_PARTY)
_OF_COOKIES = {Column.LIFETIME, Column.TYPE}


def with_cards(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield blocks, with each card as a definition of its name, and rows of paragraphs as a table.

    >>> card = [Paragraph(Words(text)) for text in ("tr", "Counts visits.", "Expiry: session", "Type: pixel")]
    >>> [(block.term.text, len(block.words)) for block in with_cards(card)]
    [('tr', 3)]
    """
    at = 0
    while at < len(blocks):
        block = blocks[at]
        if isinstance(block, Paragraph) and (table := _table_at(blocks, at)):
            yield table
            at += len(table.rows) * len(table.rows[0])
            continue
        said = _said_of_card(blocks, at)
        if said and isinstance(block, Heading | Paragraph):
            yield Definition(_term_of(block), tuple(said), block.level if isinstance(block, Heading) else 0)
        else:
            yield block
        at += 1 + len(said)


def _said_of_card(blocks: Sequence[Block], at: int) -> list[Words]:
    """Return the texts and labels of the card whose name stands here; ``[]`` if it is none."""
    block = blocks[at]
    if isinstance(block, Paragraph) and _is_name(block):
        return list(_labelled_after(blocks, at))
    if isinstance(block, Heading) and _names_of(block) and (labelled := list(_labelled_after(blocks, at))):
        return labelled
    if isinstance(block, Heading) and is_like_a_name(block.words.text):
        said = _paragraphs_from(blocks, at + 1, _MOST_UNLABELLED + 1)
        is_card = len(said) <= _MOST_UNLABELLED and not any(map(label_values, said))
        return said if is_card and sum(is_lifetime(words.text) for words in said) == 1 else []
    return []


def _term_of(block: Heading | Paragraph) -> Words:
    """Return the words of the name of a card. Several names, or one that may be a word, are marked as such."""
    if isinstance(block, Paragraph) or block.words.marked or is_like_a_name(block.words.text):
        return block.words
    return Words(block.words.text, _names_of(block))


def _names_of(heading: Heading) -> tuple[str, ...]:
    """Return the names that a heading is made up of, if each has the shape of one; ``()`` if it says anything else."""
    found = names_in(heading.words)
    is_all = bool(found.names) and not found.unclear and not found.rest and all(map(_has_shape, found.names))
    return found.names if is_all else ()


def _has_shape(name: str) -> bool:
    return is_like_a_name(name) or (
        re.fullmatch(_PARTED, name) is not None
        and read_category(name).sense not in _NEVER_NAMES
        and not is_well_known(name.replace("-", " "))
    )


def _labelled_after(blocks: Sequence[Block], at: int) -> Iterator[Words]:
    said: list[Words] = []
    columns: set[Column] = set()
    for block in map(blocks.__getitem__, range(at + 1, len(blocks))):  # a slice would copy all the rest
        labels = _labels_in(block.words) if isinstance(block, Paragraph) else {}
        is_text = not columns and len(said) < _MOST_TEXTS
        if not isinstance(block, Paragraph) or Column.NAME in labels or not (labels or is_text) or _is_name(block):
            break
        said.append(block.words)
        columns |= set(labels)
    if columns & _OF_COOKIES:
        yield from said


def _labels_in(words: Words) -> Values:
    """Return the labels and values of a text, or of all its lines but the first."""
    _, mark, others = words.text.partition("\n")
    return label_values(words) or (label_values(Words(others)) if mark else {})


def _is_name(block: Paragraph) -> bool:
    text = block.words.text
    is_word = _SENTENCE.fullmatch(text) is None and column_of(text) is None
    return is_word and len(names_in(block.words).names) == 1


def _paragraphs_from(blocks: Sequence[Block], at: int, most: int) -> list[Words]:
    """Return the words of the paragraphs that stand here, up to another block, and so many at most."""
    found = takewhile(lambda block: isinstance(block, Paragraph), blocks[at : at + most])
    return [block.words for block in found if isinstance(block, Paragraph)]


def _table_at(blocks: Sequence[Block], at: int) -> Table | None:
    """Return the table whose titles and cells are the paragraphs from here to another block; ``None`` if none is.

    An empty cell leaves no paragraph, so that all cells after it would stand in wrong columns.
    """
    titles = list(takewhile(lambda words: column_of(words.text), _paragraphs_from(blocks, at, _MOST_COLUMNS)))
    columns = titles_in(titles)
    width = len(titles)
    if width < _LEAST_COLUMNS or None in columns or Column.LIFETIME not in columns:
        return None
    name, lifetime = columns.index(Column.NAME), columns.index(Column.LIFETIME)
    rows = [tuple(titles)]
    while cells := _paragraphs_from(blocks, at + width * len(rows), width):
        found = names_in(cells[name]) if len(cells) == width else FoundNames()
        if not found.names or found.unclear or not is_lifetime(cells[lifetime].text):
            return None
        rows.append(tuple(cells))
    return Table("", 1, tuple(rows)) if len(rows) > 1 else None
