"""Print what wrapping an app costs. In the folder ``tests``: ``python -m benchmarks [--callgrind]``.

The unit is P: what the cheapest correct pass-through middleware adds to a request. P is measured in the same run, so
that the figures do not depend on the machine. Three kinds of request are measured: a script's fetch, a browser's
request for a document, and a plain request without Sec-Fetch headers.

\b
python -m benchmarks --quick               times, for a first look
python -m benchmarks --callgrind           instructions: the main figure
python -m benchmarks --callgrind --quick   the same without the largest policies; CI prints it for documents
python -m benchmarks --callgrind --save    keep the counts, at a release
python -m benchmarks.served                real servers, and the time an import takes

Dearer figures fail nothing. A wrong response ends the run with status 1: nothing is measured that was not checked.
"""

from __future__ import annotations

import sys
from time import monotonic

import click
from rich.console import Console

from benchmarks import callgrind, last_release, tables
from benchmarks.building import building_costs
from benchmarks.counted import Task
from benchmarks.measure import WrongResponseError, discard_logs
from benchmarks.memory import kept_per_visitor
from benchmarks.scenarios import KINDS, Scenario, scenarios
from benchmarks.sides import SIDES

_WIDTH = 132
_OTHERS = ("building", "memory")  # measured once, and not scenarios


@click.command(help=__doc__)
@click.option("--quick", is_flag=True, help="Smaller policies and, for times, fewer rounds.")
@click.option(
    "--only", multiple=True, metavar="KEY", help="Only this key of the tables, building or memory; repeatable."
)
@click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="Only this kind of request; repeatable.")
@click.option("--callgrind", "counts", is_flag=True, help="Count instructions instead of time; needs valgrind.")
@click.option("--save", is_flag=True, help=f"With --callgrind: write the counts to {last_release.FILE.name}.")
def main(quick: bool, only: tuple[str, ...], kinds: tuple[str, ...], counts: bool, save: bool) -> None:
    if save and (quick or only or kinds or not counts):
        raise click.UsageError("--save needs --callgrind, and no option that leaves scenarios out")
    found = scenarios(sizes=(10, 1_000), site_counts=(1, 100)) if quick else scenarios()
    if unknown := set(only) - {scenario.key for scenario in found} - set(_OTHERS):
        raise click.BadParameter(f"no such scenario: {', '.join(sorted(unknown))}", param_hint="--only")
    discard_logs()
    console = Console(width=None if sys.stdout.isatty() else _WIDTH)
    chosen = [scenario for scenario in found if not only or scenario.key in only]
    kinds = kinds or KINDS
    try:
        if chosen and counts:
            selected = [scenario for scenario in chosen if only or _concerns_a_target(scenario, found)]
            _count(console, selected, kinds, save)
        elif chosen:
            for side in SIDES:
                rounds = 100 if quick else 1_000
                console.print(tables.table_of_times(console, side, chosen, kinds, rounds=rounds, batch=20))
    except (WrongResponseError, callgrind.CountingError, last_release.LastReleaseError) as error:
        raise click.ClickException(str(error)) from None
    _measure_others(console, only or _OTHERS, quick)


def _concerns_a_target(scenario: Scenario, found: list[Scenario]) -> bool:
    """Return whether a scenario has a target, or the target of another one depends on it."""
    bases = {target.over for other in found for target in other.targets.values()}
    return bool(scenario.targets) or scenario.key in bases


def _count(console: Console, chosen: list[Scenario], kinds: tuple[str, ...], save: bool) -> None:
    if not callgrind.is_available():
        console.print("valgrind is not installed, so no instructions are counted")
        return
    began, done = monotonic(), 0
    then = None if save else last_release.load()
    sides = [side.name for side in SIDES]
    tasks = callgrind.tasks_of(chosen, kinds, sides)
    with console.status("counting instructions") as status:

        def report(task: Task) -> None:
            nonlocal done
            done += 1
            status.update(f"counting instructions: {done} of {len(tasks)}, {task.side}, {task.kind}, {task.key}")

        large = [scenario.key for scenario in chosen if scenario.is_large]
        results = callgrind.count_instructions(tasks, large, report)
    if save:
        last_release.save(last_release.counts_of(results))
    changes = {} if then is None else last_release.changes(then, results)
    for side in sides:
        console.print(tables.table_of_counts(side, chosen, kinds, results, changes))
    for side in sides:
        with_target, over = tables.over_target(side, chosen, kinds, results)
        listed = f": {', '.join(over)}" if over else ""
        console.print(f"{side}: {len(over)} of {with_target} are over their target{listed}.")
        if then is not None:
            console.print(last_release.summary(side, then, changes, results))
    if then is not None and then.python != last_release.this_python():
        console.print(f"The last release was counted with {then.python}, this with {last_release.this_python()}.")
    console.print(f"{len(tasks)} scenarios were counted in {monotonic() - began:.0f} s.\n")


def _measure_others(console: Console, chosen: tuple[str, ...], quick: bool) -> None:
    if "building" in chosen:
        with console.status("building a policy"):
            costs = building_costs(10_000) if quick else building_costs()
        console.print(f"{costs}")
    if "memory" in chosen:
        for side in SIDES:
            with console.status(f"{side.name}: memory kept of visitors"):
                kept = kept_per_visitor(side, 7_000 if quick else 20_000)
            console.print(f"{side.name}: {kept:.2f} bytes kept per visitor, of many different visitors (target: 0)")


if __name__ == "__main__":
    main()
