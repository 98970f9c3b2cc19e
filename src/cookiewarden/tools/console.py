"""The terminal that the commands write to, as rich sees it.

Rule: without a terminal, or with ``NO_COLOR``, rich writes not one escape code. Nothing in a text is markup.
"""

from __future__ import annotations

import os
from typing import IO

from rich.console import Console


def console_for(*, width: int | None = None, file: IO[str] | None = None) -> Console:
    """Return a console for the standard output, or for ``file``. ``width``: its columns, if not those of the terminal.

    >>> console_for(width=40).width
    40
    """
    colours = None if os.environ.get("NO_COLOR") else "auto"
    return Console(
        width=width,
        file=file,
        color_system=colours,  # type: ignore[arg-type]  # "auto" is one of the literals
        highlight=False,
        markup=False,
        emoji=False,
    )
