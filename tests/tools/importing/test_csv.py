"""CSV documents as one table."""

import pytest

from cookiewarden.tools.importing import csv
from cookiewarden.tools.importing.csv import read_csv
from imports import texts


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter):
    text = delimiter.join(["Name", "Use"]) + "\n" + delimiter.join(["_ga", '"a, b; c ""d"""']) + "\n"
    assert texts(read_csv(text)) == [("row", "Name", "Use"), ("row", "_ga", 'a, b; c "d"')]


def test_a_cell_may_hold_line_breaks_and_empty_rows_are_left_out():
    assert texts(read_csv('Name,Use\r\n\r\n"_ga\r\n_gid",x\r\n,\r\n')) == [
        ("row", "Name", "Use"),
        ("row", "_ga\n_gid", "x"),
    ]


@pytest.mark.parametrize("text", ["", "\n", '"', '"a', "a\0b,c", "a\rb", '"' * 1001, "," * 1000])
def test_odd_files_are_read(text):
    read_csv(text)


def test_cells_beyond_the_bound_are_cut_and_the_document_says_so(monkeypatch):
    monkeypatch.setattr(csv, "MAX_CELLS", 40)
    found = read_csv("a,b,c,d\n" * 11)
    assert found.is_cut
    assert len(found.blocks[0].rows) == 10
