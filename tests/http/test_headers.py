"""Header names: which of them some reader takes for Set-Cookie."""

import pytest

from cookiewarden.http.headers import FOLD, HeaderNames


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
def test_a_name_counts_as_set_cookie_if_any_reader_may_read_it_so(name, expected):
    assert HeaderNames().line_of((name, b"a=1")) == expected
