"""What browsers make of one Set-Cookie field value (RFC 6265bis 5.6 and 5.7), as octets.

Rules: it never raises, whatever octets come. Where engines differ, it reports every name that one of them
may store the line under. Only space and tab are blanks; quotes and commas mean nothing; the last attribute of
a name counts, even if it is invalid.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from math import inf

from cookiewarden import cookie_rules
from cookiewarden.cookie_rules import Refusal
from cookiewarden.dates import parse_cookie_date, plain_date

_BLANKS = b" \t"
#: What some servers strip from field names and values before they go out: all that ``str.strip`` does.
SERVER_BLANKS = b"\t\n\x0b\x0c\r \x1c\x1d\x1e\x1f\x85\xa0"
#: What ends a cookie at once for every engine, after whatever else a deletion says.
AT_ONCE = b"; Max-Age=0"
_MAX_ATTRIBUTE_OCTETS = 1024  # RFC 6265bis 5.6: longer attribute values are ignored
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
_INTEGER = re.compile(rb"-?[0-9]+")
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
        name = name.strip(_BLANKS)
        if name:
            return (name,), False
        pair = value.partition(b";")[0]
    else:
        pair = name.partition(b";")[0]
    echoed = pair.partition(b"=")[0].strip(_BLANKS)
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
    is_at_once = bool(ages) and _NOT_POSITIVE.fullmatch((ages[-1][1] or b"").strip(_BLANKS)) is not None
    dates = _EXPIRES.findall(attributes, ages[-1].end() if ages else 0)
    if not is_at_once and (ages or len(dates) != 1):
        return inf, False
    stamps = [plain_date(date.strip(_BLANKS)) for date in dates]
    return max((inf if stamp is None else stamp for stamp in stamps), default=-inf), is_at_once


# The attributes of a cookie are mostly those of the last response; it is the value that changes.
_remembered = lru_cache(maxsize=1024)(_end)


@dataclass(frozen=True)
class SetCookie:
    """One Set-Cookie line as browsers read it. Its representation shows names only, never the value.

    ``names``: every name that an engine may store it under. ``attributes``: lower-case name and value of each
    attribute, in order, those over 1,024 octets left out. What depends on the request (``host`` in lower case,
    without port; ``scheme``; ``path``; ``now`` in seconds since 1970-01-01 UTC) is worked out when it is asked
    for.
    """

    names: tuple[bytes, ...]
    value: bytes = field(repr=False)
    attributes: tuple[tuple[bytes, bytes], ...] = field(repr=False)
    line: bytes = field(repr=False)
    host: str
    scheme: str
    path: str
    now: float

    @property
    def name(self) -> bytes:
        """The cookie-name as the standard reads it; ``b""`` for a nameless cookie (5.6)."""
        return self.names[0]

    @property
    def is_malformed(self) -> bool:
        """Whether CR, LF or NUL stand in the line, or an engine may store it without a name."""
        return read_names(self.line)[1]

    @property
    def is_deletion(self) -> bool:
        """Whether it is a well-formed deletion: every engine reads it so, without the Max-Age=0 of a recent one."""
        return not self.is_malformed and is_deletion(self.line, self.now)

    def attribute(self, name: bytes) -> bytes | None:
        """The value of the last attribute of that lower-case name, ``None`` where there is none."""
        for known, value in reversed(self.attributes):
            if known == name:
                return value
        return None

    @property
    def secure(self) -> bool:
        """The Secure attribute, whatever its value (5.6.5)."""
        return self.attribute(b"secure") is not None

    @property
    def http_only(self) -> bool:
        """The HttpOnly attribute, whatever its value (5.6.6)."""
        return self.attribute(b"httponly") is not None

    @property
    def partitioned(self) -> bool:
        """The Partitioned attribute, whatever its value (CHIPS)."""
        return self.attribute(b"partitioned") is not None

    @property
    def same_site(self) -> str | None:
        """``"Strict"``, ``"Lax"``, ``"None"``, or ``None`` for the browser's default (5.6.7)."""
        given = (self.attribute(b"samesite") or b"").lower()
        return {b"strict": "Strict", b"lax": "Lax", b"none": "None"}.get(given)

    @cached_property
    def domain(self) -> str:
        """The domain it is kept for: that of the Domain attribute, else the host (5.6.3, 5.7)."""
        return cookie_rules.cookie_domain(self.attribute(b"domain"), self.host)

    @cached_property
    def host_only(self) -> bool:
        """Whether only the very host gets it back: no Domain, or one that is an IP address (5.7)."""
        return cookie_rules.is_host_only(self.attribute(b"domain"), self.host)

    @property
    def cookie_path(self) -> bytes:
        """The path it is kept for: that of the Path attribute, else the default-path (5.1.4, 5.6.4)."""
        given = self.attribute(b"path") or b""
        return given if given.startswith(b"/") else cookie_rules.default_path(self.path)

    @cached_property
    def expiry(self) -> float | None:
        """When it ends, in seconds since 1970-01-01 UTC; ``-inf`` for at once, ``None`` with the session (5.7)."""
        age = self.attribute(b"max-age")
        if age is not None and _INTEGER.fullmatch(age):
            if age.startswith(b"-") or not age.strip(b"0"):
                return -inf
            digits = age.lstrip(b"0")
            return self.now + float(digits) if len(digits) <= 15 else inf
        expires = self.attribute(b"expires")
        return None if expires is None else parse_cookie_date(expires)

    @cached_property
    def refusals(self) -> tuple[Refusal, ...]:
        """What a browser would refuse it for, each with the section; empty when it would be stored."""
        return cookie_rules.refusals(self)


def parse_set_cookie(
    line: bytes | str, *, host: str = "", scheme: str = "https", path: str = "/", now: float = 0.0
) -> SetCookie:
    """Read one Set-Cookie field value as browsers do; any octets will do, and it never raises.

    ``line``: the octets, or text that stands for them as latin-1. ``host``, ``scheme`` and ``path`` are those of
    the request, ``now`` is in seconds since 1970-01-01 UTC; none of them has a say in ``names``.
    Source: RFC 6265bis 5.6.

    >>> cookie = parse_set_cookie(b"sid=1; Path=/; Secure; SameSite=lax", host="example.org")
    >>> cookie.names, cookie.cookie_path, cookie.secure, cookie.same_site, cookie.refusals
    ((b'sid',), b'/', True, 'Lax', ())
    """
    octets = as_octets(line)
    pair, *rest = octets.split(b";")
    _, equals, value = pair.partition(b"=")
    attributes = []
    for attribute in rest:
        name, _, content = attribute.partition(b"=")
        content = content.strip(_BLANKS)
        if len(content) <= _MAX_ATTRIBUTE_OCTETS:
            attributes.append((name.strip(_BLANKS).lower(), content))
    value = (value if equals else pair).strip(_BLANKS)
    return SetCookie(names_of(octets), value, tuple(attributes), octets, host.lower(), scheme.lower(), path, now)
