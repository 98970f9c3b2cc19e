"""The bounds within which an audit visits a site, and what it waits between two requests."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of a site is visited.

    ``pages``: opened in each state. ``depth``: how many links away from the start page. ``redirects``: followed in a
    row. ``page_bytes`` and ``all_bytes``: of one body once decompressed, and of all. ``request_seconds`` and
    ``seconds``: for one request, and for all. ``delay``: seconds between two requests, at least.

    >>> Bounds(pages=5).depth
    3
    """

    pages: int = 20
    depth: int = 3
    redirects: int = 5
    page_bytes: int = 2_000_000
    all_bytes: int = 100_000_000
    request_seconds: float = 20.0
    seconds: float = 300.0
    delay: float = 0.5


def bounds_for(url: str) -> Bounds:
    """Return the bounds of a visit for which none were given: without a pause if the site is on this machine.

    ``url``: a normalized address.

    >>> bounds_for("http://localhost:8000/").delay, bounds_for("https://shop.example/").delay
    (0.0, 0.5)
    """
    host = urlsplit(url).hostname or ""
    try:
        is_own = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_own = host == "localhost" or host.endswith(".localhost")
    return Bounds(delay=0.0) if is_own else Bounds()
