"""Report the results of the demo to machines: one JSON document, and every disagreement."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from cookiewarden import __version__
from cookiewarden.tools.demo.exchanges import Outcome, Visit


def to_json(visits: Sequence[Visit]) -> str:
    """Return one JSON document: every visit with every line, and the disagreements (there should be none)."""
    document = {
        "cookiewarden": __version__,
        "disagreements": disagreements(visits),
        "visits": [
            {
                "portal": visit.portal.name,
                "host": visit.portal.host,
                "policy": visit.policy,
                "visitor": visit.visitor,
                "cookies": [_as_json(outcome) for outcome in visit.outcomes],
            }
            for visit in visits
        ],
    }
    return json.dumps(document, indent=1)


def disagreements(visits: Iterable[Visit]) -> list[str]:
    """Return every disagreement between WSGI, ASGI and the policy, each with its visit."""
    return [
        f"{visit.portal.name}, {visit.policy}, {visit.visitor}: {problem}"
        for visit in visits
        for problem in visit.problems
    ]


def _as_json(outcome: Outcome) -> dict[str, object]:
    cookie, decision = outcome.cookie, outcome.decision
    return {
        "cookie": cookie.label,
        "field": cookie.header_name.decode(),
        "line": cookie.line.decode("latin-1"),
        "names": [name.decode("latin-1") for name in decision.names],
        "kept": outcome.is_kept,
        "category": decision.category,
        "declared": decision.declared,
        "reason": decision.reason,
    }
