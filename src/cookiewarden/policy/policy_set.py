"""The policies of many sites in one process, and the values by which an option may name a policy.

Rule: a set never changes after it is made. Finding the policy of a host takes as many steps as the host has labels,
however many policies there are.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar

from cookiewarden.errors import OptionError, PolicyError, Problem
from cookiewarden.http.hosts import MAX_HOST_CHARACTERS, normalize_host
from cookiewarden.policy.consent import Consent
from cookiewarden.policy.decision import Decision
from cookiewarden.policy.file import Parsed, base_files, files_of, policy_files, read_policy
from cookiewarden.policy.file_problems import PRESET, is_of_a_base
from cookiewarden.policy.layers import PolicyDocument
from cookiewarden.policy.policy import Moment, Policy, decide
from cookiewarden.policy.positions import locate

T = TypeVar("T")


class PolicySet:
    """The policies of many sites in one process. The host of a request picks the policy.

    >>> town, park = ({"site": {"name": host, "hosts": [host]}} for host in ("town.example", "park.example"))
    >>> policies = PolicySet([Policy.from_mapping(town), Policy.from_mapping(park)])
    >>> str(policies.for_host("park.example:8000").site.name)
    'park.example'
    """

    def __init__(self, policies: Iterable[Policy]) -> None:
        """Make a set of policies.

        Raises ``PolicyError`` if a policy has no hosts, or if two policies claim the same host or would overwrite each
        other's choices. Raises ``TypeError`` for anything but policies.
        """
        self.policies = tuple(policies)
        if not all(isinstance(policy, Policy) for policy in self.policies):
            raise TypeError("a PolicySet is made of policies: use Policy.load or Policy.from_mapping for each")
        claimed: dict[str, Policy] = {}
        problems = []
        for policy in self.policies:
            if not policy.site.hosts:
                remedy = 'write hosts = ["data.example.org"], or ["*"] for the default of the set'
                message = "missing: as one of several sites, it needs hosts that pick it; alone, it needs none"
                problems.append(Problem(policy.label, "site.hosts", message, remedy))
            for host in policy.site.hosts:
                other = claimed.setdefault(host, policy)
                if other is not policy:
                    message = f'"{host}" is already a host of {other.label}, and one host has one policy'
                    problems.append(Problem(policy.label, "site.hosts", message, "remove it from one of the two"))
        problems += _overwriting(self.policies)
        if problems:
            raise PolicyError(problems)
        self._by_host = HostTable(claimed.items())

    @classmethod
    def load(cls, folder: str | Path, *, rename: Mapping[str, str] | None = None) -> PolicySet:
        """Load every policy file of a folder. A file without hosts that others extend is only a base.

        ``rename``: new names for cookies that presets declare, in every policy; see ``Policy.load``.
        Raises ``PolicyError`` with every problem of every file.
        """
        documents: dict[Path, PolicyDocument] = {}
        failures: dict[Path, PolicyError] = {}
        parsed: Parsed = {}
        for path in policy_files(Path(folder)):
            try:
                documents[path.resolve()] = read_policy(path, parsed, rename)
            except PolicyError as error:
                failures[path.resolve()] = error
        bases = {base for key, document in documents.items() for base in document.files - {key}}
        bases |= {base for path in failures for base in base_files(path, parsed)}
        problems = [
            problem
            for key, error in failures.items()
            for problem in error.problems
            # A base need not name a site. The files that extend it report its other problems, too.
            if not (key in bases and is_of_a_base(problem))
        ]
        if problems:
            raise PolicyError(dict.fromkeys(problems))
        sites = {key: document for key, document in documents.items() if document.site.hosts or key not in bases}
        try:
            return cls(map(Policy._of, sites.values()))
        except PolicyError as error:
            texts = {document.label: (str(Path(folder, key.name)), parsed[key].text) for key, document in sites.items()}
            raise PolicyError(locate(error.problems, texts)) from None

    def for_host(self, host: str) -> Policy | None:
        """Return the policy for a host, as a request names it, or ``None``."""
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
        """Decide as ``Policy.decide`` does, by the policy of the host. Without one, no cookie is declared."""
        return decide(self.for_host(host), line, consent, host=host, scheme=scheme, path=path, now=now)


def _overwriting(policies: Iterable[Policy]) -> Iterator[Problem]:
    """Find the policies that store their choices in the same cookie, but cannot read each other's choices.

    A cookie of a parent domain is another cookie. A browser sends both, and their signatures tell them apart.
    """
    first: dict[tuple[str, str], Policy] = {}
    for policy in policies:
        name, domain = policy.preferences.name, policy.preferences.domain
        if domain:
            other = first.setdefault((name, domain), policy)
            if (other.site.id, other.digests) != (policy.site.id, policy.digests):
                message = f'"{name}" on {domain} already holds the choices of {other.label}, and each would overwrite'
                remedy = "give one of the two another preferences.name, another domain or none"
                yield Problem(policy.label, "preferences.domain", f"{message} those of the other", remedy)


#: What may name a policy in an option: the path of a file, the path of a folder for a set, a mapping, or the object.
PolicySource = str | os.PathLike[str] | Mapping[str, Any] | Policy | PolicySet


def load_policies(source: PolicySource, rename: Mapping[str, str] | None = None) -> Policy | PolicySet:
    """Return the policy, or the set of policies, that an option names. Raises ``PolicyError`` and ``OptionError``.

    ``rename``: new names for cookies that presets declare; see ``Policy.load``. A ready policy cannot take them.
    """
    if isinstance(source, Policy | PolicySet):
        if rename:
            remedy = "pass its path, or load it with rename and leave rename out here"
            raise OptionError(f"rename: a ready {type(source).__name__} keeps its names; {remedy}")
        return source
    if isinstance(source, Mapping):
        return Policy.from_mapping(source, rename=rename)
    if isinstance(source, str | os.PathLike) and str(source):
        if str(source).startswith(PRESET):
            message = f'policy: a preset has no site name; pass {{"extends": "{source}", "site": {{"name": "..."}}}}'
            raise OptionError(message)
        path = Path(source)
        # Path.is_dir raises for names that are too long, and in folders that may not be read.
        is_folder = os.path.isdir(path)  # noqa: PTH112 - it never raises
        return PolicySet.load(path, rename=rename) if is_folder else Policy.load(path, rename=rename)
    raise OptionError(f"policy: must be a path, a mapping, a Policy or a PolicySet, not {source!r}")


def every_policy(policies: Policy | PolicySet) -> tuple[Policy, ...]:
    """Return all policies, one or many."""
    return (policies,) if isinstance(policies, Policy) else policies.policies


def reuse_equal(new: Policy | PolicySet, old: Policy | PolicySet) -> Policy | PolicySet:
    """Return ``new``, but with the objects of ``old`` for policies that declare the same, so that caches stay valid."""
    known: dict[str, list[Policy]] = {}
    for policy in every_policy(old):
        known.setdefault(policy.site.id, []).append(policy)
    kept = [
        next((one for one in known.get(policy.site.id, ()) if one.declares_like(policy)), policy)
        for policy in every_policy(new)
    ]
    return kept[0] if isinstance(new, Policy) else PolicySet(kept)


def absolute_source(source: PolicySource) -> PolicySource:
    """Return the same source with an absolute path, so that it stays valid if the process changes its folder."""
    return Path(source).absolute() if isinstance(source, str | os.PathLike) else source


def source_files(source: PolicySource) -> frozenset[Path]:
    """Return the files and the folder that ``load_policies`` reads for a source; see ``files_of``."""
    if isinstance(source, Policy | PolicySet):
        return frozenset()
    return files_of(source if isinstance(source, Mapping) else Path(source))


class HostTable(Generic[T]):
    """A table of values by host. An exact host wins, then the longest ``*.`` pattern, then ``*``.

    >>> table = HostTable([("*", 1), ("*.example.org", 2), ("data.example.org", 3)])
    >>> table.find("data.example.org"), table.find("a.b.example.org"), table.find("example.org")
    (3, 2, 1)
    """

    __slots__ = ("_by_host",)

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        self._by_host = dict(entries)

    def find(self, host: str) -> T | None:
        """Return the value for a normalized host, or ``None``."""
        by_host = self._by_host
        found = by_host.get(host)
        if found is not None or len(host) > MAX_HOST_CHARACTERS:
            return found if found is not None else by_host.get("*")
        _, dot, parent = host.partition(".")
        while dot:
            found = by_host.get("*." + parent)
            if found is not None:
                return found
            _, dot, parent = parent.partition(".")
        return by_host.get("*")
