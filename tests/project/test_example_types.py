"""The types of the example apps: mypy finds nothing in them, as their readers would run it."""

import subprocess
import sys

import pytest

from example_runs import EXAMPLES, PACKAGE
from waiting import SECONDS_TO_WAIT

FOLDERS = sorted({path.parent for path in EXAMPLES.glob("*/*.py")} - {EXAMPLES / "pictures"})
#: What mypy says of packages without types, by the example that uses one.
ALLOWED = {"bottle": {"import-untyped", "untyped-decorator", "no-any-return"}, "pyramid": {"import-untyped"}}


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("mypy")


@pytest.mark.slow
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_mypy_finds_nothing_in_an_example(folder, cache, monkeypatch):
    monkeypatch.setenv("MYPYPATH", str(PACKAGE))
    allowed = [f"--disable-error-code={code}" for code in ALLOWED.get(folder.name, ())]
    options = ["--strict", "--config-file=", f"--cache-dir={cache}", *allowed]
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.py"))
    command = [sys.executable, "-m", "mypy", *options, *files]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS_TO_WAIT)
    assert done.returncode == 0, done.stdout + done.stderr
