"""Print what wrapping an app costs on real servers, and how long an import takes: ``python -m benchmarks.served``.

uvicorn and gunicorn, with one worker on 127.0.0.1, run one app in a pass-through, and the same app in cookiewarden. A
client with a few connections sends requests to both in turn, in many short rounds. The figure of a round is the ratio
of requests per second: those with cookiewarden to those with the pass-through. The result is the median over the
rounds. Each request is for a document, by a visitor who chose. The run takes about a minute.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

import click
from rich.console import Console
from rich.table import Table

from benchmarks.importing import import_times
from benchmarks.load import LoadError, request_of, requests_per_second, response_of
from benchmarks.policies import HOST, ordinary_policy
from benchmarks.scenarios import FIVE, FIVE_KEPT
from benchmarks.servers import SERVERS, running
from benchmarks.sides import request_headers
from benchmarks.visitors import seen

#: By path of a page: its title, how many Set-Cookie lines it has, how many must stay, and the target.
PAGES = {"/none": ("no Set-Cookie", 0, 0, 0.97), "/five": ("five cookies", len(FIVE), len(FIVE_KEPT), 0.95)}
_WIDTH = 100


@dataclass(frozen=True)
class Rates:
    """The requests per second, round by round: with the pass-through, and with cookiewarden."""

    passed: list[float]
    wrapped: list[float]

    @property
    def ratio(self) -> float:
        """Return the median, over the rounds, of the ratio of the two rates."""
        return median(wrapped / passed for wrapped, passed in zip(self.wrapped, self.passed, strict=True))


@click.command(help=__doc__)
@click.option("--rounds", default=100, show_default=True, type=click.IntRange(1, 1_000), help="For each page.")
@click.option("--requests", default=100, show_default=True, type=click.IntRange(1, 10_000), help="Per connection.")
@click.option("--imports", default=20, show_default=True, type=click.IntRange(0, 1_000), help="Rounds; 0 for none.")
@click.option("--server", "servers", multiple=True, type=click.Choice(sorted(SERVERS)), help="Only this; repeatable.")
def main(rounds: int, requests: int, imports: int, servers: tuple[str, ...]) -> None:
    console = Console(width=None if sys.stdout.isatty() else _WIDTH)
    table = Table(title="Requests per second on real servers")
    for heading in ("server", "page"):
        table.add_column(heading)
    for heading in ("pass-through", "cookiewarden", "ratio", "target"):
        table.add_column(heading, justify="right")
    with console.status("starting servers") as status:
        for server in servers or tuple(SERVERS):
            try:
                measured = measure(server, rounds, requests, status.update)
            except LoadError as error:
                raise click.ClickException(f"{server}: {error}") from None
            for path, rates in measured.items():
                title, _, _, target = PAGES[path]
                colour = "green" if rates.ratio >= target else "red"
                figures = (f"{median(rates.passed):,.0f}", f"{median(rates.wrapped):,.0f}")
                table.add_row(server, title, *figures, f"[{colour}]{rates.ratio:.3f}[/]", f"{target}")
    console.print(table)
    if imports:
        console.print(_imports(console, imports))


def measure(server: str, rounds: int, requests: int, report: Callable[[str], object]) -> dict[str, Rates]:
    """Measure every page on one server. Raises ``LoadError``."""
    visit = next(seen(ordinary_policy()))
    headers = [("host", HOST), *request_headers("document"), ("cookie", (visit.cookie or b"").decode())]
    measured = {}
    with ExitStack() as stack:
        addresses = [stack.enter_context(running(server, wrapped=wrapped)) for wrapped in (False, True)]
        for path in PAGES:
            request = request_of(path, headers)
            _check(addresses, path, request)
            rates: tuple[list[float], list[float]] = ([], [])
            for number in range(rounds):
                report(f"{server}, {path}: round {number + 1} of {rounds}")
                for which in ((0, 1), (1, 0))[number % 2]:
                    rates[which].append(requests_per_second(addresses[which], request, requests))
            measured[path] = Rates(*rates)
    return measured


def _check(addresses: list[tuple[str, int]], path: str, request: bytes) -> None:
    _, sent, kept, _ = PAGES[path]
    for address, expected in zip(addresses, (sent, kept), strict=True):
        response = response_of(address, request)
        if response.lower().count(b"\r\nset-cookie:") != expected:
            raise LoadError(f"{path} must have {expected} Set-Cookie lines: {response[:2_000]!r}")


def _imports(console: Console, rounds: int) -> Table:
    table = Table(title="Time to start an interpreter and import")
    table.add_column("statement")
    for heading in ("ms", "more than pass, ms", "ratio to pass", "target"):
        table.add_column(heading, justify="right")
    with console.status("importing") as status:
        found = import_times(rounds, lambda number: status.update(f"importing: round {number} of {rounds}"))
    table.add_row("pass", f"{found[0].bare:.1f}", "", "", "")
    for one in found:
        colour = "green" if one.ratio <= one.most else "red"
        ratio = f"[{colour}]{one.ratio:.2f}[/]"
        table.add_row(one.statement, f"{one.taken:.1f}", f"{one.taken - one.bare:.1f}", ratio, f"{one.most:.2f}")
    return table


if __name__ == "__main__":
    main()
