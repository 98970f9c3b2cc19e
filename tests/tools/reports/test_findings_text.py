"""Findings as text: grouped by file, plain without a terminal, in colours and in lines that fit with one."""

import io
import re
import sys

import pytest
from hypothesis import given

from cookiewarden.policy.findings import Level
from cookiewarden.tools.reports.findings_text import findings_text, print_findings
from hypothesis_profiles import examples
from made_findings import MIXED, NOTE, REPORTS, WARNING, finding, report

TEXT = """\
conf/a.toml
  3:5 error CW901 first-rule: cookies[0].lifetime (cookie "sid")
    is wrong
    mend it
  9:5 warning CW902 second-rule: cookies[1].purpose (cookie "sid")
    is wrong
    mend it

conf/b.toml
  note CW903 third-rule
    is wrong

1 error, 1 warning, 1 note in 3 files.
"""
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


def printed(monkeypatch, made, columns=80, **environment):
    for name in ("NO_COLOR", "FORCE_COLOR", "CI"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"TERM": "xterm-256color", "COLUMNS": str(columns), **environment}.items():
        monkeypatch.setenv(name, value)
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    print_findings(made)
    return terminal.getvalue()


def test_findings_are_grouped_by_file_and_counted_in_the_last_line():
    assert findings_text(MIXED) == TEXT


def test_what_is_in_order_is_one_line():
    assert findings_text(report()) == "1 file in order.\n"


def test_without_a_terminal_the_text_is_plain(capsys):
    print_findings(MIXED)
    assert capsys.readouterr().out == TEXT


def test_a_terminal_has_colours_and_the_same_words(monkeypatch):
    shown = printed(monkeypatch, MIXED)
    assert ESCAPES.search(shown)
    assert ESCAPES.sub("", shown) == TEXT


def test_a_terminal_without_colours_has_none(monkeypatch):
    assert "\x1b" not in printed(monkeypatch, MIXED, NO_COLOR="1")


@pytest.mark.parametrize("columns", [30, 60])
def test_the_sentences_fit_into_a_narrow_terminal(monkeypatch, columns):
    words = "a sentence that is so long that no narrow terminal shows it in one line"
    shown = ESCAPES.sub("", printed(monkeypatch, report(finding(message=words)), columns))
    lines = [line for line in shown.splitlines() if line.startswith("    ")]
    assert len(lines) > 2
    assert max(map(len, lines)) <= columns
    assert words in " ".join(line.strip() for line in lines)


@examples(100)
@given(REPORTS)
def test_no_character_that_acts_on_a_terminal_is_written(made):
    text = findings_text(made)
    assert all(character.isprintable() or character == "\n" for character in text)
    assert text.endswith(made.summary + "\n")


def lacking(number, **parts):
    usual = {"key": f"cookies[{number}].lifetime", "line": number, "cookie": f"c{number}"}
    return finding(NOTE, **{**usual, **parts})


def test_what_is_the_same_of_three_declarations_or_more_is_said_once_with_each_place():
    made = report(lacking(1), lacking(2), finding(WARNING, key="site.name", cookie="", line=2), lacking(3))
    assert findings_text(made) == (
        "conf/a.toml\n"
        "  note CW903 third-rule: lifetime of 3 declarations\n"
        '    "c1" (1:5), "c2" (2:5), "c3" (3:5)\n'
        "    is wrong\n"
        "    mend it\n"
        "  2:5 warning CW902 second-rule: site.name\n"
        "    is wrong\n"
        "    mend it\n"
        "\n"
        "0 errors, 1 warning, 3 notes in 1 file.\n"
    )


@pytest.mark.parametrize(
    "other",
    [
        {"message": "is wrong, too"},
        {"remedy": "mend this"},
        {"key": "cookies[3].purpose"},
        {"cookie": ""},
        {"key": "site.lifetime"},
        {"path": "conf/b.toml"},
        {"raised": Level.WARNING},
    ],
)
def test_what_differs_stands_alone_and_so_do_two(other):
    text = findings_text(report(lacking(1), lacking(2), lacking(3, **other)))
    assert text.count("CW903") == 3
    assert " declarations" not in text


def test_many_names_fit_the_terminal(monkeypatch):
    made = report(*map(lacking, range(1, 40)))
    lines = ESCAPES.sub("", printed(monkeypatch, made, columns=60)).splitlines()
    assert max(map(len, lines)) <= 60
    assert " ".join(" ".join(lines).split()).count("(39:5)") == 1
