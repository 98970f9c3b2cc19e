"""Print what the import finds of published policies: ``python -m benchmarks.recall`` in the folder ``tests``.

The documents are those of the corpus, in ``tests/tools/importing/corpus``. Recall is the share of what the documents
say that the import writes. Precision is the share of what the import writes that the documents say. Names that no
document has end the run with status 1, because an import must invent nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

import click
from rich.console import Console
from rich.table import Table

from benchmarks.import_corpus import (
    CATEGORIES,
    KINDS,
    LIFETIMES,
    NAMES,
    PROVIDERS,
    PURPOSES,
    SITE,
    Comparison,
    Sample,
    compare,
    import_sample,
    samples,
)

_BOTH = (NAMES, CATEGORIES, LIFETIMES)
_RECALL_ONLY = (PROVIDERS, KINDS, PURPOSES, SITE)
_WIDTH = 132


@click.command(help=__doc__)
@click.option("--misses", "is_long", is_flag=True, help="List each fact that the import missed, or wrote otherwise.")
def main(is_long: bool) -> None:
    console = Console(width=None if sys.stdout.isatty() else _WIDTH)
    with console.status("importing"):
        compared = [(sample, compare(sample, import_sample(sample))) for sample in samples()]
    total = _sum(comparison for _, comparison in compared)
    console.print(_table("language", compared, total), _table("format", compared, total))
    if is_long:
        for miss in total.misses:
            console.print(miss, markup=False, highlight=False, soft_wrap=True)
    for name in total.invented:
        console.print(f"invented: {name}", markup=False, highlight=False, soft_wrap=True)
    sys.exit(bool(total.invented))


def _table(key: str, compared: Sequence[tuple[Sample, Comparison]], total: Comparison) -> Table:
    table = Table(title=f"What the import finds, by {key}: recall / precision, in per cent")
    table.add_column(key)
    for heading in ("documents", "cookies", *_BOTH, *_RECALL_ONLY):
        table.add_column(heading, justify="right")
    for value in dict.fromkeys(getattr(sample, key) for sample, _ in compared):
        chosen = [comparison for sample, comparison in compared if getattr(sample, key) == value]
        table.add_row(value, *_cells(len(chosen), _sum(chosen)))
    table.add_section()
    table.add_row("all", *_cells(len(compared), total))
    return table


def _cells(documents: int, one: Comparison) -> list[str]:
    both = [f"{one.recall(fact):.1%} / {one.precision(fact):.1%}".replace("%", "") for fact in _BOTH]
    return [str(documents), str(one.expected[NAMES]), *both, *(f"{one.recall(fact):.1%}"[:-1] for fact in _RECALL_ONLY)]


def _sum(comparisons: Iterable[Comparison]) -> Comparison:
    total = Comparison()
    for one in comparisons:
        total.add(one)
    return total


if __name__ == "__main__":
    main()
