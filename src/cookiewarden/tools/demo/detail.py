"""Print one portal in detail: for each line that it sets, the decision for each visitor, and its reason.

Visitors with the same results share a column, so differences stand out.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from textwrap import wrap

from rich.text import Text

from cookiewarden.tools.demo.cookies import COOKIES, ODD
from cookiewarden.tools.demo.exchanges import EXTENDED, PUBLISHED, VISITORS, Outcome, Visit
from cookiewarden.tools.demo.terminal import HEADINGS, LETTERS, Terminal
from cookiewarden.tools.demo.verdict import print_verdict

_ABOUT = {
    EXTENDED: "With the four cookies that the demo adds, so that there is something to choose:",
    PUBLISHED: "As published, with necessary cookies only, so that a choice changes nothing:",
}
_LABEL_WIDTH = max(len(cookie.label) for cookie in COOKIES) + 1
_CATEGORY_WIDTH = len("statistical") + 1
_CELL_WIDTH = len("- undeclared") + 1


def print_detail(terminal: Terminal, visits: Sequence[Visit]) -> None:
    """Print what became of each line, for each visitor of one portal. ``visits``: those to this portal."""
    terminal.say(f"A page of this portal tries to set {len(COOKIES)} cookies. Which leave, and why:")
    terminal.say()
    terminal.say_legend()
    by_policy = {kind: list(some) for kind, some in groupby(visits, key=lambda visit: visit.policy)}
    for kind, about in _ABOUT.items():
        terminal.say()
        terminal.say(about, "bold")
        _print_table(terminal, by_policy[kind])
    terminal.say()
    terminal.say("The last lines are odd ones, which filters tend to misread. The portal sets them like this:")
    for cookie in ODD:
        header = f"{cookie.header_name.decode()}: {cookie.line.decode('latin-1')}"
        terminal.say_item(cookie.label, header.translate({0: "\\0", 10: "\\n", 13: "\\r"}))
    terminal.say()
    print_verdict(terminal, visits)


def _print_table(terminal: Terminal, visits: Sequence[Visit]) -> None:
    """Print a row for each line, with a column for all visitors with the same results."""
    by_results: dict[tuple[object, ...], list[Visit]] = {}
    for visit in visits:
        by_results.setdefault(tuple(map(_result, visit.outcomes)), []).append(visit)
    heads = [_head([visit.visitor for visit in same], terminal) for same in by_results.values()]
    width = max(map(len, (line for head in heads for line in head))) + 1 if terminal.is_narrow else _CELL_WIDTH
    height = max(map(len, heads))
    for number in range(height):
        left = "Set-Cookie".ljust(_LABEL_WIDTH) + "category" if number == height - 1 else ""
        words = [([""] * (height - len(head)) + head)[number] for head in heads]  # they end on the same line
        terminal.say_row(_row(Text(left, "bold"), [(word, "bold") for word in words], width))
    columns = [same[0].outcomes for same in by_results.values()]
    for number, cookie in enumerate(COOKIES):
        left = cookie.label.ljust(_LABEL_WIDTH) + columns[0][number].decision.category
        cells = [_cell(outcomes[number], terminal) for outcomes in columns]
        terminal.say_row(_row(Text(left), cells, width))


def _head(names: Sequence[str], terminal: Terminal) -> list[str]:
    """Return the lines of the head of a column; if the terminal is narrow, the letters of its visitors."""
    if terminal.is_narrow:
        return ["".join(LETTERS[name] for name in names)]
    if len(names) == len(VISITORS):
        return ["any visitor"]
    return wrap(", ".join(" ".join(HEADINGS[name]) for name in names), _CELL_WIDTH - 1)


def _cell(outcome: Outcome, terminal: Terminal) -> tuple[str, str]:
    mark, style = terminal.mark(outcome.is_kept)
    return (mark if terminal.is_narrow else f"{mark} {outcome.decision.reason}"), style


def _row(left: Text, cells: Sequence[tuple[str, str]], width: int) -> Text:
    left.pad_right(_LABEL_WIDTH + _CATEGORY_WIDTH - len(left))
    return Text.assemble(left, *((text.ljust(width), style) for text, style in cells))


def _result(outcome: Outcome) -> tuple[object, ...]:
    return outcome.is_kept, outcome.decision.category, outcome.decision.reason
