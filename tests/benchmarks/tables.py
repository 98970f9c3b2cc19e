"""The tables that the benchmark prints: of times, and of instructions beside those of the last release."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import Console
from rich.table import Table

from benchmarks.counted import Task
from benchmarks.last_release import Change
from benchmarks.measure import COOKIEWARDEN, NAIVE, SESSION, Bench, Result, Side
from benchmarks.scenarios import Scenario


def table_of_times(
    console: Console, side: Side, chosen: Iterable[Scenario], kinds: Sequence[str], *, rounds: int, batch: int
) -> Table:
    """Time scenarios on one side, and return the table."""
    table = Table(title=f"{side.name}: added cost per request, in P")
    for heading in ("request", "key", "scenario"):
        table.add_column(heading)
    for heading in ("bare ns", "P ns", COOKIEWARDEN, "target", NAIVE, SESSION):
        table.add_column(heading, justify="right")
    measured: dict[str, dict[str, float]] = {kind: {} for kind in kinds}
    for kind, scenario in _by_kind(chosen, kinds):
        with console.status(f"{side.name}, {kind}: {scenario.title}"):
            bench = Bench(side, scenario, kind)
            bench.check()
            result = bench.time(COOKIEWARDEN, rounds, batch)
            rivals = {name: bench.time(name, rounds // 4, batch).in_units(name) for name in bench.rivals}
        added = measured[kind][scenario.key] = result.in_units(COOKIEWARDEN)
        table.add_row(
            kind,
            scenario.key,
            scenario.title,
            f"{result.bare:.0f}",
            f"{result.unit:.0f}",
            *_judged(added, _most(side.name, scenario, measured[kind]), digits=1),
            *(f"{rivals[name]:.1f}" if name in rivals else "" for name in (NAIVE, SESSION)),
        )
    return table


def table_of_counts(
    side: str,
    chosen: Iterable[Scenario],
    kinds: Sequence[str],
    results: Mapping[Task, Result],
    changes: Mapping[Task, Change],
) -> Table:
    """Return the table of the instructions that were counted on one side."""
    table = Table(title=f"{side}: instructions added per request")
    for heading in ("request", "key", "scenario"):
        table.add_column(heading)
    for heading in ("P", COOKIEWARDEN, "in P", "target", "last release", "change"):
        table.add_column(heading, justify="right")
    for kind, scenario in _by_kind(chosen, kinds):
        task = Task(side, kind, scenario.key)
        if task not in results:
            continue
        result = results[task]
        table.add_row(
            kind,
            scenario.key,
            scenario.title,
            f"{result.unit:,.0f}",
            f"{result.added[COOKIEWARDEN]:,.0f}",
            *_judged(result.in_units(COOKIEWARDEN), _most(side, scenario, _in_units(side, kind, results)), digits=2),
            *_compared(changes.get(task)),
        )
    return table


def over_target(
    side: str, chosen: Iterable[Scenario], kinds: Sequence[str], results: Mapping[Task, Result]
) -> tuple[int, list[str]]:
    """Return how many of the counted scenarios have a target, and which of these are over it."""
    with_target, over = 0, []
    for kind, scenario in _by_kind(chosen, kinds):
        measured = _in_units(side, kind, results)
        most = _most(side, scenario, measured)
        if most is not None and scenario.key in measured:
            with_target += 1
            if measured[scenario.key] > most:
                over.append(f"{scenario.key} ({kind})")
    return with_target, over


def _by_kind(chosen: Iterable[Scenario], kinds: Sequence[str]) -> Iterator[tuple[str, Scenario]]:
    found = list(chosen)
    return ((kind, scenario) for kind in kinds for scenario in found if kind in scenario.kinds)


def _in_units(side: str, kind: str, results: Mapping[Task, Result]) -> dict[str, float]:
    """Return what was measured on one side for one kind of request, in P, by key of the scenario."""
    wanted = {task: result for task, result in results.items() if (task.side, task.kind) == (side, kind)}
    return {task.key: result.in_units(COOKIEWARDEN) for task, result in wanted.items()}


def _most(side: str, scenario: Scenario, measured: Mapping[str, float]) -> float | None:
    return scenario.targets[side].most(measured) if side in scenario.targets else None


def _judged(added: float, most: float | None, *, digits: int) -> tuple[str, str]:
    if most is None:
        return f"{added:.{digits}f}", ""
    return f"[{'green' if added <= most else 'red'}]{added:.{digits}f}[/]", f"{most:.{digits}f}"


def _compared(change: Change | None) -> tuple[str, str]:
    if change is None:
        return "", ""
    colour = "red" if change.is_dearer else "green" if change.is_cheaper else "default"
    return f"{change.then:.2f}", f"[{colour}]{change.now / change.then - 1:+.1%}[/]"
