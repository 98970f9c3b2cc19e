"""The policy of one site: what the site declares, compiled once and ready to decide.

Rule: a policy never changes after it is made, so threads may share it. ``decide`` is for tests and tools. In this
package, only ``decide`` reads the clock.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from cookiewarden.http.headers import as_bytes
from cookiewarden.http.hosts import normalize_host
from cookiewarden.http.set_cookie import parse_set_cookie
from cookiewarden.policy.consent import UNDECIDED, Consent
from cookiewarden.policy.decision import Decision, decision_of
from cookiewarden.policy.declaration import CONSENT_CATEGORIES, Category, Declaration, Kind, Text
from cookiewarden.policy.file import read_policy
from cookiewarden.policy.judge import Judge
from cookiewarden.policy.layers import PolicyDocument
from cookiewarden.policy.names import NameTable, names_of_declarations
from cookiewarden.policy.profiles import declarations_under, strictest
from cookiewarden.policy.signals import NO_SIGNALS, SignalOptions, Signals
from cookiewarden.policy.site import CategoryTexts, PreferencesOptions, Site
from cookiewarden.policy.statistics import StatisticsFacts
from cookiewarden.policy.version import version_digests, whole_version

#: A moment as callers may pass it: seconds since 1970-01-01 UTC, an aware datetime, or ``None`` for now.
Moment = float | datetime | None


@dataclass(frozen=True, eq=False)
class Policy:
    """What one site declares about its cookies. Make one with ``load`` or ``from_mapping``.

    ``profile``: the one of the site's profiles whose rules count, ``""`` for none; ``under`` returns the others.

    >>> policy = Policy.from_mapping({
    ...     "site": {"name": "Exampletown"},
    ...     "cookies": [{"name": "_ga*", "category": "statistical", "purpose": "Counts visits"}],
    ... })
    >>> policy.decide("_ga_X=1; Path=/").reason, policy.decide("_ga_X=1", consent={"statistical"}).allowed
    (<Reason.UNDECIDED: 'undecided'>, True)
    """

    site: Site
    preferences: PreferencesOptions
    declarations: tuple[Declaration, ...]
    label: str = "policy"
    report_only: frozenset[str] = frozenset()
    category_texts: Mapping[Category, CategoryTexts] = field(default_factory=dict)
    signals: SignalOptions = field(default_factory=SignalOptions)
    statistics: StatisticsFacts = field(default_factory=StatisticsFacts)
    profile: str = ""
    declared: NameTable[Declaration] = field(init=False, repr=False)
    digests: Mapping[Category, str] = field(init=False, repr=False)
    asked_categories: tuple[Category, ...] = field(init=False, repr=False)
    _by_profile: dict[str, Policy] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_profile", {})
        if self.profile:
            object.__setattr__(self, "declarations", declarations_under(self.profile, self.declarations))
            self._by_profile[self.profile] = self
        object.__setattr__(self, "declared", names_of_declarations(self.declarations))
        object.__setattr__(self, "digests", version_digests(self.site, self.declarations))
        # A banner asks only about categories with a cookie that needs consent.
        needed = {declaration.category for declaration in self.declarations if declaration.needs_consent}
        asked = tuple(category for category in CONSENT_CATEGORIES if category in needed)
        object.__setattr__(self, "asked_categories", asked)

    @property
    def version(self) -> str:
        """The version that the policy page shows: the site's own, or a digest of what visitors consent to."""
        return whole_version(self.site, self.digests)

    @property
    def cookies(self) -> tuple[Declaration, ...]:
        """The declarations of cookies, without those of other storage and of hosts."""
        return tuple(declaration for declaration in self.declarations if declaration.kind is Kind.COOKIE)

    @property
    def contacted_hosts(self) -> tuple[str, ...]:
        """The hosts that browsers contact for what the site declares, in order."""
        return tuple(sorted({host for declaration in self.declarations for host in declaration.hosts}))

    def offered_categories(self, consent: Consent) -> tuple[Category, ...]:
        """Return the categories that a visitor may grant or refuse on this site.

        These are the categories with declared cookies, and those that the visitor granted. A visitor may have granted
        another category for a script or a frame that sets its own cookies.
        """
        offered = {declaration.category for declaration in self.declarations} | consent.granted
        return tuple(category for category in CONSENT_CATEGORIES if category in offered)

    def is_asked(self, consent: Consent) -> bool:
        """Return whether a visitor still has to be asked, under the version in force.

        A visitor is not asked about a category without cookies that need consent, nor again about a refused one.
        A stale grant does not count as an answer.
        """
        return any(consent.answer(category) is None for category in self.asked_categories)

    def banner_categories(self, consent: Consent) -> tuple[Category, ...]:
        """Return the categories that a banner asks about. Those that the visitor refused are left out."""
        if not consent.refused:
            return self.asked_categories
        return tuple(category for category in self.asked_categories if category not in consent.refused)

    def provider_of(self, declaration: Declaration) -> Text:
        """Return who sets a declared cookie: by default, the operator of the site, or the site."""
        return declaration.provider or self.site.operator or self.site.name

    def is_banner_signalled(self, consent: Consent) -> bool:
        """Return whether Global Privacy Control changes what the banner says to a visitor."""
        return not self.signals.gpc.isdisjoint(self.banner_categories(consent))

    def under(self, profile: str) -> Policy:
        """Return this policy under another of the site's profiles; equal calls return the same object.

        Raises ``ValueError`` for a profile that the site does not list.

        >>> statistics = {"name": "visits", "category": "statistical", "anonymized": True, "purpose": "Counts visits"}
        >>> site = {"name": "Exampletown", "profile": ["nl", "de"]}
        >>> facts = {"little_impact": True}
        >>> policy = Policy.from_mapping({"site": site, "statistics": facts, "cookies": [statistics]})
        >>> policy.profile, policy.decide("visits=1").allowed, policy.under("de").decide("visits=1").allowed
        ('nl', True, False)
        """
        known = self._by_profile.get(profile)
        if known is not None:
            return known
        if profile not in self.site.profile:
            raise ValueError(f"{profile!r} is not among the profiles of the site: {', '.join(self.site.profile)}")
        made = replace(self, profile=profile)
        object.__setattr__(made, "_by_profile", self._by_profile)
        return self._by_profile.setdefault(profile, made)

    @cached_property
    def strictest(self) -> Policy:
        """This policy under the one of the site's profiles with the fewest exemptions; itself if there are none."""
        return self.under(strictest(self.site.profile)) if self.site.profile else self

    def declares_like(self, other: Policy) -> bool:
        """Return whether another policy declares exactly the same."""
        said, others = (
            (
                one.site,
                one.preferences,
                one.declarations,
                one.label,
                one.report_only,
                one.category_texts,
                one.signals,
                one.statistics,
                one.profile,
            )
            for one in (self, other)
        )
        return said == others

    @classmethod
    def load(cls, path: str | Path, *, rename: Mapping[str, str] | None = None) -> Policy:
        """Load a policy from a TOML or JSON file. Raises ``PolicyError`` with every problem of it and its bases.

        ``rename``: new names, by the old ones, for cookies that presets declare, such as those that the settings of a
        framework give. A name that no preset in use declares, or that the policy itself renames, removes or declares,
        is ignored. If the policy declares the new name, that declaration counts. Raises ``OptionError`` for anything
        but a mapping to names of cookies.
        """
        return cls._of(read_policy(Path(path), rename=rename))

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any], *, rename: Mapping[str, str] | None = None) -> Policy:
        """Make a policy from a mapping with the keys of a policy file. ``rename`` is as in ``load``.

        A relative path under ``extends`` starts at the current folder. Raises ``PolicyError`` with every problem found.

        >>> django = {"extends": "preset:django", "site": {"name": "Exampletown"}}
        >>> policy = Policy.from_mapping(django, rename={"sessionid": "town_session"})
        >>> policy.decide("town_session=1").reason, policy.decide("sessionid=1").reason
        (<Reason.NECESSARY: 'necessary'>, <Reason.UNDECLARED: 'undeclared'>)
        """
        if not isinstance(mapping, Mapping):
            raise TypeError(f"from_mapping needs a mapping, not {type(mapping).__name__}; Policy.load reads a file")
        return cls._of(read_policy(mapping, rename=rename))

    @classmethod
    def _of(cls, document: PolicyDocument) -> Policy:
        return cls(
            document.site,
            document.preferences,
            document.declarations,
            document.label,
            document.report_only,
            document.category_texts,
            document.signals,
            document.statistics,
            next(iter(document.site.profile), ""),
        )

    def decide(
        self,
        line: bytes | str,
        consent: Consent | Iterable[str] | None = None,
        *,
        host: str = "",
        scheme: str = "https",
        path: str = "/",
        now: Moment = None,
    ) -> Decision:
        """Decide on one Set-Cookie header value for a visitor with this consent.

        ``line``: bytes, or a string that stands for them in latin-1. ``consent``: a ``Consent``, or the granted
        categories with all others refused, or ``None`` for an undecided visitor. ``host``: only labels an undeclared
        cookie; by default the first host of the site. Raises ``ValueError`` for a word that is not a category, but
        never because of what ``line`` holds.
        """
        return decide(self, line, consent, host=host, scheme=scheme, path=path, now=now)


def decide(
    policy: Policy | None,
    line: bytes | str,
    consent: Consent | Iterable[str] | None,
    *,
    host: str,
    scheme: str,
    path: str,
    now: Moment,
    signals: Signals = NO_SIGNALS,
) -> Decision:
    """Decide on a line under a policy, or under none; see ``Policy.decide``. ``signals``: what the browser said."""
    if consent is None:
        consent = UNDECIDED
    elif not isinstance(consent, Consent):
        consent = Consent.of(consent)
    moment = seconds(now)
    raw = as_bytes(line)
    judge = Judge(policy.declared if policy else None, consent, signals=signals)
    if not host and policy is not None:
        host = next((known for known in policy.site.hosts if "*" not in known), "")
    verdict = judge.judge(raw, moment)
    cookie = parse_set_cookie(raw, host=normalize_host(host), scheme=scheme, path=path, now=moment)
    return decision_of(verdict, cookie)


def seconds(moment: Moment) -> float:
    """Return a moment in seconds since 1970-01-01 UTC. ``None`` means now, by the clock."""
    if moment is None:
        return time.time()
    return moment.timestamp() if isinstance(moment, datetime) else moment
