"""Reads robots.txt: which addresses a site asks readers not to open, and how long to wait between them (RFC 9309).

``urllib.robotparser`` knows neither ``*`` nor the longest match; Protego makes regular expressions, which a hostile
file can make very slow. So this is our own: each rule is matched in linear time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

#: So much of the file is read (RFC 9309 2.5 demands at least that).
MAX_BYTES = 512_000
#: What a site can do whose file forbids its start page to these readers.
LET_IN = '"User-agent: cookiewarden" and "Allow: /" in that file let this tool in'
_MAX_RULES = 5_000
_FOUND, _TOO_MANY_REQUESTS, _SERVER_ERROR = 200, 429, 500
_ESCAPED = re.compile(r"%[0-9A-Fa-f]{2}")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


@dataclass(frozen=True, slots=True)
class Robots:
    """What a site asks of one reader. ``rules``: patterns, and whether they allow. ``delay``: seconds to wait."""

    rules: tuple[tuple[str, bool], ...] = ()
    delay: float = 0.0

    def allows(self, url: str) -> bool:
        r"""Return whether an address may be opened: the longest matching rule decides, and allows if in doubt.

        >>> robots = read_robots("User-agent: *\nDisallow: /*?\nAllow: /search?", "cookiewarden")
        >>> [robots.allows(f"https://a.example{path}") for path in ("/", "/x?y", "/search?y")]
        [True, False, True]
        """
        parts = urlsplit(url)
        path = _comparable(f"{parts.path or '/'}{'?' * bool(parts.query)}{parts.query}")
        if path == "/robots.txt":
            return True
        found = max(((len(pattern), allows) for pattern, allows in self.rules if _matches(pattern, path)), default=None)
        return found is None or found[1]


#: For a site whose file cannot be had: nothing may be opened (RFC 9309 2.3.1.4).
FORBIDS_ALL = Robots((("/", False),))


def robots_in(status: int, body: bytes, agent: str, *, is_whole: bool = True) -> Robots:
    r"""Return what the response to a request for robots.txt asks of the reader ``agent`` (RFC 9309 2.3.1).

    ``is_whole``: whether the body was read to its end. If the server cannot answer, the site lets nothing be opened; a
    file that is missing forbids nothing.

    >>> robots_in(503, b"", "cookiewarden") is FORBIDS_ALL, robots_in(404, b"User-agent: *\nDisallow: /", "x").rules
    (True, ())
    """
    if status >= _SERVER_ERROR or status in (0, _TOO_MANY_REQUESTS):
        return FORBIDS_ALL
    if status != _FOUND:
        return Robots()
    if not is_whole and len(body) < MAX_BYTES:  # what else forbids something did not come
        return FORBIDS_ALL
    # Of a file that was cut, the last line may be half a rule.
    return read_robots((body if is_whole else body.rpartition(b"\n")[0]).decode("utf-8", "replace"), agent)


def read_robots(text: str, agent: str) -> Robots:
    """Return what a file asks of the reader ``agent``, a name in lower case: in its groups, else in those for all.

    Lines that cannot be read are ignored.
    """
    groups: dict[str, tuple[list[tuple[str, bool]], list[float]]] = {agent: ([], []), "*": ([], [])}
    is_named = is_open = False
    current: set[str] = set()
    count = 0
    for line in text.removeprefix("\ufeff").splitlines():
        key, colon, value = line.partition("#")[0].partition(":")
        key, value = key.strip().lower(), value.strip()
        if not colon:
            continue
        if key == "user-agent":
            current = current if is_open else set()
            current |= {value.lower().partition("/")[0].strip()} & groups.keys()
            is_named |= agent in current
            is_open = True
            continue
        is_open = is_open and key not in ("allow", "disallow", "crawl-delay")
        if key in ("allow", "disallow") and value and count < _MAX_RULES:
            for name in current:
                count += 1
                groups[name][0].append((_comparable(value), key == "allow"))
        elif key == "crawl-delay" and re.fullmatch(r"\d{1,6}(?:\.\d{1,6})?", value, re.ASCII):
            for name in current:
                groups[name][1].append(float(value))
    rules, delays = groups[agent if is_named else "*"]
    return Robots(tuple(rules), max(delays, default=0.0))


def _comparable(path: str) -> str:
    """Return a path or pattern with each character in one spelling (RFC 9309 2.2.2)."""
    escaped = quote(path, safe="%/?:@!$&'()*+,;=-._~[]|", errors="replace")

    def spelling(match: re.Match[str]) -> str:
        character = chr(int(match[0][1:], 16))
        return character if character in _UNRESERVED else match[0].upper()

    return _ESCAPED.sub(spelling, escaped)


def _matches(pattern: str, path: str) -> bool:
    """Return whether a path begins with a pattern, in which ``*`` is anything and a last ``$`` is the end."""
    is_whole = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    for number, piece in enumerate(others):
        if is_whole and number == len(others) - 1:
            return path.endswith(piece) and len(path) - len(piece) >= at
        at = path.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return not is_whole or at == len(path)
