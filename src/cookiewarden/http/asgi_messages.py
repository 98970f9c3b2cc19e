"""The messages of ASGI 3 that carry headers, or tell that an app has ended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

#: The messages that carry the headers of a response, after which none follow.
STARTS = frozenset({"http.response.start", "websocket.accept", "websocket.http.response.start"})
#: Those that carry other headers.
OTHERS = frozenset({"http.response.trailers", "http.response.early_hint", "http.response.push"})

_ENDS = frozenset({"lifespan.shutdown.complete", "lifespan.shutdown.failed"})


def finishing(send: Send, finish: Callable[[], object]) -> Send:
    """Return the ``send`` of a lifespan that calls ``finish`` before it says that the app has ended.

    Some servers end by a signal then, and nothing of the process runs any more.
    """

    async def finishing_send(message: Message) -> None:
        if message["type"] in _ENDS:
            finish()
        await send(message)

    return finishing_send
