"""Checks that the options of a middleware share: whether a value is a path, a folder, a file or a function.

Rule: a check answers, and never raises for a wrong value.
"""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Iterable
from pathlib import Path

from cookiewarden.errors import OptionError
from cookiewarden.http.set_cookie import has_prefix
from cookiewarden.middleware.signals import Signal
from cookiewarden.middleware.signatures import takes
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.policy_set import PolicySet, PolicySource, every_policy, source_files

_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]+)+")


def secure_faults(policies: Policy | PolicySet, secure: bool | None) -> list[str]:
    """Return a fault for each preferences cookie that browsers take only with Secure, if ``secure`` is ``False``."""
    faults: list[str] = []
    for options in (policy.preferences for policy in every_policy(policies)) if secure is False else ():
        if has_prefix(options.name.encode()):
            faults.append(
                f'secure: browsers refuse the preferences cookie "{options.name}" without Secure; leave secure out, '
                "or rename it"
            )
        elif options.embedded:
            faults.append(
                "secure: browsers refuse the preferences cookie in pages of other sites ([preferences] embedded) "
                "without Secure; leave secure out"
            )
    return faults


def is_prefix(pages: object) -> bool:
    """Return whether a value is a path that the pages may live under."""
    return isinstance(pages, str) and _PREFIX.fullmatch(pages) is not None and "/." not in pages


def is_folder(path: str | os.PathLike[str]) -> bool:
    """Return whether there is a folder at a path."""
    return bool(os.fspath(path)) and Path(path).is_dir()


def looked_for(path: object) -> str:
    """Return where a relative path was looked for, as the end of a message; ``""`` for anything else."""
    if not isinstance(path, str | os.PathLike) or Path(path).is_absolute():
        return ""
    return f"; it is relative to the working directory, {Path().absolute()}"


def has_files(policy: PolicySource) -> bool:
    """Return whether a policy comes from files, which can be watched."""
    try:
        return bool(source_files(policy))
    except (OSError, TypeError, ValueError):
        return False


def is_writable(path: str | os.PathLike[str]) -> bool:
    """Return whether a path is that of a file that can be written, or made."""
    try:
        found = Path(path)
        is_there = found.exists()
        is_path = bool(found.name) and "\0" not in found.name
        return is_path and os.access(found if is_there else found.parent, os.W_OK) and (found.is_file() or not is_there)
    except (OSError, ValueError):
        return False


def check_signals(given: object) -> tuple[tuple[Signal, ...], list[str]]:
    """Return the signals of a site, and what is wrong with them."""
    signals = tuple(given) if isinstance(given, Iterable) and not isinstance(given, str | bytes) else (given,)
    if all(map(is_plain_function, signals)):
        return signals, []
    return (), ["signals: must be plain functions, each of which takes a Request and returns names of categories"]


def csp_faults(csp: object, pages: object) -> list[str]:
    """Return what is wrong with the option ``csp``. ``pages``: the option of that name."""
    if not isinstance(csp, bool) and csp != "report-only":
        return [f'csp: must be True, False or "report-only", not {csp!r}']
    if csp == "report-only" and pages is None:
        return ["csp: reports go to a page, and pages is None; pass pages, or csp=True"]
    return []


def is_plain_function(function: object) -> bool:
    """Return whether a function takes one argument, and does its work when it is called, not when it is awaited."""
    kinds = (inspect.iscoroutinefunction, inspect.isasyncgenfunction)
    called = (function, getattr(function, "__call__", None))  # noqa: B004 - an object may have an async __call__
    is_awaited = any(is_kind(one) for is_kind in kinds for one in called)
    return callable(function) and takes(function, 1) is not False and not is_awaited


def template_faults(folder: str | os.PathLike[str] | None) -> list[str]:
    """Return the faults in a folder's templates. If nothing else is wrong, making the pages raises them."""
    if not isinstance(folder, str | os.PathLike) or not is_folder(folder):
        return []
    try:
        from cookiewarden.pages.templating import load_templates

        load_templates(Path(folder))
    except OptionError as error:
        return list(error.args)
    except ModuleNotFoundError:
        pass  # making the pages names the missing package
    return []
