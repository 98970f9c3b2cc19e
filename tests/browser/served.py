"""Serve the portal on a free port of this machine, by a real server in a thread of the tests.

Rule: the portal has host names under ``portal.localhost``, because browsers resolve them to this machine and trust them
as they trust https.
"""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import uvicorn
import waitress
from waitress.wasyncore import close_all

from browser.portal_app import POLICY, SECRET_KEY, asgi_app, wsgi_app
from cookiewarden import asgi, wsgi

#: The host names of two portals of one town.
HOST, SIBLING = "a.portal.localhost", "b.portal.localhost"
#: A host name of another site, which browsers trust as well.
OTHER_SITE = "www.town.localhost"
#: A host name that browsers do not trust. ``launch`` makes them resolve it to this machine.
INSECURE = "a.town.test"


class Portal:
    """The portal, wrapped in the middleware. It remembers which cookies each request brought."""

    def __init__(self, middleware: Callable[..., Any], app: Any) -> None:
        self._middleware = middleware
        self._app = app
        self._sent: dict[tuple[str, str], set[str]] = {}
        self.port = 0
        #: The scheme that the app sees, as if a proxy that ends TLS had reported it.
        self.scheme = "http"
        self.restart()

    def restart(self, policy: Any = POLICY, scheme: str = "http", **options: Any) -> None:
        """Wrap the app again, as a restart does: with nothing remembered, and with another policy if one is given."""
        self.scheme = scheme
        # As with a proxy that ends TLS: browsers see a secure origin, but plain http reaches the app.
        options = {"secret_key": SECRET_KEY, "secure": True, **options}
        self.app = self._middleware(self._app, policy=policy, **options)

    def url(self, path: str = "/", host: str = HOST) -> str:
        """Return the address of a page of the portal."""
        return f"http://{host}:{self.port}{path}"

    def sent(self, path: str = "/", host: str = HOST) -> set[str]:
        """Return the names of the cookies that the last request for a path brought."""
        return self._sent[f"{host}:{self.port}", path]

    def note(self, host: str, path: str, cookies: str) -> None:
        """Remember a request. ``cookies``: its Cookie header."""
        self._sent[host, path] = {pair.partition("=")[0] for pair in cookies.split("; ") if pair}


class WSGIPortal(Portal):
    """The portal for a WSGI server."""

    def __init__(self) -> None:
        super().__init__(wsgi.CookieWardenMiddleware, wsgi_app)

    def __call__(self, environ: Any, start_response: Any) -> Any:
        self.note(environ["HTTP_HOST"], environ["PATH_INFO"], environ.get("HTTP_COOKIE", ""))
        environ["wsgi.url_scheme"] = self.scheme
        return self.app(environ, start_response)


class ASGIPortal(Portal):
    """The portal for an ASGI server."""

    def __init__(self) -> None:
        super().__init__(asgi.CookieWardenMiddleware, asgi_app)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = [(name, value.decode("latin-1")) for name, value in scope["headers"]]
        cookies = "; ".join(value for name, value in headers if name == b"cookie")
        self.note(dict(headers)[b"host"], scope["path"], cookies)
        scope["scheme"] = self.scheme
        await self.app(scope, receive, send)


@contextlib.contextmanager
def serving(kind: str) -> Iterator[Portal]:
    """Serve the portal until the end of the block. ``kind``: ``"asgi"`` or ``"wsgi"``."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        portal, run, stop = _asgi_server(listener) if kind == "asgi" else _wsgi_server(listener)
        portal.port = listener.getsockname()[1]
        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield portal
        finally:
            stop()
            thread.join()


_Server = tuple[Portal, Callable[[], Any], Callable[[], Any]]


def _asgi_server(listener: socket.socket) -> _Server:
    portal = ASGIPortal()
    server = uvicorn.Server(uvicorn.Config(portal, lifespan="off", ws="none", log_level="error"))
    return portal, partial(server.run, sockets=[listener]), partial(setattr, server, "should_exit", True)


def _wsgi_server(listener: socket.socket) -> _Server:
    portal = WSGIPortal()
    sockets: dict[int, Any] = {}
    server = waitress.create_server(portal, map=sockets, sockets=[listener])

    def stop() -> None:
        # Close them within the server's loop, which ends when it has no more sockets.
        server.trigger.pull_trigger(partial(close_all, sockets))
        server.task_dispatcher.shutdown()

    return portal, server.run, stop
