"""Check a scenario, then time it: bare app, pass-through and candidate in turn, in small batches.

Rule: nothing is timed that was not checked. In each round, a candidate is compared with the bare app of that round.
The result is the median over many rounds, so a busy moment spoils one round, and not the result.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from operator import sub
from statistics import median
from time import perf_counter_ns
from typing import Any

from benchmarks.policies import SECRET_KEY
from benchmarks.rivals import NaiveAsgi, NaiveWsgi, session_middleware
from benchmarks.scenarios import Scenario
from benchmarks.sides import Asgi, Headers, Wsgi
from benchmarks.visitors import Visit

BARE, PASS, COOKIEWARDEN = "bare app", "pass-through", "cookiewarden"
NAIVE, SESSION = "naive filter", "SessionMiddleware"

Side = Asgi | Wsgi


class WrongResponseError(Exception):
    """A response is not what its scenario says, so there is no point in timing it."""


@dataclass(frozen=True)
class Result:
    """What the bare app takes, and what the others add to it, per request: nanoseconds, or instructions."""

    bare: float
    added: dict[str, float]

    @property
    def unit(self) -> float:
        """Return P: what the pass-through adds."""
        return self.added[PASS]

    def in_units(self, candidate: str) -> float:
        """Return what a candidate adds, in P."""
        return self.added[candidate] / self.unit


class Bench:
    """A scenario on one side, for one kind of request: the apps to compare, and the requests to send them."""

    def __init__(self, side: Side, scenario: Scenario, kind: str, *, with_rivals: bool = True) -> None:
        self.side = side
        self.scenario = scenario
        self.kind = kind
        policy = scenario.policy()
        self._visits: Iterator[Visit] = scenario.source(policy)
        app = side.app(scenario)
        self.apps: dict[str, Any] = {
            BARE: app,
            PASS: side.pass_through(app),
            COOKIEWARDEN: side.cookiewarden(app, policy=policy, secret_key=SECRET_KEY, pages=scenario.pages),
        }
        if with_rivals and scenario.has_rivals:
            self.apps[NAIVE] = (NaiveAsgi if side.name == "ASGI" else NaiveWsgi)(app, policy)
        if with_rivals and side.name == "ASGI":
            self.apps[SESSION] = session_middleware(app)

    def requests(self, count: int) -> list[dict[str, Any]]:
        """Return the next requests."""
        return [self.side.request(visit, self.kind) for visit in islice(self._visits, count)]

    def check(self, count: int = 3) -> None:
        """Check some responses of every contender. Raises ``WrongResponseError``."""
        for request in self.requests(count):
            bare = self.side.headers_of_response(self.apps[BARE], request)
            for name, app in self.apps.items():
                headers = self.side.headers_of_response(app, request)
                kept = self.scenario.kept if name in (COOKIEWARDEN, NAIVE) else None
                if self._names(headers) != self._names(bare, kept) or not _others(bare) <= _others(headers):
                    raise WrongResponseError(f"{self.scenario.key}, {self.side.name}, {self.kind}, {name}: {headers}")

    def _names(self, headers: Headers, kept: tuple[int, ...] | None = None) -> list[bytes]:
        """Return the start of each cookie's name, before the number that differs between responses."""
        lines = [value for name, value in headers if name == b"set-cookie"]
        return [line.partition(b"=")[0][:11] for n, line in enumerate(lines) if kept is None or n in kept]

    @property
    def rivals(self) -> list[str]:
        """Return the names of those that cookiewarden is compared with in this scenario."""
        return [name for name in self.apps if name not in (BARE, PASS, COOKIEWARDEN)]

    def time(self, candidate: str, rounds: int, batch: int) -> Result:
        """Time the bare app, the pass-through and a candidate in turn; a round is a batch of requests for each.

        It times one candidate at a time, because what a slow one leaves in the processor's caches slows down the next.
        """
        batch = max(1, batch // self.scenario.chunks)
        names = [BARE, PASS, candidate]
        taken: dict[str, list[float]] = {name: [] for name in names}
        gc.collect()
        gc.disable()
        try:
            for number in range(rounds):
                requests = self.requests(batch)  # made just before, as a server makes them
                for name in names[number % 3 :] + names[: number % 3]:
                    began = perf_counter_ns()
                    self.side.drive(self.apps[name], requests)
                    taken[name].append((perf_counter_ns() - began) / batch)
        finally:
            gc.enable()
        bare = taken.pop(BARE)
        added = {name: median(map(sub, times, bare)) for name, times in taken.items()}
        return Result(median(bare), added)


def discard_logs() -> None:
    """Log as in production, but to nowhere."""
    logger = logging.getLogger("cookiewarden")
    logger.setLevel(logging.WARNING)
    logger.addHandler(logging.NullHandler())
    logger.propagate = False


def _others(headers: Headers) -> set[tuple[bytes, bytes]]:
    """Return the headers that are not Set-Cookie."""
    return {header for header in headers if header[0] != b"set-cookie"}
