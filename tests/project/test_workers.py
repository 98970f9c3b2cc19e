"""What all workers of a server would log: one of them logs it, and the others log it at DEBUG."""

import multiprocessing
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import exchanges
from cookiewarden import Policy, workers
from cookiewarden.middleware.advice import warn_of_empty_banners, warn_of_policies
from waiting import SECONDS_TO_WAIT

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the system does not say who lives")

# A server that starts its workers one after the other; each prints the levels at which it logs.
SERVER = """
import logging, multiprocessing, os, sys, time

def work(start, seen, is_done):
    from cookiewarden import wsgi
    from exchanges import PLAIN, POLICY, Wrapped
    levels = []
    class Handler(logging.Handler):
        def emit(self, record):
            levels.append(f"{record.levelname} {record.getMessage()}")
    log = logging.getLogger("cookiewarden")
    log.setLevel("DEBUG")
    log.addHandler(Handler())
    unwritten = {"name": "a", "category": "statistical", "purpose": "..."}
    app = Wrapped(wsgi, policy={**POLICY, "cookies": [unwritten]})
    app.ask(PLAIN, lambda carrier: [("Set-Cookie", "_fbp=1")])
    seen.put([one for one in levels if "write the purpose" in one or "_fbp" in one])
    is_done.wait()

if __name__ == "__main__":
    made = multiprocessing.get_context(sys.argv[1])
    seen, is_done = made.Queue(), made.Event()
    for round in range(2):
        processes = []
        for number in range(2):
            processes.append(made.Process(target=work, args=(number, seen, is_done)))
            processes[-1].start()
            print(*[one.partition(" ")[0] for one in seen.get(timeout=300)], flush=True)
        is_done.set()
        for process in processes:
            process.join()
        is_done.clear()
"""


@pytest.mark.parametrize("method", ["spawn", "fork"])
def test_one_worker_logs_for_all_and_a_new_one_logs_after_it_has_ended(method, tmp_path):
    (tmp_path / "server.py").write_text(SERVER)
    folder = tmp_path / "temporary"
    folder.mkdir()
    stale = folder / f"cookiewarden-{os.getuid()}-1-0"
    stale.touch()
    support = Path(exchanges.__file__).parent
    done = subprocess.run(
        [sys.executable, str(tmp_path / "server.py"), method],
        env={**os.environ, "TMPDIR": str(folder), "PYTHONPATH": os.pathsep.join([str(support), *sys.path])},
        capture_output=True,
        text=True,
        timeout=SECONDS_TO_WAIT,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["WARNING WARNING", "DEBUG DEBUG"] * 2
    assert not stale.exists()
    assert len(list(folder.glob("cookiewarden-*"))) == 1


@pytest.fixture
def _in_a_server(monkeypatch, tmp_path):
    """Make this process a worker of its parent."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    parent = os.getppid()
    monkeypatch.setattr(workers, "_server", lambda: (parent, workers._started(parent)))


def other_worker(answers, *things):
    for thing in things:
        answers.put(workers.is_first(thing))
    answers.close()
    answers.join_thread()


def asked_elsewhere(*things):
    """Return what a forked worker is told that lives no longer than the answer takes."""
    made = multiprocessing.get_context("fork")
    answers = made.Queue()
    process = made.Process(target=other_worker, args=(answers, *things))
    process.start()
    found = [answers.get(timeout=SECONDS_TO_WAIT) for _ in things]
    process.join(SECONDS_TO_WAIT)
    return found


@pytest.mark.usefixtures("_in_a_server")
def test_a_claim_holds_while_its_worker_lives():
    assert workers.is_first("a")
    assert workers.is_first("a")
    assert asked_elsewhere("a", "b", "b") == [False, True, True]
    assert workers.is_first("b")


@pytest.mark.usefixtures("_in_a_server")
@pytest.mark.parametrize(
    "damage",
    [
        lambda file: file.write_bytes(b"\xff\0 torn"),
        lambda file: file.write_text("a b c d\n" * 9 + "x y\n"),
        lambda file: (file.unlink(), file.mkdir()),
        lambda file: (file.unlink(), file.symlink_to("/dev/null")),
        lambda file: (file.unlink(), os.mkfifo(file)),
        lambda file: file.write_bytes(b"x" * 1_000_001),
    ],
)
def test_whatever_is_wrong_with_the_file_nothing_is_lost(tmp_path, damage):
    assert workers.is_first("a")
    [file] = tmp_path.iterdir()
    damage(file)
    assert asked_elsewhere("a", "new") == [True, True]


@pytest.mark.usefixtures("_in_a_server")
def test_a_file_that_has_another_name_is_not_changed(tmp_path):
    other = tmp_path / "other"
    other.write_text("precious")
    parent, started = workers._server()
    (tmp_path / f"cookiewarden-{os.getuid()}-{parent}-{started}").hardlink_to(other)
    assert workers.is_first("a")
    assert other.read_text() == "precious"


@pytest.mark.usefixtures("_in_a_server")
def test_a_worker_that_cannot_lock_the_file_logs(tmp_path):
    fcntl = pytest.importorskip("fcntl")
    assert workers.is_first("a")
    [file] = tmp_path.iterdir()
    with file.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert asked_elsewhere("a") == [True]
    assert asked_elsewhere("a") == [False]


def test_a_process_that_is_not_a_worker_claims_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for software in ("", "gunicorn/27.0.0"):  # its parent is not gunicorn
        monkeypatch.setenv("SERVER_SOFTWARE", software)
        assert workers.is_first("a")
    assert list(tmp_path.iterdir()) == []


def test_two_sites_of_a_server_whose_files_have_the_same_name_are_told_apart(monkeypatch):
    things = []
    monkeypatch.setattr(workers, "is_first", lambda *thing: things.append(thing) or True)
    for name in ("Town", "Park"):
        every = {"name": "*", "category": "necessary", "purpose": "..."}
        policy = Policy.from_mapping({"site": {"name": name}, "cookies": [every]})
        warn_of_policies([policy])
        warn_of_empty_banners([policy])
    assert len(set(things)) == len(things) == 6


GUNICORN = """
import os, sys

def worker():
    from cookiewarden import workers
    print(workers.is_first("a"), flush=True)

os.environ["SERVER_SOFTWARE"] = "gunicorn/27.0.0"
worker()
hold, release = os.pipe()
for number in range(2):
    told, tell = os.pipe()
    if not os.fork():
        os.close(release)
        worker()
        os.close(tell)
        os.read(hold, 1)
        os._exit(0)
    os.close(tell)
    while os.read(told, 1):
        pass
"""


@pytest.mark.parametrize(
    ("command", "answers"),
    [("gunicorn", ["True", "True", "False"]), ("start-gunicorn.py", ["True", "True", "True"])],
)
def test_workers_that_gunicorn_forks_share_a_claim_and_its_first_process_has_none(tmp_path, command, answers):
    script = tmp_path / command
    script.write_text(textwrap.dedent(GUNICORN))
    folder = tmp_path / "temporary"
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, str(script)],
        env={**os.environ, "TMPDIR": str(folder), "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=SECONDS_TO_WAIT,
    )
    assert (done.stdout.split(), done.stderr) == (answers, "")
