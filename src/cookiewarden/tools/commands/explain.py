"""``cookiewarden explain``: what becomes of one Set-Cookie line under a policy, and why."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cookiewarden.tools.commands import completion
from cookiewarden.tools.commands.completion import completing
from cookiewarden.tools.commands.exit_codes import ExitCode
from cookiewarden.tools.commands.output import json_option, print_json
from cookiewarden.tools.commands.policies import check_host_option, policy_for

if TYPE_CHECKING:
    from cookiewarden.policy.policy import Policy
    from cookiewarden.tools.explaining.nearby import Places

# Servers refuse longer headers.
_MAX_BYTES = 64 * 1024
_FIELD_NAME = re.compile(rb"[ \t]*set-cookie[ \t]*:[ \t]*", re.IGNORECASE)
_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


@click.command(
    short_help="Explain what becomes of one Set-Cookie line, and why.",
    epilog="\b\nExamples:\n"
    '  cookiewarden explain cookies.toml "_ga=GA1.2.3; Path=/; Max-Age=63072000" --consent statistical\n'
    '  cookiewarden explain policies "sid=1; Secure" --host data.example.org --header "Sec-GPC: 1" --json',
)
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.argument("line", metavar="LINE")
@click.option("--host", help="The host of the request. If FILE is a folder, it picks the policy.")
@click.option(
    "--scheme",
    type=click.Choice(["http", "https"]),
    default="https",
    show_default=True,
    help="The scheme of the request.",
)
@click.option("--path", default="/", show_default=True, help="The path of the request.")
@click.option(
    "--consent",
    multiple=True,
    metavar="CHOICE",
    shell_complete=completing(completion.choices),
    help="What the visitor granted: categories, with commas, all others being refused; or all, none, undecided.",
)
@click.option("--undecided", is_flag=True, help="The visitor has not chosen; this is the default.")
@click.option(
    "--header", "headers", multiple=True, metavar="NAME:VALUE", help="A header of the request, such as 'Sec-GPC: 1'."
)
@click.option(
    "--profile",
    metavar="NAME",
    shell_complete=completing(completion.profiles),
    help="The one of the site's profiles whose rules count; else the first.",
)
@json_option
def command(
    file: Path,
    line: str,
    host: str | None,
    scheme: str,
    path: str,
    consent: tuple[str, ...],
    undecided: bool,
    headers: tuple[str, ...],
    profile: str | None,
    as_json: bool,
) -> None:
    """Explain what becomes of LINE, a Set-Cookie header, under the policy in FILE.

    Says how browsers read the line, which declaration covers it or nearly does, how the decision falls, what the
    middleware does with the line, and what to do about it. A LINE of - is read from the standard input. The choice
    of the visitor is that of --consent: a preferences cookie in a header is not checked.

    Exits with 0 if the line may leave, and with 1 if it is blocked, or would be but for report_only.
    """
    from cookiewarden.tools.explaining.circumstances import Circumstances, consent_from
    from cookiewarden.tools.explaining.explanation import explain

    if consent and undecided:
        raise click.UsageError("--consent and --undecided cannot be combined.")
    try:
        choice = consent_from(consent)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--consent") from None
    if host is not None:
        check_host_option(host)
    if not path.startswith("/"):
        raise click.BadParameter("must begin with /", param_hint="--path")
    fields = tuple(map(_header, headers))
    policy, places, host = _policy(file, _host(host, fields), profile)
    now = _now()
    circumstances = Circumstances(host, scheme, path, choice, fields, now)
    explanation = explain(policy, _bytes_of(line), circumstances, places)
    if as_json:
        print_json(explanation.document())
    else:
        from cookiewarden.tools.explaining.printed import print_explanation

        print_explanation(explanation)
    if not explanation.may_leave:
        sys.exit(ExitCode.VIOLATION)


def _now() -> float:
    import time

    return time.time()


def _bytes_of(line: str) -> bytes:
    """Return the header's value, from the argument or from the standard input."""
    data = os.fsencode(line)
    if line == "-":
        data = sys.stdin.buffer.read(_MAX_BYTES + 1)
        if len(data) > _MAX_BYTES:
            raise click.UsageError(f"the standard input is longer than {_MAX_BYTES} bytes; give one header.")
        data = data.removesuffix(b"\n").removesuffix(b"\r")
        if not data:
            raise click.UsageError("the standard input is empty; give one Set-Cookie header.")
        if len([one for one in data.split(b"\n") if _FIELD_NAME.match(one)]) > 1:
            raise click.UsageError("the standard input has several Set-Cookie headers; explain one at a time.")
    match = _FIELD_NAME.match(data)
    return data[match.end() :] if match else data


def _header(text: str) -> tuple[bytes, bytes]:
    name, colon, value = os.fsencode(text).partition(b":")
    name = name.strip(b" \t")
    if not colon or not _TOKEN.fullmatch(name) or b"\n" in value or b"\r" in value:
        raise click.BadParameter(f"{text!r} is not a header; write it as 'Sec-GPC: 1'", param_hint="--header")
    return name.lower(), value.strip(b" \t")


def _host(given: str | None, headers: tuple[tuple[bytes, bytes], ...]) -> str | None:
    """Return the host of the request, from the option or from a Host header."""
    from cookiewarden.http.hosts import normalize_host

    named = [os.fsdecode(value) for name, value in headers if name == b"host"]
    hosts = [*([] if given is None else [given]), *named]
    if len({normalize_host(host) for host in hosts}) > 1:
        raise click.UsageError("--host and the Host header differ; give one of them.")
    return hosts[0] if hosts else None


def _policy(file: Path, host: str | None, profile: str | None) -> tuple[Policy | None, Places, str]:
    """Return the policy that speaks for the host, where its declarations stand, and the host."""
    from cookiewarden.policy.file import places_of

    policy, path = policy_for(file, host)
    if policy is None:
        return None, {}, host or ""
    if profile is not None:
        try:
            policy = policy.under(profile)
        except ValueError:
            remedy = f"it lists {', '.join(policy.site.profile)}" if policy.site.profile else "it lists none"
            message = f'"{profile}" is not among the profiles of {policy.label}; {remedy}'
            raise click.BadParameter(message, param_hint="--profile") from None
    known = next((one for one in policy.site.hosts if "*" not in one), "")
    return policy, places_of(path), known if host is None else host
