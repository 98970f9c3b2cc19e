"""``cookiewarden demo``: five example sites, and which cookies leave each of them."""

from __future__ import annotations

import errno
import os
import sys
from typing import TYPE_CHECKING

import click

from cookiewarden.errors import did_you_mean, require
from cookiewarden.tools.commands.exit_codes import ExitCode
from cookiewarden.tools.commands.extras import needs_extra
from cookiewarden.tools.commands.output import json_option

if TYPE_CHECKING:
    from cookiewarden.tools.demo.sites import Portal

#: What the portals need.
_PACKAGES = ("babel", "itsdangerous", "jinja2", "rich", "starlette", "werkzeug")


@click.command(
    short_help="Show which cookies leave five example sites, and why.",
    epilog="\b\nExample:\n  cookiewarden demo --portal eindhoven",
)
@click.option("--portal", "name", metavar="NAME", help="Show one portal in detail, by its name or a part of it.")
@json_option
@click.option("--serve", "is_served", is_flag=True, help="Serve the portals on this machine, until Ctrl+C.")
@click.option("--report-only", is_flag=True, help="With --serve: only report. Block nothing, embed without asking.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="The port; 0 for any free one."
)
def command(name: str | None, as_json: bool, is_served: bool, report_only: bool, port: int) -> None:
    """Wrap a small open-data portal, and show which cookies leave it, for whom, and why.

    Five visitors open each of five portals: one without a choice, one who refused all, one who accepts
    statistics, one who accepts all, and one who forged a choice. Each portal is wrapped as a WSGI and as an
    ASGI app. Exits with 1 unless both agree with each other and with the policy.
    """
    if as_json and is_served:
        raise click.UsageError("--json and --serve cannot be combined.")
    if report_only and not is_served:
        raise click.UsageError("--report-only needs --serve.")
    for package in _PACKAGES:  # before the title, which would else stand alone
        require("the demo", package, "demo")
    with needs_extra("the demo", "demo"):
        from cookiewarden.tools.demo.sites import load_portals

        portals = load_portals()
        if name is not None:
            portals = _picked(portals, name)
        if is_served:
            _serve(portals, port, report_only)
        else:
            _show(portals, as_json, is_detailed=name is not None)


def _show(portals: list[Portal], as_json: bool, is_detailed: bool) -> None:
    from cookiewarden.tools.demo.terminal import Terminal

    # The title comes first, because what follows takes a moment.
    terminal = Terminal()
    if is_detailed and not as_json:
        terminal.say(f"{portals[0].published.site.name}, {portals[0].name}", "bold")
    elif not as_json:
        terminal.say("cookiewarden wraps a web app: no cookie leaves it without the visitor's consent.", "bold")

    from cookiewarden.tools.demo.detail import print_detail
    from cookiewarden.tools.demo.exchanges import run_visits
    from cookiewarden.tools.demo.overview import print_overview
    from cookiewarden.tools.demo.report import disagreements, to_json

    visits = run_visits(portals)
    if as_json:
        click.echo(to_json(visits))
    elif is_detailed:
        print_detail(terminal, visits)
    else:
        print_overview(terminal, visits)
    if disagreements(visits):
        sys.exit(ExitCode.VIOLATION)


def _serve(portals: list[Portal], port: int, report_only: bool) -> None:
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
