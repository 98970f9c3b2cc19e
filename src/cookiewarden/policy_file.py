"""Reading a policy: the only module that opens files.

It follows ``extends``, lays the bases and the file over each other, the later on top, and returns one
document. Rule: every problem of every file is found in one go, and says where it stands and what to do.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

from cookiewarden.declaration import Category, Declaration, PreferencesOptions, Site, Text
from cookiewarden.errors import PolicyError, Problem, did_you_mean
from cookiewarden.matching import NameTable
from cookiewarden.policy_schema import LayerReader, default_language

_PRESET = "preset:"
_SUFFIXES = (".toml", ".json")
_MAX_BASES = 32


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """All that a policy and its bases declare, checked. ``files``: those that it was read from."""

    label: str
    site: Site
    preferences: PreferencesOptions
    declarations: tuple[Declaration, ...]
    files: frozenset[Path] = frozenset()


@dataclass(frozen=True, slots=True)
class _Layer:
    label: str
    table: Mapping[str, Any]


#: Files that were parsed already, so that many sites on one base read it once.
Parsed = dict[Path, Mapping[str, Any]]


def read_policy(source: Path | Mapping[str, Any], parsed: Parsed | None = None) -> PolicyDocument:
    """Read a policy from a TOML or JSON file, or a mapping with the same keys, with all that it extends.

    Raises ``PolicyError`` with every problem found.
    """
    stack = _Stack({} if parsed is None else parsed)
    if isinstance(source, Mapping):
        label = "policy"
        stack.add(_Layer(label, source), Path(), ())
    else:
        label = source.name or str(source)
        stack.add_file(source, label, (), Problem(str(source), "", "", ""))
    document = _merge(label, stack) if stack.layers else None
    if document is None:
        raise PolicyError(stack.problems)
    return document


def base_files(path: Path, parsed: Parsed) -> frozenset[Path]:
    """The files that a policy file extends, as far as they can be read; for one that cannot be loaded itself."""
    stack = _Stack(parsed)
    stack.add_file(path, path.name, (), Problem(str(path), "", "", ""))
    return stack.files - {path.resolve()}


def policy_files(folder: Path) -> list[Path]:
    """The policy files of a folder, by name. Raises ``PolicyError`` where there are none."""
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix in _SUFFIXES and path.is_file())
    except OSError as error:
        raise PolicyError([Problem(str(folder), "", f"cannot be read ({error.strerror})", "name a folder")]) from None
    if not files:
        remedy = "put one .toml or .json file a site into it"
        raise PolicyError([Problem(str(folder), "", "has no policy files", remedy)])
    return files


class _Stack:
    """The layers of one policy, the lowest first, while they are gathered; each file once, where first named."""

    def __init__(self, parsed: Parsed) -> None:
        self.layers: list[_Layer] = []
        self.problems: list[Problem] = []
        self._parsed = parsed
        self._seen: set[Path | str] = set()

    @property
    def files(self) -> frozenset[Path]:
        return frozenset(item for item in self._seen if isinstance(item, Path))

    def add(self, layer: _Layer, folder: Path, chain: tuple[Path, ...]) -> None:
        """Add what a layer extends, then the layer. ``chain``: the files that led to it, to name a circle."""
        extends = layer.table.get("extends", [])
        bases = [extends] if isinstance(extends, str) else extends
        if not isinstance(bases, list | tuple) or not all(isinstance(base, str) for base in bases):
            remedy = 'write extends = "platform.toml", or a list of such texts'
            self.problems.append(Problem(layer.label, "extends", "neither a text nor a list of texts", remedy))
            bases = ()
        for base in bases:
            asked_by = Problem(layer.label, "extends", "", "")
            if base.startswith(_PRESET):
                self._add_preset(base, asked_by)
            else:
                self.add_file(folder / base, base or str(folder), chain, asked_by)
        self.layers.append(layer)

    def add_file(self, path: Path, label: str, chain: tuple[Path, ...], asked_by: Problem) -> None:
        try:
            key = path.resolve()
            is_folder = key.is_dir()
        except (OSError, ValueError, RuntimeError) as error:
            # RuntimeError: a loop of links, before Python 3.13.
            self.problems.append(replace(asked_by, message=f"no usable path ({error})", remedy="correct the path"))
            return
        if is_folder:
            remedy = "name a file; PolicySet.load reads a folder"
            self.problems.append(replace(asked_by, message=f'"{path}" is a folder', remedy=remedy))
        elif len(chain) > _MAX_BASES:
            message = f"more than {_MAX_BASES} files extend one another"
            self.problems.append(replace(asked_by, message=message, remedy="join some of them"))
        elif key in chain:
            names = " -> ".join(item.name for item in (*chain[chain.index(key) :], key))
            self.problems.append(replace(asked_by, message=f"goes in a circle: {names}", remedy="break the circle"))
        elif key not in self._seen:
            self._seen.add(key)
            table = self._parsed.get(key)
            if table is None:
                table = _parse(path, label, self.problems, asked_by)
            if table is not None:
                self._parsed[key] = table
                self.add(_Layer(label, table), path.parent, (*chain, key))

    def _add_preset(self, name: str, asked_by: Problem) -> None:
        folder = resources.files("cookiewarden") / "presets"
        presets = {_PRESET + Path(item.name).stem: item for item in folder.iterdir() if item.name.endswith(".toml")}
        if name not in presets:
            remedy = did_you_mean(name, presets)
            self.problems.append(replace(asked_by, message=f'there is no "{name}"', remedy=remedy))
        elif name not in self._seen:
            self._seen.add(name)
            self.layers.append(_Layer(name, tomllib.loads(presets[name].read_text("utf-8"))))


def _parse(path: Path, label: str, problems: list[Problem], asked_by: Problem) -> Mapping[str, Any] | None:
    if path.suffix not in _SUFFIXES:
        problems.append(Problem(label, "", "is neither .toml nor .json", "rename it to what it holds"))
        return None
    try:
        text = path.read_bytes().decode("utf-8-sig")
        table = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text, object_pairs_hook=_unique)
    except FileNotFoundError:
        problems.append(replace(asked_by, message=f'there is no file "{path}"', remedy="correct the path"))
    except (OSError, ValueError) as error:
        # ValueError: no UTF-8, no TOML, no JSON, a key twice, a number with too many digits.
        kind = "TOML" if path.suffix == ".toml" else "JSON"
        problems.append(Problem(label, "", f"cannot be read as {kind} ({error})", "correct it there"))
    except RecursionError:
        problems.append(Problem(label, "", "is nested too deeply", "a policy has three levels"))
    else:
        if isinstance(table, dict):
            return table
        problems.append(Problem(label, "", "is no table of keys", "write an object: {...}"))
    return None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f'the key "{twice}" stands twice')
    return table


def _merge(label: str, stack: _Stack) -> PolicyDocument | None:
    problems = stack.problems
    is_all_read = are_bases_whole = not problems
    language = default_language([layer.table for layer in stack.layers])
    site: dict[str, Any] = {}
    preferences: dict[str, Any] = {}
    declarations: dict[str, Declaration] = {}
    for layer in stack.layers:
        reader = LayerReader(layer.label, layer.table, language, problems)
        site |= reader.site()
        preferences |= reader.preferences()
        for name in reader.remove():
            # Where a base could not be read, nobody can say what it lacks.
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
    return PolicyDocument(label, Site(**site), options, rows, stack.files)


def _regrouped(declarations: Mapping[str, Declaration]) -> list[Declaration]:
    """Each declaration once, with the names that no later file has taken from it or removed."""
    names: dict[int, list[str]] = {}
    by_id = {id(declaration): declaration for declaration in declarations.values()}
    for name, declaration in declarations.items():
        names.setdefault(id(declaration), []).append(name)
    return [
        replace(by_id[key], names=tuple(name for name in by_id[key].names if name in left))
        for key, left in names.items()
    ]


def _with_preferences(
    label: str,
    declarations: list[Declaration],
    options: PreferencesOptions,
    language: str,
    problems: list[Problem],
) -> tuple[Declaration, ...]:
    """The declarations with that of the preferences cookie, which is ours where the site has none."""
    table = NameTable((name, declaration) for declaration in declarations for name in declaration.names)
    found = table.find(options.name.encode())
    if found is not None and options.name in found.names:
        if found.category is not Category.NECESSARY:
            problems.append(
                Problem(
                    label,
                    "cookies",
                    f'"{options.name}" is declared {found.category}, but remembers the choices',
                    "declare it necessary, or leave it out: it is then declared for you",
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
