"""Reads what the browser, or the site's own signals, refuse for one request.

Rule: a signal can only refuse. It is read once a request, and only when a cookie or the app depends on it. A signal
that fails refuses everything that needs consent; the log says so at most once a minute.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable

from cookiewarden.http.request import Carrier, Request, RequestReader
from cookiewarden.log import Throttle, logger
from cookiewarden.middleware.exchange import Exchange
from cookiewarden.policy.consent import as_categories
from cookiewarden.policy.declaration import CONSENT_CATEGORIES, Category
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.signals import NO_SIGNALS, Signals

#: Takes a request, and returns the names of the categories that it refuses.
Signal = Callable[[Request], Iterable[str]]

_ALL = frozenset(CONSENT_CATEGORIES)


class SignalReader:
    """Reads the signals of the requests to one wrapped app.

    ``further``: the site's own signals, beside Global Privacy Control.
    """

    def __init__(self, further: Iterable[Signal], reader: RequestReader, clock: Callable[[], float]) -> None:
        self._further = tuple(further)
        self._reader = reader
        self._throttle = Throttle(clock)
        #: Whether a request may bring a signal; if the site has signals of its own, each request may.
        self.may_signal: Callable[[Exchange, Carrier], bool] = _always if self._further else reader.may_signal

    def read(self, exchange: Exchange, carrier: Carrier, policy: Policy | None) -> Signals:
        """Return the signals of a request to the site of a policy; the exchange keeps them."""
        if exchange.signals is not None:
            return exchange.signals
        signals = NO_SIGNALS
        if policy is not None and self.may_signal(exchange, carrier):
            signals = self._signals(exchange, carrier, policy)
        exchange.signals = signals
        return signals

    def _signals(self, exchange: Exchange, carrier: Carrier, policy: Policy) -> Signals:
        is_opt_out, is_embedded = self._reader.signals(exchange, carrier)
        refused = policy.signals.gpc if is_opt_out else frozenset()
        for signal in self._further:
            refused |= self._ask(signal, exchange, carrier)
        return Signals(refused, is_embedded) if refused or is_embedded else NO_SIGNALS

    def _ask(self, signal: Signal, exchange: Exchange, carrier: Carrier) -> frozenset[Category]:
        try:
            answer = signal(self._reader.request(exchange, carrier))
            if inspect.iscoroutine(answer):
                answer.close()  # otherwise Python warns that nobody awaited it
            return frozenset(as_categories(answer))
        except Exception:
            if self._throttle.is_due("signals"):
                logger.exception(
                    "the signal %s failed, or returned no list of categories, so it refuses all that needs consent",
                    getattr(signal, "__qualname__", type(signal).__name__),
                )
            return _ALL


def _always(exchange: Exchange, carrier: Carrier) -> bool:  # noqa: ARG001 - as ``RequestReader.may_signal``
    return True
