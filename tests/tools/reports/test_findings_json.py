"""Findings as JSON: each with all its keys."""

import json

from hypothesis import given

from cookiewarden.tools.reports.findings_json import findings_json
from hypothesis_profiles import examples
from made_findings import MIXED, REPORTS, WARNING, finding, report


def test_a_finding_has_its_rule_its_place_and_what_to_do():
    assert findings_json(MIXED)["findings"][0] == {
        "code": "CW901", "rule": "first-rule", "level": "error", "fails": True,
        "file": "conf/a.toml", "line": 3, "column": 5, "key": "cookies[0].lifetime", "cookie": "sid",
        "message": "is wrong", "remedy": "mend it",
    }  # fmt: skip


def test_the_document_has_the_counts_and_what_was_looked_at():
    document = findings_json(MIXED)
    assert document["counts"] == {"error": 1, "warning": 1, "note": 1}
    assert document["subjects"] == ["conf/a.toml", "conf/b.toml", "conf/c.toml"]
    assert document["fails"] is True


def test_a_strict_run_fails_because_of_a_warning():
    assert [findings_json(report(finding(WARNING), is_strict=strict))["fails"] for strict in (False, True)] == [
        False,
        True,
    ]


@examples(50)
@given(REPORTS)
def test_any_findings_are_json(made):
    assert len(json.loads(json.dumps(findings_json(made)))["findings"]) == len(made.findings)
