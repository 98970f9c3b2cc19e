"""Shortened and raised lines: what changes, what stays, and that no engine keeps a cookie longer than before."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden.http.cookie_attributes import limited, raised
from cookiewarden.http.dates import imf_fixdate, plain_date
from cookiewarden.http.set_cookie import parse_set_cookie
from exchanges import NOW
from strategies import lines, ugly

WEEK = 604_800
IN_A_WEEK = imf_fixdate(NOW + WEEK)
LONG = b"9" * 1025
#: A line's attributes, and what they become under a limit of a week, and for a session only.
SHORTENED = [
    (b"; Max-Age=604801; Path=/", b"; Max-Age=604800; Path=/", b"; Path=/"),
    (b"; Max-Age=604800", b"; Max-Age=604800", b""),
    (b";max-age =\t0099999999 ; Secure", b";max-age =\t604800 ; Secure", b"; Secure"),
    (b"; Max-Age=" + b"9" * 400, b"; Max-Age=604800", b""),
    (b"; Max-Age=99999999;Max-Age=9", b"; Max-Age=604800;Max-Age=9", b""),
    (b"; Max-Age=9; Max-Age=x", b"; Max-Age=9; Max-Age=x", b"; Max-Age=x"),
    (b'; Max-Age="99999999"', b"; Max-Age=", b"; Max-Age="),
    (b"; Max-Age= +99999999 ; Path=/", b"; Max-Age=  ; Path=/", b"; Max-Age=  ; Path=/"),
    (b"; Max-Age=99999999.5", b"; Max-Age=", b"; Max-Age="),
    (b"; Max-Age=+9", b"; Max-Age=+9", b"; Max-Age="),
    (b"; Max-Age; Path=/", b"; Max-Age; Path=/", b"; Max-Age; Path=/"),
    (b"; Max-Age=9; Max-Age=" + LONG, b"; Max-Age=9", b""),
    (b"; Max-Age=9; Max-Age=x" + LONG, b"; Max-Age=9; Max-Age=x" + LONG, b"; Max-Age=x" + LONG),
    (b"; Expires=Fri, 31 Dec 2090 23:59:59 GMT; HttpOnly", b"; Expires=" + IN_A_WEEK + b"; HttpOnly", b"; HttpOnly"),
    (b"; expires = 31-dec-90 23:59:59", b"; expires = 31-dec-90 23:59:59", b"; expires = 31-dec-90 23:59:59"),
    (b"; expires = 31-dec-60 23:59:59", b"; expires = " + IN_A_WEEK, b""),
    (b"; Expires=" + IN_A_WEEK, b"; Expires=" + IN_A_WEEK, b""),
    (b"; Expires=Sun, 15 Jun 2025 15:06:41 GMT", b"; Expires=Sun, 15 Jun 2025 15:06:41 GMT", b""),
    (b"; Expires=Sun, 31 Feb 2090 00:00:00 GMT", b"; Expires=", b"; Expires="),
    (b"; Expires=2090-12-31; Path=/", b"; Expires=; Path=/", b"; Expires=; Path=/"),
    (b"; Expires=Fri, 31 Dec 10000 00:00:00 GMT", b"; Expires=", b"; Expires="),
    (b"; Expires=tomorrow 10:00:00", b"; Expires=", b"; Expires="),
    (b"; Expires=Sun, 31 Dec 2090 23:59:59 GMT " + b"x" * 1024, b"", b""),
    (b"; Max-Age=99999999; Expires=Fri, 31 Dec 2090 23:59:59 GMT", b"; Max-Age=604800; Expires=" + IN_A_WEEK, b""),
    (b"; Max-Age=x; Expires=Fri, 31 Dec 2090 23:59:59 GMT", b"; Max-Age=x; Expires=" + IN_A_WEEK, b"; Max-Age=x"),
    # Another engine than that of the standard may end the cookie by what is left.
    (b"; Max-Age=0; Max-Age=x", b"; Max-Age=0; Max-Age=x", b"; Max-Age=0; Max-Age=x"),
    (b"; Max-Age=0; Max-Age=+99999999", b"; Max-Age=0; Max-Age=", b"; Max-Age=0; Max-Age="),
    # By the standard the cookie lives, but would not by what is left.
    (b"; Max-Age=0; Max-Age=9", b"; Max-Age=0; Max-Age=9", b""),
    (b"; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=99999999",
     b"; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=604800", b""),
]  # fmt: skip
UNTOUCHED = [
    b"", b"; Path=/", b"; Max-Age=0", b"; Max-Age=-99999999", b"; Expires=0", b"; Expires=-1", b"; Expires=Session",
    b"; Expires", b"; Expires=Thu, 01 Jan 1970 00:00:00 GMT", b"; Expires=Fri, 31 Dec 1600 23:59:59 GMT",
    b"; Expires=31 Feb 1990 00:00:00", b"; Expires=1970-01-01", b"; Max-Age=x9", b"; Max-Age=-", b"; x=Max-Age=9999999",
    b"; Max Age=99999999", b";; =;", b"; \x0bMax-Age=99999999",
]  # fmt: skip
attribute_names = st.sampled_from([b"Max-Age", b"max-age ", b"EXPIRES", b" Expires\t", b"Path", b"SameSite", b"Secure"])
attribute_values = st.one_of(
    st.integers(-10, 10**10).map(lambda number: b"%d" % number),
    st.integers(0, 253_402_300_799).map(imf_fixdate),
    st.sampled_from([b"", b"x", b'"99999999"', b"+99999999", b"1 Jan 2090 1:2:3", b"31 Feb 2090 10:00:00", b"0099",
                     LONG, b"0" * 1025 + b"9", b" " + LONG, b"None", b"Lax", b"strict", b"no"]),
    ugly,
)  # fmt: skip
ugly_lines = st.one_of(
    lines(),
    st.builds(
        lambda pair, attributes: b";".join([pair, *attributes]),
        st.sampled_from([b"a=1", b"Max-Age=99999999", b"", b'a="']),
        st.lists(st.builds(lambda *parts: b"=".join(parts), attribute_names, attribute_values), max_size=5),
    ),
)
limits = st.sampled_from([1, WEEK, 34_186_698, 31_556_952_000_000_000])


def expiry(line):
    """Return when the cookie ends: ``-inf`` at once; a session ends before any time does."""
    end = parse_set_cookie(line, now=float(NOW)).expiry
    return 0.0 if end is None else -math.inf if end <= NOW else end


@pytest.mark.parametrize(("given_attributes", "for_a_week", "for_a_session"), SHORTENED)
def test_what_would_live_longer_is_shortened_and_all_else_stays(given_attributes, for_a_week, for_a_session):
    line = b"a=Max-Age=99999999" + given_attributes
    assert limited(line, WEEK, NOW + 0.5) == b"a=Max-Age=99999999" + for_a_week
    assert limited(line, None, NOW + 0.5) == b"a=Max-Age=99999999" + for_a_session


@pytest.mark.parametrize("attributes", UNTOUCHED)
@pytest.mark.parametrize("seconds", [None, WEEK])
def test_a_line_that_needs_no_change_is_the_same_object(attributes, seconds):
    line = b"a=1" + attributes
    assert limited(line, seconds, NOW) is line


@pytest.mark.parametrize(
    "attributes", [b"; Expires=Fri, 31 Dec 2090 00:00:00 GMT; Max-Age=0", b"; Max-Age=9; Max-Age=0"]
)
def test_a_line_that_ends_its_cookie_still_does(attributes):
    line = b"a=1" + attributes
    assert limited(line, None, NOW) is line
    assert expiry(limited(line, WEEK, NOW)) == -math.inf


@given(ugly_lines, limits)
def test_a_limited_cookie_never_lives_longer_than_before_or_than_the_limit(line, seconds):
    left = limited(line, seconds, float(NOW))
    assert expiry(left) <= min(max(expiry(line), 0.0), NOW + seconds)
    assert (expiry(left) == -math.inf) == (expiry(line) == -math.inf)
    assert limited(left, seconds, float(NOW)) is left


@given(ugly_lines)
def test_a_session_cookie_ends_with_the_session_and_never_lives_longer_than_before(line):
    left = limited(line, None, float(NOW))
    assert expiry(left) == min(expiry(line), 0.0)
    assert limited(left, None, float(NOW)) is left


@given(ugly_lines, st.one_of(st.none(), limits))
def test_shortening_changes_only_max_age_and_expires(line, seconds):
    before, after = (
        [
            part
            for part in one.split(b";")[1:]
            if part.partition(b"=")[0].strip(b" \t").lower() not in (b"max-age", b"expires")
        ]
        for one in (line, limited(line, seconds, float(NOW)))
    )
    assert after == before
    assert limited(line, seconds, float(NOW)).split(b";")[0] == line.split(b";")[0]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"a=1", b"a=1; Secure; HttpOnly; SameSite=Lax"),
        (b"a=1;secure; HTTPONLY=no", b"a=1;secure; HTTPONLY=no; SameSite=Lax"),
        (b"a=1; samesite = none ;Path=/", b"a=1; samesite =Lax;Path=/; Secure; HttpOnly"),
        (b"a=1; SameSite", b"a=1; SameSite=Lax; Secure; HttpOnly"),
        (b"a=1; SameSite=Strict; SameSite=x", b"a=1; SameSite=Strict; SameSite=Lax; Secure; HttpOnly"),
        (b"a=1; SameSite=STRICT", b"a=1; SameSite=STRICT; Secure; HttpOnly"),
        (b"a=1; SameSite=lax", b"a=1; SameSite=lax; Secure; HttpOnly"),
        (b"a=Secure; x=Secure", b"a=Secure; x=Secure; Secure; HttpOnly; SameSite=Lax"),
        (b"a=1; Secure=" + LONG, b"a=1; Secure=" + LONG + b"; Secure; HttpOnly; SameSite=Lax"),
        (b"a=1; SameSite=Strict; SameSite=" + LONG,
         b"a=1; SameSite=Strict; SameSite=" + LONG + b"; Secure; HttpOnly"),
    ],
)  # fmt: skip
def test_missing_attributes_are_added_and_a_lower_same_site_is_replaced(line, expected):
    assert raised(line, secure=True, http_only=True, same_site="Lax") == expected


@pytest.mark.parametrize("line", [b"a=1", b"a=1; SameSite=None; Secure", b"a=1; SameSite=x", b"a=1; samesite=lax"])
def test_same_site_none_is_the_lowest_so_it_raises_nothing(line):
    assert raised(line, same_site="None") is line
    assert raised(line) is line


LEVELS = {"None": 0, None: 1, "Lax": 2, "Strict": 3}


@given(ugly_lines, st.booleans(), st.booleans(), st.sampled_from([None, "None", "Lax", "Strict"]))
def test_raising_never_lowers_and_twice_is_once(line, secure, http_only, same_site):
    left = raised(line, secure=secure, http_only=http_only, same_site=same_site)
    before, after = parse_set_cookie(line), parse_set_cookie(left)
    assert after.secure == (before.secure or secure)
    assert after.http_only == (before.http_only or http_only)
    assert LEVELS[after.same_site] == max(LEVELS[before.same_site], LEVELS[same_site or "None"])
    assert (after.name, after.value, after.expiry) == (before.name, before.value, before.expiry)
    assert raised(left, secure=secure, http_only=http_only, same_site=same_site) is left


@given(st.integers(0, 253_402_300_799))
def test_a_written_date_is_read_alike_by_every_engine(seconds):
    assert plain_date(imf_fixdate(seconds)) == seconds
