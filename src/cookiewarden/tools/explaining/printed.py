"""Prints an explanation for people: the verdict first, then why, then what browsers make of the line.

Rule: what comes from the line is escaped, and a value of the cookie is never shown. Lines to paste are never broken.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cookiewarden.errors import printable
from cookiewarden.policy.decision import Reason
from cookiewarden.policy.quoting import quoted
from cookiewarden.reporting.outcome import Outcome
from cookiewarden.tools.console import console_for
from cookiewarden.tools.explaining.browsers import BrowserReading
from cookiewarden.tools.explaining.explanation import Explanation, attributes_of
from cookiewarden.tools.explaining.nearby import Match

_RENEWAL = "it only prolongs a cookie that the browser sent with this value"


class _Printer:
    """Standard output. Without a terminal, or with NO_COLOR, not one escape code is written."""

    def __init__(self) -> None:
        self._console = console_for()

    def heading(self, text: str) -> None:
        self._console.print()
        self.say(text, "bold")

    def say(self, text: str, style: str = "", indent: int = 0) -> None:
        self._print(Padding(_cell(text, style), (0, 0, 0, indent)))

    def verbatim(self, text: str) -> None:
        self._console.print(_cell(text), soft_wrap=True)

    def rows(self, rows: Iterable[tuple[str, ...]]) -> None:
        """Write rows of cells in columns. The last column takes the room that is left."""
        table = Table.grid(padding=(0, 2, 0, 0))
        for cells in rows:
            table.add_row(*map(_cell, cells))
        self._print(Padding(table, (0, 0, 0, 2)))

    def _print(self, shown: Padding) -> None:
        """Write something without the blanks with which rich fills the lines."""
        with self._console.capture() as capture:
            self._console.print(shown)
        self._console.file.write("".join(f"{line.rstrip(' ')}\n" for line in capture.get().splitlines()))


def _cell(text: str, style: str = "") -> Text:
    return Text(printable(text), style, overflow="fold")


def print_explanation(explanation: Explanation) -> None:
    """Print an explanation to the standard output."""
    printer = _Printer()
    _print_verdict(printer, explanation)
    printer.heading("The decision, step by step")
    steps = (*explanation.steps, *explanation.steps_after)
    printer.rows((f"{number}.", step.question, step.answer) for number, step in enumerate(steps, start=1))
    if explanation.match is not None:
        printer.heading("The declaration that covers it")
        printer.verbatim(_match_line(explanation.match))
    if explanation.near or explanation.similar_preset:
        printer.heading("What nearly covers it")
        for match in explanation.near:
            printer.verbatim(_match_line(match))
        if explanation.similar_preset:
            printer.say(explanation.similar_preset, indent=2)
    printer.heading("How browsers read it")
    _print_reading(printer, explanation.browsers)
    if explanation.advice:
        printer.heading("What to do")
        for advice in explanation.advice:
            printer.say(f"{advice[:1].upper()}{advice[1:]}.", indent=2)
    if explanation.remedy:
        is_all = explanation.may_leave or explanation.advice
        printer.heading("What the log says" if is_all else "What to do")
        prose, *lines = explanation.remedy.split("\n")
        printer.say(f"{prose[:1].upper()}{prose[1:]}", indent=2)
        for line in lines:
            printer.verbatim(f"  {line}")
    for note in explanation.notes:
        printer.heading(f"Note: {note}.")


def _print_verdict(printer: _Printer, explanation: Explanation) -> None:
    reason, left = explanation.reason, explanation.left
    answer = explanation.steps[-1].answer
    why = _RENEWAL if reason is Reason.RENEWAL else answer.partition(": ")[2] or answer
    if explanation.outcome is Outcome.BLOCKED:
        printer.say(f"Blocked ({reason}): the middleware drops the line.", "bold red")
    elif explanation.outcome is Outcome.REPORTED:
        printer.say(f"Reported ({reason}): the policy only reports such a line, so it leaves.", "bold yellow")
    elif explanation.ignored:
        printer.say(f"Allowed ({reason}), but browsers ignore it: {'; '.join(explanation.ignored)}.", "bold yellow")
    elif explanation.changes and left is not None:
        printer.say(f"Allowed ({reason}): the line leaves, with other attributes.", "bold green")
    else:
        printer.say(f"Allowed ({reason}): the line leaves as it is.", "bold green")
    site = f"site {explanation.site}" if explanation.site else "no site"
    host = explanation.host or "not given"
    decision = explanation.decision
    category = f"{'Category:' if decision.declared else 'Treated as'} {decision.category}"
    printer.say(f"{why[:1].upper()}{why[1:]}. {category}; {site}; host: {host}.")
    if explanation.changes and left is not None:
        printer.say(f"Changed: {'; '.join(explanation.changes)}. It leaves with these attributes:")
        printer.verbatim(f"  {_ascii(attributes_of(left))}")


def _match_line(match: Match) -> str:
    place = f"{match.place}: " if match.place else ""
    return f"  {place}{quoted(match.pattern.encode())} ({match.category}): {match.why}"


def _print_reading(printer: _Printer, reading: BrowserReading) -> None:
    for refusal in reading.cookie.refusals:
        source = refusal.section if refusal.section.isalpha() else f"RFC 6265bis {refusal.section}"
        printer.say(f"A browser would ignore this line: {refusal.message} ({source}).", "yellow", indent=2)
    names = ", ".join(quoted(name) if name else "no name" for name in reading.names)
    if reading.other_names:
        names += f" and {reading.other_names} more"
    differ = ": engines and servers differ" if len(reading.names) > 1 else ""
    printer.rows([("Name", names + differ), *reading.facts])
    if reading.attributes:
        printer.say("Attributes, as they are written:", indent=2)
        printer.rows(
            (_ascii(f"{one.name}={one.value}" if one.value else one.name), _ascii(one.meaning))
            for one in reading.attributes
        )
    if reading.other_attributes:
        printer.say(f"and {reading.other_attributes} more", indent=2)


def _ascii(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode("ascii")
