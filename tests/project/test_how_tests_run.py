"""How the tests are run: what a plain run leaves out, which warnings are errors, and which versions are installed."""

import re
import shutil
import subprocess
import sys
import tomllib
import warnings
from pathlib import Path

import pytest

from waiting import SECONDS_TO_WAIT

TESTS = Path(__file__).parents[1]
PROJECT = tomllib.loads((TESTS.parent / "pyproject.toml").read_text("utf-8"))
OURS = [
    "cookiewarden",
    "cookiewarden.asgi",
    "tests.adapters.test_asgi",
    "exchanges",
    "servers.test_http2",
    "readme_flask",
]
OTHERS = [
    "starlette.testclient",
    "testclient",
    "http.client",
    "pages.of_others",
    "webob.compat",
    "cookiewarden_of_others",
]
ADVICE = [DeprecationWarning, PendingDeprecationWarning, FutureWarning, UserWarning]


# What is left out


MADE_UP = """
import pytest
from hypothesis import given, strategies as st
from hypothesis_profiles import examples

tried = []

@pytest.mark.slow
def test_slow(): ...

@examples(1000)
@given(st.integers())
def test_law(number): tried.append(number)

def test_tried(): assert len(tried) == {tried}
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs pytest on made-up tests beside a copy of our ``conftest.py``; how many passed, and what it printed."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # what is installed makes pytest slow to start
    for name in ("conftest.py", "support/hypothesis_profiles.py"):
        shutil.copy(TESTS / name, tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = .\nmarkers = slow: slow\n")
    (tmp_path / "servers").mkdir()
    (tmp_path / "servers" / "test_server.py").write_text("def test_server(): ...\n")

    def run(*arguments, tried=250):
        (tmp_path / "test_made_up.py").write_text(MADE_UP.format(tried=tried))
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS_TO_WAIT)
        assert done.returncode == 0, done.stdout
        return int(re.search(r"(\d+) passed", done.stdout)[1]), done.stdout

    return run


@pytest.mark.parametrize("workers", [[], ["-p", "xdist.plugin", "-n1"]], ids=["alone", "in a worker"])
def test_a_plain_run_leaves_out_what_is_slow_and_says_what_and_how_to_run_it(run, workers):
    passed, printed = run(*workers)
    assert passed == 2
    told = printed.partition("left out")[2]
    assert all(name in told for name in ("servers/\n", "test_made_up.py (1 of its tests)\n", "pytest --all"))
    assert told.count("servers/") == 1


@pytest.mark.parametrize("workers", [[], ["-p", "xdist.plugin", "-n1"]], ids=["alone", "in a worker"])
def test_all_leaves_out_nothing(run, workers):
    passed, printed = run("--all", *workers, tried=1000)
    assert (passed, "left out" in printed) == (4, False)


@pytest.mark.parametrize(
    ("named", "count"),
    [
        ("servers", 1),
        ("servers/test_server.py", 1),
        ("servers/test_server.py::test_server", 1),
        ("test_made_up.py", 3),
        ("test_made_up.py::test_slow", 1),
    ],
)
def test_what_is_named_is_run(run, named, count):
    passed, printed = run(named)
    assert passed == count
    assert "servers/" not in printed.partition("left out")[2]


def test_no_law_has_settings_of_its_own_that_look_at_the_clock_or_do_not_follow_the_run():
    for path in TESTS.rglob("*.py"):
        if path.name not in ("hypothesis_profiles.py", Path(__file__).name):
            assert not re.search(r"\b(deadline|max_examples)=|HealthCheck\.too_slow", path.read_text("utf-8")), path


# Warnings


@pytest.mark.parametrize("category", ADVICE)
@pytest.mark.parametrize("module", OURS)
def test_advice_to_our_own_modules_is_an_error(module, category):
    with pytest.raises(category):
        warnings.warn_explicit("old", category, "x.py", 1, module=module)


@pytest.mark.parametrize("category", ADVICE)
@pytest.mark.parametrize("module", OTHERS)
def test_advice_that_others_give_each_other_is_none(module, category):
    warnings.warn_explicit("old", category, "x.py", 1, module=module)


@pytest.mark.parametrize("category", [ResourceWarning, RuntimeWarning, BytesWarning, SyntaxWarning, Warning])
@pytest.mark.parametrize("module", [*OURS, *OTHERS])
def test_any_other_warning_is_an_error_wherever_it_comes_up(module, category):
    with pytest.raises(category):
        warnings.warn_explicit("wrong", category, "x.py", 1, module=module)


# The versions


def pinned(name):
    """The versions by package that a file of constraints allows."""
    found = {}
    for line in (TESTS / name).read_text("utf-8").splitlines():
        if not line.startswith("#"):
            package, version = re.match(r"([a-z0-9-]+)==([^ ;]+)", line).groups()
            found.setdefault(package, set()).add(version)
    return found


def asked_for(*extras):
    """The requirements of some extras, and of those that they take in: package, and what of its versions is allowed."""
    for extra in extras:
        for requirement in PROJECT["project"]["optional-dependencies"][extra]:
            package, more, versions = re.match(r"([\w-]+)(?:\[([\w,]+)\])?(.*)", requirement).groups()
            if package == "cookiewarden":
                yield from asked_for(*more.split(","))
            else:
                yield package.lower().replace("_", "-"), versions


def test_every_requirement_of_the_tests_has_a_version_that_passed():
    assert [package for package, _ in asked_for("dev") if package not in pinned("constraints.txt")] == []


def test_the_lowest_versions_are_those_that_the_extras_allow():
    lowest = pinned("lowest.txt")
    for package, versions in asked_for("demo"):
        bound = re.search(r">=([\d.]+)", versions)[1]
        assert all(version == bound or version.startswith(f"{bound}.") for version in lowest[package]), package


@pytest.mark.parametrize("name", ["constraints.txt", "lowest.txt", "audit/requirements.txt"])
def test_a_file_of_versions_says_how_it_is_made_and_names_no_machine(name):
    text = (TESTS / name).read_text("utf-8")
    assert f"-o tests/{name}" in text.partition("\n\n")[0]
    assert not re.search(r"://|index-url|find-links|@ ", text)


def test_the_readme_installs_the_versions_that_passed():
    readme = (TESTS.parent / "README.md").read_text("utf-8")
    commands = re.findall(r"^python3 -m venv .*$", readme, re.MULTILINE)
    assert [command.rpartition(" ")[2] for command in commands] == ["demo", ".venv/bin/pytest"]
    assert all(" -c tests/constraints.txt " in command for command in commands)
