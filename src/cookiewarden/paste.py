"""The filter for PasteDeploy: options of the WSGI middleware in an ini file, as ``pserve`` reads it.

    [filter:cookiewarden]
    use = egg:cookiewarden
    policy = %(here)s/cookies.toml
    secret_key = ...

Rule: each text becomes the value that the option has in Python. One error names every key that is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pkgutil import resolve_name
from typing import Any

from cookiewarden.errors import did_you_mean, naming_also, printable
from cookiewarden.middleware.framework_options import under
from cookiewarden.wsgi import CookieWardenMiddleware, WSGIApp

_WORDS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


def filter_app(app: WSGIApp, global_conf: Mapping[str, str], /, **settings: str) -> CookieWardenMiddleware:
    """Wrap an app with the options of an ini file's section: a ``paste.filter_app_factory``.

    ``policy`` is ``cookies.toml`` by default. A relative path is relative to the folder of the ini file. An option that
    is on or off is ``true`` or ``false``. Several keys, origins, signals or renamed cookies stand on a line each, a
    renamed one as ``sessionid = pretix_session``. A function is named as ``package.module:function``. ``pages = none``
    leaves the pages out.

    Raises ``PolicyError`` or ``OptionError`` with every fault.

    >>> def site(environ, start_response): ...
    >>> section = {"policy": "none.toml", "secret_key": "at least sixteen bytes", "report_onyl": "true"}
    >>> filter_app(site, {"here": "/srv/town"}, **section)
    Traceback (most recent call last):
    ...
    cookiewarden.errors.PolicyError: 1 problem in the policy, 1 in the options: ...
      options: report_onyl: there is no such option; did you mean report_only?
    """
    options: dict[str, Any] = {"policy": "cookies.toml"}
    faults = []
    for name, text in settings.items():
        if name not in _READERS:
            faults.append(f"{name}: there is no such option; {did_you_mean(name, _READERS)}")
            continue
        try:
            options[name] = _READERS[name](text.strip())
        except ValueError as error:
            faults.append(f'{name}: "{printable(text)}" {error}')
    with naming_also(faults):
        return CookieWardenMiddleware(app, **under(global_conf.get("here"), options))


def _optional(text: str) -> str | None:
    return None if text.lower() == "none" else text


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _flag(text: str) -> bool:
    if text.lower() not in _WORDS:
        raise ValueError("is neither true nor false")
    return _WORDS[text.lower()]


def _function(text: str) -> Any:
    if ":" not in text:
        raise ValueError('is not the name of a function; write it as "package.module:function"')
    try:
        return resolve_name(text)
    except (ImportError, AttributeError, ValueError) as error:
        raise ValueError(f"cannot be imported: {error}") from None


def _functions(text: str) -> list[Any]:
    return list(map(_function, _lines(text)))


def _flag_or_function(text: str) -> Any:
    return _function(text) if ":" in text else _flag(text)


def _flag_or_report_only(text: str) -> Any:
    return text if text == "report-only" else _flag(text)


def _names(text: str) -> dict[str, str]:
    pairs = [line.partition("=") for line in _lines(text)]
    if not all(equals for _, equals, _ in pairs):
        raise ValueError('must have a line such as "sessionid = pretix_session" for each cookie')
    return {name.strip(): new.strip() for name, _, new in pairs}


#: How to read each option from the text of an ini file.
_READERS: dict[str, Callable[[str], Any]] = {
    "policy": str,
    "secret_key": _lines,
    "rename": _names,
    "secure": _flag,
    "report_only": _flag_or_function,
    "consent_needed": _function,
    "signals": _functions,
    "profile": _function,
    "pages": _optional,
    "trusted_origins": _lines,
    "templates": str,
    "language_cookie": str,
    "script": _flag,
    "clear_cache": _flag,
    "csp": _flag_or_report_only,
    "hide_undeclared": _flag,
    "on_choice": _function,
    "on_decision": _function,
    "watch": _flag,
    "learn": str,
}
