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
from cookiewarden.set_cookie import SERVER_BLANKS, is_deletion, names_of, parse_set_cookie
from cookiewarden.visit import Visit, url_path

#: What follows the "=" of the lines that we delete with.
DELETING = b"; Max-Age=0"
_MAX_LINES = 20
_MAX_OCTETS = 4096
_MAX_PLACES = 8
_REMEMBERED_LINES = 32
_REMEMBERED_OCTETS = 512
_SECURE_PREFIXES = (b"__secure-", b"__http-", b"__host-", b"__host-http-")
_HTTP_PREFIXES = (b"__http-", b"__host-http-")


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
        #: For each declaration, by its identity, the attributes that tell nothing new: they put a cookie where another
        #: was seen to be put. It is looked at for every line, so it is plain to look at.
        self.known: dict[int, set[bytes]] = {}
        self._places: dict[int, tuple[Place, ...]] = {}

    def see(self, declaration: Declaration, line: bytes) -> None:
        """Remember where a line that stores puts its cookie."""
        cookie = parse_set_cookie(line)
        path = cookie.attribute(b"path") or b""
        domain = (cookie.attribute(b"domain") or b"").removeprefix(b".").lower()
        place = Place(path if path.startswith(b"/") else b"", domain, cookie.partitioned)
        seen = self.places(declaration)
        known = self.known.get(id(declaration), set())
        if place not in seen and _is_plain(path) and _is_plain(domain):
            self._places[id(declaration)] = (*seen[1 - _MAX_PLACES :], place)
            if len(seen) == _MAX_PLACES:
                known = set()  # what puts a cookie in the place that was just forgotten is news again
        attributes = line[line.find(b";") :]
        if len(attributes) <= _REMEMBERED_OCTETS and attributes.startswith(b";"):
            # A new set, for others may be looking at the old one.
            self.known[id(declaration)] = {attributes} if len(known) >= _REMEMBERED_LINES else known | {attributes}

    def places(self, declaration: Declaration) -> tuple[Place, ...]:
        """The places seen so far, the oldest first."""
        return self._places.get(id(declaration), ())


def declined(cookie_fields: Iterable[bytes], classifier: Classifier, consent: Consent) -> dict[bytes, Declaration]:
    """The cookies of a request that the visitor refused, by name: declared, not necessary, and of a category that is
    refused under the version in force."""
    refused = consent.refused - consent.stale
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
                and is_deletion(name + b"=; Max-Age=0", 0.0)
            ):
                found[name] = declaration
    return found


def deletions(names: dict[bytes, Declaration], sightings: Sightings, visit: Visit, secure: bool) -> list[bytes]:
    """Set-Cookie lines that delete these cookies, at most 20 and 4 KiB of them; the likeliest place of each first."""
    # Each has a line, so more names than lines are of no use; they follow when these are gone.
    first = islice(names.items(), _MAX_LINES)
    queues = [_lines(name, declaration, sightings, visit, secure) for name, declaration in first]
    lines: dict[bytes, None] = {}
    octets = 0
    for line in chain.from_iterable(zip_longest(*queues)):
        if line is None or line in lines or octets + len(line) > _MAX_OCTETS:
            continue
        octets += len(line)
        lines[line] = None
        if len(lines) == _MAX_LINES:
            break
    return list(lines)


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
    """Where a cookie of a declaration may be that the request sent, the likeliest place first."""
    asked = visit.url_path.encode("ascii")
    seen = sightings.places(declaration)[::-1]
    # What the request sent must match its path; where nothing that is known does, a proxy may have rewritten it.
    near = [place for place in seen if path_match(asked, place.path)]
    declared_path = url_path(declaration.path or "").encode("ascii")
    declared_domain = (declaration.domain or "").encode("ascii", "replace")
    places = list(near)
    if declared_path or declared_domain or not near or len(seen) >= _MAX_PLACES:
        # A parent domain that was declared may be wrong; what is host-only is nobody else's.
        places += [Place(declared_path, domain) for domain in dict.fromkeys((declared_domain, b""))]
    if secure and not seen:
        places.append(Place(declared_path or b"/", declared_domain, partitioned=True))
    places += [place for place in seen if place not in places]
    # Without a Path, the browser itself says where it was; then come the paths that lead there.
    open_places = [place for place in places if not place.path]
    paths = list(islice(_paths_to(asked), _MAX_LINES)) if open_places else []
    return places + [place._replace(path=path) for path in paths for place in open_places]


def _paths_to(path: bytes) -> Iterator[bytes]:
    """Every cookie path that a request's path matches (RFC 6265bis 5.1.4), the widest first."""
    if not path.startswith(b"/") or not _is_plain(path):
        yield b"/"
        return
    at = 0
    while at >= 0:
        if at:
            yield path[:at]
        yield path[: at + 1]
        at = path.find(b"/", at + 1)
    if not path.endswith(b"/"):
        yield path


def _is_plain(octets: bytes) -> bool:
    """Whether octets may stand in a field value for every server and reader: no control characters, no semicolon."""
    return not any(octet < 0x20 or octet in (0x7F, 0x3B) for octet in octets)
