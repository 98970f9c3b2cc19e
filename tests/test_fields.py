"""Header fields: which are Set-Cookie for some reader, and what caches have been told already."""

import pytest

from cookiewarden import fields
from cookiewarden.fields import FOLD, FieldNames, needs_private, needs_vary


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"public", False),
        (b"Private", False),
        (b"max-age=60, NO-STORE", False),
        (b"s-maxage=10", False),
        (b'private="x-a"', False),
        (b"max-age=60", True),
        (b"", True),
        (b"publicly", True),
        (b'no-cache="a, public, b"', True),
        (b'no-cache="a\\", public, b"', True),
        (b'"public', True),
        (b'"a", public', False),
    ],
)
def test_private_is_needed_where_no_directive_says_what_a_shared_cache_may_do(value, expected):
    assert needs_private([(b"x", b"public"), (b"Cache-Control", value)]) is expected
    assert needs_private([("cache-control ", value.decode())]) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(b"Cookie", False), (b"accept, COOKIE", False), (b"*", False), (b"accept", True), (b"x-cookie", True)],
)
def test_vary_is_needed_where_it_does_not_name_cookie(value, expected):
    assert needs_vary([(b"Vary", value)], b"Cookie") is expected


@pytest.mark.parametrize("end", [b"", b"x", b"\\", b'"'])
def test_a_quoted_text_that_is_left_open_is_looked_at_once(end):
    # Else each quotation mark in it would be tried as a beginning, which takes time in the square of the length.
    assert fields._QUOTED.match(b'"\\' * 100 + end) is not None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (b"set-cookie", b"a=1"),
        ("SET-COOKIE \t", b"a=1"),
        (bytearray(b"Set-Cookie"), b"a=1"),
        (b"set-cookie:", b"\0"),
        (b"x\r\nset-cookie", b"\0"),
        (b"\x0bset-cookie", b"\0"),
        (" set-cookie", b"\0"),
        (5, b"\0"),
        (b" x", FOLD),
        (b"\tx", FOLD),
        (b"x-set-cookie", None),
        (b"set-cookie2", None),
        ("", None),
    ],
)
def test_a_name_is_set_cookie_if_any_reader_may_take_it_for_one(name, expected):
    assert FieldNames().line_of(name, b"a=1") == expected
