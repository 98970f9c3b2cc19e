"""``cookiewarden render``: the cookie policy page as a file, for a site that this package does not serve."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cookiewarden.tools.commands import completion
from cookiewarden.tools.commands.completion import completing
from cookiewarden.tools.commands.extras import needs_extra
from cookiewarden.tools.commands.output import NewPath, print_text, write_output
from cookiewarden.tools.commands.policies import known_hosts, policy_for

if TYPE_CHECKING:
    from cookiewarden.policy.policy import Policy

#: By the ending of a file's name.
_FORMATS = {".html": "html", ".htm": "html", ".md": "md", ".markdown": "md", ".json": "json", ".pdf": "pdf"}


@click.command(
    short_help="Write the cookie policy page as a file.",
    epilog="\b\nExamples:\n"
    "  cookiewarden render cookies.toml --lang fr -o cookies.fr.html\n"
    "  cookiewarden render cookies.toml -o cookies.pdf\n"
    "  cookiewarden render cookies.toml --all-languages -o public/cookies",
)
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--format",
    "suffix",
    type=click.Choice(["html", "md", "json", "pdf"]),
    help="By default what the name of -o ends in; html without -o.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option(
    "--lang",
    metavar="LANG",
    shell_complete=completing(completion.languages),
    help="The language, such as fr; by default that of the policy.",
)
@click.option("--all-languages", is_flag=True, help="Write one file for each language, into the folder of -o.")
@click.option("--host", help="If FILE is a folder, the host that picks the policy.")
@click.option("-o", "--output", type=NewPath(dir_okay=True), help="Write to this new file instead of printing.")
@click.option("--force", is_flag=True, help="Replace what -o names if it exists.")
def command(
    file: Path,
    suffix: str | None,
    as_json: bool,
    lang: str | None,
    all_languages: bool,
    host: str | None,
    output: Path | None,
    force: bool,
) -> None:
    """Write the cookie policy page of the policy in FILE.

    It is the page that the middleware serves, without what works only there: the visitor's choice, and the links to
    other pages. The HTML is one document with its styles in it. Equal policies give equal files.
    """
    suffix = _suffix(suffix, as_json, None if all_languages else output)
    if all_languages and (output is None or lang is not None):
        raise click.UsageError("--all-languages needs -o FOLDER, and no --lang.")
    if suffix == "pdf" and output is None and sys.stdout.isatty():
        raise click.UsageError("a PDF is nothing to print; write it to a file, as in -o cookies.pdf")
    policy = _policy(file, host)
    with needs_extra("the policy page", "pages"):
        from cookiewarden.pages.policy_file import PolicyFiles
    files = PolicyFiles()
    files.offered.check([policy])
    if all_languages and output is not None:
        _make_folder(output)
        for tag in files.offered.tags(policy):
            write_output(files.make(policy, suffix, tag), output / f"cookies.{tag}.{suffix}", force=force, read=[file])
        return
    spoken = files.offered.default(policy) if lang is None else files.offered.spoken(policy, lang)
    if spoken is None:
        message = f'the page is not offered in "{lang}"; it is in {", ".join(files.offered.tags(policy))}'
        raise click.BadParameter(message, param_hint="--lang")
    data = files.make(policy, suffix, spoken)
    if output is not None:
        write_output(data, output, force=force, read=[file])
    elif sys.stdout.isatty():
        print_text(data.decode().removesuffix("\n"))
    else:
        sys.stdout.buffer.write(data)


def _suffix(given: str | None, as_json: bool, output: Path | None) -> str:
    if as_json:
        if given not in (None, "json"):
            raise click.UsageError(f"--json and --format {given} cannot be combined.")
        return "json"
    if given is not None or output is None:
        return given or "html"
    named = _FORMATS.get(output.suffix.lower())
    if named is None:
        message = f'"{output.name}" must end in .html, .md, .json or .pdf, or --format must say the format'
        raise click.BadParameter(message, param_hint="-o")
    return named


def _policy(file: Path, host: str | None) -> Policy:
    policy, _ = policy_for(file, host)
    if policy is None:
        raise click.BadParameter(f'no policy claims "{host}"; {known_hosts(file)}', param_hint="--host")
    return policy


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.ClickException(f"{folder}: {os.strerror(error.errno or 0)}") from None
