"""Test the runner of other projects' suites (``tests/suites``) on made-up suites."""

from __future__ import annotations

import importlib
import json
import site
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner

from made_up_suites import MADE_UP, PLACES, RERUNNING, UNITTEST, URLS
from suites import __main__ as command
from suites import prepare
from suites.compare import MISSING, Comparison
from suites.known import KNOWN
from suites.projects import SUITES, Suite
from suites.run import BrokenRunError, Run, run

pytestmark = pytest.mark.slow

NAMELESS = "test_made_up.py::test_a_nameless_cookie_arrives"


@pytest.fixture(autouse=True)
def _few_plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Disable plugins: they make pytest slow to start, and no made-up suite needs them."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the interpreter of an environment like those of suites, with the packages installed here."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    here = [str(Path(__file__).parents[2] / "src"), *site.getsitepackages()]
    (packages / "here.pth").write_text("".join(f"import site; site.addsitedir({path!r})\n" for path in here))
    python = folder / "bin" / "python"
    prepare._open_inside(python)
    return python


@pytest.fixture
def made_up(tmp_path: Path) -> Path:
    (tmp_path / "test_made_up.py").write_text(MADE_UP)
    return tmp_path


@pytest.fixture
def suite_wrap(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(prepare.INSIDE)
    return importlib.import_module("suite_wrap")


def suite(**more: object) -> Suite:
    return Suite("made-up", "1", **{"wraps": ("werkzeug.test",), "tests": ("test_made_up.py",), **more})


def run_both(python: Path, source: Path, suite: Suite) -> tuple[Run, Run]:
    plain, wrapped = (
        run(suite, python, source, source / "runs" / str(is_wrapped), is_wrapped=is_wrapped)
        for is_wrapped in (False, True)
    )
    return plain, wrapped


SAME = {"a": "passed", "b": "failed", "c": "skipped"}


@pytest.mark.parametrize(
    ("plain", "wrapped", "known", "problems"),
    [
        (SAME, SAME, (), []),
        (SAME, {**SAME, "a": "failed"}, (), ["a: passed without wrapping, failed with it"]),
        (SAME, {**SAME, "b": "passed"}, (), ["b: failed without wrapping, passed with it"]),
        (SAME, {**SAME, "c": "xfailed"}, (), ["c: skipped without wrapping, xfailed with it"]),
        (SAME, {"a": "passed", "b": "failed"}, (), [f"c: skipped without wrapping, {MISSING} with it"]),
        (SAME, {**SAME, "d": "passed"}, (), [f"d: {MISSING} without wrapping, passed with it"]),
        (SAME, {**SAME, "a": "failed"}, ("a",), []),
        (SAME, SAME, ("a",), ["a: listed as a difference, but there is none; remove it"]),
        (SAME, SAME, ("z",), ["z: listed as a difference, but there is none; remove it"]),
        ({"a": "error"}, {"a": "error"}, (), ["no test passed without wrapping, so nothing was compared"]),
        ({}, {}, (), ["no test passed without wrapping, so nothing was compared"]),
    ],
)
def test_every_difference_is_a_problem_unless_it_is_known_and_occurs(plain, wrapped, known, problems):
    assert Comparison(plain, wrapped, dict.fromkeys(known, "for a reason")).problems == problems


def test_a_wrapped_run_differs_only_in_what_the_middleware_changes(python: Path, made_up: Path):
    plain, wrapped = run_both(python, made_up, suite())
    assert plain.outcomes == {
        "test_made_up.py::test_a_cookie_arrives": "passed",
        NAMELESS: "passed",
        "test_made_up.py::test_an_app_stays_the_same_object": "passed",
        "test_made_up.py::test_that_fails_anyway": "failed",
        "test_made_up.py::test_that_is_not_run": "skipped",
    }
    assert wrapped.outcomes == {**plain.outcomes, NAMELESS: "failed"}
    assert not plain.screened
    assert wrapped.screened == {"responses": 3, "with Set-Cookie": 3, "lines dropped": 1}


def test_the_outcomes_of_unittest_are_recorded(python: Path, tmp_path: Path):
    (tmp_path / "tests.py").write_text(UNITTEST)
    done = run(suite(script="tests.py", tests=()), python, tmp_path, tmp_path / "run", is_wrapped=False)
    assert {name.rpartition(".")[2]: outcome for name, outcome in done.outcomes.items()} == {
        "test_good": "passed",
        "test_bad": "failed",
        "test_raising": "error",
        "test_skipped": "skipped",
        "test_known_to_fail": "xfailed",
        "test_with_one_bad_part": "failed",
        "test_of_a_failing_test": "passed",
    }


def test_a_file_that_cannot_be_imported_is_recorded_as_an_error(python: Path, made_up: Path):
    (made_up / "test_broken.py").write_text("import nonesuch")
    plain, _ = run_both(python, made_up, suite(tests=(".",)))
    assert plain.outcomes["test_broken.py"] == "error"
    assert plain.outcomes[NAMELESS] == "passed"


def test_a_run_that_broke_off_is_an_error(python: Path, made_up: Path):
    (made_up / "conftest.py").write_text("def pytest_runtest_logfinish(): raise RuntimeError('gave up')")
    with pytest.raises(BrokenRunError, match="gave up"):
        run(suite(), python, made_up, made_up / "run", is_wrapped=False)


def test_a_test_that_runs_again_has_the_outcome_of_its_last_run(python: Path, made_up: Path):
    (made_up / "conftest.py").write_text(RERUNNING)
    done = run(suite(), python, made_up, made_up / "run", is_wrapped=False)
    assert done.outcomes[NAMELESS] == "passed"
    assert done.outcomes["test_made_up.py::test_that_fails_anyway"] == "failed"


def test_a_run_that_records_nothing_is_an_error_with_its_output(python: Path, tmp_path: Path):
    (tmp_path / "conftest.py").write_text("import nonesuch")
    with pytest.raises(BrokenRunError, match="nonesuch"):
        run(suite(tests=(".",)), python, tmp_path, tmp_path / "run", is_wrapped=False)


@pytest.mark.parametrize(
    ("wraps", "known", "exit_code", "messages"),
    [
        (("werkzeug.test",), (NAMELESS,), 0, ["made-up 1"]),
        (("werkzeug.test",), (), 1, [f"- made-up: {NAMELESS}: passed without wrapping, failed with it"]),
        (("werkzeug.test",), (NAMELESS, "gone"), 1, ["- made-up: gone: listed as a difference, but there is none"]),
        (("starlette.testclient",), (), 1, ["- made-up: no response was screened, so nothing was wrapped"]),
    ],
)
def test_the_command_exits_with_1_if_there_is_a_problem(
    python: Path, made_up: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wraps, known, exit_code, messages
):
    monkeypatch.setattr(command, "SUITES", {"made-up": suite(wraps=wraps)})
    monkeypatch.setattr(command, "KNOWN", {"made-up": dict.fromkeys(known, "for a reason")})
    monkeypatch.setattr(prepare, "environment", lambda suite, work: python)
    work = tmp_path / "work"
    arguments = ["made-up", "--work", str(work), "--source", f"made-up={made_up}"]
    done = CliRunner().invoke(command.main, arguments, catch_exceptions=False)
    assert done.exit_code == exit_code, done.output
    assert all(line in done.output for line in messages), done.output
    assert "passed" in (work / "runs" / "made-up-wrapped" / "log.txt").read_text()


def test_a_suite_that_cannot_be_prepared_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def environment(suite: Suite, work: Path) -> Path:
        prepare._do(work, sys.executable, "-c", "raise SystemExit('no such package')")
        raise AssertionError

    monkeypatch.setattr(prepare, "environment", environment)
    done = CliRunner().invoke(command.main, ["flask", "--work", str(tmp_path)])
    assert done.exit_code == 1
    assert "not run" in done.output
    assert "no such package" in done.output


@pytest.mark.parametrize("arguments", [["nonesuch"], ["--source", "nonesuch=/tmp"]])
def test_an_unknown_suite_is_refused_by_its_name(arguments):
    done = CliRunner().invoke(command.main, arguments)
    assert done.exit_code == 2
    assert "nonesuch" in done.output


def test_the_list_names_each_suite_and_its_version():
    done = CliRunner().invoke(command.main, ["--list"])
    assert done.exit_code == 0
    assert done.output.splitlines() == [f"{suite.name} {suite.version}" for suite in SUITES.values()]


def test_an_archive_is_unpacked_once(tmp_path: Path):
    inner = tmp_path / "made-up-1"
    inner.mkdir()
    (inner / "test_made_up.py").write_text(MADE_UP)
    archive = tmp_path / "made-up.tar.gz"
    subprocess.run(["tar", "czf", archive, "-C", tmp_path, inner.name], check=True)
    for _ in range(2):
        folder = prepare.source(suite(), tmp_path / "work", Path(sys.executable), archive)
        assert [path.name for path in folder.iterdir()] == ["test_made_up.py"]
        archive.unlink(missing_ok=True)


def test_every_suite_is_wrapped_and_every_known_difference_has_a_reason(suite_wrap: ModuleType):
    assert {place for suite in SUITES.values() for place in suite.wraps} == set(suite_wrap.PLACES)
    assert all(suite.wraps for suite in SUITES.values())
    assert set(KNOWN) <= set(SUITES)
    assert all(reason.strip() for tests in KNOWN.values() for reason in tests.values())


def test_each_place_is_wrapped(python: Path, tmp_path: Path):
    (tmp_path / "test_made_up.py").write_text(PLACES)
    (tmp_path / "urls.py").write_text(URLS)
    places = ("starlette.testclient", "httpx._transports.asgi", *SUITES["django"].wraps)
    plain, wrapped = run_both(python, tmp_path, suite(wraps=places))
    assert set(plain.outcomes.values()) == {"failed"}
    assert set(wrapped.outcomes.values()) == {"passed"}, (tmp_path / "runs" / "True" / "log.txt").read_text()


def test_a_process_writes_what_it_screened_when_it_ends(python: Path, made_up: Path):
    run_both(python, made_up, suite())
    (written,) = (made_up / "runs" / "True").glob("screened-*.json")
    assert json.loads(written.read_text())["responses"] == 3
