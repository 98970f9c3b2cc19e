"""An audit as a document of JSON, for programs, and for a later audit to compare itself with.

Rule: keys are added, never renamed. It holds no value of a cookie.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import chain, repeat
from typing import Any

from cookiewarden.tools.audit.audit import Audit
from cookiewarden.tools.audit.seen_lines import shown
from cookiewarden.tools.reports.findings_json import findings_json


def audit_json(audit: Audit, changes: Sequence[str] | None = None) -> Mapping[str, Any]:
    """Return an audit as values that JSON has. ``changes``: since an earlier audit; ``None`` if none was compared."""
    observed = audit.observed
    found = findings_json(audit.report)
    # Here the states stand beside the key. Those that come after tell of states that could not be verified.
    beside: Iterator[dict[str, Any]] = chain(
        ({"key": one.finding.problem.key, "states": list(one.states)} for one in audit.findings),
        repeat({"states": []}),
    )
    return {
        "target": observed.target,
        "how": observed.how,
        "looked_at": moment_text(observed.began),
        "policy": audit.policy or None,
        "verdict": audit.verdict.value,
        "states": [
            {
                "state": state.value,
                "verdict": one.verdict.value,
                "reason": one.reason,
                "pages": sum(page.state is state for page in observed.pages),
            }
            for state, one in audit.verdicts.items()
        ],
        "cookies": [asdict(row) for row in audit.rows],
        **found,
        "findings": [{**finding, **more} for finding, more in zip(found["findings"], beside, strict=False)],
        "pages": [asdict(page) for page in observed.pages],
        "sent": [{**asdict(one), "name": shown(one.name)} for one in observed.sent],
        "hosts": [asdict(one) for one in observed.hosts],
        "storage": [asdict(one) for one in observed.storage],
        "screenshots": [asdict(one) for one in observed.screenshots],
        "notes": list(observed.notes),
        "changes": None if changes is None else list(changes),
    }


def moment_text(seconds: float) -> str:
    """Return a moment in UTC, to the second, as RFC 3339 writes it; ``""`` for one that no calendar has.

    >>> moment_text(1_750_000_000.5), moment_text(1e300)
    ('2025-06-15T15:06:40Z', '')
    """
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, OSError, ValueError):
        return ""
