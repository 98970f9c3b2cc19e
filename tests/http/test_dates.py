"""Cookie dates: the lenient reading of RFC 6265bis 5.1.1, and the strict reading that a deletion needs."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden.http.dates import parse_cookie_date, plain_date

WANTED = datetime(2021, 1, 13, 22, 23, 1, tzinfo=UTC).timestamp()
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


@pytest.mark.parametrize(
    "text",
    [
        b"Wed, 13 Jan 2021 22:23:01 GMT",
        b"Wednesday, 13-Jan-21 22:23:01 GMT",
        b"Wed Jan 13 22:23:01 2021",
        b"13 jAnuary 2021 22:23:01",
        b"22:23:01 13 Jan 2021",
        b"Jan 13 22:23:01 21",
        b"22:23:1 13 Jan 2021",
        b"22:23:1\x00 13 Jan 2021",
        b"13/Jan/2021/22:23:01",
        b"13\tJan\t2021\t22:23:01",
        b"13;Jan;2021;22:23:01",
        b"13@Jan[2021{22:23:01",
        b"~~~13!Jan\"2021'22:23:01~~~",
        b"13th Jan 2021AD 22:23:01PM",
        b"13 Jan 2021 22:23:01.999",
        b"13 Jan 2021 22:23:01+0200",
        b"13 Jan 2021 22:23:01 PST",
        b"13\x00 Jan 2021 22:23:01\xff99",
        b"Janus 13:x 2021: 22:23:01:59",
        b"22:23:01 13 Jan 2021 99 Feb 1999 00:00:00",
        b"22:23:01 Jan 13 2021 11:11:11",
    ],
)
def test_odd_forms_of_a_date_are_read_as_the_standard_says(text):
    assert parse_cookie_date(text) == WANTED


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"soon",
        b"0",
        b"-1",
        b"1610576581",
        b"2021-01-13T22:23:01Z",
        b"Wed, 13 Jan 2021",
        b"13 Jan 22:23:01",
        b"Jan 2021 22:23:01 GMT",
        b"13 2021 22:23:01",
        b"13 Jan 2021 22:23",
        b"13 Jan 2021 22:23:011",
        b"13 Jan 2021 122:23:01",
        b"13 Jan 2021 22-23-01",
        b"13 Jan 2021 24:00:00",
        b"13 Jan 2021 22:60:01",
        b"13 Jan 2021 22:23:60",
        b"0 Jan 2021 22:23:01",
        b"32 Jan 2021 22:23:01",
        b"31 Apr 2021 22:23:01",
        b"29 Feb 2021 22:23:01",
        b"29 Feb 1900 22:23:01",
        b"13 Jan 1600 22:23:01",
        b"13 Jan 199 22:23:01",
        b"13 Jan 20210 22:23:01",
        b"13 Jan2021 22:23:01",
        b"13Jan2021 22:23:01",
        b"013 Jan 2021 22:23:01x",
        b"13 Ja 2021 22:23:01",
        b"13\xa0Jan\xa02021\xa022:23:01",
        b"13 Jan 2021 \xd9\xa2:23:01",
    ],
)
def test_what_the_standard_rejects_is_not_a_date(text):
    assert parse_cookie_date(text) is None


@pytest.mark.parametrize(
    ("year", "meant"),
    [
        (b"70", 1970),
        (b"99", 1999),
        (b"00", 2000),
        (b"69", 2069),
        (b"0070", 1970),
        (b"069", 2069),
        (b"1601", 1601),
        (b"1969", 1969),
        (b"9999", 9999),
    ],
)
def test_a_year_of_two_digits_from_seventy_on_is_in_the_twentieth_century(year, meant):
    read = parse_cookie_date(b"Thu, 01-Jan-" + year + b" 00:00:00 GMT")
    assert read == datetime(meant, 1, 1, tzinfo=UTC).timestamp()


def test_the_29th_of_february_exists_in_leap_years_only():
    assert parse_cookie_date(b"29 Feb 2000 00:00:00") == datetime(2000, 2, 29, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("text", "stamp"),
    [
        (b"Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        (b"Thu, 01-Jan-1970 00:00:01 GMT", 1.0),
        (b"Thursday, 01-Jan-1970 00:00:00 GMT", 0.0),
        (b"Wed, 13 Jan 2021 22:23:01 GMT", WANTED),
        (b"Fri, 31 Dec 9999 23:59:59 GMT", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp()),
    ],
)
def test_a_plainly_written_date_is_read(text, stamp):
    assert plain_date(text) == stamp == parse_cookie_date(text)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"0",
        b"Thu, 01 Jan 1970 00:00:00",
        b"Thu, 01 Jan 1970 00:00:00 UTC",
        b"Thu, 01 Jan 1970 00:00:00 +0000",
        b"Thu, 01 Jan 1970 00:00:00 gmt",
        b"Thu, 01 Jan 1970 00:00:00 GMT ",
        b"Thu, 01 Jan 1970 00:00:00 GMT\n",
        b"Thu, 01 jan 1970 00:00:00 GMT",
        b"Thu, 01 January 1970 00:00:00 GMT",
        b"Thu, 01-Jan 1970 00:00:00 GMT",
        b"Thu, 01 Jan 70 00:00:00 GMT",
        b"Thu, 01-Jan-70 00:00:00 GMT",
        b"Thu, 1 Jan 1970 00:00:00 GMT",
        b"Thu Jan 01 00:00:00 1970",
        b"Thu 01 Jan 1970 00:00:00 GMT",
        b"01 Jan 1970 00:00:00 GMT",
        b"1970-01-01T00:00:00Z",
        b"Wed, 31 Dec 1969 23:59:59 GMT",
        b"Thu, 01 Jan 0070 00:00:00 GMT",
        b"Thu, 01 Jan 0000 00:00:00 GMT",
        b"Thu, 31 Feb 1980 00:00:00 GMT",
        b"Thu, 00 Feb 1980 00:00:00 GMT",
        b"Thu, 01 Jan 1970 24:00:00 GMT",
        b"Thu, 01 Jan 1970 00:60:00 GMT",
        b"Thu, 01 Jan 1970 00:00:60 GMT",
        b"Thu, \xd9\xa01 Jan 1970 00:00:00 GMT",
        b"Xyz, 01 Jan 1970 00:00:00 GMT",
    ],
)
def test_a_date_that_some_reader_may_read_differently_is_not_plain(text):
    assert plain_date(text) is None


@given(
    weekday=st.sampled_from([day[:3] for day in WEEKDAYS] + WEEKDAYS)
    | st.from_regex(r"[A-Z][a-z]{2,8}", fullmatch=True),
    month=st.sampled_from(["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]),
    day=st.integers(0, 32),
    year=st.integers(0, 9999),
    second=st.integers(0, 61),
    hyphen=st.sampled_from(" -"),
)
def test_the_standard_reads_every_plain_date_alike(weekday, month, day, year, second, hyphen):
    text = f"{weekday}, {day:02}{hyphen}{month}{hyphen}{year:04} 00:00:{second:02} GMT".encode()
    plain = plain_date(text)
    assert plain is None or plain == parse_cookie_date(text)


@pytest.mark.parametrize("month", [b"Dec", b"Mar", b"Marchly", b"Mayday", b"Sep"])
def test_a_month_in_the_place_of_the_weekday_is_not_plain(month):
    # RFC 6265bis 5.1.1 takes the first month it finds, so such a date may lie eleven months ahead.
    text = month + b", 01 Jan 2021 00:00:00 GMT"
    assert parse_cookie_date(text) != datetime(2021, 1, 1, tzinfo=UTC).timestamp()
    assert plain_date(text) is None


@given(st.binary() | st.text(" :;,-0123456789JanFebGMT").map(str.encode))
def test_any_bytes_are_a_date_or_none(text):
    for read in (parse_cookie_date, plain_date):
        assert read(text) is None or isinstance(read(text), float)


@given(st.datetimes(min_value=datetime(1601, 1, 1), max_value=datetime(9999, 12, 31)))
def test_what_servers_write_is_read_back(moment):
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    text = f"{moment:%a, %d %b} {moment.year:04} {moment:%H:%M:%S} GMT".encode()
    assert parse_cookie_date(text) == moment.timestamp()
    assert plain_date(text) == (moment.timestamp() if moment.timestamp() >= 0 else None)
