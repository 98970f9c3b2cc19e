"""The keys of a policy file: which keys exist, which values they take, and how a wrong one is reported.

Rule: an unknown key is a problem, reported with the nearest known key. A value is checked here, and never again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from cookiewarden.errors import Problem, did_you_mean, nearest
from cookiewarden.policy import values as check
from cookiewarden.policy.declaration import Category, Declaration, Kind, Text
from cookiewarden.policy.keys import CATEGORY_TEXTS, COOKIES, ONLY, REQUIRED, SECTIONS, SITE, TOP, TOP_KEYS, Key
from cookiewarden.policy.other_words import meant_key
from cookiewarden.policy.storage import problems_of_kind

V = TypeVar("V")

_COOKIE = re.compile(r"cookies\[([0-9]+)\]")
#: How a reader checks the values of a table, by key.
_Checks = Mapping[str, Callable[[Any], Any]]


def default_language(tables: Iterable[Mapping[str, Any]]) -> str:
    """Return the language that the last of the tables with a language names, or English if none does.

    A table without ``language`` names the first of its ``languages``.
    """
    language = "en"
    for table in tables:
        site = table.get("site")
        if isinstance(site, Mapping):
            language = _tag_in(site.get("language")) or _tag_in(site.get("languages")) or language
    return language


def _tag_in(value: object) -> str:
    """Return a language tag, or the first one of a list; ``""`` if it is none, which another check reports."""
    first = value[0] if isinstance(value, list | tuple) and value else value
    return first if isinstance(first, str) and check.LANGUAGE.fullmatch(first) else ""


class LayerReader:
    """Reads one layer of a policy into checked values, and adds what is wrong to ``problems``.

    ``default``: the language of the whole policy. A plain string is in the layer's own language, if it names one.
    """

    def __init__(self, label: str, table: Mapping[str, Any], default: str, problems: list[Problem]) -> None:
        self._label = label
        self._table = table
        self._default = default
        self._language = default_language([{"site": {"language": default}}, table])
        self._problems = problems
        self._check_keys(table, TOP_KEYS, "")

    def site(self) -> dict[str, Any]:
        """Return the fields of ``Site`` that the ``[site]`` table sets."""
        return self._read_section("site")

    def category_texts(self) -> dict[Category, dict[str, Any]]:
        """Return the fields of ``CategoryTexts`` that the table of each category sets."""
        checks = self._checks_of(CATEGORY_TEXTS)
        found = {}
        for word, texts in self._section("categories", "categories.statistical").items():
            key = f"categories.{word}"
            category = self._checked(word, check.category, key)
            if category is not None:
                found[category] = self._read(self._as_table(texts, key), checks, key)
        return found

    def preferences(self) -> dict[str, Any]:
        """Return the fields of ``PreferencesOptions`` that the ``[preferences]`` table sets."""
        return self._read_section("preferences")

    def signals(self) -> dict[str, Any]:
        """Return the fields of ``SignalOptions`` that the ``[signals]`` table sets."""
        return self._read_section("signals")

    def statistics(self) -> dict[str, Any]:
        """Return the fields of ``StatisticsFacts`` that the ``[statistics]`` table sets."""
        return self._read_section("statistics")

    def remove(self) -> list[str]:
        """Return the names whose declarations in a base this layer removes."""
        names = self._checked(self._table.get("remove", []), TOP["remove"].check, "remove")
        return names or []

    def rename(self) -> dict[str, str]:
        """Return the new names, by the old ones, of cookies that a base declares."""
        named = self._checked(self._table.get("rename", {}), TOP["rename"].check, "rename") or {}
        new_names = {
            old: self._checked(new, partial(check.new_name, old=old), "rename", old) for old, new in named.items()
        }
        return {old: new for old, new in new_names.items() if new is not None}

    def report_only(self) -> frozenset[str] | None:
        """Return what is only reported and not blocked yet, or ``None`` if this layer does not say."""
        if "report_only" not in self._table:
            return None
        return self._checked(self._table["report_only"], TOP["report_only"].check, "report_only")

    def cookies(self) -> list[Declaration]:
        """Return the declarations of this layer, in order."""
        rows = self._table.get("cookies", [])
        if not isinstance(rows, Sequence) or isinstance(rows, str | bytes):
            self._problem("cookies", "must be a list of tables", "write each as [[cookies]]")
            return []
        checks = self._checks_of(COOKIES)
        # What is not a cookie has a name that no browser compares: an address, a key of storage, or a label.
        lines = partial(check.cookie_names, check_name=check.one_line)
        checks_of_others = checks | {"name": check.one_line, "names": lines}
        declarations = []
        seen_by_kind: dict[str, dict[str, str]] = {}
        for number, row in enumerate(rows):
            key = f"cookies[{number}]"
            if not isinstance(row, Mapping):
                self._problem(key, "must be a table", 'write [[cookies]], and name = "..." under it')
                continue
            is_cookie = "kind" not in row or row["kind"] == Kind.COOKIE
            values = self._values(row, checks if is_cookie else checks_of_others, key)
            names = values.pop("names", ()) or (values.pop("name", ""),)
            # A row of a wrong kind is like no other.
            seen = seen_by_kind.setdefault("" if is_cookie else values.get("kind", key), {})
            for name in names:
                if name in seen:
                    written = "names" if "names" in row else "name"
                    message = f'"{name}" is already declared at {seen[name]}'
                    self._problem(f"{key}.{written}", message, "keep one of them")
                elif name:
                    seen[name] = key
            if names[0] and "category" in values and "purpose" in values:
                declarations.append(Declaration(names=names, **values))
        return declarations

    def _values(self, row: Mapping[str, Any], checks: _Checks, key: str) -> dict[str, Any]:
        values = self._read(row, checks, key)
        for required, remedy in REQUIRED.items():
            if required not in row:
                self._problem(f"{key}.{required}", "missing", remedy)
        if ("name" in row) == ("names" in row):
            message = "has both name and names" if "name" in row else "missing"
            self._problem(f"{key}.name", message, 'write name = "..." or names = ["...", "..."]')
        for name, (category, message, remedy) in () if ONLY.keys().isdisjoint(values) else ONLY.items():
            # A flag that is false says nothing.
            if values.get(name) and values.get("category", category) is not category:
                self._problem(f"{key}.{name}", message, remedy)
        if values.get("same_site") == "None" and not values.get("secure"):
            remedy = 'write secure = true, too, or same_site = "Lax"'
            self._problem(f"{key}.same_site", "browsers refuse SameSite=None without Secure", remedy)
        for name, message, remedy in problems_of_kind(values["kind"], row) if "kind" in values else ():
            self._problem(f"{key}.{name}", message, remedy)
        if "names" in values:
            values.pop("name", None)
        return values

    def _checks_of(self, keys: Mapping[str, Key]) -> dict[str, Callable[[Any], Any]]:
        """Return the checks of a table of keys. Those of texts know the languages of this layer."""
        return {name: self._text if key.check is check.text else key.check for name, key in keys.items()}

    def _read_section(self, key: str) -> dict[str, Any]:
        return self._read(self._section(key), self._checks_of(SECTIONS[key]), key)

    def _section(self, key: str, header: str = "") -> Mapping[str, Any]:
        return self._as_table(self._table.get(key, {}), key, header)

    def _as_table(self, value: object, key: str, header: str = "") -> Mapping[str, Any]:
        """Return a table, or an empty one and report the problem. ``header``: the one to write, if not the key."""
        if isinstance(value, Mapping):
            return value
        self._problem(key, "must be a table", f"write [{header or key}], and its keys under it")
        return {}

    def _read(self, table: Mapping[str, Any], checks: _Checks, key: str) -> dict[str, Any]:
        self._check_keys(table, checks, key + ".")
        values = {}
        for name, reader in checks.items():
            if name in table:
                try:  # as _checked does; a call for each value would take a twentieth of the time
                    values[name] = reader(table[name])
                except check.WrongValueError as wrong:
                    self._problem(f"{key}.{name}", wrong.message, wrong.remedy)
        return values

    def _checked(self, value: object, reader: Callable[[Any], V], *keys: str) -> V | None:
        try:
            return reader(value)
        except check.WrongValueError as wrong:
            self._problem(".".join(keys), wrong.message, wrong.remedy)
            return None

    def _check_keys(self, table: Mapping[Any, Any], known: Collection[str], prefix: str) -> None:
        for key in table:
            if key in known:
                continue
            is_misplaced = prefix and key in TOP
            other = meant_key(str(key), known)
            if prefix == "statistics." and key in ("title", "explanation"):
                remedy = "write it under [categories.statistical]"
            elif not prefix and key in SITE:
                remedy = "write it under [site]"
            elif is_misplaced:
                remedy = "write it at the top of the file, before the first table"
            elif other:
                remedy = f"did you mean {other}?"
            elif not prefix and (near := nearest(str(key), [*known, *Category])) in tuple(Category):
                remedy = f"did you mean [categories.{near}]?"
            else:
                remedy = did_you_mean(str(key), known)
            self._problem(f"{prefix}{key}", "unknown key", remedy)

    def _problem(self, key: str, message: str, remedy: str) -> None:
        self._problems.append(Problem(self._label, key, message, remedy, cookie=self._cookie_of(key)))

    def _cookie_of(self, key: str) -> str:
        """Return the name of the cookie that a key such as ``cookies[3].path`` is about, ``""`` if it has none."""
        number = _COOKIE.match(key)
        row = self._table["cookies"][int(number[1])] if number else None
        if not isinstance(row, Mapping):
            return ""
        names = row.get("name") or row.get("names")
        name = names[0] if isinstance(names, list | tuple) and names else names
        return name if isinstance(name, str) else ""

    def _text(self, value: object) -> Text:
        return check.text(value, self._language, self._default)
