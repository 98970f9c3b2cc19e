"""Deletes, in the browser, the cookies of a category that the visitor refused.

A browser deletes a cookie only under the Path, Domain and partition that it was set with. These come from the
declaration, and from the lines that the app was seen to set. If neither is known, the cookie is deleted host-only, on
every path that leads to the request's.
Rule: use a parent domain only if it was declared or seen, because siblings may have a cookie of the same name. Never
send a visitor a path that may be another visitor's.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from itertools import chain, islice, zip_longest

from cookiewarden.http.hosts import normalize_host
from cookiewarden.http.matching import path_match
from cookiewarden.http.request import Request
from cookiewarden.http.set_cookie_line import AT_ONCE, SERVER_BLANKS, names_of
from cookiewarden.http.urls import declared_url_path
from cookiewarden.middleware.places import MAX_PLACES, CookiePlace, SeenPlaces, is_plain
from cookiewarden.policy.declaration import Declaration

#: The most lines that one response deletes cookies with.
MAX_LINES = 20
# Half of what proxies take of a response's header by default; the other half is the app's.
_MAX_BYTES = 2048
_BYTES_AROUND_A_LINE = len(b"Set-Cookie: \r\n")
_MAX_CANDIDATES = 256
_SECURE_PREFIXES = (b"__secure-", b"__http-", b"__host-")
_HTTP_PREFIXES = (b"__http-", b"__host-http-")


def deletions(
    names: dict[bytes, Declaration],
    elsewhere: Iterable[Declaration],
    seen_to: Container[bytes],
    seen_places: SeenPlaces,
    request: Request,
    secure: bool,
    is_embedded: bool = False,
) -> list[bytes]:
    """Return Set-Cookie lines that delete cookies, at most 20 and 2 KiB of them; the likeliest place of each first.

    ``names``: the cookies that the request sent. ``elsewhere``: declarations whose cookies may be kept for paths that
    do not lead to the request. They are deleted by their exact names, except those ``seen_to``, which are deleted
    already. The path must be declared, or one that any visitor may learn (``places_of_interfaces``). They come before
    the less likely places of the cookies that were sent. The next navigation sends those again, but never these.
    ``is_embedded``: the request was made for another site's page. Browsers take no line there without SameSite=None.
    """
    ranks = zip_longest(*(_lines(name, one, seen_places, request, secure) for name, one in names.items()))
    likeliest = next(ranks, ())
    others = islice(_lines_elsewhere(elsewhere, seen_to, seen_places, request, secure), _MAX_CANDIDATES)
    lines: list[bytes] = []
    left = _MAX_BYTES
    for line in chain(likeliest, others, islice(chain.from_iterable(ranks), _MAX_CANDIDATES)):
        if line and is_embedded:
            line += (b"" if b"; Secure" in line else b"; Secure") + b"; SameSite=None"
        if line and line not in lines and len(line) + _BYTES_AROUND_A_LINE <= left:
            left -= len(line) + _BYTES_AROUND_A_LINE
            lines.append(line)
            if len(lines) == MAX_LINES:
                break
    return lines


def deletion(name: bytes, place: CookiePlace, *, is_secure: bool) -> bytes:
    """Return the Set-Cookie line that deletes a cookie in one place.

    ``is_secure``: the scheme is https, so the line is Secure. On http, it is Secure only if browsers would not take it
    otherwise.
    """
    prefix = name.lower()
    line = name + b"=" + AT_ONCE
    if place.path:
        line += b"; Path=" + place.path
    if place.domain:
        line += b"; Domain=" + place.domain
    if is_secure or place.partitioned or prefix.startswith(_SECURE_PREFIXES):
        line += b"; Secure"
    if prefix.startswith(_HTTP_PREFIXES):
        line += b"; HttpOnly"
    return line + (b"; Partitioned" if place.partitioned else b"")


def _lines(
    name: bytes, declaration: Declaration, seen_places: SeenPlaces, request: Request, secure: bool
) -> Iterator[bytes]:
    is_host_prefixed = name.lower().startswith(b"__host-")
    for place in _places(name, declaration, seen_places, request, secure):
        if is_host_prefixed:
            place = place._replace(path=b"/", domain=b"")
        yield deletion(name, place, is_secure=secure)


def _lines_elsewhere(
    declarations: Iterable[Declaration],
    seen_to: Container[bytes],
    seen_places: SeenPlaces,
    request: Request,
    secure: bool,
) -> Iterator[bytes]:
    """Yield lines for cookies that the request did not send because their paths do not lead to it."""
    asked, host = request.url_path.encode("ascii"), normalize_host(request.host)
    for declaration in declarations:
        declared = _declared_places(declaration) if declaration.path else []
        known = (*declared, *seen_places.places_of_interfaces(declaration, host))
        places = [place for place in dict.fromkeys(known) if place.path and not path_match(asked, place.path)]
        for name in map(str.encode, declaration.names if places else ()):
            # A cookie with the prefix has the path "/", which leads to every request. A name that is not ASCII may be
            # stored under another one (libsoup); only a request with the cookie shows which.
            is_known = name.isascii() and not name.lower().startswith(b"__host-")
            if b"*" in name or name in seen_to or not is_known or not is_deletable(name):
                continue
            yield from (deletion(name, place, is_secure=secure) for place in places)


def _declared_places(declaration: Declaration) -> list[CookiePlace]:
    """Return the declared place, and the same place host-only.

    A declared parent domain may be wrong, and a host-only cookie belongs to nobody else.
    """
    path = declared_url_path(declaration.path or "").encode("ascii")
    domain = (declaration.domain or "").encode("ascii", "replace")
    return [CookiePlace(path, one) for one in dict.fromkeys((domain, b""))]


def _places(
    name: bytes, declaration: Declaration, seen_places: SeenPlaces, request: Request, secure: bool
) -> list[CookiePlace]:
    """Return where a cookie that the request sent may be kept, the likeliest place first.

    A place that was seen counts only if it leads to the request: others may be those of other visitors. If a bare ``*``
    declares the cookie, nothing is guessed: it may belong to another application on the host.
    """
    asked = request.url_path.encode("ascii")
    seen = [
        place
        for place in seen_places.places(name, declaration, normalize_host(request.host))
        if path_match(asked, place.path)
    ]
    declared = _declared_places(declaration)
    is_declared = bool(declaration.path or declaration.domain)
    if "*" in declaration.names:
        places = seen + declared[:1] if is_declared else seen
        is_host_prefixed = name.lower().startswith(b"__host-")
        return [place for place in places if not is_host_prefixed or place[:2] == (b"/", b"")]
    places = list(seen)
    if is_declared or not seen or len(seen) >= MAX_PLACES:
        places += declared
    if secure and not seen:
        places.append(CookiePlace(declared[0].path or b"/", declared[0].domain, partitioned=True))
    # Without a Path, the browser takes that of the request; then come the other paths that lead there. Only a Path
    # attribute can end a path with a slash. If lines were seen, their Path is known.
    open_places = sorted((place for place in places if not place.path), key=lambda place: place.domain != b"")
    paths = list(islice(_paths_to(asked, with_slashes=not seen), MAX_LINES)) if open_places else []
    return places + [place._replace(path=path) for path in paths for place in open_places]


def _paths_to(path: bytes, *, with_slashes: bool) -> Iterator[bytes]:
    """Yield every cookie path that a request path matches (RFC 6265bis 5.1.4): widest first, default-path last."""
    if not is_plain(path):
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


def is_deletable(name: bytes) -> bool:
    """Return whether a line can carry a name as the request did, for every server and reader, and is short enough."""
    line = name + b"=" + AT_ONCE
    return (
        len(line) + _BYTES_AROUND_A_LINE <= _MAX_BYTES
        and is_plain(name)
        and names_of(line.strip(SERVER_BLANKS)) == (name,)
    )
