"""The table of names and patterns, compared with an oracle that tries every entry."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cookiewarden.policy.names import NameTable
from hypothesis_profiles import examples

LETTERS = "ab?[]*é_"
NAMES = st.text(LETTERS, min_size=1, max_size=6).filter(lambda name: name.count("*") <= 1)
LOOKED_FOR = st.text(LETTERS, max_size=10).map(str.encode) | st.binary(max_size=8)


def best_entry(entries, name):
    """Return the entry that must win: the exact one, else the longest in characters, else the longer prefix."""
    if name.decode("utf-8", "surrogateescape") in [entry for entry in entries if "*" not in entry]:
        return name.decode()
    covering = [
        entry
        for entry in entries
        if "*" in entry and re.fullmatch(re.escape(entry.encode()).replace(rb"\*", b".*", 1), name, re.DOTALL)
    ]
    return max(covering, key=lambda entry: (len(entry), entry.index("*")), default=None)


@given(entries=st.lists(NAMES, unique=True, max_size=12), name=LOOKED_FOR)
@example(entries=["*"], name=b"")
@example(entries=["a*a"], name=b"a")
@example(entries=["a*", "*a"], name=b"aa")
@example(entries=["é*", "*aa"], name="éaa".encode())
@example(entries=["*", "a"], name=b"*")
@example(entries=["a*"], name=b"a\nb")
@examples(1000)
def test_the_table_finds_the_same_entry_as_the_oracle(entries, name):
    assert NameTable((entry, entry) for entry in entries).find(name) == best_entry(entries, name)


@given(
    entries=st.permutations(["*", "a*", "*a", "a*a", "aa", "ab*", "*ba", "a*ba"]),
    name=st.sampled_from(["a", "aa", "aba", "abba"]),
)
def test_the_order_of_the_entries_does_not_matter(entries, name):
    found = NameTable((entry, entry) for entry in entries).find(name.encode())
    assert found == best_entry(entries, name.encode())


@pytest.mark.parametrize(
    ("entry", "covered", "not_covered"),
    [
        ("_ga", ["_ga"], ["", "_g", "_ga_", "x_ga", "_GA", "_ga ", "_ga*"]),
        ("_ga*", ["_ga", "_ga_X", "_ga*"], ["_g", "_GA", "x_ga", " _ga"]),
        ("*_id", ["_id", "a_id"], ["id", "a_id2", "_ID"]),
        ("a*b", ["ab", "axb", "aabb"], ["a", "b", "abx", "xab"]),
        ("aa*aa", ["aaaa", "aaxaa"], ["aa", "aaa"]),
        ("a?b", ["a?b"], ["axb", "ab"]),
        ("a[bc]*", ["a[bc]", "a[bc]d"], ["ab", "abc", "acd"]),
        ("*", ["", "a", "*", "__Host-x", "é"], []),
        ("café*", ["café", "café1"], ["cafe", "cafe\u0301"]),
        ("sessionid", ["sessionid"], ["__Host-sessionid", "__Secure-sessionid", "SessionID"]),
        ("session*", ["sessionid"], ["__Host-sessionid"]),
    ],
)
def test_an_entry_covers_these_names_and_no_others(entry, covered, not_covered):
    table = NameTable([(entry, True)])
    assert [name for name in [*covered, *not_covered] if table.find(name.encode())] == covered


def test_names_are_compared_as_bytes():
    table = NameTable([("é*", "UTF-8")])
    assert table.find(b"\xc3\xa9x\xff") == "UTF-8"
    assert table.find(b"\xe9x") is None
    assert table.find(b"\xc3") is None


class CountedName(bytes):
    """A name that counts how often a part of it is sliced off for a look-up."""

    cuts = 0

    def __getitem__(self, key):
        self.cuts += 1
        return super().__getitem__(key)


def look_ups(table, name):
    counted = CountedName(name)
    table.find(counted)
    return counted.cuts


@pytest.mark.parametrize("name", [b"unknown", b"site7_id", b"exact7", b"x" * 300])
def test_a_look_up_takes_as_many_steps_in_a_large_table_as_in_a_small_one(name):
    def table(size):
        exact = [(f"exact{number}", number) for number in range(size)]
        prefixes = [(f"p{number:06}_*", number) for number in range(size)]
        suffixes = [(f"*_s{number:06}", number) for number in range(size)]
        return NameTable(exact + prefixes + suffixes)

    small, large = look_ups(table(10), name), look_ups(table(20_000), name)
    assert small == large <= 4


def test_the_length_of_the_name_bounds_the_steps_of_a_look_up():
    patterns = [("x" * number + "*", number) for number in range(500)]
    patterns += [("x*" + "y" * number, number) for number in range(1, 500)]
    table = NameTable(patterns)
    assert look_ups(table, b"x" * 10) <= 11 * 12 // 2  # every end of a prefix, with every start of a suffix
    assert look_ups(table, b"q" * 10) <= 11 + 2  # every end of a prefix, and the two of patterns with a suffix
