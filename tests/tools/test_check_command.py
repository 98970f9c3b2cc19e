"""``cookiewarden check``: its formats, options and exit codes, and the policies of the examples."""

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from cookiewarden.errors import OptionError
from cookiewarden.policy.known_cookies import lookup
from demo_runs import run
from well_known import well_known

EXAMPLES = Path(__file__).parents[2] / "examples"
SITE = '[site]\nname = "Town"\noperator = "Town"\n'
IN_ORDER = SITE
WARNED = SITE + '[[cookies]]\nname = "x"\ncategory = "first-party"\npurpose = "Keeps your colours."\n'
NOTED = SITE + "updated = 2020-01-01\n"
WRONG = WARNED.replace("Keeps your colours.", "...")
BROKEN = "[site]\nnam = 1\n"


@pytest.fixture(autouse=True)
def _a_small_table_of_well_known_cookies(monkeypatch):
    monkeypatch.setattr(lookup, "known_cookie", well_known)


@pytest.fixture
def policy(tmp_path, monkeypatch):
    """Return a function that writes a policy into the working directory, and returns its name."""
    monkeypatch.chdir(tmp_path)

    def write(text, name="cookies.toml"):
        Path(name).write_text(text)
        return name

    return write


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        (IN_ORDER, [], 0),
        (NOTED, [], 0),
        (NOTED, ["--strict"], 0),
        (WARNED, [], 0),
        (WARNED, ["--strict"], 1),
        (WARNED, ["--strict", "--ignore", "CW103"], 0),
        (WARNED, ["--strict", "--ignore", "CW104"], 1),
        (WARNED, ["--strict", "--ignore", "CW104", "--ignore", "cw103"], 0),
        (WRONG, [], 1),
        (WRONG, ["--ignore", "CW108"], 0),
        (BROKEN, [], 1),
        (WARNED, ["--profile", "de"], 0),
        (SITE + "[signals]\ngpc = false\n", ["--profile", "us-ca"], 1),
        (SITE + "[signals]\ngpc = false\n", ["--profile", "de"], 0),
        (SITE + "[signals]\ngpc = false\n", ["--profile", "de", "--profile", "us-ca"], 1),
        (SITE + "[signals]\ngpc = false\n", ["--profile", "us-ca", "--ignore", "CW002"], 0),
    ],
)
def test_the_exit_code_says_whether_anything_fails(policy, text, options, code):
    assert run("check", policy(text), *options).exit_code == code


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        # Click words these two messages.
        ([], "FILE"),
        (["gone.toml"], "gone.toml"),
        (["cookies.toml", "--ignore", "CW17"], 'there is no code "CW17"; did you mean CW117?'),
        (["cookies.toml", "--ignore", "\x1b[31m"], "there is no code"),
        (["cookies.toml", "--ignore", "CW001"], "a policy that cannot be loaded cannot be ignored"),
        (["cookies.toml", "--profile", "FR"], 'write "fr"'),
        (["cookies.toml", "--profile", "frr"], "did you mean fr?"),
        (["cookies.toml", "--format", "yaml"], "--format"),
        (["cookies.toml", "--json", "--format", "sarif"], "--json and --format sarif cannot be combined"),
        (["cookies.toml", "-o", "no/such/folder"], "No such file"),
    ],
)
def test_a_wrong_call_is_explained_with_exit_code_3(policy, arguments, message):
    policy(IN_ORDER)
    result = run("check", *arguments)
    assert result.exit_code == 3
    assert message in result.output
    assert "\x1b" not in result.output


def test_the_text_names_the_file_the_place_and_what_to_do(policy):
    assert run("check", policy(WARNED)).output == (
        "cookies.toml\n"
        '  4:1 warning CW103 no-lifetime: cookies[0].lifetime (cookie "x")\n'
        "    missing, but visitors must know how long it is kept if they are to consent\n"
        '    write lifetime = "session", or a number and a unit, as in "13 months"\n'
        "\n"
        "0 errors, 1 warning, 0 notes in 1 file.\n"
    )


def test_several_files_and_folders_are_one_report(policy, tmp_path):
    Path("sites").mkdir()
    policy(WARNED.replace("[[", 'hosts = ["a.example"]\n[[', 1), "sites/a.toml")
    result = run("check", policy(WRONG, "b.toml"), "sites", policy(BROKEN, "a.toml"), "--json")
    files = [finding["file"] for finding in json.loads(result.output)["findings"]]
    assert files == sorted(files)
    assert set(files) == {"a.toml", "b.toml", "sites/a.toml"}


@pytest.mark.parametrize("option", [["--json"], ["--format", "json"], ["--json", "--format", "json"]])
def test_json_is_one_document_and_nothing_else(policy, option):
    result = run("check", policy(WRONG), *option)
    document = json.loads(result.output)
    assert next(iter(document)) == "cookiewarden"
    assert [finding["code"] for finding in document["findings"]] == ["CW103", "CW108"]


def test_sarif_lists_every_rule_that_is_not_ignored(policy):
    result = run("check", policy(IN_ORDER), "--format", "sarif", "--ignore", "CW103")
    (one,) = json.loads(result.output)["runs"]
    codes = [rule["id"] for rule in one["tool"]["driver"]["rules"]]
    assert codes[:4] == ["CW001", "CW002", "CW101", "CW102"]
    assert "CW103" not in codes


def test_junit_has_a_test_for_each_file(policy):
    result = run("check", policy(IN_ORDER), policy(WRONG, "b.toml"), "--format", "junit")
    root = ElementTree.fromstring(result.output)
    assert [(suite.get("name"), suite.get("failures")) for suite in root] == [("b.toml", "1"), ("cookies.toml", "0")]


@pytest.mark.parametrize("form", ["text", "json", "sarif", "junit"])
def test_a_report_is_written_to_a_file_and_summed_up(policy, form):
    printed = run("check", policy(WRONG), "--format", form).output
    result = run("check", policy(WRONG), "--format", form, "-o", "report")
    assert (result.exit_code, result.output) == (1, "1 error, 1 warning, 0 notes in 1 file.\n")
    assert Path("report").read_text() == printed
    assert run("check", policy(IN_ORDER), "-o", "report").exit_code == 3
    assert run("check", policy(IN_ORDER), "-o", "report", "--force").exit_code == 0


@pytest.mark.parametrize(
    ("name", "form"), [("a.json", "json"), ("a.SARIF", "sarif"), ("a.xml", "junit"), ("a.txt", "text")]
)
def test_the_name_of_the_file_says_the_format(policy, name, form):
    run("check", policy(WRONG), "-o", name)
    assert Path(name).read_text() == run("check", "cookies.toml", "--format", form).output


# What cannot start


def test_a_language_without_a_catalog_is_an_error_as_it_is_when_an_app_starts(policy):
    result = run("check", policy(SITE + 'languages = ["en", "eo"]\n'))
    assert result.exit_code == 1
    assert '4:1 error CW001 not-loaded: site.languages\n    there is no catalog for "eo"\n' in result.output


def test_a_catalog_of_the_sites_templates_serves_its_language(policy):
    Path("templates").mkdir()
    Path("templates/eo.po").write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n')
    assert run("check", policy(SITE + 'languages = ["eo"]\n'), "--templates", "templates").exit_code == 0


def test_a_wrong_catalog_of_the_templates_is_named(policy):
    Path("templates").mkdir()
    Path("templates/e o.po").write_text("")
    result = run("check", policy(SITE + 'languages = ["eo"]\n'), "--templates", "templates")
    assert isinstance(result.exception, OptionError)
    assert '"e o" is not a language' in str(result.exception)


# Hostile policies


@pytest.mark.parametrize("form", ["text", "json", "sarif", "junit"])
@pytest.mark.parametrize(
    "text",
    [
        b"\xff\xfe\x00",
        b"x = " + b"[" * 20_000,
        b'extends = "\x1b[31m.toml"',
        b'[site]\nname = "\\u202e"\n[[cookies]]\nname = "\\u001b[31m*"\n',
        '[site]\nname = "T"\n[[cookies]]\nname = "\u202e*"\ncategory = "third-party"\npurpose = "\\u0000"\n'.encode(),
        b"cookies = 5\n",
        b'rename = {a = ["b"]}\n',
        b'extends = ["cookies.toml"]\n',
    ],
)
def test_a_hostile_policy_gives_findings_and_no_control_characters(policy, text, form):
    Path(policy("")).write_bytes(text)
    result = run("check", "cookies.toml", "--format", form, "--profile", "fr", "--strict")
    assert result.exit_code == 1
    assert all(character.isprintable() or character == "\n" for character in result.output)


def test_a_base_that_no_system_can_name_is_survived(policy):
    policy('{"extends": "\\ud800.toml", "site": {"name": "T"}}', "a.json")
    for form in ("text", "json", "sarif", "junit"):
        assert run("check", "a.json", "--format", form).exit_code == 1


# The examples


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*/cookies.toml")), ids=lambda path: path.parent.name)
def test_the_policy_of_an_example_has_neither_errors_nor_warnings(path):
    result = run("check", str(path), "--strict", "--json")
    assert result.exit_code == 0, result.output


def test_the_published_policies_have_neither_errors_nor_warnings():
    assert run("check", str(EXAMPLES / "policies"), "--strict").exit_code == 0
    assert run("check", *map(str, sorted((EXAMPLES / "policies").glob("*.toml"))), "--strict").exit_code == 0
