"""``cookiewarden init``: a first policy file, with comments, for the project at hand."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from cookiewarden.errors import PolicyError
from cookiewarden.tools.commands import completion
from cookiewarden.tools.commands.completion import completing
from cookiewarden.tools.commands.facts import ask_for, names_of_presets, value_of
from cookiewarden.tools.commands.output import json_option, print_json, print_text, write_output

if TYPE_CHECKING:
    from cookiewarden.tools.first_policy import FirstFacts
    from cookiewarden.tools.project_at_hand import Project

_SCHEMA = "cookies.schema.json"


@click.command(
    short_help="Write a first policy file, with comments.",
    epilog=(
        "\b\nExamples:\n"
        "  cookiewarden init\n"
        '  cookiewarden init --name Exampletown --host data.example.org --operator "Town of Exampletown" --yes'
    ),
)
@click.argument("file", default="cookies.toml", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--name", callback=value_of("name"), help="The name of the site, as visitors know it.")
@click.option("--host", "hosts", multiple=True, callback=value_of("hosts"), help="A host of the site; may be repeated.")
@click.option("--operator", callback=value_of("operator"), help="Who runs the site.")
@click.option("--contact", callback=value_of("contact"), help="Where visitors send their questions.")
@click.option(
    "--language",
    "languages",
    multiple=True,
    callback=value_of("languages"),
    shell_complete=completing(completion.languages),
    help="A language of the site, the default one first; may be repeated.",
)
@click.option(
    "--preset",
    "presets",
    multiple=True,
    callback=names_of_presets,
    shell_complete=completing(completion.presets),
    help="A preset to extend beside those recognised, such as cloudflare; may be repeated.",
)
@click.option("--yes", is_flag=True, help="Ask no questions: mark in comments what to fill in.")
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@json_option
def command(
    file: Path,
    name: str | None,
    hosts: tuple[str, ...],
    operator: str | None,
    contact: str | None,
    languages: tuple[str, ...],
    presets: tuple[str, ...],
    yes: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Write a first policy to FILE, cookies.toml by default, with comments that say what to fill in.

    It recognises the framework of the project at hand, in the folder of FILE or in the working folder, and extends
    its presets. On a terminal, it asks for what no option says. Elsewhere, it marks in comments what to fill in.
    """
    from cookiewarden.tools.first_policy import FirstFacts, first_policy

    if file.suffix != ".toml":
        raise click.BadParameter("the policy is written in TOML, so its name must end in .toml", param_hint="FILE")
    if os.path.lexists(file) and not force:
        raise click.ClickException(f"{file}: exists already; choose another name, or add --force")
    project = _project(file)
    facts = FirstFacts(
        name=name or project.name or _name_of(file.absolute().parent),
        day=date.today(),
        is_named=bool(name),
        hosts=tuple(hosts),
        operator=operator or "",
        contact=contact or "",
        languages=tuple(languages),
        presets=tuple(dict.fromkeys((*project.presets, *presets))),
        schema=_schema_beside(file),
    )
    if not (yes or as_json) and _is_terminal():
        _print_recognised(project)
        facts = ask_for(facts)
    elif not as_json:
        _print_recognised(project)
    text = first_policy(facts)
    _check(text)
    write_output(text, file, force=force)
    if as_json:
        print_json(_document(file, facts, project, text))
    else:
        _print_next_steps(file, facts, project)


def _project(file: Path) -> Project:
    """Return the project in the folder of the file, or in the working folder if nothing is recognised there."""
    from cookiewarden.tools.project_at_hand import project_in

    found = project_in(file.absolute().parent)
    return found if found.recognised else project_in(Path.cwd())


def _name_of(folder: Path) -> str:
    from cookiewarden.policy.site import UNNAMED

    return folder.name if folder.name.isprintable() and folder.name.strip() else UNNAMED


def _schema_beside(file: Path) -> str:
    """Return the path of our JSON Schema if it stands beside the file; a path that leads nowhere helps nobody."""
    from cookiewarden.policy.json_schema import SCHEMA_ID

    schema = file.parent / _SCHEMA
    try:
        if not schema.is_file():  # a pipe would wait for ever
            return ""
        with schema.open("rb") as opened:
            is_ours = f'"{SCHEMA_ID}"'.encode() in opened.read(1000)
    except OSError:
        return ""
    return f"./{_SCHEMA}" if is_ours else ""


def _is_terminal() -> bool:
    """Return whether somebody can answer questions."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _check(text: str) -> None:
    """Raise unless the policy loads: two answers, each right, may contradict each other."""
    import tomllib

    from cookiewarden.policy.policy import Policy

    try:
        Policy.from_mapping(tomllib.loads(text))
    except PolicyError as error:
        problem = error.problems[0]
        raise click.ClickException(f"{problem.key}: {problem.message}; {problem.remedy}") from None


def _print_recognised(project: Project) -> None:
    for one in project.recognised:
        what = f", so the policy extends {one.part.preset}" if one.part.preset else ", which sets no cookie on its own"
        print_text(f"Recognised {one.part.name} in {one.file}{what}.")
    for file in project.passed_over:
        print_text(f"Passed over {file}.", to_stderr=True)
    if not project.recognised:
        print_text("No framework was recognised here: name its preset under extends.")


def _print_next_steps(file: Path, facts: FirstFacts, project: Project) -> None:
    from cookiewarden.tools.first_steps import how_to_show, how_to_wrap

    place, code = how_to_wrap(project.framework, str(file))
    banner, link = how_to_show(project.framework)
    left = f" Fill in {', '.join(facts.to_fill_in)} there." if facts.to_fill_in else ""
    print_text(
        f"Wrote {file}.{left}\n\nNext:\n  1. cookiewarden check {quote(str(file))}\n  2. Wrap the app, in {place}:\n"
    )
    print_text("\n".join(f"     {line}".rstrip() for line in code.split("\n")))
    print_text("\n  3. Show the banner before </body>, and the link to the preferences in the footer:\n")
    print_text(f"     {banner}\n     {link}")


def _document(file: Path, facts: FirstFacts, project: Project, text: str) -> dict[str, Any]:
    from cookiewarden.tools.first_steps import how_to_show, how_to_wrap

    place, code = how_to_wrap(project.framework, str(file))
    banner, link = how_to_show(project.framework)
    return {
        "file": str(file),
        "text": text,
        "extends": [*facts.presets],
        "recognised": [
            {"name": one.part.name, "preset": one.part.preset, "file": one.file} for one in project.recognised
        ],
        "passed_over": [*project.passed_over],
        "to_fill_in": [*facts.to_fill_in],
        "wrap": {"place": place, "code": code},
        "show": {"banner": banner, "preferences_link": link},
    }
