"""The places where a test can see the responses of an app: test clients, transports, and apps of frameworks.

Rule: what is watched gets and returns what it got and returned before. A framework that is not installed is not missed.
"""

from __future__ import annotations

import warnings
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from functools import cache, wraps
from importlib import import_module
from inspect import iscoroutinefunction
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from weakref import WeakSet

from cookiewarden.errors import OptionError, is_installed
from cookiewarden.http.asgi_messages import OTHERS, STARTS, Message
from cookiewarden.http.headers import as_bytes, values_of
from cookiewarden.http.request import Carrier
from cookiewarden.http.urls import url_path
from cookiewarden.http.wsgi_environ import decoded
from cookiewarden.middleware.exchange import KEY

_SET_COOKIE = b"set-cookie"


class SeenResponse(NamedTuple):
    """The Set-Cookie lines of one response, and the request: method, host with port, and path without query."""

    method: str
    host: str
    path: str
    lines: list[bytes]


See = Callable[[SeenResponse], object]
Call = Callable[..., Any]
#: Returns a function that does what the first one does, and passes what it sees to the second.
Wrapper = Callable[[Call, See], Call]


class Place(NamedTuple):
    """A function of a class or an object that responses pass. ``depth``: 1 for an app, 2 for what calls an app."""

    owner: Any
    attribute: str
    wrapper: Wrapper
    depth: int


def _responses_of(call: Call, see: See) -> Call:
    """Watch what sends a request and returns the response, as ``send`` does in httpx and requests."""
    told: WeakSet[Any] = WeakSet()  # requests calls "send" again for each redirect

    def see_all(response: Any) -> Any:
        for one in (*getattr(response, "history", ()), response):
            if one not in told:
                told.add(one)
                see(_of_response(one.request, one))
        return response

    return _returning(call, lambda _, response: see_all(response))


def _transport(call: Call, see: See) -> Call:
    """Watch a transport of httpx, which is called with the request."""
    return _returning(call, lambda arguments, response: see(_of_response(arguments[-1], response)))


def _werkzeug(call: Call, see: See) -> Call:
    """Watch the test client of Werkzeug, which is called with the environ, and returns the headers last."""
    return _returning(call, lambda arguments, result: see(_of_environ(arguments[1], result[2])))


def _django(call: Call, see: See) -> Call:
    """Watch a test client of Django. Its response keeps cookies beside the headers."""

    def see_it(_: object, response: Any) -> None:
        request = getattr(response, "wsgi_request", None) or response.asgi_request
        host = request.META.get("HTTP_HOST") or request.META.get("SERVER_NAME", "")
        lines = [as_bytes(morsel.OutputString()) for morsel in response.cookies.values()]
        seen = [*values_of(response.items(), _SET_COOKIE), *lines]
        see(SeenResponse(request.method, host, url_path(request.path), seen))

    return _returning(call, see_it)


def _app(call: Call, see: See) -> Call:
    """Watch every app of a class."""
    return _calling_app(call, see)


# Each test client and each transport that calls an app in this process. Then the apps whose own test clients are not
# among them.
_PLACES: tuple[tuple[str, str, str, Wrapper, int], ...] = (
    ("werkzeug.test", "Client", "run_wsgi_app", _werkzeug, 2),
    ("django.test.client", "Client", "request", _django, 2),
    ("django.test.client", "AsyncClient", "request", _django, 2),
    ("httpx", "ASGITransport", "handle_async_request", _transport, 2),
    ("httpx", "WSGITransport", "handle_request", _transport, 2),
    ("starlette.testclient", "TestClient", "send", _responses_of, 2),
    ("litestar.testing", "TestClient", "send", _responses_of, 2),
    ("litestar.testing", "AsyncTestClient", "send", _responses_of, 2),
    ("quart", "Quart", "__call__", _app, 1),
    ("falcon", "App", "__call__", _app, 1),
    ("falcon.asgi", "App", "__call__", _app, 1),
    ("bottle", "Bottle", "__call__", _app, 1),
    ("pyramid.router", "Router", "__call__", _app, 1),
)


@cache
def places() -> tuple[Place, ...]:
    """Return the places of all frameworks that are installed. It imports them, for a test may do so only later."""
    found = []
    for module, owner, attribute, wrapper, depth in _PLACES:
        if not is_installed(module.partition(".")[0]):
            continue
        # An extra of the framework may be missing, and advice to those who import it is not for the test.
        with suppress(ImportError, RuntimeError), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found.append(Place(getattr(import_module(module), owner), attribute, wrapper, depth))
    return tuple(found)


def place_of(target: Any) -> Place | None:
    """Return the place where the responses of a client or an app pass; ``None`` if it is among ``places``.

    Raises ``OptionError`` for what cannot be watched.
    """
    if any(isinstance(target, place.owner) for place in places()):
        return None
    if callable(getattr(target, "send", None)):
        return Place(target, "send", _responses_of, 3)
    kind = type(target)
    if not callable(target) or kind.__module__ == "builtins" or kind.__module__ == "functools":
        raise cannot_watch(target)
    return Place(kind, "__call__", lambda call, see: _calling_app(call, see, target), 1)


def cannot_watch(target: Any) -> OptionError:
    """Return the error for what cannot be watched."""
    remedy = "pass a client that has a method send, such as a Session of requests, or the app object of a framework"
    return OptionError(f"targets: {type(target).__name__} cannot be watched; {remedy}")


def _returning(call: Call, see: Callable[[tuple[Any, ...], Any], object]) -> Call:
    """Return a function that calls another, and passes its arguments and its result to ``see``."""
    if iscoroutinefunction(call):

        @wraps(call)
        async def called_later(*arguments: Any, **named: Any) -> Any:
            result = await call(*arguments, **named)
            see(arguments, result)
            return result

        return called_later

    @wraps(call)
    def called(*arguments: Any, **named: Any) -> Any:
        result = call(*arguments, **named)
        see(arguments, result)
        return result

    return called


def _calling_app(call: Call, see: See, only: Any = None) -> Call:
    """Return a ``__call__`` that watches every app of its class, or only one; for ASGI and for WSGI.

    An app inside a middleware of ours is left to that: what the app sets is not what leaves.
    """

    def is_watched(app: Any, carrier: Carrier) -> bool:
        return (only is None or app is only) and KEY not in carrier

    if iscoroutinefunction(call):

        @wraps(call)
        async def called_later(self: Any, scope: Carrier, receive: Any, send: Any) -> Any:
            return await call(self, scope, receive, _seen_send(scope, send, see) if is_watched(self, scope) else send)

        return called_later

    @wraps(call)
    def called(self: Any, carrier: Carrier, *others: Any) -> Any:
        if is_watched(self, carrier):
            *before, last = others  # the function that takes the headers
            last = _seen_send(carrier, last, see) if before else _seen_start_response(carrier, last, see)
            others = (*before, last)
        return call(self, carrier, *others)

    return called


def _seen_send(scope: Carrier, send: Callable[[Message], Awaitable[Any]], see: See) -> Callable[[Message], Any]:
    async def seen_send(message: Message) -> Any:
        if message["type"] in STARTS or message["type"] in OTHERS:
            lines = [*values_of(message.get("headers") or (), _SET_COOKIE)]
            host = next(iter(values_of(scope.get("headers") or (), b"host")), b"").decode("latin-1")
            see(SeenResponse(scope.get("method", "GET"), host, url_path(scope.get("path", "")), lines))
        return await send(message)

    return seen_send


def _seen_start_response(environ: Carrier, start_response: Callable[..., Any], see: See) -> Callable[..., Any]:
    def seen_start_response(status: Any, headers: Any, *exc_info: Any) -> Any:
        see(_of_environ(environ, headers))
        return start_response(status, headers, *exc_info)

    return seen_start_response


def _of_environ(environ: Carrier, headers: Iterable[Any]) -> SeenResponse:
    path = decoded(environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", ""))
    host = environ.get("HTTP_HOST") or environ.get("SERVER_NAME", "")
    method = environ.get("REQUEST_METHOD", "GET")
    return SeenResponse(method, host, url_path(path), [*values_of(headers, _SET_COOKIE)])


def _of_response(request: Any, response: Any) -> SeenResponse:
    """Return what a response of httpx or requests says."""
    url = urlsplit(str(request.url))
    headers = getattr(response.headers, "raw", None)  # that of httpx
    if headers is None:
        # requests joins lines with a comma; urllib3 below it does not.
        below = getattr(getattr(response, "raw", None), "headers", None)
        listed = getattr(below, "getlist", None)
        values = [response.headers.get("set-cookie", "")] if listed is None else listed("set-cookie")
        headers = [("set-cookie", value) for value in values if value]
    host = url.netloc.rpartition("@")[2]
    return SeenResponse(str(request.method), host, url.path or "/", [*values_of(headers, _SET_COOKIE)])
