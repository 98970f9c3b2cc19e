"""One Set-Cookie line as bytes: its names, and whether every engine reads it as a deletion (RFC 6265bis 5.6).

Rules: nothing here raises, whatever bytes come. Where engines differ, every name that one of them may store the line
under is reported. Only space and tab are blanks; quotes and commas mean nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from math import inf

from cookiewarden.http.dates import plain_date

#: What browsers trim: space and tab, and nothing else.
BLANKS = b" \t"
#: What some servers strip from field names and values before they go out: all that ``str.strip`` does.
SERVER_BLANKS = b"\t\n\x0b\x0c\r \x1c\x1d\x1e\x1f\x85\xa0"
#: What ends a cookie at once for every engine, after whatever else a deletion says.
AT_ONCE = b"; Max-Age=0"
_A_DAY = 86_400.0
_REMEMBERED_OCTETS = 256
_FIELD_NAME = re.compile(rb"\A[ \t]*set-cookie[ \t]*:", re.IGNORECASE)
_TERMINATORS = re.compile(rb"[\r\n\0]+")
# A line break before a blank folds the line: Chromium makes one space of the two, Firefox drops the break.
_FOLDS = re.compile(rb"(?<![\r\n\0])[\r\n\0]+[ \t]+")
_BREAKS_OF_FOLDS = re.compile(rb"(?<![\r\n\0])[\r\n\0]+(?=[ \t])")
# An attribute's value with the blanks around it; what follows is the next attribute or the end.
_MAX_AGE = re.compile(rb"(?:\A|;)[ \t]*max-age[ \t]*(?:=([^;]*))?(?=;|\Z)", re.IGNORECASE)
_EXPIRES = re.compile(rb"(?:\A|;)[ \t]*expires[ \t]*(?:=([^;]*))?(?=;|\Z)", re.IGNORECASE)
_NOT_POSITIVE = re.compile(rb"0|-[1-9][0-9]{0,17}")
# What ends the line early for libsoup or a server: what is not printable ASCII, or a comma in an attribute's name.
_CUT_SHORT = re.compile(rb"[^ -~]|;[^=;]*,")


def as_octets(line: bytes | bytearray | memoryview | str) -> bytes:
    r"""The octets of a line; text stands for its latin-1 octets, as in PEP 3333.

    A character beyond latin-1 stands for no octet: it becomes NUL, which makes the line malformed.

    >>> as_octets("a=é"), as_octets("a=€")
    (b'a=\xe9', b'a=\x00')
    """
    if type(line) is bytes:
        return line
    if isinstance(line, str):
        try:
            return line.encode("latin-1")
        except UnicodeEncodeError:
            return "".join(character if character < "\u0100" else "\0" for character in line).encode("latin-1")
    return bytes(line)


def has_terminator(line: bytes) -> bool:
    """Whether a line holds CR, LF or NUL: where it ends for one reader, it goes on for another."""
    return 13 in line or 10 in line or 0 in line


def names_of(line: bytes) -> tuple[bytes, ...]:
    """Every name that an engine may store the line under, the standard's own first; ``b""`` is nameless.

    A nameless cookie comes back to the server without ``=``, or with the first ``=`` of its value: what a
    server would then take for its name is reported too. Of a line with CR, LF or NUL, so is the name of
    each piece.

    >>> names_of(b" _ga = 1; Path=/"), names_of(b"_ga"), names_of(b"=a=b")
    ((b'_ga',), (b'', b'_ga'), (b'', b'a'))
    """
    return read_names(line)[0]


def read_names(line: bytes) -> tuple[tuple[bytes, ...], bool]:
    """The names of a line, as ``names_of``, and whether it is malformed: no reader can be trusted with it then.

    Malformed is a line with CR, LF or NUL, which ends for one reader where it goes on for another, and one that
    an engine may store without a name. A well-formed line has one name.

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
    """The names of all that readers may make of a line with CR, LF or NUL: joined, folded or cut in pieces."""
    pieces = [_TERMINATORS.sub(b" ", line)]
    for unfolded in (line, _FOLDS.sub(b" ", line), _BREAKS_OF_FOLDS.sub(b"", line)):
        pieces += _TERMINATORS.split(unfolded)
    pieces += [_FIELD_NAME.sub(b"", piece) for piece in pieces]
    return tuple(dict.fromkeys(name for piece in pieces if piece for name in names_of(piece))) or (b"",)


def name_before_break(line: bytes) -> bytes:
    """The name that stands before the first CR, LF or NUL, ``b""`` where none does, to tell people of: what follows may
    be a value, as may all of a line without ``=``."""
    return names_of(line.replace(b"\0", b"\n").splitlines()[0])[0] if line.strip(b"\0\r\n") else b""


def is_deletion(line: bytes, now: float) -> bool:
    """Whether every engine reads a line that is not malformed as a deletion. ``now``: seconds since 1970-01-01 UTC.

    So it is with a Max-Age of 0, or a plain negative one, and no later Max-Age; or with no Max-Age and a
    single, plainly written Expires at least a day past. An Expires after the last Max-Age must be that old, too. Every
    byte must be printable ASCII. Anything less lacks something, or is a line that stores.

    >>> is_deletion(b"a=; Max-Age=0", now=0.0), is_deletion(b"a=; Max-Age=0; Max-Age=x", now=0.0)
    (True, False)
    """
    return missing_to_delete(line, now) == b""


def missing_to_delete(line: bytes, now: float) -> bytes | None:
    """Return what a line that is not malformed lacks for every engine to read it as a deletion.

    That is nothing for a deletion. It is ``AT_ONCE`` for one whose Expires is past, but less than a day, for clocks
    differ; and for one with an Expires after its Max-Age that does not say the same, for libsoup goes by the last.
    ``None`` stands for a line that stores. ``now``: seconds since 1970-01-01 UTC.

    >>> line = b"a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"
    >>> [missing_to_delete(line, now) for now in (0.0, 1.0, 86_400.0)]
    [None, b'; Max-Age=0', b'']
    """
    pair, _, attributes = line.partition(b";")
    end, is_at_once = (_remembered if len(attributes) <= _REMEMBERED_OCTETS else _end)(attributes)
    is_old = end + _A_DAY <= now
    if not is_old and not is_at_once and end >= now:
        return None
    # Older readers take what stands in quotation marks for one word, semicolons and all: only a whole quoted
    # value is left to them.
    is_quoted = b'"' in attributes or (b'"' in pair and (pair.count(b'"') % 2 or b"\\" in pair))
    if is_quoted or _CUT_SHORT.search(line):
        return None
    return b"" if is_old else AT_ONCE


def _end(attributes: bytes) -> tuple[float, bool]:
    """Return the latest time at which these attributes, all that follows the first ``;``, end a cookie for some engine.

    It is infinite for never, and if engines may disagree. The second member says whether a Max-Age ends it at once for
    all engines but libsoup, which goes by an Expires after it.
    """
    ages = list(_MAX_AGE.finditer(attributes))
    is_at_once = bool(ages) and _NOT_POSITIVE.fullmatch((ages[-1][1] or b"").strip(BLANKS)) is not None
    dates = _EXPIRES.findall(attributes, ages[-1].end() if ages else 0)
    if not is_at_once and (ages or len(dates) != 1):
        return inf, False
    stamps = [plain_date(date.strip(BLANKS)) for date in dates]
    return max((inf if stamp is None else stamp for stamp in stamps), default=-inf), is_at_once


# The attributes of a cookie are mostly those of the last response; it is the value that changes.
_remembered = lru_cache(maxsize=1024)(_end)
