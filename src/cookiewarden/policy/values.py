"""Checks for the values of a policy file. Each check takes the value as it was read and returns the typed value.

Rule: a check raises ``WrongValueError``, which says what is wrong and what to write instead, and never anything else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime

from cookiewarden.http.hosts import check_host, normalize_host
from cookiewarden.policy.declaration import CONSENT_CATEGORIES, REPORTABLE, Category, Lifetime, Text
from cookiewarden.policy.lifetimes import LONGEST, is_longer
from cookiewarden.policy.other_words import remedy_for_category

LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 5.6.2
DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}")
SAME_SITE = ("Strict", "Lax", "None")
_PLAIN_NAME = re.compile(r"[0-9A-Za-z_.-]++\*?[0-9A-Za-z_.-]*+")  # most cookie names


class WrongValueError(Exception):
    """A value that its key does not take: what is wrong with it, and what to write instead."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


def text(value: object, language: str, default: str) -> Text:
    """Return a text from a string, or from a table of strings by language.

    A plain string is in ``language``. ``default`` is the language that the text falls back to.
    """
    texts = {language: value} if isinstance(value, str) else value
    remedy = 'write "...", or one string for each language: {en = "...", fr = "..."}'
    if not isinstance(texts, Mapping) or not texts:
        raise WrongValueError("must be a string, or a table of strings by language", remedy)
    for tag, words in texts.items():
        if not isinstance(tag, str) or not LANGUAGE.fullmatch(tag):
            raise WrongValueError(f'"{tag}" is not a language tag', remedy)
        if not isinstance(words, str) or not words.strip() or not _is_utf8(words):
            problem = "is empty" if words == "" else "must be a string of valid Unicode, and not blank"
            raise WrongValueError(f"the text in {tag} {problem}", remedy)
    by_language = {tag.lower(): words for tag, words in texts.items()}
    if len(by_language) < len(texts):
        raise WrongValueError("has the same language twice", "keep one of them")
    return Text(by_language, default.lower())


def one_line(value: object) -> str:
    """Return a string of one line that is not blank."""
    if not isinstance(value, str) or not value.strip() or CONTROL.search(value) or not _is_utf8(value):
        raise WrongValueError("must be one line of text, and not blank", 'write "..."')
    return value


def list_of_strings(value: object) -> list[str]:
    """Return a list of strings. A single string stands for a list of one."""
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
        raise WrongValueError("must be a list of strings", 'write ["...", "..."]')
    return list(items)


def table_of_strings(value: object) -> dict[str, str]:
    """Return a table of strings by name."""
    if not isinstance(value, Mapping) or not all(isinstance(one, str) for pair in value.items() for one in pair):
        raise WrongValueError("must be a table of strings", 'write {sessionid = "shop_session"}: old name = new name')
    return dict(value)


def hosts(value: object) -> tuple[str, ...]:
    """Return hosts in the form in which they are compared. Patterns keep their ``*``."""
    found = []
    for host in list_of_strings(value):
        wrong = check_host(host)
        if wrong:
            remedy = _host_within(host) or 'write "data.example.org", "*.example.org", or "*" for any'
            raise WrongValueError(f'"{host}": {wrong}', remedy)
        found.append("*." + normalize_host(host[2:]) if host.startswith("*.") else normalize_host(host))
    return tuple(found)


def calendar_date(value: object) -> date:
    """Return a date from a date of TOML or from a string."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        written = value if isinstance(value, str) and DATE.fullmatch(value) else ""
        return datetime.strptime(written, "%Y-%m-%d").date()
    except ValueError:
        raise WrongValueError(f"{_quoted(value)} is not a date", "write year, month, day: 2021-03-30") from None


def version(value: object) -> str:
    """Return a version: a string of one line, which the policy page shows."""
    if isinstance(value, str):
        return one_line(value)
    raise WrongValueError("must be a string", 'write it in quotation marks: version = "3"')


def language_tag(value: object) -> str:
    """Return a language tag in lower case."""
    if isinstance(value, str) and LANGUAGE.fullmatch(value):
        return value.lower()
    raise WrongValueError(f"{_quoted(value)} is not a language tag", 'write a tag such as "en" or "fr-BE"')


def language_tags(value: object) -> tuple[str, ...]:
    """Return one or more language tags in lower case, all different."""
    tags = tuple(map(language_tag, list_of_strings(value)))
    if not tags:
        raise WrongValueError("must not be an empty list", 'write languages = ["en", "fr"], or leave it out')
    if len(set(tags)) < len(tags):
        raise WrongValueError("has the same language twice", "keep one of them")
    return tags


def flag(value: object) -> bool:
    """Return ``True`` or ``False``."""
    if isinstance(value, bool):
        return value
    raise WrongValueError("must be true or false", "write true, or leave it out")


def report_only(value: object) -> frozenset[str]:
    """Return what is only reported. ``True`` stands for all kinds of cookies, ``False`` for none."""
    if isinstance(value, bool):
        return frozenset(REPORTABLE if value else ())
    if not isinstance(value, str | list | tuple):
        remedy = 'write true, or a list such as ["statistical", "undeclared"]'
        raise WrongValueError("must be true, false or a list", remedy)
    words = list_of_strings(value)
    for word in words:
        if word == Category.NECESSARY:
            raise WrongValueError(f'"{word}" cookies are never blocked', "leave it out")
        if word not in REPORTABLE:
            remedy = remedy_for_category(word, REPORTABLE)
            raise WrongValueError(f'"{word}" is neither true nor a kind of cookie', remedy)
    return frozenset(words)


def refusable(value: object) -> frozenset[Category]:
    """Return the categories that a signal refuses. ``False`` stands for none."""
    if value is False:
        return frozenset()
    if not isinstance(value, str | list | tuple):
        raise WrongValueError("must be a list of categories, or false", 'write ["third-party"], or false')
    words = list_of_strings(value)
    for word in words:
        if word == Category.NECESSARY:
            raise WrongValueError(f'"{word}" cookies need no consent, so no signal refuses them', "leave it out")
        if word not in CONSENT_CATEGORIES:
            raise WrongValueError(f'"{word}" is not a category', remedy_for_category(word, CONSENT_CATEGORIES))
    return frozenset(map(Category, words))


def category(value: object) -> Category:
    """Return one of the four categories."""
    try:
        return Category(value if isinstance(value, str) else "")
    except ValueError:
        named = value if isinstance(value, str) else ""
        raise WrongValueError(f'"{named}" is not a category', remedy_for_category(named, Category)) from None


def cookie_name(value: object) -> str:
    """Return a cookie name, or a pattern with one ``*``."""
    if isinstance(value, str) and _PLAIN_NAME.fullmatch(value):
        return value
    if not isinstance(value, str) or not value:
        raise WrongValueError("must be a cookie name", 'write "...", with at most one * in it')
    if value.count("*") > 1:
        raise WrongValueError(
            f'"{value}" has more than one *', "declare the cookies one by one, or shorten the pattern"
        )
    if value != value.strip() or CONTROL.search(value) or not set(";=").isdisjoint(value) or not _is_utf8(value):
        remedy = "write it in UTF-8, without control characters, ; or =, and without blanks around it"
        raise WrongValueError(f"{value!r} is not a cookie name", remedy)
    if ", " in value:
        raise WrongValueError(f'"{value}" looks like several names', 'write names = ["...", "..."]')
    return value


def new_name(value: object, old: str) -> str:
    """Return the new name of a cookie. A pattern would cover other cookies, too, unless the old name is one."""
    name = cookie_name(value)
    if "*" in name and "*" not in old:
        raise WrongValueError(f'"{name}" is a pattern, but "{old}" is one cookie', "write a name without *")
    return name


def cookie_names(value: object, check_name: Callable[[object], str] = cookie_name) -> tuple[str, ...]:
    """Return one or more cookie names, all different; with another check, names of something else."""
    names = tuple(map(check_name, list_of_strings(value)))
    if not names:
        raise WrongValueError("must not be an empty list", 'write names = ["...", "..."]')
    if len(set(names)) < len(names):
        raise WrongValueError("has the same name twice", "keep one of them")
    return names


def token(value: object) -> str:
    """Return a cookie name of token characters (RFC 9110 5.6.2). A pattern is refused."""
    if isinstance(value, str) and TOKEN.fullmatch(value) and "*" not in value:
        return value
    raise WrongValueError(f"{_quoted(value)} is not a plain cookie name", "write letters, digits, - and _ only")


def absolute_path(value: object) -> str:
    """Return a path that begins at the root."""
    is_path = isinstance(value, str) and value.startswith("/") and ";" not in value
    if isinstance(value, str) and is_path and not CONTROL.search(value) and _is_utf8(value):
        return value
    raise WrongValueError(f"{_quoted(value)} is not a path", 'write it from the root, as "/" or "/shop"')


def domain(value: object) -> str:
    """Return a domain without its leading dot."""
    wrong = check_host(value.removeprefix(".")) if isinstance(value, str) else "it is not a string"
    if isinstance(value, str) and not wrong and "*" not in value:
        return normalize_host(value.removeprefix("."))
    wrong = wrong or "it has a *; a domain covers its subdomains without one"
    remedy = _host_within(value.removeprefix("*.") if isinstance(value, str) else "") or 'write "example.org"'
    raise WrongValueError(f"{_quoted(value)} is not a domain: {wrong}", remedy)


def lifetime(value: object) -> Lifetime:
    """Return how long a cookie is kept."""
    try:
        return Lifetime.parse(value if isinstance(value, str) else "")
    except ValueError:
        remedy = 'write "session", or a whole number and a unit from seconds to years: "30 days", "13 months"'
        raise WrongValueError(f"{_quoted(value)} is not a lifetime", remedy) from None


def choice_lifetime(value: object) -> Lifetime:
    """Return how long a choice is kept: longer than the session, and 13 months at most.

    Data protection authorities ask that visitors can choose anew that often. The CNIL holds 6 months for good practice.
    """
    found = lifetime(value)
    if found.seconds is None:
        message = "must outlast the session, or visitors are asked again each time"
        raise WrongValueError(message, 'write a lifetime such as "6 months"')
    if is_longer(found, LONGEST):
        message = f'"{found.text}" is too long: visitors must be asked again after {LONGEST.text} at most'
        raise WrongValueError(message, f'write "6 months", or up to "{LONGEST.text}"')
    return found


def same_site(value: object) -> str:
    """Return a value of SameSite."""
    if value in SAME_SITE:
        return str(value)
    raise WrongValueError(f"{_quoted(value)} is not a value of SameSite", 'write "Strict", "Lax" or "None"')


def _quoted(value: object) -> str:
    """Return a wrong value as a message shows it. What may be large is not shown."""
    if isinstance(value, str):
        return f'"{value}"'
    return str(value) if isinstance(value, float | date) or (isinstance(value, int) and abs(value) < 10**12) else "this"


def _host_within(text: str) -> str:
    """Return the advice to write the host alone, if a text is an address or a host with a port; ``""`` if not."""
    host = text.partition("//")[2] if "//" in text else text
    host = host.partition("/")[0]
    host = host if host.endswith("]") else host.rpartition(":")[0] or host
    return f'write "{host}"' if "*" not in host and not check_host(host) else ""


def _is_utf8(text: str) -> bool:
    """Return whether a text is free of half surrogate pairs, which an escape in JSON may produce."""
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False
