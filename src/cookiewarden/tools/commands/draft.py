"""``cookiewarden draft``: a policy file, or its continuation, from what the option ``learn`` wrote."""

from __future__ import annotations

import os
from pathlib import Path

import click

from cookiewarden.tools.commands.output import json_option, output_options, print_json, write_output


@click.command(
    short_help="Write a draft of a policy file from the cookies that an app sets.",
    epilog="\b\nExample:\n  cookiewarden draft learned.jsonl --policy cookies.toml >> cookies.toml",
)
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
@click.option("--site", metavar="ID", help="The site to draft, if several were learned.")
@click.option(
    "--policy", metavar="FILE", type=click.Path(exists=True), help="Draft only what this policy does not declare."
)
@json_option
@output_options
def command(
    files: tuple[str, ...], site: str | None, policy: str | None, as_json: bool, output: Path | None, force: bool
) -> None:
    """Write a draft of a policy file from FILES, the files that the option learn of the middleware wrote.

    Each category is a suggestion, with its reason in a comment. A suggestion is never "necessary", because only
    you can judge that.
    """
    text, unread = _drafted(files, site, policy)
    if unread:
        click.echo(f"Skipped {unread} line{'' if unread == 1 else 's'} that could not be read.", err=True)
    if output is not None and text:
        write_output(text, output, force=force, read=map(Path, [*files, *([] if policy is None else [policy])]))
    if as_json:
        print_json({"draft": text, "unread_lines": unread, "file": None if output is None or not text else str(output)})
    elif not text:
        click.echo("Nothing new: the policy declares all that was learned.", err=True)
    elif output is None:
        if policy is not None and not _may_be_appended(text, Path(policy)):
            remedy = "write the policy in TOML, with its cookies as [[cookies]], or draft to a new file with -o"
            raise click.ClickException(f"{policy}: no draft can be appended to this file; {remedy}")
        click.echo(text if policy is None else f"\n{text}", nl=False)  # for what stands before it in the file


def _drafted(files: tuple[str, ...], site: str | None, policy: str | None) -> tuple[str, int]:
    """Return the draft, and how many lines of the files could not be read."""
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
