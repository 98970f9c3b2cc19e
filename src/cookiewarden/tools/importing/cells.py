"""Read what single cells say of a cookie: the provider, the domain, the kind of storage, and the lifetime of each name.

Rule: a cell that says nothing, or that it does not say it, is empty.
"""

from __future__ import annotations

import re

from cookiewarden.http.hosts import check_host, normalize_host
from cookiewarden.policy.declaration import Kind
from cookiewarden.tools.importing.columns import Column
from cookiewarden.tools.importing.entries import Values, text_of
from cookiewarden.tools.importing.lifetimes import FoundLifetime, read_lifetime, read_lifetimes

_KINDS = [
    (Kind.SESSION_STORAGE, r"session[ _-]?storage|stockage de session|sessie-?opslag|sitzungsspeicher"),
    (
        Kind.LOCAL_STORAGE,
        r"local[ _-]?storage|stockage local|lokale? opslag|lokaler speicher|html ?5? storage",
    ),
    (Kind.INDEXED_DB, r"indexed[ _-]?db"),
    (Kind.PIXEL, r"pixel|web ?beacon"),
    (Kind.SCRIPT, r"^script"),
]
_KIND_PATTERNS = [(kind, re.compile(words)) for kind, words in _KINDS]
_NOT_STATED = re.compile(
    r"[\s\-–—./]*|n/?a|not stated|non précisée?|niet vermeld|nicht angegeben|unknown", re.IGNORECASE
)
_LEARN_MORE = re.compile(
    r"(?:learn|read|find out) more(?: about this \w+)?|en savoir plus(?: (?:à propos de|sur) (?:ce|cette) \w+)?"
    r"|meer (?:informatie over|lezen over) deze \w+|erfahren sie mehr über diesen \w+|mehr erfahren", re.IGNORECASE,
)  # fmt: skip
_DOMAIN = re.compile(r"\.?([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?:\s*\((?:1st|3rd|first|third)[ -]party\))?", re.IGNORECASE)
# "Third party (ads.example)".
_PARTY_DOMAIN = re.compile(
    r"(?:(?:first|1st|third|3rd)[ -]party|tiers?|derden?|drittanbieter)\s*\(\.?([a-z0-9-]+(?:\.[a-z0-9-]+)+)\)",
    re.IGNORECASE,
)
_LONGEST_PROVIDER = 200


def with_wildcard(name: str, values: Values) -> str:
    """Return a name as a pattern, if its row says that it is only the beginning of names."""
    is_start = text_of(values, Column.WILDCARD).strip() == "1"
    return f"{name}*" if is_start and "*" not in name else name


def kind_of(words: str) -> Kind:
    """Return what words say that is kept, a cookie if they say nothing.

    >>> kind_of("HTML Local Storage").value, kind_of("HTTP").value
    ('local-storage', 'cookie')
    """
    text = words.lower()
    return next((kind for kind, pattern in _KIND_PATTERNS if pattern.search(text)), Kind.COOKIE)


def stated(values: Values, column: Column) -> str:
    """Return the value of a column on one line; ``""`` if there is none, or if it says so."""
    text = text_of(values, column)
    return "" if _NOT_STATED.fullmatch(text) else text


def provider_of(values: Values) -> str:
    """Return the provider, without the link to learn more that some lists add to it."""
    words = values.get(Column.PROVIDER)
    said = "" if words is None or _NOT_STATED.fullmatch(words.text) else words.text
    lines = (" ".join(line.split()) for line in _LEARN_MORE.sub("", said).split("\n"))
    text = ", ".join(line for line in lines if line)
    return text if len(text) <= _LONGEST_PROVIDER else ""


def domain_of(values: Values) -> str:
    """Return the domain, if a cell holds just one."""
    cells = (text_of(values, column).strip() for column in (Column.DOMAIN, Column.TYPE, Column.PROVIDER))
    match = _DOMAIN.fullmatch(next(cells)) or next(filter(None, map(_PARTY_DOMAIN.fullmatch, cells)), None)
    domain = normalize_host(match[1]) if match else ""
    return domain if domain and not check_host(domain) and "*" not in domain else ""


def lifetimes_of(names: tuple[str, ...], values: Values, rest: str) -> list[tuple[tuple[str, ...], FoundLifetime, str]]:
    """Return names with their lifetime, and its words: each its own, if a cell has as many lifetimes as names.

    ``rest``: what stands in the cell of the names beside them.
    """
    words = values.get(Column.LIFETIME)
    if words is None:
        found = read_lifetime(rest)
        kind = text_of(values, Column.TYPE)
        if not found.is_told and read_lifetime(kind).text == "session" and kind_of(kind) is Kind.COOKIE:
            return [(names, FoundLifetime("session"), kind)]
        return [(names, found if found.is_told else FoundLifetime(), rest)]
    several = read_lifetimes(words.text, len(names))
    if several:
        return [((name,), one, words.line) for name, one in zip(names, several, strict=True)]
    return [(names, read_lifetime(words.line), words.line)]
