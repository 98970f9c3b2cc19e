"""Policies, and sets of them: what a site declared, compiled once, ready to decide.

Rule: frozen after it is made, and safe to share between threads. ``decide`` here is the facade for tests and
tools; it alone, below the edges, may read the clock.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from cookiewarden.http.hosts import normalize_host
from cookiewarden.http.set_cookie import parse_set_cookie
from cookiewarden.http.set_cookie_line import as_octets
from cookiewarden.policy.consent import UNDECIDED, Consent
from cookiewarden.policy.decision import Decision, Judge, Room, decision_of
from cookiewarden.policy.declaration import CONSENT_CATEGORIES, Category, Declaration
from cookiewarden.policy.file import read_policy
from cookiewarden.policy.layers import PolicyDocument
from cookiewarden.policy.names import Classifier
from cookiewarden.policy.site import PreferencesOptions, Site
from cookiewarden.policy.version import version_digests, whole_version

#: A moment, as callers may give it: seconds since 1970-01-01 UTC, an aware datetime, or ``None`` for now.
Moment = float | datetime | None


@dataclass(frozen=True, eq=False)
class Policy:
    """What one site declares of its cookies. Make one with ``load`` or ``from_mapping``.

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
    classifier: Classifier = field(init=False, repr=False)
    digests: Mapping[Category, str] = field(init=False, repr=False)
    asked_categories: tuple[Category, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "classifier", Classifier(self.declarations))
        object.__setattr__(self, "digests", version_digests(self.site, self.declarations))
        # Those that a banner asks about, for they have a cookie that needs consent.
        needed = {declaration.category for declaration in self.declarations if declaration.needs_consent}
        asked = tuple(category for category in CONSENT_CATEGORIES if category in needed)
        object.__setattr__(self, "asked_categories", asked)

    @property
    def version(self) -> str:
        """What the policy page shows as the version: the site's own, or one derived from what is consented to."""
        return whole_version(self.site, self.digests)

    def offered_categories(self, consent: Consent) -> tuple[Category, ...]:
        """Return the categories that a visitor may grant or refuse here.

        Those are the ones that the site has cookies of, and those that were granted all the same, for a script or a
        frame that sets cookies of its own.
        """
        offered = {declaration.category for declaration in self.declarations} | consent.granted
        return tuple(category for category in CONSENT_CATEGORIES if category in offered)

    def is_asked(self, consent: Consent) -> bool:
        """Return whether a visitor still owes an answer, under the version in force.

        Nobody is asked about a category in which nothing needs consent, nor again about one that was refused. A stale
        grant is no answer.
        """
        return any(consent.answer(category) is None for category in self.asked_categories)

    def banner_categories(self, consent: Consent) -> tuple[Category, ...]:
        """Return the categories that a banner asks about: not those that the visitor refused."""
        return tuple(category for category in self.asked_categories if category not in consent.refused)

    def declares_like(self, other: Policy) -> bool:
        """Whether another policy says the very same."""
        said, others = (
            (one.site, one.preferences, one.declarations, one.label, one.report_only) for one in (self, other)
        )
        return said == others

    @classmethod
    def load(cls, path: str | Path) -> Policy:
        """Load the policy of a TOML or JSON file. Raises ``PolicyError`` with every problem of it and its bases."""
        return cls._of(read_policy(Path(path)))

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> Policy:
        """Make the policy of a mapping with the keys of a policy file; a relative ``extends`` starts at the current
        folder. Raises ``PolicyError`` with every problem found."""
        if not isinstance(mapping, Mapping):
            raise TypeError(f"from_mapping needs a mapping, not {type(mapping).__name__}; Policy.load reads a file")
        return cls._of(read_policy(mapping))

    @classmethod
    def _of(cls, document: PolicyDocument) -> Policy:
        return cls(document.site, document.preferences, document.declarations, document.label, document.report_only)

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
        """What becomes of one Set-Cookie field value, for a visitor of that consent.

        ``line``: octets, or text that stands for them as latin-1. ``consent``: a ``Consent``; or the categories
        granted, the others then refused; or ``None`` for a visitor who has not decided. Raises ``ValueError`` for
        a word that is no category; never for a line, whatever it holds. ``host``, by default the first of the
        site, serves the label of an undeclared cookie only.
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
) -> Decision:
    """What becomes of a line under a policy, or under none; see ``Policy.decide``."""
    if consent is None:
        consent = UNDECIDED
    elif not isinstance(consent, Consent):
        consent = Consent.of(consent)
    moment = seconds(now)
    octets = as_octets(line)
    judge = Judge(policy.classifier if policy else None, consent, Room(0))
    if not host and policy is not None:
        host = next((known for known in policy.site.hosts if "*" not in known), "")
    judgement = judge.judge(octets, moment)
    cookie = parse_set_cookie(octets, host=normalize_host(host), scheme=scheme, path=path, now=moment)
    return decision_of(judgement, cookie)


def seconds(moment: Moment) -> float:
    """A moment in seconds since 1970-01-01 UTC; the clock's, for ``None``."""
    if moment is None:
        return time.time()
    return moment.timestamp() if isinstance(moment, datetime) else moment
