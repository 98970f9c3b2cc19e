"""Each PDF is made once and found again: with many sites, after a reload, in forks, and on a bad disk."""

import gc
import json
import multiprocessing
import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

import exchanges
from cookiewarden import wsgi
from cookiewarden.pages import pdf_files
from exchanges import POLICY, wrap
from paged import ClientRequest, through_wsgi
from pdf_packages import needs_pdf
from waiting import SECONDS_TO_WAIT

pytestmark = needs_pdf

PDF = "application/pdf"


def table(name, **site):
    return {"site": {"name": name, "hosts": [f"{name}.example"], **site}, "cookies": POLICY["cookies"]}


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The folder in which temporary folders are made."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def made(monkeypatch):
    """The title and the language of each PDF made, in order. A quick stand-in makes them."""
    made = []

    def pdf_of(document, language):
        made.append((document.title, language.tag))
        return b"%PDF-" + repr((document.title, document.facts, language.tag)).encode()

    monkeypatch.setattr(pdf_files, "pdf_of", pdf_of)
    return made


def wrapped(policy=POLICY):
    return wrap(wsgi.CookieWardenMiddleware, lambda environ, start_response: [], policy=policy)


def pdf(app, host="data.example.org", query=""):
    answered = through_wsgi(app, ClientRequest(f"/cookies.pdf{query}", host=host))
    assert (answered.status, answered.header("content-type")) == (200, PDF)
    return answered.body


def files_in(temporary):
    return sorted(path for path in temporary.rglob("*") if path.is_file())


@pytest.fixture
def sites(tmp_path):
    """A function that writes policies into a folder and returns the folder."""
    folder = tmp_path / "sites"
    folder.mkdir()

    def write(*names, **site):
        for name in names:
            (folder / f"{name}.json").write_text(json.dumps(table(name, **site)))
        return folder

    return write


def test_with_many_sites_each_pdf_is_made_once(made, temporary, sites):
    names = [f"s{number}" for number in range(300)]
    app = wrapped(sites(*names))
    for _ in range(2):
        for name in names:
            for tag in ("en", "fr"):
                assert name.encode() in pdf(app, f"{name}.example", f"?lang={tag}")
    assert len(made) == len(set(made)) == 600
    assert len(files_in(temporary)) == 600


def test_a_visitor_causes_no_more_files_than_there_are_languages(made, temporary):
    app = wrapped({**POLICY, "site": {**POLICY["site"], "hosts": ["*"]}})
    for number in range(40):
        pdf(app, f"h{number}.example", f"?lang={('en', 'fr', 'de', 'nl', 'fr-x', 'xx')[number % 6]}&n={number}")
    assert len(files_in(temporary)) == len(made) == 4


def test_only_this_user_may_enter_the_folder(made, temporary):
    app = wrapped()
    pdf(app)
    [folder] = temporary.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert len(files_in(temporary)) == 1


def test_nothing_but_a_pdf_touches_the_disk(temporary):
    app = wrapped()
    for path in ("/cookies", "/cookies.md", "/cookies.json", "/cookies/preferences", "/cookies/banner"):
        assert through_wsgi(app, ClientRequest(path)).status == 200
    assert list(temporary.iterdir()) == []


def test_a_reload_removes_the_old_file_and_keeps_the_others(made, temporary, sites):
    app = wrapped(folder := sites("one", "two"))
    old, other = pdf(app, "one.example"), pdf(app, "two.example")
    sites("one", operator="Another town")
    assert app.reload()
    assert files_in(temporary)
    assert all(path.read_bytes() == other for path in files_in(temporary))
    new = pdf(app, "one.example")
    assert b"Another town" in new
    assert b"Another town" not in old
    assert pdf(app, "two.example") == other
    assert len(made) == 3
    (folder / "one.json").unlink()
    assert app.reload()
    assert [path.read_bytes() for path in files_in(temporary)] == [other]


def test_a_pdf_is_sent_even_if_the_disk_refuses_it(made, monkeypatch):
    def refuse(prefix):
        raise PermissionError

    monkeypatch.setattr(tempfile, "mkdtemp", refuse)
    app = wrapped()
    assert pdf(app) == pdf(app)
    assert len(made) == 1


def test_a_full_disk_leaves_no_half_written_file(made, temporary, monkeypatch):
    write_bytes = Path.write_bytes

    def write_half(path, data):
        write_bytes(path, data[:9])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", write_half)
    app = wrapped()
    assert pdf(app) == pdf(app)
    assert len(pdf(app)) > 9
    assert len(made) == 1
    assert files_in(temporary) == []


@pytest.mark.parametrize("what", ["the file", "the folder", "all but a link"])
def test_a_file_that_was_removed_is_made_again(made, temporary, tmp_path, what):
    app = wrapped()
    before = pdf(app)
    [folder], [file] = temporary.iterdir(), files_in(temporary)
    file.unlink()
    if what != "the file":
        folder.rmdir()
    if what == "all but a link":  # to a folder with a file that is not ours
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        (elsewhere / file.name).write_bytes(b"%PDF- by another")
        folder.symlink_to(elsewhere)
    assert pdf(app) == before
    assert pdf(app) == before
    assert len(made) == 2


def test_a_folder_of_another_user_is_not_read(made, temporary, monkeypatch):
    app = wrapped()
    before = pdf(app)
    [file] = files_in(temporary)
    file.write_bytes(b"%PDF- by another")
    monkeypatch.setattr(os, "geteuid", lambda: file.stat().st_uid + 1)
    assert pdf(app) == before


def test_the_folder_is_removed_with_the_middleware(made, temporary):
    app = wrapped()
    pdf(app)
    assert len(list(temporary.iterdir())) == 1
    del app
    gc.collect()
    assert list(temporary.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
def test_the_folder_is_removed_by_the_process_that_made_it_and_not_by_its_forks(temporary):
    code = f"""
import os, sys, tempfile
from pathlib import Path
sys.path[:0] = {[str(Path(__file__).parent), str(Path(exchanges.__file__).parent)]!r}
tempfile.tempdir = {str(temporary)!r}
from test_pdf_files import files_in, pdf, wrapped
app = wrapped()
before = pdf(app)
child = os.fork()
if child == 0:
    assert pdf(app) == before
    sys.exit(0)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert len(files_in(Path(tempfile.tempdir))) == 1
print("still there")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (0, "still there\n"), done.stderr
    assert list(temporary.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
def test_forks_share_what_was_made_before(made, temporary):
    app = wrapped()
    before = pdf(app)

    def work():
        assert pdf(app) == before
        assert len(made) == 1
        assert pdf(app, query="?lang=fr") != before
        assert len(files_in(temporary)) == 2

    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    process.join(SECONDS_TO_WAIT)
    assert process.exitcode == 0
    assert pdf(app, query="?lang=fr") != before
    assert len(made) == 1  # the fork made the French one


def ended_process():
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait(SECONDS_TO_WAIT)
    return process.pid


def test_a_folder_left_by_an_ended_process_is_removed_and_no_other_is(temporary, made):
    left_behind = temporary / f"cookiewarden-{ended_process()}-abc"
    others = [temporary / name for name in (f"cookiewarden-{os.getppid()}-x", "cookiewarden-x-1", f"other-{2**40}-x")]
    for folder in (left_behind, *others):
        folder.mkdir()
        (folder / "a.pdf").write_bytes(b"%PDF-")
    app = wrapped()
    pdf(app)
    assert not left_behind.exists()
    assert all((folder / "a.pdf").is_file() for folder in others)


def test_a_system_without_user_ids_keeps_its_files_too(temporary, made, monkeypatch):
    monkeypatch.delattr(os, "geteuid")
    monkeypatch.setattr(pdf_files, "_own_user", lambda: os.getuid())
    app = wrapped()
    assert pdf(app) == pdf(app)
    assert len(made) == 1
