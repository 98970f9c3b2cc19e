"""Read a table that lost its tabs, so that only single blanks stand between the cells.

Its titles tell the columns. The name is the one word of a row that looks like a name, or that stands before the word
with which the purposes of the other rows begin; words that all rows begin with are the first cell.
Rule: a row that can be parted in two ways is not parted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cookiewarden.tools.importing.columns import Column, column_of
from cookiewarden.tools.importing.lifetimes import is_lifetime
from cookiewarden.tools.importing.names import is_like_a_name

_MOST_WORDS = 24
_LONGEST_TITLE = 6  # words
_PLAIN = re.compile(r"[a-z][a-z0-9._-]{2,}|[A-Za-z0-9._-]*_[A-Za-z0-9._*-]+")
#: A title as a line holds it, and what it is about.
Title = tuple[str, Column]


def spaced_columns(line: str) -> list[Title]:
    """Return the titles that make up a line, with what they are about; ``[]`` if it is not made up of titles.

    >>> [column.value for _, column in spaced_columns("Provider Function and location Cookie name(s) Purposes")]
    ['provider', 'function', 'name', 'purpose']
    """
    words = line.split()
    if not 2 < len(words) <= _MOST_WORDS or line.rstrip().endswith((".", "?", "!", ",", ":")) or "\t" in line:
        return []
    starts = [number for number, word in enumerate(words) if word[0].isupper()]
    if not starts or starts[0] != 0:
        return []
    found: list[Title] = []
    at = 0
    while at < len(words):
        # The longest run of words, up to the next capital letter, that is one title of its own.
        ends = [end for end in [*starts, len(words)] if at < end <= at + _LONGEST_TITLE]
        titles = [(end, column) for end in ends if (column := _title(words[at:end]))]
        if not titles:
            return []
        end, column = titles[0]
        found.append((" ".join(words[at:end]), column))
        at = end
    columns = [column for _, column in found]
    is_table = Column.NAME in columns and len(columns) > 2 and len(set(columns)) == len(columns)
    return found if is_table else []


def _title(words: Sequence[str]) -> Column | None:
    return column_of(" ".join(words))


def read_spaced_rows(titles: Sequence[Title], lines: Sequence[str]) -> tuple[list[list[str]], int]:
    """Return the rows under such titles, and how many of the lines they take up. The first line that is none ends them.

    >>> rows, used = read_spaced_rows(
    ...     [("Provider", Column.PROVIDER), ("Name", Column.NAME), ("Purpose", Column.PURPOSE)],
    ...     ["Example cart_id To keep it", "Example token To guard forms", "And so on."],
    ... )
    >>> rows[0], used
    (['Example', 'cart_id', 'To keep it'], 2)
    """
    columns = [column for _, column in titles]
    name_at = columns.index(Column.NAME)
    rows = [line.split() for line in lines]
    sure = {number: at for number, row in enumerate(rows) if (at := _sure_name(row)) is not None}
    first_words = {rows[number][at + 1] for number, at in sure.items() if at + 1 < len(rows[number])}
    found: list[tuple[list[str], int]] = []
    for number, row in enumerate(rows):
        at = sure.get(number)
        if at is None:
            at = _likely_name(row, first_words)
        if at is None or at < name_at or len(row) - at - 1 < len(columns) - name_at - 1:
            break
        found.append((row, at))
    before = _common_start([row[:at] for row, at in found]) if name_at == 2 else 0
    parted = []
    for row, at in found:
        left = _part_left(row[:at], name_at, before)
        right = _part_right(row[at + 1 :], columns[name_at + 1 :])
        if left is None or right is None:
            break
        parted.append([*left, row[at], *right])
    return parted, len(parted)


def _sure_name(row: Sequence[str]) -> int | None:
    """Return where the one word stands that looks like a name."""
    places = [number for number, word in enumerate(row) if is_like_a_name(word)]
    return places[0] if len(places) == 1 else None


def _likely_name(row: Sequence[str], first_words: set[str]) -> int | None:
    """Return where the plain word stands before a capital letter: one that begins a purpose, if any is known."""
    places = [
        number
        for number in range(len(row) - 1)
        if _PLAIN.fullmatch(row[number]) and row[number + 1][0].isupper()
        if not first_words or row[number + 1] in first_words
    ]
    return places[0] if len(places) == 1 else None


def _common_start(rows: Sequence[Sequence[str]]) -> int:
    """Return how many words all of several rows begin with, one left over in each at least."""
    if len(rows) < 2:
        return 0
    count = 0
    while all(len(row) > count + 1 and row[count] == rows[0][count] for row in rows):
        count += 1
    return count


def _part_left(words: Sequence[str], columns: int, before: int) -> list[str] | None:
    if columns == 0:
        return [] if not words else None
    if columns == 1:
        return [" ".join(words)]
    if columns == 2 and before:
        return [" ".join(words[:before]), " ".join(words[before:])]
    return None


def _part_right(words: Sequence[str], columns: Sequence[Column]) -> list[str] | None:
    """Return the cells after the name. Of two, one must be a lifetime, whose words stand at that end of the row."""
    if not columns:
        return [] if not words else None
    if len(columns) == 1:
        return [" ".join(words)]
    if len(columns) > 2 or Column.LIFETIME not in columns:
        return None
    is_last = columns[1] is Column.LIFETIME
    for count in range(min(4, len(words) - 1), 0, -1):
        end, rest = (words[-count:], words[:-count]) if is_last else (words[:count], words[count:])
        if is_lifetime(" ".join(end)):
            return [" ".join(rest), " ".join(end)] if is_last else [" ".join(end), " ".join(rest)]
    return None
