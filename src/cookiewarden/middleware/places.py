"""Remembers where an app was seen to put its cookies, so that a withdrawal can delete them.

Rule: memory is bounded, and nothing in it is a visitor's own. What was forgotten counts as new when it is seen again.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from itertools import chain, islice
from typing import NamedTuple

from cookiewarden.http.set_cookie import parse_set_cookie
from cookiewarden.http.set_cookie_line import SeenAttributes, stores_until
from cookiewarden.policy.declaration import Category, Declaration
from cookiewarden.process import Lock

# Guards what is written, of all sites: news is rare.
_LOCK = Lock()
#: The most places that are remembered for one declaration and domain.
MAX_PLACES = 8
#: How many attributes are remembered for one declaration. Those with a date change every second.
REMEMBERED_LINES = 16
_REMEMBERED_DOMAINS = 4096
_MAX_PATH_BYTES = 256
_MAX_NAME_BYTES = 256
_MAX_DOMAIN_BYTES = 255  # RFC 1035 2.3.4
_MAX_LABELS = 8
# What some server or reader does not take in a header value: control characters, and the semicolon.
_UNSAFE = re.compile(rb"[\x00-\x1f\x7f;]")
# The path of an interface for programs: it names a part of an application, and never a person.
_OF_AN_INTERFACE = re.compile(rb"/(?:ajax|api|graphql|json|rest|rpc)(?:/v[0-9]{1,2})?/?")
_MOST_ELSEWHERE = 256
#: The names of a declaration, which no other declaration of the policy has.
_Names = tuple[str, ...]


class CookiePlace(NamedTuple):
    """Where a browser keeps a cookie; Secure has no part in that.

    ``path``: ``b""`` for that of the request that set it. ``domain``: ``b""`` for host-only.
    """

    path: bytes
    domain: bytes = b""
    partitioned: bool = False


class SeenPlaces:
    """Remembers where the app of one site puts the cookies of each declaration. Threads may share it.

    It holds the latest places of each declaration. They do not grow with the visitors, and none is a visitor's own.
    When there is no room for another domain, the oldest is forgotten. It is for one policy, under all its profiles:
    each has declarations of its own, with the same names.

    A Domain is remembered only if it is one of the ``hosts`` of the policy, or a parent of one. If there are no hosts,
    any is. A cookie with another Domain is deleted only if that is declared. A Path over 256 bytes counts as none: the
    cookie is deleted on every path that leads to the request's.
    """

    def __init__(self, hosts: Iterable[str] = (), declarations: Iterable[Declaration] = ()) -> None:
        #: By the names of each declaration: the hashes of attributes whose place is known, and until when lines
        #: with them store. Verdicts hold these tables, so a table is emptied to forget it, and never dropped.
        self.known: dict[_Names, SeenAttributes] = {}
        # The same for attributes that leave as they are (``False``), or that renewals have (``True``).
        self._settled: dict[tuple[_Names, bool], SeenAttributes] = {}
        # By declaration and domain. Under a bare "*" also by name, because names may be of different applications.
        self._places: dict[tuple[_Names, bytes, bytes], tuple[CookiePlace, ...]] = {}
        # Declarations with cookies that may be kept for a path that any visitor may learn: declared, or seen.
        self._declared = [
            one for one in declarations if one.category is not Category.NECESSARY and one.path not in (None, "/")
        ]
        self._of_interfaces: dict[_Names, Declaration] = {}
        self._named = frozenset(chain.from_iterable(_with_parents(host.encode("ascii", "replace")) for host in hosts))

    def see(self, declaration: Declaration, line: bytes) -> None:
        """Remember where a line stores its cookie; mostly, that is known."""
        attributes = line.partition(b";")[2]
        one = declaration.names
        known = self.known.get(one)
        if known is None:
            known = self.known.setdefault(one, {})
        if hash(attributes) in known:
            return
        cookie = parse_set_cookie(line)
        path = cookie.attribute(b"path") or b""
        if not path.startswith(b"/") or len(path) > _MAX_PATH_BYTES or not is_plain(path):
            path = b""
        place = CookiePlace(path, (cookie.attribute(b"domain") or b"").removeprefix(b".").lower(), cookie.partitioned)
        name = _name_in(declaration, cookie.name)
        key = one, place.domain, name
        is_to_be_known = self._is_named(place.domain) and len(name) <= _MAX_NAME_BYTES
        with _LOCK:
            seen = self._places.get(key, ())
            if is_to_be_known and place not in seen:
                if not seen and len(self._places) >= _REMEMBERED_DOMAINS:
                    self._forget_oldest()
                self._places[key] = (*seen[1 - MAX_PLACES :], place)
                if _OF_AN_INTERFACE.fullmatch(path):
                    self._of_interfaces[one] = declaration
                if len(seen) == MAX_PLACES:
                    self._forget_lines(one)  # those of the place that was just forgotten are new again
            if not name:
                if len(known) >= REMEMBERED_LINES:
                    known.clear()
                known[hash(attributes)] = stores_until(attributes)

    def settle(self, declaration: Declaration, attributes: bytes, *, is_renewal: bool = False) -> SeenAttributes:
        """Remember that lines with these attributes leave as they are, or are renewals; return all that do.

        A place must have been seen before. Necessary cookies are not deleted, so their places do not matter.
        """
        one = declaration.names
        settled = self._settled.get((one, is_renewal))
        if settled is None:
            settled = self._settled.setdefault((one, is_renewal), {})
        if declaration.category is Category.NECESSARY or hash(attributes) in self.known.get(one, ()):
            with _LOCK:
                if len(settled) >= REMEMBERED_LINES:
                    settled.clear()
                settled[hash(attributes)] = stores_until(attributes)
        return settled

    def take_over(self, other: SeenPlaces, before: Iterable[Declaration], after: Iterable[Declaration]) -> None:
        """Take over the places of another policy's declarations ``before``, for those ``after`` with the same names.

        The attributes that are known are not taken over, because the hosts may differ.
        """
        old = {declaration.names for declaration in before}
        same = {declaration.names: declaration for declaration in after if declaration.names in old}
        with _LOCK:
            self._of_interfaces = {one: same[one] for one in other._of_interfaces if one in same}
            self._places = {
                key: seen for key, seen in other._places.items() if key[0] in same and self._is_named(key[1])
            }

    def places(self, name: bytes, declaration: Declaration, host: str) -> list[CookiePlace]:
        """Return the places seen from which a host may delete a cookie of a declaration.

        They are its own, then those of its parent domains; of each, the latest first.
        """
        labels = host.split(".")[-_MAX_LABELS:]
        domains = [b"", *(".".join(labels[at:]).encode("ascii", "replace") for at in range(len(labels)))]
        one, name = declaration.names, _name_in(declaration, name)
        return [place for domain in domains for place in reversed(self._places.get((one, domain, name), ()))]

    def elsewhere(self, categories: Container[Category]) -> Iterator[Declaration]:
        """Yield the declarations of these categories whose cookies may be kept for a path that any visitor may learn.

        However many there are, it looks at a few, because a response cannot delete more.
        """
        with _LOCK:
            seen = list(self._of_interfaces.values())
        return (one for one in islice(chain(seen, self._declared), _MOST_ELSEWHERE) if one.category in categories)

    def places_of_interfaces(self, declaration: Declaration, host: str) -> list[CookiePlace]:
        """Return the places seen whose path names an interface for programs, such as ``/api``.

        Any visitor may learn those. Another path may be that of one user, as ``/alice`` is.
        """
        return [place for place in self.places(b"", declaration, host) if _OF_AN_INTERFACE.fullmatch(place.path)]

    def _forget_oldest(self) -> None:
        """Forget the oldest domain, and that its lines were seen, so that they are new again.

        Host-only places go last, because no visitor can choose one.
        """
        oldest = next((key for key in self._places if key[1] or key[2]), next(iter(self._places)))
        del self._places[oldest]
        self._forget_lines(oldest[0])

    def _forget_lines(self, one: _Names) -> None:
        for seen in (self.known.get(one), self._settled.get((one, False)), self._settled.get((one, True))):
            if seen is not None:
                seen.clear()

    def _is_named(self, domain: bytes) -> bool:
        """Return whether a domain is one of the policy's hosts, or a parent of one."""
        if not domain:
            return True
        if len(domain) > _MAX_DOMAIN_BYTES or not is_plain(domain):
            return False
        named = self._named
        if not named or b"*" in named or domain in named:
            return True
        return any(b"*." + parent in named for parent in _with_parents(domain)[1:])


def _name_in(declaration: Declaration, name: bytes) -> bytes:
    """Return the name by which places are kept apart within a declaration: none, unless that is a bare ``*``."""
    return name if "*" in declaration.names else b""


def is_plain(data: bytes) -> bool:
    """Return whether every server and reader takes these bytes in a header value."""
    return _UNSAFE.search(data) is None


def _with_parents(domain: bytes) -> list[bytes]:
    """Return a domain and those above it."""
    labels = domain.split(b".")
    return [b".".join(labels[at:]) for at in range(len(labels))]
