"""Load the policy that a command works on: a file, or the one of a folder that a host picks.

Rule: of a folder, the host picks as it does when the folder is served.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from cookiewarden.policy.policy import Policy


def policy_for(source: Path, host: str | None) -> tuple[Policy | None, Path]:
    """Return the policy that speaks for a host, and its file; ``None`` if no policy of a folder claims the host.

    The policy of a file speaks for every host. Raises ``PolicyError``, and ``click.UsageError`` for a folder without a
    host.
    """
    from cookiewarden.policy.policy import Policy
    from cookiewarden.policy.policy_set import load_policies

    policies = load_policies(source)
    if isinstance(policies, Policy):
        return policies, source
    if host is None:
        raise click.UsageError(f"{source} is a folder, so --host picks the policy; {known_hosts(source)}.")
    policy = policies.for_host(host)
    return policy, source if policy is None else source / policy.label


def known_hosts(source: Path) -> str:
    """Return a sentence part that names the hosts of a folder's policies, the first ten of them."""
    from cookiewarden.policy.policy_set import every_policy, load_policies

    hosts = sorted({host for policy in every_policy(load_policies(source)) for host in policy.site.hosts})
    more = f" and {len(hosts) - 10} more" if len(hosts) > 10 else ""
    return f"hosts there: {', '.join(hosts[:10])}{more}"


def check_host_option(host: str) -> None:
    """Raise ``click.BadParameter`` unless a host, with or without a port, can be asked for."""
    from cookiewarden.http.hosts import check_host

    name, _, port = host.rpartition(":")
    bare = name if name and port.isdecimal() else host
    wrong = "it stands for several hosts" if "*" in host else check_host(bare)
    if wrong:
        raise click.BadParameter(f'"{host}": {wrong}', param_hint="--host")
