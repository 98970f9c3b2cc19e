"""Learn what a wrapped app really sets: the live side of ``learned``.

Rule: memory stays bounded, whatever comes; names that an app makes up for each visitor become one pattern. Never keep a
value. Of a line that deletes a cookie that the app was seen to set, keep where it came. What is new is written within a
second, because many servers end a worker without notice.
"""

from __future__ import annotations

import os
import re
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from cookiewarden.errors import printable
from cookiewarden.http.csp_report import ReportedHost
from cookiewarden.http.hosts import normalize_host
from cookiewarden.http.matching import is_foreign
from cookiewarden.http.request import Carrier, RequestReader, RequestSnapshot
from cookiewarden.http.set_cookie import SetCookie, parse_set_cookie
from cookiewarden.log import Throttle, logger
from cookiewarden.policy.decision import Reason
from cookiewarden.policy.policy import Policy
from cookiewarden.process import Background, call_in_child
from cookiewarden.reporting.learned import MAX_NAMES, Key, Learned, LearnedCookie
from cookiewarden.reporting.learned_hosts import HostKey, LearnedHost
from cookiewarden.reporting.made_up_names import MAX_BYTES, Family, family_of
from cookiewarden.reporting.outcome import ScreenedLine
from cookiewarden.reporting.suggestions import SIGN_IN, SIGN_OUT
from cookiewarden.reporting.unwritten import Unwritten

_SECONDS_BETWEEN_LOOKS = 10.0
# News waits so long for more, so that the cookies of one page are written together.
_SECONDS_AFTER_NEWS = 0.3

_MAX_CHARACTERS = 100
_MAX_LIFETIME = 10.0**10  # seconds; browsers keep none for longer than 400 days
# Seconds between two writings without news. They grow each time, so that the file stays small.
_SHORTEST_PAUSE, _LONGEST_PAUSE = 10.0, 3600.0
_PLAIN_PART = re.compile(r"[A-Za-z._~-]{0,24}")


class Learner:
    """Collects what the app inside one middleware sets. Safe to share between threads.

    ``rename``: new names of cookies that presets declare, by the old ones, as the option says.
    """

    def __init__(self, reader: RequestReader, clock: Callable[[], float], rename: Mapping[str, str]) -> None:
        self._reader = reader
        self._old_names = {new: old for old, new in rename.items()}
        self._clock = clock
        self._lock = threading.RLock()  # garbage collection may write the rest while it is held
        self._known: dict[Key, LearnedCookie] = {}  # including what was written already
        self._unwritten: Unwritten[Key, LearnedCookie] = Unwritten()
        self._families: dict[tuple[str, bytes], set[bytes]] = {}  # the first names of each family
        self._known_hosts: set[HostKey] = set()
        self._unwritten_hosts: Unwritten[HostKey, LearnedHost] = Unwritten()
        #: Called when there is something new to write.
        self.on_news: Callable[[], object] | None = None
        self._written = clock()
        self._pause = _SHORTEST_PAUSE
        call_in_child(self._begin)

    def _begin(self) -> None:
        """Forget what the parent process will write itself."""
        self._lock = threading.RLock()
        self._unwritten.forget()
        self._unwritten_hosts.forget()

    def see_hosts(self, site: str, reported: Iterable[ReportedHost]) -> None:
        """Learn hosts that a browser reported for a site; the caller bounds how many."""
        now, is_any_new = self._clock(), False
        with self._lock:
            for one in reported:
                host = LearnedHost(site, one.host, (one.directive,), 1, now, now)
                is_new = host.key not in self._known_hosts
                self._known_hosts.add(host.key)
                self._unwritten_hosts.add(host.key, host, is_new=is_new)
                is_any_new |= is_new
        if is_any_new and self.on_news is not None:
            self.on_news()

    def see(
        self, snapshot: RequestSnapshot, carrier: Carrier, policy: Policy | None, lines: list[ScreenedLine]
    ) -> None:
        """Learn from the lines of one response."""
        request = self._reader.request(snapshot, carrier)
        path = _masked(request.url_path)
        site = "" if policy is None else policy.site.id
        host, now = normalize_host(request.host), self._clock()
        is_any_new = False
        for line, verdict, _ in lines:
            if verdict.reason is Reason.MALFORMED:
                continue
            cookie = parse_set_cookie(line, host=host, now=now)
            # The verdict on a line that passes anyway does not say that it is a deletion, so read the line.
            is_past = cookie.expiry is not None and cookie.expiry <= now
            with self._lock:
                key = self._key(site, verdict.names[0])
                if key is not None and not is_past:
                    is_any_new |= self._learn(_stored(key, path, cookie, now, self._old_names.get(key[1], "")))
                elif key in self._known:  # otherwise, visitors may have chosen the name
                    is_any_new |= self._learn(_deleted(key, request.url_path, now))
        if is_any_new and self.on_news is not None:
            self.on_news()

    def take(self, *, is_last: bool = False) -> Learned | None:
        """Return what to write now, and count it as written. Return ``None`` if there is nothing or too little.

        That is what is new, or all that was counted if the last writing is long ago.
        """
        with self._lock:
            now = self._clock()
            is_due = is_last or now >= self._written + self._pause
            has_news = self._unwritten.has_news
            taken, hosts = self._unwritten.take(is_due=is_due), self._unwritten_hosts.take(is_due=is_due)
            if not taken and not hosts:
                return None
            self._pause = _SHORTEST_PAUSE if has_news or not is_due else min(2 * self._pause, _LONGEST_PAUSE)
            self._written = now
            return Learned(taken, hosts=hosts)

    def put_back(self, learned: Learned) -> None:
        """Keep what could not be written until the next time."""
        with self._lock:
            self._unwritten.put_back(learned.cookies)
            self._unwritten_hosts.put_back(learned.hosts)

    def _learn(self, one: LearnedCookie) -> bool:
        """Add what one line says; return whether that is news."""
        key = one.key
        known = self._known.get(key)
        both = one if known is None else known + one
        # If there is no room left, a new path or attribute displaces another for ever, so that does not count as news.
        is_new = known is None or _facts(both) > _facts(known)
        self._known[key] = both
        self._unwritten.add(key, one, is_new=is_new)
        return is_new

    def _key(self, site: str, name: bytes) -> Key | None:
        """Return the key of a name, or ``None`` if there is no room for it."""
        is_cut, name = len(name) > MAX_BYTES, name[:MAX_BYTES]
        key = site, name.decode("utf-8", "surrogateescape"), is_cut
        if key in self._known:
            return key
        family = family_of(name)
        if family is not None:
            pattern = site, family.pattern.decode("utf-8", "surrogateescape"), True
            if family.is_random or pattern in self._known or self._is_repeated(site, name, family):
                key = pattern
        return key if key in self._known or len(self._known) < MAX_NAMES else None

    def _is_repeated(self, site: str, name: bytes, family: Family) -> bool:
        """Return whether enough other names of its family came before, so that the app makes them up."""
        at = site, family.prefix
        if at not in self._families and len(self._families) >= MAX_NAMES:
            return False
        first = self._families.setdefault(at, set())
        if name not in first and len(first) < family.needed - 1:
            first.add(name)
        return name not in first


def _stored(key: Key, path: str, cookie: SetCookie, now: float, old_name: str) -> LearnedCookie:
    lifetime = None if cookie.expiry is None else int(min(cookie.expiry - now, _MAX_LIFETIME))
    foreign = is_foreign(cookie.attribute(b"domain"), cookie.host)
    attributes = tuple(sorted(_attributes(cookie)))
    return LearnedCookie(*key, 1, now, now, lifetime, attributes, (path,), foreign, renamed_from=old_name)


def _deleted(key: Key, path: str, now: float) -> LearnedCookie:
    masked = _masked(path)
    # The part that says that people sign out or in there is none that may identify somebody.
    for sign in (SIGN_OUT, SIGN_IN):
        found = sign.search(path)
        if found is not None and not sign.search(masked):
            masked += f"{found[0]}*"
    return LearnedCookie(*key, 0, now, now, None, (), (), False, (masked,))


def _facts(cookie: LearnedCookie) -> int:
    return len(cookie.attributes) + len(cookie.paths) + len(cookie.deleted_on)


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
        self._writing = Background(self.write, _SECONDS_BETWEEN_LOOKS, _SECONDS_AFTER_NEWS)
        learner.on_news = self._writing.wake
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
