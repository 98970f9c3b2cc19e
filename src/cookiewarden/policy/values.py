"""The values of a policy file, one check a kind: each takes what the file holds and returns what it means.

Rule: a check raises ``WrongValueError`` with what is wrong and what to write instead, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

from cookiewarden.errors import did_you_mean
from cookiewarden.http.hosts import check_host, normalize_host
from cookiewarden.policy.declaration import REPORTABLE, Category, Lifetime, Text

LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 5.6.2


class WrongValueError(Exception):
    """A value that may not stand under its key: what is wrong, and what to write instead."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


def text(value: object, language: str, default: str) -> Text:
    """A text, or a table of texts by language; a plain one is in ``language``, and all fall back to ``default``."""
    texts = {language: value} if isinstance(value, str) else value
    remedy = 'write a text, or one by language: {en = "...", fr = "..."}'
    if not isinstance(texts, Mapping) or not texts:
        raise WrongValueError("no text", remedy)
    for tag, words in texts.items():
        if not isinstance(tag, str) or not LANGUAGE.fullmatch(tag):
            raise WrongValueError(f'"{tag}" is no language', remedy)
        if not isinstance(words, str) or not words.strip() or not _is_utf8(words):
            raise WrongValueError(f"the text in {tag} is empty" if words == "" else "no text", remedy)
    if len({tag.lower() for tag in texts}) < len(texts):
        raise WrongValueError("the same language twice", "keep one of them")
    return Text({tag.lower(): words for tag, words in texts.items()}, default.lower())


def one_line(value: object) -> str:
    """A text of one line, not empty."""
    if not isinstance(value, str) or not value.strip() or CONTROL.search(value) or not _is_utf8(value):
        raise WrongValueError("no text of one line", 'write "..."')
    return value


def list_of_texts(value: object) -> list[str]:
    """A list of texts; one text stands for a list of it."""
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
        raise WrongValueError("no list of texts", 'write ["...", "..."]')
    return list(items)


def hosts(value: object) -> tuple[str, ...]:
    """Hosts in the form in which they are compared; patterns keep their ``*``."""
    found = []
    for host in list_of_texts(value):
        wrong = check_host(host)
        if wrong:
            raise WrongValueError(f'"{host}": {wrong}', 'write "data.example.org", "*.example.org", or "*" for any')
        found.append("*." + normalize_host(host[2:]) if host.startswith("*.") else normalize_host(host))
    return tuple(found)


def calendar_date(value: object) -> date:
    """A date, as TOML has it or as a text."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return datetime.strptime(value if isinstance(value, str) else "", "%Y-%m-%d").date()
    except ValueError:
        raise WrongValueError("no date", "write it as 2021-03-30") from None


def version(value: object) -> str:
    """A version: a text of one line, which the policy page shows."""
    if isinstance(value, str):
        return one_line(value)
    raise WrongValueError("no text", 'write it in quotation marks: version = "3"')


def language_tag(value: object) -> str:
    """A language tag, in lower case."""
    if isinstance(value, str) and LANGUAGE.fullmatch(value):
        return value.lower()
    raise WrongValueError("no language", 'write a tag such as "en" or "fr-BE"')


def flag(value: object) -> bool:
    """True or false."""
    if isinstance(value, bool):
        return value
    raise WrongValueError("neither true nor false", "write true, or leave it out")


def report_only(value: object) -> frozenset[str]:
    """What is only reported: all of it, nothing, or some of the words for it."""
    if isinstance(value, bool):
        return frozenset(REPORTABLE if value else ())
    if not isinstance(value, str | list | tuple):
        remedy = 'write true, or a list such as ["statistical", "undeclared"]'
        raise WrongValueError("neither true nor false, nor a list", remedy)
    words = list_of_texts(value)
    for word in words:
        if word == Category.NECESSARY:
            raise WrongValueError(f'"{word}" cookies are never blocked', "leave it out")
        if word not in REPORTABLE:
            raise WrongValueError(f'"{word}" is neither true nor a kind of cookie', did_you_mean(word, REPORTABLE))
    return frozenset(words)


def category(value: object) -> Category:
    """One of the four categories."""
    try:
        return Category(value if isinstance(value, str) else "")
    except ValueError:
        named = value if isinstance(value, str) else ""
        raise WrongValueError(f'"{named}" is no category', did_you_mean(named, Category)) from None


def cookie_name(value: object) -> str:
    """A cookie name, or a pattern with one ``*``."""
    if not isinstance(value, str) or not value:
        raise WrongValueError("no cookie name", 'write "...", with at most one * in it')
    if value.count("*") > 1:
        raise WrongValueError(
            f'"{value}" has more than one *', "declare the cookies one by one, or shorten the pattern"
        )
    if value != value.strip() or CONTROL.search(value) or not set(";=").isdisjoint(value) or not _is_utf8(value):
        remedy = "write it in UTF-8, without control characters, ; and =, or blanks around it"
        raise WrongValueError(f"{value!r} is no cookie name", remedy)
    if ", " in value:
        raise WrongValueError(f'"{value}" looks like several names', 'write names = ["...", "..."]')
    return value


def cookie_names(value: object) -> tuple[str, ...]:
    """One or more cookie names, each once."""
    names = tuple(cookie_name(name) for name in list_of_texts(value))
    if not names:
        raise WrongValueError("an empty list", 'write names = ["...", "..."]')
    if len(set(names)) < len(names):
        raise WrongValueError("the same name twice", "keep one of them")
    return names


def token(value: object) -> str:
    """A cookie name of token characters (RFC 9110 5.6.2), not a pattern."""
    if isinstance(value, str) and TOKEN.fullmatch(value) and "*" not in value:
        return value
    raise WrongValueError("no plain cookie name", "write letters, digits, - and _ only")


def absolute_path(value: object) -> str:
    """A path that begins at the root."""
    is_path = isinstance(value, str) and value.startswith("/") and ";" not in value
    if isinstance(value, str) and is_path and not CONTROL.search(value) and _is_utf8(value):
        return value
    raise WrongValueError("no path", 'write it from the root, as "/" or "/shop"')


def domain(value: object) -> str:
    """A domain, without its leading dot."""
    wrong = check_host(value.removeprefix(".")) if isinstance(value, str) else "no text"
    if isinstance(value, str) and not wrong and "*" not in value:
        return normalize_host(value.removeprefix("."))
    raise WrongValueError(f"no domain: {wrong}" if wrong else "no domain", 'write "example.org"')


def lifetime(value: object) -> Lifetime:
    """How long a cookie is kept."""
    try:
        return Lifetime.parse(value if isinstance(value, str) else "")
    except ValueError:
        raise WrongValueError(
            "no lifetime", 'write "session", or a number and a unit: "30 days", "13 months"'
        ) from None


def persistent_lifetime(value: object) -> Lifetime:
    """How long a cookie is kept, beyond the session."""
    found = lifetime(value)
    if found.seconds is None:
        raise WrongValueError("a choice that ends with the session is asked again each time", 'write "6 months", say')
    return found


def _is_utf8(text: str) -> bool:
    """Whether a text has no half of a surrogate pair, as an escape in JSON may make one."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
