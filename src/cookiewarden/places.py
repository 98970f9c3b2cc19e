"""Where an app was seen to put its cookies: what a withdrawal has to know to delete them.

Rule: bounded memory, whatever comes, and nothing in it is a visitor's own. What is forgotten is news again when it
is seen again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain
from typing import NamedTuple

from cookiewarden.declaration import Declaration
from cookiewarden.forking import Lock
from cookiewarden.set_cookie import parse_set_cookie

#: The most places that are remembered for one declaration and domain.
MAX_PLACES = 8
_REMEMBERED_LINES = 16  # some attributes hold a date, and are others each second
_REMEMBERED_DOMAINS = 4096
_MAX_PATH_BYTES = 256
_MAX_DOMAIN_BYTES = 255  # RFC 1035 2.3.4
_MAX_LABELS = 8
_NOTHING: frozenset[int] = frozenset()
# What may not stand in a field value for every server and reader: control characters, and the semicolon.
_UNSAFE = re.compile(rb"[\x00-\x1f\x7f;]")
_ONE_PLAIN_SEGMENT = re.compile(rb"/[A-Za-z._~-]{1,24}/?")


class Place(NamedTuple):
    """Where a browser keeps a cookie: its Path (``b""`` for that of whatever request set it), its Domain (``b""`` for
    host-only), and whether it is partitioned. Whether it is Secure is no part of where it is kept."""

    path: bytes
    domain: bytes = b""
    partitioned: bool = False


class Sightings:
    """Where the lines of one site's app were seen to put the cookies of each declaration. Safe to share.

    What is held does not grow with the visitors, nor is any of it theirs: some places for each declaration, the latest
    ones. When there is no room for another domain, the oldest is forgotten. It is for one policy, which keeps its
    declarations alive.

    A Domain is remembered only if it is one of the ``hosts`` of the policy, or a parent of one; if there are no hosts,
    any is. A cookie with another Domain is deleted only if that is declared. A Path over 256 bytes counts as none: the
    cookie is looked for on every path that leads to the request's.
    """

    def __init__(self, hosts: Iterable[str] = ()) -> None:
        #: For each declaration, by its identity, hashes of attributes that tell nothing new: they put a cookie where
        #: another was seen to be put. It is looked at for every line, so it is plain to look at.
        self.known: dict[int, set[int]] = {}
        self._places: dict[tuple[int, bytes], tuple[Place, ...]] = {}
        # For each declaration the one place that was seen; ``None`` for ever once there was another.
        self._only: dict[int, Place | None] = {}
        self._named = frozenset(chain.from_iterable(_with_parents(host.encode("ascii", "replace")) for host in hosts))
        self._lock = Lock()

    def see(self, declaration: Declaration, line: bytes) -> None:
        """Remember where a line that stores puts its cookie; mostly, it is known."""
        attributes = hash(line.partition(b";")[2])
        one = id(declaration)
        if attributes in self.known.get(one, _NOTHING):
            return
        cookie = parse_set_cookie(line)
        path = cookie.attribute(b"path") or b""
        if not path.startswith(b"/") or len(path) > _MAX_PATH_BYTES or not is_plain(path):
            path = b""
        place = Place(path, (cookie.attribute(b"domain") or b"").removeprefix(b".").lower(), cookie.partitioned)
        is_named = self._is_named(place.domain)
        with self._lock:
            only = place if is_named else None
            if self._only.setdefault(one, only) != only:
                self._only[one] = None
            seen = self._places.get((one, place.domain), ())
            if is_named and place not in seen:
                if not seen and len(self._places) >= _REMEMBERED_DOMAINS:
                    self._forget_oldest()
                self._places[one, place.domain] = (*seen[1 - MAX_PLACES :], place)
                if len(seen) == MAX_PLACES:
                    self.known.pop(one, None)  # what puts a cookie in the place that was just forgotten is news again
            known = self.known.get(one, _NOTHING)
            # A new set, for others may be looking at the old one.
            self.known[one] = {attributes} if len(known) >= _REMEMBERED_LINES else {*known, attributes}

    def take_over(self, other: Sightings, before: Iterable[Declaration], after: Iterable[Declaration]) -> None:
        """What was seen of declarations of another policy, ``before``, for those ``after`` that have the same names.

        What lines tell nothing new is found out again: the hosts may be others.
        """
        old = {declaration.names: id(declaration) for declaration in before}
        new = {old[declaration.names]: id(declaration) for declaration in after if declaration.names in old}
        with other._lock:
            self._only = {new[one]: place for one, place in other._only.items() if one in new}
            self._places = {
                (new[one], domain): seen
                for (one, domain), seen in other._places.items()
                if one in new and self._is_named(domain)
            }

    def places(self, declaration: Declaration, host: str) -> list[Place]:
        """The places seen so far that a host may delete from: its own, and those of its parent domains; of each, the
        latest first."""
        labels = host.split(".")[-_MAX_LABELS:]
        domains = [b"", *(".".join(labels[at:]).encode("ascii", "replace") for at in range(len(labels)))]
        return [place for domain in domains for place in reversed(self._places.get((id(declaration), domain), ()))]

    def places_of_nobody(self, declaration: Declaration, host: str) -> list[Place]:
        """Return the place that any visitor may learn of, in a list, or an empty one.

        It must be the only place that was ever seen for the declaration, and its path one segment of letters. An app
        that keeps a cookie under a path for each of its users has several places, or several segments, or numbers.
        """
        only = self._only.get(id(declaration))
        if only is None or not _ONE_PLAIN_SEGMENT.fullmatch(only.path):
            return []
        return [place for place in self.places(declaration, host) if place == only]

    def _forget_oldest(self) -> None:
        """Forget the oldest domain, and that its lines were seen: they are news again."""
        oldest = next(iter(self._places))
        del self._places[oldest]
        self.known.pop(oldest[0], None)

    def _is_named(self, domain: bytes) -> bool:
        """Whether the hosts of the policy name a domain, or a parent of one of them is that domain."""
        if not domain:
            return True
        if len(domain) > _MAX_DOMAIN_BYTES or not is_plain(domain):
            return False
        named = self._named
        if not named or b"*" in named or domain in named:
            return True
        return any(b"*." + parent in named for parent in _with_parents(domain)[1:])


def is_plain(octets: bytes) -> bool:
    """Whether octets may stand in a field value for every server and reader."""
    return _UNSAFE.search(octets) is None


def _with_parents(domain: bytes) -> list[bytes]:
    """A domain and those above it."""
    labels = domain.split(b".")
    return [b".".join(labels[at:]) for at in range(len(labels))]
