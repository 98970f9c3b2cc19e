"""What an app was seen to set, cookie by cookie: written to a file, merged between workers, and used for a draft.

The hosts that browsers reported stand beside the cookies.

Rule: keep names and attributes, never a value; keep no part of a path that may identify somebody. All is bounded.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from cookiewarden.reporting.learned_hosts import HostKey, LearnedHost, host_as_json, host_of_json

#: The most names that each process keeps, and the most attributes and paths of each name.
MAX_NAMES = 1024
MAX_ATTRIBUTES = 16
MAX_PATHS = 8

_LATEST = 2.0**37  # seconds; what is much later is not a date of the calendar
_MAX_COUNT = 10**15

#: What identifies a cookie: the site's id, the cookie's name, and whether that is a pattern.
Key = tuple[str, str, bool]


@dataclass(frozen=True, slots=True)
class LearnedCookie:
    """One cookie, or a family of them, as an app was seen to set it. Times are in seconds since 1970-01-01 UTC.

    ``name``: lone surrogates stand for bytes that are not UTF-8. With ``is_pattern``, it ends in a ``*`` that stands
    for anything; a lone ``*`` stands for plain numbers. ``count``: how often the app set it; 0 if it only deleted it
    since the last entry. ``lifetime``: the longest seen, in seconds, or ``None`` for the browser session. ``paths``:
    those of the requests, with ``*`` for what may identify somebody. ``is_foreign``: whether its Domain is another
    site's. ``deleted_on``: the paths of requests on which the app deleted it. ``renamed_from``: its name in a preset,
    if the option ``rename`` gave it this one.

    >>> cookie = LearnedCookie("data.example.org", "_ga", False, 2, 10.0, 20.0, None, ("Path=/",), ("/",), False)
    >>> (cookie + cookie).count
    4
    """

    site: str
    name: str
    is_pattern: bool
    count: int
    first: float
    last: float
    lifetime: int | None
    attributes: tuple[str, ...]
    paths: tuple[str, ...]
    is_foreign: bool
    deleted_on: tuple[str, ...] = ()
    renamed_from: str = ""

    @property
    def key(self) -> Key:
        """What identifies it."""
        return self.site, self.name, self.is_pattern

    @property
    def raw_name(self) -> bytes:
        """The name as bytes."""
        return self.name.encode("utf-8", "surrogateescape")

    def __add__(self, other: LearnedCookie) -> LearnedCookie:
        """Return both together, under the key of this one."""
        lifetimes = [one.lifetime for one in (self, other) if one.lifetime is not None]
        return replace(
            self,
            count=self.count + other.count,
            first=min(self.first, other.first),
            last=max(self.last, other.last),
            lifetime=max(lifetimes, default=None),
            attributes=tuple(sorted({*self.attributes, *other.attributes})[:MAX_ATTRIBUTES]),
            paths=tuple(sorted({*self.paths, *other.paths})[:MAX_PATHS]),
            is_foreign=self.is_foreign or other.is_foreign,
            deleted_on=tuple(sorted({*self.deleted_on, *other.deleted_on})[:MAX_PATHS]),
            renamed_from=max(self.renamed_from, other.renamed_from),
        )


@dataclass(frozen=True, slots=True)
class Learned:
    """All that was learned. ``unread``: the number of lines that could not be read from a file.

    ``hosts``: those that pages contact and no declaration names, by the reports of browsers.

    >>> cookie = LearnedCookie("data.example.org", "_ga", False, 2, 10.0, 20.0, None, ("Path=/",), ("/",), False)
    >>> learned = Learned.of([cookie])
    >>> both = Learned.from_jsonl(learned.to_jsonl() + learned.to_jsonl() + "{torn")
    >>> [cookie.count for cookie in both.cookies.values()], both.unread
    ([4], 1)
    """

    cookies: Mapping[Key, LearnedCookie]
    unread: int = 0
    hosts: Mapping[HostKey, LearnedHost] = field(default_factory=dict)

    @classmethod
    def of(cls, cookies: Iterable[LearnedCookie], unread: int = 0, hosts: Iterable[LearnedHost] = ()) -> Learned:
        """Return all that is known, merged for each cookie and each host."""
        merged: dict[Key, LearnedCookie] = {}
        for cookie in cookies:
            known = merged.get(cookie.key)
            merged[cookie.key] = cookie if known is None else known + cookie
        by_key: dict[HostKey, LearnedHost] = {}
        for host in hosts:
            by_key[host.key] = by_key[host.key] + host if host.key in by_key else host
        return cls(merged, unread, by_key)

    def __add__(self, other: Learned) -> Learned:
        """Return both together, as if one process had learned it."""
        cookies = [*self.cookies.values(), *other.cookies.values()]
        return Learned.of(cookies, self.unread + other.unread, [*self.hosts.values(), *other.hosts.values()])

    def to_jsonl(self) -> str:
        """Return a line of JSON for each cookie and each host. Files of several workers may be joined as they are."""
        rows = chain(map(_as_json, self.cookies.values()), map(host_as_json, self.hosts.values()))
        return "".join(json.dumps(row) + "\n" for row in rows)

    @classmethod
    def from_jsonl(cls, text: str) -> Learned:
        """Read what ``to_jsonl`` wrote, once or several times. Count the lines that cannot be read."""
        cookies: list[LearnedCookie] = []
        hosts: list[LearnedHost] = []
        unread = 0
        for line in text.split("\n"):
            if line.strip():
                try:
                    given = json.loads(line)
                    if "host" in given:
                        hosts.append(host_of_json(given))
                    else:
                        cookies.append(_of_json(given))
                except (ArithmeticError, KeyError, TypeError, ValueError, RecursionError):
                    unread += 1
        return cls.of(cookies, unread, hosts)


def _as_json(cookie: LearnedCookie) -> dict[str, Any]:
    return {name: getattr(cookie, name) for name in LearnedCookie.__slots__}


def _of_json(given: Mapping[str, Any]) -> LearnedCookie:
    lifetime = given["lifetime"]
    if not all(isinstance(given[name], str) for name in ("site", "name")):
        raise TypeError("site and name must be strings")
    renamed_from = str(given.get("renamed_from", ""))  # older files do not have it
    (given["name"] + renamed_from).encode("utf-8", "surrogateescape")
    first, last, count = float(given["first"]), float(given["last"]), int(given["count"])
    deleted_on = tuple(str(one) for one in given.get("deleted_on", ()))  # older files do not have it
    if not (0 <= first <= last < _LATEST and (not deleted_on) <= count < _MAX_COUNT):
        raise ValueError("a time or the count is out of range")
    return LearnedCookie(
        site=given["site"],
        name=given["name"],
        is_pattern=given["is_pattern"] is True,
        count=count,
        first=first,
        last=last,
        lifetime=None if lifetime is None else min(max(int(lifetime), 0), _MAX_COUNT),
        attributes=tuple(str(one) for one in given["attributes"]),
        paths=tuple(str(one) for one in given["paths"]),
        is_foreign=given["is_foreign"] is True,
        deleted_on=deleted_on,
        renamed_from=renamed_from,
    )
