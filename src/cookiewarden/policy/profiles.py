"""The rules of some places, each a profile that a policy may name: what needs no consent there, and on which terms.

``rules.toml`` holds them, each with its sources. It is opened when the first policy names a profile.
Rule: a profile lets nothing pass that passes under none, but for what only adapts the appearance of the site. This is
no legal advice: a site names its profiles, and states its facts, itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from cookiewarden.errors import did_you_mean
from cookiewarden.policy.declaration import Category, Declaration, Lifetime
from cookiewarden.policy.values import WrongValueError, list_of_strings


@dataclass(frozen=True, slots=True)
class RuleSource:
    """Where a rule comes from.

    ``date``: a year, a month or a day, as in ``"2020-09-17"``. ``says``: what it says, in one or two sentences of ours.
    ``is_primary``: whether the official page was read. ``is_shown``: whether the cookie policy page names it.
    """

    law: str
    section: str
    date: str
    says: str
    is_primary: bool
    is_shown: bool


@dataclass(frozen=True, slots=True)
class ProfileRules:
    """The rules of one profile: a row of the table.

    ``place``: its territory, as in CLDR, or ``"US-CA"``. ``exempts_statistics`` and ``exempts_appearance``: whether
    anonymized statistics, and what only adapts the appearance of the site, pass until the visitor objects. ``facts``:
    the keys of ``[statistics]`` that a policy with anonymized statistics must state. ``cookie_lifetime`` and
    ``data_lifetime``: how long such cookies, and their data, may be kept at most. ``needs_reasons``: whether each
    necessary cookie must say why it is necessary. ``signal``: what Global Privacy Control must refuse.

    >>> rules_of("fr").place, rules_of("fr").exempts_statistics, rules_of("de").exempts_statistics
    ('FR', True, False)
    """

    name: str
    place: str
    exempts_statistics: bool
    exempts_appearance: bool
    facts: tuple[str, ...]
    cookie_lifetime: Lifetime | None
    data_lifetime: Lifetime | None
    needs_reasons: bool
    signal: frozenset[Category]
    sources: tuple[RuleSource, ...]


def every_profile() -> tuple[str, ...]:
    """Return the names of all profiles.

    >>> "fr" in every_profile()
    True
    """
    return tuple(_table())


def rules_of(profile: str) -> ProfileRules:
    """Return the rules of a profile that exists."""
    return _table()[profile]


def profile_names(value: object) -> tuple[str, ...]:
    """Return the profiles that a policy names. Raises ``WrongValueError``, as the checks in ``values`` do."""
    names = tuple(list_of_strings(value))
    if not names:
        raise WrongValueError("must not be an empty list", 'write profile = "eu", or leave it out')
    for name in names:
        if name not in _table():
            meant = {"GB": "uk"}.get(name.upper(), name.lower())
            remedy = f'write "{meant}"' if meant in _table() else did_you_mean(name, _table())
            raise WrongValueError(f'"{name}" is not a profile', remedy)
    if len(set(names)) < len(names):
        raise WrongValueError("has the same profile twice", "keep one of them")
    return names


def strictest(profiles: Iterable[str]) -> str:
    """Return the profile with the fewest exemptions, the first of them if there are several.

    >>> strictest(["uk", "fr", "de", "eu"])
    'de'
    """
    return min(profiles, key=lambda name: _table()[name].exempts_statistics + _table()[name].exempts_appearance)


def declarations_under(profile: str, declarations: Iterable[Declaration]) -> tuple[Declaration, ...]:
    """Return the declarations as they count under a profile. One that the profile changes nothing of is the same."""
    rules = rules_of(profile)
    return tuple(_under(rules, declaration) for declaration in declarations)


def _under(rules: ProfileRules, declaration: Declaration) -> Declaration:
    is_exempt = None
    if declaration.anonymized and not rules.exempts_statistics:
        is_exempt = False
    elif declaration.appearance and rules.exempts_appearance:
        is_exempt = True
    return declaration if declaration.is_exempt is is_exempt else replace(declaration, is_exempt=is_exempt)


@cache
def _table() -> Mapping[str, ProfileRules]:
    # Here, for they take long to import, and most policies name no profile.
    import tomllib
    from importlib import resources

    text = (resources.files("cookiewarden.policy") / "rules.toml").read_text("utf-8")
    return {
        name: ProfileRules(
            name=name,
            place=row["place"],
            exempts_statistics=row["statistics"] == "exempt",
            exempts_appearance=row["appearance"] == "exempt",
            facts=tuple(row["facts"]),
            cookie_lifetime=_lifetime(row["cookie_lifetime"]),
            data_lifetime=_lifetime(row["data_lifetime"]),
            needs_reasons=row["reason"],
            signal=frozenset(map(Category, row["signal"])),
            sources=tuple(
                RuleSource(one["law"], one["section"], one["date"], one["says"], one["seen"] == "primary", one["shown"])
                for one in row["sources"]
            ),
        )
        for name, row in tomllib.loads(text).items()
    }


def _lifetime(text: str) -> Lifetime | None:
    return Lifetime.parse(text) if text else None
