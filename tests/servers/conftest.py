"""Start two servers of one kind: one with the wrapped app, the other with the unwrapped app.

Rule: a kind is started once. Its tests run in a row, and it is ended when a test asks for another kind.
"""

import contextlib
import resource
from dataclasses import dataclass

import pytest

from servers.kinds import KINDS, Kind
from servers.process import Served, serving

FILES = 4096


@dataclass(frozen=True)
class Pair:
    kind: Kind
    bare: Served
    wrapped: Served


def pytest_collection_modifyitems(items):
    """Put the tests of a kind in a row, whatever module they are in, and before all others.

    Processes that share the tests take many at once in the beginning, so they start few servers twice.
    """

    def place(item):
        kind = item.callspec.params.get("pair") if hasattr(item, "callspec") else None
        return KINDS.index(kind) if kind in KINDS else len(KINDS)

    items.sort(key=place)


@pytest.fixture(scope="session")
def start(tmp_path_factory):
    """Return a function that starts the pair of a kind."""
    # Many connections need many open files, in this process and in the servers that it starts.
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(FILES, hard)), hard))
    running = contextlib.ExitStack()
    started = []

    def start(kind):
        if not started or started[0].kind is not kind:
            running.close()
            started.clear()
            folder = tmp_path_factory.mktemp(kind.name)
            apps = f"{kind.app}:bare", f"{kind.app}:wrapped"
            started.append(Pair(kind, *running.enter_context(serving(kind.command, folder, *apps))))
        return started[0]

    with running:
        yield start


@pytest.fixture
def pair(request, start):
    kind = request.param
    if (missing := kind.missing()) is not None:
        pytest.skip(f"{kind.name} is not here: pip install {missing}")
    return start(kind)
