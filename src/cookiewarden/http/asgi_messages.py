"""The ASGI 3 messages that carry headers or the body of a request, or that say an app has ended."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from cookiewarden.http.request import max_body_bytes

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

#: Messages that carry the headers of a response; no more headers follow them.
STARTS = frozenset({"http.response.start", "websocket.accept", "websocket.http.response.start"})
#: Messages that carry other headers.
OTHERS = frozenset({"http.response.trailers", "http.response.early_hint", "http.response.push"})

_NOT_FOUND = 404
_ENDS = frozenset({"lifespan.shutdown.complete", "lifespan.shutdown.failed"})


def finishing(send: Send, finish: Callable[[], object]) -> Send:
    """Return a ``send`` for a lifespan; it calls ``finish`` before it passes on that the app has ended.

    Some servers then end by a signal, so nothing in the process runs afterwards.
    """

    async def finishing_send(message: Message) -> None:
        if message["type"] in _ENDS:
            finish()
        await send(message)

    return finishing_send


class DisconnectedError(Exception):
    """The client went away before it had sent the whole body."""


async def read_body(headers: Mapping[str, str], chunks: AsyncIterator[bytes]) -> bytes | None:
    """Return the body of a request; ``None`` if it is too long, and read no more of it then.

    ``headers``: by name, in whatever case.
    """
    length, limit = headers.get("content-length", ""), max_body_bytes(headers.get("content-type", ""))
    if length.isdecimal() and float(length) > limit:  # float, because the number may have any length
        return None
    body = b""
    async for chunk in chunks:
        body += chunk
        if len(body) > limit:
            return None
    return body


def seen(send: Send, see: Callable[[object], object]) -> Send:
    """Return a ``send`` that passes the status of the response to ``see`` first."""

    def seen_send(message: Any) -> Awaitable[None]:
        if message["type"] == "http.response.start":
            see(message.get("status"))
        return send(message)

    return seen_send


def without_404(send: Send, missing: list[object]) -> Send:
    """Return a ``send`` that drops the response of an app that has no such page, and adds to ``missing`` then.

    A response that began with another status is never dropped.
    """
    begun: list[object] = []

    async def send_unless_missing(message: Message) -> None:
        if message["type"] == "http.response.start" and not (begun or missing):
            (missing if message.get("status") == _NOT_FOUND else begun).append(message)
        if not missing:
            await send(message)

    return send_unless_missing
