"""The command line, ``cookiewarden``: the group of all commands, and what becomes of an error.

Rule: this module imports without any extra, so that it can name the one that is missing. It imports the module of a
command only if that command runs or is listed.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EBADF, EDQUOT, EFBIG, EIO, ENOSPC
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cookiewarden import __version__
from cookiewarden.errors import CookieWardenError, OptionError, did_you_mean, printable
from cookiewarden.tools.commands.exit_codes import ExitCode
from cookiewarden.tools.commands.extras import needs_extra

if TYPE_CHECKING:
    import click

#: The commands, in the order in which people need them, each with its module in ``tools/commands``.
_COMMANDS = {
    "init": "init",
    "import": "import_",
    "draft": "draft",
    "check": "check",
    "explain": "explain",
    "audit": "audit",
    "render": "render",
    "diff": "diff",
    "schema": "schema",
    "demo": "demo",
}
#: The variable by which click asks for completion, and its values.
_COMPLETE = "_COOKIEWARDEN_COMPLETE"
_COMPLETIONS = tuple(f"{shell}_{step}" for step in ("source", "complete") for shell in ("bash", "zsh", "fish"))
#: Why the system may refuse what is written to an open file.
_UNWRITABLE = (EBADF, EDQUOT, EFBIG, EIO, ENOSPC)
_EPILOG = "Exit codes: 0 in order, 1 violation, 2 could not verify, 3 wrong usage or error."


def main() -> None:
    """Run the command line. An error of this package becomes one message and exit code 3.

    A bug ends with the same code, and keeps its traceback: Python's own 1 would say that there is a violation.
    """
    _prepare_streams()
    try:
        _check_completion()
        commands()(prog_name="cookiewarden")
    except CookieWardenError as error:
        print(f"Error: {error}", file=sys.stderr)
    except Exception:  # a bug must not look like a violation
        traceback.print_exc()
    sys.exit(ExitCode.ERROR)


def _check_completion() -> None:
    """Raise ``OptionError`` for words of the variable for completion that click ends with 1 for, without a message."""
    words = os.environ.get(_COMPLETE, "")
    if words and words not in _COMPLETIONS:
        raise OptionError(f"{_COMPLETE} must be one of {', '.join(_COMPLETIONS)}, and not {words}")


def _prepare_streams() -> None:
    """Escape what the encoding of a stream lacks. Take a closed output for one that keeps nothing.

    A closed input is one without a byte.
    """
    if sys.stdin is None:
        sys.stdin = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115 - open to the end
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open to the end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def commands() -> click.Group:
    """Return the group of all commands. Raises ``MissingExtraError`` if click is not installed."""
    with needs_extra("the command line", "cli"):
        import click

    class Root(click.Group):
        """The group of all commands. It handles what ends one of them early."""

        def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click passes it
            return list(_COMMANDS)

        def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
            if cmd_name not in _COMMANDS:
                return None
            module = import_module(f"cookiewarden.tools.commands.{_COMMANDS[cmd_name]}")
            command: click.Command = module.command
            return command

        def resolve_command(
            self, ctx: click.Context, args: list[str]
        ) -> tuple[str | None, click.Command | None, list[str]]:
            if args[0] not in _COMMANDS and not args[0].startswith("-") and not ctx.resilient_parsing:
                ctx.fail(f'there is no command "{args[0]}"; {did_you_mean(args[0], _COMMANDS)}')
            return super().resolve_command(ctx, args)

        def make_context(self, *arguments: Any, **options: Any) -> click.Context:
            with _ended_early():
                return super().make_context(*arguments, **options)

        def invoke(self, ctx: click.Context) -> Any:
            with _ended_early():
                return super().invoke(ctx)

    @click.group(cls=Root, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
    @click.version_option(__version__, prog_name="cookiewarden", message="%(prog)s %(version)s")
    def root() -> None:
        """Stop a web app from setting cookies without the visitor's consent."""

    return root


@contextmanager
def _ended_early() -> Iterator[None]:
    """Give what ends a command early our exit code, and escape what cannot be printed in a message of click."""
    import click

    try:
        yield
    except (KeyboardInterrupt, EOFError, click.Abort):  # Ctrl+C, or the end of the input at a question
        click.echo("\nStopped.", err=True)
        raise click.exceptions.Exit(ExitCode.ERROR) from None
    except BrokenPipeError:  # who reads the output has seen enough; Python would complain when it closes the stream
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise click.exceptions.Exit(ExitCode.ERROR) from None
    except OSError as error:
        if error.errno not in _UNWRITABLE or error.filename is not None:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        click.echo(f"Error: the output cannot be written: {os.strerror(error.errno)}", err=True)
        raise click.exceptions.Exit(ExitCode.ERROR) from None
    except click.ClickException as error:
        error.exit_code = ExitCode.ERROR  # type: ignore[misc]  # click reads it of the error, too
        if type(error).__name__ != "NoArgsIsHelpError":  # the help text of a group, with its line breaks; click 8.2
            error.message = printable(error.message)  # type: ignore[misc]  # click shows this attribute
        raise
