"""Read one Set-Cookie header value as browsers do (RFC 6265bis 5.6 and 5.7), from bytes.

Rules: never raise, whatever bytes come. If engines differ, report every name that one of them may store the line under.
Only space and tab are blanks; quotes and commas mean nothing. The last attribute of a name counts, even if it is
invalid.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from math import inf
from typing import NamedTuple

from cookiewarden.http.dates import parse_cookie_date
from cookiewarden.http.headers import as_bytes
from cookiewarden.http.matching import cookie_domain, default_path, is_foreign, is_host_only, is_secure_request
from cookiewarden.http.set_cookie_line import BLANKS, is_deletion, names_of, read_names

_MAX_PAIR_BYTES = 4096
#: What each prefix demands. ``host`` stands for a host-only cookie for the whole site.
PREFIXES = {
    b"__secure-": frozenset({"Secure"}),
    b"__http-": frozenset({"Secure", "HttpOnly"}),
    b"__host-": frozenset({"Secure", "host"}),
    b"__host-http-": frozenset({"Secure", "HttpOnly", "host"}),
}

#: Longer values of attributes are ignored (RFC 6265bis 5.6).
MAX_ATTRIBUTE_BYTES = 1024

#: A Max-Age that browsers read (RFC 6265bis 5.6.2).
INTEGER = re.compile(rb"-?[0-9]+")


@dataclass(frozen=True)
class SetCookie:
    """One Set-Cookie line as browsers read it. Its representation shows names only, never the value.

    ``names``: every name that an engine may store it under. ``attributes``: the lower-case name and the value of each
    attribute, in order, without values over 1,024 bytes. ``host`` is in lower case, without port. ``now`` is in seconds
    since 1970-01-01 UTC.
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
        """Whether the line holds CR, LF or NUL, or an engine may store it without a name."""
        return read_names(self.line)[1]

    @property
    def is_deletion(self) -> bool:
        """Whether it is well-formed and every engine reads it as a deletion, without an added Max-Age=0."""
        return not self.is_malformed and is_deletion(self.line, self.now)

    def attribute(self, name: bytes) -> bytes | None:
        """Return the value of the last attribute of that lower-case name, or ``None`` if there is none."""
        for known, value in reversed(self.attributes):
            if known == name:
                return value
        return None

    @property
    def secure(self) -> bool:
        """Whether there is a Secure attribute, whatever its value (5.6.5)."""
        return self.attribute(b"secure") is not None

    @property
    def http_only(self) -> bool:
        """Whether there is an HttpOnly attribute, whatever its value (5.6.6)."""
        return self.attribute(b"httponly") is not None

    @property
    def partitioned(self) -> bool:
        """Whether there is a Partitioned attribute, whatever its value (CHIPS)."""
        return self.attribute(b"partitioned") is not None

    @property
    def same_site(self) -> str | None:
        """``"Strict"``, ``"Lax"``, ``"None"``, or ``None`` for the browser's default (5.6.7)."""
        given = (self.attribute(b"samesite") or b"").lower()
        return {b"strict": "Strict", b"lax": "Lax", b"none": "None"}.get(given)

    @cached_property
    def domain(self) -> str:
        """The domain of the stored cookie: that of the Domain attribute, else the host (5.6.3, 5.7)."""
        return cookie_domain(self.attribute(b"domain"), self.host)

    @cached_property
    def host_only(self) -> bool:
        """Whether only that host gets it back: there is no Domain, or it is an IP address (5.7)."""
        return is_host_only(self.attribute(b"domain"), self.host)

    @property
    def cookie_path(self) -> bytes:
        """The path of the stored cookie: that of the Path attribute, else the default-path (5.1.4, 5.6.4)."""
        given = self.attribute(b"path") or b""
        return given if given.startswith(b"/") else default_path(self.path)

    @cached_property
    def expiry(self) -> float | None:
        """The time at which it expires, in seconds since 1970-01-01 UTC (5.7).

        ``-inf`` stands for at once, ``None`` for the end of the session.
        """
        age = self.attribute(b"max-age")
        if age is not None and INTEGER.fullmatch(age):
            if age.startswith(b"-") or not age.strip(b"0"):
                return -inf
            digits = age.lstrip(b"0")
            return self.now + float(digits) if len(digits) <= 15 else inf
        expires = self.attribute(b"expires")
        return None if expires is None else parse_cookie_date(expires)

    @property
    def lifetime(self) -> float | None:
        """How long it is kept, in seconds, from ``now``; ``None`` for the session, 0 or less for a deletion."""
        return None if self.expiry is None else self.expiry - self.now

    @cached_property
    def refusals(self) -> tuple[Refusal, ...]:
        """The reasons why a browser would refuse it, each with its section; empty if it would be stored."""
        return refusals(self)


def parse_set_cookie(
    line: bytes | str, *, host: str = "", scheme: str = "https", path: str = "/", now: float = 0.0
) -> SetCookie:
    """Read one Set-Cookie header value as browsers do. It accepts any bytes and never raises.

    ``line``: bytes, or a string that stands for its latin-1 bytes. ``host``, ``scheme`` and ``path`` are those of the
    request; ``now`` is in seconds since 1970-01-01 UTC. None of them affects ``names``. Source: RFC 6265bis 5.6.

    >>> cookie = parse_set_cookie(b"sid=1; Path=/; Secure; SameSite=lax", host="example.org")
    >>> cookie.names, cookie.cookie_path, cookie.secure, cookie.same_site, cookie.refusals
    ((b'sid',), b'/', True, 'Lax', ())
    """
    raw = as_bytes(line)
    pair = raw.partition(b";")[0]
    _, equals, value = pair.partition(b"=")
    attributes = [
        (name.lower(), content) for name, content in written_attributes(raw) if len(content) <= MAX_ATTRIBUTE_BYTES
    ]
    value = (value if equals else pair).strip(BLANKS)
    return SetCookie(names_of(raw), value, tuple(attributes), raw, host.lower(), scheme.lower(), path, now)


def written_attributes(line: bytes) -> list[tuple[bytes, bytes]]:
    """Return the name and the value of each attribute of a line as it is written, also those that browsers ignore.

    >>> written_attributes(b"a=1; Path = /; Secure")
    [(b'Path', b'/'), (b'Secure', b'')]
    """
    parts = [part.partition(b"=") for part in line.split(b";")[1:]]
    return [(name.strip(BLANKS), content.strip(BLANKS)) for name, _, content in parts]


def has_prefix(name: bytes) -> bool:
    """Return whether a name begins with a prefix, in any case. Browsers accept such a cookie only with Secure.

    >>> has_prefix(b"__host-Http-a"), has_prefix(b"__Hosta")
    (True, False)
    """
    return name.lower().startswith(tuple(PREFIXES))


class Refusal(NamedTuple):
    """A reason why a browser would not store a line: the section of RFC 6265bis, and what is wrong."""

    section: str
    message: str


def refusals(cookie: SetCookie) -> tuple[Refusal, ...]:
    """Return every reason why a browser would refuse the line, in the order of the storage model (5.7)."""
    found = []

    def refuse(section: str, message: str) -> None:
        found.append(Refusal(section, message))

    if not cookie.name and not cookie.value:
        refuse("5.7", "neither a name nor a value")
    if any((byte < 0x20 and byte != 0x09) or byte == 0x7F for byte in cookie.line):
        refuse("5.6", "a control character other than tab")
    if len(cookie.name) + len(cookie.value) > _MAX_PAIR_BYTES:
        refuse("5.7", "name and value together exceed 4096 bytes")
    domain = cookie.attribute(b"domain")
    if domain is not None and not domain.isascii():
        refuse("5.7", "the Domain attribute is not ASCII")
    if is_foreign(domain, cookie.host):
        refuse("5.7", "the host does not domain-match the Domain attribute")
    is_secure = is_secure_request(cookie.scheme, cookie.host)
    if cookie.secure and not is_secure:
        refuse("5.7", "Secure, but the scheme is not")
    if cookie.same_site == "None" and not cookie.secure:
        refuse("5.7", "SameSite=None without Secure")
    if cookie.partitioned and not cookie.secure:
        refuse("CHIPS", "Partitioned without Secure")
    for message in _prefix_refusals(cookie, is_secure=is_secure):
        refuse("5.4", message)
    return tuple(found)


def _prefix_refusals(cookie: SetCookie, *, is_secure: bool) -> list[str]:
    begin = cookie.name or cookie.value
    prefix = max((known for known in PREFIXES if begin.lower().startswith(known)), key=len, default=b"")
    if not prefix:
        return []
    label = begin[: len(prefix)].decode()
    if not cookie.name:
        return [f"nameless, with a value that begins with {label}"]
    demands = PREFIXES[prefix]
    messages = []
    if not (cookie.secure and is_secure):
        messages.append(f"{label} without Secure on a secure scheme")
    if "HttpOnly" in demands and not cookie.http_only:
        messages.append(f"{label} without HttpOnly")
    if "host" in demands and cookie.attribute(b"domain"):
        messages.append(f"{label} with a Domain attribute")
    if "host" in demands and cookie.attribute(b"path") != b"/":
        messages.append(f"{label} without Path=/")
    return messages
