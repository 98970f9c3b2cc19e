"""``cookiewarden check``: whether policy files can be loaded, and what looks wrong with them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cookiewarden.errors import did_you_mean
from cookiewarden.tools.commands import completion
from cookiewarden.tools.commands.completion import completing
from cookiewarden.tools.commands.exit_codes import ExitCode
from cookiewarden.tools.commands.output import json_option, json_text, output_options, print_text, write_output

if TYPE_CHECKING:
    from cookiewarden.tools.reports.report import Report

#: The format that the name of a file asks for.
_BY_SUFFIX = {".json": "json", ".sarif": "sarif", ".xml": "junit"}


@click.command(
    short_help="Validate policy files, and say what looks wrong with them.",
    epilog=(
        "\b\nExamples:\n"
        "  cookiewarden check cookies.toml --strict --ignore CW107\n"
        "  cookiewarden check policies/ --profile fr --format sarif -o cookies.sarif"
    ),
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "junit"]),
    help="By default what the name of -o ends in (.json, .sarif, .xml), or text.",
)
@json_option
@click.option(
    "--profile",
    "profiles",
    metavar="NAME",
    multiple=True,
    shell_complete=completing(completion.profiles),
    help="Check as if each site named this profile.",
)
@click.option("--strict", "is_strict", is_flag=True, help="Fail if there are warnings, too.")
@click.option(
    "--ignore",
    "ignored",
    metavar="CODE",
    multiple=True,
    shell_complete=completing(completion.codes),
    help="Leave out the findings with this code.",
)
@click.option(
    "--templates",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of the option templates, if its catalogs add languages.",
)
@output_options
def command(
    files: tuple[Path, ...],
    form: str | None,
    as_json: bool,
    profiles: tuple[str, ...],
    is_strict: bool,
    ignored: tuple[str, ...],
    templates: Path | None,
    output: Path | None,
    force: bool,
) -> None:
    """Validate policy files, and say what looks wrong with them.

    FILE is a policy file, or a folder with one for each site. A file that others extend is checked with those. Each
    finding has a code, a place and a remedy. Exits with 1 if there is an error, and, with --strict, a warning.

    --profile and --ignore may be given several times.
    """
    if as_json and form not in (None, "json"):
        raise click.UsageError(f"--json and --format {form} cannot be combined.")
    form = "json" if as_json else form or _BY_SUFFIX.get("" if output is None else output.suffix.lower(), "text")
    report = _report(files, _known_profiles(profiles), _known_codes(ignored), templates, is_strict=is_strict)
    if output is not None:
        write_output(_as_text(report, form), output, force=force, read=map(Path, report.subjects))
        print_text(report.summary, to_stderr=True)
    elif form == "text":
        from cookiewarden.tools.reports.findings_text import print_findings

        print_findings(report)
    else:
        click.echo(_as_text(report, form), nl=False)
    if report.is_failed:
        sys.exit(ExitCode.VIOLATION)


def _report(
    files: Sequence[Path], profiles: Sequence[str], ignored: frozenset[str], templates: Path | None, *, is_strict: bool
) -> Report:
    from datetime import date

    from cookiewarden.policy.checking import check_files
    from cookiewarden.policy.known_cookies.lookup import known_cookie
    from cookiewarden.policy.lint.rules import LINT, LOADING
    from cookiewarden.tools.commands.catalogs import Catalogs
    from cookiewarden.tools.reports.report import Report

    checked = check_files(files, date.today(), profiles, known_cookie, ignored, Catalogs(templates).lacks_of)
    rules = tuple(rule for rule in (*LOADING, *LINT) if rule.code not in ignored)
    return Report(checked.findings, checked.files, rules, is_strict)


def _as_text(report: Report, form: str) -> str:
    from cookiewarden.tools.reports.findings_json import findings_json
    from cookiewarden.tools.reports.findings_text import findings_text
    from cookiewarden.tools.reports.junit import junit_text
    from cookiewarden.tools.reports.sarif import sarif_text

    if form == "json":
        return json_text(findings_json(report))
    return {"text": findings_text, "junit": junit_text, "sarif": sarif_text}[form](report)


def _known_profiles(names: Sequence[str]) -> Sequence[str]:
    if not names:
        return ()
    from cookiewarden.policy.profiles import profile_names
    from cookiewarden.policy.values import WrongValueError

    try:
        return profile_names(tuple(dict.fromkeys(names)))
    except WrongValueError as wrong:
        raise click.BadParameter(f"{wrong.message}; {wrong.remedy}", param_hint="--profile") from None


def _known_codes(words: Sequence[str]) -> frozenset[str]:
    """Return the codes to leave out. A policy that cannot be loaded is never in order, so that is none of them."""
    if not words:
        return frozenset()
    from cookiewarden.policy.lint.rules import LINT, NOT_LOADED, PROFILE_ASKS

    codes = {word.upper(): word for word in words}
    known = [rule.code for rule in (PROFILE_ASKS, *LINT)]
    for code, word in codes.items():
        if code == NOT_LOADED.code:
            message = "a policy that cannot be loaded cannot be ignored; leave out its file"
            raise click.BadParameter(f'"{word}": {message}', param_hint="--ignore")
        if code not in known:
            raise click.BadParameter(f'there is no code "{word}"; {did_you_mean(code, known)}', param_hint="--ignore")
    return frozenset(codes)
