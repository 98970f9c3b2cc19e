"""Screens the headers that a WSGI app sends apart from its response, by functions that some servers put in the environ.

These are early hints (RFC 8297) and trailers (RFC 9110 6.5).
Rule: the screened function takes the place of the server's, and returns what that returns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from cookiewarden.http.headers import fixed
from cookiewarden.http.request import Carrier
from cookiewarden.middleware.exchange import Exchange
from cookiewarden.middleware.screening import Screener

#: The keys of those functions in an environ.
EARLY_HINTS, TRAILERS = "wsgi.early_hints", "gunicorn.http2.send_trailers"


def screen_senders(environ: Carrier, exchange: Exchange, screener: Screener) -> None:
    """Replace the functions of the server by those that screen the headers first."""
    exchange.host = exchange.host or environ.get("HTTP_HOST")
    for key in (EARLY_HINTS, TRAILERS):
        if environ.get(key) is not None:
            environ[key] = _screened(environ[key], exchange, screener)


def _screened(sender: Callable[..., object], exchange: Exchange, screener: Screener) -> Callable[..., object]:
    def screened_sender(headers: Iterable[tuple[str, str]], *more: Any) -> object:
        sent = fixed(headers)
        # Not with the environ itself, which holds this function: a request would hold itself.
        screened = screener.screen(exchange, {}, sent, is_start=False)
        return sender(sent if screened is None else screened[0], *more)

    return screened_sender
