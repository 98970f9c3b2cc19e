"""The options of a middleware, checked once, at start.

Rule: one error names every fault of every option. Code after the check relies on it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypedDict

from cookiewarden.choices.preferences_cookie import SecretKey, check_keys
from cookiewarden.choices.record import ChoiceRecord
from cookiewarden.errors import CookieWardenError, OptionError, naming_also
from cookiewarden.http.origin import check_origins
from cookiewarden.middleware.option_checks import (
    check_signals,
    csp_faults,
    has_files,
    is_folder,
    is_plain_function,
    is_prefix,
    is_writable,
    looked_for,
    secure_faults,
    template_faults,
)
from cookiewarden.middleware.signals import Signal
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.policy_set import (
    PolicySet,
    PolicySource,
    absolute_source,
    every_policy,
    load_policies,
)
from cookiewarden.policy.rename_option import check_rename
from cookiewarden.policy.values import TOKEN
from cookiewarden.reporting.on_decision import OnDecision

#: A callback for each choice; what it returns is ignored.
OnChoice = Callable[[ChoiceRecord], object]
#: Takes an ASGI scope or a WSGI environ, and returns True or False.
Predicate = Callable[[Any], bool]
#: Takes an ASGI scope or a WSGI environ, and returns the name of a profile; ``None`` for the strictest.
ProfileOf = Callable[[Any], str | None]

_NO_POLICY = 'policy: missing; pass the path of the policy file, as in policy="cookies.toml"'
_NO_KEY = (
    "secret_key: missing; pass a secret of at least 16 bytes that stays the same when the app restarts; "
    "make one with: python -c 'import secrets; print(secrets.token_urlsafe(32))'"
)
#: The path that the pages live under by default.
DEFAULT_PREFIX = "/cookies"


class CommonOptions(TypedDict, total=False):
    """The options that every site may leave out.

    ``secure``: whether the preferences cookie is Secure; ``None`` for what the scheme says.

    ``rename``: new names, by the old ones, for cookies that presets declare. A name that no preset in use declares is
    ignored. A ready ``Policy`` or ``PolicySet`` cannot take it.

    ``report_only``: log what would be blocked, and block nothing; choices are still remembered. It may be a function of
    the scope or environ that decides for one request. A policy file may also say so, for the site or some of its
    cookies. ``consent_needed``: a function of the scope or environ that says whether a request needs consent at all.
    ``signals``: functions that take a ``Request`` and return the names of the categories that it refuses, beside Global
    Privacy Control. A choice that the visitor made on the site goes before them. ``hide_undeclared``: hide from the app
    not only the request cookies that need consent and lack it, but also those that the policy does not declare.

    ``profile``: a function of the scope or environ that names the profile whose rules count for a request; ``None``
    stands for the one with the fewest exemptions. No ``Vary`` is added for it: a shared cache must know what it reads.

    ``pages``: the path that the policy page, the preferences page and the API live under, ``"/cookies"`` by default;
    ``None`` for none of them. ``trusted_origins``: other origins that may send a choice, such as
    ``"https://www.example.org"``, if a proxy rewrites the host. ``templates``: a folder with the site's own templates,
    catalogs and ``theme.css``. ``language_cookie``: the site's own cookie that holds a language tag. ``script``:
    whether the banner and the placeholders come with a script, so that visitors choose without leaving the page.
    ``clear_cache``: whether a choice by a form asks the browser to drop the pages that it keeps of the site.
    ``csp``: whether documents leave with a Content-Security-Policy that admits only the hosts of declarations that may
    be used now. It asks some visitors' browsers to report hosts that no declaration names; with ``"report-only"``, that
    is all it does. With ``True``, a choice always loads the page anew.

    ``on_choice``: called with a ``ChoiceRecord`` for each choice. ``on_decision``: called with a ``DecisionRecord`` for
    each Set-Cookie line. ``watch``: load the policy anew when its files change. ``learn``: a file to which the
    middleware adds what the app sets; a policy can be drafted from it.
    """

    rename: Mapping[str, str] | None
    secure: bool | None
    report_only: bool | Predicate
    consent_needed: Predicate | None
    signals: Iterable[Signal]
    profile: ProfileOf | None
    hide_undeclared: bool
    pages: str | None
    trusted_origins: Iterable[str]
    templates: str | os.PathLike[str] | None
    language_cookie: str | None
    script: bool
    clear_cache: bool
    csp: bool | Literal["report-only"]
    on_choice: OnChoice | None
    on_decision: OnDecision | None
    watch: bool
    learn: str | os.PathLike[str] | None


class MiddlewareOptions(CommonOptions):
    """The options of a middleware as a site writes them: two that it must give, and those of ``CommonOptions``.

    ``policy``: the path of a policy file, or of a folder of them; a mapping, a ``Policy`` or a ``PolicySet``.
    ``secret_key``: text or bytes that sign the preferences cookie, at least 16 bytes; or several, the oldest first. The
    last one signs.
    """

    policy: PolicySource
    secret_key: SecretKey


class ExtensionOptions(CommonOptions, total=False):
    """The same options for a framework's extension, which finds those that are left out in the app's configuration."""

    policy: PolicySource
    secret_key: SecretKey


@dataclass(frozen=True, slots=True)
class Options:
    """The options after the check; ``check_options`` makes them."""

    source: PolicySource
    policies: Policy | PolicySet
    rename: Mapping[str, str]
    watch: bool
    learn: Path | None
    keys: list[bytes] = field(repr=False)
    secure: bool | None
    report_only: bool | Predicate
    consent_needed: Predicate | None
    signals: tuple[Signal, ...]
    profile: ProfileOf | None
    hide_undeclared: bool
    pages: str | None
    trusted_origins: frozenset[str]
    templates: Path | None
    language_cookie: str | None
    script: bool
    clear_cache: bool
    csp: bool | Literal["report-only"]
    on_choice: OnChoice | None
    on_decision: OnDecision | None


def check_options(
    policy: PolicySource | None,
    secret_key: SecretKey | None,
    *,
    rename: Mapping[str, str] | None = None,
    secure: bool | None = None,
    report_only: bool | Predicate = False,
    consent_needed: Predicate | None = None,
    signals: Iterable[Signal] = (),
    profile: ProfileOf | None = None,
    hide_undeclared: bool = False,
    pages: str | None = DEFAULT_PREFIX,
    trusted_origins: Iterable[str] = (),
    templates: str | os.PathLike[str] | None = None,
    language_cookie: str | None = None,
    script: bool = True,
    clear_cache: bool = True,
    csp: bool | Literal["report-only"] = False,
    on_choice: OnChoice | None = None,
    on_decision: OnDecision | None = None,
    watch: bool = False,
    learn: str | os.PathLike[str] | None = None,
) -> Options:
    """Check the options of a middleware and return them. Raises ``PolicyError`` or ``OptionError`` with every fault.

    ``None`` for ``policy`` or ``secret_key`` stands for an option that is missing.
    """
    origins, faults = check_origins(trusted_origins)
    if secure not in (None, True, False):
        faults.append(f"secure: must be None, True or False, not {secure!r}")
    if not isinstance(report_only, bool) and not is_plain_function(report_only):
        faults.append(
            "report_only: must be True, False, or a plain function that takes a request and returns one of them"
        )
    if consent_needed is not None and not is_plain_function(consent_needed):
        faults.append("consent_needed: must be a plain function that takes a request and returns True or False")
    if profile is not None and not is_plain_function(profile):
        faults.append(
            "profile: must be a plain function that takes the scope (ASGI) or the environ (WSGI), and returns the name "
            "of a profile or None"
        )
    own_signals, signal_faults = check_signals(signals)
    faults += signal_faults
    if pages is not None and not is_prefix(pages):
        faults.append(f'pages: {pages!r} is not a path; write it as "/cookies", or None for no pages')
    if templates is not None and not (isinstance(templates, str | os.PathLike) and is_folder(templates)):
        faults.append(f"templates: {templates!r} is not a folder{looked_for(templates)}")
    if language_cookie is not None and not (isinstance(language_cookie, str) and TOKEN.fullmatch(language_cookie)):
        faults.append(f"language_cookie: {language_cookie!r} is not a plain cookie name")
    switches = {"hide_undeclared": hide_undeclared, "script": script, "clear_cache": clear_cache, "watch": watch}
    faults += [
        f"{name}: {value!r} is neither True nor False"
        for name, value in switches.items()
        if not isinstance(value, bool)
    ]
    faults += csp_faults(csp, pages)
    if on_choice is not None and not is_plain_function(on_choice):
        faults.append("on_choice: must be a plain function that takes a ChoiceRecord, not a coroutine function")
    if on_decision is not None and not is_plain_function(on_decision):
        faults.append("on_decision: must be a plain function that takes a DecisionRecord, not a coroutine function")
    if watch is True and policy is not None and not (isinstance(policy, str | os.PathLike) or has_files(policy)):
        faults.append("watch: there are no files to watch; give the path of the policy")
    if learn is not None and not (isinstance(learn, str | os.PathLike) and is_writable(learn)):
        faults.append(f"learn: {learn!r} is not a file that can be written to{looked_for(learn)}")
    keys: list[bytes] = []
    if secret_key is None:
        faults.append(_NO_KEY)
    else:
        try:
            keys = check_keys(secret_key)
        except OptionError as error:
            faults.append(str(error))
    new_names: dict[str, str] = {}
    try:
        new_names = check_rename({} if rename is None else rename)
    except OptionError as error:
        faults += error.args
    try:
        with naming_also(faults):
            if policy is None:
                raise OptionError(_NO_POLICY)
            policies = load_policies(policy, new_names)
            faults += secure_faults(policies, secure)
            if profile is not None and not any(one.site.profile for one in every_policy(policies)):
                faults.append('profile: the site lists none to choose from; write profile = ["fr", "uk"] under [site]')
    except CookieWardenError:
        with naming_also(template_faults(templates)):
            raise
    folder = None if templates is None else Path(templates)
    return Options(
        source=absolute_source(policy),
        policies=policies,
        rename=new_names,
        watch=watch,
        learn=None if learn is None else Path(learn).absolute(),
        keys=keys,
        secure=secure,
        report_only=report_only,
        consent_needed=consent_needed,
        signals=own_signals,
        profile=profile,
        hide_undeclared=hide_undeclared,
        pages=pages,
        trusted_origins=origins,
        templates=folder,
        language_cookie=language_cookie,
        script=script,
        clear_cache=clear_cache,
        csp=csp,
        on_choice=on_choice,
        on_decision=on_decision,
    )
