"""The keys of a policy file: which keys exist, which values they take, and how a wrong one is reported.

Rule: an unknown key is a problem, reported with the nearest known key. A value is checked here, and never again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from functools import partial
from typing import Any, TypeVar

from cookiewarden.errors import Problem, did_you_mean, nearest
from cookiewarden.policy import values as check
from cookiewarden.policy.declaration import Category, Declaration, Kind, Text
from cookiewarden.policy.other_words import meant_key
from cookiewarden.policy.profiles import profile_names
from cookiewarden.policy.site import Site
from cookiewarden.policy.statistics import StatisticsFacts, data_lifetime, web_address
from cookiewarden.policy.storage import contacted_hosts, kind, problems_of_kind

V = TypeVar("V")

_COOKIE = re.compile(r"cookies\[([0-9]+)\]")
_REQUIRED = {
    "category": f"write one of {', '.join(Category)}",
    "purpose": "say in one sentence what the cookie is for",
}
_SITE_KEYS = frozenset(field.name for field in fields(Site))
_TOP_KEYS = (
    "extends", "remove", "rename", "report_only",
    "site", "categories", "preferences", "signals", "statistics", "cookies",
)  # fmt: skip


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
        self._check_keys(table, _TOP_KEYS, "")

    def site(self) -> dict[str, Any]:
        """Return the fields of ``Site`` that the ``[site]`` table sets."""
        checks: dict[str, Callable[[Any], Any]] = {
            "name": self._text,
            "id": check.one_line,
            "hosts": check.hosts,
            "introduction": self._text,
            "operator": self._text,
            "contact": self._text,
            "updated": check.calendar_date,
            "version": check.version,
            "language": check.language_tag,
            "languages": check.language_tags,
            "expire_unconsented": check.flag,
            "profile": profile_names,
        }
        return self._read(self._section("site"), checks, "site")

    def category_texts(self) -> dict[Category, dict[str, Any]]:
        """Return the fields of ``CategoryTexts`` that the table of each category sets."""
        checks: dict[str, Callable[[Any], Any]] = {"title": self._text, "explanation": self._text}
        found = {}
        for word, texts in self._section("categories", "categories.statistical").items():
            key = f"categories.{word}"
            category = self._checked(word, check.category, key)
            if category is not None:
                found[category] = self._read(self._as_table(texts, key), checks, key)
        return found

    def preferences(self) -> dict[str, Any]:
        """Return the fields of ``PreferencesOptions`` that the ``[preferences]`` table sets."""
        checks: dict[str, Callable[[Any], Any]] = {
            "name": check.token,
            "domain": check.domain,
            "lifetime": check.choice_lifetime,
            "embedded": check.flag,
        }
        return self._read(self._section("preferences"), checks, "preferences")

    def signals(self) -> dict[str, Any]:
        """Return the fields of ``SignalOptions`` that the ``[signals]`` table sets."""
        checks: dict[str, Callable[[Any], Any]] = {"gpc": check.refusable, "gpc_updated": check.calendar_date}
        return self._read(self._section("signals"), checks, "signals")

    def statistics(self) -> dict[str, Any]:
        """Return the fields of ``StatisticsFacts`` that the ``[statistics]`` table sets."""
        checks: dict[str, Callable[[Any], Any]] = {
            **{field.name: check.flag for field in fields(StatisticsFacts)},
            "data_lifetime": data_lifetime,
            "evidence": web_address,
        }
        return self._read(self._section("statistics"), checks, "statistics")

    def remove(self) -> list[str]:
        """Return the names whose declarations in a base this layer removes."""
        names = self._checked(self._table.get("remove", []), check.list_of_strings, "remove")
        return names or []

    def rename(self) -> dict[str, str]:
        """Return the new names, by the old ones, of cookies that a base declares."""
        named = self._checked(self._table.get("rename", {}), check.table_of_strings, "rename") or {}
        new_names = {
            old: self._checked(new, partial(check.new_name, old=old), "rename", old) for old, new in named.items()
        }
        return {old: new for old, new in new_names.items() if new is not None}

    def report_only(self) -> frozenset[str] | None:
        """Return what is only reported and not blocked yet, or ``None`` if this layer does not say."""
        if "report_only" not in self._table:
            return None
        return self._checked(self._table["report_only"], check.report_only, "report_only")

    def cookies(self) -> list[Declaration]:
        """Return the declarations of this layer, in order."""
        rows = self._table.get("cookies", [])
        if not isinstance(rows, Sequence) or isinstance(rows, str | bytes):
            self._problem("cookies", "must be a list of tables", "write each as [[cookies]]")
            return []
        checks: dict[str, Callable[[Any], Any]] = {
            "name": check.cookie_name,
            "names": check.cookie_names,
            "category": check.category,
            "purpose": self._text,
            "anonymized": check.flag,
            "provider": self._text,
            "function": self._text,
            "lifetime": check.lifetime,
            "path": check.absolute_path,
            "domain": check.domain,
            "source": check.one_line,
            "secure": check.flag,
            "http_only": check.flag,
            "same_site": check.same_site,
            "device_bound": check.flag,
            "kind": kind,
            "hosts": contacted_hosts,
            "reason": self._text,
            "appearance": check.flag,
        }
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

    def _values(self, row: Mapping[str, Any], checks: Mapping[str, Callable[[Any], Any]], key: str) -> dict[str, Any]:
        values = self._read(row, checks, key)
        for required, remedy in _REQUIRED.items():
            if required not in row:
                self._problem(f"{key}.{required}", "missing", remedy)
        if ("name" in row) == ("names" in row):
            message = "has both name and names" if "name" in row else "missing"
            self._problem(f"{key}.name", message, 'write name = "..." or names = ["...", "..."]')
        if values.get("anonymized") and values.get("category", Category.STATISTICAL) is not Category.STATISTICAL:
            remedy = "leave it out, or make the category statistical"
            self._problem(f"{key}.anonymized", "only statistical cookies can be anonymized", remedy)
        if values.get("device_bound") and values.get("category", Category.NECESSARY) is not Category.NECESSARY:
            message = "a device-bound session cookie must be necessary: without it, the browser ends the session"
            self._problem(f"{key}.device_bound", message, "leave it out, or make the category necessary")
        if values.get("same_site") == "None" and not values.get("secure"):
            remedy = 'write secure = true, too, or same_site = "Lax"'
            self._problem(f"{key}.same_site", "browsers refuse SameSite=None without Secure", remedy)
        for name, message, remedy in problems_of_kind(values["kind"], row) if "kind" in values else ():
            self._problem(f"{key}.{name}", message, remedy)
        if values.get("appearance") and values.get("category", Category.FIRST_PARTY) is not Category.FIRST_PARTY:
            message = "only first-party cookies can be there for the appearance alone"
            self._problem(f"{key}.appearance", message, "leave it out, or make the category first-party")
        if "reason" in values and values.get("category", Category.NECESSARY) is not Category.NECESSARY:
            message = "a reason says why a cookie is necessary, and this one is not"
            self._problem(f"{key}.reason", message, "write it into the purpose, or make the category necessary")
        if "names" in values:
            values.pop("name", None)
        return values

    def _section(self, key: str, header: str = "") -> Mapping[str, Any]:
        return self._as_table(self._table.get(key, {}), key, header)

    def _as_table(self, value: object, key: str, header: str = "") -> Mapping[str, Any]:
        """Return a table, or an empty one and report the problem. ``header``: the one to write, if not the key."""
        if isinstance(value, Mapping):
            return value
        self._problem(key, "must be a table", f"write [{header or key}], and its keys under it")
        return {}

    def _read(self, table: Mapping[str, Any], checks: Mapping[str, Callable[[Any], Any]], key: str) -> dict[str, Any]:
        self._check_keys(table, checks, key + ".")
        values = {}
        for name, reader in checks.items():
            if name in table:
                value = self._checked(table[name], reader, key, name)
                if value is not None:
                    values[name] = value
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
            is_misplaced = prefix and key in ("extends", "remove", "rename", "report_only")
            other = meant_key(str(key), known)
            if prefix == "statistics." and key in ("title", "explanation"):
                remedy = "write it under [categories.statistical]"
            elif not prefix and key in _SITE_KEYS:
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
