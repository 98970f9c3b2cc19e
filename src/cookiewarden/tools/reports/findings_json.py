"""Findings as a document of JSON, for programs.

Rule: keys are added, never renamed. A key without a value is ``null`` or ``""``, and always there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cookiewarden.policy.findings import Finding
from cookiewarden.tools.reports.report import Report


def findings_json(report: Report) -> Mapping[str, Any]:
    """Return the findings as values that JSON has.

    ``subjects`` is what was looked at. ``fails`` says whether the run fails, and whether it does because of a finding.

    >>> findings_json(Report((), ("cookies.toml",)))["counts"]
    {'error': 0, 'warning': 0, 'note': 0}
    """
    return {
        "fails": report.is_failed,
        "counts": {level.value: count for level, count in report.counts.items()},
        "subjects": list(report.by_subject),
        "findings": [_finding(finding, report) for finding in report.findings],
    }


def _finding(finding: Finding, report: Report) -> Mapping[str, Any]:
    problem, rule = finding.problem, finding.rule
    return {
        "code": rule.code,
        "rule": rule.name,
        "level": finding.level.value,
        "fails": report.fails(finding),
        "file": finding.file,
        "line": problem.line,
        "column": problem.column,
        "key": problem.key,
        "cookie": problem.cookie,
        "message": problem.message,
        "remedy": problem.remedy,
    }
