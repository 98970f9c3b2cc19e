"""Loads the app that a target such as ``shop.wsgi:app`` names, and says whether it speaks WSGI or ASGI.

Rule: whatever happens while the module of an app is imported becomes one message that names the target.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from enum import StrEnum
from importlib import import_module
from inspect import Parameter, iscoroutinefunction, signature
from pathlib import Path
from typing import Any, NamedTuple

from cookiewarden.errors import CookieWardenError, printable

_TARGET = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(\.[A-Za-z_]\w*)*(\(\))?")


class TargetError(CookieWardenError, ValueError):
    """A target that cannot be audited: the message names it, and what to do, without what cannot be printed."""

    def __init__(self, message: str) -> None:
        super().__init__(printable(message))


class Interface(StrEnum):
    """How a server calls an app."""

    WSGI = "WSGI"
    ASGI = "ASGI"


class LoadedApp(NamedTuple):
    """An app, and how a server calls it."""

    app: Callable[..., Any]
    interface: Interface


def is_app(target: str) -> bool:
    """Return whether a target names an app: a module, a colon, and a name in it, with ``()`` if that makes the app.

    >>> [is_app(one) for one in ("shop.wsgi:app", "shop:make_app()", "https://shop.example", "site.har")]
    [True, True, False, False]
    """
    return _TARGET.fullmatch(target) is not None


def load_app(target: str) -> LoadedApp:
    """Import an app from the working directory or from what is installed. Raises ``TargetError``.

    >>> load_app("cookiewarden.tools.demo.portal:wsgi_portal").interface.value
    'WSGI'
    """
    module_name, _, path = target.partition(":")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    makes_it = path.endswith("()")
    try:
        found: Any = import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is not None and (module_name + ".").startswith(error.name + "."):
            remedy = "start the command in the folder of the project"
            raise TargetError(f"{target}: there is no module {error.name}; {remedy}") from None
        raise _failed(target, "importing its module", error) from None
    except (Exception, SystemExit) as error:
        raise _failed(target, "importing its module", error) from None
    for name in path.removesuffix("()").split("."):
        if not hasattr(found, name):
            raise TargetError(f"{target}: there is no {name} in {getattr(found, '__name__', module_name)}")
        found = getattr(found, name)
    if makes_it:
        try:
            found = found()
        except (Exception, SystemExit) as error:
            raise _failed(target, "making the app", error) from None
    return LoadedApp(found, _interface(target, found))


def _failed(target: str, what: str, error: BaseException) -> TargetError:
    return TargetError(f"{target}: {what} failed with {type(error).__name__}: {printable(error)[:500]}")


def _interface(target: str, app: Any) -> Interface:
    """Return how a server calls an app: a WSGI app takes two arguments, an ASGI app three."""
    if not callable(app):
        raise TargetError(f"{target}: is not an app; it cannot be called")
    if iscoroutinefunction(app) or iscoroutinefunction(type(app).__call__):
        return Interface.ASGI
    try:
        parameters = signature(app).parameters.values()
    except (TypeError, ValueError):
        return Interface.WSGI
    needed = [one for one in parameters if one.default is Parameter.empty and one.kind in _POSITIONAL]
    if any(one.kind is Parameter.VAR_POSITIONAL for one in parameters) and len(needed) < 2:
        return Interface.WSGI
    if len(needed) not in _BY_ARGUMENTS:
        remedy = f"if it makes the app, write {target}()"
        raise TargetError(f"{target}: takes {len(needed)} arguments, and neither a WSGI nor an ASGI app does; {remedy}")
    return _BY_ARGUMENTS[len(needed)]


_POSITIONAL = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
_BY_ARGUMENTS = {2: Interface.WSGI, 3: Interface.ASGI}
