"""Wrap each app of a suite in the middleware, at the place at which a test client or a server calls the app.

Rule: the app object itself does not change, so a test that looks at it sees what it expects. A module is changed after
the suite itself has imported it, so that nothing is imported early. The responses that leave are counted.
"""

from __future__ import annotations

import atexit
import importlib
import importlib.abc
import importlib.util
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from copy import copy
from functools import cache
from pathlib import Path
from typing import Any

POLICY = {
    "site": {"name": "A suite"},
    "cookies": [{"name": "*", "category": "necessary", "purpose": "Whatever a test sets"}],
}
# All other options are the defaults. The pages are on, too, because no suite requests their paths.
OPTIONS: dict[str, Any] = {"policy": POLICY, "secret_key": "a key that serves suites only"}

Patch = Callable[[Any], None]

#: By name of a module, the function that changes it.
PLACES: dict[str, Patch] = {}
counts: Counter[str] = Counter()


@cache
def _middleware(kind: str) -> Any:
    """Return the middleware of a kind. It is made once, and its copies share what it has read."""
    module = importlib.import_module(f"cookiewarden.{kind}")
    middleware = module.CookieWardenMiddleware(None, **OPTIONS)
    screener = middleware._screener
    screen = screener.screen

    def counted(exchange: Any, request: Any, headers: Any, is_start: bool = True) -> Any:
        result = screen(exchange, request, headers, is_start)
        lines = _count_lines(headers)
        counts["responses"] += 1
        counts["with Set-Cookie"] += bool(lines)
        counts["lines dropped"] += 0 if result is None else lines - _count_lines(result[0])
        return result

    screener.screen = counted
    return middleware


def _count_lines(headers: Any) -> int:
    """Return how many of the headers are Set-Cookie."""
    return sum(name.lower().strip() in (b"set-cookie", "set-cookie") for name, _ in headers)


def wrapped(kind: str, app: Any) -> Any:
    """Wrap an app. ``kind``: ``"asgi"`` or ``"wsgi"``."""
    middleware = copy(_middleware(kind))
    middleware.app = app
    return middleware


def place(*modules: str) -> Callable[[Patch], Patch]:
    """Register a function that changes each of these modules."""

    def register(patch: Patch) -> Patch:
        PLACES.update(dict.fromkeys(modules, patch))
        return patch

    return register


def _wsgi_class(owner: Any) -> None:
    """Wrap each call to the instances of a class of WSGI apps."""
    original = owner.__call__

    def call(self: Any, environ: Any, start_response: Any) -> Any:
        return wrapped("wsgi", lambda *args: original(self, *args))(environ, start_response)

    owner.__call__ = call


def _asgi_class(owner: Any) -> None:
    """Wrap each call to the instances of a class of ASGI apps."""
    original = owner.__call__

    async def call(self: Any, scope: Any, receive: Any, send: Any) -> Any:
        return await wrapped("asgi", lambda *args: original(self, *args))(scope, receive, send)

    owner.__call__ = call


def _first_argument(owner: Any) -> None:
    """Wrap the ASGI app that instances of a class are made with."""
    original = owner.__init__

    def init(self: Any, app: Any, *args: Any, **options: Any) -> None:
        original(self, wrapped("asgi", app), *args, **options)

    owner.__init__ = init


@place("werkzeug.test")
def _werkzeug(module: Any) -> None:
    original = module.run_wsgi_app
    module.run_wsgi_app = lambda app, *args, **options: original(wrapped("wsgi", app), *args, **options)


@place("werkzeug.serving")
def _werkzeug_server(module: Any) -> None:
    original = module.BaseWSGIServer.__init__

    def init(self: Any, *args: Any, **options: Any) -> None:
        original(self, *args, **options)
        self.app = wrapped("wsgi", self.app)

    module.BaseWSGIServer.__init__ = init


@place("starlette.testclient")
def _starlette(module: Any) -> None:
    _first_argument(module._TestClientTransport)


@place("httpx._transports.asgi", "httpx2._transports.asgi")
def _httpx(module: Any) -> None:
    _first_argument(module.ASGITransport)


@place("litestar.app")
def _litestar(module: Any) -> None:
    _asgi_class(module.Litestar)


@place("quart.app")
def _quart(module: Any) -> None:
    _asgi_class(module.Quart)


@place("falcon.app")
def _falcon(module: Any) -> None:
    _wsgi_class(module.App)


@place("falcon.asgi.app")
def _falcon_asgi(module: Any) -> None:
    _asgi_class(module.App)


@place("bottle")
def _bottle(module: Any) -> None:
    _wsgi_class(module.Bottle)


@place("pyramid.router")
def _pyramid(module: Any) -> None:
    _wsgi_class(module.Router)


@place("webtest.app")
def _webtest(module: Any) -> None:
    original = module.TestApp.do_request

    def do_request(self: Any, *args: Any, **options: Any) -> Any:
        app, self.app = self.app, wrapped("wsgi", self.app)  # so that WebTest's lint checks what leaves the middleware
        try:
            return original(self, *args, **options)
        finally:
            self.app = app

    module.TestApp.do_request = do_request


@place("django.core.handlers.wsgi")
def _django(module: Any) -> None:
    _wsgi_class(module.WSGIHandler)


@place("django.core.handlers.asgi")
def _django_asgi(module: Any) -> None:
    _asgi_class(module.ASGIHandler)


@place("django.test.client")
def _django_client(module: Any) -> None:
    """Put the middleware between Django's test client and the handler, which the client calls without WSGI or ASGI.

    The headers that leave the middleware replace those of the response.
    """
    original, original_async = module.ClientHandler.__call__, module.AsyncClientHandler.__call__

    def client(self: Any, environ: Any) -> Any:
        answered: list[Any] = []
        left: list[tuple[str, str]] = []

        def app(environ: Any, start_response: Any) -> Iterable[bytes]:
            answered.append(original(self, environ))
            start_response(f"{answered[0].status_code} {answered[0].reason_phrase}", _headers(answered[0]))
            return ()

        wrapped("wsgi", app)(environ, lambda status, headers: left.extend(headers))
        return _carry(left, answered[0])

    async def async_client(self: Any, scope: Any) -> Any:
        answered: list[Any] = []
        left: list[tuple[str, str]] = []

        async def app(scope: Any, receive: Any, send: Any) -> None:
            answered.append(await original_async(self, scope))
            headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in _headers(answered[0])]
            await send({"type": "http.response.start", "status": answered[0].status_code, "headers": headers})

        async def send(message: Any) -> None:
            left.extend((name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"])

        await wrapped("asgi", app)(scope, None, send)
        return _carry(left, answered[0])

    module.ClientHandler.__call__ = client
    module.AsyncClientHandler.__call__ = async_client


def _headers(response: Any) -> list[tuple[str, str]]:
    """Return the headers of a response as Django's WSGI handler makes them."""
    return [*response.items(), *(("Set-Cookie", morsel.output(header="")) for morsel in response.cookies.values())]


def _carry(left: list[tuple[str, str]], response: Any) -> Any:
    """Give a response of Django the headers that left the middleware, and no others."""
    if left != _headers(response):
        lines = [value for name, value in left if name == "Set-Cookie"]
        for name, morsel in list(response.cookies.items()):
            if morsel.output(header="") not in lines:
                del response.cookies[name]
        for name in list(response.headers):
            del response.headers[name]
        for name, value in left:
            if name != "Set-Cookie":
                response.headers[name] = value
    return response


class _Finder(importlib.abc.MetaPathFinder):
    """A finder of modules that changes some of them once they are imported."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = set(names)

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name not in self.names:
            return None
        self.names.discard(name)
        spec = importlib.util.find_spec(name)
        if spec is None or spec.loader is None:
            return None
        load = spec.loader.exec_module

        def exec_module(module: Any) -> None:
            load(module)
            PLACES[name](module)

        spec.loader.exec_module = exec_module
        return spec


def install(names: Iterable[str]) -> None:
    """Change these modules once they are imported, and write what was screened when the process ends."""
    sys.meta_path.insert(0, _Finder(names))
    atexit.register(write)


def write() -> None:
    """Write what was screened in this process into a file of its own."""
    if counts:
        Path(os.environ["SUITE_RECORD"], f"screened-{os.getpid()}.json").write_text(json.dumps(counts))
