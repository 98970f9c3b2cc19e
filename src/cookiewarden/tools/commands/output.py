"""Print what a command found, and write what it made.

Rule: no control character reaches the terminal, and no file is replaced unless the user said so.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from errno import EACCES
from pathlib import Path
from stat import S_IMODE
from typing import Any, TypeVar

import click

from cookiewarden import __version__
from cookiewarden.errors import printable

#: What ``--json`` does. A script that finds no document knows by the exit code that there was an error.
JSON_HELP = "Print one JSON document, and nothing else. An error goes to stderr, as text."
F = TypeVar("F", bound=Callable[..., Any])


class NewPath(click.Path):
    """The name of a file that a command writes. An empty one, as of a variable that nobody set, is an error."""

    def __init__(self, *, dir_okay: bool = False) -> None:
        super().__init__(dir_okay=dir_okay, path_type=Path)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        """Return the path. Raises ``click.BadParameter`` for an empty one."""
        if not str(value).strip():
            self.fail("the name is empty; write a name such as cookies.toml", param, ctx)
        return super().convert(value, param, ctx)


def json_option(function: F) -> F:
    """Add ``--json`` to a command, as its argument ``as_json``."""
    return click.option("--json", "as_json", is_flag=True, help=JSON_HELP)(function)


def output_options(function: F) -> F:
    """Add ``-o`` and ``--force`` to a command, as its arguments ``output`` and ``force``."""
    force = click.option("--force", is_flag=True, help="Replace the file of -o if it exists.")
    return click.option("-o", "--output", type=NewPath(), help="Write to this new file instead of printing.")(
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


def write_output(data: str | bytes, output: Path, *, force: bool = False, read: Iterable[Path] = ()) -> None:
    """Write a new file, a text in UTF-8. Raises ``click.ClickException`` if it exists or cannot be written.

    ``force``: replace a file that exists. If that fails, the old one stays as it was. ``read``: the files that the
    command has read. None of them is replaced.
    """
    if force and output.is_file() and any(one.exists() and output.samefile(one) for one in read):
        raise click.ClickException(f"{output}: the command reads this file, and so does not replace it")
    content = data.encode() if isinstance(data, str) else data
    try:
        if force and output.is_file():
            _replace(output.resolve(), content)
        else:
            with output.open("wb" if force else "xb") as file:
                file.write(content)
    except FileExistsError:
        raise click.ClickException(f"{output}: exists already; choose another name, or add --force") from None
    except OSError as error:
        raise click.ClickException(f"{output}: {os.strerror(error.errno or 0)}") from None


def _replace(path: Path, content: bytes) -> None:
    """Replace a file at once by another with the same mode, which is written beside it."""
    from tempfile import NamedTemporaryFile

    if not os.access(path, os.W_OK):
        raise PermissionError(EACCES, os.strerror(EACCES))
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        new = Path(file.name)
        try:
            file.write(content)
            file.close()
            new.chmod(S_IMODE(path.stat().st_mode))
            new.replace(path)
        except BaseException:
            new.unlink()
            raise
