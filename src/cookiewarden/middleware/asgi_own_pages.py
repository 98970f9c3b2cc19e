"""Answers an ASGI request on a path of our pages; the app may see it first, or go first.

Rule: any response of the app but a 404 goes out as the app gave it. The body of a request is read once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from cookiewarden.http.asgi_messages import DisconnectedError, Receive, Send, seen, without_404
from cookiewarden.http.asgi_scope import Scope
from cookiewarden.middleware.exchange import KEY


async def answer(
    app: Callable[..., Awaitable[Any]],
    scope: Scope,
    receive: Receive,
    send: Send,
    body_of: Callable[[Scope, Receive], Awaitable[bytes | None]],
    in_thread: Callable[..., Awaitable[Any]],
) -> Any:
    """Answer a request for which ``Screener.answers`` is true.

    ``body_of`` reads the body of a request, ``None`` for one that is too long; it raises ``DisconnectedError``.
    ``in_thread`` calls a function with arguments in a thread, because a page may read files.
    """
    exchange, missing = scope[KEY], list[object]()
    see = partial(exchange.owner.see_status, exchange, scope)
    if exchange.owner.pages is None:  # only to see whether the app has a page here
        return await app(scope, receive, seen(send, see))
    if exchange.owner.yields(exchange, scope):
        await app(scope, receive, without_404(seen(send, see), missing))
        if not missing:
            return None
    body: bytes | None = b""
    if scope["method"] in ("POST", "PUT") and not missing:  # otherwise, the app may have read it
        try:
            body = await body_of(scope, receive)
        except DisconnectedError:
            return None
    response = await in_thread(exchange.owner.answer, exchange, scope, body)
    pairs = response.headers.items()
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in pairs]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    return await send({"type": "http.response.body", "body": response.body})
