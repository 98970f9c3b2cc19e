"""Makes a Set-Cookie line from what a recording says of a cookie, if the recording does not hold the line itself.

Rule: the line has no value. What cannot stand in a line makes none.
"""

from __future__ import annotations

import re
from math import isfinite

_UNUSABLE = re.compile(r"[\x00-\x1f\x7f;]")


def line_of(
    name: str,
    *,
    path: str = "",
    lifetime: float | None = None,
    flags: tuple[str, ...] = (),
    same_site: str = "",
) -> bytes | None:
    """Return the line of a cookie, or ``None`` if it has a name that no line can hold.

    ``lifetime``: in seconds; ``None`` for the session. ``flags``: such as ``Secure``.

    >>> line_of("sid", path="/", lifetime=60, flags=("Secure",), same_site="Lax")
    b'sid=; Path=/; Max-Age=60; Secure; SameSite=Lax'
    """
    if not name or "=" in name or _UNUSABLE.search(name):
        return None
    parts = [f"{name}="]
    if path and not _UNUSABLE.search(path):
        parts.append(f"Path={path}")
    if lifetime is not None:
        parts.append(f"Max-Age={int(lifetime) if isfinite(lifetime) else 10**12}")
    parts += flags
    if same_site and not _UNUSABLE.search(same_site):
        parts.append(f"SameSite={same_site}")
    return "; ".join(parts).encode("utf-8", "surrogatepass")
