"""The system checks: ``manage.py check`` shows what is wrong with the policy, the options and the entry points.

    cookiewarden.E001  a problem of the policy
    cookiewarden.E002  a problem of the setting COOKIEWARDEN, or of a setting that it takes values from
    cookiewarden.E003  cookiewarden in the setting MIDDLEWARE
    cookiewarden.W001  wsgi.py or asgi.py serves the site without cookiewarden

Rule: a check starts nothing and logs nothing. It reads the source of an entry point, and does not import it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from importlib.abc import InspectLoader
from importlib.util import find_spec
from typing import Any

from django import conf
from django.core import checks

from cookiewarden.django.settings import SETTING, find_middleware, find_problems
from cookiewarden.errors import Problem

_SETTINGS = (SETTING, "SECRET_KEY")


def check_options(**_: Any) -> list[checks.CheckMessage]:
    """Return every problem of the setting ``COOKIEWARDEN`` and of the policy.

    >>> from django.conf import settings
    >>> from django.test import override_settings
    >>> if not settings.configured:
    ...     settings.configure(SECRET_KEY="a key of Django, for tests")
    >>> with override_settings(COOKIEWARDEN={"polciy": "cookies.toml", "secret_key": "at least sixteen bytes"}):
    ...     print(check_options()[0].msg, check_options()[0].hint, sep="; ")
    COOKIEWARDEN: polciy: there is no such option; did you mean policy?
    """
    return [_error(one, "E002" if one.file in _SETTINGS else "E001") for one in find_problems()]


def check_middleware(**_: Any) -> list[checks.CheckMessage]:
    """Return an error for each name of ours in the setting ``MIDDLEWARE``."""
    return [_error(one, "E003") for one in find_middleware()]


def check_entry_points(**_: Any) -> list[checks.CheckMessage]:
    """Return a warning for each entry point that serves the site without cookiewarden."""
    return [
        checks.Warning(
            f"{module} serves the site without cookiewarden, so no cookie is stopped there",
            hint=f"write this in place of Django's own import: from cookiewarden.django import get_{kind}_application; "
            f"it needs pip install 'cookiewarden[{kind}]'; if no server loads the module, delete it",
            id="cookiewarden.W001",
        )
        for kind, module in _entry_points()
        if _is_bare(module)
    ]


def _error(problem: Problem, number: str) -> checks.CheckMessage:
    return checks.Error(str(replace(problem, remedy="")), hint=problem.remedy or None, id=f"cookiewarden.{number}")


def _entry_points() -> Iterator[tuple[str, str]]:
    """Yield the interface and the module of each entry point: those of the settings, and ``asgi`` beside ``wsgi``."""
    named = {kind: getattr(conf.settings, f"{kind.upper()}_APPLICATION", None) for kind in ("wsgi", "asgi")}
    packages = {path.rpartition(".")[0].rpartition(".")[0] for path in named.values() if isinstance(path, str)}
    for kind, path in named.items():
        modules = {path.rpartition(".")[0]} if isinstance(path, str) else {f"{package}.{kind}" for package in packages}
        yield from ((kind, module) for module in sorted(modules))


def _is_bare(module: str) -> bool:
    """Return whether a module exists, can be read, and imports nothing of cookiewarden."""
    try:
        spec = find_spec(module)
        loader = spec.loader if spec is not None else None
        source = loader.get_source(module) if isinstance(loader, InspectLoader) else None
        nodes = list(ast.walk(ast.parse(source))) if source else []
    except Exception:
        return False  # the server that imports it says what is wrong
    imported = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    imported += [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    return bool(nodes) and not any(name.partition(".")[0] == "cookiewarden" for name in imported)
