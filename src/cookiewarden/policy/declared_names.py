"""The names that the layers of a policy have declared so far, each with its declaration.

Rule: a name stands here once for each kind, and the last declaration of it counts. Only cookies are renamed. A rename
changes all its names at one time, so two cookies may exchange their names. ``layers`` finds and reports what a rename
or a removal got wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from cookiewarden.policy.declaration import Declaration, Kind

#: The name of a cookie, or the kind and the name of anything else: a cookie and a key of local storage may share one.
_Key = str | tuple[Kind, str]


def _keys(declaration: Declaration) -> Sequence[_Key]:
    """Return the keys of a declaration, in the order of its names."""
    kind = declaration.kind
    return declaration.names if kind is Kind.COOKIE else [(kind, name) for name in declaration.names]


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
        self._by_key: dict[_Key, Declaration] = {}
        self._of_presets: set[_Key] = set()

    def __contains__(self, name: str) -> bool:
        """Return whether a cookie of this name is declared."""
        return name in self._by_key

    def __iter__(self) -> Iterator[str]:
        return (key if isinstance(key, str) else key[1] for key in self._by_key)

    def add(self, declarations: Iterable[Declaration], *, is_preset: bool) -> None:
        """Add what a layer declares. It replaces earlier declarations of the same kind and names."""
        for one in declarations:
            declaration = replace(one, is_preset=True) if is_preset else one
            keys = _keys(declaration)
            for key in keys:
                self._by_key[key] = declaration
            if is_preset:
                self._of_presets.update(keys)
            else:
                self._of_presets.difference_update(keys)

    def remove(self, name: str) -> bool:
        """Remove a name, of whatever kind. Return whether it was declared."""
        found: list[_Key] = [key for key in (name, *((kind, name) for kind in Kind)) if key in self._by_key]
        for key in found:
            self._drop(key)
        return bool(found)

    def _drop(self, key: _Key) -> None:
        del self._by_key[key]
        self._of_presets.discard(key)

    def rename(self, new_names: Mapping[str, str]) -> None:
        """Give declared cookies, the keys, new names. The caller sees to it that no name is given to two cookies."""
        if not new_names:
            return
        rows: dict[int, Declaration] = {}
        for old in new_names:
            one = self._by_key[old]
            # Some of its names may have been removed, or declared by a later layer. They are not its names any more.
            names = (new_names.get(name, name) for name in one.names if self._by_key.get(name) is one)
            rows[id(one)] = rows.get(id(one)) or replace(one, names=tuple(names))

        def new(key: _Key) -> _Key:
            return new_names.get(key, key) if isinstance(key, str) else key

        self._by_key = {new(key): rows.get(id(one), one) for key, one in self._by_key.items()}
        self._of_presets = set(map(new, self._of_presets))

    def rename_presets(self, new_names: Mapping[str, str]) -> None:
        """Give new names to the cookies that presets declare; names that no preset declares are ignored.

        If another declaration has the new name already, it stays, and that of the preset goes.
        """
        wanted = {old: new for old, new in new_names.items() if old in self._of_presets}
        for old in [old for old, new in wanted.items() if new in self._by_key and new not in wanted]:
            self._drop(old)
            del wanted[old]
        self.rename(wanted)

    def declarations(self) -> list[Declaration]:
        """Return each declaration once, with the names that no later layer removed or declared itself."""
        by_id = {id(declaration): declaration for declaration in self._by_key.values()}
        left = Counter(map(id, self._by_key.values()))
        return [
            one
            if left[key] == len(one.names)
            else replace(
                one,
                names=tuple(
                    name for name, key in zip(one.names, _keys(one), strict=True) if self._by_key.get(key) is one
                ),
            )
            for key, one in by_id.items()
        ]
