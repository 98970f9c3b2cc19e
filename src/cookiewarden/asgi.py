"""The ASGI adapter: ``CookieWardenMiddleware`` wraps any ASGI 3 app.

Rule: it converts and forwards. The scope is not copied, no task is started, and what the app and ``send``
return is handed on; a message is copied only when its headers change, and its other keys stay.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from cookiewarden.exchange import KEY, Exchange
from cookiewarden.policy import PolicySource
from cookiewarden.preferences import SecretKey
from cookiewarden.warden import Warden

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

# The messages that carry the header fields of a response; after them, or a websocket.close instead, none follow.
_STARTS = frozenset({"http.response.start", "websocket.accept", "websocket.http.response.start"})


class CookieWardenMiddleware:
    """Wraps an ASGI app so that no cookie leaves it without the visitor's consent.

    ``policy``: the path of a policy file, or of a folder of them; a mapping, a ``Policy`` or a ``PolicySet``.
    ``secret_key``: text or octets that sign the preferences cookie, at least 16 octets; or several, the oldest
    first, of which the last signs. ``secure``: whether that cookie is Secure; ``None`` for what the scheme says.
    ``report_only``: log what would be blocked, and block nothing; choices are still remembered.

    Raises ``PolicyError`` and ``OptionError`` here, with all that is wrong, and never on a request. Put it
    outermost, but inside whatever corrects the scheme and the host behind a proxy.

    >>> async def app(scope, receive, send): ...
    >>> policy = {"site": {"name": "Exampletown"}}
    >>> app = CookieWardenMiddleware(app, policy=policy, secret_key="at least sixteen octets")
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        policy: PolicySource,
        secret_key: SecretKey,
        secure: bool | None = None,
        report_only: bool = False,
    ) -> None:
        self.app = app
        self._warden = Warden(
            policy, secret_key, reader=_ScopeReader(), clock=time.time, secure=secure, report_only=report_only
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> Any:
        """Run the app; see the ASGI 3 specification. ``lifespan`` and unknown scopes pass untouched."""
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        warden = self._warden
        exchange = scope[KEY] = Exchange()
        exchange.warden = warden

        def screened_send(message: Message) -> Awaitable[None]:
            kind = message["type"]
            if kind == "http.response.body":
                return send(message)
            fields = message.get("headers")
            is_start = kind in _STARTS
            if type(fields) is not list:
                if fields is None:
                    fields = []
                elif not isinstance(fields, tuple):
                    fields = list(fields)  # any iterable, which may be read once
                    message = {**message, "headers": fields}
            screened = warden.screen(exchange, scope, fields, is_start)
            if is_start or kind == "websocket.close":
                exchange.is_sent = True
            if screened is not None:
                kept, added = screened
                message = {**message, "headers": kept + added if added else kept}
            return send(message)

        return await self.app(scope, receive, screened_send)


class _ScopeReader:
    """Reads what a warden asks for from an ASGI scope."""

    field_kind = bytes

    def host(self, request: Scope) -> str:
        for name, value in request.get("headers", ()):
            if name == b"host":
                return value.decode("latin-1") if isinstance(value, bytes) else str(value)
        server = request.get("server")
        return str(server[0]) if server else ""

    def is_secure(self, request: Scope) -> bool:
        return request.get("scheme") in ("https", "wss")

    def cookie_fields(self, request: Scope) -> Iterable[bytes]:
        # Field names in a scope are lower case: the specification says so.
        return [value for name, value in request.get("headers", ()) if name == b"cookie"]
