"""``cookiewarden audit``: what an app or a site really sets, in each state of a visitor, against its policy."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cookiewarden.tools.audit.containment import ended_in_time, output_of_its_own
from cookiewarden.tools.commands.audit_visits import browsed, crawled, visited
from cookiewarden.tools.commands.exit_codes import ExitCode
from cookiewarden.tools.commands.extras import needs_extra
from cookiewarden.tools.commands.output import json_option, json_text, output_options, print_text, write_output
from cookiewarden.tools.commands.policies import check_host_option, policy_for

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cookiewarden.policy.policy import Policy
    from cookiewarden.tools.audit.audit import Audit
    from cookiewarden.tools.audit.observed import Observed, State

_FORMATS = ("table", "json", "sarif", "junit", "html", "wat")
#: Those that say what has changed.
_COMPARABLE = ("table", "json", "html")
#: The format that the name of a file asks for.
_BY_SUFFIX = {".html": "html", ".json": "json", ".sarif": "sarif", ".xml": "junit"}
#: The states of a visitor, as the command line names them.
_STATES = {"no-choice": "no choice", "refused": "refused", "accepted": "accepted", "withdrawn": "withdrawn"}


@click.command(
    short_help="Find what an app or a site really sets, before and after consent.",
    epilog=(
        "\b\nExamples:\n"
        "  cookiewarden audit https://shop.example --policy cookies.toml --format html -o audit.html\n"
        "  cookiewarden audit https://shop.example --policy cookies.toml --browser --evidence pictures\n"
        "  cookiewarden audit shop.wsgi:app --policy cookies.toml --path /cart\n"
        "  cookiewarden audit site.har --policy cookies.toml --state refused\n"
        "\b\nExit codes: 0 in order, 1 violation, 2 a state could not be verified, 3 error."
    ),
)
@click.argument("target")
@click.option(
    "--policy", "source", type=click.Path(exists=True, path_type=Path), help="The policy file, or a folder of them."
)
@click.option("--host", help="The host of the site: it picks the policy of a folder, and an app is asked for it.")
@click.option("--path", "paths", metavar="PATH", multiple=True, help="Open this page of an app, too, such as /cart.")
@click.option(
    "--state",
    "states",
    type=click.Choice(list(_STATES)),
    multiple=True,
    help="Audit only this state. Of a recording: what its visitor had chosen.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    help="By default what the name of -o ends in (.html, .json, .sarif, .xml), or a table. wat: what the policy "
    "declares, to import into the Website Auditing Tool of the EDPB.",
)
@click.option("--browser", "has_browser", is_flag=True, help="Visit a site with an installed Chromium.")
@click.option(
    "--browser-path",
    "program",
    type=click.Path(exists=True, dir_okay=False),
    help="The Chromium to use, by default the one on the PATH.",
)
@click.option("--mobile", "is_mobile", is_flag=True, help="With --browser: visit the site as a phone does.")
@click.option(
    "--evidence",
    metavar="FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
    help="With --browser: write a picture of each state into this folder.",
)
@json_option
@click.option("--strict", "is_strict", is_flag=True, help="Take warnings for violations, too.")
@click.option(
    "--compare",
    "earlier",
    metavar="OLD.json",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Say what has changed since an audit that was written as JSON, in a table, json or html.",
)
@output_options
@ended_in_time()
def command(
    target: str,
    source: Path | None,
    host: str | None,
    paths: tuple[str, ...],
    states: tuple[str, ...],
    form: str | None,
    has_browser: bool,
    program: str | None,
    is_mobile: bool,
    evidence: Path | None,
    as_json: bool,
    is_strict: bool,
    earlier: Path | None,
    output: Path | None,
    force: bool,
) -> None:
    """Find what an app or a site really sets, in each state of a visitor: no choice, refused, accepted, withdrawn.

    TARGET is the address of a site, an app in this environment, or a file. An app is named as in shop.wsgi:app, or as
    in shop:make_app() if that makes it. A file is a HAR file, as browsers export it, the inspection.json of the
    website-evidence-collector, or one of the option learn. Of a site and of an app, the pages are opened once for each
    state, an app without a server. The choice is made on the pages of cookiewarden.

    Without --policy, the policy that the site publishes at /cookies.json counts. --path and --state may be given
    several times. With --browser, Chromium visits the site: scripts run, and the choice is a click on the
    banner, of cookiewarden or of another consent manager that autoconsent knows.
    """
    if (program or evidence or is_mobile) and not has_browser:
        raise click.UsageError("--browser-path, --mobile and --evidence are for an audit with --browser.")
    if as_json and form not in (None, "json"):
        raise click.UsageError(f"--json and --format {form} cannot be combined.")
    form = "json" if as_json else form or _BY_SUFFIX.get("" if output is None else output.suffix.lower(), "table")
    if earlier is not None and form not in _COMPARABLE:
        raise click.UsageError(f"--compare is for the formats {', '.join(_COMPARABLE)}; {form} has no changes.")
    browse = partial(browsed, program=program, evidence=evidence, is_mobile=is_mobile) if has_browser else None
    with output_of_its_own() as own:
        with needs_extra("an audit", "audit"):
            audit = _audit(target, source, host, paths, states, browse, is_strict=is_strict)
            changes = None if earlier is None else _changes(earlier, audit)
            text = None if form == "table" and output is None and own.isatty() else _as_text(audit, form, changes)
        if text is None:
            from cookiewarden.tools.audit.printed import print_audit

            print_audit(audit, changes)
        elif output is None:
            click.echo(text, nl=False, file=own)
        else:
            read = [Path(target), *filter(None, (source, earlier))]
            write_output(text, output, force=force, read=read)
            print_text(f"{audit.observed.target}: {audit.verdict}. {audit.report.summary}", to_stderr=True)
    sys.exit(_exit_code(audit))


def _audit(
    target: str,
    source: Path | None,
    host: str | None,
    paths: Sequence[str],
    states: Sequence[str],
    browse: Callable[[str, Sequence[State]], Observed] | None,
    *,
    is_strict: bool,
) -> Audit:
    from cookiewarden.policy.known_cookies.lookup import known_cookie
    from cookiewarden.tools.audit.audit import audit_of
    from cookiewarden.tools.audit.observed import CHOICES, State
    from cookiewarden.tools.audit.published import policy_of_page
    from cookiewarden.tools.audit.recordings import read_recording
    from cookiewarden.tools.audit.seen_lines import place_of

    chosen = tuple(State(_STATES[state]) for state in states)
    policy: Policy | None = None
    label = ""
    is_file = os.path.isfile(target)  # noqa: PTH113 - Path.is_file raises for names that are too long
    is_url = target.lower().startswith(("http://", "https://"))
    if paths and (is_file or is_url):
        raise click.UsageError("--path is for an app; of a site, the links are followed.")
    if browse and not is_url:
        raise click.UsageError("--browser is for the address of a site, such as https://shop.example.")
    if is_url and host is None:
        host = place_of(target)[0] or None
    if source is not None and (source.is_file() or host is not None or not is_file):
        policy, label = _policy(source, host)
    if is_url:
        sought = chosen or CHOICES
        observed = (browse or crawled)(target, sought)
    elif is_file:
        observed = read_recording(Path(target), chosen)
        if source is not None and policy is None:
            policy, label = _policy(source, next((place_of(page.url)[0] for page in observed.pages), None))
        sought = tuple(observed.states)
    else:
        observed = visited(target, _host_of(policy, host), paths, chosen or CHOICES)
        sought = chosen or CHOICES
    if policy is None and observed.published:
        policy, label = policy_of_page(observed.published), "as the site publishes it"
        label = label if policy is not None else ""
    return audit_of(observed, policy, known_cookie, label=label, sought=sought, is_strict=is_strict)


def _policy(source: Path, host: str | None) -> tuple[Policy, str]:
    policy, file = policy_for(source, host)
    if policy is None:
        raise click.BadParameter(f'no policy of {source} claims "{host}"', param_hint="--host")
    return policy, str(file)


def _host_of(policy: Policy | None, host: str | None) -> str:
    """Return the host for which an app is asked: the one that was given, or the first one of the policy."""
    if host is not None:
        check_host_option(host)
        return host
    hosts = () if policy is None else policy.site.hosts
    return next((one for one in hosts if "*" not in one), "localhost")


def _as_text(audit: Audit, form: str, changes: Sequence[str] | None) -> str:
    from cookiewarden.tools.audit.audit_json import audit_json
    from cookiewarden.tools.audit.audit_page import audit_page
    from cookiewarden.tools.audit.printed import audit_text
    from cookiewarden.tools.reports.junit import junit_text
    from cookiewarden.tools.reports.sarif import sarif_text

    if form == "json":
        return json_text(audit_json(audit, changes))
    if form == "wat":
        return _as_knowledge_base(audit)
    if form in ("sarif", "junit"):
        return {"sarif": sarif_text, "junit": junit_text}[form](audit.report)
    return {"table": audit_text, "html": audit_page}[form](audit, changes)


def _as_knowledge_base(audit: Audit) -> str:
    from cookiewarden.policy.known_cookies.lookup import known_cookie
    from cookiewarden.tools.audit.apps import TargetError
    from cookiewarden.tools.audit.knowledge_base import knowledge_base_text

    if audit.declared is None:
        raise TargetError(f"{audit.observed.target}: no policy was found for --format wat; give one with --policy")
    return knowledge_base_text(audit.declared, known_cookie, audit.observed.began)


def _changes(earlier: Path, audit: Audit) -> Sequence[str]:
    from cookiewarden.tools.audit.compare import changes_since, read_audit

    return changes_since(read_audit(earlier), audit)


def _exit_code(audit: Audit) -> ExitCode:
    from cookiewarden.tools.audit.verdicts import Verdict

    codes = {Verdict.VIOLATION: ExitCode.VIOLATION, Verdict.NOT_VERIFIED: ExitCode.NOT_VERIFIED}
    return codes.get(audit.verdict, ExitCode.IN_ORDER)
