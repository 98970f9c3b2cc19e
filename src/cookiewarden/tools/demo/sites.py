"""The five portals of the demo: their published policies, and each with a few declarations laid over it.

The published policies declare necessary cookies only, so no choice would show; the additions are the demo's
own, made in memory, and no part of what was published.
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
    """One portal: its name, the host it is asked by, its policy as published, and that with the additions."""

    name: str
    host: str
    file: Path
    published: Policy
    extended: Policy

    def on_localhost(self, *hosts: str) -> Policy:
        """The policy with the additions, for these hosts instead of the portal's own."""
        return _extended(self.file, hosts)


def load_portals() -> list[Portal]:
    """The portals, by name. Raises ``PolicyError``."""
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
    """The folder that a wheel carries, or that of a checkout."""
    packaged = Path(__file__).parent / "policies"
    return packaged if packaged.is_dir() else Path(__file__).parents[4] / "examples" / "policies"
