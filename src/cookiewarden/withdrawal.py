"""Deleting, in the browser, the cookies of a category that the visitor refused: a withdrawal that is real.

A browser deletes a cookie only under the very Path, Domain and partition that it was set with. Those are taken
from the declaration, and from the lines that the app was seen to set, in bounded memory; where nothing is known, the
cookie is looked for host-only, on every path that leads to the request's. Rule: a parent domain only if it was
declared or seen, for siblings may have a cookie of the same name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice, zip_longest
from typing import NamedTuple

from cookiewarden.classify import Classifier
from cookiewarden.consent import Consent
from cookiewarden.cookie_header import cookie_names
from cookiewarden.cookie_rules import path_match
from cookiewarden.declaration import Category, Declaration
from cookiewarden.forking import Lock
from cookiewarden.hosts import normalize_host
from cookiewarden.set_cookie import SERVER_BLANKS, is_deletion, names_of, parse_set_cookie
from cookiewarden.visit import Visit, declared_url_path

#: What follows the "=" of the lines that we delete with.
DELETING = b"; Max-Age=0"
_MAX_LINES = 20
_MAX_OCTETS = 4096
_MAX_CANDIDATES = 256
_MAX_PLACES = 8
_REMEMBERED_LINES = 16  # some attributes hold a date, and are others each second
_REMEMBERED_DOMAINS = 4096
_MAX_LABELS = 8
_SECURE_PREFIXES = (b"__secure-", b"__http-", b"__host-")
_HTTP_PREFIXES = (b"__http-", b"__host-http-")
_NOTHING: frozenset[int] = frozenset()


class Place(NamedTuple):
    """Where a browser keeps a cookie: its Path (``b""`` for that of whatever request set it), its Domain (``b""`` for
    host-only), and whether it is partitioned. Whether it is Secure is no part of where it is kept."""

    path: bytes
    domain: bytes = b""
    partitioned: bool = False


class Sightings:
    """Where the lines of one site's app were seen to put the cookies of each declaration. Safe to share.

    What is held does not grow with the visitors, nor is any of it theirs: some places for each declaration, the latest
    ones. It is for one policy, which keeps its declarations alive.
    """

    def __init__(self) -> None:
        #: For each declaration, by its identity, hashes of attributes that tell nothing new: they put a cookie where
        #: another was seen to be put. It is looked at for every line, so it is plain to look at.
        self.known: dict[int, set[int]] = {}
        self._places: dict[tuple[int, bytes], tuple[Place, ...]] = {}
        self._lock = Lock()

    def see(self, declaration: Declaration, line: bytes) -> None:
        """Remember where a line that stores puts its cookie; mostly, it is known."""
        attributes = hash(line.partition(b";")[2])
        if attributes in self.known.get(id(declaration), _NOTHING):
            return
        cookie = parse_set_cookie(line)
        path = cookie.attribute(b"path") or b""
        domain = (cookie.attribute(b"domain") or b"").removeprefix(b".").lower()
        place = Place(path if path.startswith(b"/") else b"", domain, cookie.partitioned)
        with self._lock:
            known = self.known.get(id(declaration), set())
            seen = self._places.get((id(declaration), domain), ())
            if place not in seen and _is_plain(path) and _is_plain(domain):
                if len(self._places) >= _REMEMBERED_DOMAINS:
                    self._places.clear()
                self._places[id(declaration), domain] = (*seen[1 - _MAX_PLACES :], place)
                if len(seen) == _MAX_PLACES:
                    known = set()  # what puts a cookie in the place that was just forgotten is news again
            # A new set, for others may be looking at the old one.
            self.known[id(declaration)] = {attributes} if len(known) >= _REMEMBERED_LINES else known | {attributes}

    def take_over(self, other: Sightings, before: Iterable[Declaration], after: Iterable[Declaration]) -> None:
        """What was seen of declarations of another policy, ``before``, for those ``after`` that have the same names."""
        old = {declaration.names: id(declaration) for declaration in before}
        new = {old[declaration.names]: id(declaration) for declaration in after if declaration.names in old}
        with other._lock:
            self.known = {new[one]: lines for one, lines in other.known.items() if one in new}
            self._places = {(new[one], where): seen for (one, where), seen in other._places.items() if one in new}

    def places(self, declaration: Declaration, host: str) -> list[Place]:
        """The places seen so far that a host may delete from: its own, and those of its parent domains; of each, the
        latest first."""
        labels = host.split(".")[-_MAX_LABELS:]
        domains = [b"", *(".".join(labels[at:]).encode("ascii", "replace") for at in range(len(labels)))]
        return [place for domain in domains for place in reversed(self._places.get((id(declaration), domain), ()))]


def declined(cookie_fields: Iterable[bytes], classifier: Classifier, consent: Consent) -> dict[bytes, Declaration]:
    """The cookies of a request that the visitor refused, by name: declared, not necessary, and of a category that is
    refused."""
    refused = consent.refused
    found: dict[bytes, Declaration] = {}
    if not refused:
        return found
    for field_value in cookie_fields:
        for name in cookie_names(field_value):
            declaration = classifier.declaration_of(name)
            # The line must say the name as the request did, to every reader: others cannot be deleted.
            if (
                declaration is not None
                and declaration.category is not Category.NECESSARY
                and declaration.category in refused
                and _is_plain(name)
                and names_of((name + b"=").strip(SERVER_BLANKS)) == (name,)
                and is_deletion(name + b"=" + DELETING, 0.0)
            ):
                found[name] = declaration
    return found


def deletions(
    names: dict[bytes, Declaration], sightings: Sightings, visit: Visit, secure: bool, now: float
) -> list[bytes]:
    """Set-Cookie lines that delete these cookies, at most 20 and 4 KiB of them; the likeliest place of each first.

    ``now``, in seconds, says whose turn it is where there would be more.
    """
    asked = list(names.items())
    if len(asked) > _MAX_LINES // 2:
        # Some may be where nothing that we know of leads: they must not keep the others from their turn.
        turn = int(now) % len(asked)
        asked = (asked[turn:] + asked[:turn])[:_MAX_LINES]
    queues = [_lines(name, declaration, sightings, visit, secure) for name, declaration in asked]
    candidates = islice(chain.from_iterable(zip_longest(*queues)), _MAX_CANDIDATES)
    lines: list[bytes] = []
    octets = 0
    for line in dict.fromkeys(line for line in candidates if line):
        if octets + len(line) <= _MAX_OCTETS and len(lines) < _MAX_LINES:
            octets += len(line)
            lines.append(line)
    return lines


def deletion(name: bytes, place: Place, *, is_secure: bool) -> bytes:
    """The Set-Cookie line that deletes a cookie in one place. ``is_secure``: the scheme is https, so that the line may
    be Secure; to insecure origins it is so only where browsers would not take it otherwise."""
    prefix = name.lower()
    line = name + b"=" + DELETING
    if place.path:
        line += b"; Path=" + place.path
    if place.domain:
        line += b"; Domain=" + place.domain
    if is_secure or place.partitioned or prefix.startswith(_SECURE_PREFIXES):
        line += b"; Secure"
    if prefix.startswith(_HTTP_PREFIXES):
        line += b"; HttpOnly"
    return line + (b"; Partitioned" if place.partitioned else b"")


def _lines(name: bytes, declaration: Declaration, sightings: Sightings, visit: Visit, secure: bool) -> Iterator[bytes]:
    is_host_prefixed = name.lower().startswith(b"__host-")
    for place in _places(declaration, sightings, visit, secure):
        if is_host_prefixed:
            place = place._replace(path=b"/", domain=b"")
        yield deletion(name, place, is_secure=secure)


def _places(declaration: Declaration, sightings: Sightings, visit: Visit, secure: bool) -> list[Place]:
    """Where a cookie of a declaration may be that the request sent, the likeliest place first.

    A place that was seen counts only where it leads to the request: others may be those of other visitors.
    """
    asked = visit.url_path.encode("ascii")
    seen = [
        place for place in sightings.places(declaration, normalize_host(visit.host)) if path_match(asked, place.path)
    ]
    declared_path = declared_url_path(declaration.path or "").encode("ascii")
    declared_domain = (declaration.domain or "").encode("ascii", "replace")
    places = list(seen)
    if declared_path or declared_domain or not seen or len(seen) >= _MAX_PLACES:
        # A parent domain that was declared may be wrong; what is host-only is nobody else's.
        places += [Place(declared_path, domain) for domain in dict.fromkeys((declared_domain, b""))]
    if secure and not seen:
        places.append(Place(declared_path or b"/", declared_domain, partitioned=True))
    # Without a Path, the browser itself takes that of the request; then come the others that lead there. Only an
    # attribute, and none that was seen, can end a path with a slash.
    open_places = sorted((place for place in places if not place.path), key=lambda place: place.domain != b"")
    paths = list(islice(_paths_to(asked, with_slashes=not seen), _MAX_LINES)) if open_places else []
    return places + [place._replace(path=path) for path in paths for place in open_places]


def _paths_to(path: bytes, *, with_slashes: bool) -> Iterator[bytes]:
    """Every cookie path that a request's path matches (RFC 6265bis 5.1.4), the widest first, its default-path last."""
    if not _is_plain(path):
        path = b"/"
    own = path.rpartition(b"/")[0] or b"/"
    at = 0
    while at >= 0:
        if (path[:at] or b"/") != own:
            yield path[:at] or b"/"
        if at and with_slashes:
            yield path[: at + 1]
        at = path.find(b"/", at + 1)
    if not path.endswith(b"/"):
        yield path
    yield own


def _is_plain(octets: bytes) -> bool:
    """Whether octets may stand in a field value for every server and reader: no control characters, no semicolon."""
    return not any(octet < 0x20 or octet in (0x7F, 0x3B) for octet in octets)
