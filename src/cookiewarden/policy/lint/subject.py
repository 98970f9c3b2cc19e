"""What the rules of ``lint`` look at: a policy, each of its declarations, and the places where files say it.

Rule: what a preset declares has the place at which a file extends the preset, because nobody can mend a preset.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from cookiewarden.errors import Problem
from cookiewarden.policy.declaration import Category, Declaration, Kind
from cookiewarden.policy.file_problems import PRESET
from cookiewarden.policy.findings import Finding, Level, Rule
from cookiewarden.policy.known_cookies.known_cookie import KnownCookie
from cookiewarden.policy.layers import Layer, places_in
from cookiewarden.policy.policy import Policy

#: Finds a well-known cookie by its name, or by a declared pattern.
Lookup = Callable[[bytes], KnownCookie | None]

_SHOWN = 6
_SHOWN_CHARACTERS = 80


@dataclass(frozen=True)
class Row:
    """A declaration and its place. ``preset``: the preset that declares it, ``""`` for a file of the site."""

    declaration: Declaration
    label: str
    key: str
    preset: str = ""
    known: KnownCookie | None = None

    def finding(
        self, rule: Rule, key: str, message: str, remedy: str, name: str = "", raised: Level | None = None
    ) -> Finding:
        """Return what is wrong with a key of the declaration. ``name``: the cookie, if it is not the first one.

        ``raised``: how much it matters, if that is more than the rule says.
        """
        cookie = name or self.declaration.names[0]
        return Finding(rule, Problem(self.label, f"{self.key}.{key}", message, remedy, cookie=cookie), raised)

    @property
    def is_optional(self) -> bool:
        """Whether visitors may refuse it, before or after it is set."""
        return self.declaration.category is not Category.NECESSARY


class Subject:
    """A policy under its strictest profile, with what each of its files says."""

    def __init__(self, policy: Policy, layers: Sequence[Layer], lookup: Lookup) -> None:
        self.policy = policy.strictest
        self._layers = layers
        self._lookup = lookup

    @cached_property
    def rows(self) -> Sequence[Row]:
        """The declarations that files of the site make, in order."""
        return [row for row in self._all_rows if not row.preset]

    @cached_property
    def rows_of_presets(self) -> Mapping[str, Sequence[Row]]:
        """The declarations that presets make, by preset."""
        found: dict[str, list[Row]] = {}
        for row in self._all_rows:
            if row.preset:
                found.setdefault(row.preset, []).append(row)
        return found

    @cached_property
    def _all_rows(self) -> Sequence[Row]:
        places = places_in(self._layers)
        found = []
        for one in self.policy.declarations:
            label, key = places.get((one.kind, one.names[0]), ("", ""))
            if label.startswith(PRESET) and one.is_preset:
                found.append(Row(one, *self._extends(label), preset=label))
            elif label:  # the middleware adds the preferences cookie if no file declares it
                found.append(Row(one, label, key, known=self._known(one)))
        return found

    def _known(self, declaration: Declaration) -> KnownCookie | None:
        if declaration.kind is not Kind.COOKIE:
            return None
        found = (self._lookup(name.encode()) for name in declaration.names)
        return next((known for known in found if known is not None), None)

    def _extends(self, preset: str) -> tuple[str, str]:
        for layer in self._layers:
            extends = layer.table.get("extends", ())
            if preset in ([extends] if isinstance(extends, str) else extends):
                return layer.label, "extends"
        return self.policy.label, "extends"

    def of_preset(self, rule: Rule, preset: str, message: str, remedy: str) -> Finding:
        """Return what is wrong with declarations of a preset, at the place that extends it."""
        label, key = self._extends(preset)
        return Finding(rule, Problem(label, key, message, remedy))

    def of_table(self, rule: Rule, table: str, key: str, message: str, remedy: str, beside: str = "") -> Finding:
        """Return what is wrong with a key of a table such as ``site``, in the last file that has the key there.

        ``beside``: for a missing key, one that stands in the table in which it is missing.
        """
        label = label_of_key(self._layers, f"{table}.{beside or key}", self.policy.label)
        return Finding(rule, Problem(label, f"{table}.{key}", message, remedy))


def label_of_key(layers: Sequence[Layer], key: str, otherwise: str) -> str:
    """Return the label of the last file that has a key such as ``site.languages``; ``otherwise`` if none has it."""
    return next((layer.label for layer in reversed(layers) if _has(layer, key)), otherwise)


def _has(layer: Layer, key: str) -> bool:
    found: object = layer.table
    for part in key.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return False
        found = found[part]
    return True


def shown(text: object) -> str:
    """Return a text in quotation marks, as a message shows it: its begin if it is long.

    >>> shown("Town"), len(shown("x" * 1000))
    ('"Town"', 85)
    """
    words = str(text)
    return f'"{words}"' if len(words) <= _SHOWN_CHARACTERS else f'"{words[:_SHOWN_CHARACTERS]}..."'


def listed(names: Sequence[str]) -> str:
    """Return names as a message lists them, the first few if there are many.

    >>> listed(["a", "b"])
    '"a", "b"'
    """
    first = ", ".join(map(shown, names[:_SHOWN]))
    return first if len(names) <= _SHOWN else f"{first} and {len(names) - _SHOWN} more"
