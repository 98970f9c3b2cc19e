"""Recognise what the Python project in a folder is made with: from what its files list, or its app imports.

Rule: it reads, and never runs, what it finds. A file that is large, or that its parser refuses, is passed over and
named.
"""

from __future__ import annotations

import configparser
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

_MAX_BYTES = 1_000_000
_MAX_FILES = 20
# The name that a requirement begins with (PEP 508), and what may follow it.
_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:[\[<>=!~;@(,]|\s#|$)")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_SETTINGS = re.compile(r"DJANGO_SETTINGS_MODULE[\"'],\s*[\"']([A-Za-z_][A-Za-z0-9_.]*)[\"']")
# In the name of a file of requirements: it lists what people work with, and not what the app runs with.
_FOR_WORK = re.compile(r"dev|test|doc|lint|ci\b", re.IGNORECASE)
_IMPORT = re.compile(r"^(?:from|import)[ \t]+([A-Za-z_]\w*)", re.MULTILINE)
#: Where the app of a project without a list of requirements mostly is.
_MODULES = ("app.py", "main.py", "wsgi.py", "asgi.py")
_APP = re.compile(r"[\"']([A-Za-z_][A-Za-z0-9_]*)(?:\.[A-Za-z0-9_.]*)?[\"']")


class Part(NamedTuple):
    """Something that a project is made with. ``preset`` declares its cookies: ``""`` if it sets none.

    ``framework``: the one whose app is to be wrapped, ``""`` if it is none.
    """

    name: str
    preset: str
    framework: str


_PARTS = (
    Part("Django", "preset:django", "django"),
    Part("django-allauth", "preset:django-allauth", "django"),
    Part("Flask", "preset:flask", "flask"),
    Part("Flask-Login", "preset:flask-login", "flask"),
    Part("Flask-WTF", "preset:flask", "flask"),
    Part("FastAPI", "preset:starlette", "starlette"),
    Part("Starlette", "preset:starlette", "starlette"),
    Part("Quart", "preset:quart", "quart"),
    Part("Litestar", "preset:litestar", "litestar"),
    Part("Pyramid", "preset:pyramid", "pyramid"),
    Part("Falcon", "", "falcon"),
    Part("Bottle", "", "bottle"),
    Part("Datasette", "preset:datasette", ""),
    Part("Gradio", "preset:gradio", ""),
    Part("Isso", "preset:isso", ""),
    Part("pretix", "preset:pretix", "django"),
    Part("Trac", "preset:trac", ""),
    Part("Zope", "preset:zope", ""),
)
_BY_PACKAGE = {part.name.lower(): part for part in _PARTS}
#: The first part of a name under INSTALLED_APPS that is not the name of its package.
_BY_APP = {"allauth": _BY_PACKAGE["django-allauth"]}


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


class _Found(NamedTuple):
    """What one file says: the name of the project, what it needs to run, and what only extras and groups name."""

    name: str = ""
    needed: Sequence[Part] = ()
    others: Sequence[Part] = ()


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
    try:
        files = [*_files(folder)]
    except OSError:
        files = []
    for path, reader in files:
        file = path.relative_to(folder).as_posix()
        try:
            found = reader(_text(path))
        except _UnreadableError as error:
            passed_over.append(f"{file}: {error}")
            continue
        except (tomllib.TOMLDecodeError, configparser.Error):
            passed_over.append(f"{file}: is not in its format")
            continue
        except RecursionError:
            passed_over.append(f"{file}: is nested too deeply")
            continue
        name = name or (found.name if _NAME.fullmatch(found.name) else "")
        for part in found.needed:
            needed.setdefault(part, file)
        for part in found.others:
            others.setdefault(part, file)
    frameworks = {part.framework for part in needed}
    for part, file in others.items():
        if not frameworks or part.framework in frameworks:
            needed.setdefault(part, file)
    return Project(name, tuple(Recognised(part, file) for part, file in needed.items()), tuple(passed_over))


_Reader = Callable[[str], _Found]


def _files(folder: Path) -> Iterator[tuple[Path, _Reader]]:
    """Yield the files of the project that exist, with their readers."""
    named: dict[str, _Reader] = {
        "pyproject.toml": _pyproject,
        "Pipfile": _pipfile,
        "setup.cfg": _setup_cfg,
        "manage.py": _manage,
    }
    for name, reader in named.items():
        path = folder / name
        if path.is_file():
            yield path, reader
            if name == "manage.py":
                yield from _settings(folder, path)
    for place, pattern in ((folder, "requirements*.txt"), (folder / "requirements", "*.txt")):
        for path in sorted(place.glob(pattern))[:_MAX_FILES]:
            if path.is_file():
                yield path, _other_requirements if _FOR_WORK.search(path.stem) else _requirements
    yield from ((folder / name, _module) for name in _MODULES if (folder / name).is_file())


def _settings(folder: Path, manage: Path) -> Iterator[tuple[Path, _Reader]]:
    """Yield the settings that a ``manage.py`` names: a module, or the modules of a package."""
    try:
        match = _SETTINGS.search(_text(manage))
    except _UnreadableError:
        return
    if match is not None:
        path = folder.joinpath(*match[1].split("."))
        modules = [path.with_name(path.name + ".py"), path.parent / "base.py", *sorted(path.glob("*.py"))]
        yield from ((module, _installed_apps) for module in modules[:_MAX_FILES] if module.is_file())


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


def _pyproject(text: str) -> _Found:
    """Read the dependencies of PEP 621, of dependency groups (PEP 735), and of Poetry."""
    table = _toml(text)
    project = _table(table.get("project"))
    poetry = _table(_table(table.get("tool")).get("poetry"))
    # In the tables of Poetry, the keys are the names.
    needed = [*_strings(project.get("dependencies")), *_table(poetry.get("dependencies"))]
    groups = [_table(group).get("dependencies") for group in _table(poetry.get("group")).values()]
    others = [
        *_strings(*_table(project.get("optional-dependencies")).values()),
        *_strings(*_table(table.get("dependency-groups")).values()),
        *(name for group in (poetry.get("dev-dependencies"), *groups) for name in _table(group)),
    ]
    name = project.get("name") or poetry.get("name")
    return _Found(name if isinstance(name, str) else "", _parts(needed), _parts(others))


def _pipfile(text: str) -> _Found:
    table = _toml(text)
    return _Found(needed=_parts(_table(table.get("packages"))), others=_parts(_table(table.get("dev-packages"))))


def _setup_cfg(text: str) -> _Found:
    parser = configparser.RawConfigParser()
    parser.read_string(text)
    needed = parser.get("options", "install_requires", fallback="").splitlines()
    extras = parser["options.extras_require"].values() if "options.extras_require" in parser else ()
    others = [line for extra in extras for line in extra.splitlines()]
    return _Found(parser.get("metadata", "name", fallback=""), _parts(needed), _parts(others))


def _requirements(text: str) -> _Found:
    return _Found(needed=_parts(text.splitlines()))


def _other_requirements(text: str) -> _Found:
    return _Found(others=_parts(text.splitlines()))


def _manage(text: str) -> _Found:
    return _Found(needed=[_BY_PACKAGE["django"]] if _SETTINGS.search(text) else ())


def _installed_apps(text: str) -> _Found:
    names = {match[1] for match in _APP.finditer(text)}
    return _Found(needed=[part for app, part in _BY_APP.items() if app in names])


def _module(text: str) -> _Found:
    parts = _parts(match[1] for match in _IMPORT.finditer(text))
    return _Found(others=[part for part in parts if part.framework])


def _toml(text: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(text)
    except ValueError as error:  # a number with too many digits, too
        raise tomllib.TOMLDecodeError(str(error)) from None


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _strings(*values: object) -> list[str]:
    """Return the strings of some lists. What else stands there, such as an included group, is no requirement."""
    return [one for value in values if isinstance(value, list) for one in value if isinstance(one, str)]


def _parts(lines: Iterable[str]) -> list[Part]:
    """Return the parts that requirements name, each beginning with the name of a package."""
    matches = filter(None, map(_REQUIREMENT.match, lines))
    names = (re.sub(r"[-_.]+", "-", match[1]).lower() for match in matches)
    return [_BY_PACKAGE[name] for name in names if name in _BY_PACKAGE]
