"""Print the results of the demo: tables for people, or one JSON document for machines.

Visitors with the same results share a column, and portals with the same results share a table. So differences stand
out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import groupby
from textwrap import fill

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cookiewarden import __version__
from cookiewarden.tools.demo.cookies import COOKIES, ODD
from cookiewarden.tools.demo.exchanges import EXTENDED, PUBLISHED, VISITORS, Outcome, Visit
from cookiewarden.tools.demo.sites import ADDITIONS

_ROOMY = 100  # columns
_CELL = len("- undeclared")

_ADDED = ", ".join(
    f"{row['name']} ({'anonymized ' if row.get('anonymized') else ''}{row['category']})" for row in ADDITIONS
)
_ABOUT = {
    PUBLISHED: "As published: only necessary cookies are declared, so a visitor's choice changes nothing.",
    EXTENDED: f"With analytics: the demo (no published policy) also declares {_ADDED}.",
}


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


def print_tables(console: Console, visits: Sequence[Visit]) -> None:
    """Print what became of each line, for each visitor of each portal."""
    yes, no = ("+", "-") if console.options.ascii_only else ("\N{CHECK MARK}", "\N{BALLOT X}")
    _print(
        console,
        "Each visitor requested a page of a small open-data portal, wrapped as a WSGI app and as an ASGI app. "
        "For each Set-Cookie line that the portal set:",
        Text.assemble((f"{yes} kept", "green"), ": it left the app; ", (f"{no} stripped", "red"), ": it did not."),
    )
    for kind, some in groupby(visits, key=lambda visit: visit.policy):
        _print(console, "", Text(_ABOUT[kind], style="bold"))
        by_portal: dict[str, list[Visit]] = {}
        for visit in some:
            by_portal.setdefault(visit.portal.name, []).append(visit)
        portals_by_results: dict[tuple[object, ...], list[str]] = {}
        for name, theirs in by_portal.items():
            portals_by_results.setdefault(tuple(map(_results, theirs)), []).append(name)
        for names in portals_by_results.values():
            _print(console, "", Text(", ".join(names), style="cyan"))
            console.print(_table(by_portal[names[0]], yes, no, 3 if console.width >= _ROOMY else 1))
    _print(console, "", "The lower lines are odd ones that filters tend to misread. The portal set them like this:")
    odd = Table.grid(padding=(0, 2))
    for cookie in ODD:
        header = f"{cookie.header_name.decode()}: {cookie.line.decode('latin-1')}"
        odd.add_row(cookie.label, Text(header.translate({0: "\\0", 10: "\\n", 13: "\\r"})))
    console.print(Padding(odd, (0, 0, 0, 2)))


def print_verdict(console: Console, visits: Sequence[Visit]) -> None:
    """Print whether WSGI, ASGI and the policy agreed."""
    found = disagreements(visits)
    lines = sum(len(visit.outcomes) for visit in visits)
    if not found:
        _print(console, "", f"WSGI, ASGI and policy.decide agree on all {lines} lines of {len(visits)} visits.")
        return
    _print(console, "", Text(f"DISAGREEMENT, {len(found)} in {len(visits)} visits: this is a bug.", style="bold red"))
    for problem in found:
        _print(console, Text(f"  {problem}", style="red"))


def _table(visits: Sequence[Visit], yes: str, no: str, gap: int) -> Table:
    """Return the table of one portal: a row for each line, a column for all visitors with the same results."""
    visitors_by_results: dict[tuple[object, ...], list[Visit]] = {}
    for visit in visits:
        visitors_by_results.setdefault(_results(visit), []).append(visit)
    table = Table(box=None, padding=(0, gap, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("Set-Cookie", no_wrap=True)
    table.add_column("category", no_wrap=True)
    for same in visitors_by_results.values():
        names = ", ".join(visit.visitor for visit in same) if len(same) < len(VISITORS) else "any visitor"
        table.add_column(fill(names, _CELL), no_wrap=True)
    columns = [same[0].outcomes for same in visitors_by_results.values()]
    for number, cookie in enumerate(COOKIES):
        cells = [_cell(outcomes[number], yes, no) for outcomes in columns]
        table.add_row(Text(cookie.label), columns[0][number].decision.category, *cells)
    return table


def _cell(outcome: Outcome, yes: str, no: str) -> Text:
    mark, style = (yes, "green") if outcome.is_kept else (no, "red")
    return Text(f"{mark} {outcome.decision.reason}", style=style)


def _results(visit: Visit) -> tuple[object, ...]:
    return tuple((item.is_kept, item.decision.category, item.decision.reason) for item in visit.outcomes)


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


def _print(console: Console, *texts: str | Text) -> None:
    # Only our own colours: rich would highlight numbers and paths, too, and that distracts.
    for text in texts:
        console.print(text, highlight=False, markup=False)
