"""Says in words how browsers read one Set-Cookie line: its names, its attributes, its reach and its end.

Rule: ``parse_set_cookie`` reads the line. Nothing said here decides whether the line passes, and no value is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import inf

from cookiewarden.http.dates import imf_fixdate, parse_cookie_date
from cookiewarden.http.matching import is_foreign, is_secure_request
from cookiewarden.http.set_cookie import (
    INTEGER,
    MAX_ATTRIBUTE_BYTES,
    PREFIXES,
    SetCookie,
    written_attributes,
)
from cookiewarden.policy.lifetimes import lifetime_text

#: The longest time for which browsers keep a cookie, in seconds: 400 days (RFC 6265bis 5.5).
LONGEST_KEPT = 400 * 86_400
#: So many names and attributes are shown; a hostile line may have very many.
MAX_SHOWN = 20
_SAME_SITE = {
    "Strict": "only requests from this site itself carry it",
    "Lax": "requests from this site carry it, and links that lead here",
    "None": "requests from other sites carry it, too",
}
_NO_SAME_SITE = "no valid SameSite: Chromium takes Lax, Firefox and Safari take None"


@dataclass(frozen=True, slots=True)
class ReadAttribute:
    """One attribute as it is written, and what browsers make of it. ``counts``: whether they heed it.

    ``name`` and ``value`` are text for people, cut if they are long.
    """

    name: str
    value: str
    counts: bool
    meaning: str


@dataclass(frozen=True, slots=True)
class BrowserReading:
    """One line as browsers read it.

    ``names``: those under which an engine may store it, ``b""`` for none. They and ``attributes`` are the first of
    each; ``other_names`` and ``other_attributes`` are how many more there are. ``facts``: what browsers make of
    the whole line, each a label and a text. ``lifetime``: in seconds, as written; ``None`` for a session, negative or
    0 for a deletion. ``kept``: likewise, as browsers cap it.
    """

    cookie: SetCookie
    names: tuple[bytes, ...]
    other_names: int
    attributes: tuple[ReadAttribute, ...]
    other_attributes: int
    facts: tuple[tuple[str, str], ...]
    lifetime: float | None
    kept: float | None


def reading_of(cookie: SetCookie) -> BrowserReading:
    """Return how browsers read a line.

    >>> from cookiewarden.http.set_cookie import parse_set_cookie
    >>> reading = reading_of(parse_set_cookie(b"sid=1; Max-Age=1; Max-Age=x; Secure", host="example.org"))
    >>> [(one.name, one.counts) for one in reading.attributes], reading.lifetime
    ([('Max-Age', False), ('Max-Age', False), ('Secure', True)], None)
    """
    written = written_attributes(cookie.line)
    lifetime = None if cookie.expiry is None else cookie.expiry - cookie.now
    kept = None if lifetime is None else min(lifetime, LONGEST_KEPT)
    return BrowserReading(
        cookie=cookie,
        names=cookie.names[:MAX_SHOWN],
        other_names=max(len(cookie.names) - MAX_SHOWN, 0),
        attributes=tuple(_attributes(cookie, written)),
        other_attributes=max(len(written) - MAX_SHOWN, 0),
        facts=(
            ("Value", "1 byte" if len(cookie.value) == 1 else f"{len(cookie.value)} bytes"),
            ("Kept", _kept(lifetime)),
            ("Sent to", _reach(cookie)),
            *([("Prefix", prefix)] if (prefix := _prefix(cookie)) else []),
            ("Secure", _secure_fact(cookie)),
            ("HttpOnly", "yes: scripts cannot read it" if cookie.http_only else "no: scripts of the page can read it"),
            ("SameSite", f"{cookie.same_site}: {_SAME_SITE[cookie.same_site]}" if cookie.same_site else _NO_SAME_SITE),
            *([("Partitioned", "kept apart for each site that embeds this one")] if cookie.partitioned else []),
        ),
        lifetime=lifetime,
        kept=kept,
    )


def _kept(lifetime: float | None) -> str:
    if lifetime is None:
        return "until the browser ends its session"
    if lifetime <= 0:
        return "not at all: the line ends the cookie"
    if lifetime <= LONGEST_KEPT:
        return f"for {lifetime_text(lifetime)}"
    written = "for ever" if lifetime == inf else f"for {lifetime_text(lifetime)}"
    return f"for 400 days, though the line says {written}: browsers keep no cookie longer (RFC 6265bis 5.5)"


def _reach(cookie: SetCookie) -> str:
    path = _text(cookie.cookie_path)
    host = cookie.domain or "the host of the request"
    if cookie.host_only:
        return f"{host} alone (host-only), under {path}"
    return f"{host} and all hosts below it, under {path}"


def _prefix(cookie: SetCookie) -> str:
    """Return what the prefix of the name demands; ``""`` if it has none."""
    lowered = cookie.name.lower()
    prefix = max((known for known in PREFIXES if lowered.startswith(known)), key=len, default=b"")
    if not prefix:
        return ""
    words = {"Secure": "Secure", "HttpOnly": "HttpOnly", "host": "Path=/ and no Domain"}
    demands = ", ".join(words[one] for one in words if one in PREFIXES[prefix])
    is_met = not any(refusal.section == "5.4" for refusal in cookie.refusals)
    return f"{_text(cookie.name[: len(prefix)])} demands {demands}: the line {'has' if is_met else 'lacks'} that"


def _attributes(cookie: SetCookie, written: list[tuple[bytes, bytes]]) -> Iterator[ReadAttribute]:
    last = {name.lower(): number for number, (name, value) in enumerate(written) if len(value) <= MAX_ATTRIBUTE_BYTES}
    for number, (name, value) in enumerate(written[:MAX_SHOWN]):
        if not (name or value):
            continue  # a semicolon at the end, mostly
        if len(value) > MAX_ATTRIBUTE_BYTES:
            counts, meaning = False, f"ignored: a value over {MAX_ATTRIBUTE_BYTES} bytes"
        elif name.lower() not in _MEANINGS:
            counts, meaning = False, "ignored: browsers know no such attribute"
        elif last[name.lower()] != number:
            counts, meaning = False, "ignored: the last attribute of a name counts"
        else:
            counts, meaning = _MEANINGS[name.lower()](cookie, value)
        yield ReadAttribute(_text(name), _text(value), counts, meaning)


_Meaning = tuple[bool, str]


def _expires(cookie: SetCookie, value: bytes) -> _Meaning:
    date = parse_cookie_date(value)
    if date is None:
        return False, "ignored: browsers read no date in it"
    if INTEGER.fullmatch(cookie.attribute(b"max-age") or b""):
        return False, "ignored: Max-Age goes before it"
    return True, f"ends the cookie on {imf_fixdate(int(date)).decode()}"


def _max_age(cookie: SetCookie, value: bytes) -> _Meaning:
    if not INTEGER.fullmatch(value):
        return False, "ignored: not a whole number of seconds"
    end = cookie.expiry or 0.0
    if end <= cookie.now:
        return True, "ends the cookie at once"
    return True, "keeps it for ever" if end == inf else f"keeps it for {lifetime_text(end - cookie.now)}"


def _domain(cookie: SetCookie, value: bytes) -> _Meaning:
    if is_foreign(value, cookie.host):
        return True, f"names another site than {cookie.host}, so browsers refuse the line"
    if cookie.host_only:
        return False, "ignored: empty, or the address of the host itself"
    return True, f"{cookie.domain} and all hosts below it get the cookie, unless it is a public suffix such as co.uk"


def _path(cookie: SetCookie, value: bytes) -> _Meaning:
    if value.startswith(b"/"):
        return True, "requests under it carry the cookie"
    return False, f"ignored: does not begin with /, so the path is that of the request, {_text(cookie.cookie_path)}"


def _secure(cookie: SetCookie, value: bytes) -> _Meaning:
    hosts = ", and over http to this machine itself," if is_secure_request("http", cookie.host) else ""
    return _flag(f"only requests over https{hosts} carry the cookie")(cookie, value)


def _secure_fact(cookie: SetCookie) -> str:
    if not cookie.secure:
        return "no: over http, too"
    return f"yes: only over https{', or to this machine itself' if is_secure_request('http', cookie.host) else ''}"


def _same_site(cookie: SetCookie, value: bytes) -> _Meaning:  # noqa: ARG001 - as the others
    if cookie.same_site is None:
        return False, "ignored: neither Strict, Lax nor None"
    return True, _SAME_SITE[cookie.same_site]


def _priority(cookie: SetCookie, value: bytes) -> _Meaning:  # noqa: ARG001 - as the others
    return False, "ignored, but by Chromium, which drops those of low priority first if there are too many"


def _flag(text: str) -> Callable[[SetCookie, bytes], _Meaning]:
    def meaning(cookie: SetCookie, value: bytes) -> _Meaning:  # noqa: ARG001 - as the others
        return True, f"{text}; its value does not count" if value else text

    return meaning


_MEANINGS: dict[bytes, Callable[[SetCookie, bytes], _Meaning]] = {
    b"expires": _expires,
    b"max-age": _max_age,
    b"domain": _domain,
    b"path": _path,
    b"secure": _secure,
    b"httponly": _flag("scripts cannot read the cookie"),
    b"samesite": _same_site,
    b"priority": _priority,
    b"partitioned": _flag("the cookie is kept apart for each site that embeds this one"),
}


def _text(data: bytes) -> str:
    """Return bytes as text for people, cut if it is long."""
    text = data[: 4 * MAX_SHOWN + 1].decode("utf-8", "backslashreplace")
    return text if len(data) <= 4 * MAX_SHOWN else f"{text[: 4 * MAX_SHOWN]}..."
