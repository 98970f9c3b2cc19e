"""What every report is made of: which findings fail, the counts, and what they are about."""

import json
import re

import pytest

from cookiewarden.policy.findings import Level
from cookiewarden.tools.reports.findings_json import findings_json
from cookiewarden.tools.reports.findings_text import findings_text
from cookiewarden.tools.reports.junit import junit_text
from cookiewarden.tools.reports.report import Report
from cookiewarden.tools.reports.sarif import sarif_text
from made_findings import ERROR, MIXED, NOTE, WARNING, finding, report


@pytest.mark.parametrize(
    ("rule", "is_strict", "fails"),
    [
        (ERROR, False, True), (WARNING, False, False), (NOTE, False, False),
        (ERROR, True, True), (WARNING, True, True), (NOTE, True, False),
    ],
)  # fmt: skip
def test_errors_fail_and_warnings_fail_if_the_run_is_strict(rule, is_strict, fails):
    assert report(finding(rule), is_strict=is_strict).is_failed is fails


FORMATS = [findings_text, junit_text, sarif_text, lambda made: json.dumps(findings_json(made))]


@pytest.mark.parametrize("form", FORMATS)
def test_a_raised_finding_counts_and_is_shown_as_what_it_was_raised_to(form):
    made = report(finding(NOTE, raised=Level.WARNING), is_strict=True)
    assert made.is_failed
    assert made.counts == {Level.ERROR: 0, Level.WARNING: 1, Level.NOTE: 0}
    shown = re.findall(
        r'"ruleIndex": 2,\s+"level": "(\w+)"|"level": "(\w+)", "fails"|(\w+) CW903|CW903 (\w+)"', form(made)
    )
    assert {"".join(words) for words in shown} == {"warning"}


def test_a_run_without_findings_does_not_fail():
    assert not report(is_strict=True).is_failed


def test_what_was_in_order_is_listed_too():
    assert list(MIXED.by_subject) == ["conf/a.toml", "conf/b.toml", "conf/c.toml"]
    assert [len(found) for found in MIXED.by_subject.values()] == [2, 1, 0]


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (MIXED, "1 error, 1 warning, 1 note in 3 files."),
        (report(finding(), finding()), "2 errors, 0 warnings, 0 notes in 1 file."),
        (report(subjects=("a", "b")), "2 files in order."),
        (Report((), ("/",), noun=("page", "pages")), "1 page in order."),
    ],
)
def test_the_summary_is_one_sentence_with_the_counts(made, sentence):
    assert made.summary == sentence
