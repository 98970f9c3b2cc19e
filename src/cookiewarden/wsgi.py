"""The WSGI adapter: ``CookieWardenMiddleware`` wraps any WSGI app (PEP 3333).

Rule: it converts and forwards. The app's own iterable goes back to the server, so ``close`` and ``wsgi.file_wrapper``
still work. The app may call ``start_response`` late, or twice, and gets what the server's returns.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Unpack  # noqa: F401, for types in comments

from cookiewarden.errors import require
from cookiewarden.http.headers import fixed
from cookiewarden.http.request import max_body_bytes
from cookiewarden.http.wsgi_environ import Environ, EnvironReader, decoded
from cookiewarden.middleware.base import Middleware
from cookiewarden.middleware.exchange import KEY, Exchange
from cookiewarden.middleware.options import MiddlewareOptions
from cookiewarden.middleware.screening import Screener  # noqa: F401, for types in comments
from cookiewarden.middleware.wsgi_own_pages import body_unless_missing, seen
from cookiewarden.middleware.wsgi_senders import EARLY_HINTS, TRAILERS, screen_senders

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

require("the WSGI adapter", "werkzeug", "wsgi")

Headers = Iterable[tuple[str, str]]
Write = Callable[[bytes], object]
StartResponse = Callable[..., Write]
WSGIApp = Callable[[Environ, StartResponse], Iterable[bytes]]


class CookieWardenMiddleware(Middleware[WSGIApp]):
    """Wraps a WSGI app so that no cookie leaves it without the visitor's consent.

    The options are those of ``cookiewarden.middleware.options.MiddlewareOptions``; ``policy`` and ``secret_key`` are
    required. Raises ``PolicyError`` or ``OptionError`` here, naming every fault, and never on a request.

    >>> def app(environ, start_response): ...
    >>> policy = {"site": {"name": "Exampletown"}}
    >>> app = CookieWardenMiddleware(app, policy=policy, secret_key="at least sixteen bytes")
    """

    def __init__(self, app: WSGIApp, **options: Unpack[MiddlewareOptions]) -> None:
        super().__init__(app, EnvironReader(), time.time, options)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Run the app; see PEP 3333."""
        screener = self._screener
        exchange = environ[KEY] = Exchange()
        exchange.owner, exchange.judge, exchange.is_used = screener, None, False
        cookies = environ.get("HTTP_COOKIE")
        if not cookies:  # so nothing is to be deleted
            exchange.cookie_header = b""
        else:
            exchange.cookie_header = cookies.encode("latin-1", "replace")
        if screener.is_asking:
            exchange.carrier_copy = {**environ, KEY: None}
        if screener.only_policy is None:
            exchange.host = environ.get("HTTP_HOST") or environ.get("SERVER_NAME")

        # What it uses are defaults, and its types a comment: on every request, the cells of a closure and annotations
        # would be made anew.
        def screened_start_response(
            status, headers, exc_info=None, start=start_response, exchange=exchange, environ=environ, screener=screener
        ):
            # type: (str, Headers, Any, StartResponse, Exchange, Environ, Screener) -> Write
            # A copy, because some servers send it later, and the app may change its own until then.
            sent = [*headers]
            is_harmless = False
            try:
                hash(tuple(sent))  # fails for headers that can be changed
                if not (exchange.is_used or (exchange.cookie_header and exchange.unwanted)):
                    harmless = screener.harmless
                    for name, _ in sent:
                        if name not in harmless:
                            break
                    else:
                        is_harmless = True  # so the screener, which costs a call, would change nothing
            except Exception:
                sent = fixed(sent)
            if not is_harmless:
                screened = screener.screen(exchange, environ, sent)
                if screened is not None:
                    kept, added = screened
                    sent = kept + [_as_text(header) for header in added] if added else kept
            exchange.is_sent = True
            return start(status, sent) if exc_info is None else start(status, sent, exc_info)

        try:
            mount, path = environ["SCRIPT_NAME"], environ["PATH_INFO"]
        except KeyError:
            mount, path = environ.get("SCRIPT_NAME", ""), environ.get("PATH_INFO", "")
        exchange.path = path
        if mount:
            exchange.mount = decoded(mount).rstrip("/")
        if EARLY_HINTS in environ or TRAILERS in environ:
            screen_senders(environ, exchange, screener)
        if cookies:
            screener.hide(exchange, environ)
        if self._prefix in path and screener.answers(exchange, environ):
            return self._answer(environ, screened_start_response)
        return self.app(environ, screened_start_response)

    def _answer(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request to one of our pages."""
        from werkzeug.wrappers import Request

        exchange = environ[KEY]
        see = partial(exchange.owner.see_status, exchange, environ)
        if exchange.owner.pages is None:  # only to see whether the app has a page here
            return self.app(environ, seen(start_response, see))
        is_yielding = exchange.owner.yields(exchange, environ)
        if is_yielding:
            own = body_unless_missing(self.app, environ, seen(start_response, see))
            if own is not None:
                return own
        has_body = environ["REQUEST_METHOD"] in ("POST", "PUT") and not is_yielding
        body = _body(Request(environ)) if has_body else b""
        response = exchange.owner.answer(exchange, environ, body)
        start_response(f"{response.status} {HTTPStatus(response.status).phrase}", list(response.headers.items()))
        return [response.body]


def _body(request: Request) -> bytes | None:
    """Read the body of a request; return ``None`` if it is too long, and read no more of it."""
    from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

    limit = max_body_bytes(request.content_type or "")
    if (request.content_length or 0) > limit:
        return None
    # One byte over the limit: werkzeug reads so much of a chunked body, and does not say that there was more.
    request.max_content_length = limit + 1
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge:
        return None
    except ClientDisconnected:
        return b""  # half a body counts as none
    return body if len(body) <= limit else None


def _as_text(header: tuple[bytes, bytes]) -> tuple[str, str]:
    name, value = header
    return name.decode("latin-1").title(), value.decode("latin-1")
