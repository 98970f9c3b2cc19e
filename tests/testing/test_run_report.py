"""What a run of tests saw, added up and told."""

import tomllib

import pytest

from cookiewarden import Policy, PolicySet
from cookiewarden.policy.consent import UNDECIDED
from cookiewarden.testing.run_report import RunReport
from cookiewarden.testing.watched_lines import WatchedLine
from pytest_runs import POLICY

TOWN = Policy.from_mapping(tomllib.loads(POLICY))


def line(text, host="localhost"):
    return WatchedLine(text, "GET", host, "/shop", UNDECIDED, 1_800_000_000.0)


def report_of(*texts, policies=TOWN):
    report = RunReport()
    report.add("test_a", map(line, texts), policies)
    return report


def test_what_workers_saw_adds_up():
    one, other = RunReport(), RunReport()
    for report, test, text in ((one, "test_a", b"sid=1"), (one, "test_b", b"theme=1"), (other, "test_c", b"theme=1")):
        report.add(test, [line(text)], TOWN)
    both = RunReport()
    for report in (one, other):
        both.add_json(report.to_json())
    assert list(both.lines()) == [
        "policy, 3 tests: 1 of 2 declared cookies were set, and 1 that is not declared",
        "  not declared:",
        '    "theme" (in test_b)',
        "  declared, but not set:",
        "    _ga",
    ]
    assert [cookie.count for cookie in both.learned.cookies.values()] == [2]


@pytest.mark.parametrize("text", [b"sid=; Max-Age=0", b"nameless", b"theme=; Max-Age=0", b"cookies_preferences=1"])
def test_a_line_that_stores_nothing_is_no_cookie_that_was_set(text):
    assert next(report_of(text).lines()).endswith(": 0 of 2 declared cookies were set, and 0 that are not declared")


def test_names_that_are_made_up_are_one_name():
    made_up = (b"state_3f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c=1", b"state_9e8f7a6b5c3f9a8b7c6d5e4f3a2b1c0d=1")
    assert '    "state_*" (in test_a)' in report_of(*made_up).lines()


def test_names_that_look_made_up_are_one_name_but_no_pattern_stands_for_numbers():
    lines = list(report_of(b"_hjSession_123456=1", b"_hjSession_234567=1", b"4711=1").lines())
    assert lines[1:4] == ["  not declared:", '    "_hjSession_*" (in test_a)', '    "4711" (in test_a)']


def test_a_long_list_is_cut_and_its_names_do_not_affect_a_terminal():
    names = [bytes([97 + number]) for number in range(25)]
    lines = list(report_of(*(name + b"\x1b=1" for name in names), policies=None).lines())
    assert lines[0] == "without a policy, 1 test: 25 that are not declared"
    assert lines[-1] == "    and 5 more"
    assert all(one.isprintable() for one in lines)


def test_each_policy_of_a_set_has_its_own_lines_and_so_have_hosts_without_one():
    town = {"site": {"name": "Town", "hosts": ["town.example"]}}
    report = RunReport()
    lines = [line(b"a=1", "town.example"), line(b"b=1", "elsewhere.example")]
    report.add("test_a", lines, PolicySet([Policy.from_mapping(town)]))
    assert [one for one in report.lines() if not one.startswith(" ")] == [
        "without a policy, 1 test: 1 that is not declared",
        "policy, 1 test: 0 of 0 declared cookies were set, and 1 that is not declared",
    ]
