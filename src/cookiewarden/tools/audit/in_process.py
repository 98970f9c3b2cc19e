"""Audits an app in this process, without a server: visits its pages in each state of a visitor.

Rule: the visit ends, whatever the app does: its pages, their depth, their bytes and the time are bounded. A bound that
was met is noted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from cookiewarden.tools.audit.app_client import AppClient
from cookiewarden.tools.audit.apps import LoadedApp
from cookiewarden.tools.audit.bounds import Bounds
from cookiewarden.tools.audit.containment import kept_quiet
from cookiewarden.tools.audit.observed import CHOICES, Observed, Page, State
from cookiewarden.tools.audit.tour import Tour
from cookiewarden.tools.audit.visit import Visit
from cookiewarden.tools.web.addresses import joined

_LEFT = "The app called os._exit, which ends the process of a server, so what it would do there is not known."
#: An app in this process need not be spared.
_BOUNDS = Bounds(pages=25, request_seconds=10.0, seconds=120.0, delay=0.0)


def audit_app(
    loaded: LoadedApp,
    base: str,
    now: Callable[[], float],
    *,
    target: str = "",
    paths: Sequence[str] = (),
    sought: Collection[State] = CHOICES,
    bounds: Bounds = _BOUNDS,
    clock: Callable[[], float] = time.monotonic,
    report: Callable[[Page], None] | None = None,
) -> Observed:
    """Visit an app in the states that are sought, and return what was seen.

    ``base``: the address of its first page, such as ``https://shop.example/``. ``paths``: those of pages to open
    besides ``/``. ``now`` returns seconds since 1970-01-01 UTC, and ``clock`` those for the bounds. ``report`` is
    called with each page once it was opened. Raises ``ValueError`` if a path or the host makes no address of the web.

    >>> from cookiewarden.tools.audit.apps import Interface
    >>> def app(environ, start_response):
    ...     start_response("200 OK", [("Set-Cookie", "theme=dark")])
    ...     return []
    >>> seen = audit_app(LoadedApp(app, Interface.WSGI), "https://shop.example/", lambda: 0.0)
    >>> seen.lines[0].line, sorted(seen.states)
    (b'theme=dark', [<State.NO_CHOICE: 'no choice'>])
    """
    start, *named = (joined(base, reference) for reference in ("", *paths))
    if not all((start, *named)):
        raise ValueError("a host or a path makes no address of the web, or one that is too long")
    with kept_quiet() as leaving, AppClient(loaded, seconds=bounds.request_seconds) as client:
        visit = Visit(start, client, bounds, report, is_remote=False, clock=clock, now=now)
        observed = Tour(visit, sought, named).go(target or base, f"in process, as {loaded.interface}")
    if leaving.is_tried:
        reasons = {**dict.fromkeys(observed.states, _LEFT), **observed.reasons}
        return replace(observed, notes=(*observed.notes, _LEFT), reasons=reasons, cut=observed.states)
    return observed
