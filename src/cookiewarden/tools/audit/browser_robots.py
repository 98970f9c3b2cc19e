"""Reads the robots.txt of the hosts of a site that a browser visits, beside the browser.

Rule: the reader of the other audits sends these requests, so no cookie of a visitor is sent or kept.
"""

from __future__ import annotations

from collections.abc import Callable

from cookiewarden.tools.audit.bounds import Bounds
from cookiewarden.tools.audit.site import Site
from cookiewarden.tools.audit.site_robots import SiteRobots
from cookiewarden.tools.web.network import Resolve
from cookiewarden.tools.web.reader import Reader
from cookiewarden.tools.web.response import Response
from cookiewarden.tools.web.robots import MAX_BYTES


def robots_beside(start: str, site: Site, bounds: Bounds, resolve: Resolve, note: Callable[[str], None]) -> SiteRobots:
    """Return what reads the robots.txt of a site. ``start``: its address. ``note``: keeps a sentence for the reader."""

    def send(url: str) -> Response:
        with Reader("audit", resolve=resolve) as reader:
            reader.name(start)
            return reader.send(
                "GET", url, {"accept": "text/plain"}, b"", seconds=bounds.request_seconds, max_bytes=MAX_BYTES
            )

    return SiteRobots(send, site, note, redirects=bounds.redirects)
