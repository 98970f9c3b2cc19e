"""Checks whether a policy states what the profiles that it names ask for.

Rule: every lack is a problem of its own, which names the profiles that ask for it. A policy without a profile has none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from cookiewarden.errors import Problem
from cookiewarden.policy.declaration import Category, Declaration, Kind, Lifetime, is_written
from cookiewarden.policy.lifetimes import is_longer
from cookiewarden.policy.profiles import ProfileRules, rules_of
from cookiewarden.policy.signals import SignalOptions
from cookiewarden.policy.statistics import StatisticsFacts

#: The label of the file that has a declaration, and its key there.
PlaceOf = Callable[[Declaration], tuple[str, str]]

# What browsers keep until a script or the user deletes it.
_UNLIMITED = (Kind.LOCAL_STORAGE, Kind.INDEXED_DB)
_OR_CONSENT = "or leave anonymized out, so that these cookies wait for consent"


def lacks_of(
    label: str,
    profiles: Sequence[str],
    statistics: StatisticsFacts,
    declarations: Iterable[Declaration],
    signals: SignalOptions,
    place_of: PlaceOf,
) -> Iterator[Problem]:
    """Yield each thing that the profiles of a policy ask for and that it does not state. ``label``: that of the file.

    The facts about statistics matter only to a policy that declares anonymized ones.
    """
    rows = [rules_of(profile) for profile in profiles]
    exempting = [row for row in rows if row.exempts_statistics]
    declared = list(declarations)
    anonymized = [one for one in declared if one.anonymized]
    if anonymized:
        yield from _lacking_facts(label, exempting, statistics)
        yield from _long_lived(place_of, exempting, anonymized)
    yield from _without_reasons(place_of, [row for row in rows if row.needs_reasons], declared)
    for row in rows:
        missing = [category.value for category in row.signal - signals.gpc]
        if missing:
            message = f"must name {', '.join(missing)}, because {_asking([row])} asks for it"
            remedy = "add it to gpc, or leave gpc out, for it is its default"
            yield Problem(label, "signals.gpc", message, remedy)


def _lacking_facts(label: str, rows: Sequence[ProfileRules], statistics: StatisticsFacts) -> Iterator[Problem]:
    for fact in dict.fromkeys(fact for row in rows for fact in row.facts):
        if getattr(statistics, fact):
            continue
        asked = _asking([row for row in rows if fact in row.facts])
        example = '"https://example.org/assessment"' if fact == "evidence" else "true"
        wrong = "missing" if fact == "evidence" else "must be true"
        message = f"{wrong}: {asked} exempts anonymized statistics from consent only with it"
        yield Problem(label, f"statistics.{fact}", message, f"write {fact} = {example} if that is so, {_OR_CONSENT}")
    limited = [(row, row.data_lifetime) for row in rows if row.data_lifetime]
    if not limited:
        return
    asked, longest = _asking([row for row, _ in limited]), _shortest(limit for _, limit in limited)
    stated = statistics.data_lifetime
    if stated is None or is_longer(stated, longest):
        wrong = "missing" if stated is None else f'"{stated.text}" is too long'
        message = f"{wrong}: {asked} exempts anonymized statistics only if their data are deleted within {longest.text}"
        remedy = f'write data_lifetime = "{longest.text}" or less if that is so, {_OR_CONSENT}'
        yield Problem(label, "statistics.data_lifetime", message, remedy)


def _long_lived(
    place_of: PlaceOf, rows: Sequence[ProfileRules], anonymized: Iterable[Declaration]
) -> Iterator[Problem]:
    limited = [(row, row.cookie_lifetime) for row in rows if row.cookie_lifetime]
    if not limited:
        return
    asked, longest = _asking([row for row, _ in limited]), _shortest(limit for _, limit in limited)
    for one in anonymized:
        if one.lifetime is None and one.kind in _UNLIMITED:
            message = f"missing: {asked} exempts only those of {longest.text}, and browsers keep {one.kind} for ever"
            remedy = f'write lifetime = "{longest.text}" or less if your scripts delete it then, {_OR_CONSENT}'
            yield _problem(place_of(one), "lifetime", one, message, remedy)
        elif one.lifetime is not None and is_longer(one.lifetime, longest):
            message = f'"{one.lifetime.text}" is too long: {asked} exempts only those of {longest.text}'
            remedy = f'write lifetime = "{longest.text}" or less, {_OR_CONSENT}'
            yield _problem(place_of(one), "lifetime", one, message, remedy)


def _without_reasons(
    place_of: PlaceOf, rows: Sequence[ProfileRules], declared: Iterable[Declaration]
) -> Iterator[Problem]:
    """Yield the necessary declarations without a reason. The purpose of a preset's says what it is needed for."""
    if not rows:
        return
    for one in declared:
        is_given = one.reason is not None and all(map(is_written, one.reason.by_language.values()))
        if one.category is Category.NECESSARY and not is_given and not one.is_preset:
            message = f"missing, but {_asking(rows)} asks why each necessary cookie is necessary"
            remedy = 'write reason = "Without it, ..."; if you cannot, it is not necessary'
            yield _problem(place_of(one), "reason", one, message, remedy)


def _problem(place: tuple[str, str], key: str, declaration: Declaration, message: str, remedy: str) -> Problem:
    return Problem(place[0], f"{place[1]}.{key}", message, remedy, cookie=declaration.names[0])


def _asking(rows: Sequence[ProfileRules]) -> str:
    """Return the profiles that ask for something, as the subject of a sentence in the singular."""
    return "the profile " + " or ".join(f'"{row.name}"' for row in rows)


def _shortest(lifetimes: Iterable[Lifetime]) -> Lifetime:
    return min(lifetimes, key=lambda lifetime: lifetime.seconds or 0)
