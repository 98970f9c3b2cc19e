"""``cookiewarden schema``: the JSON Schema of the policy file, for editors."""

from __future__ import annotations

import json
from pathlib import Path

import click

from cookiewarden.tools.commands.output import json_option, output_options, write_output


@click.command(
    short_help="Print the JSON Schema of the policy file, for editors.",
    epilog="\b\nExample:\n  cookiewarden schema -o cookies.schema.json",
)
@output_options
@json_option
def command(output: Path | None, force: bool, as_json: bool) -> None:  # noqa: ARG001 - it is JSON in any case
    """Print the JSON Schema (2020-12) of the policy file. Editors complete and explain its keys by it.

    For Even Better TOML and other editors that use taplo, name the schema in the first line of the policy:
    "#:schema ./cookies.schema.json". The path is relative to the policy.
    """
    from cookiewarden.policy.json_schema import policy_schema

    # In ASCII, so that each console can print it.
    text = json.dumps(policy_schema(), indent=2) + "\n"
    if output is None:
        click.echo(text, nl=False)
    else:
        write_output(text, output, force=force)
