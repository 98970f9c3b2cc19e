"""Findings as JUnit XML, which continuous integration servers show as tests: a suite for each file.

A finding that fails is a failed test, and what could not be verified is a skipped one. Any other is a passed test with
an output, for it must not fail the build.
Rule: only characters that XML 1.0 allows (section 2.2) are written; every other is escaped as Python does.
"""

from __future__ import annotations

from xml.etree import ElementTree

from cookiewarden.errors import printable
from cookiewarden.policy.findings import Finding
from cookiewarden.tools.reports.report import Report, message_of, subject_of

#: The attributes that count, and what they count.
_COUNTED = {"tests": "testcase", "failures": "testcase/failure", "errors": "testcase/error"}


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
    root = ElementTree.Element("testsuites", name=printable(name))
    for subject, findings in report.by_subject.items():
        shown = printable(subject)
        suite = ElementTree.SubElement(root, "testsuite", name=shown)
        for finding in findings:
            _case(suite, shown, finding, fails=report.fails(finding))
        if not findings:
            ElementTree.SubElement(suite, "testcase", classname=shown, name="in order", time="0")
        for key, kind in {**_COUNTED, "skipped": "testcase/skipped"}.items():
            suite.set(key, str(len(suite.findall(kind))))
    for key, kind in _COUNTED.items():
        root.set(key, str(len(root.findall(f"testsuite/{kind}"))))
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
    message = printable(message_of(finding))
    if fails:
        failure = ElementTree.SubElement(case, "failure", type=f"{rule.code} {finding.level}", message=message)
        failure.text = printable(finding)
    elif rule.is_unverified:
        ElementTree.SubElement(case, "skipped", message=message)
    else:
        ElementTree.SubElement(case, "system-out").text = printable(finding)
