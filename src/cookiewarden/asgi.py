"""The ASGI adapter: ``CookieWardenMiddleware`` wraps any ASGI 3 app.

Rule: it converts and forwards. It does not copy the scope, starts no task, and returns what the app and ``send``
return. The keys of a message other than its headers stay.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any, Unpack

from cookiewarden.errors import require
from cookiewarden.http.asgi_messages import (
    OTHERS,
    STARTS,
    DisconnectedError,
    Receive,
    Send,  # noqa: F401, for types in comments
    finishing,
    read_body,
)
from cookiewarden.http.asgi_scope import Scope, ScopeReader, copied_headers, joined_cookies
from cookiewarden.http.headers import fixed
from cookiewarden.middleware.asgi_own_pages import answer
from cookiewarden.middleware.base import Middleware
from cookiewarden.middleware.exchange import KEY, Exchange
from cookiewarden.middleware.options import MiddlewareOptions
from cookiewarden.middleware.placement import check_place
from cookiewarden.middleware.screening import Screener  # noqa: F401, for types in comments

require("the ASGI adapter", "starlette", "asgi")

# Each framework has types of its own for scopes and messages, so these are any.
ASGIApp = Callable[..., Awaitable[Any]]


class CookieWardenMiddleware(Middleware[ASGIApp]):
    """Wraps an ASGI app so that no cookie leaves it without the visitor's consent.

    The options are those of ``cookiewarden.middleware.options.MiddlewareOptions``; ``policy`` and ``secret_key`` are
    required. Raises ``PolicyError`` or ``OptionError`` here, naming every fault, and never on a request. Put it
    outermost, but inside whatever corrects the scheme and the host behind a proxy.

    >>> async def app(scope, receive, send): ...
    >>> policy = {"site": {"name": "Exampletown"}}
    >>> app = CookieWardenMiddleware(app, policy=policy, secret_key="at least sixteen bytes")
    """

    def __init__(self, app: ASGIApp, **options: Unpack[MiddlewareOptions]) -> None:
        super().__init__(app, ScopeReader(), time.time, options)
        #: Whether ``check_place`` has checked where in an app the middleware stands.
        self.is_placed = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        """Run the app; see the ASGI 3 specification. ``lifespan`` and unknown scopes pass untouched."""
        kind = scope["type"]
        if kind != "http" and kind != "websocket":
            if kind == "lifespan" and self._learned is not None:
                send = finishing(send, self._finish)
            return await self.app(scope, receive, send)
        if not self.is_placed:
            check_place(self, scope)
        screener = self._screener
        exchange = scope[KEY] = Exchange()
        exchange.owner, exchange.judge, exchange.is_used = screener, None, False
        try:
            mount, path, headers = scope["root_path"], scope["path"], scope["headers"].copy()
        except (KeyError, AttributeError):  # ASGI allows root_path to be missing, and headers to be any iterable
            mount, path, headers = scope.get("root_path"), scope.get("path", ""), copied_headers(scope)
        exchange.path, exchange.headers = path, headers
        if mount:
            exchange.mount = mount.rstrip("/")
        cookies: bytes | None = None
        for name, value in headers:
            if name == b"cookie":
                if cookies is not None or type(value) is not bytes:
                    cookies = joined_cookies(headers)
                    break
                cookies = value
        exchange.cookie_header = cookies or b""

        # What it uses are defaults, and its types a comment: on every request, the cells of a closure and annotations
        # would be made anew.
        def screened_send(message, send=send, exchange=exchange, scope=scope, screener=screener):
            # type: (Any, Send, Exchange, Scope, Screener) -> Awaitable[None]
            kind = message["type"]
            if kind == "http.response.body":
                return send(message)
            is_harmless = False
            try:
                headers = message["headers"]
            except KeyError:
                if kind not in STARTS and kind not in OTHERS:
                    exchange.is_sent |= kind == "websocket.close"
                    return send(message)
                message, headers = {**message}, []
            else:
                # Copies, because they may go out later, and the app may change its own until then.
                message = {**message}
                headers = message["headers"] = [*headers] if headers else []
                try:
                    hash(tuple(headers))  # fails for headers that can be changed
                    if not (exchange.is_used or (exchange.cookie_header and exchange.unwanted)):
                        harmless = screener.harmless
                        for name, _ in headers:
                            if name not in harmless:
                                break
                        else:
                            is_harmless = True  # so the screener, which costs a call, would change nothing
                except Exception:
                    headers = message["headers"] = fixed(headers)
            is_start = kind in STARTS
            if not is_harmless:
                screened = screener.screen(exchange, scope, headers, is_start)
                if screened is not None:
                    message["headers"] = screened[0] + screened[1] if screened[1] else screened[0]
            if is_start:
                exchange.is_sent = True
            return send(message)

        if screener.is_asking:
            exchange.carrier_copy = {**scope, "headers": exchange.headers, KEY: None}
        if cookies:
            screener.hide(exchange, scope)
        if self._prefix in path and kind == "http" and screener.answers(exchange, scope):
            from starlette.concurrency import run_in_threadpool

            return await answer(self.app, scope, receive, screened_send, _body, run_in_threadpool)
        return await self.app(scope, receive, screened_send)


async def _body(scope: Scope, receive: Receive) -> bytes | None:
    """Read the body of a request; return ``None`` if it is too long. Raises ``DisconnectedError``."""
    from starlette.requests import ClientDisconnect, Request

    request = Request(scope, receive)
    try:
        return await read_body(request.headers, request.stream())
    except ClientDisconnect:
        raise DisconnectedError from None
