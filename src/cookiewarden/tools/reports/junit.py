"""Findings as JUnit XML, which continuous integration servers show as tests: a suite for each file.

A finding that fails is a failed test. Any other is a passed test with an output, for it must not fail the build.
Rule: only characters that XML 1.0 allows (section 2.2) are written; every other is escaped as Python does.
"""

from __future__ import annotations

from xml.etree import ElementTree

from cookiewarden.errors import printable
from cookiewarden.policy.findings import Finding
from cookiewarden.tools.reports.report import Report, message_of, subject_of


def junit_text(report: Report, name: str = "cookiewarden") -> str:
    """Return the findings as an XML document in ASCII. ``name``: that of all suites together.

    >>> print(junit_text(Report((), ("cookies.toml",))), end="")
    <?xml version='1.0' encoding='us-ascii'?>
    <testsuites name="cookiewarden" tests="1" failures="0" errors="0">
      <testsuite name="cookies.toml" tests="1" failures="0" errors="0" skipped="0">
        <testcase classname="cookies.toml" name="in order" time="0" />
      </testsuite>
    </testsuites>
    """
    root = ElementTree.Element("testsuites", name=printable(name), tests="", failures="", errors="0")
    tests = 0
    for subject, findings in report.by_subject.items():
        shown = printable(subject)
        failures = sum(map(report.fails, findings))
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=shown,
            tests=str(len(findings) or 1),
            failures=str(failures),
            errors="0",
            skipped="0",
        )
        tests += len(findings) or 1
        for finding in findings:
            _case(suite, shown, finding, fails=report.fails(finding))
        if not findings:
            ElementTree.SubElement(suite, "testcase", classname=shown, name="in order", time="0")
    root.set("tests", str(tests))
    root.set("failures", str(sum(map(report.fails, report.findings))))
    ElementTree.indent(root)
    document: bytes = ElementTree.tostring(root, encoding="us-ascii", xml_declaration=True)
    return document.decode("ascii") + "\n"


def _case(suite: ElementTree.Element, subject: str, finding: Finding, *, fails: bool) -> None:
    rule, problem = finding.rule, finding.problem
    about = subject_of(finding)
    name = printable(f"{rule.code} {rule.name}: {about}" if about else f"{rule.code} {rule.name}")
    case = ElementTree.SubElement(suite, "testcase", classname=subject, name=name, time="0")
    if problem.line is not None:
        case.set("file", subject)
        case.set("line", str(problem.line))
    if fails:
        failure = ElementTree.SubElement(
            case, "failure", type=f"{rule.code} {finding.level}", message=printable(message_of(finding))
        )
        failure.text = printable(finding)
    else:
        ElementTree.SubElement(case, "system-out").text = printable(finding)
