"""A finding as one line of text."""

from cookiewarden.errors import Problem
from cookiewarden.policy.findings import Finding, Level, Rule

RULE = Rule("CW901", "first-rule", Level.NOTE, "The first rule holds.")


def test_a_place_with_characters_that_cannot_be_printed_is_shown_once():
    found = Finding(RULE, Problem("a\x1b\udcff.toml", "cookies[0]", "is wrong", line=3, column=1))
    assert str(found) == "a\\x1b\\udcff.toml:3:1: note CW901: cookies[0]: is wrong"
