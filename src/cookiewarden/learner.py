"""Learning what an app really sets, while it is wrapped: the live side of ``learned``.

Rule: bounded memory, whatever comes; names that an app makes up for each visitor become one pattern. It looks at
lines that store, blocked or not; values are never kept.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from cookiewarden.cookie_rules import is_foreign
from cookiewarden.decide import Judgement, Reason
from cookiewarden.decision_hook import Told
from cookiewarden.exchange import Exchange
from cookiewarden.hosts import normalize_host
from cookiewarden.learned import MAX_NAMES, Key, Learned, LearnedCookie
from cookiewarden.set_cookie import SetCookie, parse_set_cookie
from cookiewarden.visit import RequestReader

R = TypeVar("R")

_NOT_STORING = frozenset({Reason.MALFORMED, Reason.DELETION})
_MAX_ALIKE = 8
_MAX_NAME_OCTETS = 256
_MAX_CHARACTERS = 100
# Seconds between two writings of what is known already, so that the file stays small.
_SECONDS = 3600.0
# Names that end in what looks made up: a UUID; letters and digits behind a mark; a number.
_MADE_UP = (
    re.compile(rb"(.*?)[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}", re.DOTALL),
    re.compile(rb"(.*[^0-9A-Za-z])[A-Za-z]*[0-9][0-9A-Za-z]{3,}", re.DOTALL),
    re.compile(rb"(.*[A-Za-z])[0-9]{3,}", re.DOTALL),
)
_PLAIN_PART = re.compile(r"[A-Za-z._~-]{0,24}")


class Learner(Generic[R]):
    """Collects what the app behind one middleware sets. Safe to share between threads."""

    def __init__(self, reader: RequestReader[R], clock: Callable[[], float]) -> None:
        self._reader = reader
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[Key, LearnedCookie] = {}  # with what was written already
        self._fresh: dict[Key, LearnedCookie] = {}  # since it was written the last time
        self._alike: dict[tuple[str, bytes], int] = {}
        self._is_news = False
        self._written = clock()

    def see(self, exchange: Exchange, request: R, lines: list[Told]) -> None:
        """Learn from the lines of one response."""
        visit = self._reader.visit(request)
        site = "" if exchange.policy is None else exchange.policy.site.id
        path = "/".join(part if _PLAIN_PART.fullmatch(part) else "*" for part in visit.url_path.split("/", 8)[:8])
        host, now = normalize_host(visit.host), self._clock()
        for line, judgement, _ in lines:
            if judgement.reason not in _NOT_STORING:
                cookie = parse_set_cookie(line, host=host, now=now)
                with self._lock:
                    self._learn(site, path[:_MAX_CHARACTERS], cookie, judgement, now)

    def take(self, *, is_last: bool = False) -> Learned | None:
        """What is to be written now, which then counts as written; ``None`` while there is nothing new, or little."""
        with self._lock:
            now = self._clock()
            if not self._fresh or not (is_last or self._is_news or now >= self._written + _SECONDS):
                return None
            fresh, self._fresh = self._fresh, {}
            self._is_news, self._written = False, now
            return Learned(fresh)

    def put_back(self, learned: Learned) -> None:
        """Keep what could not be written for the next time."""
        with self._lock:
            self._fresh = dict((learned + Learned(self._fresh)).cookies)
            self._is_news = True

    def _learn(self, site: str, path: str, cookie: SetCookie, judgement: Judgement, now: float) -> None:
        key = self._key(site, judgement.names[0])
        if key is None:
            return
        lifetime = None if cookie.expiry is None else max(int(cookie.expiry - now), 0)
        attributes = tuple(sorted(set(_attributes(cookie))))
        foreign = is_foreign(cookie.attribute(b"domain"), cookie.host)
        one = LearnedCookie(*key, 1, now, now, lifetime, attributes, (path,), foreign)
        known, fresh = self._known.get(key), self._fresh.get(key)
        both = one if known is None else known + one
        if known is None or (both.attributes, both.paths) != (known.attributes, known.paths):
            self._is_news = True
        self._known[key] = both
        self._fresh[key] = one if fresh is None else fresh + one

    def _key(self, site: str, name: bytes) -> Key | None:
        """What a name is known by; ``None`` where there is no room for it."""
        text = name[:_MAX_NAME_OCTETS].decode("utf-8", "surrogateescape")
        key = site, text, len(name) > _MAX_NAME_OCTETS
        if key in self._known:
            return key
        prefix = made_up_behind(name[:_MAX_NAME_OCTETS])
        if prefix is not None:
            alike = self._alike.get((site, prefix), 0)
            if alike >= _MAX_ALIKE:
                key = site, prefix.decode("utf-8", "surrogateescape") + "*", True
            elif len(self._alike) < MAX_NAMES or alike:
                self._alike[site, prefix] = alike + 1
        return key if key in self._known or len(self._known) < MAX_NAMES else None


def made_up_behind(name: bytes) -> bytes | None:
    """What stands in front of the end of a name that looks made up, as for each visitor; ``None`` for other names.

    >>> [made_up_behind(name) for name in (b"_ga_8KX2P1", b"cart-4711", b"visit1234", b"_ga", b"sessionid")]
    [b'_ga_', b'cart-', b'visit', None, None]
    """
    matches = (form.fullmatch(name) for form in _MADE_UP)
    return next((match[1] for match in matches if match and len(match[1]) > 2), None)


def _attributes(cookie: SetCookie) -> Iterator[str]:
    for flag, is_set in (
        ("Secure", cookie.secure),
        ("HttpOnly", cookie.http_only),
        ("Partitioned", cookie.partitioned),
    ):
        if is_set:
            yield flag
    for name in ("SameSite", "Path", "Domain"):
        value = cookie.attribute(name.lower().encode())
        if value:
            text = value[:_MAX_CHARACTERS].decode("utf-8", "replace")
            yield f"{name}=" + "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)
