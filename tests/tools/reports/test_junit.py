"""Findings as JUnit XML: read by a parser that others use, too."""

from hypothesis import given
from junitparser import JUnitXml

from cookiewarden.tools.reports.junit import junit_text
from hypothesis_profiles import examples
from made_findings import MIXED, NOTE, REPORTS, UNVERIFIED, WARNING, finding, report


def suites(made):
    return list(JUnitXml.fromstring(junit_text(made).encode()))


def test_each_file_is_a_suite_and_a_file_in_order_has_a_passed_test():
    found = suites(MIXED)
    assert [suite.name for suite in found] == ["conf/a.toml", "conf/b.toml", "conf/c.toml"]
    assert [(suite.tests, suite.failures, suite.errors, suite.skipped) for suite in found] == [
        (2, 1, 0, 0), (1, 0, 0, 0), (1, 0, 0, 0),
    ]  # fmt: skip
    (case,) = found[2]
    assert (case.name, case.classname, case.is_passed) == ("in order", "conf/c.toml", True)


def test_the_document_has_the_counts_of_all_suites():
    read = JUnitXml.fromstring(junit_text(MIXED).encode())
    assert (read.name, read.tests, read.failures, read.errors) == ("cookiewarden", 4, 1, 0)


def test_an_error_is_a_failed_test_with_all_that_it_says():
    ((case,),) = suites(report(finding()))
    (failure,) = case.result
    assert case.name == 'CW901 first-rule: cookies[0].lifetime (cookie "sid")'
    assert failure.type == "CW901 error"
    assert failure.message == "is wrong; mend it"
    assert failure.text == 'conf/a.toml:3:5: error CW901: cookies[0].lifetime (cookie "sid"): is wrong; mend it'


def test_what_does_not_fail_is_a_passed_test_that_says_it_all_the_same():
    ((warning, note),) = suites(report(finding(WARNING), finding(NOTE)))
    assert warning.is_passed
    assert note.is_passed
    assert warning.system_out.startswith("conf/a.toml:3:5: warning CW902: ")


def test_what_could_not_be_verified_is_a_skipped_test_with_the_reason():
    (suite,) = suites(report(finding(UNVERIFIED), finding(NOTE)))
    skipped, note = suite
    assert (skipped.is_skipped, skipped.is_passed, note.is_passed) == (True, False, True)
    assert skipped.result[0].message == "is wrong; mend it"
    assert (suite.tests, suite.failures, suite.skipped) == (2, 0, 1)


def test_a_warning_is_a_failed_test_of_a_strict_run():
    ((warning, note),) = suites(report(finding(WARNING), finding(NOTE), is_strict=True))
    assert (warning.is_passed, note.is_passed) == (False, True)


def test_characters_that_xml_forbids_are_escaped():
    ((case,),) = suites(report(finding(message="\x00\x0b\ufffe\ud800 <&>\"'", remedy="")))
    (failure,) = case.result
    assert failure.message == "\\x00\\x0b\\ufffe\\ud800 <&>\"'"


def test_the_document_is_ascii():
    assert junit_text(report(finding(message="é"))).isascii()


@examples(60)
@given(REPORTS)
def test_any_findings_can_be_read_again(made):
    read = JUnitXml.fromstring(junit_text(made).encode())
    cases = [case for suite in read for case in suite]
    assert sum(case.is_failure for case in cases) == sum(map(made.fails, made.findings)) == read.failures
    assert len(cases) == read.tests
    assert len(list(read)) == len(made.by_subject)
