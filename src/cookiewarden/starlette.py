"""Support for Starlette and FastAPI: ``install``, and what templates and FastAPI's views take from a request.

Starlette sends error pages from a layer outside all middleware that ``add_middleware`` adds. ``install`` puts this
middleware outside that layer, too. Rule: the app stays the same object, and every option is checked at once.
"""

from __future__ import annotations

from typing import Any, Unpack

from cookiewarden.asgi import ASGIApp, CookieWardenMiddleware  # first: its error says how to install Starlette
from cookiewarden.errors import OptionError
from cookiewarden.http.asgi_messages import Receive, Send
from cookiewarden.http.asgi_scope import Scope
from cookiewarden.middleware.choice import Choice, consent_of
from cookiewarden.middleware.embeds import banner_of, frame_of, preferences_link_of, script_of
from cookiewarden.middleware.options import MiddlewareOptions
from cookiewarden.middleware.placement import INSTALLED
from cookiewarden.policy.policy_set import PolicySource
from cookiewarden.reporting.counts import Counts

# isort: split
from starlette.applications import Starlette
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.requests import HTTPConnection, Request


class Installed:
    """The installed middleware of an app, as ``install`` returns it. A server may run this object or the app.

    >>> installed = install(Starlette(), policy={"site": {"name": "Exampletown"}}, secret_key="at least sixteen bytes")
    >>> installed.counts().total(), installed.reload()
    (0, True)
    """

    def __init__(self, app: Starlette, middleware: CookieWardenMiddleware) -> None:
        self._app = app
        self._middleware = middleware

    def counts(self) -> Counts:
        """Return the counts of Set-Cookie lines and of choices so far, in this process."""
        return self._middleware.counts()

    def reload(self, policy: PolicySource | None = None) -> bool:
        """Load the policy again, or another one, for new requests. Return ``False`` and log why if it is wrong."""
        return self._middleware.reload(policy)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the app, so that ``app = install(app, ...)`` works, too."""
        await self._app(scope, receive, send)


def install(app: Starlette, **options: Unpack[MiddlewareOptions]) -> Installed:
    """Screen all responses of a Starlette or FastAPI app, its error pages included.

    The options are those of ``cookiewarden.asgi.CookieWardenMiddleware``. Serve the app itself, as before. Middleware
    may be added before and after this call; it runs inside.

    Code that later restores ``app.build_middleware_stack`` removes the middleware. OpenTelemetry's
    ``uninstrument_app`` does so if its ``instrument_app`` came before ``install``.

    Raises ``PolicyError`` or ``OptionError`` with every problem of the options. Raises ``OptionError``, too, for an
    app of another kind, for a second call, and for an app that has begun to serve.

    >>> from starlette.applications import Starlette
    >>> app = Starlette()
    >>> installed = install(app, policy={"site": {"name": "Exampletown"}}, secret_key="at least sixteen bytes")
    >>> installed.counts().total()
    0
    """
    if not isinstance(app, Starlette):
        raise OptionError(
            f"app: {type(app).__name__} is neither a Starlette nor a FastAPI app; "
            "wrap it with cookiewarden.asgi.CookieWardenMiddleware"
        )
    if INSTALLED in vars(app):
        raise OptionError("app: cookiewarden is installed already; call install once for each app")
    if app.middleware_stack is not None:
        raise OptionError("app: it has begun to serve; call install right after creating the app")
    middleware = CookieWardenMiddleware(app, **options)
    middleware.is_placed = True
    build_inner = app.build_middleware_stack

    def build_middleware_stack() -> ASGIApp:
        middleware.app = build_inner()
        # OpenTelemetry instruments only an app whose outermost layer is of this class, as Starlette's own is. This
        # one handles only failures of our middleware.
        return ServerErrorMiddleware(middleware)

    app.build_middleware_stack = build_middleware_stack  # type: ignore[method-assign]  # of this app only
    vars(app)[INSTALLED] = True
    return Installed(app, middleware)


def template_helpers(request: Request) -> dict[str, Any]:  # noqa: ARG001 - Jinja2Templates passes it
    """Give ``banner_of``, ``preferences_link_of``, ``script_of``, ``frame_of`` and ``consent_of`` to templates.

    It is a context processor. A template calls them with its ``request``: ``{{ banner_of(request) }}``.

    >>> from starlette.templating import Jinja2Templates
    >>> templates = Jinja2Templates("templates", context_processors=[template_helpers])
    """
    return {
        "banner_of": banner_of,
        "preferences_link_of": preferences_link_of,
        "script_of": script_of,
        "frame_of": frame_of,
        "consent_of": consent_of,
    }


async def choice_of(connection: HTTPConnection) -> Choice:
    """Return the visitor's choice: a dependency of FastAPI, for requests and for websockets.

    Raises ``NotWrappedError`` if ``install`` was not called for the app. In a test, override it as any dependency.

    >>> from typing import Annotated
    >>> from fastapi import Depends, FastAPI
    >>> app = FastAPI()
    >>> @app.get("/")
    ... def counted(choice: Annotated[Choice, Depends(choice_of)]) -> bool:
    ...     return choice.allows("statistical")
    """
    return consent_of(connection)
