"""Learn what a wrapped app really sets: the live side of ``learned``.

Rule: memory stays bounded, whatever comes; names that an app makes up for each visitor become one pattern. Never keep a
value. Learn only from lines that store, blocked or not; skip those that had expired when they were sent.
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


_MAX_NAME_BYTES = 256
_MAX_CHARACTERS = 100
_MAX_LIFETIME = 10.0**10  # seconds; browsers keep none for longer than 400 days
# Seconds between two writings without news. They grow each time, so that the file stays small.
_SHORTEST_PAUSE, _LONGEST_PAUSE = 10.0, 3600.0
# Names with an end that looks made up: a UUID; letters and digits after a mark; a number.
_MADE_UP = (
    re.compile(rb"(.*?)[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}", re.DOTALL),
    re.compile(rb"(.*[^0-9A-Za-z])[A-Za-z]*[0-9][0-9A-Za-z]{3,}", re.DOTALL),
    re.compile(rb"(.*[A-Za-z])[0-9]{3,}", re.DOTALL),
)
_PLAIN_PART = re.compile(r"[A-Za-z._~-]{0,24}")


class Learner:
    """Collects what the app inside one middleware sets. Safe to share between threads."""

    def __init__(self, reader: RequestReader, clock: Callable[[], float]) -> None:
        self._reader = reader
        self._clock = clock
        self._lock = threading.RLock()  # garbage collection may write the rest while it is held
        self._known: dict[Key, LearnedCookie] = {}  # including what was written already
        self._fresh: dict[Key, LearnedCookie] = {}  # since the last writing
        self._families: dict[tuple[str, bytes], bytes] = {}  # the first name of each family
        self._has_news = False
        self._written = clock()
        self._pause = _SHORTEST_PAUSE
        call_in_child(self._begin)

    def _begin(self) -> None:
        """Forget what the parent process will write itself."""
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
        for line, verdict, _ in lines:
            cookie = parse_set_cookie(line, host=host, now=now)
            # The verdict on a line that passes anyway does not say that it is a deletion, so read the line.
            is_past = cookie.expiry is not None and cookie.expiry <= now
            if verdict.reason is not Reason.MALFORMED and not is_past:
                with self._lock:
                    self._learn(site, path, cookie, verdict, now)

    def take(self, *, is_last: bool = False) -> Learned | None:
        """Return what to write now, and count it as written. Return ``None`` if there is nothing or too little."""
        with self._lock:
            now = self._clock()
            if not self._fresh or not (is_last or self._has_news or now >= self._written + self._pause):
                return None
            fresh, self._fresh = self._fresh, {}
            self._pause = _SHORTEST_PAUSE if self._has_news else min(2 * self._pause, _LONGEST_PAUSE)
            self._has_news, self._written = False, now
            return Learned(fresh)

    def put_back(self, learned: Learned) -> None:
        """Keep what could not be written until the next time."""
        with self._lock:
            self._fresh = dict((learned + Learned(self._fresh)).cookies)
            self._has_news = True

    def _learn(self, site: str, path: str, cookie: SetCookie, verdict: Verdict, now: float) -> None:
        key = self._key(site, verdict.names[0])
        if key is None:
            return
        lifetime = None if cookie.expiry is None else int(min(cookie.expiry - now, _MAX_LIFETIME))
        attributes = tuple(sorted(_attributes(cookie)))
        foreign = is_foreign(cookie.attribute(b"domain"), cookie.host)
        one = LearnedCookie(*key, 1, now, now, lifetime, attributes, (path,), foreign)
        known, fresh = self._known.get(key), self._fresh.get(key)
        both = one if known is None else known + one
        # If there is no room left, a new path or attribute displaces another for ever, so that does not count as news.
        if known is None or len(both.attributes) + len(both.paths) > len(known.attributes) + len(known.paths):
            self._has_news = True
        self._known[key] = both
        self._fresh[key] = one if fresh is None else fresh + one

    def _key(self, site: str, name: bytes) -> Key | None:
        """Return the key of a name, or ``None`` if there is no room for it."""
        is_cut, name = len(name) > _MAX_NAME_BYTES, name[:_MAX_NAME_BYTES]
        key = site, name.decode("utf-8", "surrogateescape"), is_cut
        if key in self._known:
            return key
        prefix = stable_prefix(name)
        if prefix is not None and len(self._families) < MAX_NAMES:
            first = self._families.setdefault((site, prefix), name)
            if first != name:  # so the app makes up a name for each visitor, or for something else
                key = site, prefix.decode("utf-8", "surrogateescape") + "*", True
        return key if key in self._known or len(self._known) < MAX_NAMES else None


def stable_prefix(name: bytes) -> bytes | None:
    """Return a name without its end, if that looks made up for each visitor; ``None`` for other names.

    >>> [stable_prefix(name) for name in (b"_ga_8KX2P1", b"cart-4711", b"visit1234", b"_ga", b"sessionid")]
    [b'_ga_', b'cart-', b'visit', None, None]
    """
    matches = (form.fullmatch(name) for form in _MADE_UP)
    prefix = next((match[1] for match in matches if match and len(match[1]) > 2), None)
    # Cookies with the same standard prefix (RFC 6265bis 4.1.3) are not a family.
    return None if prefix is None or prefix.lower() in PREFIXES else prefix


def _masked(path: str) -> str:
    """Return a path without what may identify somebody: its first part if that is plain, and a ``*`` for the rest."""
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
    """Writes what one learner collects to a file."""

    def __init__(self, learner: Learner, path: Path, clock: Callable[[], float]) -> None:
        self._learner = learner
        self._path = path
        self._throttle = Throttle(clock)
        self._writing = Background(self.write, _SECONDS_BETWEEN_LOOKS)
        weakref.finalize(self, _write, learner, path, self._throttle, True)

    def write(self, *, is_last: bool = False) -> None:
        """Write what is new, or at the end all that is left. Log a failure, at most once a minute."""
        _write(self._learner, self._path, self._throttle, is_last)


def _write(learner: Learner, path: Path, throttle: Throttle, is_last: bool) -> None:
    learned = learner.take(is_last=is_last)
    if learned is None:
        return
    # The first line break ends a line that another process may have left incomplete.
    text, written, reason = "\n" + learned.to_jsonl(), 0, f"{path} accepts no more data"
    try:
        written = _append(path, text.encode("ascii"))
    except (OSError, ValueError) as error:
        reason = str(error)
    if written < len(text):
        # A line counts as written if it lacks only its line break.
        learner.put_back(Learned.from_jsonl(text[text.rfind("\n", 0, written + 1) + 1 :]))
        if throttle.is_due("learn"):
            logger.error("what was learned could not be written; it will be tried again: %s", printable(reason))


def _append(path: Path, data: bytes) -> int:
    """Append all at once, so that lines of several workers do not mix. Return the number of bytes written.

    It never waits, because the file may have been replaced by a pipe that nobody reads.
    """
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0), 0o644)
    try:
        return os.write(file, data)
    finally:
        os.close(file)
