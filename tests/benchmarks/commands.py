"""Print how long each command takes to its first line: ``python -m benchmarks.commands`` in the folder ``tests``.

The time is that of a clock, from the start of the interpreter to the first line of output. Each command runs with a
small task that needs no network. It reads compiled modules, as an installed package has them: the first round compiles
them into a folder. Two further rows say what an interpreter takes that only prints, and one that imports click first:
no command can be quicker. The result is the median over some rounds. Nothing fails because it is slow.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter_ns

import click
from rich.console import Console
from rich.table import Table

#: The most that a command may take to its first line, in milliseconds.
MOST_MILLISECONDS = 150
_WIDTH = 100
_TIMEOUT = 60
_FLOORS = {
    "an interpreter that prints": ["-c", "print(1)"],
    "one that imports click": ["-c", "import click; print(1)"],
}
_RUN = ["-m", "cookiewarden"]
_POLICY = """
extends = "preset:django"
[site]
name = "Exampletown"
hosts = ["town.example"]
[[cookies]]
name = "_ga*"
category = "statistical"
purpose = "Counts visits."
lifetime = "13 months"
"""
# Each with a name that a preset declares, and one that nothing knows.
_NAMES = ("sessionid", "town_visit")
_DOCUMENTS = {
    "md": "# Cookies\n\n## Necessary cookies\n\n| Name | Purpose |\n| --- | --- |\n| {} | Signing in |\n",
    "html": "<html lang=en><h1>Cookies</h1><h2>Necessary cookies</h2>"
    "<table><tr><th>Name<th>Purpose<tr><td>{}<td>Signing in</table>",
    "txt": "Cookies\n\nNecessary cookies\n\nName\tPurpose\n{}\tSigning in\n",
}
_LEARNED = (
    '{"site": "town.example", "name": "_ga", "is_pattern": false, "count": 1, "first": 1.0, "last": 2.0, '
    '"lifetime": null, "attributes": ["Path=/"], "paths": ["/"], "is_foreign": false}\n'
)


def tasks(folder: Path) -> Mapping[str, Sequence[str]]:
    """Write the files of the tasks into a folder, and return the arguments of each command, by its name."""
    policy, learned = folder / "cookies.toml", folder / "learned.jsonl"
    policy.write_text(_POLICY, "utf-8")
    learned.write_text(_LEARNED, "utf-8")
    documents = {}
    for suffix, text in _DOCUMENTS.items():
        for name in _NAMES:
            path = folder / f"{name}.{suffix}"
            path.write_text(text.format(name), "utf-8")
            documents[f"import {path.name}"] = ["import", str(path)]
    return {
        "--help": ["--help"],
        "init": ["init", str(folder / "new.toml"), "--yes", "--force"],
        "check": ["check", str(policy)],
        "explain": ["explain", str(policy), "_ga=1; Path=/"],
        "render": ["render", str(policy), "--format", "html"],
        "diff": ["diff", str(policy), str(policy)],
        "schema": ["schema"],
        **documents,
        "draft": ["draft", str(learned)],
        "demo": ["demo"],
    }


def first_line(arguments: Sequence[str], compiled: str) -> float:
    """Return the milliseconds until an interpreter with these arguments has written its first line.

    ``compiled``: the folder of the compiled modules. Raises ``click.ClickException`` if it then fails.
    """
    command = [sys.executable, *arguments]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": compiled}
    began = perf_counter_ns()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment) as process:
        assert process.stdout is not None
        process.stdout.readline()
        taken = perf_counter_ns() - began
        process.stdout.read()
        if process.wait(_TIMEOUT) not in (0, 1):
            raise click.ClickException(f"{' '.join(arguments)}: exit code {process.returncode}")
    return taken / 1e6


@click.command(help=__doc__)
@click.option("--rounds", default=10, show_default=True, type=click.IntRange(1, 1_000), help="For each command.")
def main(rounds: int) -> None:
    table = Table(title="Milliseconds to the first line")
    table.add_column("command")
    for heading in ("median", "target"):
        table.add_column(heading, justify="right")
    console = Console(width=None if sys.stdout.isatty() else _WIDTH)
    with TemporaryDirectory() as folder, TemporaryDirectory() as compiled, console.status("measuring"):
        rows = {**_FLOORS, **{name: [*_RUN, *arguments] for name, arguments in tasks(Path(folder)).items()}}
        taken: dict[str, list[float]] = {name: [] for name in rows}
        for number in range(rounds + 1):
            for name, arguments in rows.items():
                milliseconds = first_line(arguments, compiled)
                if number:  # the first round compiles the modules
                    taken[name].append(milliseconds)
    for name, times in taken.items():
        middle = median(times)
        target = "" if name in _FLOORS else str(MOST_MILLISECONDS)
        colour = "red" if target and middle > MOST_MILLISECONDS else "default"
        table.add_row(name, f"[{colour}]{middle:.0f}[/]", target)
    console.print(table)


if __name__ == "__main__":
    main()
