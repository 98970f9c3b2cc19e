"""Reading a Cookie header, compared with a naive reading of RFC 6265bis 5.8.3, and cutting cookies out of one.

What is cut is checked with the parsers that Python's frameworks use.
"""

import http.cookies
from contextlib import suppress

import django.http.cookie
import pytest
import starlette.requests
import werkzeug.http
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden.http.cookie import cookie_values, names_in, without_cookies
from hypothesis_profiles import examples


@pytest.mark.parametrize(
    ("header_value", "values"),
    [
        (b"", []),
        (b"a", []),
        (b"a=", [b""]),
        (b"a=1", [b"1"]),
        (b"a=1; a=2;a=3", [b"1", b"2", b"3"]),
        (b"b=2; a=1; c=3", [b"1"]),
        (b"  a=1 \t;\t a= 2 ", [b"1", b"2"]),
        (b"a=1=2", [b"1=2"]),
        (b"a=a=1", [b"a=1"]),
        (b"a=;a=", [b"", b""]),
        (b";;a=1;;", [b"1"]),
        (b'a="x y"; b=1', [b'"x y"']),
        (b'b="; a=1; "', [b"1"]),
        (b"b=a=1", []),
        (b"b= a=1", []),
        (b"b a=1", []),
        (b"ba=1; aa=2", []),
        (b"A=1", []),
        (b"a =1", []),
        (b"b=1, a=2", []),
        (b"b=1\xa0a=2;\xa0a=3", []),
        (b"a=\xa01\xff", [b"\xa01\xff"]),
        (b"b=1;\na=2", []),
    ],
)
def test_a_value_is_found_where_a_browser_writes_one(header_value, values):
    assert cookie_values(header_value, b"a") == values


@given(
    header_value=st.binary(max_size=60)
    | st.text('ab=; \t",x\xa0', max_size=60).map(lambda text: text.encode("latin-1")),
    name=st.sampled_from([b"a", b"b", b"ab", b"aa", b"__Host-a"]),
)
@examples(1000)
def test_the_values_equal_those_of_a_naive_reading(header_value, name):
    pairs = [pair.strip(b" \t") for pair in header_value.split(b";")]
    naive = [pair[len(name) + 1 :].strip(b" \t") for pair in pairs if pair.startswith(name + b"=")]
    assert cookie_values(header_value, name) == naive


@given(values=st.lists(st.text('xyz=" ', max_size=5).map(str.strip), max_size=4), other=st.sampled_from(["b", "aa"]))
def test_what_a_browser_sends_is_read_back_in_order(values, other):
    sent = "; ".join(f"a={value}; {other}={value}" for value in values).encode()
    assert cookie_values(sent, b"a") == [value.encode() for value in values]


@pytest.mark.parametrize(
    ("piece", "names"),
    [
        (b"_ga=1", [b"_ga"]),
        (b" _ga =1", [b"_ga"]),
        (b"_ga", [b"_ga"]),
        (b"\t_ga ", [b"_ga"]),
        (b"_ga==1", [b"_ga"]),
        (b"=1", [b""]),
        (b" = ", [b""]),
        (b"", []),
        (b" \t", []),
        (b"a b=1", [b"a b"]),
        (b"\x0b_ga=1", [b"\x0b_ga", b"_ga"]),
        (b"_ga\x85=1", [b"_ga\x85", b"_ga"]),
        (b"\xa0=1", [b"\xa0", b""]),
        ("\u2003_ga=1".encode(), ["\u2003_ga".encode(), b"_ga"]),
        ("é=1".encode(), ["é".encode()]),
        # Who decodes latin-1 strips the second byte of the letter.
        ("à=1".encode(), ["à".encode(), b"\xc3"]),
    ],
)
def test_a_piece_has_every_name_that_a_reader_may_find_in_it(piece, names):
    assert list(names_in(piece)) == names


UNWANTED = {b"_ga", b"theme", "é".encode()}
CUT = [
    ("_ga=1", None),
    ("_ga=1; sid=2", "sid=2"),
    ("sid=2; _ga=1", "sid=2"),
    ("a=1; _ga=1; b=2", "a=1; b=2"),
    ("a=1;_ga=1 ;  b=2 ; theme=1;c", "a=1;  b=2 ;c"),
    ("_ga=1; theme=1; \t sid=1", "sid=1"),
    ("_ga=1; _ga=2; sid=1; sid=2", "sid=1; sid=2"),
    (" sid=1 ; _ga=1", " sid=1 "),
    ("_ga", None),
    (" _ga ; sid", "sid"),
    ("theme =1; sid=1", "sid=1"),
    ("_ga=1;", None),
    ("; _ga=1; ", None),
    (";_ga=1;sid=1;;", ";sid=1;;"),
    ("_ga=1; =x; y", "=x; y"),
    ('_ga="1; sid=2"', 'sid=2"'),
    ('sid="; _ga=1; "', 'sid="; "'),
    ("\xa0_ga=1; theme\x85=1; sid=1", "sid=1"),
    ("\xc3\xa9=1; sid=1", "sid=1"),
    ("\xe2\x80\x83_ga=1; sid=1", "sid=1"),
    ("_ga=" + "x" * 9000 + "; sid=1", "sid=1"),
]
SAME = ["", " ", ";", "sid=1", "; sid=1;; ", "_GA=1", "_ga_X=1", "x=_ga=1", "x=1, _ga=1", "=", "\xe9=1", "_ga foo=1"]


@pytest.mark.parametrize(("field_value", "left"), CUT)
def test_unwanted_cookies_are_cut_and_the_rest_stays_byte_for_byte(field_value, left):
    assert without_cookies(field_value, UNWANTED.__contains__) == left
    as_bytes = without_cookies(field_value.encode("latin-1"), UNWANTED.__contains__)
    assert as_bytes == (None if left is None else left.encode("latin-1"))


@pytest.mark.parametrize("field_value", SAME)
def test_a_value_in_which_nothing_is_unwanted_is_the_same_object(field_value):
    assert without_cookies(field_value, UNWANTED.__contains__) is field_value
    data = field_value.encode("latin-1")
    assert without_cookies(data, UNWANTED.__contains__) is data


def test_text_that_is_not_latin_1_is_cut_all_the_same():
    assert without_cookies("€=1; _ga=1; x=€", UNWANTED.__contains__) == "€=1; x=€"


PIECES = st.one_of(
    st.sampled_from(
        ["_ga=1", "theme=2", "sid=3", "_ga", "sid", "=x", "", "é=1", "_ga =1", " theme\t=x=y", "\x1c_ga=1"]
    ),
    st.text('_gasid= \t",\\\x0b\x1c\x85\xa0\u2003\u3000é', max_size=8),
)
FIELD_VALUES = st.one_of(
    st.lists(PIECES, max_size=8).map(";".join).map(str.encode),
    st.lists(PIECES, max_size=8).map("; ".join).map(lambda text: text.encode("latin-1", "ignore")),
    st.binary(max_size=30),
)
NAMES = st.sets(st.sampled_from([b"_ga", b"theme", b"sid", "é".encode(), b"", b"\xe9", b"g", b"a"]))


def is_subsequence(part, whole):
    remaining = iter(whole)
    return all(byte in remaining for byte in part)


@given(FIELD_VALUES, NAMES)
@examples(300)
def test_cutting_twice_is_cutting_once_and_adds_nothing(field_value, unwanted):
    left = without_cookies(field_value, unwanted.__contains__)
    if left is None:
        return
    assert is_subsequence(left, field_value)
    assert without_cookies(left, unwanted.__contains__) is left
    kept = [piece for piece in field_value.split(b";") if not unwanted & set(names_in(piece))]
    assert [piece.strip(b" \t") for piece in left.split(b";")] == [piece.strip(b" \t") for piece in kept]


@given(FIELD_VALUES, NAMES)
@examples(300)
def test_text_is_cut_as_its_bytes_are(field_value, unwanted):
    left = without_cookies(field_value, unwanted.__contains__)
    text = without_cookies(field_value.decode("latin-1"), unwanted.__contains__)
    assert text == (None if left is None else left.decode("latin-1"))


def readings_of(field_value):
    """Return the names that each parser finds, as bytes."""
    latin_1 = field_value.decode("latin-1")
    utf_8 = field_value.decode("utf-8", "replace")
    yield [name.encode("latin-1") for name in starlette.requests.cookie_parser(latin_1)]
    yield [name.encode("latin-1") for name in django.http.cookie.parse_cookie(latin_1)]
    yield [name.encode() for name in django.http.cookie.parse_cookie(utf_8)]
    with suppress(UnicodeDecodeError):
        yield [name.encode() for name in werkzeug.http.parse_cookie(latin_1)]
    # It ends a value at a blank, and takes what follows for another cookie. To browsers, that is part of the value.
    if not set(latin_1.partition("=")[2]) & set(' \t\n\r\x0b\x0c"'):
        with suppress(http.cookies.CookieError):
            yield [name.encode("latin-1") for name in http.cookies.SimpleCookie(latin_1)]


@given(FIELD_VALUES, NAMES.filter(lambda names: b"" not in names))
@examples(300)
def test_no_parser_finds_an_unwanted_cookie_in_what_is_left(field_value, unwanted):
    left = without_cookies(field_value, unwanted.__contains__)
    for names in readings_of(left or b""):
        assert not unwanted & set(names)
