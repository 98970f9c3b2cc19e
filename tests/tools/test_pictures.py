"""The pictures of the README, and the script that makes them."""

import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from waiting import SECONDS_TO_WAIT

FOLDER = Path(__file__).parents[2] / "examples" / "pictures"
# Runs the script without one of what it needs: a package, or every program on the path.
WITHOUT = """
import runpy, sys
sys.modules[sys.argv.pop(2)] = None
runpy.run_path(sys.argv[1], run_name="__main__")
"""


@pytest.mark.parametrize(("name", "most"), [("banner.png", 150_000), ("terminal.png", 200_000)])
def test_a_picture_is_small_and_large_enough_to_read(name, most):
    data = (FOLDER / name).read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(data) < most
    width, height = struct.unpack(">II", data[16:24])
    assert width >= 1000
    assert height >= 700


@pytest.mark.parametrize(
    ("hidden", "path", "message"),
    [
        ("playwright", os.environ.get("PATH", ""), "The pictures need Playwright: pip install playwright\n"),
        ("no_such_package", "", "The pictures need Chromium, and none of these is installed: chromium, "),
    ],
)
def test_the_script_says_what_it_lacks_and_writes_nothing(tmp_path, hidden, path, message):
    if hidden != "playwright":
        pytest.importorskip("playwright")
    script = tmp_path / "make.py"
    script.write_text((FOLDER / "make.py").read_text("utf-8"), "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, str(script), hidden],
        capture_output=True,
        text=True,
        timeout=SECONDS_TO_WAIT,
        env={**os.environ, "PATH": path},
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(message)
    assert done.stderr.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["make.py"]
