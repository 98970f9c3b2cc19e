"""Bodies of responses: decompressed up to a bound, and read as text."""

import gzip
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden.tools.web.bodies import read_body, text_of


@given(st.binary(max_size=300), st.lists(st.integers(1, 40), min_size=1), st.booleans())
def test_a_body_is_read_whole_however_it_is_cut(body, sizes, is_compressed):
    sent = gzip.compress(body) if is_compressed else body
    pieces, at = [], 0
    while at < len(sent):
        size = sizes[len(pieces) % len(sizes)]
        pieces.append(sent[at : at + size])
        at += size
    assert read_body(pieces, "GZip" if is_compressed else "", 5_000) == (body, "")


def test_a_body_of_just_the_bound_is_whole():
    assert read_body([b"ab", b"cd"], "identity", 4) == (b"abcd", "")
    assert read_body([gzip.compress(bytes(99))], "gzip", 99) == (bytes(99), "")


@given(st.binary(max_size=200), st.sampled_from(["", "gzip", "br", "gzip, gzip", "\xff"]), st.integers(0, 50))
def test_no_body_is_longer_than_its_bound(body, coding, bound):
    data, problem = read_body([body], coding, bound)
    assert len(data) <= bound
    assert problem or coding in ("", "gzip")


def test_a_decompression_bomb_needs_no_more_memory_than_its_bound():
    bomb = gzip.compress(bytes(50_000_000))
    tracemalloc.start()
    try:
        data, problem = read_body([bomb], "gzip", 1_000)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
    assert (data, problem) == (bytes(1_000), "is larger than 1,000 bytes, so the rest was not read")


@pytest.mark.parametrize(
    ("body", "kind", "text"),
    [
        ("ü".encode(), "text/html", "ü"),
        (b"\xfc", 'text/html; charset="windows-1252"', "ü"),
        ("あ".encode("shift_jis"), "text/html;charset=Shift_JIS", "あ"),
        ("ü".encode("utf-16"), "text/html; charset=utf-8", "ü"),
        (b"\xfc", "", "\ufffd"),
        (b"a", "text/html; charset=punycode", "a"),
        (b"a", "text/html; charset=zlib_codec", "a"),
        (b"a", "text/html; charset=iso-8859-99", "a"),
    ],
)
def test_a_body_is_text_in_its_charset(body, kind, text):
    assert text_of(body, kind) == text


@given(st.binary(max_size=100), st.text(max_size=20))
def test_any_body_is_text(body, charset):
    text_of(body, f"text/html; charset={charset}")
