"""What changed for visitors between two policies of a site, and what becomes of the choices that they made.

Cookies are compared name by name, because visitors consent to cookies and not to rows of a file.
Rule: two policies without a difference here have the same digests, and every choice counts under both alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from cookiewarden.policy.consent import UNDECIDED
from cookiewarden.policy.declaration import CONSENT_CATEGORIES, Category, Declaration, Kind, Lifetime, Text
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.site import CategoryTexts
from cookiewarden.policy.version import consented_facts

#: What is known of a declaration and is no fact for visitors; its names and its kind say which one it is.
_NO_FACTS = frozenset({"names", "kind", "source", "is_preset", "is_exempt"})
_Name = tuple[Kind, str]


@dataclass(frozen=True, slots=True)
class Fact:
    """One key of which the value changed, as a file says it: ``None`` for one that it does not say.

    >>> str(Fact("site.contact", "a@example.org", None))
    'site.contact: a@example.org -> nothing'
    """

    key: str
    old: str | None
    new: str | None

    def __str__(self) -> str:
        old, new = ("nothing" if value is None else value for value in (self.old, self.new))
        return f"{self.key}: {old} -> {new}"


@dataclass(frozen=True, slots=True)
class ChangedCookie:
    """Names that one declaration had and one declaration has, of a cookie or another kind, and what changed of it."""

    old: Declaration
    new: Declaration
    names: tuple[str, ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Consequences:
    """What the change means for visitors who made their choice under the old policy.

    ``profile``: under which rules, ``""`` if the site names none. ``asked_again``: the categories about which visitors
    who accepted are asked again, each with what caused it: names, or a key of the site. ``asked_first``: those about
    which nobody was asked before. ``kept``: those of which grants stay valid. ``freed`` and ``restricted``: what newly
    passes without consent, and what no longer does, each by kind and name.
    """

    profile: str
    asked_again: Mapping[Category, tuple[str, ...]]
    asked_first: tuple[Category, ...]
    kept: tuple[Category, ...]
    freed: tuple[tuple[Kind, str], ...]
    restricted: tuple[tuple[Kind, str], ...]


@dataclass(frozen=True, slots=True)
class PolicyDiff:
    """What changed for visitors.

    ``added`` and ``removed``: declarations with only the names that came or went. ``facts``: what the site says of
    itself. ``lost``: the keys by whose change every choice is lost, refusals too. ``is_shortened``: choices end earlier
    than their visitors were told. ``is_doubled``: browsers keep the old choice beside a new one, and only what both
    grant counts. ``consequences``: one for each profile of the site.
    """

    added: tuple[Declaration, ...]
    removed: tuple[Declaration, ...]
    changed: tuple[ChangedCookie, ...]
    facts: tuple[Fact, ...]
    lost: tuple[str, ...]
    is_shortened: bool
    is_doubled: bool
    consequences: tuple[Consequences, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed for visitors."""
        return not (self.added or self.removed or self.changed or self.facts)

    @property
    def asks_again(self) -> bool:
        """Whether some visitors who made a choice will be asked before that choice would have ended."""
        is_asked = any(one.asked_again or one.asked_first for one in self.consequences)
        return is_asked or self.is_shortened


def diff_policies(old: Policy, new: Policy) -> PolicyDiff:
    """Return what changed for visitors from one policy of a site to the next.

    >>> cookie = {"name": "_ga", "category": "statistical", "purpose": "Counts visits"}
    >>> old = Policy.from_mapping({"site": {"name": "Exampletown"}, "cookies": [cookie]})
    >>> new = Policy.from_mapping({"site": {"name": "Exampletown"}, "cookies": [cookie | {"lifetime": "1 day"}]})
    >>> found = diff_policies(old, new)
    >>> str(found.changed[0].facts[0]), found.consequences[0].asked_again
    ('lifetime: nothing -> 1 day', {<Category.STATISTICAL: 'statistical'>: ('_ga',)})
    """
    before, after = _by_name(old), _by_name(new)
    lost = tuple(
        key
        for key, was, now in (
            ("site.id", old.site.id, new.site.id),
            ("preferences.name", old.preferences.name, new.preferences.name),
        )
        if was != now
    )
    # Without a choice that is left, there is nothing to end or to double.
    is_left = not lost and bool(new.asked_categories)
    return PolicyDiff(
        added=_rows(after, before),
        removed=_rows(before, after),
        changed=tuple(_changed(before, after)),
        facts=tuple(_facts_of_site(old, new)),
        lost=lost,
        is_shortened=is_left and (new.preferences.lifetime.seconds or 0) < (old.preferences.lifetime.seconds or 0),
        is_doubled=is_left and _place(old) != _place(new),
        consequences=tuple(
            _consequences(old.under(one.profile) if one.profile in old.site.profile else old, one, is_lost=bool(lost))
            for one in _profiles(new)
        ),
    )


def _place(policy: Policy) -> tuple[object, ...]:
    """Return what tells browsers where to keep the preferences cookie."""
    return policy.preferences.domain, policy.preferences.embedded


def _profiles(policy: Policy) -> Sequence[Policy]:
    return [policy.under(profile) for profile in policy.site.profile] or [policy]


def _by_name(policy: Policy) -> dict[_Name, Declaration]:
    return {(one.kind, name): one for one in policy.declarations for name in one.names}


def _rows(these: Mapping[_Name, Declaration], others: Mapping[_Name, Declaration]) -> tuple[Declaration, ...]:
    """Return the declarations with the names that the others lack."""
    names: dict[int, list[str]] = {}
    rows: dict[int, Declaration] = {}
    for key, row in these.items():
        if key not in others:
            names.setdefault(id(row), []).append(key[1])
            rows[id(row)] = row
    return tuple(replace(row, names=tuple(names[key])) for key, row in rows.items())


def _changed(before: Mapping[_Name, Declaration], after: Mapping[_Name, Declaration]) -> Iterator[ChangedCookie]:
    pairs: dict[tuple[int, int], tuple[Declaration, Declaration, list[str]]] = {}
    for key, new in after.items():
        old = before.get(key)
        if old is not None:
            pairs.setdefault((id(old), id(new)), (old, new, []))[2].append(key[1])
    for old, new, names in pairs.values():
        facts = [fact for field in fields(old) if field.name not in _NO_FACTS for fact in _facts(field.name, old, new)]
        # Whether names stand in one row is a fact, too: the row is what visitors consented to.
        facts += _fact("names", tuple(sorted(old.names)), tuple(sorted(new.names)))
        if facts:
            yield ChangedCookie(old, new, tuple(names), tuple(facts))


def _facts_of_site(old: Policy, new: Policy) -> Iterator[Fact]:
    for section in ("site", "preferences", "signals", "statistics"):
        one, other = getattr(old, section), getattr(new, section)
        for field in fields(one):
            yield from _facts(field.name, one, other, f"{section}.")
    no_texts = CategoryTexts()
    for category in Category:
        texts, others = (policy.category_texts.get(category, no_texts) for policy in (old, new))
        for field in fields(no_texts):
            yield from _facts(field.name, texts, others, f"categories.{category}.")
    yield from _fact("report_only", old.report_only, new.report_only)


def _facts(name: str, old: object, new: object, prefix: str = "") -> Iterator[Fact]:
    """Yield what changed of one attribute of two objects; for a text, one fact for each language."""
    one, other = getattr(old, name), getattr(new, name)
    if isinstance(one, Text) or isinstance(other, Text):
        texts, others = (value.by_language if isinstance(value, Text) else {} for value in (one, other))
        for tag in sorted({*texts, *others}):
            yield from _fact(f"{prefix}{name}.{tag}", texts.get(tag), others.get(tag))
    else:
        yield from _fact(f"{prefix}{name}", one, other)


def _fact(key: str, old: object, new: object) -> Iterator[Fact]:
    if old != new:
        yield Fact(key, _written(old), _written(new))


def _written(value: Any) -> str | None:
    """Return a value as people read it, ``None`` if it says nothing."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Lifetime):
        return value.text
    if isinstance(value, tuple | frozenset):
        return ", ".join(value if isinstance(value, tuple) else sorted(value)) or None
    return value.isoformat() if isinstance(value, date) else value or None


def _consequences(old: Policy, new: Policy, *, is_lost: bool) -> Consequences:
    same = () if is_lost else tuple(one for one in CONSENT_CATEGORIES if old.digests[one] == new.digests[one])
    asked_again = [one for one in new.asked_categories if one in old.asked_categories and one not in same]
    before, after = _by_name(old), _by_name(new)
    was_free, is_free = (
        {key for key in {**before, **after} if _is_free(*one, key)} for one in ((old, before), (new, after))
    )
    return Consequences(
        profile=new.profile,
        asked_again={one: () if is_lost else _causes(old, new, one) for one in asked_again},
        asked_first=tuple(one for one in new.asked_categories if one not in old.asked_categories),
        kept=tuple(one for one in old.offered_categories(UNDECIDED) if one in same),
        freed=tuple(sorted(is_free - was_free)),
        restricted=tuple(sorted(was_free - is_free)),
    )


def _causes(old: Policy, new: Policy, category: Category) -> tuple[str, ...]:
    """Return what made the version of a category another one: the names of what visitors consent to, or a key."""
    if old.site.version != new.site.version:
        return ("site.version",)
    rows, others = (
        {consented_facts(policy.site, one): one.names for one in policy.declarations if _is_asked(one, category)}
        for policy in (old, new)
    )
    names = [name for row, named in {**rows, **others}.items() if (row in rows) != (row in others) for name in named]
    return tuple(dict.fromkeys(names)) or ("site.profile",)


def _is_asked(declaration: Declaration, category: Category) -> bool:
    return declaration.category is category and declaration.needs_consent


def _is_free(policy: Policy, by_name: Mapping[_Name, Declaration], key: _Name) -> bool:
    """Return whether what has this name passes without consent. A pattern counts as a name that is written so."""
    kind, name = key
    found = policy.declared.find(name.encode()) if kind is Kind.COOKIE else by_name.get(key)
    if found is None:
        return "undeclared" in policy.report_only
    return not found.needs_consent or found.category.value in policy.report_only
