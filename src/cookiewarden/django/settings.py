"""Read the options of the middleware from the settings of a Django site, and find what is wrong with them.

``COOKIEWARDEN`` is a dict; its keys are the options of ``cookiewarden.middleware.options.MiddlewareOptions``. What it
leaves out comes from Django's settings: the key from ``SECRET_KEY``, the names of cookies from ``SESSION_COOKIE_NAME``
and its like, ``secure`` from ``SESSION_COOKIE_SECURE``. A relative path is relative to ``BASE_DIR``, if there is one.
``trusted_origins`` does not come from ``CSRF_TRUSTED_ORIGINS``: Django asks those origins for a token, too.
Rule: one ``ImproperlyConfigured`` names every problem. No setting is changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from django import conf
from django.core.exceptions import ImproperlyConfigured
from django.utils.crypto import salted_hmac
from django.utils.module_loading import import_string

from cookiewarden.django.middleware import REMEDY
from cookiewarden.errors import CookieWardenError, MissingExtraError, OptionError, PolicyError, Problem, did_you_mean
from cookiewarden.middleware.base import make_pages
from cookiewarden.middleware.framework_options import under, with_new_names
from cookiewarden.middleware.options import MiddlewareOptions, check_options
from cookiewarden.policy.policy_set import load_policies

T = TypeVar("T")

#: The setting that holds the options.
SETTING = "COOKIEWARDEN"
_EXAMPLE = f'{SETTING} = {{"policy": BASE_DIR / "cookies.toml"}}'
#: The options that may be the dotted path of a function.
_FUNCTIONS = ("report_only", "consent_needed", "signals", "profile", "on_choice", "on_decision")
#: By the name in ``preset:django``: the setting that gives a cookie another name.
_RENAMED_BY = {
    "sessionid": "SESSION_COOKIE_NAME",
    "csrftoken": "CSRF_COOKIE_NAME",
    "django_language": "LANGUAGE_COOKIE_NAME",
}
# These stand for what is missing or wrong, so that the other options are checked, too. Nothing is served with them.
_STAND_INS: dict[str, Any] = {"policy": {"site": {"name": "Exampletown"}}, "secret_key": bytes(16)}


def wrap(middleware: Callable[..., T], site: object) -> T:
    """Wrap a site with the options of its settings; raises ``ImproperlyConfigured`` with every problem."""
    options, problems = read_options()
    if not problems:
        try:
            return middleware(site, **options)
        except (OptionError, PolicyError) as error:
            problems = _problems_of(error)
    raise _improper(find_problems() or problems)


def refuse_middleware() -> None:
    """Raise ``ImproperlyConfigured`` if the setting ``MIDDLEWARE`` names cookiewarden."""
    if problems := find_middleware():
        raise _improper(problems)


def find_middleware() -> list[Problem]:
    """Return a problem for each name of ours in the setting ``MIDDLEWARE``."""
    return [
        Problem("MIDDLEWARE", "", f'"{name}" is not a middleware of Django', REMEDY)
        for name in conf.settings.MIDDLEWARE
        if str(name).partition(".")[0] == "cookiewarden"
    ]


def read_options() -> tuple[dict[str, Any], list[Problem]]:
    """Return the options of the middleware, and the problems of the settings that they come from."""
    given = getattr(conf.settings, SETTING, None)
    if given is None:
        return {}, [Problem(SETTING, "", "the setting is missing", f"write {_EXAMPLE}")]
    if not isinstance(given, Mapping):
        return {}, [Problem(SETTING, "", f"must be a dict, not {type(given).__name__}", f"write {_EXAMPLE}")]
    known = MiddlewareOptions.__annotations__
    problems = [
        Problem(SETTING, str(name), "there is no such option", did_you_mean(str(name).lower(), known))
        for name in given
        if name not in known
    ]
    if "policy" not in given:
        problems.append(Problem(SETTING, "policy", "missing", f"write {_EXAMPLE}"))
    folder = getattr(conf.settings, "BASE_DIR", None)
    options = under(folder, {name: value for name, value in given.items() if name in known})
    if conf.settings.SESSION_COOKIE_SECURE:
        options.setdefault("secure", True)
    if conf.settings.USE_I18N:
        options.setdefault("language_cookie", conf.settings.LANGUAGE_COOKIE_NAME)
    options = with_new_names(options, {name: getattr(conf.settings, by) for name, by in _RENAMED_BY.items()})
    for name in _FUNCTIONS:
        try:
            if name in options:
                options[name] = _imported(options[name])
        except ImportError as error:
            problems.append(Problem(SETTING, name, f'"{options.pop(name)}" cannot be imported: {error}'))
    if "secret_key" not in options:
        try:
            options["secret_key"] = _derived_keys()
        except ImproperlyConfigured as error:
            problems.append(Problem("SECRET_KEY", "", str(error)))
    return options, problems


def find_problems() -> list[Problem]:
    """Return every problem of the setting, of the options and of the policy; changes and serves nothing."""
    options, problems = read_options()
    if "policy" in options:
        try:
            load_policies(options["policy"])
        except (OptionError, PolicyError) as error:
            problems += _problems_of(error)
            del options["policy"]
            options.pop("watch", None)  # a stand-in has no files to watch
    try:
        make_pages(check_options(**{**_STAND_INS, **options}))
    except (MissingExtraError, OptionError, PolicyError) as error:
        problems += _problems_of(error)
    return problems


def _imported(value: object) -> object:
    """Return what a dotted path names, for each path in a list, too; any other value as it is."""
    if isinstance(value, list | tuple):
        return list(map(_imported, value))
    return import_string(value) if isinstance(value, str) else value


def _derived_keys() -> list[bytes]:
    """Return keys made from Django's own, the oldest first. A key that signs for Django signs nothing else."""
    secrets = [conf.settings.SECRET_KEY, *conf.settings.SECRET_KEY_FALLBACKS]
    if not all(secrets):
        raise ImproperlyConfigured("SECRET_KEY_FALLBACKS must not hold an empty key.")
    salt = "cookiewarden.django.preferences"
    return [salted_hmac(salt, "", secret, algorithm="sha256").digest() for secret in reversed(secrets)]


def _problems_of(error: CookieWardenError) -> list[Problem]:
    if isinstance(error, PolicyError):
        return list(error.problems)
    return [Problem(SETTING, "", str(fault)) for fault in error.args]


def _improper(problems: Iterable[Problem]) -> ImproperlyConfigured:
    lines = [str(problem) for problem in problems]
    return ImproperlyConfigured(lines[0] if len(lines) == 1 else "\n  ".join([f"{len(lines)} problems:", *lines]))
