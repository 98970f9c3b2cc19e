"""Checks where in an app the middleware stands.

Rule: a place that cannot work is an error with its remedy, at start or on the first request. A place that only works in
part is logged once, and stops no request. An ordinary request pays nothing for the checks.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from cookiewarden.errors import OptionError
from cookiewarden.http.asgi_scope import Scope
from cookiewarden.http.request import Carrier
from cookiewarden.log import logger
from cookiewarden.middleware.exchange import KEY
from cookiewarden.middleware.signatures import takes

#: The attribute of a Starlette app that ``cookiewarden.starlette.install`` sets.
INSTALLED = "_cookiewarden"
#: The attributes in which an app keeps what it serves: that of Flask and Werkzeug, and that of Quart.
_SERVED = ("wsgi_app", "asgi_app")
_CALLS = "cookiewarden.calls"
# A view may send requests of its own through the middleware, with a copy of the environ or scope that it got.
_MOST_CALLS = 8


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


def misuse_of(app: object, *, is_asgi: bool, is_bare: bool) -> str | None:
    """Return what to write instead, if a framework's list of middleware made this one, or it cannot call the app.

    ``is_bare``: whether the middleware got no option, as such a list makes it.
    """
    # Django passes a function that it made itself; under ASGI, asgiref has made it callable from a thread.
    function = getattr(app, "awaitable", app)
    if str(getattr(function, "__globals__", {}).get("__name__")).startswith("django.core.handlers."):
        return (
            "app: this is a handler of Django, but the middleware wraps the whole site; take it out of MIDDLEWARE, and "
            "import get_wsgi_application (or get_asgi_application) from cookiewarden.django in wsgi.py (or asgi.py)"
        )
    if is_bare and type(app).__module__.startswith("starlette.middleware."):
        return (
            "app: add_middleware added this middleware, without options and inside of the app's error pages; call "
            "cookiewarden.starlette.install(app, policy=..., secret_key=...) instead"
        )
    needed, other, name = (3, 2, "wsgi") if is_asgi else (2, 3, "asgi")
    if takes(app, needed) is False and takes(app, other):
        return f"app: it is called as {name.upper()} apps are; import CookieWardenMiddleware from cookiewarden.{name}"
    return None


def warn_of_nesting(app: object, middleware: type) -> None:
    """Log a warning if the app is in a middleware of ours already; ``middleware``: the base class of them."""
    inner = [app, *(getattr(app, attribute) for attribute in _SERVED if _serves(app, attribute))]
    if any(isinstance(one, middleware) for one in inner) or INSTALLED in getattr(app, "__dict__", ()):
        logger.warning(
            "this app is in a CookieWardenMiddleware already, so two of them screen each response, and a choice that a "
            "view makes reaches only the inner one; wrap the app once"
        )


def first_checked(middleware: Any, app: Any) -> Any:
    """Return the app, or an object that calls it and finds out whether it calls the middleware.

    Flask calls ``app.wsgi_app`` and Quart ``app.asgi_app``. If the middleware stands there, it must not wrap ``app``.
    """
    for attribute in _SERVED:
        if _serves(app, attribute):
            return _FirstCalls(middleware, app, attribute)
    return app


def _serves(app: object, attribute: str) -> bool:
    return callable(getattr(type(app), attribute, None))


class _FirstCalls:
    """Calls an app until a first call has ended, and then gives its own place in the middleware to the app."""

    def __init__(self, middleware: Any, app: Any, attribute: str) -> None:
        self._middleware = middleware
        self._app = app
        self._attribute = attribute

    def __call__(self, carrier: Carrier, *rest: Any) -> Any:
        caller, calls = carrier.get(_CALLS, (None, 0))
        calls = calls + 1 if caller is self else 1
        if calls > _MOST_CALLS:
            where = f"app.{self._attribute}"
            raise OptionError(
                f"app: the middleware wraps app, and app calls it as {where}, without end; "
                f"write {where} = CookieWardenMiddleware({where}, ...)"
            )
        carrier[_CALLS] = self, calls
        result = self._app(carrier, *rest)
        if isinstance(result, Awaitable):
            return self._awaited(result)
        self._middleware.app = self._app
        return result

    async def _awaited(self, result: Awaitable[Any]) -> Any:
        awaited = await result
        self._middleware.app = self._app
        return awaited
