"""Deleting, in the browser, the cookies of a category that the visitor refused: a withdrawal that is real.

A browser deletes a cookie only under the very Path, Domain and partition that it was set with. Those are taken
from the declaration, and from the lines that the app was seen to set, in bounded memory; where nothing is known, the
cookie is looked for host-only, on every path that leads to the request's. Rule: a parent domain only if it was
declared or seen, for siblings may have a cookie of the same name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import NamedTuple

from cookiewarden.classify import Classifier
from cookiewarden.consent import Consent
from cookiewarden.cookie_header import cookie_names
from cookiewarden.cookie_rules import path_match
from cookiewarden.declaration import Category, Declaration
from cookiewarden.hosts import normalize_host
from cookiewarden.set_cookie import names_of, parse_set_cookie
from cookiewarden.visit import Visit

_MAX_LINES = 20
_MAX_OCTETS = 4096
_MAX_PLACES = 8
_REMEMBERED_LINES = 32
_REMEMBERED_OCTETS = 512
_SECURE_PREFIXES = (b"__secure-", b"__http-", b"__host-", b"__host-http-")
_HTTP_PREFIXES = (b"__http-", b"__host-http-")


class Place(NamedTuple):
    """Where a browser keeps a cookie: its Path, its Domain (``b""`` for host-only), and what it asks of a line."""

    path: bytes
    domain: bytes = b""
    secure: bool = False
    partitioned: bool = False


class Sightings:
    """Where the lines of one site's app were seen to put the cookies of each declaration. Safe to share.

    What is held does not grow with the visitors: some places for each declaration, the latest ones. It is for one
    policy, which keeps its declarations alive.
    """

    def __init__(self) -> None:
        #: For each declaration, by its identity, the attributes that tell nothing new: of any request, they put a
        #: cookie where another was seen to be put. It is looked at for every line, so it is plain to look at.
        self.known: dict[int, set[bytes]] = {}
        self._places: dict[int, tuple[Place, ...]] = {}

    def see(self, declaration: Declaration, line: bytes, url_path: str) -> None:
        """Remember where a line that stores puts its cookie. ``url_path``: the path of the request."""
        cookie = parse_set_cookie(line, path=url_path)
        domain = (cookie.attribute(b"domain") or b"").removeprefix(b".").lower()
        place = Place(cookie.cookie_path, domain, cookie.secure, cookie.partitioned)
        seen = self.places(declaration)
        if place not in seen and _is_plain(place.path) and _is_plain(domain):
            self._places[id(declaration)] = (*seen[1 - _MAX_PLACES :], place)
        attributes = line[line.find(b";") :]
        if len(attributes) <= _REMEMBERED_OCTETS and (cookie.attribute(b"path") or b"").startswith(b"/"):
            known = self.known.get(id(declaration), set())
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
                and names_of(name + b"=") == (name,)
            ):
                found[name] = declaration
    return found


def deletions(names: dict[bytes, Declaration], sightings: Sightings, visit: Visit, secure: bool) -> list[bytes]:
    """Set-Cookie lines that delete these cookies, at most 20 and 4 KiB of them; the likeliest place of each first."""
    queues = [_lines(name, declaration, sightings, visit, secure) for name, declaration in names.items()]
    lines: dict[bytes, None] = {}
    octets = 0
    for rank in zip_longest(*queues):
        for line in rank:
            if line is None or line in lines:
                continue
            octets += len(line)
            if len(lines) == _MAX_LINES or octets > _MAX_OCTETS:
                return list(lines)
            lines[line] = None
    return list(lines)


def _lines(name: bytes, declaration: Declaration, sightings: Sightings, visit: Visit, secure: bool) -> Iterator[bytes]:
    prefix = name.lower()
    is_host_prefixed = prefix.startswith((b"__host-", b"__host-http-"))
    for place in _places(declaration, sightings, visit, secure):
        path, domain = (b"/", b"") if is_host_prefixed else (place.path, place.domain)
        line = name + b"=; Max-Age=0; Path=" + path
        if domain:
            line += b"; Domain=" + domain
        if place.secure or place.partitioned or prefix.startswith(_SECURE_PREFIXES):
            line += b"; Secure"
        if prefix.startswith(_HTTP_PREFIXES):
            line += b"; HttpOnly"
        yield line + (b"; Partitioned" if place.partitioned else b"")


def _places(declaration: Declaration, sightings: Sightings, visit: Visit, secure: bool) -> list[Place]:
    """Where a cookie of a declaration may be that the request sent, the likeliest place first."""
    asked = visit.url_path.encode("ascii")
    seen = sightings.places(declaration)
    # What the request sent must match its path; where nothing that is known does, a proxy may have rewritten it.
    places = [place for place in reversed(seen) if path_match(asked, place.path)]
    declared_path = (declaration.path or "").encode("utf-8")
    paths = [declared_path] if declared_path else []
    if not paths and (not places or len(seen) >= _MAX_PLACES):
        paths = list(_paths_to(asked))
    domain = (declaration.domain or "").encode("ascii", "replace")
    for path in paths:
        if domain:
            places.append(Place(path, domain))
        if not domain or domain.decode() == normalize_host(visit.host):
            places.append(Place(path))
    if secure and not seen:
        places.append(Place(declared_path or b"/", domain, secure=True, partitioned=True))
    return places + [place for place in reversed(seen) if place not in places]


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
    return not any(octet < 0x20 or octet == 0x7F or octet == 0x3B for octet in octets)
