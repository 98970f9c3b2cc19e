"""The keys of a policy file: which there are, what may stand under each, and how a wrong one is reported.

Rule: unknown keys are problems, with the nearest known key; a value is checked once, here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from cookiewarden.declaration import Category, Declaration, Lifetime, Text
from cookiewarden.errors import Problem, did_you_mean
from cookiewarden.hosts import check_host, normalize_host

V = TypeVar("V")

_TOP_KEYS = ("extends", "remove", "site", "preferences", "cookies")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 5.6.2


class WrongValueError(Exception):
    """A value that may not stand under its key: what is wrong, and what to write instead."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


def default_language(tables: Iterable[Mapping[str, Any]]) -> str:
    """The language that the last of several tables names as its own, else English."""
    language = "en"
    for table in tables:
        site = table.get("site")
        named = site.get("language") if isinstance(site, Mapping) else None
        if isinstance(named, str) and _LANGUAGE.fullmatch(named):
            language = named
    return language


class LayerReader:
    """Reads one file, of those that make up a policy, into checked values; what is wrong goes to ``problems``.

    ``default`` is the language of the whole policy. A plain text is in the file's own language, if it names one.
    """

    def __init__(self, label: str, table: Mapping[str, Any], default: str, problems: list[Problem]) -> None:
        self._label = label
        self._table = table
        self._default = default
        self._language = default_language([{"site": {"language": default}}, table])
        self._problems = problems
        self._check_keys(table, _TOP_KEYS, "")

    def site(self) -> dict[str, Any]:
        """The fields that the ``[site]`` table gives."""
        checks: dict[str, Callable[[Any], Any]] = {
            "name": self._text,
            "id": _line,
            "hosts": _hosts,
            "introduction": self._text,
            "operator": self._text,
            "contact": self._text,
            "updated": _date,
            "version": _version,
            "language": _language,
        }
        return self._read(self._section("site"), checks, "site")

    def preferences(self) -> dict[str, Any]:
        """The fields that the ``[preferences]`` table gives."""
        checks: dict[str, Callable[[Any], Any]] = {
            "name": _token,
            "domain": _domain,
            "lifetime": _persistent_lifetime,
        }
        return self._read(self._section("preferences"), checks, "preferences")

    def remove(self) -> list[str]:
        """The names whose declarations in a base this file takes back."""
        names = self._checked(self._table.get("remove", []), _texts, "remove")
        return names or []

    def cookies(self) -> list[Declaration]:
        """The declarations of this file, in order."""
        rows = self._table.get("cookies", [])
        if not isinstance(rows, Sequence) or isinstance(rows, str | bytes):
            self._problem("cookies", "no list of tables", "write each as [[cookies]]")
            return []
        declarations = []
        seen: dict[str, str] = {}
        for number, row in enumerate(rows):
            key = f"cookies[{number}]"
            if not isinstance(row, Mapping):
                self._problem(key, "no table", 'write [[cookies]], and name = "..." under it')
                continue
            declaration = self._declaration(row, key)
            for name in declaration.names if declaration else ():
                if name in seen:
                    self._problem(f"{key}.name", f'"{name}" is declared already, at {seen[name]}', "keep one of them")
                seen.setdefault(name, key)
            if declaration:
                declarations.append(declaration)
        return declarations

    def _declaration(self, row: Mapping[str, Any], key: str) -> Declaration | None:
        checks: dict[str, Callable[[Any], Any]] = {
            "name": _cookie_name,
            "names": _cookie_names,
            "category": _category,
            "purpose": self._text,
            "anonymized": _flag,
            "provider": self._text,
            "function": self._text,
            "lifetime": _lifetime,
            "path": _path,
            "domain": _domain,
            "source": _line,
        }
        values = self._read(row, checks, key)
        for required, remedy in (
            ("category", f"write one of {', '.join(Category)}"),
            ("purpose", "say in a sentence what it is for"),
        ):
            if required not in row:
                self._problem(f"{key}.{required}", "missing", remedy)
        if ("name" in row) == ("names" in row):
            message = "both name and names" if "name" in row else "missing"
            self._problem(f"{key}.name", message, 'write name = "..." or names = ["...", "..."]')
        if values.get("anonymized") and values.get("category", Category.STATISTICAL) is not Category.STATISTICAL:
            remedy = "leave it out, or make the category statistical"
            self._problem(f"{key}.anonymized", "only statistical cookies can be anonymized", remedy)
        names = values.pop("names", ()) or (values.pop("name", ""),)
        values.pop("name", None)
        if not names[0] or "category" not in values or "purpose" not in values:
            return None
        return Declaration(names=tuple(names), **values)

    def _section(self, key: str) -> Mapping[str, Any]:
        section = self._table.get(key, {})
        if isinstance(section, Mapping):
            return section
        self._problem(key, "no table", f"write [{key}], and its keys under it")
        return {}

    def _read(self, table: Mapping[str, Any], checks: Mapping[str, Callable[[Any], Any]], key: str) -> dict[str, Any]:
        self._check_keys(table, checks, key + ".")
        values = {}
        for name, check in checks.items():
            if name in table:
                value = self._checked(table[name], check, f"{key}.{name}")
                if value is not None:
                    values[name] = value
        return values

    def _checked(self, value: object, check: Callable[[Any], V], key: str) -> V | None:
        try:
            return check(value)
        except WrongValueError as wrong:
            self._problem(key, wrong.message, wrong.remedy)
            return None

    def _check_keys(self, table: Mapping[Any, Any], known: Iterable[str], prefix: str) -> None:
        for key in table:
            if key not in known:
                self._problem(f"{prefix}{key}", "unknown key", did_you_mean(str(key), known))

    def _problem(self, key: str, message: str, remedy: str) -> None:
        self._problems.append(Problem(self._label, key, message, remedy))

    def _text(self, value: object) -> Text:
        texts = {self._language: value} if isinstance(value, str) else value
        remedy = 'write a text, or one by language: {en = "...", fr = "..."}'
        if not isinstance(texts, Mapping) or not texts:
            raise WrongValueError("no text", remedy)
        for language, text in texts.items():
            if not isinstance(language, str) or not _LANGUAGE.fullmatch(language):
                raise WrongValueError(f'"{language}" is no language', remedy)
            if not isinstance(text, str) or not text.strip():
                raise WrongValueError(f"the text in {language} is empty" if text == "" else "no text", remedy)
        return Text({language.lower(): text for language, text in texts.items()}, self._default.lower())


def _line(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or _CONTROL.search(value):
        raise WrongValueError("no text of one line", 'write "..."')
    return value


def _texts(value: object) -> list[str]:
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
        raise WrongValueError("no list of texts", 'write ["...", "..."]')
    return list(items)


def _hosts(value: object) -> tuple[str, ...]:
    hosts = []
    for host in _texts(value):
        wrong = check_host(host)
        if wrong:
            raise WrongValueError(f'"{host}": {wrong}', 'write "data.example.org", "*.example.org", or "*" for any')
        hosts.append("*." + normalize_host(host[2:]) if host.startswith("*.") else normalize_host(host))
    return tuple(hosts)


def _date(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise WrongValueError("no date", "write it as 2021-03-30") from None


def _version(value: object) -> str:
    if isinstance(value, str) and value.strip():
        return value
    raise WrongValueError("no text", 'write it in quotation marks: version = "3"')


def _language(value: object) -> str:
    if isinstance(value, str) and _LANGUAGE.fullmatch(value):
        return value.lower()
    raise WrongValueError("no language", 'write a tag such as "en" or "fr-BE"')


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise WrongValueError("neither true nor false", "write true, or leave it out")


def _category(value: object) -> Category:
    try:
        return Category(value if isinstance(value, str) else "")
    except ValueError:
        raise WrongValueError(f"{value!r} is no category", did_you_mean(str(value), Category)) from None


def _cookie_name(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise WrongValueError("no cookie name", 'write "...", with at most one * in it')
    if value.count("*") > 1:
        raise WrongValueError(
            f'"{value}" has more than one *', "declare the cookies one by one, or shorten the pattern"
        )
    if value != value.strip(" \t") or _CONTROL.search(value) or not set(";=").isdisjoint(value):
        raise WrongValueError(
            f"{value!r} is no cookie name", "leave out control characters, ; and =, and blanks around it"
        )
    try:
        value.encode()
    except UnicodeEncodeError:
        raise WrongValueError(f"{value!r} is no cookie name", "write it in UTF-8") from None
    return value


def _cookie_names(value: object) -> tuple[str, ...]:
    names = tuple(_cookie_name(name) for name in _texts(value))
    if not names:
        raise WrongValueError("an empty list", 'write names = ["...", "..."]')
    if len(set(names)) < len(names):
        raise WrongValueError("the same name twice", "keep one of them")
    return names


def _token(value: object) -> str:
    if isinstance(value, str) and _TOKEN.fullmatch(value) and "*" not in value:
        return value
    raise WrongValueError("no plain cookie name", "write letters, digits, - and _ only")


def _path(value: object) -> str:
    if isinstance(value, str) and value.startswith("/") and not _CONTROL.search(value) and ";" not in value:
        return value
    raise WrongValueError("no path", 'write it from the root, as "/" or "/shop"')


def _domain(value: object) -> str:
    wrong = check_host(value.removeprefix(".")) if isinstance(value, str) else "no text"
    if isinstance(value, str) and not wrong and "*" not in value:
        return normalize_host(value.removeprefix("."))
    raise WrongValueError(f"no domain: {wrong}" if wrong else "no domain", 'write "example.org"')


def _lifetime(value: object) -> Lifetime:
    try:
        return Lifetime.parse(value if isinstance(value, str) else "")
    except ValueError:
        raise WrongValueError(
            "no lifetime", 'write "session", or a number and a unit: "30 days", "13 months"'
        ) from None


def _persistent_lifetime(value: object) -> Lifetime:
    lifetime = _lifetime(value)
    if lifetime.seconds is None:
        raise WrongValueError("a choice that ends with the session is asked again each time", 'write "6 months", say')
    return lifetime
