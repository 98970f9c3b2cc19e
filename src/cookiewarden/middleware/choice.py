"""The visitor's choice as the wrapped app reads and changes it: ``consent_of``.

Rule: the response that follows writes the choice. A change after the headers went out is logged, and not recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cookiewarden.errors import NotWrappedError
from cookiewarden.http.signals import CONTEXT_HEADERS, GPC_HEADER
from cookiewarden.log import logger
from cookiewarden.middleware.exchange import KEY, Exchange
from cookiewarden.policy.consent import UNDECIDED, Consent, as_categories
from cookiewarden.policy.declaration import CONSENT_CATEGORIES, Category
from cookiewarden.policy.signals import NO_SIGNALS, Signals

#: The attributes in which request objects keep the environ or scope. Apps may use the same names for something else,
#: most often ``env``, so that comes last. The first that holds an exchange counts, and no further one is touched.
_CARRIERS = ("environ", "scope", "env")

#: Tests alone add to this: the last one makes the exchange of a request that no middleware has seen.
stand_ins: list[Callable[[Any], Exchange]] = []


class Choice:
    """The choice of the visitor whose request is being answered; ``consent_of`` returns it.

    To test a view, pretend a choice with ``cookiewarden.testing.choice``.

    >>> from cookiewarden.wsgi import CookieWardenMiddleware
    >>> def app(environ, start_response):
    ...     choice = consent_of(environ)
    ...     before = choice.is_decided, choice.allows("statistical")
    ...     choice.grant("statistical")
    ...     return [repr((before, choice.is_decided, choice.allows("statistical"))).encode()]
    >>> app = CookieWardenMiddleware(app, policy={"site": {"name": "Exampletown"}}, secret_key="sixteen or more bytes")
    >>> app({}, print)
    [b'((False, False), True, True)']
    """

    __slots__ = ("_exchange",)

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def allows(self, category: str) -> bool:
        """Return whether cookies of a category may be set.

        Necessary ones always may. Others may if the visitor granted the category; if this request needs no consent,
        they may unless the visitor, or a signal of the browser, refused it. On a page of another site, they also need
        consent to third-party cookies. Anonymized statistics need no consent, so they do not count here.
        Raises ``ValueError`` for a word that is not a category.
        """
        if not all(map(self._allows, as_categories([category]))):
            return False
        if category in (Category.NECESSARY, Category.THIRD_PARTY) or self._allows(Category.THIRD_PARTY):
            return True
        # Only now does it matter whose page the request is for.
        self._exchange.depend_on(*CONTEXT_HEADERS)
        return not self._signals.is_embedded

    def _allows(self, category: Category) -> bool:
        """Return whether cookies of a category may be set on a page of this site."""
        exchange, consent = self._exchange, self._read()
        if consent.grants(category):
            return True
        if exchange.policy is None or not exchange.is_exempt or category in consent.refused:
            return False
        if category in exchange.policy.signals.gpc:
            exchange.depend_on(GPC_HEADER)
        return category not in self._signals.refused

    @property
    def _signals(self) -> Signals:
        return self._exchange.signals or NO_SIGNALS

    @property
    def is_needed(self) -> bool:
        """Whether this request needs consent at all; see the option ``consent_needed``."""
        return not self._exchange.is_exempt

    @property
    def is_decided(self) -> bool:
        """Whether the visitor refused anything, or granted anything under the version in force."""
        return self._read().is_decided

    @property
    def is_stale(self) -> bool:
        """Whether the visitor granted anything under another version; if so, ask again."""
        return bool(self._read().stale)

    def grant(self, *categories: str) -> bool:
        """Grant categories, in addition to what was chosen before; the response that follows remembers it.

        Without a category, it grants nothing. Returns ``False``, and logs why, if the headers went out already or no
        policy speaks for the host. Raises ``ValueError`` for a word that is not a category.
        """
        return self._answer(granted=as_categories(categories), refused=())

    def withdraw(self, *categories: str) -> bool:
        """Refuse categories; if none is named, all of them. Otherwise as ``grant``."""
        return self._answer(granted=(), refused=as_categories(categories) if categories else CONSENT_CATEGORIES)

    def _read(self) -> Consent:
        self._exchange.is_read = True
        return self._exchange.consent or UNDECIDED

    def _answer(self, granted: tuple[Category, ...], refused: tuple[Category, ...]) -> bool:
        exchange = self._exchange
        if exchange.is_sent:
            logger.warning("a view made a choice after the headers were sent, so it was not recorded")
            return False
        if exchange.policy is None:
            logger.warning("a view made a choice on a host that no policy names, so it was not recorded")
            return False
        if granted or refused:
            consent = exchange.consent or UNDECIDED
            exchange.choose(consent.with_answers(granted, refused, exchange.owner.clock()))
        return True


def consent_of(request: Any) -> Choice:
    """Return the choice of a visitor, from an ASGI scope, a WSGI environ, or a request object that carries one.

    A request object carries it as ``scope`` (Starlette, FastAPI, Django and Falcon under ASGI, Litestar, Quart), as
    ``environ`` (Flask, Werkzeug, Django under WSGI, Bottle, Pyramid) or as ``env`` (Falcon under WSGI). Raises
    ``NotWrappedError`` if no CookieWardenMiddleware has seen the request, and ``TypeError`` for any other object.

    >>> from cookiewarden.wsgi import CookieWardenMiddleware
    >>> def app(environ, start_response):
    ...     return [str(consent_of(environ).allows("third-party")).encode()]
    >>> app = CookieWardenMiddleware(app, policy={"site": {"name": "Exampletown"}}, secret_key="sixteen or more bytes")
    >>> app({}, print)
    [b'False']
    """
    exchange, carrier = exchange_of(request)
    exchange.owner.consent_of(exchange, carrier)
    exchange.owner.is_exempt(exchange)
    exchange.owner.signals_of(exchange, carrier)
    exchange.is_used = True
    return Choice(exchange)


def exchange_of(request: Any) -> tuple[Exchange, Any]:
    """Return the exchange of a request, and the scope or environ that carries it; raises as ``consent_of``."""
    found = []
    for carrier in _carriers(request):
        if isinstance(carrier, Mapping):
            exchange = carrier.get(KEY)
            if isinstance(exchange, Exchange):
                return exchange, carrier
            found.append(carrier)
    if not found:
        raise TypeError(f"pass a scope, an environ or a request, not {type(request).__name__}")
    if stand_ins:
        return stand_ins[-1](found[0]), found[0]
    raise NotWrappedError(
        "this request did not pass through a CookieWardenMiddleware: wrap the app that serves it. In a test of an app "
        "that is not wrapped (Django's test client bypasses a wrapper around the WSGI callable), pretend a choice: "
        'with cookiewarden.testing.choice("statistical"): ...'
    )


def _carriers(request: Any) -> Iterator[Any]:
    for attribute in _CARRIERS:
        yield getattr(request, attribute, None)
    yield request  # late, because a request object may be a mapping, too, as Starlette's is
    yield getattr(request, "META", None)  # of Django's bare HttpRequest, which no server made
