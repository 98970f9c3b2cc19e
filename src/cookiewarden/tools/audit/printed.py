"""Prints an audit for people: the verdict on each state, the cookies in a table, then the findings.

Rule: what comes from the site is escaped. Without a terminal, or with NO_COLOR, not one escape code is written.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from io import StringIO

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cookiewarden.errors import printable
from cookiewarden.tools.audit.audit import Audit
from cookiewarden.tools.audit.audit_json import moment_text
from cookiewarden.tools.audit.audit_rules import AFTER_WITHDRAWAL
from cookiewarden.tools.audit.observed import State
from cookiewarden.tools.audit.rows import CookieRow
from cookiewarden.tools.audit.verdicts import Verdict
from cookiewarden.tools.console import console_for
from cookiewarden.tools.reports.findings_text import findings_text, print_findings

_WIDTH_OF_A_FILE = 160
#: On a narrower terminal, the facts of a cookie stand below each other.
_WIDTH_OF_A_TABLE = 110
_STYLES = {
    Verdict.VIOLATION: "bold red",
    Verdict.IN_ORDER: "bold green",
    Verdict.NOT_VERIFIED: "yellow",
    Verdict.NO_BANNER: "green",
}
#: The columns of the table of cookies.
COLUMNS = ("Cookie", "Set by", "Category", "Set when", "Lifetime", "Attributes", "Findings")
_WHEN = {
    State.NO_CHOICE: "before consent",
    State.REFUSED: "after refusal",
    State.ACCEPTED: "accepted",
    State.WITHDRAWN: "after withdrawal",
    State.ANY_CHOICE: "any choice",
}


def print_audit(audit: Audit, changes: Sequence[str] | None = None) -> None:
    """Print an audit to the standard output. ``changes``: since an earlier audit; ``None`` if none was compared."""
    if not sys.stdout.isatty():
        sys.stdout.write(audit_text(audit, changes))
        return
    _write(console_for(), audit, changes)
    print_findings(audit.report)


def audit_text(audit: Audit, changes: Sequence[str] | None = None) -> str:
    """Return what ``print_audit`` prints, as plain text."""
    written = StringIO()
    _write(console_for(file=written, width=_WIDTH_OF_A_FILE), audit, changes)
    lines = "".join(f"{line.rstrip(' ')}\n" for line in written.getvalue().splitlines())
    return lines + findings_text(audit.report)


def _write(console: Console, audit: Audit, changes: Sequence[str] | None) -> None:
    def cell(words: str, style: str = "") -> Text:
        return Text(printable(words), style, overflow="fold")

    observed = audit.observed
    moment = moment_text(observed.began)
    count = observed.answered
    pages = f"{count} page{'' if count == 1 else 's'} opened" if count else ""
    how = ", ".join(filter(None, (observed.how, moment, pages)))
    console.print(cell(f"{observed.target} ({how})" if how else observed.target, "bold"))
    console.print(cell(f"Policy: {audit.policy}" if audit.policy else "No policy says what the site may set."))
    states = Table.grid(padding=(0, 2, 0, 0))
    for state, one in audit.verdicts.items():
        states.add_row(cell(state), cell(one.verdict, _STYLES[one.verdict]), cell(one.reason))
    console.print(states)
    if audit.rows and console.width >= _WIDTH_OF_A_TABLE:
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
        for column in COLUMNS:
            table.add_column(column, overflow="fold")
        for row in audit.rows:
            table.add_row(*map(cell, cells_of(row)))
        console.print()
        console.print(table)
    else:
        for row in audit.rows:
            name, *facts = cells_of(row)
            console.print()
            console.print(cell(name, "bold"))
            for column, fact in zip(COLUMNS[1:], facts, strict=True):
                console.print(Padding(cell(f"{column}: {fact}"), (0, 0, 0, 2), expand=False))
    for heading, lines in (("Notes", observed.notes), ("Changes", changes)):
        if lines is not None and (lines or heading == "Changes"):
            console.print(f"\n{heading}:")
            for line in lines or ("Nothing has changed.",):
                console.print(cell(f"  {line}"))
    console.print()


def cells_of(row: CookieRow) -> tuple[str, ...]:
    """Return what a table says of one cookie, in the order of its columns."""
    lifetime = row.lifetime
    if row.declared_lifetime and row.declared_lifetime != lifetime:
        lifetime = f"{lifetime or 'not set'} (declared: {row.declared_lifetime})"
    return (
        row.name,
        ", ".join(row.set_by) or "not seen to be set",
        category_text(row),
        when_text(row),
        lifetime,
        ", ".join(row.attributes) or ("none" if row.states else "not seen"),
        ", ".join(row.codes) or "-",
    )


def category_text(row: CookieRow) -> str:
    """Return the category of a cookie; of one that nothing declares, what it may be."""
    if row.category:
        return row.category
    start = "" if row.is_declared is None else "not declared; "
    return f"{start}perhaps {row.suggestion}"


def when_text(row: CookieRow) -> str:
    """Return in which states a cookie was set, and whether it was sent though it was not, or should be gone."""
    if not row.states and State.WITHDRAWN not in row.sent:
        return f"sent: {', '.join(_WHEN[state] for state in row.sent)}"
    words = [_WHEN[state] for state in row.states]
    if State.WITHDRAWN in row.sent and AFTER_WITHDRAWAL.code in row.codes:
        words.append("sent after withdrawal")
    return ", ".join(words)
