"""Findings as text for people, by file, with the counts in the last line.

Rule: without a terminal, it is plain text with one line for each part of a finding, however long. Every character that
cannot be printed is escaped. Colours say nothing that the words do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from textwrap import wrap

from cookiewarden.errors import printable
from cookiewarden.policy.findings import Finding, Level
from cookiewarden.tools.reports.report import Report, subject_of

_STYLES = {Level.ERROR: "bold red", Level.WARNING: "yellow", Level.NOTE: "cyan"}
_INDENT = "    "
#: A key of a declaration, as problems write it.
_OF_DECLARATION = re.compile(r"cookies\[[0-9]+\]\.(.+)")
#: So many findings that say the same of several declarations are shown as one.
_MANY = 3
#: A part of a line, and its style.
_Part = tuple[str, str]


def findings_text(report: Report) -> str:
    r"""Return the findings as plain text.

    >>> print(findings_text(Report((), ("cookies.toml",))), end="")
    1 file in order.
    """
    return "".join("".join(text for text, _ in line) + "\n" for line in _lines(report, None))


def print_findings(report: Report) -> None:
    """Print the findings: with colours, and in lines that fit, on a terminal; else as ``findings_text`` gives them."""
    import sys

    if not sys.stdout.isatty():
        sys.stdout.write(findings_text(report))
        return
    from rich.text import Text

    from cookiewarden.tools.console import console_for

    console = console_for()
    for line in _lines(report, console.width):
        console.print(Text.assemble(*line), soft_wrap=True)


def _lines(report: Report, width: int | None) -> Iterator[Sequence[_Part]]:
    for subject, findings in report.by_subject.items():
        if findings:
            yield [(printable(subject), "bold")]
            for group in _groups(findings):
                yield from _group(group, width)
            yield []
    yield [(report.summary, "bold red" if report.is_failed else "bold green")]


def _groups(findings: Sequence[Finding]) -> Iterator[Sequence[Finding]]:
    """Yield the findings in order, each alone; but those together that say the same of a key of many declarations."""
    alike: dict[object, list[Finding]] = {}
    for finding in findings:
        alike.setdefault(_said(finding), []).append(finding)
    for finding in findings:
        said = _said(finding)
        group = alike[said]
        if said is None or len(group) < _MANY:
            yield [finding]
        elif group[0] is finding:
            yield group


def _said(finding: Finding) -> object:
    """Return what a finding says of a key of a declaration, whichever it is; ``None`` for any other finding."""
    problem = finding.problem
    key = _OF_DECLARATION.fullmatch(problem.key) if problem.cookie else None
    return key and (key[1], finding.rule, finding.level, problem.message, problem.remedy)


def _group(group: Sequence[Finding], width: int | None) -> Iterator[Sequence[_Part]]:
    finding = group[0]
    problem, rule = finding.problem, finding.rule
    place, about, cookies = _place(finding, "{} "), printable(subject_of(finding)), ""
    if len(group) > 1:
        place, about = "", printable(f"{problem.key.partition('.')[2]} of {len(group)} declarations")
        cookies = ", ".join(f'"{one.problem.cookie}"{_place(one, " ({})")}' for one in group)
    yield [
        (f"  {place}", ""),
        (finding.level.value, _STYLES[finding.level]),
        (f" {rule.code} {rule.name}{': ' if about else ''}", ""),
        (about, "bold"),
    ]
    for text, style in ((cookies, ""), (problem.message, ""), (problem.remedy, "dim")):
        words = printable(text)
        lines = [words] if width is None else wrap(words, max(width - len(_INDENT), 20), break_on_hyphens=False)
        for line in lines if words else ():
            yield [(_INDENT + line, style)]


def _place(finding: Finding, form: str) -> str:
    problem = finding.problem
    return "" if problem.line is None else form.format(f"{problem.line}:{problem.column}")
