"""Makes the page of an audit: one HTML document with all in it, to keep, to print, and to show to a lawyer.

Rule: everything is escaped, nothing is fetched, and no script runs. It holds no value of a cookie.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from cookiewarden import __version__
from cookiewarden.errors import printable
from cookiewarden.policy.findings import Level, Rule
from cookiewarden.reporting.made_up_names import known_as
from cookiewarden.tools.audit.audit import Audit
from cookiewarden.tools.audit.audit_json import moment_text
from cookiewarden.tools.audit.audit_rules import AFTER_WITHDRAWAL
from cookiewarden.tools.audit.findings import SiteFinding
from cookiewarden.tools.audit.observed import Page, SeenKey, State
from cookiewarden.tools.audit.printed import category_text
from cookiewarden.tools.audit.rows import CookieRow
from cookiewarden.tools.audit.seen_lines import shown

_MAX_PAGES_SHOWN = 500
#: What the table of cookies calls each state.
_TITLES = {
    State.NO_CHOICE: "Before consent",
    State.REFUSED: "After refusal",
    State.ACCEPTED: "Accepted",
    State.WITHDRAWN: "After withdrawal",
}


@dataclass(frozen=True, slots=True)
class _Group:
    """The findings of one rule that matter alike. ``remedy``: that of all of them; ``""`` if they have several."""

    rule: Rule
    level: Level
    findings: Sequence[SiteFinding]
    remedy: str


def audit_page(audit: Audit, changes: Sequence[str] | None = None) -> str:
    """Return an audit as an HTML document. ``changes``: since an earlier audit; ``None`` if none was compared."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["printable"] = printable
    template = environment.from_string(files("cookiewarden.tools.audit").joinpath("report.html").read_text("utf-8"))
    observed = audit.observed
    return template.render(
        audit=audit,
        observed=observed,
        changes=changes,
        moment=moment_text(observed.began),
        version=__version__,
        states={state: _TITLES.get(state, state.value.capitalize()) for state in audit.verdicts},
        groups=_groups(audit.findings),
        pages=observed.pages[:_MAX_PAGES_SHOWN],
        left_out=max(0, len(observed.pages) - _MAX_PAGES_SHOWN),
        storage=_storage(observed.storage),
        category_text=category_text,
        set_in=partial(_set_in, observed.states),
        page_text=_page_text,
    )


def _groups(findings: Iterable[SiteFinding]) -> Sequence[_Group]:
    """Return the findings by rule and level, in their order."""
    found: dict[tuple[Rule, Level], list[SiteFinding]] = {}
    for one in findings:
        found.setdefault((one.finding.rule, one.finding.level), []).append(one)
    groups = []
    for (rule, level), members in found.items():
        remedies = {one.finding.problem.remedy for one in members}
        groups.append(_Group(rule, level, members, remedies.pop() if len(remedies) == 1 else ""))
    return groups


def _storage(keys: Iterable[SeenKey]) -> Sequence[SeenKey]:
    """Return the keys as a report lists names, each once."""
    names = ((one, known_as(one.key.encode("utf-8", "replace"))) for one in keys)
    return tuple(dict.fromkeys(replace(one, key=shown(name)) for one, name in names))


def _set_in(reached: Collection[State], row: CookieRow, state: State) -> str:
    """Return whether a cookie was seen in a state. Of one that was not reached, nobody knows what it sets."""
    if state in row.states:
        return "set"
    if state is State.WITHDRAWN and state in row.sent and AFTER_WITHDRAWAL.code in row.codes:
        return "sent"
    return "no" if state in reached else "not seen"


def _page_text(page: Page) -> str:
    status = "no response" if page.status is None else str(page.status)
    return f"{status}: {page.problem}" if page.problem else status
