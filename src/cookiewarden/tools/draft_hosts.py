"""Writes the declarations of hosts that browsers reported, in TOML, with what was reported as comments.

Rule: anyone can send a report, so each block says to check it first. A block loads as it is, also at the
end of the policy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, count

from cookiewarden.policy.declaration import Category, Kind
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.quoting import toml_string
from cookiewarden.policy.storage import admits
from cookiewarden.reporting.learned_hosts import LearnedHost
from cookiewarden.tools.draft_blocks import span, times


def hosts_to_draft(hosts: Iterable[LearnedHost], site: str, declared: Policy) -> list[LearnedHost]:
    """Return the hosts of a site that a policy does not declare, the most reported first."""
    known = declared.contacted_hosts
    left = (one for one in hosts if one.site == site and not admits(known, one.host))
    return sorted(left, key=lambda one: (-one.count, one.host))


def blocks_of_hosts(hosts: Iterable[LearnedHost], declared: Policy) -> Iterator[str]:
    """Yield the declaration of each host, under a name that no host of a policy has."""
    taken = {name for one in declared.declarations if one.kind is Kind.HOST for name in one.names}
    for host in hosts:
        names = chain([host.host], (f"{host.host} ({number})" for number in count(2)))
        yield _block(host, next(name for name in names if name not in taken))


def _block(host: LearnedHost, name: str) -> str:
    return (
        f"# Reported {times(host.count)}, {span(host.first, host.last)} UTC\n"
        f"# For {' '.join(host.directives)}\n"
        "# Anyone can send a report, so check that a page contacts it. If another declaration does, write it there.\n"
        f"# {Category.THIRD_PARTY}: the host learns the address of each visitor; is it necessary for the site?\n"
        "[[cookies]]\n"
        f'kind = "{Kind.HOST}"\n'
        f"name = {toml_string(name)}\n"
        f"hosts = [{toml_string(host.host)}]\n"
        f'category = "{Category.THIRD_PARTY}"\n'
        'purpose = "..."\n'
    )
