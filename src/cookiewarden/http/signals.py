"""Reads the signals that a browser sends with a request: Global Privacy Control, and whose page the request is for.

Rule: a header that is absent, or says something else, is no signal. Nothing is guessed from other headers.
"""

from __future__ import annotations

from collections.abc import Iterable

#: The header of Global Privacy Control.
GPC_HEADER = "Sec-GPC"
#: Where a site may say that it heeds it, at the root of its host (GPC, section 4).
GPC_PATH = "/.well-known/gpc.json"
#: The headers that tell whose page a request is for, in the order of the arguments of ``is_embedded``.
CONTEXT_HEADERS = ("Sec-Fetch-Site", "Sec-Fetch-Dest", "Sec-Fetch-Storage-Access")


def is_opt_out(values: Iterable[str]) -> bool:
    """Return whether the values of Sec-GPC hold the signal: exactly ``1`` in one of them (GPC, section 3.2).

    A server may have joined several with a comma.

    >>> [is_opt_out([value]) for value in ("1", "0, 1", "true", "1.0")], is_opt_out(["0", "1"])
    ([True, True, False, False], True)
    """
    return any(part.strip(" \t") == "1" for value in values for part in value.split(","))


def is_embedded(site: str | None, destination: str | None, storage_access: str | None) -> bool:
    """Return whether a request was made for a page of another site, and is not a visit to this one.

    The values are those of Sec-Fetch-Site, Sec-Fetch-Dest (Fetch Metadata) and Sec-Fetch-Storage-Access (Storage
    Access Headers), ``None`` for an absent one. Browsers send the last one only in such a context. A request that a
    page of this site makes inside a frame is ``same-origin``, so then it alone tells.

    >>> is_embedded("cross-site", "iframe", None), is_embedded("cross-site", "document", None)
    (True, False)
    >>> is_embedded("same-origin", "empty", "none"), is_embedded("cross-site", None, None)
    (True, False)
    """
    if destination is None or destination == "document":
        return False
    return site == "cross-site" or storage_access is not None
