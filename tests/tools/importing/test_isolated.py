"""A document is read in a process of its own, which may be stopped."""

import os
import subprocess
import sys

import pytest

from cookiewarden.tools.importing.blocks import Document
from cookiewarden.tools.importing.documents import Format, read_document
from cookiewarden.tools.importing.isolated import IsolatedReader, UnreadableError
from waiting import SECONDS_TO_WAIT


def read_isolated(text: str, format_: Format, **limit: float) -> Document:
    with IsolatedReader(format_) as reader:
        return reader.read(text, **limit)


@pytest.mark.parametrize("format_", [Format.HTML, Format.MARKDOWN])
@pytest.mark.parametrize("text", ["<h1>Cookies</h1>\r\n<p>Dur\xe9e", "", "half \ud800 of a pair, \x00\x1a, \U0001f36a"])
def test_the_result_is_that_of_the_reader(text, format_):
    assert read_isolated(text, format_) == read_document(text, format_)


def test_a_reader_that_takes_too_long_is_stopped():
    with pytest.raises(UnreadableError, match="stopped after 0 seconds"):
        read_isolated("<p>x", Format.HTML, seconds=0)


@pytest.mark.parametrize(
    "fate",
    [
        "raise ValueError('told to nobody')",
        "import os; os.abort()",
        "import os; os._exit(0)",
        "import os; os.write(1, b'no document'); os._exit(0)",
        "import os; os.write(2, b'told to nobody'); os._exit(1)",
        "import os, pickle; os.write(1, pickle.dumps('a longer text')[:-9]); os._exit(0)",
    ],
)
def test_a_reader_that_dies_is_told_and_nothing_else(tmp_path, monkeypatch, capfd, fate):
    (tmp_path / "selectolax.py").write_text(fate, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(UnreadableError, match="before it was done"):
        read_isolated("<p>x", Format.HTML)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("is_asked", [False, True])
def test_a_reader_is_gone_at_its_end(tmp_path, monkeypatch, is_asked):
    mark = tmp_path / "is_done"
    (tmp_path / "selectolax.py").write_text(f"import time; time.sleep(2); open({str(mark)!r}, 'x')", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with IsolatedReader(Format.HTML) as reader:
        if is_asked:
            with pytest.raises(UnreadableError, match="was stopped after"):
                reader.read("<p>x", seconds=0.1)
        process = reader._process
    assert process.returncode not in (None, 0, 1)
    assert not mark.exists()


def test_a_reader_that_cannot_be_started_is_told(monkeypatch):
    monkeypatch.setattr(sys, "executable", os.devnull)
    with pytest.raises(UnreadableError, match="before it was done"):
        read_isolated("<p>x", Format.HTML)


def test_a_reader_imports_nothing_from_the_current_folder(tmp_path):
    """Unless this process does, which is told not to."""
    (tmp_path / "pickle.py").write_text("raise SystemExit(1)", "utf-8")
    code = (
        "from cookiewarden.tools.importing.documents import Format\n"
        "from cookiewarden.tools.importing.isolated import IsolatedReader\n"
        "with IsolatedReader(Format.HTML) as reader:\n"
        "    print(reader.read('<p>x').blocks[0].words.text)"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, cwd=tmp_path, timeout=SECONDS_TO_WAIT
    )
    assert (done.stdout, done.stderr) == ("x\n", "")
