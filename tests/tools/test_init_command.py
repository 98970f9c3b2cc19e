"""The command ``init``: the policy file that it writes, what it asks, and what it says."""

import ast
import importlib
import json
import os
import re
import tomllib
from datetime import date

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden import Policy
from cookiewarden.cli import commands
from cookiewarden.policy.json_schema import policy_schema
from cookiewarden.tools.commands import init
from cookiewarden.tools.first_policy import FirstFacts, first_policy
from cookiewarden.tools.first_steps import _STEPS, how_to_show, how_to_wrap
from cookiewarden.tools.project_parts import PARTS
from hypothesis_profiles import examples

FLAGS = (
    "--name", "Cité d'Exemple", "--host", "data.example.org", "--host", "*.example.org", "--operator", 'The "Town"',
    "--contact", "privacy@example.org", "--language", "fr", "--language", "EN", "--preset", "cloudflare",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments, answers=None):
    return CliRunner().invoke(commands(), ["init", *arguments], input=answers)


@pytest.fixture
def at_a_terminal(monkeypatch):
    monkeypatch.setattr(init, "_is_terminal", lambda: True)


def test_the_flags_become_a_policy_that_loads_at_once(folder):
    result = run(*FLAGS)
    assert result.exit_code == 0, result.output
    policy = Policy.load("cookies.toml")
    site = policy.site
    assert (str(site.name), site.id, site.hosts) == (
        "Cité d'Exemple",
        "data.example.org",
        ("data.example.org", "*.example.org"),
    )
    assert (str(site.operator), str(site.contact)) == ('The "Town"', "privacy@example.org")
    assert (site.language, site.languages) == ("fr", ("fr", "en"))
    assert site.updated == date.today()
    assert policy.decide("__cflb=1").allowed
    assert "FILL IN:" not in (folder / "cookies.toml").read_text("utf-8")
    assert "Fill in" not in result.stdout


def test_without_a_terminal_nothing_is_asked_and_what_to_fill_in_is_marked(folder):
    result = run(answers="")
    assert result.exit_code == 0, result.output
    text = (folder / "cookies.toml").read_text("utf-8")
    assert text.count("# FILL IN: ") == 6
    assert str(Policy.load("cookies.toml").site.name) == folder.name
    assert "Wrote cookies.toml. Fill in name, hosts, operator, contact, languages there." in result.stdout
    assert "No framework was recognised here" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "key", "says"),
    [
        (["--host", "data.example.org"], "id", "Change it only before the site goes live, or every choice is lost."),
        (["--name", "Town"], "id", "Change it only before the site goes live, or every choice is lost."),
        ([], "# hosts", "Fill it in before the site goes live: on a live site, every choice is lost."),
    ],
)
def test_the_comment_above_what_choices_are_bound_to_says_when_to_change_it(folder, arguments, key, says):
    assert run("--yes", *arguments).exit_code == 0
    above = (folder / "cookies.toml").read_text("utf-8").partition(f"\n{key} = ")[0].replace("\n# ", " ")
    assert above.endswith(says)


def test_every_line_to_fill_in_loads_when_it_is_uncommented(folder):
    run()
    assert ", pyramid, quart, starlette," in (folder / "cookies.toml").read_text("utf-8").replace("\n# ", " ")
    text = re.sub(r"^# (?=\w+ = |\[\[)", "", (folder / "cookies.toml").read_text("utf-8"), flags=re.MULTILINE)
    policy = Policy.from_mapping(tomllib.loads(text))
    assert policy.decide("_ga_X=1", consent={"statistical"}).allowed
    assert str(policy.site.operator) == "Town of Exampletown"


def test_the_presets_of_the_project_are_extended_and_their_files_are_named(folder):
    (folder / "pyproject.toml").write_text('[project]\nname = "town"\ndependencies = ["Django"]')
    (folder / "requirements.txt").write_text("falcon")
    (folder / "setup.cfg").write_text("no section")
    result = run("--preset", "preset:django", "--preset", "aws")
    assert "Recognised Django in pyproject.toml, so the policy extends preset:django." in result.stdout
    assert "Recognised Falcon in requirements.txt, which sets no cookie on its own." in result.stdout
    assert "Passed over setup.cfg: is not in its format." in result.stderr
    assert tomllib.loads((folder / "cookies.toml").read_text())["extends"] == ["preset:django", "preset:aws"]
    assert str(Policy.load("cookies.toml").site.name) == "town"
    assert 'COOKIEWARDEN = {"policy": BASE_DIR / "cookies.toml"}' in result.stdout


def test_a_project_beside_the_file_counts_before_that_of_the_working_folder(folder):
    (folder / "requirements.txt").write_text("flask")
    (folder / "site").mkdir()
    assert "Recognised Flask in requirements.txt" in run("site/one.toml").stdout
    (folder / "site" / "requirements.txt").write_text("quart")
    assert "Recognised Quart in requirements.txt" in run("site/two.toml").stdout


def test_the_questions_are_answered_one_by_one_and_a_wrong_answer_is_asked_again(folder, at_a_terminal):
    answers = [
        "Exampletown",
        "https://a.org/",
        "a.org, b.org",
        "Town",
        "",
        "english",
        "en fr",
        "cloudfare",
        "nginx aws",
    ]
    result = run(answers="\n".join(answers) + "\n")
    assert result.exit_code == 0, result.output
    policy = Policy.load("cookies.toml")
    assert (str(policy.site.name), policy.site.hosts, str(policy.site.operator)) == (
        "Exampletown",
        ("a.org", "b.org"),
        "Town",
    )
    assert (policy.site.contact, policy.site.languages) == (None, ("en", "fr"))
    assert tomllib.loads((folder / "cookies.toml").read_text())["extends"] == ["preset:nginx", "preset:aws"]
    for words in ("scheme or a path", "is not a language tag", "did you mean cloudflare?", "Fill in contact there."):
        assert words in result.stdout


def test_a_wrong_answer_is_repeated_without_its_control_characters(folder, at_a_terminal):
    shown = run(answers="x\n\x1b[31m\n\n\n\n\n\x9b\n\n").stdout
    assert '"\\x1b[31m": it is not a host name' in shown
    assert 'there is no preset "\\x9b"' in shown
    assert "\x1b" not in shown.replace("\x1b[31m\n", "")


def test_no_question_is_asked_that_a_flag_answers(folder, at_a_terminal):
    result = run(*FLAGS, answers="\n")
    assert result.exit_code == 0, result.output
    assert result.stdout.count("(Enter to leave it open)") == 1
    assert "Proxy or CDN in front of the app" in result.stdout


@pytest.mark.parametrize("option", ["--yes", "--json"])
def test_a_terminal_is_asked_nothing_with_yes_or_for_json(folder, at_a_terminal, option):
    assert run(option, answers="").exit_code == 0
    assert Policy.load("cookies.toml")


def test_an_end_of_input_between_the_questions_writes_nothing(folder, at_a_terminal):
    result = run(answers="Exampletown\n")
    assert result.exit_code == 3
    assert "Stopped." in result.stderr
    assert not (folder / "cookies.toml").exists()


def test_a_file_is_replaced_only_by_force_and_before_any_question(folder, at_a_terminal):
    (folder / "cookies.toml").write_text("mine")
    result = run(answers="")
    assert result.exit_code == 3
    assert "exists already; choose another name, or add --force" in result.stderr
    assert (folder / "cookies.toml").read_text() == "mine"
    assert run("--force", "--yes").exit_code == 0
    assert Policy.load("cookies.toml")


def test_a_link_that_leads_nowhere_is_not_followed(folder):
    (folder / "cookies.toml").symlink_to("elsewhere.toml")
    assert run().exit_code == 3
    assert not (folder / "elsewhere.toml").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--host", "example.org:80"], "it has a port"),
        (["--host", "a.org", "--host", ""], "is not a host name"),
        (["--language", "english"], "is not a language tag"),
        (["--language", "fr", "--language", "FR"], "the same language twice"),
        (["--language", "eo"], 'there is no catalog for "eo"'),
        (["--name", "a\x1b[31m"], "one line of text"),
        (["--name", "  "], "one line of text"),
        (["--operator", "a\nb"], "one line of text"),
        (["--preset", "djnago"], "did you mean django?"),
        (["cookies.json"], "must end in .toml"),
        (["."], "directory"),
        (["none/cookies.toml"], "none/cookies.toml"),
        (["n" * 300 + ".toml"], "nnn"),
    ],
)
def test_a_wrong_argument_writes_nothing_and_is_explained(folder, arguments, words):
    result = run(*arguments)
    assert result.exit_code == 3
    assert words in result.stderr.replace("\n", "")
    assert [*folder.iterdir()] == []


def test_the_document_says_what_was_written_and_recognised_and_nothing_else(folder):
    (folder / "requirements.txt").write_text("flask")
    document = json.loads(run("--json", "--operator", "Town").stdout)
    assert document["text"] == (folder / "cookies.toml").read_text("utf-8")
    assert document["file"] == "cookies.toml"
    assert document["extends"] == ["preset:flask"]
    assert document["recognised"] == [{"name": "Flask", "preset": "preset:flask", "file": "requirements.txt"}]
    assert document["to_fill_in"] == ["name", "hosts", "contact", "languages"]
    assert 'CookieWarden(app, policy="cookies.toml")' in document["wrap"]["code"]


@pytest.mark.parametrize(
    ("content", "first"),
    [
        (json.dumps(policy_schema(), indent=2), "#:schema ./cookies.schema.json"),
        ('{"$id": "urn:other"}', "# The cookies of this site."),
        (None, "# The cookies of this site."),
    ],
)
def test_the_schema_is_named_only_if_it_stands_beside_the_file(folder, content, first):
    if content is not None:
        (folder / "cookies.schema.json").write_text(content)
    run()
    assert (folder / "cookies.toml").read_text().startswith(first)


def test_what_only_has_the_name_of_the_schema_is_not_opened(folder):
    os.mkfifo(folder / "cookies.schema.json")  # to open it would wait for ever
    assert run().exit_code == 0
    assert not (folder / "cookies.toml").read_text().startswith("#:schema")


def test_a_name_of_a_folder_that_no_site_can_have_is_not_taken(folder, monkeypatch):
    (folder / "a\x1b[31m").mkdir()
    monkeypatch.chdir(folder / "a\x1b[31m")
    assert run().exit_code == 0
    assert str(Policy.load("cookies.toml").site.name) == "This site"


@pytest.mark.parametrize("framework", sorted(_STEPS))
def test_the_code_that_wraps_an_app_is_python_and_imports_what_exists(framework):
    if framework:
        pytest.importorskip(framework)
    place, code = how_to_wrap(framework, 'a "b" %s/é.toml')
    assert place
    assert json.dumps('a "b" %s/é.toml', ensure_ascii=False) in code
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom) and node.module != "cookiewarden.django":  # which needs settings
            assert all(hasattr(importlib.import_module(node.module), alias.name) for alias in node.names)


def test_both_modules_that_a_server_may_load_are_named_for_django():
    place, code = how_to_wrap("django", "cookies.toml")
    assert place == "settings.py, wsgi.py and asgi.py"
    assert "import get_wsgi_application" in code
    assert "import get_asgi_application" in code
    assert "'cookiewarden[asgi]'" in code


@pytest.mark.parametrize("framework", sorted(_STEPS))
def test_what_shows_the_banner_and_the_link_is_a_next_step(folder, framework):
    banner, link = how_to_show(framework)
    assert ("banner" in banner, "preferences_link" in link) == (True, True)
    shown = run().stdout
    assert all(f"     {words}\n" in shown for words in how_to_show(""))


def test_each_framework_that_is_recognised_has_its_lines_of_code():
    assert {part.framework for part in PARTS} <= set(_STEPS)


LINES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8).map(lambda words: f"x{words}")


@given(name=LINES, operator=LINES, contact=LINES)
@examples(200)
def test_any_line_of_text_is_read_back_as_it_was_given(name, operator, contact):
    facts = FirstFacts(name, date(2026, 12, 1), operator=operator, contact=contact)
    site = Policy.from_mapping(tomllib.loads(first_policy(facts))).site
    assert (str(site.name), str(site.operator), str(site.contact), site.id) == (name, operator, contact, name)
