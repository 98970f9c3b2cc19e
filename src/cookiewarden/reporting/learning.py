"""Learning what an app really sets, while it is wrapped: the live side of ``learned``.

Rule: bounded memory, whatever comes; names that an app makes up for each visitor become one pattern. It looks at
lines that store, blocked or not, and at none that ended before it was sent; values are never kept.
"""

from __future__ import annotations

import os
import re
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

from cookiewarden.errors import printable
from cookiewarden.http.hosts import normalize_host
from cookiewarden.http.matching import is_foreign
from cookiewarden.http.request import Carrier, RequestReader, RequestSnapshot
from cookiewarden.http.set_cookie import PREFIXES, SetCookie, parse_set_cookie
from cookiewarden.log import Throttle, logger
from cookiewarden.policy.decision import Reason, Verdict
from cookiewarden.policy.policy import Policy
from cookiewarden.process import Background, call_in_child
from cookiewarden.reporting.learned import MAX_NAMES, Key, Learned, LearnedCookie
from cookiewarden.reporting.outcome import ScreenedLine

_SECONDS_BETWEEN_LOOKS = 10.0


_MAX_NAME_OCTETS = 256
_MAX_CHARACTERS = 100
_MAX_LIFETIME = 10.0**10  # seconds; browsers keep none for longer than 400 days
# Seconds between two writings of what is known already: more each time, so that the file stays small.
_SHORTEST_PAUSE, _LONGEST_PAUSE = 10.0, 3600.0
# Names that end in what looks made up: a UUID; letters and digits behind a mark; a number.
_MADE_UP = (
    re.compile(rb"(.*?)[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}", re.DOTALL),
    re.compile(rb"(.*[^0-9A-Za-z])[A-Za-z]*[0-9][0-9A-Za-z]{3,}", re.DOTALL),
    re.compile(rb"(.*[A-Za-z])[0-9]{3,}", re.DOTALL),
)
_PLAIN_PART = re.compile(r"[A-Za-z._~-]{0,24}")


class Learner:
    """Collects what the app behind one middleware sets. Safe to share between threads."""

    def __init__(self, reader: RequestReader, clock: Callable[[], float]) -> None:
        self._reader = reader
        self._clock = clock
        self._lock = threading.RLock()  # the end of another middleware may come up while it is held
        self._known: dict[Key, LearnedCookie] = {}  # with what was written already
        self._fresh: dict[Key, LearnedCookie] = {}  # since it was written the last time
        self._families: dict[tuple[str, bytes], bytes] = {}  # the first name of each
        self._has_news = False
        self._written = clock()
        self._pause = _SHORTEST_PAUSE
        call_in_child(self._begin)

    def _begin(self) -> None:
        """Write nothing that the process from which this one was forked writes, too."""
        self._lock = threading.RLock()
        self._fresh = {}

    def see(
        self, snapshot: RequestSnapshot, carrier: Carrier, policy: Policy | None, lines: list[ScreenedLine]
    ) -> None:
        """Learn from the lines of one response."""
        request = self._reader.request(snapshot, carrier)
        path = _masked(request.url_path)
        site = "" if policy is None else policy.site.id
        host, now = normalize_host(request.host), self._clock()
        for line, judgement, _ in lines:
            cookie = parse_set_cookie(line, host=host, now=now)
            # Asked of the line itself: a judgement of what passes anyhow does not say that it is a deletion.
            is_past = cookie.expiry is not None and cookie.expiry <= now
            if judgement.reason is not Reason.MALFORMED and not is_past:
                with self._lock:
                    self._learn(site, path, cookie, judgement, now)

    def take(self, *, is_last: bool = False) -> Learned | None:
        """What is to be written now, which then counts as written; ``None`` while there is nothing new, or little."""
        with self._lock:
            now = self._clock()
            if not self._fresh or not (is_last or self._has_news or now >= self._written + self._pause):
                return None
            fresh, self._fresh = self._fresh, {}
            self._pause = _SHORTEST_PAUSE if self._has_news else min(2 * self._pause, _LONGEST_PAUSE)
            self._has_news, self._written = False, now
            return Learned(fresh)

    def put_back(self, learned: Learned) -> None:
        """Keep what could not be written for the next time."""
        with self._lock:
            self._fresh = dict((learned + Learned(self._fresh)).cookies)
            self._has_news = True

    def _learn(self, site: str, path: str, cookie: SetCookie, judgement: Verdict, now: float) -> None:
        key = self._key(site, judgement.names[0])
        if key is None:
            return
        lifetime = None if cookie.expiry is None else int(min(cookie.expiry - now, _MAX_LIFETIME))
        attributes = tuple(sorted(_attributes(cookie)))
        foreign = is_foreign(cookie.attribute(b"domain"), cookie.host)
        one = LearnedCookie(*key, 1, now, now, lifetime, attributes, (path,), foreign)
        known, fresh = self._known.get(key), self._fresh.get(key)
        both = one if known is None else known + one
        # What takes the place of something else, where there is no room left, is no news: it could go on for ever.
        if known is None or len(both.attributes) + len(both.paths) > len(known.attributes) + len(known.paths):
            self._has_news = True
        self._known[key] = both
        self._fresh[key] = one if fresh is None else fresh + one

    def _key(self, site: str, name: bytes) -> Key | None:
        """What a name is known by; ``None`` where there is no room for it."""
        is_cut, name = len(name) > _MAX_NAME_OCTETS, name[:_MAX_NAME_OCTETS]
        key = site, name.decode("utf-8", "surrogateescape"), is_cut
        if key in self._known:
            return key
        prefix = made_up_behind(name)
        if prefix is not None and len(self._families) < MAX_NAMES:
            first = self._families.setdefault((site, prefix), name)
            if first != name:  # so it is made up for each visitor, or each of something else
                key = site, prefix.decode("utf-8", "surrogateescape") + "*", True
        return key if key in self._known or len(self._known) < MAX_NAMES else None


def made_up_behind(name: bytes) -> bytes | None:
    """What stands in front of the end of a name that looks made up, as for each visitor; ``None`` for other names.

    >>> [made_up_behind(name) for name in (b"_ga_8KX2P1", b"cart-4711", b"visit1234", b"_ga", b"sessionid")]
    [b'_ga_', b'cart-', b'visit', None, None]
    """
    matches = (form.fullmatch(name) for form in _MADE_UP)
    prefix = next((match[1] for match in matches if match and len(match[1]) > 2), None)
    # What some names have to begin with (RFC 6265bis 4.1.3) is no family of cookies.
    return None if prefix is None or prefix.lower() in PREFIXES else prefix


def _masked(path: str) -> str:
    """A path without what may be somebody's: of several parts, the first, and a ``*`` for the others."""
    first, slash, rest = path.removeprefix("/").partition("/")
    return "/" + (first if _PLAIN_PART.fullmatch(first) else "*") + (slash and "/") + (rest and "*")


def _attributes(cookie: SetCookie) -> Iterator[str]:
    for flag, is_set in (
        ("Secure", cookie.secure),
        ("HttpOnly", cookie.http_only),
        ("Partitioned", cookie.partitioned),
    ):
        if is_set:
            yield flag
    if cookie.same_site is not None:
        yield f"SameSite={cookie.same_site}"
    path, domain = cookie.attribute(b"path"), cookie.attribute(b"domain")
    if path:
        yield "Path=" + _masked(path[:_MAX_CHARACTERS].decode("ascii", "replace"))
    if domain and len(domain) <= _MAX_CHARACTERS:
        text = domain.decode("ascii", "replace")
        yield "Domain=" + "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)


class LearnedFile:
    """Writes what one learner collects."""

    def __init__(self, learner: Learner, path: Path, clock: Callable[[], float]) -> None:
        self._learner = learner
        self._path = path
        self._throttle = Throttle(clock)
        self._writing = Background(self.write, _SECONDS_BETWEEN_LOOKS)
        weakref.finalize(self, _write, learner, path, self._throttle, True)

    def write(self, *, is_last: bool = False) -> None:
        """Write what is new, or at last all; logged, once a minute, where that fails."""
        _write(self._learner, self._path, self._throttle, is_last)


def _write(learner: Learner, path: Path, throttle: Throttle, is_last: bool) -> None:
    learned = learner.take(is_last=is_last)
    if learned is None:
        return
    # The first line break ends a line of whoever could not write all of it.
    text, written, said = "\n" + learned.to_jsonl(), 0, f"{path} takes no more"
    try:
        written = _append(path, text.encode("ascii"))
    except (OSError, ValueError) as error:
        said = str(error)
    if written < len(text):
        # A line that lacks no more than its line break is there.
        learner.put_back(Learned.from_jsonl(text[text.rfind("\n", 0, written + 1) + 1 :]))
        if throttle.is_due("learn"):
            logger.error("what was learned could not be written; it is tried again: %s", printable(said))


def _append(path: Path, octets: bytes) -> int:
    """Write all at once, at the end of the file, so that lines of several workers do not mix; how much was written.

    It waits for nothing: what has taken the place of the file may be a pipe that nobody reads.
    """
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0), 0o644)
    try:
        return os.write(file, octets)
    finally:
        os.close(file)
