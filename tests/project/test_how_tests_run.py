"""How the tests run: what a plain run leaves out, which warnings are errors, and which versions are installed."""

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
    """Run pytest on made-up tests, with a copy of our ``conftest.py``; return how many passed, and its output."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # plugins make pytest slow to start
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
def test_a_plain_run_leaves_out_slow_tests_and_says_which_and_how_to_run_them(run, workers):
    passed, printed = run(*workers)
    assert passed == 2
    notice = printed.partition("left out")[2]
    assert all(name in notice for name in ("servers/\n", "test_made_up.py (1 of its tests)\n", "pytest --all"))
    assert notice.count("servers/") == 1


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
def test_a_slow_test_runs_if_it_is_named(run, named, count):
    passed, printed = run(named)
    assert passed == count
    assert "servers/" not in printed.partition("left out")[2]


def test_no_property_test_has_its_own_deadline_or_number_of_examples():
    for path in TESTS.rglob("*.py"):
        if path.name not in ("hypothesis_profiles.py", Path(__file__).name):
            assert not re.search(r"\b(deadline|max_examples)=|HealthCheck\.too_slow", path.read_text("utf-8")), path


# Warnings


@pytest.mark.parametrize("category", ADVICE)
@pytest.mark.parametrize("module", OURS)
def test_a_deprecation_warning_for_our_own_modules_is_an_error(module, category):
    with pytest.raises(category):
        warnings.warn_explicit("old", category, "x.py", 1, module=module)


@pytest.mark.parametrize("category", ADVICE)
@pytest.mark.parametrize("module", OTHERS)
def test_a_deprecation_warning_between_other_packages_is_not_an_error(module, category):
    warnings.warn_explicit("old", category, "x.py", 1, module=module)


@pytest.mark.parametrize("category", [ResourceWarning, RuntimeWarning, BytesWarning, SyntaxWarning, Warning])
@pytest.mark.parametrize("module", [*OURS, *OTHERS])
def test_any_other_warning_is_an_error_in_every_module(module, category):
    with pytest.raises(category):
        warnings.warn_explicit("wrong", category, "x.py", 1, module=module)


# The versions


def pinned(name):
    """Return the versions that a file of constraints allows, by package."""
    found = {}
    for line in (TESTS / name).read_text("utf-8").splitlines():
        if not line.startswith("#"):
            package, version = re.match(r"([a-z0-9-]+)==([^ ;]+)", line).groups()
            found.setdefault(package, set()).add(version)
    return found


def asked_for(*extras):
    """Yield the requirements of some extras, and of the extras that they include: package and allowed versions."""
    for extra in extras:
        for requirement in PROJECT["project"]["optional-dependencies"][extra]:
            package, more, versions = re.match(r"([\w-]+)(?:\[([\w,]+)\])?(.*)", requirement).groups()
            if package == "cookiewarden":
                yield from asked_for(*more.split(","))
            else:
                yield package.lower().replace("_", "-"), versions


def test_every_requirement_of_the_tests_has_a_pinned_version():
    assert [package for package, _ in asked_for("dev") if package not in pinned("constraints.txt")] == []


def test_the_lowest_versions_are_the_lower_bounds_of_the_extras():
    lowest = pinned("lowest.txt")
    for package, versions in asked_for("audit", "demo", "import"):
        bound = re.search(r">=([\d.]+)", versions)[1]
        assert all(version == bound or version.startswith(f"{bound}.") for version in lowest[package]), package


@pytest.mark.parametrize("name", ["constraints.txt", "lowest.txt", "audit/requirements.txt"])
def test_a_file_of_versions_says_how_it_was_made_and_names_no_index_or_path(name):
    text = (TESTS / name).read_text("utf-8")
    assert f"-o tests/{name}" in text.partition("\n\n")[0]
    assert not re.search(r"://|index-url|find-links|@ ", text)


def test_the_readme_installs_the_pinned_versions():
    readme = (TESTS.parent / "README.md").read_text("utf-8")
    commands = re.findall(r"^python3 -m venv .*$", readme, re.MULTILINE)
    assert [command.rpartition(" ")[2] for command in commands] == ["demo", ".venv/bin/pytest"]
    assert all(" -c tests/constraints.txt " in command for command in commands)


def test_the_classifiers_name_every_python_that_the_checks_look_for():
    (looked_for,) = re.findall(
        r"^for minor in (.*); do$", (TESTS.parent / ".ci" / "run").read_text("utf-8"), re.MULTILINE
    )
    named = re.findall(r"Python :: 3\.(\d+)", "\n".join(PROJECT["project"]["classifiers"]))
    assert named == looked_for.split()
    assert PROJECT["project"]["requires-python"] == f">=3.{named[0]}"
