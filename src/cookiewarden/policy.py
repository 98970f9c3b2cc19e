"""Policies, and sets of them: what a site declared, compiled once, ready to decide.

Rule: frozen after it is made, and safe to share between threads. ``decide`` here is the facade for tests and
tools; it alone, below the edges, may read the clock.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from cookiewarden.classify import Classifier
from cookiewarden.consent import UNDECIDED, Consent, version_digests, whole_version
from cookiewarden.decide import Decision, Judge, Room, decision_of
from cookiewarden.declaration import CONSENT_CATEGORIES, Category, Declaration, PreferencesOptions, Site
from cookiewarden.errors import OptionError, PolicyError, Problem
from cookiewarden.hosts import HostTable, normalize_host
from cookiewarden.policy_file import PRESET, Parsed, base_files, files_of, policy_files, read_policy
from cookiewarden.policy_layers import PolicyDocument
from cookiewarden.set_cookie import as_octets, parse_set_cookie

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


class PolicySet:
    """The policies of many sites in one process, picked by the request's host.

    >>> town, park = ({"site": {"name": host, "hosts": [host]}} for host in ("town.example", "park.example"))
    >>> policies = PolicySet([Policy.from_mapping(town), Policy.from_mapping(park)])
    >>> str(policies.for_host("park.example:8000").site.name)
    'park.example'
    """

    def __init__(self, policies: Iterable[Policy]) -> None:
        """Raises ``PolicyError`` where a policy has no hosts, or two claim the same one, or overwrite each other's
        choices; ``TypeError`` for others."""
        self.policies = tuple(policies)
        if not all(isinstance(policy, Policy) for policy in self.policies):
            raise TypeError("a PolicySet is made of policies: use Policy.load or Policy.from_mapping for each")
        claimed: dict[str, Policy] = {}
        problems = []
        for policy in self.policies:
            if not policy.site.hosts:
                remedy = 'write hosts = ["data.example.org"], or ["*"] for the default of the set'
                problems.append(Problem(policy.label, "site.hosts", "missing, so it would never be picked", remedy))
            for host in policy.site.hosts:
                other = claimed.setdefault(host, policy)
                if other is not policy:
                    message = f'"{host}" is claimed by {other.label} already'
                    problems.append(Problem(policy.label, "site.hosts", message, "let one of the two go"))
        problems += _overwriting(self.policies)
        if problems:
            raise PolicyError(problems)
        self._by_host = HostTable(claimed.items())

    @classmethod
    def load(cls, folder: str | Path) -> PolicySet:
        """Load every policy file of a folder; one that others extend, and that has no hosts, is a base only.

        Raises ``PolicyError`` with every problem of every file.
        """
        documents: dict[Path, PolicyDocument] = {}
        failures: dict[Path, PolicyError] = {}
        parsed: Parsed = {}
        for path in policy_files(Path(folder)):
            try:
                documents[path.resolve()] = read_policy(path, parsed)
            except PolicyError as error:
                failures[path.resolve()] = error
        bases = {base for key, document in documents.items() for base in document.files - {key}}
        bases |= {base for path in failures for base in base_files(path, parsed)}
        problems = [
            problem
            for key, error in failures.items()
            for problem in error.problems
            # A base need not name a site; what else is wrong with it shows in the files that extend it, too.
            if not (key in bases and (problem.key, problem.message) == ("site.name", "missing"))
        ]
        if problems:
            raise PolicyError(dict.fromkeys(problems))
        return cls(
            Policy._of(document) for key, document in documents.items() if document.site.hosts or key not in bases
        )

    def for_host(self, host: str) -> Policy | None:
        """The policy that speaks for a host, as a request names it, or ``None``."""
        return self._by_host.find(normalize_host(host))

    def decide(
        self,
        line: bytes | str,
        consent: Consent | Iterable[str] | None = None,
        *,
        host: str,
        scheme: str = "https",
        path: str = "/",
        now: Moment = None,
    ) -> Decision:
        """As ``Policy.decide``, by the policy of the host; where there is none, nothing is declared."""
        return decide(self.for_host(host), line, consent, host=host, scheme=scheme, path=path, now=now)


def _overwriting(policies: Iterable[Policy]) -> Iterator[Problem]:
    """Find the policies that keep their choices in one cookie, though neither can read those of the other.

    A parent domain is another cookie: a browser sends both, and a signature tells whose is whose.
    """
    first: dict[tuple[str, str], Policy] = {}
    for policy in policies:
        name, domain = policy.preferences.name, policy.preferences.domain
        if domain:
            other = first.setdefault((name, domain), policy)
            if (other.site.id, other.digests) != (policy.site.id, policy.digests):
                message = f'"{name}" on {domain} holds the choices of {other.label} already, and each would overwrite'
                remedy = "give one of the two another preferences.name, or another domain or none"
                yield Problem(policy.label, "preferences.domain", f"{message} those of the other", remedy)


#: What names a policy: the path of a file, or of a folder for a set; a mapping; or the thing itself.
PolicySource = str | os.PathLike[str] | Mapping[str, Any] | Policy | PolicySet


def load_policies(source: PolicySource) -> Policy | PolicySet:
    """The policy, or the set of them, that an option names. Raises ``PolicyError`` and ``OptionError``."""
    if isinstance(source, Policy | PolicySet):
        return source
    if isinstance(source, Mapping):
        return Policy.from_mapping(source)
    if isinstance(source, str | os.PathLike) and str(source):
        if str(source).startswith(PRESET):
            message = f'policy: a preset names no site; give {{"extends": "{source}", "site": {{"name": "..."}}}}'
            raise OptionError(message)
        path = Path(source)
        # Path.is_dir raises for names that are too long, or in folders that are closed.
        return PolicySet.load(path) if os.path.isdir(path) else Policy.load(path)  # noqa: PTH112
    raise OptionError(f"policy: give a path, a mapping, a Policy or a PolicySet, not {source!r}")


def every_policy(policies: Policy | PolicySet) -> tuple[Policy, ...]:
    """The policies, one or many."""
    return (policies,) if isinstance(policies, Policy) else policies.policies


def keep_unchanged(new: Policy | PolicySet, old: Policy | PolicySet) -> Policy | PolicySet:
    """``new``, with the very policies of ``old`` where they declare the same, so that what is known of them stays."""
    known: dict[str, list[Policy]] = {}
    for policy in every_policy(old):
        known.setdefault(policy.site.id, []).append(policy)
    kept = [
        next((one for one in known.get(policy.site.id, ()) if one.declares_like(policy)), policy)
        for policy in every_policy(new)
    ]
    return kept[0] if isinstance(new, Policy) else PolicySet(kept)


def lasting(source: PolicySource) -> PolicySource:
    """The same source, also after the process has gone to another folder."""
    return Path(source).absolute() if isinstance(source, str | os.PathLike) else source


def source_files(source: PolicySource) -> frozenset[Path]:
    """The files, and the folder, that ``load_policies`` reads for a source, as far as they can be told."""
    if isinstance(source, Policy | PolicySet):
        return frozenset()
    return files_of(source if isinstance(source, Mapping) else Path(source))


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
