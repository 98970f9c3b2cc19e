"""The rules for names that patterns cover: a wide pattern, and names that need not, or may not, be covered.

The name with more literal characters wins, so such patterns are no error; see ``names``.
Rule: it takes about as long as the names are, however many patterns there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from cookiewarden.policy.declaration import Category, Kind
from cookiewarden.policy.findings import Finding
from cookiewarden.policy.lint import rules
from cookiewarden.policy.lint.subject import Row, Subject, listed, shown

#: A pattern that begins so covers as many names as if it began after this.
_PREFIXES = ("__host-http-", "__host-", "__http-", "__secure-")


def lint_names(subject: Subject) -> Iterator[Finding]:
    """Yield what is wrong with the patterns that files of the site declare."""
    rows = chain(subject.rows, *subject.rows_of_presets.values())
    cookies = [row for row in rows if row.declaration.kind is Kind.COOKIE]
    patterns = {name: row for row in cookies if not row.preset for name in row.declaration.names if "*" in name}
    wide = {name for name in patterns if is_wide(name)}
    for name in patterns:
        if name in wide:
            yield _wide(patterns[name], name)
    narrow = {name: row for name, row in patterns.items() if name not in wide}
    for name, rows_below in _covered(narrow, cookies).items():
        row = patterns[name]
        yield from _covers(row, name, [(other, one) for other, one in rows_below if _differ(one, row)])
        for other, one in rows_below:
            if not one.preset and _says_the_same(one, row):
                yield _said_twice(one, other, name)


def _covers(row: Row, name: str, others: Sequence[tuple[str, Row]]) -> Iterator[Finding]:
    if others:
        category = row.declaration.category
        names = listed(sorted(other for other, _ in others))
        message = f"{shown(name)} is {category}, but also covers what is declared in another category: {names}"
        remedy = f"leave it if only its other names are {category}, for the more exact name wins; if not, narrow it"
        yield row.finding(rules.PATTERN_COVERS_OTHERS, _key(row), message, remedy, name)


def _differ(one: Row, other: Row) -> bool:
    return one.declaration.category is not other.declaration.category


def _says_the_same(one: Row, other: Row) -> bool:
    """Return whether two declarations differ in nothing but their names."""
    return one is not other and replace(one.declaration, names=other.declaration.names) == other.declaration


def _said_twice(row: Row, name: str, pattern: str) -> Finding:
    message = f"{shown(name)} says the same as {shown(pattern)}, which covers it, so visitors read it twice"
    remedy = "leave it out, or say what is different about it"
    return row.finding(rules.SAID_TWICE, _key(row), message, remedy, name)


def is_wide(pattern: str) -> bool:
    """Return whether a pattern says hardly anything about the names that it covers.

    >>> [is_wide(pattern) for pattern in ("*", "a*", "__*", "__Host-*", "_ga*")]
    [True, True, True, True, False]
    """
    literal = pattern.casefold()
    literal = next((literal[len(one) :] for one in _PREFIXES if literal.startswith(one)), literal).replace("*", "")
    return len(literal) <= 1 or not any(character.isalnum() for character in literal)


def _wide(row: Row, name: str) -> Finding:
    if row.declaration.category is Category.NECESSARY:
        message = f"{shown(name)} lets nearly every cookie pass without consent, whatever it is for"
    else:
        message = f"{shown(name)} covers nearly every cookie, so visitors cannot know what they accept"
    return row.finding(rules.WIDE_PATTERN, _key(row), message, "declare the cookies by their names", name)


def _key(row: Row) -> str:
    return "names" if len(row.declaration.names) > 1 else "name"


def _covered(patterns: Mapping[str, Row], rows: Iterable[Row]) -> Mapping[str, Sequence[tuple[str, Row]]]:
    """Return, by pattern, the names that it covers and that no pattern covers which it covers itself."""
    suffixes: dict[str, dict[int, set[str]]] = {}
    for pattern in patterns:
        prefix, _, suffix = pattern.partition("*")
        suffixes.setdefault(prefix, {}).setdefault(len(suffix), set()).add(suffix)
    lengths = sorted({len(prefix) for prefix in suffixes}, reverse=True)
    found: dict[str, list[tuple[str, Row]]] = {}
    for row in rows:
        for name in row.declaration.names:
            for pattern in _narrowest(name, suffixes, lengths):
                found.setdefault(pattern, []).append((name, row))
    return found


def _narrowest(name: str, suffixes: Mapping[str, Mapping[int, set[str]]], lengths: Iterable[int]) -> Iterator[str]:
    """Yield the patterns that cover all of a name or pattern, none of which covers another of them.

    The part before the ``*`` becomes shorter from one to the next, so the part after it must become longer.
    """
    literal, star, end = name.partition("*")
    longest = -1
    for length in lengths:
        by_length = suffixes.get(literal[:length], {}) if length <= len(literal) else {}
        rest = end if star else literal[length:]
        for tail in sorted(by_length, reverse=True):
            if tail <= longest:
                break
            suffix = rest[len(rest) - tail :] if tail <= len(rest) else None
            pattern = f"{literal[:length]}*{suffix}"
            if suffix in by_length[tail] and pattern != name:
                longest = tail
                yield pattern
                break
