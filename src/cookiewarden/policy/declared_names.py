"""The names that the layers of a policy have declared so far, each with its declaration.

Rule: a name stands here once, and the last declaration of it counts. A rename changes all its names at one time, so
two cookies may exchange their names. ``layers`` finds and reports what a rename or a removal got wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from cookiewarden.policy.declaration import Declaration


class DeclaredNames:
    """The names declared so far, in the order in which the page shows their declarations.

    >>> from cookiewarden.policy.declaration import Category, Text
    >>> names = DeclaredNames()
    >>> names.add([Declaration(("sid", "csrf"), Category.NECESSARY, Text({"en": "Works"}, "en"))], is_preset=True)
    >>> names.rename({"sid": "shop_sid"})
    >>> [row.names for row in names.declarations()]
    [('shop_sid', 'csrf')]
    """

    def __init__(self) -> None:
        self._by_name: dict[str, Declaration] = {}
        self._of_presets: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def add(self, declarations: Iterable[Declaration], *, is_preset: bool) -> None:
        """Add what a layer declares. It replaces earlier declarations of the same names."""
        for one in declarations:
            declaration = replace(one, is_preset=True) if is_preset else one
            for name in declaration.names:
                self._by_name[name] = declaration
            if is_preset:
                self._of_presets.update(declaration.names)
            else:
                self._of_presets.difference_update(declaration.names)

    def remove(self, name: str) -> None:
        """Remove a declared name."""
        del self._by_name[name]
        self._of_presets.discard(name)

    def rename(self, new_names: Mapping[str, str]) -> None:
        """Give declared names, the keys, new names. The caller sees to it that no name is given to two cookies."""
        rows: dict[int, Declaration] = {}
        for old in new_names:
            one = self._by_name[old]
            # Some of its names may have been removed, or declared by a later layer. They are not its names any more.
            names = (new_names.get(name, name) for name in one.names if self._by_name.get(name) is one)
            rows[id(one)] = rows.get(id(one)) or replace(one, names=tuple(names))
        self._by_name = {new_names.get(name, name): rows.get(id(one), one) for name, one in self._by_name.items()}
        self._of_presets = {new_names.get(name, name) for name in self._of_presets}

    def rename_presets(self, new_names: Mapping[str, str]) -> None:
        """Give new names to the cookies that presets declare; names that no preset declares are ignored.

        If another declaration has the new name already, it stays, and that of the preset goes.
        """
        wanted = {old: new for old, new in new_names.items() if old in self._of_presets}
        for old in [old for old, new in wanted.items() if new in self._by_name and new not in wanted]:
            self.remove(old)
            del wanted[old]
        self.rename(wanted)

    def declarations(self) -> list[Declaration]:
        """Return each declaration once, with the names that no later layer removed or declared itself."""
        by_id = {id(declaration): declaration for declaration in self._by_name.values()}
        left = Counter(map(id, self._by_name.values()))
        return [
            one
            if left[key] == len(one.names)
            else replace(one, names=tuple(name for name in one.names if self._by_name.get(name) is one))
            for key, one in by_id.items()
        ]
