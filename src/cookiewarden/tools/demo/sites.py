"""The five portals of the demo: each with its published policy, and with a few declarations added to it.

The published policies declare only necessary cookies, so a choice would change nothing. Rule: the additions belong to
the demo; they are not part of what was published.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cookiewarden import Policy, PolicySet

#: The policy file with what the demo adds to each policy.
ADDITIONS = Path(__file__).with_name("additions.toml")


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
    bases = [str(path.absolute()) for path in (file, ADDITIONS)]
    return Policy.from_mapping({"extends": bases, "site": {"hosts": list(hosts)}})


def _policies_folder() -> Path:
    """Return the folder of policies in the installed package or, if there is none, in the checkout."""
    packaged = Path(__file__).parent / "policies"
    return packaged if packaged.is_dir() else Path(__file__).parents[4] / "examples" / "policies"
