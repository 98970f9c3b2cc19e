"""Prints what wrapping an app costs. From the folder ``tests``: ``python -m benchmarks [--quick] [--callgrind]``.

The unit is P: what the cheapest correct pass-through middleware adds to a request, measured in the same run, so
that the figures do not depend on the machine. ``--only`` takes the keys that the tables print.
"""

from __future__ import annotations

import sys

import click
from rich.console import Console
from rich.table import Table

from benchmarks import callgrind
from benchmarks.measure import NAIVE, SESSION, WARDEN, Bench, quiet
from benchmarks.memory import kept_per_visitor
from benchmarks.scenarios import Scenario, scenarios
from benchmarks.sides import SIDES, Asgi, Wsgi

_FLAT = 1.1


@click.command(help=__doc__)
@click.option("--quick", is_flag=True, help="Fewer rounds, smaller sizes: a first look.")
@click.option("--only", multiple=True, metavar="KEY", help="Only this scenario; may be repeated.")
@click.option("--callgrind", "counts", is_flag=True, help="Count instructions, too; takes minutes, needs valgrind.")
def main(quick: bool, only: tuple[str, ...], counts: bool) -> None:
    quiet()
    console = Console(width=None if sys.stdout.isatty() else 132)
    found = scenarios(sizes=(10, 1_000), site_counts=(1, 100)) if quick else scenarios()
    if unknown := set(only) - {scenario.key for scenario in found} - {"memory"}:
        raise click.BadParameter(f"no such scenario: {', '.join(sorted(unknown))}", param_hint="--only")
    chosen = [scenario for scenario in found if not only or scenario.key in only]
    for side in SIDES:
        if chosen:
            console.print(_timed(console, side, chosen, rounds=100 if quick else 1_000, batch=20))
        if not only or "memory" in only:
            kept = kept_per_visitor(side, 7_000 if quick else 20_000)
            console.print(f"kept of each of many different visitors: {kept:.2f} octets (target: 0)\n")
    if counts:
        _count(console, chosen)


def _timed(console: Console, side: Asgi | Wsgi, chosen: list[Scenario], *, rounds: int, batch: int) -> Table:
    table = Table(title=f"{side.name}: added cost per request, in P")
    table.add_column("key")
    table.add_column("scenario")
    for heading in ("bare ns", "P ns", WARDEN, "target", NAIVE, SESSION):
        table.add_column(heading, justify="right")
    measured: dict[str, float] = {}
    for scenario in chosen:
        with console.status(f"{side.name}: {scenario.title}"):
            bench = Bench(side, scenario)
            bench.check()
            result = bench.time(WARDEN, rounds, batch)
            rivals = {name: bench.time(name, rounds // 4, batch).in_units(name) for name in bench.rivals}
        added = measured[scenario.key] = result.in_units(WARDEN)
        target = _target(side, scenario, measured)
        table.add_row(
            scenario.key,
            scenario.title,
            f"{result.bare:.0f}",
            f"{result.unit:.0f}",
            f"[{'green' if target is None or added <= target else 'red'}]{added:.1f}[/]",
            "" if target is None else f"{target:.1f}",
            *(f"{rivals[name]:.1f}" if name in rivals else "" for name in (NAIVE, SESSION)),
        )
    return table


def _target(side: Asgi | Wsgi, scenario: Scenario, measured: dict[str, float]) -> float | None:
    if scenario.targets is not None:
        return scenario.targets.asgi if side.name == "ASGI" else scenario.targets.wsgi
    if scenario.baseline in measured:
        return measured[scenario.baseline] * _FLAT
    return None


def _count(console: Console, chosen: list[Scenario]) -> None:
    if not callgrind.is_available():
        console.print("valgrind is not installed, so no instructions are counted")
        return
    counted = {scenario.key: scenario for scenario in chosen if scenario.key in callgrind.COUNTED}
    table = Table(title="Instructions added per request")
    table.add_column("kind")
    table.add_column("scenario")
    for heading in ("P", WARDEN, "in P", "target"):
        table.add_column(heading, justify="right")
    for side in SIDES:
        with console.status(f"{side.name}: counting instructions"):
            results = callgrind.count_instructions(side.name, tuple(counted))
        for key, result in results.items():
            target = _target(side, counted[key], {})
            row = (f"{result.unit:,.0f}", f"{result.added[WARDEN]:,.0f}", f"{result.in_units(WARDEN):.1f}", f"{target}")
            table.add_row(side.name, counted[key].title, *row)
    console.print(table)


if __name__ == "__main__":
    main()
