"""The five portals of the demo: each with its published policy, and with a few declarations added to it.

The published policies declare only necessary cookies, so a choice would change nothing. Rule: the additions belong to
the demo and stay in memory; they are not part of what was published.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cookiewarden import Policy, PolicySet

#: What the demo adds to each policy.
ADDITIONS: tuple[dict[str, Any], ...] = (
    {"name": "_ga*", "category": "statistical", "purpose": "Counts visits and tells visitors apart."},
    {"name": "_gid", "category": "statistical", "anonymized": True, "purpose": "Counts the pages of a day."},
    {"name": "portal_theme", "category": "first-party", "purpose": "Remembers the colours that you picked."},
    {"name": "pixel", "category": "third-party", "purpose": "Tells a social network which pages you read."},
)


@dataclass(frozen=True)
class Portal:
    """One portal: its name, its host, the file of its policy, that policy as published, and with the additions."""

    name: str
    host: str
    file: Path
    published: Policy
    extended: Policy

    def on_localhost(self, *hosts: str) -> Policy:
        """Return the policy with the additions, for these hosts instead of the portal's own."""
        return _extended(self.file, hosts)


def load_portals() -> list[Portal]:
    """Return the portals in the order of their names. Raises ``PolicyError``."""
    folder = _policies_folder()
    portals = []
    for policy in PolicySet.load(folder).policies:
        file = folder / policy.label
        hosts = policy.site.hosts
        portals.append(Portal(file.stem, hosts[0].replace("*", "www"), file, policy, _extended(file, hosts)))
    return portals


def _extended(file: Path, hosts: Iterable[str]) -> Policy:
    return Policy.from_mapping(
        {"extends": str(file.absolute()), "site": {"hosts": list(hosts)}, "cookies": list(ADDITIONS)}
    )


def _policies_folder() -> Path:
    """Return the folder of policies in the installed package or, if there is none, in the checkout."""
    packaged = Path(__file__).parent / "policies"
    return packaged if packaged.is_dir() else Path(__file__).parents[4] / "examples" / "policies"
