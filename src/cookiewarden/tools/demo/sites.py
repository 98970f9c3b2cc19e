"""The five portals of the demo: each with its published policy, and with a few declarations added to it.

The published policies declare only necessary cookies, so a choice would change nothing. Rule: the additions belong to
the demo; they are not part of what was published.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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

    def on_localhost(self, *hosts: str, other: str = "") -> Policy:
        """Return the policy with the additions, for these hosts instead of the portal's own.

        ``other``: the host of the other site, with its port, if the pages embed that.
        """
        return _extended(self.file, hosts, _embedded(other) if other else ())


def load_portals() -> list[Portal]:
    """Return the portals in the order of their names. Raises ``PolicyError``."""
    folder = _policies_folder()
    portals = []
    for policy in PolicySet.load(folder).policies:
        file = folder / policy.label
        hosts = policy.site.hosts
        portals.append(Portal(file.stem, hosts[0].replace("*", "www"), file, policy, _extended(file, hosts)))
    return portals


def _extended(file: Path, hosts: Iterable[str], embedded: Iterable[Mapping[str, Any]] = ()) -> Policy:
    bases = [str(path.absolute()) for path in (file, ADDITIONS)]
    return Policy.from_mapping({"extends": bases, "site": {"hosts": list(hosts)}, "cookies": list(embedded)})


def _embedded(other: str) -> list[Mapping[str, Any]]:
    """Return the declarations of what the pages embed of the other site."""
    script = {
        "en": "Runs on each page, as a script of statistics does",
        "fr": "Tourne sur chaque page, comme un script de statistiques",
        "nl": "Draait op elke pagina, zoals een script voor statistiek",
        "de": "Läuft auf jeder Seite, wie ein Skript für Statistik",
    }
    trees = {
        "en": "Shows a map of the trees",
        "fr": "Affiche une carte des arbres",
        "nl": "Toont een kaart van de bomen",
        "de": "Zeigt eine Karte der Bäume",
    }
    page = f"http://{other}"
    return [
        {"name": f"{page}/count.js", "kind": "script", "category": "statistical", "purpose": script, "hosts": [other]},
        {"name": f"{page}/map", "kind": "host", "category": "third-party", "purpose": trees, "hosts": [other]},
    ]


def _policies_folder() -> Path:
    """Return the folder of policies in the installed package or, if there is none, in the checkout."""
    packaged = Path(__file__).parent / "policies"
    return packaged if packaged.is_dir() else Path(__file__).parents[4] / "examples" / "policies"
