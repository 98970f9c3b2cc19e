"""The files for continuous integration: they parse, their commands run, and what they hand on is what was written."""

import re
import shlex
import subprocess
import sys

import pytest
import yaml

import documents
from cookiewarden import pytest_plugin
from project.test_documents import check_command
from waiting import SECONDS_TO_WAIT

FOLDER = documents.ROOT / "examples" / "ci"
GITHUB, GITLAB, PRE_COMMIT = (
    yaml.safe_load((FOLDER / name).read_text("utf-8"))
    for name in ("github-actions.yml", "gitlab-ci.yml", "pre-commit-config.yaml")
)
STEPS = [step for job in GITHUB["jobs"].values() for step in job["steps"]]
(HOOK,) = PRE_COMMIT["repos"][0]["hooks"]
COMMANDS = [
    *(step["run"] for step in STEPS if "run" in step),
    *(command for job in GITLAB.values() for command in job["script"]),
    f"{HOOK['entry']} site/cookies.toml",
    *(f"pip install '{package}'" for package in HOOK["additional_dependencies"]),
]
CHECKS = [command for command in COMMANDS if command.startswith("cookiewarden ")]
GOOD = '[site]\nname = "Exampletown"\noperator = "Town of Exampletown"\nlanguage = "en"\nupdated = 2026-11-30\n'


def output_of(command):
    """Return the file that a command writes."""
    words = shlex.split(command)
    return words[words.index("-o") + 1]


def test_every_file_of_the_folder_is_tested():
    names = {"README.md", "github-actions.yml", "gitlab-ci.yml", "pre-commit-config.yaml"}
    assert {path.name for path in FOLDER.iterdir()} == names
    assert all(f"]({name})" in (FOLDER / "README.md").read_text("utf-8") for name in names - {"README.md"})


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_exists_with_its_options(command):
    check_command(command)


def test_the_options_of_pytest_are_those_of_the_plugin():
    known = []

    class Group:
        def addoption(self, name, **_):
            known.append(name)

    class Parser:
        def getgroup(self, *_):
            return Group()

        def addini(self, *_):
            pass

    pytest_plugin.pytest_addoption(Parser())
    used = [word.partition("=")[0] for command in COMMANDS for word in command.split() if word.startswith("--cookiew")]
    assert used
    assert set(used) <= set(known)


@pytest.mark.parametrize("command", CHECKS)
@pytest.mark.parametrize(("text", "code"), [(GOOD, 0), ("[site]\n", 1)], ids=["in order", "violation"])
def test_a_check_writes_its_file_and_fails_only_if_the_policy_is_wrong(command, text, code, tmp_path):
    (tmp_path / "site").mkdir()
    for path in (tmp_path / "cookies.toml", tmp_path / "site" / "cookies.toml"):
        path.write_text(text, "utf-8")
    _, *arguments = shlex.split(command)
    line = [sys.executable, "-m", "cookiewarden", *arguments]
    done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS_TO_WAIT)
    assert done.returncode == code, done.stdout + done.stderr
    if "-o" in arguments:
        assert (tmp_path / output_of(command)).stat().st_size
        again = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS_TO_WAIT)
        assert again.returncode == code, again.stderr


def test_what_is_handed_on_is_what_the_check_writes():
    sarif, junit = (output_of(next(one for one in CHECKS if form in one)) for form in ("sarif", "junit"))
    (upload,) = (step for step in STEPS if "upload-sarif" in step.get("uses", ""))
    assert upload["with"]["sarif_file"] == sarif
    assert f"hashFiles('{sarif}')" in upload["if"]
    assert GITLAB["cookie-policy"]["artifacts"]["reports"]["junit"] == junit
    tests = GITLAB["cookie-tests"]
    assert f"--junitxml={tests['artifacts']['reports']['junit']}" in " ".join(tests["script"])


@pytest.mark.parametrize(
    ("path", "is_checked"),
    [("cookies.toml", True), ("site/cookies.toml", True), ("mycookies.toml", False), ("cookies.toml.orig", False)],
)
def test_the_hook_checks_policies_and_nothing_else(path, is_checked):
    assert bool(re.search(HOOK["files"], path)) == is_checked
