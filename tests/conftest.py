"""Select which tests run, and provide the fixtures that all tests share.

Rule: a plain run takes every law, table and scenario, and ends soon. It leaves out tests that need a real server, a
browser, many threads or thousands of requests, unless ``--all`` is given, or their file or folder is named. It lists at
its end what it left out.
"""

import json
from collections import Counter
from pathlib import Path

import hypothesis
import pytest

import hypothesis_profiles  # noqa: F401 - it registers them

pytest_plugins = ["pytester"]
TESTS = Path(__file__).parent
#: Folders in which every test is slow. Elsewhere, slow tests are marked ``slow``.
SLOW_FOLDERS = [TESTS / name for name in ("audit", "browser", "servers")]
#: Our own modules, as a regular expression: the package, the tests, their helpers, and the README's examples.
_SHARED = [*sorted(path.stem for path in TESTS.glob("support/*.py")), "benchmarks", "hostile", "servers", "suites"]
OURS = rf"(cookiewarden|tests|readme_\w+|{'|'.join(_SHARED)})(\.|$)"
ADVICE = ("DeprecationWarning", "PendingDeprecationWarning", "FutureWarning", "UserWarning")
#: What was left out: folders, and files with the number of their tests.
LEFT_OUT = pytest.StashKey[dict[str, int]]()


def pytest_addoption(parser):
    parser.addoption("--all", action="store_true", help="also run slow tests, and all examples of each law")


def pytest_configure(config):
    config.stash[LEFT_OUT] = {}
    for category in ADVICE:
        config.addinivalue_line("filterwarnings", f"error::{category}:{OURS}")
    hypothesis.settings.load_profile("all" if config.getoption("all") else "few")


def pytest_ignore_collect(collection_path, config):
    """Leave out a slow folder. pytest does not call this for a path that is named on the command line."""
    if collection_path not in SLOW_FOLDERS or config.getoption("all"):
        return None
    named = [Path(config.invocation_params.dir, argument.partition("::")[0]) for argument in config.args]
    if any(collection_path.is_relative_to(path) for path in named):
        config.stash[LEFT_OUT][f"{collection_path.relative_to(config.rootpath)}/"] = 0
    return True


def pytest_collection_modifyitems(config, items):
    """Leave out the tests that are marked ``slow``, except those whose file is named on the command line."""
    if config.getoption("all"):
        return
    slow = [item for item in items if item.get_closest_marker("slow") and not item.session.isinitpath(item.path)]
    if slow:
        config.hook.pytest_deselected(items=slow)
        config.stash[LEFT_OUT] |= Counter(item.nodeid.partition("::")[0] for item in slow)
        out = set(slow)
        items[:] = [item for item in items if item not in out]


def pytest_sessionfinish(session):
    """If several processes share the tests, pass what was left out to the one that prints the summary."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = dict(session.config.stash[LEFT_OUT])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    node.config.stash[LEFT_OUT] |= getattr(node, "workeroutput", {}).get("left_out", {})


def pytest_terminal_summary(terminalreporter, config):
    if not config.getoption("all"):
        terminalreporter.section("left out, because it is slow", sep="-")
        for name, count in config.stash[LEFT_OUT].items():
            terminalreporter.line(f"{name} ({count} of its tests)" if count else name)
        terminalreporter.line("most of the examples of each law")
        terminalreporter.line("To run all of it: pytest --all. To run a part: pytest FILE, or pytest FOLDER.")


@pytest.fixture(autouse=True, scope="session")
def _no_thread_takes_what_was_learned_meanwhile():
    """Keep the background thread from taking what was learned, because tests read it from memory."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cookiewarden.reporting.learning._SECONDS_BETWEEN_LOOKS", 3600.0)
        patch.setattr("cookiewarden.reporting.learning._SECONDS_AFTER_NEWS", 3600.0)
        yield


@pytest.fixture
def write(tmp_path):
    """Write a policy file for each keyword argument, and return the path of the last."""

    def write_all(**files):
        for name, table in files.items():
            (tmp_path / f"{name}.json").write_text(json.dumps(table))
        return tmp_path / f"{name}.json"

    return write_all
