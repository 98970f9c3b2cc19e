"""Merge a policy file and its bases, the layers, into one policy. The later layer wins, key by key and name by name.

Rule: it never opens a file. It adds every problem, of one layer or of the merged policy, to one list.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cookiewarden.errors import Problem, did_you_mean
from cookiewarden.policy.declaration import Category, Declaration, Text
from cookiewarden.policy.schema import LayerReader, default_language
from cookiewarden.policy.site import PreferencesOptions, Site


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """All that a policy and its bases declare, checked. ``files``: the files that it was read from."""

    label: str
    site: Site
    preferences: PreferencesOptions
    declarations: tuple[Declaration, ...]
    report_only: frozenset[str] = frozenset()
    files: frozenset[Path] = frozenset()


@dataclass(frozen=True, slots=True)
class Layer:
    """One file or mapping as it was read: its label in problems, and its keys."""

    label: str
    table: Mapping[str, Any]


def merge(
    label: str, layers: Sequence[Layer], files: frozenset[Path], problems: list[Problem]
) -> PolicyDocument | None:
    """Return the policy that the layers, the lowest first, make up, or ``None`` if there is any problem, old or new."""
    is_all_read = are_bases_whole = not problems
    language = default_language([layer.table for layer in layers])
    site: dict[str, Any] = {}
    preferences: dict[str, Any] = {}
    report_only: frozenset[str] = frozenset()
    declarations: dict[str, Declaration] = {}
    for layer in layers:
        reader = LayerReader(layer.label, layer.table, language, problems)
        site |= reader.site()
        preferences |= reader.preferences()
        said = reader.report_only()
        report_only = report_only if said is None else said
        for name in reader.remove():
            # If a base could not be read, it may declare this name.
            if declarations.pop(name, None) is None and are_bases_whole:
                remedy = did_you_mean(name, declarations) if declarations else "extend a base that has it"
                problems.append(Problem(layer.label, "remove", f'no base declares "{name}"', remedy))
        for declaration in reader.cookies():
            for name in declaration.names:
                declarations[name] = declaration
        are_bases_whole = not problems
    if is_all_read and "name" not in site and not any(problem.key in ("site", "site.name") for problem in problems):
        problems.append(Problem(label, "site.name", "missing", 'write [site] and name = "..." under it'))
    options = PreferencesOptions(**preferences)
    if options.domain and options.name.lower().startswith("__host-"):
        remedy = "leave the domain out, or rename the cookie"
        problems.append(Problem(label, "preferences.domain", "browsers refuse a __Host- cookie with a domain", remedy))
    rows = _with_preferences(label, _regrouped(declarations), options, language, problems)
    if problems:
        return None
    hosts = site.get("hosts", ())
    site["id"] = site.get("id") or (hosts[0] if hosts else str(site["name"]))
    return PolicyDocument(label, Site(**site), options, rows, report_only, files)


def _regrouped(declarations: Mapping[str, Declaration]) -> list[Declaration]:
    """Return each declaration once, with the names that no later file removed or declared itself."""
    by_id = {id(declaration): declaration for declaration in declarations.values()}
    left = Counter(map(id, declarations.values()))
    return [
        one
        if left[key] == len(one.names)
        else replace(one, names=tuple(name for name in one.names if declarations.get(name) is one))
        for key, one in by_id.items()
    ]


def _with_preferences(
    label: str,
    declarations: list[Declaration],
    options: PreferencesOptions,
    language: str,
    problems: list[Problem],
) -> tuple[Declaration, ...]:
    """Return the declarations. If the site does not declare the preferences cookie, add its declaration."""
    found = next((declaration for declaration in declarations if options.name in declaration.names), None)
    if found is not None:
        if found.category is not Category.NECESSARY:
            problems.append(
                Problem(
                    label,
                    "cookies",
                    f'"{options.name}" is declared {found.category}, but it stores the choices',
                    "declare it necessary, or leave it out and it is declared for you",
                )
            )
        return tuple(declarations)
    ours = Declaration(
        names=(options.name,),
        category=Category.NECESSARY,
        purpose=Text(
            {
                "en": "Remembers which categories of cookies you accept on this site.",
                "fr": "Retient les catégories de cookies que vous acceptez sur ce site.",
                "nl": "Onthoudt welke soorten cookies u op deze site accepteert.",
                "de": "Merkt sich, welche Arten von Cookies Sie auf dieser Website zulassen.",
            },
            language,
        ),
        lifetime=options.lifetime,
        path="/",
        domain=options.domain,
    )
    return (*declarations, ours)
