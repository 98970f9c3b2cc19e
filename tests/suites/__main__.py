"""Run the test suites of real frameworks without and with every app wrapped, and report which tests differ.

In the folder ``tests``: ``python -m suites [NAME ...]``. The policy declares every cookie necessary, so each test must
have the same outcome with and without wrapping. A difference that ``suites/known.py`` does not list is a failure. So is
a listed one that does not occur.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from suites import prepare
from suites.compare import PASSED, Comparison
from suites.known import KNOWN
from suites.projects import SUITES, Suite
from suites.run import BrokenRunError, Run, run

_HEADINGS = ("suite", "tests", "passed", "failed", "other", "differ", "known", "screened", "with cookies", "dropped")


@click.command(help=__doc__)
@click.argument("names", nargs=-1, metavar="[NAME ...]")
@click.option("--list", "is_list", is_flag=True, help="Print the suites; run none.")
@click.option("--work", type=click.Path(path_type=Path, file_okay=False), help="Keep and reuse fetched files here.")
@click.option("--keep", is_flag=True, help="Do not remove the temporary work folder.")
@click.option("--source", "sources", multiple=True, metavar="NAME=PATH", help="An archive or folder with that suite.")
def main(names: tuple[str, ...], is_list: bool, work: Path | None, keep: bool, sources: tuple[str, ...]) -> None:
    console = Console(width=None if sys.stdout.isatty() else 132)
    given = {name: Path(path).resolve() for name, _, path in (source.partition("=") for source in sources)}
    if unknown := {*names, *given} - set(SUITES):
        raise click.BadParameter(f"no such suite: {', '.join(sorted(unknown))}; see --list")
    chosen = [SUITES[name] for name in names or SUITES]
    if is_list:
        for suite in chosen:
            console.print(f"{suite.name} {suite.version}", highlight=False)
        return
    folder = work.resolve() if work else Path(tempfile.mkdtemp(prefix="cookiewarden-suites-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        problems = _run_all(console, chosen, folder, given)
    finally:
        if not work and not keep:
            shutil.rmtree(folder, ignore_errors=True)
    if work or keep:
        console.print(f"the output and the records of the runs are in {folder / 'runs'}", soft_wrap=True)
    sys.exit(1 if problems else 0)


def _run_all(console: Console, chosen: list[Suite], work: Path, given: dict[str, Path]) -> int:
    """Run these suites, print the results, and return the number of problems."""
    table = Table(
        title="The tests without wrapping, and what differs with every app wrapped",
        caption="screened: responses not passed on at once; dropped: Set-Cookie lines; seconds: without + with",
    )
    for heading in (*_HEADINGS, "seconds"):
        table.add_column(heading, justify="left" if heading == "suite" else "right")
    problems: list[str] = []
    for suite in chosen:
        try:
            plain, wrapped = _both(console, suite, work, given.get(suite.name))
        except (prepare.UnpreparedError, BrokenRunError) as error:
            problems.append(f"{suite.name}: {error}")
            table.add_row(suite.name, "[red]not run[/]")
            continue
        comparison = Comparison(plain.outcomes, wrapped.outcomes, KNOWN.get(suite.name, {}))
        found = comparison.problems
        if not wrapped.screened["responses"]:
            found.append("no response was screened, so nothing was wrapped")
        problems += [f"{suite.name}: {problem}" for problem in found]
        table.add_row(*_row(suite, comparison, plain, wrapped, is_good=not found))
    console.print(table)
    for problem in problems:
        console.print(f"- {problem}", style="red", markup=False, highlight=False, soft_wrap=True)
    return len(problems)


def _both(console: Console, suite: Suite, work: Path, given: Path | None) -> tuple[Run, Run]:
    with console.status(f"{suite.name}: preparing"):
        python = prepare.environment(suite, work)
        source = prepare.source(suite, work, python, given)
    runs = []
    for kind in ("plain", "wrapped"):
        with console.status(f"{suite.name}: {kind}"):
            record = work / "runs" / f"{suite.name}-{kind}"
            runs.append(run(suite, python, source, record, is_wrapped=kind == "wrapped"))
    return runs[0], runs[1]


def _row(suite: Suite, comparison: Comparison, plain: Run, wrapped: Run, *, is_good: bool) -> list[str]:
    counts = comparison.counts
    failed = counts["failed"] + counts["error"]
    return [
        f"[{'green' if is_good else 'red'}]{suite.name} {suite.version}[/]",
        *(f"{n:,}" for n in (counts.total(), counts[PASSED], failed, counts.total() - counts[PASSED] - failed)),
        *(f"{n:,}" for n in (len(comparison.unexpected), len(comparison.differences) - len(comparison.unexpected))),
        *(f"{wrapped.screened[key]:,}" for key in ("responses", "with Set-Cookie", "lines dropped")),
        f"{plain.seconds:.0f}+{wrapped.seconds:.0f}",
    ]


if __name__ == "__main__":
    main()
