"""The first hour of a newcomer, with the README at hand: a fresh project is wrapped, learned, drafted and enforced.

The package is the built wheel, not the folder ``src``.
"""

import contextlib
import http.client
import os
import re
import signal
import subprocess
import sys
import zipfile
from functools import partial

import pytest

from documents import README, ROOT, blocks_of, commands_of
from fresh_projects import PROJECTS
from local_http import ask_bytes, free_port, names_of
from waiting import SECONDS_TO_WAIT, until

each_project = pytest.mark.parametrize("name", PROJECTS)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Return the folder into which the built wheel was unpacked."""
    for package in ("hatchling", "django", "flask", "fastapi", "uvicorn"):
        pytest.importorskip(package)
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True)
    [file] = folder.glob("*.whl")
    zipfile.ZipFile(file).extractall(folder / "site")
    return folder / "site"


@pytest.fixture
def project(name, tmp_path, wheel, monkeypatch):
    """Return a fresh project, and let Python find the package in the wheel only."""
    monkeypatch.setenv("PYTHONPATH", str(wheel))
    monkeypatch.setenv("SECRET_KEY", "a key that is only for tests")
    monkeypatch.setenv("COOKIEWARDEN_SECRET_KEY", "a key that is only for tests")
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    return PROJECTS[name](tmp_path / "fresh")


def ask(port, path="/", cookies=(), form=None):
    """Send a request as a browser does; return the status, the Set-Cookie lines and the body."""
    status, lines, body, _ = ask_bytes(port, path, f"127.0.0.1:{port}", "; ".join(cookies), form)
    return status, lines, body.decode()


@contextlib.contextmanager
def serving(project):
    """Start the project's server with the command of the README, and end it as Ctrl+C does."""
    for _ in range(3):  # another process may take the free port
        port = free_port()
        log = project.folder / "server.log"
        with log.open("wb") as output:
            command = project.command(port)
            process = subprocess.Popen(
                command, cwd=project.folder, stdout=output, stderr=output, start_new_session=True
            )
        until(partial(has_begun, port, process))
        if process.poll() is None:
            break
    else:
        pytest.fail(log.read_text())
    try:
        yield port
        process.send_signal(signal.SIGINT)
        process.wait(SECONDS_TO_WAIT)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(SECONDS_TO_WAIT)


def has_begun(port, process):
    """Return whether the server answers, or has ended."""
    with contextlib.suppress(OSError, http.client.HTTPException):
        return ask(port)[0]
    return process.poll() is not None


def run(project, *command):
    done = subprocess.run(
        [sys.executable, *command], cwd=project.folder, capture_output=True, text=True, timeout=SECONDS_TO_WAIT
    )
    return done.returncode, done.stdout + done.stderr


@each_project
def test_the_package_is_that_of_the_wheel(project, wheel):
    code, output = run(project, "-c", "import cookiewarden; print(cookiewarden.__file__)")
    assert (code, output.strip()) == (0, str(wheel / "cookiewarden" / "__init__.py"))


@each_project
def test_a_fresh_project_is_wrapped_learned_drafted_and_enforced_by_the_words_of_the_readme(project):
    before = {project.session, "_ga", "plugin_id"}
    with serving(project) as port:
        assert names_of(ask(port)[1]) == before
    project.wrap()
    project.set_options('report_only=True, learn="learned.jsonl"')
    with serving(project) as port:
        status, lines, page = ask(port)
        assert (status, names_of(lines)) == (200, before)
        assert page.count('id="cookie-consent"') == 1
        assert page.count('href="/cookies/preferences?next=/"') == 3  # of the footer, the banner, and its notice
        learned = project.folder / "learned.jsonl"
        until(lambda: learned.exists() and "plugin_id" in learned.read_text())
    [draft] = [one for block in blocks_of(README) for one in commands_of(block) if one.startswith("cookiewarden draft")]
    line = f"{sys.executable} -m {draft}"
    subprocess.run(line, shell=True, cwd=project.folder, check=True, timeout=SECONDS_TO_WAIT)
    policy = (project.folder / "cookies.toml").read_text()
    assert re.findall(r'^name = "(.*?)"', policy, re.MULTILINE)[1:] == ["_ga*", "plugin_id"]
    project.set_options("")
    with serving(project) as port:
        status, lines, page = ask(port)
        assert (status, names_of(lines)) == (200, {project.session})
        assert "Counts visits." in ask(port, "/cookies")[2]
        assert ask(port, "/cookies/preferences")[0] == 200
        status, lines, _ = ask(port, "/cookies/preferences", form={"choice": "accept"})
        assert status == 303
        kept = [line.partition(";")[0] for line in lines]
        status, lines, page = ask(port, cookies=kept)
        assert (status, names_of(lines)) == (200, before)
        assert 'id="cookie-consent"' not in page
    log = (project.folder / "server.log").read_text()
    assert 'blocked the cookie "plugin_id"' in log
    assert "Traceback" not in log
