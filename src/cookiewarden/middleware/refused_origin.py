"""Log a choice that was refused for its origin, if a proxy that rewrites the host may be the reason.

Rule: only what a browser sends from an insecure page counts. From a secure one it sends ``Sec-Fetch-Site``, and then
the host does not matter.
"""

from __future__ import annotations

from cookiewarden.errors import printable
from cookiewarden.http.origin import check_origins
from cookiewarden.http.request import Request
from cookiewarden.log import logger


def warn_of_refused_origin(request: Request) -> None:
    """Log which origin a site behind such a proxy would have to trust."""
    origin = request.header("origin") or ""
    if request.header("sec-fetch-site") or check_origins([origin])[1]:
        return
    logger.warning(
        "a choice was refused, because it was made on %s and sent to the host %s; if a proxy rewrites the host of this "
        'site, name the origin that browsers see: trusted_origins=["%s"]',
        *map(printable, (origin, request.host, origin)),
    )
