"""Print what a command found, and write what it made.

Rule: no control character reaches the terminal, and no file is replaced unless the user said so.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from cookiewarden import __version__
from cookiewarden.errors import printable

F = TypeVar("F", bound=Callable[..., Any])


def json_option(function: F) -> F:
    """Add ``--json`` to a command, as its argument ``as_json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document, and nothing else.")(function)


def output_options(function: F) -> F:
    """Add ``-o`` and ``--force`` to a command, as its arguments ``output`` and ``force``."""
    path = click.Path(dir_okay=False, path_type=Path)
    force = click.option("--force", is_flag=True, help="Replace the file of -o if it exists.")
    return click.option("-o", "--output", type=path, help="Write to this new file instead of printing.")(
        force(function)
    )


def print_text(text: str, *, to_stderr: bool = False) -> None:
    r"""Print a text. Every character that cannot be printed is escaped, but for line breaks.

    >>> print_text("a \x1b[31m\nb")
    a \x1b[31m
    b
    """
    click.echo("\n".join(map(printable, text.split("\n"))), err=to_stderr)


def print_json(document: Mapping[str, Any]) -> None:
    """Print a document as JSON, in ASCII. The version of cookiewarden stands first.

    >>> print_json({"findings": []})
    {
      "cookiewarden": ...
      "findings": []
    }
    """
    click.echo(json_text(document), nl=False)


def json_text(document: Mapping[str, Any]) -> str:
    """Return a document as ``print_json`` prints it."""
    return json.dumps({"cookiewarden": __version__, **document}, indent=2) + "\n"


def write_output(data: str | bytes, output: Path, *, force: bool = False) -> None:
    """Write a new file, a text in UTF-8. Raises ``click.ClickException`` if it exists or cannot be written.

    ``force``: replace a file that exists.
    """
    try:
        with output.open("wb" if force else "xb") as file:
            file.write(data.encode() if isinstance(data, str) else data)
    except FileExistsError:
        raise click.ClickException(f"{output}: exists already; choose another name, or add --force") from None
    except OSError as error:
        raise click.ClickException(f"{output}: {os.strerror(error.errno or 0)}") from None
