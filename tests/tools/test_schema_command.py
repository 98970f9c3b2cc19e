"""The command ``schema``: what it prints is the JSON Schema of the policy file."""

import json

from cookiewarden.policy.json_schema import policy_schema
from demo_runs import run


def test_the_schema_is_printed_as_one_json_document_in_ascii():
    result = run("schema")
    assert result.exit_code == 0
    assert result.stdout.isascii()
    assert json.loads(result.stdout) == policy_schema()


def test_the_schema_goes_into_a_new_file_and_replaces_none_without_force(tmp_path):
    file = tmp_path / "cookies.schema.json"
    assert run("schema", "-o", str(file)).exit_code == 0
    assert json.loads(file.read_text("utf-8")) == policy_schema()
    file.write_text("mine")
    assert run("schema", "-o", str(file)).exit_code == 3
    assert file.read_text() == "mine"
    assert run("schema", "-o", str(file), "--force").exit_code == 0
    assert json.loads(file.read_text("utf-8")) == policy_schema()
