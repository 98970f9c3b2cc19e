"""The edge for Starlette and FastAPI: ``install`` makes the middleware the outermost layer of an app.

Rule: the app stays the same object, so that all that works with it goes on; every option is checked at once. Starlette
answers errors from a layer outside all middleware that ``add_middleware`` adds, and this layer is inside ours.
"""

from __future__ import annotations

from typing import Unpack

from cookiewarden.asgi import ASGIApp, CookieWardenMiddleware  # before Starlette: it says how to install that
from cookiewarden.errors import OptionError
from cookiewarden.options import MiddlewareOptions

# isort: split
from starlette.applications import Starlette

# The attribute of an app that holds the middleware which was installed in it.
_INSTALLED = "_cookiewarden"


def install(app: Starlette, **options: Unpack[MiddlewareOptions]) -> CookieWardenMiddleware:
    """Let no cookie leave a Starlette or FastAPI app without the visitor's consent, its error pages included.

    The options are those of ``cookiewarden.asgi.CookieWardenMiddleware``. Serve the app itself, as before; what is
    returned is for ``counts()`` and ``reload()``. Middleware may be added before and after; it runs inside.

    Raises ``PolicyError`` and ``OptionError`` with all that is wrong with the options, and ``OptionError`` for an app
    of another kind, for a second call, and for an app that has begun to serve.

    >>> from starlette.applications import Starlette
    >>> app = Starlette()
    >>> warden = install(app, policy={"site": {"name": "Exampletown"}}, secret_key="at least sixteen octets")
    >>> warden.counts().total()
    0
    """
    if not isinstance(app, Starlette):
        raise OptionError(
            f"app: {type(app).__name__} is neither a Starlette nor a FastAPI app; "
            "wrap it with cookiewarden.asgi.CookieWardenMiddleware"
        )
    if _INSTALLED in vars(app):
        raise OptionError("app: cookiewarden is installed already; call install once for each app")
    if app.middleware_stack is not None:
        raise OptionError("app: it has begun to serve; call install where the app is made")
    middleware = CookieWardenMiddleware(app, **options)
    middleware.is_placed = True
    build_inner = app.build_middleware_stack

    def build_middleware_stack() -> ASGIApp:
        middleware.app = build_inner()
        return middleware

    app.build_middleware_stack = build_middleware_stack  # type: ignore[method-assign]  # of this app only
    vars(app)[_INSTALLED] = middleware
    return middleware
