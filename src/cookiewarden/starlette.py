"""The edge for Starlette and FastAPI: ``install`` makes the middleware the outermost layer of an app.

Rule: the app stays the same object, so that all that works with it goes on; every option is checked at once. Starlette
answers errors from a layer outside all middleware that ``add_middleware`` adds, and this layer is inside ours.
"""

from __future__ import annotations

from typing import Unpack

from cookiewarden.asgi import ASGIApp, CookieWardenMiddleware  # first: it says how to get Starlette
from cookiewarden.errors import OptionError
from cookiewarden.http.asgi_messages import Receive, Send
from cookiewarden.http.asgi_scope import Scope
from cookiewarden.middleware.options import MiddlewareOptions
from cookiewarden.policy.policy_set import PolicySource
from cookiewarden.reporting.counts import Counts

# isort: split
from starlette.applications import Starlette
from starlette.middleware.errors import ServerErrorMiddleware

# The attribute of an app in which the middleware was installed.
_INSTALLED = "_cookiewarden"


class Installed:
    """What ``install`` returns: the middleware of an app, to ask and to change. A server may run it, or the app.

    >>> warden = install(Starlette(), policy={"site": {"name": "Exampletown"}}, secret_key="at least sixteen octets")
    >>> warden.counts().total(), warden.reload()
    (0, True)
    """

    def __init__(self, app: Starlette, middleware: CookieWardenMiddleware) -> None:
        self._app = app
        self._middleware = middleware

    def counts(self) -> Counts:
        """Return what became of the Set-Cookie lines so far, in this process, in numbers."""
        return self._middleware.counts()

    def reload(self, policy: PolicySource | None = None) -> bool:
        """Load the policy anew, or another one, for the requests that come; ``False``, logged, if it is wrong."""
        return self._middleware.reload(policy)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the app, for whoever writes ``app = install(app, ...)``."""
        await self._app(scope, receive, send)


def install(app: Starlette, **options: Unpack[MiddlewareOptions]) -> Installed:
    """Let no cookie leave a Starlette or FastAPI app without the visitor's consent, its error pages included.

    The options are those of ``cookiewarden.asgi.CookieWardenMiddleware``. Serve the app itself, as before. Middleware
    may be added before and after; it runs inside.

    What sets ``app.build_middleware_stack`` back later takes the middleware off. OpenTelemetry's ``uninstrument_app``
    does so, if its ``instrument_app`` came before ``install``.

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
        # OpenTelemetry instruments only what looks like Starlette's own outermost layer. This one answers nothing but
        # a failure of ours.
        return ServerErrorMiddleware(middleware)

    app.build_middleware_stack = build_middleware_stack  # type: ignore[method-assign]  # of this app only
    vars(app)[_INSTALLED] = True
    return Installed(app, middleware)
