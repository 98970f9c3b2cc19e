"""Say what changed between two policies, for people and as a document for programs.

Rule: what becomes of the visitors' choices stands first. The marks say what the colours say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from cookiewarden.policy.declaration import Declaration, Kind
from cookiewarden.policy.diff import Consequences, PolicyDiff
from cookiewarden.reporting.suggestions import joined

_MOST_NAMES = 8
_NOTHING_ASKED = ", for nothing that is declared needs consent"


class Line(NamedTuple):
    """A line for people. ``mark``: ``+`` added, ``-`` removed, ``~`` changed, ``!`` for visitors, ``""`` a heading."""

    mark: str
    text: str


def lines_of(diff: PolicyDiff) -> Iterator[Line]:
    """Yield the lines that tell people what changed.

    >>> from cookiewarden.policy.diff import diff_policies
    >>> from cookiewarden.policy.policy import Policy
    >>> policy = Policy.from_mapping({"site": {"name": "Exampletown"}})
    >>> [line.text for line in lines_of(diff_policies(policy, policy))]
    ['Nothing changed for visitors.']
    """
    if diff.is_empty:
        yield Line("", "Nothing changed for visitors.")
        return
    yield Line("", "Choices that visitors made")
    yield from (Line("!", text) for text in _choices(diff))
    cookies = [*_cookies(diff)]
    if cookies:
        yield from (Line("", ""), Line("", "What is declared"), *cookies)
    if diff.facts:
        yield from (Line("", ""), Line("", "What the site says"), *(Line("~", str(fact)) for fact in diff.facts))


def _choices(diff: PolicyDiff) -> Iterator[str]:
    if diff.lost:
        yield f"Every choice is lost, refusals too, because of {' and '.join(diff.lost)}."
    for one in diff.consequences:
        label = f"Under the profile {one.profile}: " if len(diff.consequences) > 1 else ""
        yield from (label + text for text in _consequences(one, is_lost=bool(diff.lost)))
    if diff.is_shortened:
        yield "Visitors whose choice is older than the new preferences.lifetime are asked again."
    if diff.is_doubled:
        yield (
            "Browsers keep the old choice beside a new one, and only what both grant counts. To avoid this, change "
            "preferences.name, too; every choice is then lost."
        )


def _consequences(one: Consequences, *, is_lost: bool) -> Iterator[str]:
    who = "Visitors who chose" if is_lost else "Visitors who accepted"
    for category, causes in one.asked_again.items():
        yield f"{who} are asked again about {category} cookies{_listed(causes, ': ')}."
    if one.asked_first:
        yield f"Visitors are asked for the first time about {joined(one.asked_first, 'and')} cookies."
    if not (one.asked_again or one.asked_first):
        yield f"Nobody is asked again{_NOTHING_ASKED if is_lost else ' because of what is declared'}."
    if one.kept:
        yield f"What they accepted stays accepted: {joined(one.kept, 'and')} cookies."
    if one.freed:
        yield f"These pass without consent from now on{_listed(map(_name, one.freed), ': ')}."
    if one.restricted:
        yield f"These no longer pass without consent{_listed(map(_name, one.restricted), ': ')}."


def _cookies(diff: PolicyDiff) -> Iterator[Line]:
    for mark, rows in (("+", diff.added), ("-", diff.removed)):
        yield from (Line(mark, f"{_names(row, row.names)} ({row.category}): {row.purpose}") for row in rows)
    for changed in diff.changed:
        names = _names(changed.new, changed.names)
        yield from (Line("~", f"{names}: {fact}") for fact in changed.facts)


def _names(row: Declaration, names: Sequence[str]) -> str:
    kind = "" if row.kind is Kind.COOKIE else f"{row.kind} "
    return kind + _listed(names)


def _name(key: tuple[Kind, str]) -> str:
    kind, name = key
    return name if kind is Kind.COOKIE else f"{kind} {name}"


def _listed(names: Iterable[str], before: str = "") -> str:
    """Return names with commas, with ``before`` before them if there are any. Of many, the rest is counted."""
    all_names = [*names]
    shown = ", ".join(all_names[:_MOST_NAMES])
    more = len(all_names) - _MOST_NAMES
    return (before if shown else "") + shown + (f" and {more} more" if more > 0 else "")


def as_document(diff: PolicyDiff) -> dict[str, Any]:
    """Return the same for programs, in values that JSON has.

    >>> from cookiewarden.policy.diff import diff_policies
    >>> from cookiewarden.policy.policy import Policy
    >>> policy = Policy.from_mapping({"site": {"name": "Exampletown"}})
    >>> as_document(diff_policies(policy, policy))["asks_again"]
    False
    """
    return {
        "changed_for_visitors": not diff.is_empty,
        "asks_again": diff.asks_again,
        "choices_lost_by": [*diff.lost],
        "choices_shortened": diff.is_shortened,
        "choices_doubled": diff.is_doubled,
        "consequences": [
            {
                "profile": one.profile,
                "asked_again": {category.value: [*causes] for category, causes in one.asked_again.items()},
                "asked_first": [*one.asked_first],
                "kept": [*one.kept],
                "freed": [{"kind": kind, "name": name} for kind, name in one.freed],
                "restricted": [{"kind": kind, "name": name} for kind, name in one.restricted],
            }
            for one in diff.consequences
        ],
        "added": [_row(row) for row in diff.added],
        "removed": [_row(row) for row in diff.removed],
        "changed": [
            {
                "kind": changed.new.kind,
                "names": [*changed.names],
                "facts": [{"key": fact.key, "old": fact.old, "new": fact.new} for fact in changed.facts],
            }
            for changed in diff.changed
        ],
        "site": [{"key": fact.key, "old": fact.old, "new": fact.new} for fact in diff.facts],
    }


def _row(row: Declaration) -> dict[str, Any]:
    return {"kind": row.kind, "names": [*row.names], "category": row.category, "purpose": {**row.purpose.by_language}}
