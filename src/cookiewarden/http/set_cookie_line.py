"""Find the names of one Set-Cookie line, as bytes, and whether every engine reads it as a deletion (RFC 6265bis 5.6).

Rules: never raise, whatever bytes come. If engines differ, report every name that one of them may store the line under.
Only space and tab are blanks; quotes and commas mean nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from math import inf

from cookiewarden.http.dates import plain_date

#: What browsers trim: only space and tab.
BLANKS = b" \t"
#: What some servers strip from header names and values before they send them: all that ``str.strip`` does.
SERVER_BLANKS = b"\t\n\x0b\x0c\r \x1c\x1d\x1e\x1f\x85\xa0"
#: An attribute that makes every engine end the cookie at once, at the end of any deletion.
AT_ONCE = b"; Max-Age=0"
_A_DAY = 86_400.0
_REMEMBERED_BYTES = 256
_FIELD_NAME = re.compile(rb"\A[ \t]*set-cookie[ \t]*:", re.IGNORECASE)
_TERMINATORS = re.compile(rb"[\r\n\0]+")
# A line break before a blank folds the line. Chromium replaces both by one space; Firefox drops the break.
_FOLDS = re.compile(rb"(?<![\r\n\0])[\r\n\0]+[ \t]+")
_BREAKS_OF_FOLDS = re.compile(rb"(?<![\r\n\0])[\r\n\0]+(?=[ \t])")
# An attribute's value with the blanks around it; what follows is the next attribute or the end.
_MAX_AGE = re.compile(rb"(?:\A|;)[ \t]*max-age[ \t]*(?:=([^;]*))?(?=;|\Z)", re.IGNORECASE)
_EXPIRES = re.compile(rb"(?:\A|;)[ \t]*expires[ \t]*(?:=([^;]*))?(?=;|\Z)", re.IGNORECASE)
_NOT_POSITIVE = re.compile(rb"0|-[1-9][0-9]{0,17}")
# What may end the line early in libsoup or a server: a byte beyond printable ASCII, or a comma in an attribute's name.
_CUT_SHORT = re.compile(rb"[^ -~]|;[^=;]*,")


def has_terminator(line: bytes) -> bool:
    """Return whether a line holds CR, LF or NUL, at which some readers end it and others do not."""
    return 13 in line or 10 in line or 0 in line


def names_of(line: bytes) -> tuple[bytes, ...]:
    """Return every name that an engine may store the line under, that of the standard first; ``b""`` is nameless.

    A browser sends a nameless cookie back without ``=``, or with the first ``=`` of its value. The name that a server
    would then read is reported too. If a line holds CR, LF or NUL, so is the name of each piece.

    >>> names_of(b" _ga = 1; Path=/"), names_of(b"_ga"), names_of(b"=a=b")
    ((b'_ga',), (b'', b'_ga'), (b'', b'a'))
    """
    return read_names(line)[0]


def read_names(line: bytes) -> tuple[tuple[bytes, ...], bool]:
    """Return the names of a line, as ``names_of`` does, and whether it is malformed.

    Readers disagree on a malformed line: it holds CR, LF or NUL, or an engine may store it without a name. A
    well-formed line has one name.

    >>> read_names(b"a=1"), read_names(b"a"), read_names(bytes([97, 61, 0]))
    (((b'a',), False), ((b'', b'a'), True), ((b'a',), True))
    """
    if has_terminator(line):
        return _names_of_pieces(line), True
    name, equals, value = line.partition(b"=")
    if equals and 0x3B not in name:  # no semicolon before the "="
        name = name.strip(BLANKS)
        if name:
            return (name,), False
        pair = value.partition(b";")[0]
    else:
        pair = name.partition(b";")[0]
    echoed = pair.partition(b"=")[0].strip(BLANKS)
    return ((b"", echoed) if echoed else (b"",)), True


def _names_of_pieces(line: bytes) -> tuple[bytes, ...]:
    """Return all names that readers may find in a line with CR, LF or NUL, whether they join, fold or cut it."""
    pieces = [_TERMINATORS.sub(b" ", line)]
    for unfolded in (line, _FOLDS.sub(b" ", line), _BREAKS_OF_FOLDS.sub(b"", line)):
        pieces += _TERMINATORS.split(unfolded)
    pieces += [_FIELD_NAME.sub(b"", piece) for piece in pieces]
    return tuple(dict.fromkeys(name for piece in pieces if piece for name in names_of(piece))) or (b"",)


def name_before_break(line: bytes) -> bytes:
    """Return the name before the first CR, LF or NUL, or ``b""`` if there is none, to show to people.

    What follows the break may be a value, as may all of a line without ``=``.
    """
    return names_of(line.replace(b"\0", b"\n").splitlines()[0])[0] if line.strip(b"\0\r\n") else b""


def is_deletion(line: bytes, now: float) -> bool:
    """Return whether every engine reads a well-formed line as a deletion. ``now``: seconds since 1970-01-01 UTC.

    A deletion has a last Max-Age of 0, or a plain negative one. Without any Max-Age, it has a single, plainly written
    Expires at least a day past. An Expires after the last Max-Age must be as old. Every byte must be printable ASCII.

    >>> is_deletion(b"a=; Max-Age=0", now=0.0), is_deletion(b"a=; Max-Age=0; Max-Age=x", now=0.0)
    (True, False)
    """
    return missing_to_delete(line, now) == b""


def missing_to_delete(line: bytes, now: float) -> bytes | None:
    """Return what a well-formed line lacks for every engine to read it as a deletion; ``None`` if the line stores.

    A deletion lacks ``b""``. A line lacks ``AT_ONCE`` if its Expires is less than a day past, because clocks differ. It
    does so too if a later Expires contradicts its Max-Age, because libsoup obeys the last. ``now``: seconds since
    1970-01-01 UTC.

    >>> line = b"a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"
    >>> [missing_to_delete(line, now) for now in (0.0, 1.0, 86_400.0)]
    [None, b'; Max-Age=0', b'']
    """
    pair, _, attributes = line.partition(b";")
    end, is_at_once = (_remembered if len(attributes) <= _REMEMBERED_BYTES else _end)(attributes)
    is_old = end + _A_DAY <= now
    if not is_old and not is_at_once and end >= now:
        return None
    # Older readers treat quoted text as one word, semicolons included. So only a fully quoted value is safe.
    is_quoted = b'"' in attributes or (b'"' in pair and (pair.count(b'"') % 2 or b"\\" in pair))
    if is_quoted or _CUT_SHORT.search(line):
        return None
    return b"" if is_old else AT_ONCE


#: Attributes of lines that were seen, by their hash: until when a line with them stores a cookie; see ``stores_until``.
SeenAttributes = dict[int, float]


def stores_until(attributes: bytes) -> float:
    """Return until when a line with these attributes stores a cookie, whatever its value.

    ``attributes``: all that follows the first ``;``. The time is in seconds since 1970-01-01 UTC, infinite for ever.
    """
    end, is_at_once = (_remembered if len(attributes) <= _REMEMBERED_BYTES else _end)(attributes)
    return -inf if is_at_once else end


def _end(attributes: bytes) -> tuple[float, bool]:
    """Return the latest time at which an engine ends a cookie with these attributes, all that follows the first ``;``.

    It is infinite for never, or if engines may disagree. The second member is whether a Max-Age ends the cookie at once
    in all engines except libsoup, which obeys a later Expires.
    """
    ages = list(_MAX_AGE.finditer(attributes))
    is_at_once = bool(ages) and _NOT_POSITIVE.fullmatch((ages[-1][1] or b"").strip(BLANKS)) is not None
    dates = _EXPIRES.findall(attributes, ages[-1].end() if ages else 0)
    if not is_at_once and (ages or len(dates) != 1):
        return inf, False
    stamps = [plain_date(date.strip(BLANKS)) for date in dates]
    return max((inf if stamp is None else stamp for stamp in stamps), default=-inf), is_at_once


# From response to response, a cookie mostly keeps its attributes; only its value changes.
_remembered = lru_cache(maxsize=1024)(_end)
