"""Read a file of comma-separated values into blocks: one table.

Rule: a comma, a semicolon, a tab or a bar may part the cells; the first lines decide which.
"""

from __future__ import annotations

import csv
import io
from itertools import islice

from cookiewarden.tools.importing.blocks import MAX_CELLS, Document, Table, Words

_DELIMITERS = ",;\t|"
_SNIFFED = 20  # lines
_MAX_COLUMNS = 50


def read_csv(text: str) -> Document:
    r"""Return the table of a CSV document (RFC 4180, with other delimiters too).

    >>> read_csv("Name;Purpose\n_ga;Counts visits.\n").blocks[0].rows[1][0].text
    '_ga'
    """
    delimiter = max(_DELIMITERS, key=lambda one: sum(line.count(one) > 0 for line in text.splitlines()[:_SNIFFED]))
    if delimiter != "," and text.partition("\n")[0].count(",") > text.partition("\n")[0].count(delimiter):
        delimiter = ","
    rows: list[tuple[Words, ...]] = []
    left = MAX_CELLS
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    reader = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=delimiter, strict=False)
    for cells in reader:
        row = tuple(Words.of(cell.replace("\r", "\n")) for cell in islice(cells, _MAX_COLUMNS))
        if any(words.text for words in row):
            left -= len(row)
            if left < 0:
                break
            rows.append(row)
    table = Table("", 0, tuple(rows))
    return Document((table,) if rows else (), is_cut=left < 0)
