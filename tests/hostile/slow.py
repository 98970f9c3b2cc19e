"""Looks for slow cases: ``python -m hostile.slow``, in the folder tests. Prints the slowest; exits with 1 for any.

Every reader and both adapters get the worst kinds of input, of 8 and of 64 KiB. A case is slow if the 64 KiB cost over
50 times the median of that reader's cases. It is slow, too, if they cost over 16 times what the 8 KiB cost; 8 times
would be linear. The time is processor time, the least of several runs, because a busy machine only adds to it.
"""

import gc
import logging
import sys
import time
from collections.abc import Callable
from statistics import median

import click
from rich.console import Console
from rich.table import Table

from hostile.worst import cases

SMALL, LARGE = 8 * 1024, 64 * 1024
MOST_MEDIANS = 50
MOST_GROWTH = 16
_SECONDS = 0.3
#: A shorter time is too short to measure.
_LEAST_SECONDS = 100e-6


def _seconds(call: Callable[[], object]) -> float:
    """Return the least processor time that a call took."""
    call()
    least, until = float("inf"), time.process_time() + _SECONDS
    gc.collect()
    gc.disable()
    try:
        while time.process_time() < until:
            before = time.process_time()
            call()
            least = min(least, time.process_time() - before)
    finally:
        gc.enable()
    return least


@click.command(help=__doc__)
@click.argument("readers", nargs=-1)
@click.option("--all", "shows_all", is_flag=True, help="Show every case, not only the slowest.")
def main(readers: tuple[str, ...], shows_all: bool) -> None:
    logging.disable(logging.CRITICAL)
    console = Console(width=None if sys.stdout.isatty() else 132)
    measured: dict[str, tuple[float, float]] = {}
    for name, make in cases().items():
        if not readers or name.partition(":")[0] in readers:
            with console.status(name):
                measured[name] = _seconds(make(SMALL)), _seconds(make(LARGE))
    by_reader: dict[str, list[float]] = {}
    for name, (_, large) in measured.items():
        by_reader.setdefault(name.partition(":")[0], []).append(large)
    table = Table(title=f"{len(measured)} cases of 64 KiB")
    for heading in ("case", "ms", "medians", "times 8 KiB"):
        table.add_column(heading, justify="left" if heading == "case" else "right")
    slow_cases = 0
    for name, (small, large) in sorted(measured.items(), key=lambda item: -item[1][1]):
        medians = large / median(by_reader[name.partition(":")[0]])
        growth = large / max(small, _LEAST_SECONDS)
        is_slow = medians > MOST_MEDIANS or growth > MOST_GROWTH
        slow_cases += is_slow
        if is_slow or shows_all or table.row_count < 20:
            style = "red" if is_slow else ""
            table.add_row(name, f"{large * 1e3:.2f}", f"{medians:.1f}", f"{growth:.1f}", style=style)
    console.print(table)
    console.print(f"slow: {slow_cases}")
    sys.exit(slow_cases > 0)


if __name__ == "__main__":
    main()
