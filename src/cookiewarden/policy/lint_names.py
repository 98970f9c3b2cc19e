"""The rules for names that patterns cover: a pattern that is wide, or that covers names of another category.

The name with more literal characters wins, so such patterns are no error; see ``names``.
Rule: it takes about as long as the names are, however many patterns there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cookiewarden.policy import lint_rules as rules
from cookiewarden.policy.declaration import Category, Kind
from cookiewarden.policy.findings import Finding
from cookiewarden.policy.lint_subject import Row, Subject, listed, shown

#: A pattern that begins so covers as many names as if it began after this.
_PREFIXES = ("__host-http-", "__host-", "__http-", "__secure-")


def lint_names(subject: Subject) -> Iterator[Finding]:
    """Yield what is wrong with the patterns that files of the site declare."""
    presets = [row for group in subject.rows_of_presets.values() for row in group]
    cookies = [row for row in (*subject.rows, *presets) if row.declaration.kind is Kind.COOKIE]
    rows = [row for row in cookies if not row.preset]
    patterns = {name: row for row in rows for name in row.declaration.names if "*" in name}
    wide = {name for name in patterns if is_wide(name)}
    for name in patterns:
        if name in wide:
            yield _wide(patterns[name], name)
    covered = _covered({name: row for name, row in patterns.items() if name not in wide}, cookies)
    for name, others in covered.items():
        row = patterns[name]
        category = row.declaration.category
        message = f"{shown(name)} is {category}, but also covers what is declared in another category: {listed(others)}"
        remedy = f"leave it if only its other names are {category}, for the more exact name wins; if not, narrow it"
        yield row.finding(rules.PATTERN_COVERS_OTHERS, _key(row), message, remedy, name)


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


def _covered(patterns: dict[str, Row], rows: Iterable[Row]) -> dict[str, Sequence[str]]:
    """Return, by pattern, the names of other categories that it covers, and that no narrower pattern covers."""
    suffixes: dict[str, dict[int, set[str]]] = {}
    for pattern in patterns:
        prefix, _, suffix = pattern.partition("*")
        suffixes.setdefault(prefix, {}).setdefault(len(suffix), set()).add(suffix)
    lengths = sorted({len(prefix) for prefix in suffixes}, reverse=True)
    found: dict[str, list[str]] = {}
    for row in rows:
        for name in row.declaration.names:
            pattern = _narrowest(name, suffixes, lengths)
            if pattern and patterns[pattern].declaration.category is not row.declaration.category:
                found.setdefault(pattern, []).append(name)
    return {pattern: sorted(names) for pattern, names in found.items()}


def _narrowest(name: str, suffixes: dict[str, dict[int, set[str]]], lengths: Iterable[int]) -> str:
    """Return the pattern that covers all of a name or pattern with the longest part before its ``*``, or ``""``."""
    literal, star, end = name.partition("*")
    for length in lengths:
        by_length = suffixes.get(literal[:length], {}) if length <= len(literal) else {}
        rest = end if star else literal[length:]
        for tail in sorted(by_length, reverse=True):
            suffix = rest[len(rest) - tail :] if tail <= len(rest) else None
            pattern = f"{literal[:length]}*{suffix}"
            if suffix in by_length[tail] and pattern != name:
                return pattern
    return ""
