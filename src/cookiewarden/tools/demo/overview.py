"""Print the overview of the demo: what a choice changes, how many cookies leave each portal, and what is odd.

Rule: it fits 80 columns and 23 lines, so that a prompt fits below it. Every mark and number is counted from the visits;
only the words are written here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.text import Text

from cookiewarden.policy.decision import Reason
from cookiewarden.tools.demo.cookies import COOKIES
from cookiewarden.tools.demo.exchanges import EXTENDED, PUBLISHED, VISITORS, Outcome, Visit
from cookiewarden.tools.demo.terminal import HEADINGS, LETTERS, Terminal, agreed
from cookiewarden.tools.demo.verdict import print_verdict

#: The kinds of cookies, in the order of the rows.
_KINDS = (
    "necessary",
    "anonymized statistics",
    "statistical",
    "first-party",
    "third-party",
    "not declared",
    "malformed",
    "deletion",
)
_KIND_WIDTH = 22
_SAMPLE_WIDTH = 12
_NAME_WIDTH = 26


def print_overview(terminal: Terminal, visits: Sequence[Visit]) -> None:
    """Print the overview of all portals."""
    extended = [visit for visit in visits if visit.policy == EXTENDED]
    terminal.say_gap()
    _print_matrix(terminal, extended)
    terminal.say_gap()
    _print_portals(terminal, extended)
    terminal.say_gap()
    _print_odd(terminal, visits)
    terminal.say_gap()
    print_verdict(terminal, visits)
    terminal.say("More: cookiewarden demo --serve, to click through the portals, or --portal NAME.")


def _print_matrix(terminal: Terminal, visits: Sequence[Visit]) -> None:
    """Print a row for each kind of cookie, with a mark for each visitor."""
    portals = {visit.portal.name for visit in visits}
    setting = f"{len(VISITORS)} visitors, {len(portals)} portals, {len(COOKIES)} cookies:"
    if terminal.is_narrow:
        terminal.say(setting)
        terminal.say_legend()
        terminal.say_row(_row(Text(), [(letter, "bold") for letter in LETTERS.values()], terminal))
    else:
        legend = Text.assemble(terminal.mark(True), " leaves  ", terminal.mark(False), " stopped")
        legend.pad_right(_KIND_WIDTH - len(legend))
        legend.append("such as", "bold")
        for number, left in enumerate((Text(setting), legend)):
            terminal.say_row(_row(left, [(HEADINGS[name][number], "bold") for name in VISITORS], terminal))
    for kind in _KINDS:
        of_kind = {
            name: [
                outcome for visit in visits if visit.visitor == name for outcome in visit.outcomes if _is(outcome, kind)
            ]
            for name in VISITORS
        }
        labels = [cookie.label for cookie in COOKIES if any(one.cookie is cookie for one in of_kind["no choice"])]
        if labels:
            sample = next((label for label in labels if len(label) <= _SAMPLE_WIDTH), "")
            left = Text(kind) if terminal.is_narrow else Text(kind.ljust(_KIND_WIDTH) + sample)
            terminal.say_row(_row(left, [terminal.mark(agreed(of_kind[name])) for name in VISITORS], terminal))


def _print_portals(terminal: Terminal, visits: Sequence[Visit]) -> None:
    """Print a line for each portal: how many cookies leave it, for each visitor."""
    terminal.say(f"How many of the {len(COOKIES)} leave:", "bold")
    for name, some in groupby(visits, key=lambda visit: visit.portal.name):
        cells = [(str(sum(outcome.is_kept for outcome in visit.outcomes)), "") for visit in some]
        terminal.say_row(_row(Text(name, "cyan"), cells, terminal))


def _print_odd(terminal: Terminal, visits: Sequence[Visit]) -> None:
    for label, text in _odd(visits):
        terminal.say_item(label, text)


def _odd(visits: Sequence[Visit]) -> Iterator[tuple[str, str]]:
    """Yield what is odd: a label, and what to know of it."""
    for number, cookie in enumerate(COOKIES):
        declared = {
            visit.portal.name: visit.outcomes[number].decision.declared for visit in visits if visit.policy == PUBLISHED
        }
        if len(set(declared.values())) > 1:
            names = ", ".join(name for name, is_declared in declared.items() if is_declared)
            category = next(
                outcome.decision.category
                for visit in visits
                if (outcome := visit.outcomes[number]).decision.declared and visit.policy == PUBLISHED
            )
            yield cookie.label, f"{category} on {names}; the others do not declare it"
    yield "forged choice", "signed with another key, so it counts as no choice"
    yield "malformed", "no name, a NUL or a line break: browsers disagree on such a line"
    yield "as published", _published(visits)


def _published(visits: Sequence[Visit]) -> str:
    """Return how many cookies leave under the published policies, which declare necessary ones only."""
    counts: dict[str, list[str]] = {}
    for visit in visits:
        if visit.policy == PUBLISHED:
            names = counts.setdefault(str(sum(outcome.is_kept for outcome in visit.outcomes)), [])
            names += [] if visit.portal.name in names else [visit.portal.name]
    usual = max(counts, key=lambda count: len(counts[count]))
    others = "; ".join(f"{', '.join(names)}: {count}" for count, names in counts.items() if count != usual)
    return f"with the published policies alone, {usual} leave{others and f' ({others})'}"


def _is(outcome: Outcome, kind: str) -> bool:
    decision = outcome.decision
    if decision.reason in (Reason.MALFORMED, Reason.DELETION):
        return decision.reason == kind
    if decision.declaration is None:
        return kind == "not declared"
    return kind == ("anonymized statistics" if decision.declaration.anonymized else decision.category)


def _row(left: Text, cells: Sequence[tuple[str, str]], terminal: Terminal) -> Text:
    """Return a row: what stands on the left, and a cell for each visitor in the middle of its column."""
    left.pad_right((_NAME_WIDTH if terminal.is_narrow else _KIND_WIDTH + _SAMPLE_WIDTH) - len(left))
    widths = [1 if terminal.is_narrow else max(map(len, HEADINGS[name])) for name in VISITORS]
    columns = [(text.center(width), style) for (text, style), width in zip(cells, widths, strict=True)]
    gap = Text(" " if terminal.is_narrow else "  ")
    return Text.assemble(left, " ", gap.join(Text(text, style) for text, style in columns))
