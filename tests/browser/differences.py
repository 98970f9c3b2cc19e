"""Find where a browser and our reader differ: compare what it stored with what the reader or the middleware says."""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from browser.rounds import DELETION, RAW, SCREENED, Round, is_allowed, is_sent_back, plain_cookie, read
from browser.wire import Echoes
from cookiewarden.http.dates import plain_date
from cookiewarden.http.set_cookie import SetCookie

_BLANKS = b" \t"
# A cookie that expires this close to now may be gone before the browser sends it.
_SECONDS = 600.0


class Finding(NamedTuple):
    """One difference: what is wrong, the round that showed it, and what the browser sent after each step."""

    what: str
    round: Round
    echoes: Echoes

    def __str__(self) -> str:
        return f"{self.what}:\n  case {self.round.case!r}\n  sent {self.round.steps!r}\n  came back {self.echoes!r}"


def findings(browser: str, rounds: Sequence[Round], echoes: Sequence[Echoes], now: float) -> list[Finding]:
    """Return every difference that is not documented below. ``now``: when the rounds were made."""
    return [
        Finding(what, one, sent_back)
        for one, sent_back in zip(rounds, echoes, strict=True)
        for what in _CHECKS[one.kind](browser, one, sent_back, now)
    ]


def names_of_part(part: bytes) -> set[bytes]:
    """Return the names that a server may read in one part of a Cookie header; without ``=`` it may be nameless."""
    name, equals, _ = part.partition(b"=")
    return {name} if equals else {b"", name}


def _check_raw(browser: str, one: Round, sent_back: Echoes, now: float) -> list[str]:
    stored = sent_back[0] or []
    found = []
    # The reader gets header values only. The middleware alone can judge a header name that holds more than
    # Set-Cookie, or that continues the header before.
    if all(name.rstrip(_BLANKS).lower() == b"set-cookie" for name, _ in one.case):
        reported = {name for _, line in one.case for name in read(line, one.host, now).names}
        found += [f"stored as {part!r}, not reported" for part in stored if not names_of_part(part) & reported]
    cookie = plain_cookie(one.case, one.host, now)
    if cookie is None:
        return found
    if cookie.is_deletion and not cookie.is_malformed and stored:
        found.append("stored, though it reads as a deletion")
    expected = _expected(cookie, now)
    if expected is not None and expected != stored and not _is_documented(browser, cookie):
        found.append(f"expected {expected!r}")
    return found


def _check_screened(browser: str, one: Round, sent_back: Echoes, now: float) -> list[str]:
    stored = sent_back[0] or []
    return [f"stored as {part!r}, though blocked" for part in stored if not all(map(is_allowed, names_of_part(part)))]


def _check_deletion(browser: str, one: Round, sent_back: Echoes, now: float) -> list[str]:
    before, after = (set(parts or []) for parts in sent_back)
    if not after <= before:
        return ["stored, though it reads as a deletion"]
    cookie = plain_cookie(one.case, one.host, now)
    if cookie is None or _is_documented(browser, cookie):
        return []
    return ["not deleted"] if after else [] if before else ["not stored by the plain line"]


_CHECKS = {RAW: _check_raw, SCREENED: _check_screened, DELETION: _check_deletion}


def _expected(cookie: SetCookie, now: float) -> list[bytes] | None:
    """Return what must come back of a line by our reader; ``None`` if that depends on how long it takes."""
    expiry = cookie.expiry
    if expiry is not None and abs(expiry - now) < _SECONDS:
        return None
    if cookie.refusals or not is_sent_back(cookie) or (expiry is not None and expiry < now):
        return []
    return [cookie.name + b"=" + cookie.value if cookie.name else cookie.value]


def _is_documented(browser: str, cookie: SetCookie) -> bool:
    return any(applies(cookie) for applies in DOCUMENTED[browser].values())


def _has_inner_tab(cookie: SetCookie) -> bool:
    sides = (side for part in cookie.line.split(b";") for side in part.split(b"=", 1))
    return any(b"\t" in side.strip(_BLANKS) for side in sides)


def _has_odd_date(cookie: SetCookie) -> bool:
    expires = cookie.attribute(b"expires")
    return expires is not None and plain_date(expires) is None


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


Known = dict[str, Callable[[SetCookie], bool]]

_EVERYWHERE: Known = {
    "engines know public suffixes": lambda cookie: cookie.domain == "localhost",
    "engines refuse a Domain that is a dot; the standard makes it host-only": (
        lambda cookie: cookie.attribute(b"domain") == b"."
    ),
    "engines refuse a nameless cookie with = in its value, which would come back as a named one": (
        lambda cookie: not cookie.name and b"=" in cookie.value
    ),
    "each engine reads a date that is not plain in its own way": _has_odd_date,
}

#: Known differences, and why they exist. In none of them does a browser store a name that the reader does not report.
DOCUMENTED: dict[str, Known] = {
    "chromium": {
        **_EVERYWHERE,
        "Chromium refuses a line with a tab inside its name, its value or an attribute": _has_inner_tab,
        "Chromium reads a Max-Age with a plus sign": (
            lambda cookie: (cookie.attribute(b"max-age") or b"").startswith(b"+")
        ),
        "Chromium ends a cookie at once whose Max-Age runs below 64 bits, whatever follows": (
            lambda cookie: re.match(rb"-[0-9]{19}", cookie.attribute(b"max-age") or b"") is not None
        ),
    },
    "firefox": {
        **_EVERYWHERE,
        "Firefox takes a pair without = for the name, and refuses nameless cookies": lambda cookie: not cookie.name,
        "Firefox replaces what is not UTF-8 in a value, not in a name": lambda cookie: not _is_utf8(cookie.value),
        "Firefox ends a cookie at once whose Max-Age begins with a minus sign, whatever follows": (
            lambda cookie: (cookie.attribute(b"max-age") or b"").startswith(b"-")
        ),
        "Firefox counts the default-path / as Path=/ where a prefix demands it": (
            lambda cookie: (
                all(refusal.message.endswith("without Path=/") for refusal in cookie.refusals)
                and cookie.cookie_path == b"/"
                and cookie.name.startswith(b"__")
            )
        ),
    },
}
