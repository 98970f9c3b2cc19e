"""``cookiewarden diff``: what changed for visitors between two policy files."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cookiewarden.errors import printable
from cookiewarden.tools.commands.exit_codes import ExitCode
from cookiewarden.tools.commands.extras import needs_extra
from cookiewarden.tools.commands.output import json_option, print_json

if TYPE_CHECKING:
    from cookiewarden.tools.policy_changes import Line

_STYLES = {"+": "green", "-": "red", "~": "yellow", "!": "bold", "": "bold"}


@click.command(
    short_help="Say what changed for visitors, and whether they are asked again.",
    epilog=(
        "\b\nExample:\n"
        "  git show HEAD:cookies.toml > cookies.old.toml\n"
        "  cookiewarden diff cookies.old.toml cookies.toml"
    ),
)
@click.argument("old", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("new", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--fail-if-asked-again", is_flag=True, help="Exit with 1 if visitors who chose will be asked again.")
@json_option
def command(old: Path, new: Path, fail_if_asked_again: bool, as_json: bool) -> None:
    """Say what changed for visitors from the policy file OLD to NEW: what is declared, and what the site says.

    It says whether visitors who made a choice are asked again, about which categories, and what caused it. Two
    files are compared with all that they extend.
    """
    from cookiewarden.policy.diff import diff_policies
    from cookiewarden.policy.policy import Policy
    from cookiewarden.tools.policy_changes import as_document, lines_of

    found = diff_policies(Policy.load(old), Policy.load(new))
    if as_json:
        print_json({"old": str(old), "new": str(new), **as_document(found)})
    else:
        _print(lines_of(found))
    if fail_if_asked_again and found.asks_again:
        sys.exit(ExitCode.VIOLATION)


def _print(lines: Iterable[Line]) -> None:
    with needs_extra("the command line", "cli"):
        from rich.text import Text

        from cookiewarden.tools.console import console_for

    console = console_for()
    for mark, text in lines:
        console.print(Text(printable(f"  {mark} {text}" if mark else text), style=_STYLES[mark]), soft_wrap=True)
