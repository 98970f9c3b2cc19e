"""Reading a policy: the only module that opens files.

It follows ``extends``, each file once, and hands all that it read to ``policy_layers``. Rule: every problem of
every file is found in one go, and says where it stands and what to do.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from cookiewarden.errors import PolicyError, Problem, did_you_mean
from cookiewarden.policy.layers import Layer, PolicyDocument, merge

#: What the names of presets begin with, where a policy extends them.
PRESET = "preset:"
_SUFFIXES = (".toml", ".json")
_MAX_BASES = 32


#: Files that were parsed already, so that many sites on one base read it once.
Parsed = dict[Path, Mapping[str, Any]]


def read_policy(source: Path | Mapping[str, Any], parsed: Parsed | None = None) -> PolicyDocument:
    """Read a policy from a TOML or JSON file, or a mapping with the same keys, with all that it extends.

    Raises ``PolicyError`` with every problem found.
    """
    stack = _gathered(source, {} if parsed is None else parsed)
    document = merge(_label(source), stack.layers, stack.files, stack.problems) if stack.layers else None
    if document is None:
        raise PolicyError(stack.problems)
    return document


def base_files(path: Path, parsed: Parsed) -> frozenset[Path]:
    """The files that a policy file extends, as far as they can be read; for one that cannot be loaded itself."""
    return _gathered(path, parsed).files - {path.resolve()}


def files_of(source: Path | Mapping[str, Any]) -> frozenset[Path]:
    """All that a policy, or every policy of a folder, is read from, as far as it can be read; and the folder."""
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
        stack = _gathered(one, parsed)
        files |= stack.named | stack.files
    return frozenset(files)


def _gathered(source: Path | Mapping[str, Any], parsed: Parsed) -> _Stack:
    stack = _Stack(parsed)
    if isinstance(source, Path):
        stack.add_file(source, _label(source), (), Problem(str(source), "", "", ""))
    else:
        stack.add(Layer(_label(source), source), Path(), ())
    return stack


def _label(source: Path | Mapping[str, Any]) -> str:
    return source.name or str(source) if isinstance(source, Path) else "policy"


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


def preset_names() -> list[str]:
    """What may stand under ``extends`` for a preset."""
    return sorted(_presets())


def _presets() -> dict[str, Traversable]:
    folder = resources.files("cookiewarden.policy") / "presets"
    return {PRESET + Path(item.name).stem: item for item in folder.iterdir() if item.name.endswith(".toml")}


class _Stack:
    """The layers of one policy, the lowest first, while they are gathered; each file once, where first named."""

    def __init__(self, parsed: Parsed) -> None:
        self.layers: list[Layer] = []
        self.problems: list[Problem] = []
        self._parsed = parsed
        #: The files as they are named, which may be links: another file may be put there.
        self.named: set[Path] = set()
        self._seen: set[Path | str] = set()

    @property
    def files(self) -> frozenset[Path]:
        return frozenset(item for item in self._seen if isinstance(item, Path))

    def add(self, layer: Layer, folder: Path, chain: tuple[Path, ...]) -> None:
        """Add what a layer extends, then the layer. ``chain``: the files that led to it, to name a circle."""
        extends = layer.table.get("extends", [])
        bases = [extends] if isinstance(extends, str) else extends
        if not isinstance(bases, list | tuple) or not all(isinstance(base, str) for base in bases):
            remedy = 'write extends = "platform.toml", or a list of such texts'
            self.problems.append(Problem(layer.label, "extends", "neither a text nor a list of texts", remedy))
            bases = ()
        for base in bases:
            asked_by = Problem(layer.label, "extends", "", "")
            if base.startswith(PRESET):
                self._add_preset(base, asked_by)
            else:
                self.add_file(folder / base, base or str(folder), chain, asked_by)
        self.layers.append(layer)

    def add_file(self, path: Path, label: str, chain: tuple[Path, ...], asked_by: Problem) -> None:
        try:
            self.named.add(path.absolute())
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
                self.add(Layer(label, table), path.parent, (*chain, key))

    def _add_preset(self, name: str, asked_by: Problem) -> None:
        presets = _presets()
        if name not in presets:
            # Without what all of them begin with, which would make any two look alike.
            remedy = did_you_mean(name.removeprefix(PRESET), (known.removeprefix(PRESET) for known in presets), PRESET)
            self.problems.append(replace(asked_by, message=f'there is no "{name}"', remedy=remedy))
        elif name not in self._seen:
            self._seen.add(name)
            self.layers.append(Layer(name, tomllib.loads(presets[name].read_text("utf-8"))))


def _parse(path: Path, label: str, problems: list[Problem], asked_by: Problem) -> Mapping[str, Any] | None:
    if path.suffix not in _SUFFIXES and path.exists():
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
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise ValueError(f'the key "{key}" stands twice')
            seen.add(key)
    return table
