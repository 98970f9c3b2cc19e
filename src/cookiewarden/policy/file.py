"""Read a policy from a file or a mapping, with all the files that it extends.

It reads each file once and passes what it read to ``layers``. Only ``profiles`` opens another.
Rule: it never stops at the first problem. Every problem of every file is reported at once, with its place and remedy.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from cookiewarden.errors import PolicyError, Problem
from cookiewarden.policy.file_problems import (
    PRESET,
    RepeatedKeyError,
    no_such_file,
    no_such_preset,
    syntax_problem,
)
from cookiewarden.policy.layers import Layer, PolicyDocument, merge, places_in
from cookiewarden.policy.positions import locate
from cookiewarden.policy.preset_files import preset_files, preset_text
from cookiewarden.policy.rename_option import check_rename

_SUFFIXES = (".toml", ".json")
_MAX_BASES = 32


class _File(NamedTuple):
    """A file that was parsed: its keys, and the text that they come from."""

    table: Mapping[str, Any]
    text: str


class Reading(NamedTuple):
    """A policy as it was read. ``layers``: its files and presets, the lowest first.

    ``texts``: the path and the text of each file, by its label in problems. ``lacks``: what its profiles ask for, and
    what it does not state.
    """

    document: PolicyDocument
    layers: Sequence[Layer]
    texts: Mapping[str, tuple[str, str]]
    lacks: Sequence[Problem] = ()


#: The files parsed so far. Many sites that extend one base share it, so that the base is read once.
Parsed = dict[Path, _File]


def read_policy(
    source: Path | Mapping[str, Any], parsed: Parsed | None = None, rename: Mapping[str, str] | None = None
) -> PolicyDocument:
    """Read a policy, with all that it extends, from a TOML or JSON file or from a mapping with the same keys.

    ``rename``: new names for cookies that presets declare; see ``Policy.load``. Raises ``PolicyError`` with every
    problem found, and ``OptionError`` for a wrong ``rename``.
    """
    reading = read_layers(source, parsed, {} if rename is None else check_rename(rename))
    if reading.lacks:
        raise PolicyError(reading.lacks)
    return reading.document


def read_layers(
    source: Path | Mapping[str, Any],
    parsed: Parsed | None = None,
    new_names: Mapping[str, str] | None = None,
    profiles: Sequence[str] = (),
) -> Reading:
    """Read a policy as ``read_policy`` does, and return what each of its files says, too.

    What only its profiles ask for is no error here. ``profiles``: profiles that count as if the policy named them.
    Raises ``PolicyError`` with every problem found.
    """
    stack = _gather(source, {} if parsed is None else parsed)
    label, names = _label(source), new_names or {}
    document: PolicyDocument | None = None
    lacks: Sequence[Problem] = ()
    if stack.layers:
        document, lacks = merge(label, stack.layers, stack.files, stack.problems, names, profiles)
    if document is None:
        raise PolicyError(locate([*stack.problems, *lacks], stack.texts))
    return Reading(document, stack.layers, stack.texts, tuple(locate(lacks, stack.texts)))


def places_of(path: Path) -> Mapping[tuple[str, str], Problem]:
    """Return, by kind and name, where each declaration of a policy file and its bases stands.

    A place is a ``Problem`` without a message. That of a preset has no line. The preferences cookie has no place if no
    file declares it. A file that cannot be read adds nothing.
    """
    stack = _gather(path, {})
    found = places_in(stack.layers)
    places = {place: Problem(*place, "") for place in found.values()}
    located = dict(zip(places, locate(places.values(), stack.texts), strict=True))
    return {name: located[place] for name, place in found.items()}


def base_files(path: Path, parsed: Parsed) -> frozenset[Path]:
    """Return the files that a policy file extends, even if one of them, or the policy itself, cannot be loaded."""
    return _gather(path, parsed).files - {path.resolve()}


def files_of(source: Path | Mapping[str, Any]) -> frozenset[Path]:
    """Return the files that a policy, or every policy of a folder, is read from. The folder itself is among them.

    A file that cannot be read adds nothing but its own path.
    """
    files: set[Path] = set()
    sources: Sequence[Path | Mapping[str, Any]] = [source]
    if isinstance(source, Path):
        files.add(source.absolute())
        try:
            sources = policy_files(source) if source.is_dir() else [source]
        except (PolicyError, OSError):
            sources = []
    parsed: Parsed = {}
    for one in sources:
        stack = _gather(one, parsed)
        files |= stack.named | stack.files
    return frozenset(files)


def _gather(source: Path | Mapping[str, Any], parsed: Parsed) -> _Stack:
    stack = _Stack(parsed)
    if isinstance(source, Path):
        stack.add_file(source, _label(source), (), Problem(str(source), "", "", ""))
    else:
        stack.add(Layer(_label(source), source), Path(), ())
    return stack


def _label(source: Path | Mapping[str, Any]) -> str:
    return source.name or str(source) if isinstance(source, Path) else "policy"


def policy_files(folder: Path) -> list[Path]:
    """Return the policy files of a folder, sorted by name. Raises ``PolicyError`` if there are none."""
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix in _SUFFIXES and path.is_file())
    except OSError as error:
        message = f'"{folder.absolute()}" cannot be read as a folder ({error.strerror})'
        raise PolicyError([Problem(str(folder), "", message, "name a folder with one policy file a site")]) from None
    if not files:
        message = f'the folder "{folder.absolute()}" has no policy files'
        raise PolicyError([Problem(str(folder), "", message, "put one .toml or .json file for each site into it")])
    return files


class _Stack:
    """Gathers the layers of one policy, the lowest first. Each file counts once, at the place that first names it."""

    def __init__(self, parsed: Parsed) -> None:
        self.layers: list[Layer] = []
        self.problems: list[Problem] = []
        self._parsed = parsed
        #: The files as they are named, links not followed: a link may later point to another file.
        self.named: set[Path] = set()
        #: The path and the text of each file, by the label that its problems bear.
        self.texts: dict[str, tuple[str, str]] = {}
        self._seen: set[Path | str] = set()

    @property
    def files(self) -> frozenset[Path]:
        return frozenset(item for item in self._seen if isinstance(item, Path))

    def add(self, layer: Layer, folder: Path, chain: tuple[Path, ...]) -> None:
        """Add what a layer extends, then the layer. ``chain``: the files that led to it, to detect a circle."""
        extends = layer.table.get("extends", [])
        bases = [extends] if isinstance(extends, str) else extends
        if not isinstance(bases, list | tuple) or not all(isinstance(base, str) for base in bases):
            remedy = 'write extends = "platform.toml", or a list of such names'
            self.problems.append(Problem(layer.label, "extends", "must be a string or a list of strings", remedy))
            bases = ()
        for base in bases:
            named_at = Problem(layer.label, "extends", "", "")
            if base.startswith(PRESET):
                self._add_preset(base, named_at)
            else:
                self.add_file(folder / base, base or str(folder), chain, named_at)
        self.layers.append(layer)

    def add_file(self, path: Path, label: str, chain: tuple[Path, ...], named_at: Problem) -> None:
        """Add a file and what it extends. ``named_at``: the place that names it, for problems with its path."""
        try:
            self.named.add(path.absolute())
            key = path.resolve()
            is_folder = key.is_dir()
        except (OSError, ValueError, RuntimeError) as error:
            # RuntimeError: a loop of links, before Python 3.13.
            message = f"is not a usable path ({error})"
            self.problems.append(replace(named_at, message=message, remedy="correct the path"))
            return
        if is_folder:
            remedy = "name a file; PolicySet.load reads a folder"
            self.problems.append(replace(named_at, message=f'"{path}" is a folder', remedy=remedy))
        elif len(chain) > _MAX_BASES:
            message = f"more than {_MAX_BASES} files extend one another"
            self.problems.append(replace(named_at, message=message, remedy="join some of them"))
        elif key in chain:
            names = " -> ".join(item.name for item in (*chain[chain.index(key) :], key))
            self.problems.append(replace(named_at, message=f"goes in a circle: {names}", remedy="break the circle"))
        elif key not in self._seen:
            self._seen.add(key)
            if label in self.texts:  # so that each label names one file
                label = str(path)
            file = self._parsed.get(key)
            if file is None:
                file = _parse(path, label, self.problems, named_at, chain)
            if file is not None:
                self._parsed[key] = file
                self.texts[label] = str(path), file.text
                self.add(Layer(label, file.table), path.parent, (*chain, key))

    def _add_preset(self, name: str, named_at: Problem) -> None:
        presets = preset_files()
        if name not in presets:
            self.problems.append(no_such_preset(name, presets, named_at))
        elif name not in self._seen:
            self._seen.add(name)
            self.layers.append(Layer(name, _toml(preset_text(name)), is_preset=True))


def _parse(path: Path, label: str, problems: list[Problem], named_at: Problem, chain: tuple[Path, ...]) -> _File | None:
    if path.suffix not in _SUFFIXES and path.exists():
        remedy = "write the policy in TOML or JSON, in a file with that ending"
        problems.append(Problem(label, "", "is neither .toml nor .json", remedy, path=str(path)))
        return None
    if path.exists() and not path.is_file():
        # Reading a pipe may never begin, and reading a device may never end.
        remedy = "copy the policy to a file, and name that"
        problems.append(Problem(label, "", "is a pipe or a device, and no file", remedy, path=str(path)))
        return None
    kind = "TOML" if path.suffix == ".toml" else "JSON"
    data = b""
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
        table = _toml(text) if kind == "TOML" else json.loads(text, object_pairs_hook=_unique)
    except FileNotFoundError:
        problems.append(no_such_file(path, _files_beside(path, chain), preset_files(), named_at))
    except ValueError as error:
        # It is not UTF-8, TOML or JSON, a key occurs twice, or a number has too many digits.
        problems.append(syntax_problem(error, kind, data, Problem(label, "", "", path=str(path))))
    except OSError as error:
        problems.append(Problem(label, "", f"cannot be read ({error})", "check the path and who may read it"))
    except RecursionError:
        problems.append(Problem(label, "", "is nested too deeply", "use at most three levels", 1, 1, path=str(path)))
    else:
        if isinstance(table, dict):
            return _File(table, text)
        problems.append(Problem(label, "", "must be a table of keys", "write an object: {...}", 1, 1, path=str(path)))
    return None


def _files_beside(path: Path, chain: tuple[Path, ...]) -> list[str]:
    """Return the names of the files that a path without a file may mean: those beside it that did not lead to it."""
    try:
        return [other.name for other in policy_files(path.parent) if other.resolve() not in chain]
    except (PolicyError, ValueError, OSError, RuntimeError):
        return []


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise RepeatedKeyError(key)
            seen.add(key)
    return table


def _toml(text: str) -> dict[str, Any]:
    import tomllib  # here, for a policy may be a mapping, or JSON

    return tomllib.loads(text)
