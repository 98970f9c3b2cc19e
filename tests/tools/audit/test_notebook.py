"""The notebook of an audit: what it leaves out is said, and cuts the state in which it was seen."""

import pytest

from cookiewarden.tools.audit import notebook
from cookiewarden.tools.audit.notebook import Notebook
from cookiewarden.tools.audit.observed import SeenKey, State

STATE = State.REFUSED


def keep_lines(book, count):
    book.keep_lines(STATE, "https://shop.example/", [b"sid=%d" % number for number in range(count)], 0.0)


def keep_hosts(book, count):
    book.keep_hosts(STATE, [f"h{number}.example" for number in range(count)] * 2)


def keep_keys(book, count):
    for number in range(count):
        book.keep_key(SeenKey(STATE, "https://shop.example", "local-storage", str(number)))


@pytest.mark.parametrize(
    ("bound", "keep", "of", "full"),
    [
        ("_MAX_LINES", keep_lines, "lines", "3 Set-Cookie lines"),
        ("_MAX_HOSTS", keep_hosts, "hosts", "3 hosts that pages contact"),
        ("_MAX_KEYS", keep_keys, "keys", ""),
    ],
)
def test_what_there_is_no_room_for_is_noted_and_cuts_its_state(bound, keep, of, full, monkeypatch):
    monkeypatch.setattr(notebook, bound, 3)
    book = Notebook()
    keep(book, 3)
    assert (book.cut, book.full, list(book.notes)) == (set(), "", [])
    keep(book, 4)
    assert (book.cut, book.full, len(book.notes), len(getattr(book, of))) == ({STATE}, full, 1, 3)


def test_a_line_that_is_too_long_is_left_out_and_the_notebook_goes_on():
    book = Notebook()
    book.keep_lines(STATE, "https://shop.example/", [b"a=" + b"x" * 9_000, b"b=1"], 0.0)
    assert ([one.line for one in book.lines], book.cut, book.full) == ([b"b=1"], {STATE}, "")


def test_a_note_is_kept_once_and_holds_no_control_characters():
    book = Notebook()
    for _ in range(2):
        book.note("answers with \x1b[31m")
    assert list(book.notes) == ["answers with \\x1b[31m"]
