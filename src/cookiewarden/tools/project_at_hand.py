"""Recognise what the Python project in a folder is made with: from what its files list, or its app imports.

Rule: it reads, and never runs, what it finds. A file that is large, or that its parser refuses, is passed over and
named.
"""

from __future__ import annotations

import configparser
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from cookiewarden.tools import project_readers as readers
from cookiewarden.tools.project_parts import Part
from cookiewarden.tools.project_readers import Found

_MAX_BYTES = 1_000_000
_MAX_FILES = 20
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
# In the name of a file of requirements: it lists what people work with, and not what the app runs with.
_FOR_WORK = re.compile(
    r"(?:^|[-_.])(?:dev|devel|development|tests?|testing|docs?|documentation|lint|linting|ci)(?:$|[-_.])", re.IGNORECASE
)
#: Where the app of a project without a list of requirements mostly is.
_MODULES = ("app.py", "main.py", "wsgi.py", "asgi.py")


class Recognised(NamedTuple):
    """A part of the project, and the file that names it, relative to the folder."""

    part: Part
    file: str


@dataclass(frozen=True, slots=True)
class Project:
    """What a project is made with, in the order found. ``name``: the project's own name, ``""`` if no file says it.

    ``passed_over``: the files that could not be read, each with the reason.
    """

    name: str = ""
    recognised: tuple[Recognised, ...] = ()
    passed_over: tuple[str, ...] = ()

    @property
    def presets(self) -> tuple[str, ...]:
        """The presets that declare the cookies of its parts."""
        return tuple(dict.fromkeys(one.part.preset for one in self.recognised if one.part.preset))

    @property
    def framework(self) -> str:
        """The framework whose app is to be wrapped, ``""`` if none was recognised."""
        return next((one.part.framework for one in self.recognised if one.part.framework), "")


class _UnreadableError(Exception):
    """A file that is passed over, and why."""


def project_in(folder: Path) -> Project:
    """Return what the project in a folder is made with. Of a folder that cannot be read, nothing is known.

    Extras and groups often name what tests need. If the project needs a framework, theirs count only for that one.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "requirements.txt").write_text("Flask>=3")
    ...     found = project_in(Path(folder))
    >>> found.framework, found.presets
    ('flask', ('preset:flask',))
    """
    needed: dict[Part, str] = {}
    others: dict[Part, str] = {}
    passed_over = []
    name = ""
    for path, reader in _files(folder):
        file = path.relative_to(folder).as_posix()
        try:
            found = reader(_text(path))
        except _UnreadableError as error:
            passed_over.append(f"{file}: {error}")
            continue
        except (configparser.Error, SyntaxError, ValueError):
            passed_over.append(f"{file}: is not in its format")
            continue
        except (RecursionError, MemoryError):
            passed_over.append(f"{file}: is nested too deeply")
            continue
        name = name or (found.name if _NAME.fullmatch(found.name) else "")
        for part in found.needed:
            needed.setdefault(part, file)
        for part in found.others:
            others.setdefault(part, file)
    frameworks = {part.framework for part in needed if part.framework}
    for part, file in others.items():
        if not frameworks or part.framework in frameworks:
            needed.setdefault(part, file)
    return Project(name, tuple(Recognised(part, file) for part, file in needed.items()), tuple(passed_over))


_Reader = Callable[[str], Found]


def _files(folder: Path) -> Iterator[tuple[Path, _Reader]]:
    """Yield the files of the project that exist, with their readers."""
    named: dict[str, _Reader] = {
        "pyproject.toml": readers.read_pyproject,
        "Pipfile": readers.read_pipfile,
        "setup.cfg": readers.read_setup_cfg,
        "setup.py": readers.read_setup_py,
        "manage.py": readers.read_manage,
    }
    if not _is_file(folder / "pyproject.toml"):  # which says the same, and is shorter
        named["uv.lock"] = readers.read_uv_lock
    for name, reader in named.items():
        path = folder / name
        if _is_file(path):
            yield path, reader
            if name == "manage.py":
                yield from _named_settings(folder, path)
    for pattern in ("requirements*.txt", "requirements*.in", "requirements/*.txt", "requirements/*.in"):
        for path in _matching(folder, pattern):
            is_for_work = _FOR_WORK.search(path.stem)
            yield path, readers.read_other_requirements if is_for_work else readers.read_requirements
    for pattern in ("settings.py", "*/settings.py", "*/settings/*.py"):
        yield from ((path, readers.read_settings) for path in _matching(folder, pattern))
    yield from ((folder / name, readers.read_module) for name in _MODULES if _is_file(folder / name))


def _matching(folder: Path, pattern: str) -> Iterator[Path]:
    """Yield the first files with such a name."""
    try:
        paths = sorted(folder.glob(pattern))
    except OSError:
        return
    yield from (path for path in paths[:_MAX_FILES] if _is_file(path))


def _is_file(path: Path) -> bool:
    """Return whether a file is there. None is where nobody can look, or where the path is too long."""
    try:
        return path.is_file()
    except OSError:
        return False


def _named_settings(folder: Path, manage: Path) -> Iterator[tuple[Path, _Reader]]:
    """Yield the settings that a ``manage.py`` names: a module, or the modules of a package."""
    try:
        name = readers.settings_named_by(_text(manage))
    except _UnreadableError:
        return
    if name:
        path = folder.joinpath(*name.split("."))
        modules = [path.with_name(path.name + ".py"), path.parent / "base.py", *_matching(path, "*.py")]
        yield from ((module, readers.read_installed_apps) for module in modules[:_MAX_FILES] if _is_file(module))


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
        if len(data) > _MAX_BYTES:
            raise _UnreadableError(f"is larger than {_MAX_BYTES:,} bytes")
        return data.decode("utf-8-sig")
    except OSError as error:
        raise _UnreadableError(f"cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise _UnreadableError("is not UTF-8") from None
