"""Read what one file of a Python project says: its name, and the parts that it is made with.

Rule: it takes the text of a file, and runs none of it. What has another shape than it should names nothing.
"""

from __future__ import annotations

import ast
import configparser
import re
import tomllib
import warnings
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from cookiewarden.tools.project_parts import BY_APP, BY_PACKAGE, Part, parts_of

_SETTINGS = re.compile(r"DJANGO_SETTINGS_MODULE[\"'],\s*[\"']([A-Za-z_][A-Za-z0-9_.]*)[\"']")
_INSTALLED_APPS = re.compile(r"^INSTALLED_APPS\b", re.MULTILINE)
_IMPORT = re.compile(r"^(?:from|import)[ \t]+([A-Za-z_]\w*)", re.MULTILINE)
_APP = re.compile(r"[\"']([A-Za-z_][A-Za-z0-9_]*)(?:\.[A-Za-z0-9_.]*)?[\"']")


class Found(NamedTuple):
    """What one file says: the name of the project, what it needs to run, and what only extras and groups name."""

    name: str = ""
    needed: Sequence[Part] = ()
    others: Sequence[Part] = ()


def read_pyproject(text: str) -> Found:
    """Read the dependencies of PEP 621, of dependency groups (PEP 735), and of Poetry."""
    table = tomllib.loads(text)
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
    return Found(name if isinstance(name, str) else "", parts_of(needed), parts_of(others))


def read_pipfile(text: str) -> Found:
    """Read the packages, and those for development."""
    table = tomllib.loads(text)
    return Found(needed=parts_of(_table(table.get("packages"))), others=parts_of(_table(table.get("dev-packages"))))


def read_setup_cfg(text: str) -> Found:
    """Read the options of setuptools."""
    parser = configparser.RawConfigParser()
    parser.read_string(text)
    needed = parser.get("options", "install_requires", fallback="").splitlines()
    extras = parser["options.extras_require"].values() if "options.extras_require" in parser else ()
    others = [line for extra in extras for line in extra.splitlines()]
    return Found(parser.get("metadata", "name", fallback=""), parts_of(needed), parts_of(others))


def read_setup_py(text: str) -> Found:
    """Read the lists that stand under ``install_requires``."""
    with warnings.catch_warnings(action="ignore"):  # of what the parser thinks of the code
        tree = ast.parse(text)
    lists = (
        node.value.elts
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword)
        and node.arg == "install_requires"
        and isinstance(node.value, ast.List | ast.Tuple)
    )
    words = (one.value for elements in lists for one in elements if isinstance(one, ast.Constant))
    return Found(needed=parts_of(word for word in words if isinstance(word, str)))


def read_uv_lock(text: str) -> Found:
    """Read what the projects in this folder depend on. The other packages are what those need."""
    packages = tomllib.loads(text).get("package")
    rows = [_table(row) for row in (packages if isinstance(packages, list) else ())]
    here = [row for row in rows if "." in (_table(row.get("source")).get(key) for key in ("editable", "virtual"))]
    name = next((row["name"] for row in here if isinstance(row.get("name"), str)), "")
    needed = [one for row in here for one in _names(row.get("dependencies"))]
    groups = [_table(row.get(key)) for row in here for key in ("optional-dependencies", "dev-dependencies")]
    others = [one for group in groups for rows in group.values() for one in _names(rows)]
    return Found(name, parts_of(needed), parts_of(others))


def read_requirements(text: str) -> Found:
    """Read what the app runs with."""
    return Found(needed=parts_of(text.splitlines()))


def read_other_requirements(text: str) -> Found:
    """Read what people work with."""
    return Found(others=parts_of(text.splitlines()))


def read_manage(text: str) -> Found:
    """Read the script of Django: it names the settings."""
    return Found(needed=[BY_PACKAGE["django"]] if settings_named_by(text) else ())


def settings_named_by(manage: str) -> str:
    """Return the module of settings that a ``manage.py`` names, ``""`` if it names none."""
    match = _SETTINGS.search(manage)
    return match[1] if match else ""


def read_settings(text: str) -> Found:
    """Read a module that may have the settings of Django: it has if it lists the installed apps."""
    if not _INSTALLED_APPS.search(text):
        return Found()
    return Found(needed=[BY_PACKAGE["django"], *read_installed_apps(text).needed])


def read_installed_apps(text: str) -> Found:
    """Read the apps that settings of Django name, whatever list they stand in."""
    names = {match[1] for match in _APP.finditer(text)}
    return Found(needed=[part for app, part in BY_APP.items() if app in names])


def read_module(text: str) -> Found:
    """Read what a module imports, if that is a framework."""
    parts = parts_of(match[1] for match in _IMPORT.finditer(text))
    return Found(others=[part for part in parts if part.framework])


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _strings(*values: object) -> list[str]:
    """Return the strings of some lists. What else stands there, such as an included group, is no requirement."""
    return [one for value in values if isinstance(value, list) for one in value if isinstance(one, str)]


def _names(rows: object) -> list[str]:
    """Return the names of some tables."""
    return _strings([_table(row).get("name") for row in rows] if isinstance(rows, list) else None)
