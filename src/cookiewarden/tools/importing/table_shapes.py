"""Tell the shape of a table: labels in its first column, and rows that are headings.

Rule: it knows what single cells say, and nothing of the document around the table.
"""

from __future__ import annotations

from collections.abc import Sequence

from cookiewarden.tools.importing.blocks import Table, Words
from cookiewarden.tools.importing.categories import read_category
from cookiewarden.tools.importing.columns import Column, column_of
from cookiewarden.tools.importing.names import is_like_a_name


def is_narrow(table: Table) -> bool:
    """Return whether a table has two columns: a label and a value.

    >>> is_narrow(Table("", 0, ((Words("Name"), Words("_ga")),)))
    True
    """
    return max(map(len, table.rows), default=0) == 2


def labels_of(table: Table) -> list[Column | None]:
    """Return what the first cell of each row is the label of; ``[]`` unless most of them are labels.

    >>> labels_of(Table("", 0, ((Words("Name"), Words("_ga")), (Words("Expiry"), Words("1 day")))))
    [<Column.NAME: 'name'>, <Column.LIFETIME: 'lifetime'>]
    """
    labels = [column_of(row[0].line) if row else None for row in table.rows]
    is_of_cookie = [bool(row) and "cookie" in row[0].text.lower() for row in table.rows]
    if any(label is Column.NAME and own for label, own in zip(labels, is_of_cookie, strict=True)):
        # Beside "Cookie name", "Name" is that of the service.
        labels = [
            label if label is not Column.NAME or own else None for label, own in zip(labels, is_of_cookie, strict=True)
        ]
    known = [label for label in labels if label]
    is_wide = max(map(len, table.rows), default=0) > 1
    return labels if is_wide and len(set(known)) > 1 and len(known) * 2 >= len(labels) else []


def section_of(row: Sequence[Words]) -> Words | None:
    """Return the words of a row that is a heading within its table: one cell across it, or one that is not empty.

    >>> section_of([Words("Marketing"), Words()]), section_of([Words("_ga"), Words("Counts.")])
    (Words(text='Marketing', marked=()), None)
    """
    texts = [words for words in row if words.text]
    is_one = len(row) > 1 and texts and all(words.text == texts[0].text for words in texts)
    if not is_one or is_like_a_name(texts[0].text) or (texts[0].marked and read_category(texts[0].line).sense is None):
        return None
    is_across = len(texts) == len(row) or read_category(texts[0].line).sense is not None
    return texts[0] if is_across else None


def titles_above(table: Table, column: int, start: int) -> tuple[str, ...]:
    """Return what the rows above ``start`` say over a column, the nearest first.

    >>> titles_above(Table("", 0, ((Words("Hotjar cookies"),) * 2, (Words("Name"), Words("Purpose")))), 0, 2)
    ('Name', 'Hotjar cookies')
    """
    return tuple(row[column].line for row in reversed(table.rows[:start]) if column < len(row))
