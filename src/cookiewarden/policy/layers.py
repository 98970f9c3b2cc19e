"""Merge a policy file and its bases, the layers, into one policy. The later layer wins, key by key and name by name.

Rule: it never opens a file. It adds every problem, of one layer or of the merged policy, to one list.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from cookiewarden.errors import Problem, did_you_mean
from cookiewarden.policy.declaration import Category, Declaration, Kind, Text
from cookiewarden.policy.declared_names import DeclaredNames
from cookiewarden.policy.profile_checks import lacks_of
from cookiewarden.policy.schema import LayerReader, default_language
from cookiewarden.policy.signals import SignalOptions
from cookiewarden.policy.site import CategoryTexts, PreferencesOptions, Site
from cookiewarden.policy.statistics import StatisticsFacts

_PREFERENCES_REASON = {
    "en": "Without it, the site could not keep your choice, and would ask you again on each page.",
    "fr": "Sans lui, le site ne pourrait pas conserver votre choix et vous le redemanderait à chaque page.",
    "nl": "Zonder deze cookie kan de site uw keuze niet bewaren, en zou ze u op elke pagina opnieuw vragen.",
    "de": "Ohne dieses Cookie könnte die Website Ihre Wahl nicht behalten und würde Sie auf jeder Seite neu fragen.",
    "it": "Senza questo cookie il sito non potrebbe conservare la scelta e la chiederebbe di nuovo su ogni pagina.",
    "es": "Sin ella, el sitio no podría conservar su elección y se la preguntaría de nuevo en cada página.",
    "pl": "Bez tego pliku serwis nie mógłby zachować wyboru i pytałby o niego ponownie na każdej stronie.",
    "pt": "Sem ele, o site não poderia guardar a sua escolha e voltaria a perguntar em cada página.",
}


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """All that a policy and its bases declare, checked. ``files``: the files that it was read from."""

    label: str
    site: Site
    preferences: PreferencesOptions
    declarations: tuple[Declaration, ...]
    report_only: frozenset[str] = frozenset()
    category_texts: Mapping[Category, CategoryTexts] = field(default_factory=dict)
    signals: SignalOptions = field(default_factory=SignalOptions)
    statistics: StatisticsFacts = field(default_factory=StatisticsFacts)
    files: frozenset[Path] = frozenset()


@dataclass(frozen=True, slots=True)
class Layer:
    """One file, preset or mapping as it was read: its label in problems, and its keys."""

    label: str
    table: Mapping[str, Any]
    is_preset: bool = False


def merge(
    label: str,
    layers: Sequence[Layer],
    files: frozenset[Path],
    problems: list[Problem],
    preset_names: Mapping[str, str],
    more_profiles: Sequence[str] = (),
) -> tuple[PolicyDocument | None, list[Problem]]:
    """Return the policy that the layers, the lowest first, make up, and what its profiles ask for and it lacks.

    There is no policy if there is any problem, old or new. What it lacks is no problem of this list.

    Each layer first removes names of its bases, then renames some, then adds its own declarations. ``preset_names``:
    new names for cookies that presets declare, and that no layer renamed. ``more_profiles``: profiles that count as if
    the site named them.
    """
    is_all_read = are_bases_whole = not problems
    language = default_language([layer.table for layer in layers])
    site: dict[str, Any] = {}
    named_in = label  # the last layer with a language
    category_texts: dict[Category, dict[str, Any]] = {}
    preferences: dict[str, Any] = {}
    signals: dict[str, Any] = {}
    statistics: dict[str, Any] = {}
    report_only: frozenset[str] = frozenset()
    declared = DeclaredNames()
    for layer in layers:
        reader = LayerReader(layer.label, layer.table, language, problems)
        own = reader.site()
        site |= own
        named_in = layer.label if "language" in own else named_in
        for category, texts in reader.category_texts().items():
            category_texts.setdefault(category, {}).update(texts)
        preferences |= reader.preferences()
        signals |= reader.signals()
        statistics |= reader.statistics()
        said = reader.report_only()
        report_only = report_only if said is None else said
        removed = reader.remove()
        for name in removed:
            # If a base could not be read, it may declare this name.
            if not declared.remove(name) and are_bases_whole:
                problems.append(_not_declared(layer.label, "remove", f'"{name}"', name, list(declared)))
        _rename(layer.label, reader.rename(), removed, declared, problems, are_bases_whole=are_bases_whole)
        declared.add(reader.cookies(), is_preset=layer.is_preset)
        are_bases_whole = not problems
    if is_all_read and "name" not in site and not any(problem.key in ("site", "site.name") for problem in problems):
        problems.append(Problem(label, "site.name", "missing", 'write [site] and name = "..." under it'))
    site["language"] = language.lower()
    if site["language"] not in (languages := site.get("languages", (site["language"],))):
        remedy = f"add it there, or write one of them: {', '.join(languages)}"
        problems.append(Problem(named_in, "site.language", f'"{site["language"]}" is not under languages', remedy))
    options = PreferencesOptions(**preferences)
    if options.domain and options.name.lower().startswith("__host-"):
        remedy = "leave the domain out, or rename the cookie"
        problems.append(Problem(label, "preferences.domain", "browsers refuse a __Host- cookie with a domain", remedy))
    heeded = SignalOptions(**signals)
    if heeded.gpc_updated and not heeded.gpc:
        message = "the site would say that it heeds a signal that it ignores"
        problems.append(Problem(label, "signals.gpc_updated", message, "leave it out, or name categories under gpc"))
    declared.rename_presets(preset_names)
    profiles = tuple(dict.fromkeys((*site.get("profile", ()), *more_profiles)))
    if profiles:
        site["profile"] = profiles
    rows = _with_preferences(label, declared.declarations(), options, language, problems, has_profile=bool(profiles))
    facts = StatisticsFacts(**statistics)
    lacks: list[Problem] = []
    if profiles and is_all_read:
        known = {problem.key for problem in problems}
        places = cache(lambda: places_in(layers))  # needed only if something is lacking
        # What an option renamed stands nowhere under its name.
        nowhere = label, "cookies"
        asked = lacks_of(
            label, profiles, facts, rows, heeded, lambda one: places().get((one.kind, one.names[0]), nowhere)
        )
        lacks = [problem for problem in asked if problem.key not in known]
    if problems:
        return None, lacks
    hosts = site.get("hosts", ())
    site["id"] = site.get("id") or (hosts[0] if hosts else str(site["name"]))
    texts_of = {category: CategoryTexts(**texts) for category, texts in category_texts.items()}
    return PolicyDocument(label, Site(**site), options, rows, report_only, texts_of, heeded, facts, files), lacks


def _rename(
    label: str,
    new_names: Mapping[str, str],
    removed: Sequence[str],
    declared: DeclaredNames,
    problems: list[Problem],
    *,
    are_bases_whole: bool,
) -> None:
    """Rename what the bases declare, or add a problem for each name that cannot be renamed."""
    found: list[Problem] = []
    renamed: dict[str, str] = {}
    for old, new in new_names.items():
        key = f"rename.{old}"
        if old in removed:
            found.append(Problem(label, key, f'"{old}" is under remove, too', "keep one of them"))
        elif old not in declared:
            if are_bases_whole:
                what = f'a cookie "{old}"' if old in list(declared) else f'"{old}"'
                found.append(
                    _not_declared(label, key, what, old, list(dict.fromkeys(filter(declared.__contains__, declared))))
                )
        elif renamed.setdefault(new, old) != old:
            message = f'"{renamed[new]}" and "{old}" would both be named "{new}"'
            found.append(Problem(label, key, message, "give each a name of its own"))
        elif new in declared and new not in new_names:
            message = f'a base already declares "{new}"'
            found.append(Problem(label, key, message, f'choose another name, or write remove = ["{new}"]'))
    problems += found
    if len(renamed) == len(new_names) and not found:
        declared.rename(new_names)


def _not_declared(label: str, key: str, what: str, name: str, declared: Collection[str]) -> Problem:
    remedy = did_you_mean(name, declared) if declared else "extend a base that has it"
    return Problem(label, key, f"no base declares {what}", remedy)


def places_in(layers: Iterable[Layer]) -> Mapping[tuple[str, str], tuple[str, str]]:
    """Return, by kind and name, the label of the file that declares it last, and the key of its first such row there.

    A cookie that a later layer renamed is found by its new name.
    """
    places: dict[tuple[str, str], tuple[str, str]] = {}
    for layer in layers:
        renamed = layer.table.get("rename")
        if isinstance(renamed, Mapping):
            # All at one time, for two cookies may exchange their names.
            moved = [(new, places.pop((Kind.COOKIE, old), None)) for old, new in renamed.items()]
            places |= {(Kind.COOKIE, new): place for new, place in moved if place is not None and isinstance(new, str)}
        rows = layer.table.get("cookies")
        own: dict[tuple[str, str], tuple[str, str]] = {}
        for number, row in enumerate(rows if isinstance(rows, list | tuple) else ()):
            if not isinstance(row, Mapping):
                continue
            kind, several = row.get("kind", Kind.COOKIE), row.get("names")
            for name in (row.get("name"), *(several if isinstance(several, list | tuple) else [several])):
                if isinstance(kind, str) and isinstance(name, str):
                    own.setdefault((kind, name), (layer.label, f"cookies[{number}]"))
        places |= own
    return places


def _with_preferences(
    label: str,
    declarations: list[Declaration],
    options: PreferencesOptions,
    language: str,
    problems: list[Problem],
    *,
    has_profile: bool,
) -> tuple[Declaration, ...]:
    """Return the declarations. If the site does not declare the preferences cookie, add its declaration.

    ``has_profile``: whether the site names a profile, which may ask for its reason.
    """
    cookies = (one for one in declarations if one.kind is Kind.COOKIE)
    found = next((one for one in cookies if options.name in one.names), None)
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
                "en": "Remembers which kinds of cookies you accept or reject on this site.",
                "fr": "Retient les types de cookies que vous acceptez ou refusez sur ce site.",
                "nl": "Onthoudt welke soorten cookies u op deze site accepteert of weigert.",
                "de": "Merkt sich, welche Arten von Cookies Sie auf dieser Website akzeptieren oder ablehnen.",
                "it": "Ricorda quali tipi di cookie sono stati accettati o rifiutati su questo sito.",
                "es": "Recuerda qué tipos de cookies acepta o rechaza usted en este sitio.",
                "pl": "Zapamiętuje, jakie rodzaje plików cookie zostały zaakceptowane lub odrzucone w tym serwisie.",
                "pt": "Memoriza os tipos de cookies que aceita ou rejeita neste site.",
            },
            language,
        ),
        lifetime=options.lifetime,
        path="/",
        domain=options.domain,
        reason=Text(_PREFERENCES_REASON, language) if has_profile else None,
    )
    return (*declarations, ours)
