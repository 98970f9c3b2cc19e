"""The terminal that the commands write to, as rich sees it, and the bar that shows how far a long one is.

Rule: without a terminal, or with ``NO_COLOR``, rich writes not one escape code. Nothing in a text is markup.
"""

from __future__ import annotations

import os
import sys
from typing import IO

from rich.console import Console
from rich.progress import Progress, ProgressColumn


class _Console(Console):
    """Leaves it to the command line to end when nobody reads the output. That of rich exits, with the code 1."""

    def on_broken_pipe(self) -> None:
        """Raise the error that is being handled."""
        raise


def console_for(*, width: int | None = None, file: IO[str] | None = None) -> Console:
    """Return a console for the standard output, or for ``file``. ``width``: its columns, if not those of the terminal.

    >>> console_for(width=40).width
    40
    """
    colours = None if os.environ.get("NO_COLOR") else "auto"
    return _Console(
        width=width,
        file=file,
        color_system=colours,  # type: ignore[arg-type]  # "auto" is one of the literals
        highlight=False,
        markup=False,
        emoji=False,
    )


def progress_of(*columns: ProgressColumn) -> Progress:
    """Return a bar for the standard error, which goes away in the end. Without a terminal, it shows nothing.

    >>> with progress_of() as bar:
    ...     bar.update(bar.add_task(""), advance=1)
    """
    return Progress(*columns, console=console_for(file=sys.stderr), transient=True, disable=not sys.stderr.isatty())
