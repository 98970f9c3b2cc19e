"""Check whether a request that would change a choice comes from the site's own pages.

The algorithm is that of Go's ``net/http.CrossOriginProtection``. Browsers say who asks in ``Sec-Fetch-Site``, or else
in ``Origin``; no browser of this decade sends neither. The pages need no token, so they may be cached.

Rule: when in doubt, a request is foreign. But refusing must always work, so a request that only refuses may hide its
origin.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from cookiewarden.http.hosts import check_host
from cookiewarden.http.request import Request

_PORTS = {"http": 80, "https": 443}
_OWN_SITES = frozenset({"same-origin", "none"})


def is_same_origin(request: Request, trusted: frozenset[str] = frozenset(), *, is_refusal: bool = False) -> bool:
    """Return whether a request that changes a choice comes from the site, from its user, or not from a browser.

    ``trusted``: further origins that may ask, from ``check_origins``. ``is_refusal``: whether the request only refuses.
    It may then lack ``Sec-Fetch-Site`` and have ``Origin: null``. Browsers send that from an insecure page with
    ``Referrer-Policy: no-referrer``. Source: Fetch Metadata (Sec-Fetch-Site), RFC 6454 7 (Origin), RFC 9110 7.2 (Host).

    >>> headers = {"origin": "https://evil.example"}
    >>> is_same_origin(Request("POST", "", "/", "", "data.example", headers.get))
    False
    """
    origin = request.header("origin")
    if origin is not None and origin.lower() in trusted:
        return True
    site = request.header("sec-fetch-site")
    if site:
        return site in _OWN_SITES
    return origin is None or (is_refusal and origin == "null") or _is_of(origin, request.host)


def _is_of(origin: str, host: str) -> bool:
    """Return whether an Origin names that host and port. A proxy may hide the browser's scheme, so ignore it."""
    try:
        parts = urlsplit(origin)
        asked = urlsplit(f"//{host}")
        if "[" in parts.netloc[1:] + host[1:]:  # urlsplit takes brackets anywhere for an IP address
            return False
        if parts.scheme not in _PORTS or f"{parts.scheme}://{parts.netloc}" != origin or "@" in origin + host:
            return False
        ports = [_PORTS[parts.scheme] if part.port is None else part.port for part in (parts, asked)]
    except ValueError:
        return False
    return bool(parts.hostname) and parts.hostname == asked.hostname and ports[0] == ports[1]


def check_origins(origins: object) -> tuple[frozenset[str], list[str]]:
    """Return the origins that an option names, in lower case, and what is wrong with the others.

    >>> check_origins(["https://www.example.org", "example.org"])[1]
    ['trusted_origins: "example.org" is not an origin; write it as https://www.example.org']
    """
    if isinstance(origins, str | bytes) or not isinstance(origins, Iterable):
        return frozenset(), [f'trusted_origins: must be a list, such as ["https://www.example.org"], not {origins!r}']
    found, faults = set(), []
    for origin in origins:
        if not isinstance(origin, str) or not _is_origin(origin):
            shown = f'"{origin}"' if isinstance(origin, str) else repr(origin)
            faults.append(f"trusted_origins: {shown} is not an origin; write it as https://www.example.org")
        else:
            found.add(origin.lower())
    return frozenset(found), faults


def _is_origin(text: str) -> bool:
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        port = "" if parts.port in (None, _PORTS.get(parts.scheme)) else f":{parts.port}"
        shown = f"[{host}]" if ":" in host else host
        is_whole = f"{parts.scheme}://{shown}{port}" == text.lower() and text.isascii() and parts.port != 0
    except ValueError:
        return False
    return is_whole and parts.scheme in _PORTS and "*" not in host and not check_host(shown)
