"""Fetch a suite and make its environment.

Rule: everything stays in the work folder, and what is there already is used as it is.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from suites.projects import Suite

ROOT = Path(__file__).parents[2]
INSIDE = Path(__file__).parent / "inside"


class UnpreparedError(Exception):
    """A suite could not be fetched, or its environment could not be made."""


def environment(suite: Suite, work: Path) -> Path:
    """Return the interpreter of an environment with the project, what its tests need, and cookiewarden."""
    folder = work / "environments" / f"{suite.name}-{suite.version}"
    python = folder / "bin" / "python"
    needed = [f"{suite.name}=={suite.version}", *suite.requirements, "-e", f"{ROOT}[asgi,wsgi]"]
    mark = folder / "has.txt"  # written last, so it marks a complete environment
    if not mark.exists() or mark.read_text() != "\n".join(needed):
        shutil.rmtree(folder, ignore_errors=True)
        _do(work, sys.executable, "-m", "venv", str(folder))
        _do(work, str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *needed)
        _open_inside(python)
        mark.write_text("\n".join(needed))
    return python


def _open_inside(python: Path) -> None:
    """Make each interpreter of an environment import ``suite_start``, whatever its variables are."""
    (packages,) = python.parents[1].glob("lib/python*/site-packages")
    (packages / "suites.pth").write_text(f"{INSIDE}\nimport suite_start\n")


def source(suite: Suite, work: Path, python: Path, given: Path | None = None) -> Path:
    """Return the unpacked source of a suite.

    ``given``: an archive or a folder to take it from, for example if its repository cannot be reached.
    """
    if given is not None and given.is_dir():
        return given
    folder = work / "sources" / f"{suite.name}-{suite.version}"
    if not folder.exists():
        partial = work / "partial"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        if given is None and suite.repository is not None:
            tag = suite.tag.format(version=suite.version)
            _do(work, "git", "clone", "-q", "--depth", "1", "--branch", tag, suite.repository, str(partial / "clone"))
        else:
            # Not by tarfile: before Python 3.11.4, it cannot refuse members that lead out of the folder, as tar does.
            archive = (given or _distribution(suite, work, python)).absolute()
            _do(work, "tar", "-xf", str(archive), "-C", str(partial.absolute()))
        (only,) = partial.iterdir()
        folder.parent.mkdir(exist_ok=True)
        only.rename(folder)
        partial.rmdir()
    return folder


def _distribution(suite: Suite, work: Path, python: Path) -> Path:
    """Download the source distribution of a release from the package registry, and return its archive."""
    folder = work / "distributions" / f"{suite.name}-{suite.version}"
    options = ["-q", "--disable-pip-version-check", "--no-deps", "--no-binary", suite.name, "-d", str(folder)]
    _do(work, str(python), "-m", "pip", "download", *options, f"{suite.name}=={suite.version}")
    (archive,) = folder.iterdir()
    return archive


def _do(work: Path, *command: str) -> None:
    done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-5:])
        raise UnpreparedError(f"{' '.join(command)}\n{tail}")
