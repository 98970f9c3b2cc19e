"""Makes a Set-Cookie line from what a recording says of a cookie, if the recording does not hold the line itself.

Rule: the line has no value. What cannot stand in a line makes none, and a note says how many cookies that were.
"""

from __future__ import annotations

import re
from math import isfinite

from cookiewarden.tools.audit.notebook import Notebook
from cookiewarden.tools.audit.observed import State

_UNUSABLE = re.compile(r"[\x00-\x1f\x7f;]")


def line_of(
    name: str | bytes,
    *,
    path: str = "",
    domain: str = "",
    lifetime: float | None = None,
    flags: tuple[str, ...] = (),
    same_site: str = "",
) -> bytes | None:
    """Return the line of a cookie, or ``None`` if it has a name that no line can hold.

    A name may hold anything else, also what browsers refuse, because a report has to show it.

    ``lifetime``: in seconds; ``None`` for the session. ``flags``: such as ``Secure``.

    >>> line_of("sid", path="/", lifetime=60, flags=("Secure",), same_site="Lax")
    b'sid=; Path=/; Max-Age=60; Secure; SameSite=Lax'
    """
    raw = name if isinstance(name, bytes) else name.encode("utf-8", "surrogatepass")
    if not raw or b"=" in raw or b";" in raw:
        return None
    parts = [""]
    if path and not _UNUSABLE.search(path):
        parts.append(f"Path={path}")
    if domain and not _UNUSABLE.search(domain):
        parts.append(f"Domain={domain}")
    if lifetime is not None:
        parts.append(f"Max-Age={int(lifetime) if isfinite(lifetime) else 10**12}")
    parts += flags
    if same_site and not _UNUSABLE.search(same_site):
        parts.append(f"SameSite={same_site}")
    return raw + b"=" + "; ".join(parts).encode("utf-8", "surrogatepass")


def note_left_out(notebook: Notebook, state: State, count: int) -> None:
    """Note how many cookies have no line, and that so much of a state was not seen."""
    if count:
        words = "1 cookie was" if count == 1 else f"{count:,} cookies were"
        notebook.note(f"{words} left out, because a Set-Cookie line cannot hold such a name.")
        notebook.cut.add(state)
