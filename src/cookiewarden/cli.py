"""The command line, ``cookiewarden``: parse arguments, call the package, and report what went wrong.

Rule: this module imports without any extra, so that it can name the one that is missing.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cookiewarden import __version__
from cookiewarden.errors import CookieWardenError, MissingExtraError, did_you_mean, printable

if TYPE_CHECKING:
    import click

    from cookiewarden.tools.demo.sites import Portal

_EXTRAS = frozenset({"click", "jinja2", "rich", "starlette", "uvicorn", "werkzeug"})


def main() -> None:
    """Run the command line. An error of this package becomes one message and exit code 1."""
    try:
        commands()(prog_name="cookiewarden")
    except CookieWardenError as error:
        print(f"cookiewarden: {error}", file=sys.stderr)
        sys.exit(1)


def commands() -> click.Group:
    """Return the group of all commands. Raises ``MissingExtraError`` if click is not installed."""
    with _extra("the command line", "cli"):
        import click

    class Root(click.Group):
        """The group of all commands. It escapes unprintable characters in their messages."""

        def make_context(self, *arguments: Any, **options: Any) -> click.Context:
            with _readable_errors():
                return super().make_context(*arguments, **options)

        def invoke(self, ctx: click.Context) -> Any:
            with _readable_errors():
                return super().invoke(ctx)

    @click.group(cls=Root, context_settings={"help_option_names": ["-h", "--help"]})
    @click.version_option(__version__, prog_name="cookiewarden", message="%(prog)s %(version)s")
    def root() -> None:
        """Stop a web app from setting cookies without the visitor's consent."""

    @root.command(short_help="Show which cookies leave five example sites, and why.")
    @click.option("--portal", "name", metavar="NAME", help="Show one portal in detail, by its name or a part of it.")
    @click.option("--json", "as_json", is_flag=True, help="Print one JSON document, and nothing else.")
    @click.option("--serve", "is_served", is_flag=True, help="Serve the portals on this machine, until Ctrl+C.")
    @click.option("--report-only", is_flag=True, help="With --serve: only report. Block nothing, embed without asking.")
    @click.option(
        "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="The port; 0 for any free one."
    )
    def demo(name: str | None, as_json: bool, is_served: bool, report_only: bool, port: int) -> None:
        """Wrap a small open-data portal, and show which cookies leave it, for whom, and why.

        Five visitors open each of five portals: one without a choice, one who refused all, one who accepts
        statistics, one who accepts all, and one who forged a choice. Each portal is wrapped as a WSGI and as an
        ASGI app. Exits with 1 unless both agree with each other and with the policy.
        """
        if as_json and is_served:
            raise click.UsageError("--json and --serve cannot be combined.")
        if report_only and not is_served:
            raise click.UsageError("--report-only needs --serve.")
        with _extra("the demo", "demo"):
            from cookiewarden.tools.demo.sites import load_portals

            portals = load_portals()
            if name is not None:
                portals = _picked(portals, name)
            if is_served:
                _serve(portals, port, report_only)
            else:
                _show(portals, as_json, is_detailed=name is not None)

    @root.command(short_help="Write a draft of a policy file from the cookies that an app sets.")
    @click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
    @click.option("--site", metavar="ID", help="The site to draft, if several were learned.")
    @click.option(
        "--policy", metavar="FILE", type=click.Path(exists=True), help="Draft only what this policy does not declare."
    )
    @click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write to this new file instead of printing.")
    def draft(files: tuple[str, ...], site: str | None, policy: str | None, output: str | None) -> None:
        """Write a draft of a policy file from FILES, the files that the option learn of the middleware wrote.

        Each category is a suggestion, with its reason in a comment. A suggestion is never "necessary", because only
        you can judge that.
        """
        text, unread = _drafted(files, site, policy)
        if unread:
            click.echo(f"Skipped {unread} line{'' if unread == 1 else 's'} that could not be read.", err=True)
        if not text:
            click.echo("Nothing new: the policy declares all that was learned.", err=True)
            return
        if output is None:
            if policy is not None and not _may_be_appended(text, Path(policy)):
                remedy = "write the policy in TOML, with its cookies as [[cookies]], or draft to a new file with -o"
                raise click.ClickException(f"{policy}: no draft can be appended to this file; {remedy}")
            click.echo(text if policy is None else f"\n{text}", nl=False)  # for what stands before it in the file
            return
        try:
            with Path(output).open("x", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            raise click.ClickException(f"{output}: {os.strerror(error.errno or 0)}") from None

    return root


def _drafted(files: tuple[str, ...], site: str | None, policy: str | None) -> tuple[str, int]:
    """Return the draft, and how many lines of the files could not be read."""
    import click

    from cookiewarden.policy.policy import Policy
    from cookiewarden.policy.policy_set import load_policies
    from cookiewarden.reporting.learned import Learned
    from cookiewarden.tools.draft import draft_policy

    try:
        learned = Learned.from_jsonl("\n".join(Path(name).read_text("utf-8", "replace") for name in files))
    except OSError as error:
        raise click.ClickException(f"{error.filename or files[0]}: {os.strerror(error.errno or 0)}") from None
    if not (learned.cookies or learned.hosts):
        named = ", ".join(files)
        if learned.unread:
            remedy = "give the file that a middleware with the option learn wrote"
            raise click.ClickException(f"{named}: no line of this is what an app was seen to set; {remedy}")
        raise click.ClickException(f"{named}: nothing was learned yet; use the wrapped app, sign in and out, and retry")
    declared = None if policy is None else load_policies(policy)
    if declared is not None and not isinstance(declared, Policy):
        raise click.BadParameter(f"{policy} is a folder; give the file of the site", param_hint="--policy")
    try:
        return draft_policy(learned, site=site, declared=declared), learned.unread
    except ValueError as error:
        raise click.ClickException(str(error)) from None


def _may_be_appended(text: str, policy: Path) -> bool:
    import tomllib

    try:
        tomllib.loads(policy.read_text("utf-8-sig") + "\n" + text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _show(portals: list[Portal], as_json: bool, is_detailed: bool) -> None:
    from cookiewarden.tools.demo.detail import print_detail
    from cookiewarden.tools.demo.exchanges import run_visits
    from cookiewarden.tools.demo.overview import print_overview
    from cookiewarden.tools.demo.report import disagreements, to_json
    from cookiewarden.tools.demo.terminal import Terminal

    visits = run_visits(portals)
    if as_json:
        print(to_json(visits))
    elif is_detailed:
        print_detail(Terminal(), visits)
    else:
        print_overview(Terminal(), visits)
    if disagreements(visits):
        sys.exit(1)


def _serve(portals: list[Portal], port: int, report_only: bool) -> None:
    import click

    from cookiewarden.tools.demo.serve import free_port_after, serve

    try:
        serve(portals, port, click.echo, report_only=report_only)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            problem, other = "another program uses it", free_port_after(port)
        else:
            problem, other = os.strerror(error.errno or 0), 8000
        raise click.ClickException(f"port {port}: {problem}; try --port {other}") from None
    except KeyboardInterrupt:
        pass  # Ctrl+C stops the demo
    # A terminal shows "^C" without a line break.
    click.echo("\nThe demo has stopped." if sys.stdout.isatty() else "The demo has stopped.")


def _picked(portals: list[Portal], name: str) -> list[Portal]:
    import click

    found = [portal for portal in portals if portal.name == name] or [
        portal for portal in portals if name.lower() in portal.name
    ]
    if len(found) != 1:
        names = [portal.name for portal in found or portals]
        message = f'there is no portal "{name}"; {did_you_mean(name, names)}'
        if found:
            message = f'"{name}" may be any of {", ".join(names)}'
        raise click.BadParameter(message, param_hint="--portal")
    return found


@contextmanager
def _readable_errors() -> Iterator[None]:
    """Escape unprintable characters that messages, click's and ours, quote from arguments and file names."""
    import click

    try:
        yield
    except click.ClickException as error:
        if type(error).__name__ != "NoArgsIsHelpError":  # the help text of a group, with its line breaks; click 8.2
            error.message = printable(error.message)  # type: ignore[misc]  # click shows this attribute
        raise


@contextmanager
def _extra(part: str, extra: str) -> Iterator[None]:
    """Say what to install if a package of an extra is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in _EXTRAS:
            raise
        raise MissingExtraError(part, package, extra) from None
