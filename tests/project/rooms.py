"""Read the rooms of the package from its source: which module imports which, and in what order the rooms stand.

Every import counts: also those for types, and those inside functions. ``python tests/project/rooms.py`` prints the
rooms, the imports between them, and each circle of modules.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "cookiewarden"
_PACKAGE = "cookiewarden"


@cache
def modules() -> Mapping[str, Path]:
    """Return the modules by dotted name, without the name of the package; the package itself is ``__init__``."""
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)] = path
    return found


def room_of(module: str) -> str:
    """Return the room of a module: its package, or the module itself if it is in no package."""
    return module.partition(".")[0]


def imports_of(path: Path) -> Iterator[str]:
    """Yield the dotted name of each module that a file imports, with ``cookiewarden.x`` for a module of ours."""
    known = modules()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                raise ValueError(f"{path.name}, line {node.lineno}: write the import with the name of the package")
            source = node.module or ""
            inside = source.removeprefix(_PACKAGE).removeprefix(".")
            for alias in node.names:
                name = f"{inside}.{alias.name}".removeprefix(".")
                is_module = source.partition(".")[0] == _PACKAGE and name in known
                yield f"{_PACKAGE}.{name}" if is_module else source


def own_imports(path: Path) -> set[str]:
    """Return the modules of ours that a file imports; ``__init__`` for a public name of the package."""
    found = {name.removeprefix(_PACKAGE).removeprefix(".") for name in imports_of(path) if _is_ours(name)}
    return {name or "__init__" for name in found}


def _is_ours(name: str) -> bool:
    return name.partition(".")[0] == _PACKAGE


@cache
def graph() -> Mapping[str, set[str]]:
    """Return, for each module, the modules of ours that it imports."""
    return {module: own_imports(path) - {module} for module, path in modules().items()}


def circle(arrows: Mapping[str, set[str]]) -> list[str]:
    """Return a circle of modules that import each other, with the first repeated at the end; empty if there is none."""
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []


def between_rooms(arrows: Mapping[str, set[str]]) -> Counter[tuple[str, str]]:
    """Return, for each pair of rooms, how many imports lead from the first to the second."""
    return Counter(
        (room_of(module), room_of(other))
        for module, others in arrows.items()
        for other in others
        if room_of(module) != room_of(other)
    )


def levels(arrows: Mapping[str, set[str]]) -> list[list[str]]:
    """Return the rooms by level: each imports only rooms of the levels before its own."""
    pairs = between_rooms(arrows)
    needed: dict[str, set[str]] = {room_of(module): set() for module in arrows}
    for room, other in pairs:
        needed[room].add(other)
    sorter = TopologicalSorter(needed)
    sorter.prepare()
    found = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        found.append(ready)
        sorter.done(*ready)
    return found


def _print() -> None:
    arrows, paths = graph(), modules()
    print(f"{len(paths)} modules; {sum(map(len, arrows.values()))} imports between them")
    round_trip = circle(arrows)
    print(f"circle of modules: {' -> '.join(round_trip) or 'none'}")
    pairs = between_rooms(arrows)
    print(f"{len({room_of(module) for module in paths})} rooms; {len(pairs)} pairs of them with an import")
    try:
        by_level = levels(arrows)
    except CycleError as error:
        print(f"circle of rooms: {' -> '.join(reversed(error.args[1]))}")
        by_level = [sorted({room_of(module) for module in paths})]
    for number, rooms in reversed(list(enumerate(by_level))):
        for room in rooms:
            files = [path for module, path in paths.items() if room_of(module) == room]
            lines = sum(len(path.read_text("utf-8").splitlines()) for path in files)
            taken = ", ".join(f"{other} {count}" for (one, other), count in sorted(pairs.items()) if one == room)
            print(
                f"level {number}  {room}: {len(files)} files, {lines} lines" + (f"; imports {taken}" if taken else "")
            )


if __name__ == "__main__":
    _print()
