"""The documents: their code runs, their commands exist, their links lead somewhere, their tables are complete."""

import importlib.metadata
import importlib.util
import os
import re
import shlex
import subprocess
import sys
import tomllib

import pytest

import documents
from cookiewarden.errors import PolicyError
from cookiewarden.middleware.options import MiddlewareOptions
from cookiewarden.policy.decision import ALLOWING, Reason
from cookiewarden.policy.declaration import Kind
from cookiewarden.policy.lint.rules import LINT, LOADING
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.preset_files import preset_names
from cookiewarden.testing.checks import RULES
from cookiewarden.tools.audit.audit_rules import RULES as RULES_OF_AUDITS
from documents import DOCUMENTS, GUIDES, KEY, README, ROOT
from waiting import SECONDS_TO_WAIT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
# Programs of every machine that the documents may use.
PROGRAMS = {"cd", "curl", "export", "git", "pip", "python", "python3"}
# Programs that the extra "dev" installs.
SCRIPTS = {
    "cookiewarden",
    "django-admin",
    "fastapi",
    "flask",
    "gunicorn",
    "mypy",
    "pserve",
    "pytest",
    "ruff",
    "uvicorn",
    "waitress-serve",
}
GUIDE = ROOT / "examples" / "guides"


def name_of(document):
    return str(document.relative_to(ROOT))


def each(documents):
    return pytest.mark.parametrize("document", documents, ids=name_of)


each_block = pytest.mark.parametrize("block", [one for each in DOCUMENTS for one in documents.blocks_of(each)], ids=str)


@each(DOCUMENTS)
def test_the_code_of_a_document_runs_or_compiles_from_its_first_block_to_its_last(document, tmp_path):
    environment = {**os.environ, "COOKIEWARDEN_SECRET_KEY": KEY, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, documents.__file__, str(document)]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=SECONDS_TO_WAIT
    )
    if done.returncode == documents.MISSING:
        pytest.skip(f"{done.stdout.strip()} is not installed")
    assert done.returncode == 0, done.stderr


@each_block
def test_every_block_is_in_a_language_that_is_checked(block):
    assert block.language in documents.Story().languages


@each(DOCUMENTS)
def test_every_fence_belongs_to_a_block(document):
    text = document.read_text("utf-8")
    assert len(re.findall(r"^\s*```", text, re.MULTILINE)) == 2 * len(documents.blocks_of(document))


# Commands


def packages_of(words):
    """Return the packages that a pip command installs."""
    arguments = iter(words[words.index("install") + 1 :])
    for word in arguments:
        if word in ("-c", "-r"):
            next(arguments)
        elif not word.startswith("-"):
            yield word


def check_command(command):
    """Check that what a command line runs exists, with its options and extras."""
    words = [word for word in shlex.split(command.partition(" >")[0]) if not re.fullmatch(r"[A-Z_]+=.*", word)]
    if not words:
        return
    program, *arguments = words
    program = re.sub(r"^(\.\./)?\.venv/bin/", "", program)
    assert program in PROGRAMS | SCRIPTS, f"{program} is not a known program"
    if program.startswith("python") and arguments[:1] == ["-m"]:
        if arguments[1] in ("pip", "cookiewarden"):
            check_command(shlex.join(arguments[1:]))
        else:
            assert importlib.util.find_spec(arguments[1]) is not None, f"there is no module {arguments[1]}"
    elif program == "pip":
        for package in packages_of(words):
            extras = re.search(r"\[([\w,]+)\]$", package)
            if extras and package.partition("[")[0] in ("cookiewarden", "."):
                assert set(extras[1].split(",")) <= set(PROJECT["optional-dependencies"]), package
    elif program == "cookiewarden":
        check_own_command(arguments)


def check_own_command(arguments):
    import click

    from cookiewarden.cli import commands

    group = commands()
    name, *rest = arguments or ["--help"]
    if name.startswith("-"):
        return
    with click.Context(group) as context:
        command = group.get_command(context, name)
    assert command is not None, f"there is no command {name}"
    options = {option for parameter in command.params for option in parameter.opts}
    unknown = [word for word in rest if word.startswith("-") and word not in options]
    assert unknown == [], f"{name} has no option {unknown}"


COMMANDS = [
    pytest.param(command, id=f"{block}-{number}")
    for document in DOCUMENTS
    for block in documents.blocks_of(document)
    if block.language == "sh"
    for number, command in enumerate(documents.commands_of(block))
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_exists_with_its_options_and_extras(command):
    pytest.importorskip("click")
    check_command(command)


@pytest.mark.parametrize(
    "command",
    [
        "cookiewarden darft x",
        "cookiewarden draft --polcy x",
        "pip install 'cookiewarden[wsig]'",
        "python -m nosuch",
        "nosuch",
    ],
)
def test_a_command_that_does_not_exist_is_found(command):
    pytest.importorskip("click")
    with pytest.raises(AssertionError):
        check_command(command)


def test_the_programs_of_the_documents_are_installed():
    if importlib.util.find_spec("gunicorn") is None:
        pytest.skip('the extra "dev" is not installed')
    installed = {one.name for one in importlib.metadata.entry_points(group="console_scripts")}
    used = {shlex.split(one.values[0])[0].rpartition("/")[2] for one in COMMANDS}
    assert (used & SCRIPTS) - installed == set()


# Links


@each(DOCUMENTS)
def test_every_link_leads_to_a_file_and_every_anchor_to_a_heading(document):
    broken = []
    for link in documents.links_of(document):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        if not target.exists() or (anchor and anchor not in documents.anchors_of(target)):
            broken.append(link)
    assert broken == []


def test_the_readme_leads_to_every_guide_and_every_guide_to_the_readme_and_another():
    linked = {(README.parent / link.partition("#")[0]).resolve() for link in documents.links_of(README)}
    assert set(GUIDES) <= linked
    for guide in GUIDES:
        targets = {(guide.parent / link.partition("#")[0]).resolve() for link in documents.links_of(guide)}
        assert README in targets, guide
        assert targets & set(GUIDES) - {guide}, guide


# Tables


def test_the_table_of_options_has_every_option():
    rows = documents.table_of(GUIDE / "options.md", "All options")
    assert sorted(row[0] for row in rows) == sorted(MiddlewareOptions.__annotations__)


def test_the_default_of_an_option_in_the_table_is_its_default():
    from inspect import signature

    from cookiewarden.middleware.options import check_options

    for name, _, default, _ in documents.table_of(GUIDE / "options.md", "All options"):
        found = signature(check_options).parameters[name].default
        words = {"required": signature(check_options).empty, "none": None}
        shown = words[default] if default in words else eval(default)
        assert shown == found or (not shown and not found), name


def known_keys(section):
    """Return the keys that a table of a policy file takes, as the error for an unknown one lists them."""
    wrong = {"0000": 1}
    tables = {
        "": wrong,
        "site": {"site": {"name": "Exampletown"} | wrong},
        "categories.statistical": {"categories": {"statistical": wrong}},
        "preferences": {"preferences": wrong},
        "signals": {"signals": wrong},
        "statistics": {"statistics": wrong},
        "cookies": {"cookies": [{"name": "a", "category": "necessary", "purpose": "A test"} | wrong]},
    }
    with pytest.raises(PolicyError) as caught:
        Policy.from_mapping({"site": {"name": "Exampletown"}} | tables[section])
    (problem,) = (one for one in caught.value.problems if one.key.endswith("0000"))
    return set(problem.remedy.partition("known here: ")[2].split(", "))


def test_the_table_of_keys_has_every_key_of_a_policy_file():
    keys = {row[0] for row in documents.table_of(GUIDE / "policy-file.md", "All keys")}
    tables = {"site", "categories.statistical", "preferences", "signals", "statistics", "cookies"}
    top = known_keys("") - {table.partition(".")[0] for table in tables}
    assert keys == top | {f"{table}.{key}" for table in tables for key in known_keys(table)}


@pytest.mark.parametrize("row", documents.table_of(GUIDE / "policy-file.md", "All keys"), ids=lambda row: row[0])
def test_the_example_of_a_key_loads(row):
    key, example = row[0], row[3].replace("\\|", "|")
    table, _, name = key.rpartition(".")
    policy = {"extends": "preset:django", "site": {"name": "Exampletown"}}
    cookie = {"name": "_ga", "category": "statistical", "purpose": "Counts visits"}
    value = tomllib.loads(example)
    assert list(value) == [name]
    if table == "cookies":
        policy["cookies"] = [cookie | value]
        if name == "names":
            del policy["cookies"][0]["name"]
        if name in ("device_bound", "reason"):
            policy["cookies"][0]["category"] = "necessary"
        if name == "appearance":
            policy["cookies"][0]["category"] = "first-party"
    elif table.startswith("categories."):
        policy["categories"] = {table.partition(".")[2]: value}
    elif table:
        policy[table] = policy.get(table, {}) | value
    else:
        policy |= value
    Policy.from_mapping(policy)


def test_the_guide_declares_every_kind_of_storage():
    blocks = [block for block in documents.blocks_of(GUIDE / "policy-file.md") if block.language == "toml"]
    rows = [row for block in blocks for row in tomllib.loads(block.text).get("cookies", [])]
    assert {row.get("kind", "cookie") for row in rows} == set(Kind)


def test_the_table_of_presets_has_every_preset():
    rows = documents.table_of(GUIDE / "policy-file.md", "Presets")
    assert sorted(row[0] for row in rows) == preset_names()


def test_the_table_of_extras_has_every_extra_for_users():
    rows = documents.table_of(GUIDE / "options.md", "What to install")
    extras = set(PROJECT["optional-dependencies"]) - {"dev", "pages"}
    assert {row[0] for row in rows} == {f"cookiewarden[{extra}]" for extra in extras}


def test_the_table_of_commands_has_every_command():
    import click

    from cookiewarden.cli import commands

    group = commands()
    with click.Context(group) as context:
        names = group.list_commands(context)
    rows = documents.table_of(GUIDE / "command-line.md", "The command line")
    assert [row[0].split()[1] for row in rows] == names


def test_the_tables_of_codes_have_every_code_that_a_check_a_test_or_an_audit_can_find():
    checked = documents.table_of(GUIDE / "command-line.md", "Check")
    assert [tuple(row) for row in checked] == [(one.code, one.level.value, one.summary) for one in (*LOADING, *LINT)]
    watched = documents.table_of(GUIDE / "testing.md", "What a test fails for")
    assert [row[0] for row in watched] == [rule.code for rule in RULES]
    audited = documents.table_of(GUIDE / "command-line.md", "Audit an app or a site")
    others = [one for one in RULES_OF_AUDITS if one not in RULES]
    assert [tuple(row) for row in audited] == [(one.code, one.level.value, one.summary) for one in others]


def test_the_readme_shows_every_reason_and_what_it_does():
    rows = documents.table_of(README, "How it decides")
    assert {row[2]: row[1] == "passes" for row in rows} == {reason.value: reason in ALLOWING for reason in Reason}
