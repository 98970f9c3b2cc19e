"""Checks where in an app the middleware stands.

Rule: a wrong place is logged once, as an error; it stops no request.
"""

from __future__ import annotations

from typing import Any

from cookiewarden.http.asgi_scope import Scope
from cookiewarden.log import logger
from cookiewarden.middleware.exchange import KEY


def check_place(middleware: Any, scope: Scope) -> None:
    """Log an error, once, if ``add_middleware`` of a Starlette app added this middleware.

    A middleware around a mounted app is in the right place, because it stands outside of all that this app answers. So
    is one inside another of ours, because that one screens the rest.
    """
    middleware.is_placed = True
    added = getattr(scope.get("app"), "user_middleware", None)  # only Starlette apps have it
    if not isinstance(added, list) or KEY in scope:
        return
    kinds = tuple(kind for kind in (getattr(one, "cls", None) for one in added) if isinstance(kind, type))
    if "router" not in scope or isinstance(middleware, kinds):  # without "router", no app around it chose a route yet
        logger.error(
            "this app answers errors outside of all that add_middleware adds, so the cookies on its error pages are "
            "not screened; call cookiewarden.starlette.install(app, ...) instead, or wrap the app: "
            "cookiewarden.asgi.CookieWardenMiddleware(app, ...)"
        )
