"""Watch what apps set in a test, and fail it if the policy does not allow that: ``watch``.

Rule: every response comes back as it was. When the block ends, nothing is watched any more.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import wraps
from threading import Lock
from typing import Any
from unittest.mock import patch

from cookiewarden.http.headers import values_of
from cookiewarden.http.request import Carrier
from cookiewarden.middleware.exchange import Exchange
from cookiewarden.middleware.screening import Screened, Screener
from cookiewarden.policy.findings import Finding
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.policy_set import PolicySet, PolicySource, load_policies
from cookiewarden.reporting.outcome import Outcome
from cookiewarden.testing.checks import findings_of
from cookiewarden.testing.messages import message_of
from cookiewarden.testing.places import Place, SeenResponse, cannot_watch, place_of, places
from cookiewarden.testing.visitors import choice, pretended
from cookiewarden.testing.watched_lines import WatchedLine

_SET_COOKIE = b"set-cookie"
# How deep the middleware stands, below the apps and the clients of ``Place``.
_MIDDLEWARE = 0
#: The lines that an app set, and those that left.
_Lines = tuple[list[bytes], list[bytes]]


class Watched:
    """What was seen in one block of ``watch``."""

    def __init__(self, policies: Policy | PolicySet | None, patches: ExitStack) -> None:
        self._policies = policies
        self._patches = patches
        self._lines: list[WatchedLine] = []
        # How often a place passed a line on; a place around it sees the same line again.
        self._passed_on: Counter[tuple[int, bytes]] = Counter()
        self._lock = Lock()

    @property
    def lines(self) -> tuple[WatchedLine, ...]:
        """The Set-Cookie lines so far, in order."""
        return tuple(self._lines)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with these lines: one finding for each rule and cookie."""
        return tuple(one.finding for one in findings_of(self.lines, self._policies))

    @property
    def message(self) -> str:
        """All findings in words, with what to do about each; ``""`` if there is none."""
        return message_of(findings_of(self.lines, self._policies))

    def check(self) -> None:
        """Raise ``AssertionError`` with all findings so far, if there is any. The end of the block does so, too."""
        __tracebackhide__ = True
        if message := self.message:
            raise AssertionError(message)

    def include(self, *targets: Any) -> None:
        """Watch other clients or apps, too, until the block ends; see ``watch``. Raises ``OptionError``."""
        for target in targets:
            place = place_of(target)
            if place is not None:
                try:
                    self._patches.enter_context(_patched(place, self))
                except (AttributeError, TypeError):  # an object with slots, or a class that is not written in Python
                    raise cannot_watch(target) from None

    def see(self, depth: int, response: SeenResponse) -> None:
        """See what an app or a client returned; ``depth`` is that of the place."""
        now, consent = time.time(), pretended()
        with self._lock:
            for line in response.lines:
                if not self._is_seen(depth, line):
                    self._lines.append(WatchedLine(line, response.method, response.host, response.path, consent, now))
                self._passed_on[depth, line] += 1

    def _is_seen(self, depth: int, line: bytes) -> bool:
        """Return whether a place inside this one passed the line on; it does so once."""
        for inner in range(depth):
            if self._passed_on[inner, line]:
                self._passed_on[inner, line] -= 1
                return True
        return False

    def see_screened(self, screener: Screener, exchange: Exchange, carrier: Carrier, lines: _Lines) -> None:
        """See what a middleware did with the lines of a response."""
        given, left = lines
        now = time.time()
        consent = screener.consent_of(exchange, carrier)
        judge = exchange.judge or screener.sites.judge_of_visitor(exchange, carrier, now)
        request = screener.request(exchange, carrier)
        pairs = Counter(line.partition(b";")[0] for line in left)

        def keep(line: bytes, outcome: Outcome) -> None:
            place = request.method, request.host, request.url_path
            self._lines.append(WatchedLine(line, *place, consent, now, outcome))

        with self._lock:
            for line in left:
                keep(line, Outcome.ALLOWED if judge.judge(line, now).is_allowed else Outcome.REPORTED)
                self._passed_on[_MIDDLEWARE, line] += 1
            for line in given:
                pair = line.partition(b";")[0]  # the middleware may change the attributes
                if pairs[pair]:
                    pairs[pair] -= 1
                else:
                    keep(line, Outcome.BLOCKED)


def watch(
    *targets: Any, policy: PolicySource, consent: Iterable[str] | None = None
) -> AbstractContextManager[Watched, None]:
    """Watch, in a ``with`` block, which cookies apps set. The end of the block raises ``AssertionError`` with all that
    the policy does not allow.

    It sees the test clients of Flask, Werkzeug, Django, Starlette, FastAPI and Litestar, and the transports of httpx
    that call an app. It sees the apps of Quart, Falcon, Bottle and Pyramid, and every app that is wrapped with
    ``CookieWardenMiddleware``. ``targets`` are others: a client that sends requests to a server, such as a
    ``requests.Session`` or an ``httpx.Client``, or an app object. ``policy`` is as for the middleware. ``consent``: the
    categories that the visitor granted, as in ``choice``; by default, the visitor has not chosen.

    Of a wrapped app, what leaves it counts, for the visitor whom its middleware saw. So does what the middleware
    dropped because nobody declared it, or readers disagree on it. Blocks may be nested, but not interleaved by threads.

    Raises
    ------
    ``PolicyError``, ``OptionError``, and ``ValueError`` for a word that is not a category.

    >>> from werkzeug.test import Client
    >>> def app(environ, start_response):
    ...     start_response("200 OK", [("Set-Cookie", "theme=dark; Path=/")])
    ...     return []
    >>> with watch(policy={"site": {"name": "Exampletown"}}) as watched:
    ...     response = Client(app).get("/shop")
    ...     [finding.rule.code for finding in watched.findings]
    Traceback (most recent call last):
    ...
    AssertionError: CW201 theme: 1 finding ...

    """
    return _WatchBlock(targets, policy, consent)


class _WatchBlock(AbstractContextManager[Watched, None]):
    """A block of ``watch``. It is a class, because pytest would show a generator's failure as one of contextlib."""

    def __init__(self, targets: Iterable[Any], policy: PolicySource, consent: Iterable[str] | None) -> None:
        self._given = targets, policy, consent
        self._block = ExitStack()

    def __enter__(self) -> Watched:
        targets, policy, consent = self._given
        self._watched = self._block.enter_context(watching(load_policies(policy), consent, targets))
        return self._watched

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        __tracebackhide__ = True
        self._block.close()
        if error is None:
            self._watched.check()
            return
        message = self._watched.message
        if message and message not in getattr(error, "__notes__", ()) and message not in str(error):
            error.add_note(message)


@contextmanager
def watching(
    policies: Policy | PolicySet | None, consent: Iterable[str] | None = None, targets: Iterable[Any] = ()
) -> Iterator[Watched]:
    """Watch as ``watch`` does, and raise nothing at the end. Without policies, nothing is declared."""
    with ExitStack() as patches:
        watched = Watched(policies, patches)
        if consent is not None:
            patches.enter_context(choice(*([consent] if isinstance(consent, str) else consent)))
        patches.enter_context(patch.object(Screener, "screen", _screening(Screener.screen, watched)))
        for place in places():
            patches.enter_context(_patched(place, watched))
        watched.include(*targets)
        yield watched


def _patched(place: Place, watched: Watched) -> Any:
    """Return the context in which a place is watched."""

    def see(response: SeenResponse) -> None:
        watched.see(place.depth, response)

    call = place.wrapper(getattr(place.owner, place.attribute), see)
    return patch.object(place.owner, place.attribute, call)


def _screening(screen: Callable[..., Screened | None], watched: Watched) -> Callable[..., Screened | None]:
    """Return what screens a response and watches it."""

    @wraps(screen)
    def screened(self: Screener, exchange: Exchange, carrier: Carrier, headers: list[Any], *others: Any) -> Any:
        given = [*values_of(headers, _SET_COOKIE)]
        result = screen(self, exchange, carrier, headers, *others)
        left = given if result is None else [*values_of([*result[0], *result[1]], _SET_COOKIE)]
        if given or left:
            watched.see_screened(self, exchange, carrier, (given, left))
        return result

    return screened
