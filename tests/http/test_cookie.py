"""Reading one cookie's values from a Cookie header, compared with a naive reading of RFC 6265bis 5.8.3."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden.http.cookie import cookie_values
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
