"""The ASGI adapter: ``CookieWardenMiddleware`` wraps any ASGI 3 app.

Rule: it converts and forwards. The scope is not copied, no task is started, and what the app and ``send``
return is handed on; a message is copied only when its headers change, and its other keys stay.
"""

from __future__ import annotations

import os
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from cookiewarden.choices.preferences_cookie import SecretKey
from cookiewarden.errors import MissingExtraError
from cookiewarden.http.asgi_scope import COUNTS, DESTINATION, Scope, ScopeReader, is_document
from cookiewarden.http.fields import fixed
from cookiewarden.http.request import MAX_BODY_OCTETS
from cookiewarden.middleware.base import Control
from cookiewarden.middleware.exchange import KEY, Exchange
from cookiewarden.middleware.options import OnChoice, Predicate, check_options
from cookiewarden.middleware.placement import check_place
from cookiewarden.policy.policy_set import PolicySource
from cookiewarden.reporting.counts import Counts
from cookiewarden.reporting.on_decision import OnDecision

try:
    from starlette.concurrency import run_in_threadpool
    from starlette.requests import ClientDisconnect, Request
except ModuleNotFoundError as error:
    if error.name != "starlette":
        raise
    raise MissingExtraError("the ASGI adapter", "starlette", "asgi") from None

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

# The messages that carry the header fields of a response, after which none follow; and those that carry other fields.
_STARTS = frozenset({"http.response.start", "websocket.accept", "websocket.http.response.start"})
_OTHERS = frozenset({"http.response.trailers", "http.response.early_hint", "http.response.push"})


class CookieWardenMiddleware:
    """Wraps an ASGI app so that no cookie leaves it without the visitor's consent.

    ``policy``: the path of a policy file, or of a folder of them; a mapping, a ``Policy`` or a ``PolicySet``.
    ``secret_key``: text or octets that sign the preferences cookie, at least 16 octets; or several, the oldest
    first, of which the last signs. ``secure``: whether that cookie is Secure; ``None`` for what the scheme says.
    ``report_only``: log what would be blocked, and block nothing; choices are still remembered. It may be a function of
    the scope that says so for one request; and a policy file may say so for the site, or for some of its cookies.
    ``consent_needed``: a function of the scope that says whether consent is needed for a request at all.

    ``pages``: the path that the policy page, the preferences page and the API live under; ``None`` for none of them.
    ``trusted_origins``: other origins that may send a choice, such as ``"https://www.example.org"``, where a proxy
    rewrites the host. ``templates``: a folder with the site's own templates, catalogs and ``theme.css``.
    ``language_cookie``: the site's own cookie that holds a language tag. ``on_choice``: called with a ``ChoiceRecord``
    for each choice. ``on_decision``: called with a ``DecisionRecord`` for each Set-Cookie line.
    ``watch``: load the policy anew when its files change. ``learn``: a file to which is added what the app sets, so
    that a policy can be drafted from it.

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
        self._control = Control(options, reader=ScopeReader(), clock=time.time)
        # Where browsers say what they ask for: the place of that field, by how many fields there are.
        self._destinations = [0] * COUNTS
        # What the path of a request to our pages has in it; without pages, what hardly any path has.
        self._prefix = pages or "\0"
        #: Whether it is known where in an app the middleware stands; outside of all, no scope names an app.
        self.is_placed = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> Any:
        """Run the app; see the ASGI 3 specification. ``lifespan`` and unknown scopes pass untouched."""
        kind = scope["type"]
        if kind != "http" and kind != "websocket":
            if kind == "lifespan" and self._control.is_learning:
                send = ending(send, self._control.finish)
            return await self.app(scope, receive, send)
        if not self.is_placed:
            check_place(self, scope)
        warden = self._control.warden
        exchange = scope[KEY] = Exchange()
        exchange.warden, exchange.is_used, exchange.is_navigation = warden, False, False  # its own are faster to read

        # The types are a comment, because annotations would be made anew on every request.
        def screened_send(message):  # type: (Message) -> Awaitable[None]  # noqa: ANN001, ANN202
            kind = message["type"]
            if kind == "http.response.body":
                return send(message)
            is_start = kind in _STARTS
            fields: Iterable[Any] = ()
            # A message and a list of our own: they may go out later, and the app may change its own until then.
            try:
                headers = message["headers"]
            except KeyError:
                if is_start or kind in _OTHERS:
                    message = {**message}
            else:
                fields = list(headers or ())
                try:
                    hash(tuple(fields))  # fails for fields that can change themselves
                except Exception:
                    fields = fixed(fields)
                message = {**message}
                message["headers"] = fields
            screened = warden.screen(exchange, scope, fields, is_start)
            if is_start or kind == "websocket.close":
                exchange.is_sent = True
            if screened is not None:
                kept, added = screened
                message["headers"] = kept + added if added else kept
            return send(message)

        try:
            mount, path, headers = scope["root_path"], scope["path"], scope["headers"]
        except KeyError:  # the first may be missing, says ASGI
            mount, path, headers = scope.get("root_path"), scope.get("path", ""), scope.get("headers")
        exchange.path = path
        if mount:
            exchange.mount = mount.rstrip("/")
        if type(headers) is list and headers:
            exchange.headers = headers[:]
            # Requests of as many fields mostly come from the same kind of browser, with the fields in the same order.
            try:
                name, value = headers[self._destinations[len(headers)]]
            except IndexError:  # of so many, the place is not remembered
                name, value = headers[0]
            if name != DESTINATION:
                exchange.is_navigation = is_document(scope, self._destinations)
            elif value == b"document":
                exchange.is_navigation = True
        elif headers:
            if not isinstance(headers, list | tuple):  # any iterable, says ASGI, which may be read once
                scope["headers"] = [tuple(field) for field in headers]
            exchange.headers = list(scope["headers"])
            exchange.is_navigation = is_document(scope, self._destinations)
        if warden.is_asking:
            exchange.asked = {**scope, "headers": exchange.headers, KEY: None}
        if self._prefix in path and kind == "http" and warden.answers(exchange, scope):
            return await self._answer(scope, receive, screened_send)
        return await self.app(scope, receive, screened_send)

    def counts(self) -> Counts:
        """What became of the Set-Cookie lines so far, in this process, in numbers."""
        return self._control.counts()

    def reload(self, policy: PolicySource | None = None) -> bool:
        """Load the policy anew, or another one, for the requests that come; ``False``, logged, where it is wrong."""
        return self._control.reload(policy)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request to one of our pages, as an app of its own."""
        try:
            body = await read_body(Request(scope, receive)) if scope["method"] in ("POST", "PUT") else b""
        except ClientDisconnect:
            return
        answer = await run_in_threadpool(scope[KEY].warden.answer, scope[KEY], scope, body)
        fields = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in answer.fields.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": fields})
        await send({"type": "http.response.body", "body": answer.body})


def ending(send: Callable[[Any], Awaitable[None]], finish: Callable[[], object]) -> Callable[[Any], Awaitable[None]]:
    """``send`` of a lifespan, which finishes what is left to do before it says that the app has ended: some servers end
    by a signal then, and nothing of the process runs any more."""

    async def finishing_send(message: Any) -> None:
        if message["type"] in ("lifespan.shutdown.complete", "lifespan.shutdown.failed"):
            finish()
        await send(message)

    return finishing_send


async def read_body(request: Request) -> bytes | None:
    """Read the body of a request; ``None`` for one that is too long, of which no more is read."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and float(length) > MAX_BODY_OCTETS:  # a number of any length
        return None
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_OCTETS:
            return None
    return body
