"""A visitor who has chosen, for tests: as a cookie for one request, or for a whole block of code.

Rule: what stands in for a visitor goes when the test ends, and changes nothing outside it.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from secrets import token_bytes
from threading import RLock
from typing import Any
from unittest.mock import patch

from cookiewarden.choices.preferences_cookie import PreferencesCookie, SecretKey, check_keys
from cookiewarden.errors import MissingExtraError, OptionError
from cookiewarden.http.asgi_scope import ScopeReader
from cookiewarden.http.request import Carrier, RequestReader
from cookiewarden.http.wsgi_environ import EnvironReader
from cookiewarden.middleware.base import Middleware, make_pages
from cookiewarden.middleware.choice import stand_ins
from cookiewarden.middleware.exchange import KEY, Exchange
from cookiewarden.middleware.options import MiddlewareOptions, check_options
from cookiewarden.middleware.screening import Screener
from cookiewarden.policy.consent import UNDECIDED, Consent
from cookiewarden.policy.policy import Moment, Policy, seconds
from cookiewarden.policy.policy_set import PolicySource, load_policies


def preferences_cookie(policy: PolicySource, secret_key: SecretKey, *categories: str, now: Moment = None) -> str:
    """Return the preferences cookie of a visitor who granted these categories and refused the others: ``name=value``.

    It goes into a request's Cookie header. ``policy`` and ``secret_key`` are those of the middleware. ``now``, the time
    of choice, is in seconds since 1970-01-01 UTC, an aware datetime, or ``None`` for the clock's time. The cookie holds
    only its day. Raises ``PolicyError``, ``OptionError``, and ``ValueError`` for a word that is not a category.

    >>> policy = {"site": {"name": "Exampletown"}}
    >>> preferences_cookie(policy, "at least sixteen bytes", "statistical", now=0).partition("=")[0]
    'cookies_preferences'
    """
    loaded = load_policies(policy)
    if not isinstance(loaded, Policy):
        raise OptionError("policy: must be the policy of one site; give policies.for_host(...)")
    preferences = PreferencesCookie(loaded, check_keys(secret_key))
    return f"{loaded.preferences.name}={preferences.dump(Consent.of(categories), seconds(now))}"


@contextmanager
def choice(*categories: str) -> Iterator[None]:
    """Pretend, in a ``with`` block, that the visitor granted these categories and refused the others.

    To a wrapped app, each request comes with a preferences cookie that says so, beside the cookies that the test sends.
    The test needs neither the policy nor the key. In an app that is not wrapped, ``consent_of``, ``banner_of``,
    ``script_of`` and ``frame_of`` act accordingly; its cookies are not screened. The block counts for all threads of
    the process. Raises ``ValueError`` for a word that is not a category.

    >>> from cookiewarden import consent_of
    >>> with choice("statistical"):
    ...     consent_of({"PATH_INFO": "/"}).allows("statistical")
    True
    """
    visitor = _Visitor(Consent.of(categories))
    with _changing:
        if not _visitors:
            _patch_adapters()
        _visitors.append(visitor)
        stand_ins.append(visitor.exchange)
    try:
        yield
    finally:
        with _changing:
            stand_ins.remove(visitor.exchange)
            _visitors.remove(visitor)
            if not _visitors:
                _patches.close()
        visitor.forget()


def pretended() -> Consent:
    """Return what the visitor of the innermost block chose; outside all blocks, the visitor has not chosen.

    >>> with choice("statistical"):
    ...     pretended().is_decided
    True
    """
    return _visitors[-1].consent if _visitors else UNDECIDED


class _Visitor:
    """The visitor of one block. Adds the choice to requests, and takes it away when the block ends."""

    def __init__(self, consent: Consent) -> None:
        self.consent = consent
        self._added: list[tuple[Carrier, str, Any]] = []

    def ask(self, middleware: Middleware[Any], carrier: Carrier) -> None:
        """Add the visitor's preferences cookie to a request, if a policy speaks for its host."""
        exchange = Exchange()
        is_scope = "type" in carrier
        if is_scope:
            # ASGI allows any iterable, which can be read once.
            exchange.headers = carrier["headers"] = [tuple(header) for header in carrier.get("headers") or ()]
        screener = middleware._screener
        policy = screener.sites.policy_of(exchange, carrier)
        if policy is None:
            return
        value = screener.sites.by_policy[policy].preferences.dump(self.consent, screener.clock())
        cookie = f"{policy.preferences.name}={value}"
        if is_scope:
            # HTTP/2 splits the field, too (RFC 9113, section 8.2.3); the adapter joins it.
            self._add(carrier, "headers", [*exchange.headers, (b"cookie", cookie.encode("latin-1"))])
        else:
            self._add(carrier, "HTTP_COOKIE", "; ".join(filter(None, [carrier.get("HTTP_COOKIE"), cookie])))

    def exchange(self, carrier: Carrier) -> Exchange:
        """Return the exchange of a request that no middleware has seen.

        The carrier keeps it, so that a view may change the choice.
        """
        is_scope = "headers" in carrier and "type" in carrier
        exchange = Exchange()
        exchange.owner = _screener(ScopeReader if is_scope else EnvironReader)
        exchange.judge, exchange.is_used, exchange.cookie_header = None, False, b""
        exchange.path = carrier.get("path" if is_scope else "PATH_INFO", "")
        exchange.headers = carrier.get("headers", ())
        exchange.consent = self.consent
        self._add(carrier, KEY, exchange)
        return exchange

    def _add(self, carrier: Carrier, key: str, value: object) -> None:
        self._added.append((carrier, key, carrier.get(key)))
        carrier[key] = value

    def forget(self) -> None:
        """Take away what was added, the last first."""
        for carrier, key, before in reversed(self._added):
            carrier.pop(key, None)
            if before is not None:
                carrier[key] = before


# The visitors of the blocks that run now; the last one asks. Blocks of two threads may end in any order.
_visitors: list[_Visitor] = []
_patches = ExitStack()
_changing = RLock()


def _patch_adapters() -> None:
    """Have the last visitor ask every wrapped app, until ``_patches`` closes."""
    # Without the extra of an adapter, no app can be wrapped with it.
    with suppress(MissingExtraError):
        from cookiewarden import asgi

        kind = asgi.CookieWardenMiddleware
        _patches.enter_context(patch.object(kind, "__call__", _calling_asgi(kind.__call__)))
    with suppress(MissingExtraError):
        from cookiewarden import wsgi

        adapter = wsgi.CookieWardenMiddleware
        _patches.enter_context(patch.object(adapter, "__call__", _calling_wsgi(adapter.__call__)))


def _calling_asgi(call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Return what calls an ASGI middleware with the visitor's choice in the scope."""

    async def called(self: Middleware[Any], scope: Carrier, receive: Any, send: Any) -> Any:
        if scope["type"] in ("http", "websocket"):
            for visitor in _visitors[-1:]:
                visitor.ask(self, scope)
        return await call(self, scope, receive, send)

    return called


def _calling_wsgi(call: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Return what calls a WSGI middleware with the visitor's choice in the environ."""

    def called(self: Middleware[Any], environ: Carrier, start_response: Any) -> Iterable[bytes]:
        for visitor in _visitors[-1:]:
            visitor.ask(self, environ)
        return call(self, environ, start_response)

    return called


@cache
def _screener(reader: Callable[[], RequestReader]) -> Screener:
    """Return a screener for requests that no middleware has seen. Its policy gives the placeholders their words."""
    # Not through the base class of the middleware, which logs what the made-up policy lacks.
    given: MiddlewareOptions = {"policy": {"site": {"name": "Test"}}, "secret_key": token_bytes()}
    options = check_options(**given)
    try:
        pages, _ = make_pages(options)
    except MissingExtraError:
        pages = None
    return Screener(options, pages, reader=reader(), clock=time.time)
