"""Read cookie dates: leniently, as browsers do (RFC 6265bis 5.1.1), or only if they are plainly written; write others.

Rule: ``plain_date`` never accepts a date on which engines may disagree, because such a line may not be a deletion.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

_MONTHS = {
    name: number
    for number, name in enumerate(
        [b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"], start=1
    )
}

# The productions of RFC 6265bis 5.1.1.
_DELIMITERS = re.compile(rb"[\x09\x20-\x2F\x3B-\x40\x5B-\x60\x7B-\x7E]+")
_TIME = re.compile(rb"(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\D.*)?", re.DOTALL)
_DAY_OF_MONTH = re.compile(rb"(\d{1,2})(?:\D.*)?", re.DOTALL)
_MONTH = re.compile(rb"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE)
_YEAR = re.compile(rb"(\d{2,4})(?:\D.*)?", re.DOTALL)

# IMF-fixdate of RFC 9110 5.6.7. Older frameworks write it with hyphens.
_PLAIN = re.compile(
    rb"(?:Mon|Tue|Tues|Wed|Wednes|Thu|Thurs|Fri|Sat|Satur|Sun)(?:day)?,"
    rb" (\d{2})([ -])(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\2(\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT"
)


def parse_cookie_date(text: bytes) -> float | None:
    """Return the seconds since 1970-01-01 UTC that a cookie-date stands for, or ``None`` if it is not a date.

    Source: RFC 6265bis 5.1.1, step by step. Dates before 1970 are negative.

    >>> parse_cookie_date(b"Thu, 01-Jan-70 00:00:10 GMT")
    10.0
    >>> parse_cookie_date(b"soon") is None
    True
    """
    time: tuple[int, ...] | None = None
    day = month = year = None
    for token in _DELIMITERS.split(text):
        if time is None and (match := _TIME.fullmatch(token)):
            time = tuple(map(int, match.groups()))
        elif day is None and (match := _DAY_OF_MONTH.fullmatch(token)):
            day = int(match[1])
        elif month is None and (match := _MONTH.match(token)):
            month = _MONTHS[match[1].lower()]
        elif year is None and (match := _YEAR.fullmatch(token)):
            year = int(match[1])
    if time is None or day is None or month is None or year is None:
        return None
    if year < 100:
        year += 1900 if year >= 70 else 2000
    return _timestamp(year, month, day, *time)


def plain_date(text: bytes) -> float | None:
    """Return the seconds since 1970-01-01 UTC of a date that every engine reads alike, or ``None``.

    Such a date is ``Thu, 01 Jan 1970 00:00:00 GMT`` (RFC 9110 5.6.7), or the same with hyphens, from 1970 on. Engines
    disagree on years near their own epochs.

    >>> plain_date(b"Thu, 01 Jan 1970 00:00:00 GMT"), plain_date(b"1 Jan 70 00:00:00")
    (0.0, None)
    """
    match = _PLAIN.fullmatch(text)
    if match is None:
        return None
    day, _, month, year, hour, minute, second = match.groups()
    stamp = _timestamp(int(year), _MONTHS[month.lower()], int(day), int(hour), int(minute), int(second))
    return stamp if stamp is not None and stamp >= 0 else None


def imf_fixdate(seconds: int) -> bytes:
    """Return the date of a moment as RFC 9110 5.6.7 writes it. ``seconds``: since 1970-01-01 UTC, up to the year 9999.

    >>> imf_fixdate(1_750_000_000)
    b'Sun, 15 Jun 2025 15:06:40 GMT'
    """
    from email.utils import formatdate  # here, because it takes long to import

    return formatdate(seconds, usegmt=True).encode("ascii")


def _timestamp(year: int, month: int, day: int, hour: int, minute: int, second: int) -> float | None:
    if year < 1601:
        return None
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp()
    except ValueError:
        return None
