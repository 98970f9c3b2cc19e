"""The WSGI adapter: ``CookieWardenMiddleware`` wraps any WSGI app (PEP 3333).

Rule: it converts and forwards. The app's own iterable goes back to the server, so ``close`` and
``wsgi.file_wrapper`` live on; ``start_response`` may be called late, or twice, and returns what it returns.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from cookiewarden.choices.preferences_cookie import SecretKey
from cookiewarden.errors import MissingExtraError
from cookiewarden.http.fields import fixed
from cookiewarden.http.request import MAX_BODY_OCTETS
from cookiewarden.http.wsgi_environ import Environ, EnvironReader, decoded, is_document
from cookiewarden.middleware.base import Control
from cookiewarden.middleware.exchange import KEY, Exchange
from cookiewarden.middleware.options import OnChoice, Predicate, check_options
from cookiewarden.policy.policy_set import PolicySource
from cookiewarden.reporting.counts import Counts
from cookiewarden.reporting.on_decision import OnDecision

try:
    from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
    from werkzeug.wrappers import Request
except ModuleNotFoundError as error:
    if error.name != "werkzeug":
        raise
    raise MissingExtraError("the WSGI adapter", "werkzeug", "wsgi") from None

StartResponse = Callable[..., Callable[[bytes], object]]
WSGIApp = Callable[[Environ, StartResponse], Iterable[bytes]]


# What some servers let an app send header fields by, in front of its response and behind it.
_EARLY_HINTS, _TRAILERS = "wsgi.early_hints", "gunicorn.http2.send_trailers"


class CookieWardenMiddleware:
    """Wraps a WSGI app so that no cookie leaves it without the visitor's consent.

    The options are those of ``cookiewarden.asgi.CookieWardenMiddleware``; functions of a request get the environ.

    >>> def app(environ, start_response): ...
    >>> policy = {"site": {"name": "Exampletown"}}
    >>> app = CookieWardenMiddleware(app, policy=policy, secret_key="at least sixteen octets")
    """

    def __init__(
        self,
        app: WSGIApp,
        *,
        policy: PolicySource,
        secret_key: SecretKey,
        secure: bool | None = None,
        report_only: bool | Predicate = False,
        consent_needed: Predicate | None = None,
        pages: str | None = "/cookies",
        trusted_origins: Iterable[str] = (),
        templates: str | os.PathLike[str] | None = None,
        language_cookie: str | None = None,
        on_choice: OnChoice | None = None,
        on_decision: OnDecision | None = None,
        watch: bool = False,
        learn: str | os.PathLike[str] | None = None,
    ) -> None:
        self.app = app
        options = check_options(
            policy,
            secret_key,
            secure=secure,
            report_only=report_only,
            consent_needed=consent_needed,
            pages=pages,
            trusted_origins=trusted_origins,
            templates=templates,
            language_cookie=language_cookie,
            on_choice=on_choice,
            on_decision=on_decision,
            watch=watch,
            learn=learn,
        )
        self._control = Control(options, reader=EnvironReader(), clock=time.time)
        # What the path of a request to our pages has in it; without pages, what hardly any path has.
        self._prefix = pages or "\0"

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Run the app; see PEP 3333."""
        warden = self._control.warden
        exchange = environ[KEY] = Exchange()
        exchange.warden, exchange.is_used, exchange.is_navigation = warden, False, False  # its own are faster to read
        exchange.cookies = environ.get("HTTP_COOKIE")
        if warden.is_asking:
            exchange.asked = {**environ, KEY: None}
        if warden.is_by_host:
            exchange.host = environ.get("HTTP_HOST") or environ.get("SERVER_NAME")

        # The types are a comment, because annotations would be made anew on every request.
        def screened_start_response(status, headers, exc_info=None):  # noqa: ANN001, ANN202
            # type: (str, Iterable[tuple[str, str]], Any) -> Callable[[bytes], object]
            # A list of our own: some servers send it later, and an app may change its own until then.
            fields = list(headers)
            try:
                hash(tuple(fields))  # fails for fields that can change themselves
            except Exception:
                fields = fixed(fields)
            screened = warden.screen(exchange, environ, fields)
            exchange.is_sent = True
            if screened is not None:
                kept, added = screened
                fields = kept + [_as_text(field) for field in added] if added else kept
            if exc_info is None:
                return start_response(status, fields)
            return start_response(status, fields, exc_info)

        try:
            mount, path = environ["SCRIPT_NAME"], environ["PATH_INFO"]
        except KeyError:
            mount, path = environ.get("SCRIPT_NAME", ""), environ.get("PATH_INFO", "")
        exchange.path = path
        if mount:
            exchange.mount = decoded(mount).rstrip("/")
        # Browsers say what they ask for to secure origins; of others, and of Safari before 16.4, it has to be guessed.
        destination = environ.get("HTTP_SEC_FETCH_DEST")
        if destination is None:
            if exchange.cookies and is_document(environ):  # without cookies, nothing is to be deleted
                exchange.is_navigation = True
        elif destination == "document":
            exchange.is_navigation = True
        if _EARLY_HINTS in environ or _TRAILERS in environ:
            _screen_others(environ, exchange)
        if self._prefix in path and warden.answers(exchange, environ):
            return self._answer(environ, screened_start_response)
        return self.app(environ, screened_start_response)

    def counts(self) -> Counts:
        """What became of the Set-Cookie lines so far, in this process, in numbers."""
        return self._control.counts()

    def reload(self, policy: PolicySource | None = None) -> bool:
        """Load the policy anew, or another one, for the requests that come; ``False``, logged, where it is wrong."""
        return self._control.reload(policy)

    def _answer(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request to one of our pages, as an app of its own."""
        body = _body(Request(environ)) if environ["REQUEST_METHOD"] in ("POST", "PUT") else b""
        exchange = environ[KEY]
        answer = exchange.warden.answer(exchange, environ, body)
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", list(answer.fields.items()))
        return [answer.body]


def _screen_others(environ: Environ, exchange: Exchange) -> None:
    """Have the fields screened that go out beside those of the response (103, RFC 8297; trailers, RFC 9110 6.5)."""
    exchange.host = exchange.host or environ.get("HTTP_HOST")
    for key in (_EARLY_HINTS, _TRAILERS):
        if environ.get(key) is not None:
            environ[key] = _screened(environ[key], exchange)


def _screened(sender: Callable[..., object], exchange: Exchange) -> Callable[..., object]:
    def screened_sender(headers: Iterable[tuple[str, str]], *more: Any) -> object:
        fields = fixed(headers)
        # Not with the environ itself, which holds this function: a request would hold itself.
        screened = exchange.warden.screen(exchange, {}, fields, is_start=False)
        return sender(fields if screened is None else screened[0], *more)

    return screened_sender


def _body(request: Request) -> bytes | None:
    """The body of a request; ``None`` for one that is too long, of which no more is read."""
    if (request.content_length or 0) > MAX_BODY_OCTETS:
        return None
    # One more than is taken: of a chunked body, werkzeug reads as much as this, and does not say that there was more.
    request.max_content_length = MAX_BODY_OCTETS + 1
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge:
        return None
    except ClientDisconnected:
        return b""  # half a body is none
    return body if len(body) <= MAX_BODY_OCTETS else None


def _as_text(field: tuple[bytes, bytes]) -> tuple[str, str]:
    name, value = field
    return name.decode("latin-1").title(), value.decode("latin-1")
