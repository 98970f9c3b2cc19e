"""What the demo prints: tables for people, or one JSON document for machines.

Columns that say the same are shown as one, and so are portals that do: what differs is what one looks for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cookiewarden import __version__
from cookiewarden.demo.cookies import ODD
from cookiewarden.demo.exchanges import EXTENDED, PUBLISHED, VISITORS, Exchange, Outcome
from cookiewarden.demo.sites import ADDITIONS
from cookiewarden.errors import did_you_mean

_WIDE = 100

_ABOUT = {
    PUBLISHED: "As published: only necessary cookies are declared, so a choice changes nothing.",
    EXTENDED: "With analytics: the demo adds, in memory only, "
    + ", ".join(
        f"{row['name']} ({row['category']}{', anonymized' if row.get('anonymized') else ''})" for row in ADDITIONS
    )
    + ".",
}


def to_json(exchanges: Sequence[Exchange]) -> str:
    """One document: every exchange with every line, and the disagreements, of which there should be none."""
    document = {
        "cookiewarden": __version__,
        "disagreements": problems(exchanges),
        "exchanges": [
            {
                "portal": exchange.portal.name,
                "host": exchange.portal.host,
                "policy": exchange.policy,
                "visitor": exchange.visitor,
                "cookies": [_row(outcome) for outcome in exchange.outcomes],
            }
            for exchange in exchanges
        ],
    }
    return json.dumps(document, indent=1)


def _row(outcome: Outcome) -> dict[str, object]:
    decision = outcome.decision
    return {
        "cookie": outcome.cookie.label,
        "field": outcome.cookie.field.decode(),
        "line": outcome.cookie.line.decode("latin-1"),
        "names": [name.decode("latin-1") for name in decision.names],
        "kept": outcome.is_kept,
        "category": decision.category,
        "declared": decision.declared,
        "reason": decision.reason,
    }


def problems(exchanges: Iterable[Exchange]) -> list[str]:
    """Every disagreement, with where it came up."""
    return [
        f"{exchange.portal.name}, {exchange.policy}, {exchange.visitor}: {problem}"
        for exchange in exchanges
        for problem in exchange.problems
    ]
