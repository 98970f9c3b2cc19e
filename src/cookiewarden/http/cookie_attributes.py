"""Rewrites the attributes of one Set-Cookie line: shorten its lifetime, or raise Secure, HttpOnly and SameSite.

Rules: never raise, whatever bytes come. In no engine does a cookie live longer, or reach further, than before. The
name-value pair never changes, nor does an attribute that needs no change; the same line comes back if none does.
Attributes are split as browsers split them (RFC 6265bis 5.6): at each semicolon; only space and tab are blanks.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from math import floor

from cookiewarden.http.dates import imf_fixdate, parse_cookie_date
from cookiewarden.http.set_cookie import INTEGER, MAX_ATTRIBUTE_BYTES, parse_set_cookie
from cookiewarden.http.set_cookie_line import BLANKS

_MAX_AGE, _EXPIRES, _SAME_SITE = b"max-age", b"expires", b"samesite"
# A Max-Age that browsers ignore, but that some reader may take for the number in it: ``"99"``, ``+99``, ``99.5``.
_LEADING_NUMBER = re.compile(rb"[^0-9A-Za-z-]*([0-9]+)")
_TIME = re.compile(rb"[0-9]:[0-9]{1,2}:[0-9]")
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_YEAR = re.compile(rb"(?<![0-9])[0-9]{4}(?![0-9])")
_MAX_DIGITS = 18
#: How far each SameSite lets a cookie go, the furthest first. Without a valid one, a browser's default counts.
_DEFAULT = 1
_LEVELS = {b"none": 0, b"lax": 2, b"strict": 3}


def limited(line: bytes, seconds: int | None, now: float) -> bytes:
    """Return a Set-Cookie line whose cookie lives for ``seconds`` at most; ``None``: until the session ends.

    ``now``: seconds since 1970-01-01 UTC, by which a browser reads Expires. A longer Max-Age becomes the limit, a later
    Expires the date of the limit. For a session, both go. If browsers cannot read one, but another reader may take it
    for a longer lifetime, it loses its value. A line that ends its cookie still does. Sources: RFC 6265bis 5.6.1,
    5.6.2 and 5.7; the date is an IMF-fixdate (RFC 9110 5.6.7).

    >>> limited(b"_ga=1; Max-Age=63072000; Path=/", 34186698, now=0.0)
    b'_ga=1; Max-Age=34186698; Path=/'
    >>> limited(b"_ga=1; Expires=Sun, 31 Dec 2090 23:59:59 GMT; Path=/", None, now=0.0)
    b'_ga=1; Path=/'
    """
    moment = floor(now)
    if seconds is not None:
        return _rewritten(line, lambda name, part: _limited_part(name, part, seconds, moment))
    cookie = parse_set_cookie(line, now=now)
    end, age = cookie.expiry, cookie.attribute(_MAX_AGE)
    if end is not None and end <= now:
        return line
    # What decides when the cookie ends goes, with all that it overrules. Of the rest goes what any reader may take for
    # a lifetime. What some reader takes for the end of the cookie stays, because for that reader it decides.
    decisive = {_MAX_AGE, _EXPIRES} if age and INTEGER.fullmatch(age) else set() if end is None else {_EXPIRES}
    return _rewritten(
        line, lambda name, part: _left_out(part) if name in decisive else _session_part(name, part, moment)
    )


def raised(line: bytes, *, secure: bool = False, http_only: bool = False, same_site: str | None = None) -> bytes:
    """Return a Set-Cookie line with Secure and HttpOnly, if wanted, and with ``same_site`` or a stricter SameSite.

    ``same_site``: ``"Strict"``, ``"Lax"``, ``"None"`` or ``None`` for any. None is the lowest; then come the default of
    browsers, Lax and Strict. A line that ends its cookie should not be raised: a browser could then refuse it. Sources:
    RFC 6265bis 5.6.5 to 5.6.7.

    >>> raised(b"sid=1; Path=/; samesite=none", secure=True, same_site="Lax")
    b'sid=1; Path=/; samesite=Lax; Secure'
    """
    value = (same_site or "None").encode()
    wanted = _LEVELS[value.lower()]
    levels: list[int] = []

    def higher(name: bytes, part: bytes) -> bytes:
        given = _value_of(part)
        # Browsers ignore a longer one, and refuse a line with a control character.
        if name != _SAME_SITE or len(given) > MAX_ATTRIBUTE_BYTES or _CONTROL.search(part):
            return part
        levels.append(_LEVELS.get(given.lower(), _DEFAULT))
        return part if levels[-1] >= wanted else part.partition(b"=")[0] + b"=" + value

    result = _rewritten(line, higher)
    present = {name for name, _ in parse_set_cookie(line).attributes}
    if secure and b"secure" not in present:
        result += b"; Secure"
    if http_only and b"httponly" not in present:
        result += b"; HttpOnly"
    return result if levels or wanted <= _DEFAULT else result + b"; SameSite=" + value


def _rewritten(line: bytes, rewrite: Callable[[bytes, bytes], bytes | None]) -> bytes:
    """Return the line with each attribute, ``part``, replaced by what ``rewrite`` returns; ``None`` leaves it out."""
    pair, *parts = line.split(b";")
    kept = [pair]
    is_changed = False
    for part in parts:
        new = rewrite(part.partition(b"=")[0].strip(BLANKS).lower(), part)
        is_changed |= new != part
        if new is not None:
            kept.append(new)
    return b";".join(kept) if is_changed else line


def _limited_part(name: bytes, part: bytes, seconds: int, moment: int) -> bytes | None:
    value = _value_of(part)
    if name == _MAX_AGE:
        if _number_in(value) <= seconds:
            return part
        new = str(seconds).encode() if INTEGER.fullmatch(value) else b""
    elif name == _EXPIRES:
        end = parse_cookie_date(value)
        if not (_may_be_future(value, moment) if end is None else end > moment + seconds):
            return part
        new = b"" if end is None else imf_fixdate(moment + seconds)
    else:
        return part
    # Browsers ignore a value that is so long. A shorter one would count, and perhaps in place of another attribute.
    is_left_out = len(value) > MAX_ATTRIBUTE_BYTES or _CONTROL.search(value)
    return _left_out(part) if is_left_out else _with_value(part, new)


def _session_part(name: bytes, part: bytes, moment: int) -> bytes | None:
    """As ``_limited_part``, but an attribute that browsers read, and that keeps the cookie, is left out."""
    limited_part = _limited_part(name, part, 0, moment)
    return limited_part if limited_part == part or (limited_part and not _value_of(limited_part)) else _left_out(part)


def _left_out(part: bytes) -> bytes | None:
    """Return what stays of an attribute that goes: its control characters, for which browsers refuse the line."""
    controls = b"".join(_CONTROL.findall(_value_of(part)))
    return _with_value(part, controls) if controls else None


def _number_in(value: bytes) -> float:
    """Return the seconds that some reader may take a Max-Age for: 0 for none, infinite for very many."""
    match = _LEADING_NUMBER.match(value)
    digits = match[1].lstrip(b"0") if match else b""
    return float("inf") if len(digits) > _MAX_DIGITS else int(digits or b"0")


def _may_be_future(value: bytes, moment: int) -> bool:
    """Return whether some reader may take an Expires that browsers cannot read, such as 31 Feb 2090, for a late date.

    One with an earlier year stays. A reader that takes it for a date ends the cookie.
    """
    years = [int(year) for year in _YEAR.findall(value)]
    if years:
        return max(years) >= datetime.fromtimestamp(moment, UTC).year
    return _TIME.search(value) is not None


def _value_of(part: bytes) -> bytes:
    return part.partition(b"=")[2].strip(BLANKS)


def _with_value(part: bytes, value: bytes) -> bytes:
    """Return an attribute with another value, and with the blanks around it as they are."""
    name, equals, old = part.partition(b"=")
    start = old[: len(old) - len(old.lstrip(BLANKS))]
    end = old[len(old.rstrip(BLANKS)) :]
    return name + equals + start + value + end
