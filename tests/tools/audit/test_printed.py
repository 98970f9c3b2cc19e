"""How an audit looks on a terminal: wide, narrow, and without colours."""

import sys

import pytest

from audited_apps import GOOD, STATISTICS, audited, loaded
from cookiewarden.tools.audit.apps import Interface
from cookiewarden.tools.audit.printed import print_audit


@pytest.fixture
def printed(monkeypatch, capsys):
    """Return a function that prints an audit on a terminal of some width, and returns what was printed."""

    def on_terminal(width, **environ):
        monkeypatch.setenv("COLUMNS", str(width))
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.delenv("NO_COLOR", raising=False)
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        print_audit(audited(loaded(Interface.WSGI, [GOOD, STATISTICS])))
        return capsys.readouterr().out

    return on_terminal


def test_the_facts_of_a_cookie_stand_side_by_side_only_if_they_fit(printed):
    assert "Set by: shop.example" not in printed(160)
    assert "  Set by: shop.example\n" in printed(60, NO_COLOR="1")


def test_no_color_means_no_escape_code(printed):
    assert "\x1b" in printed(160)
    assert "\x1b" not in printed(160, NO_COLOR="1")


def test_nothing_but_text_is_printed_where_no_terminal_is(capsys):
    print_audit(audited(loaded(Interface.WSGI, [GOOD, STATISTICS])))
    text = capsys.readouterr().out
    assert "\x1b" not in text
    assert all(line == line.rstrip() for line in text.splitlines())
