"""The hosts that browsers reported: counted and logged within bounds, learned, and merged between processes."""

import json
import logging
from pathlib import Path

import pytest

from cookiewarden import Counts, Policy
from cookiewarden.http.csp_report import ReportedHost
from cookiewarden.reporting.learned import Learned
from cookiewarden.reporting.learned_hosts import LearnedHost
from cookiewarden.reporting.reported_hosts import MAX_HOSTS, ReportedHosts
from exchanges import NOW, POLICY, Wrapped, wsgi

TOWN = Policy.from_mapping(POLICY)
SITE = TOWN.site.id


def seen(*hosts, directive="img-src"):
    return [ReportedHost(host, directive) for host in hosts]


def test_beyond_the_bound_hosts_are_counted_together_and_one_line_says_so(caplog):
    hosts = ReportedHosts()
    with caplog.at_level(logging.WARNING, "cookiewarden"):
        for number in range(MAX_HOSTS + 5):
            hosts.see(TOWN, seen(f"h{number}.example"))
    assert len(hosts.snapshot()) == MAX_HOSTS + 1
    assert hosts.snapshot()[SITE, ""] == 5
    assert hosts.see(TOWN, seen("h0.example", "new.example")) == seen("h0.example")
    assert len(caplog.records) == MAX_HOSTS + 1
    assert caplog.records[-1].getMessage() == "logged 1000 reported hosts; further ones are not logged"


def test_a_forked_process_says_as_well_that_further_hosts_are_not_logged(caplog):
    hosts = ReportedHosts()
    hosts.see(TOWN, seen(*(f"h{number}.example" for number in range(MAX_HOSTS))))
    hosts._begin()  # as in a process forked now
    with caplog.at_level(logging.WARNING, "cookiewarden"):
        caplog.clear()
        for number in range(MAX_HOSTS, 2 * MAX_HOSTS + 5):
            hosts.see(TOWN, seen(f"h{number}.example"))
    assert [record.getMessage() for record in caplog.records] == [
        "logged 1000 reported hosts; further ones are not logged"
    ]


def test_counts_of_several_processes_are_added_and_written_as_json():
    hosts = ReportedHosts()
    hosts.see(TOWN, seen("a.example", "b.example"))
    counts = Counts(0.0, 1.0, {}, {}, reported_hosts=hosts.snapshot())
    both = counts + Counts.from_json(counts.to_json())
    assert both.reported_hosts == {(SITE, "a.example"): 2, (SITE, "b.example"): 2}
    assert "reported_hosts" not in Counts(0.0, 1.0, {}, {}).to_json()


@pytest.fixture
def app(tmp_path):
    return Wrapped(wsgi, learn=tmp_path / "learned.jsonl", csp=True)


def test_a_reported_host_is_learned_with_its_directives(app):
    reporter = app._app._screener.reporter
    for directive in ("img-src", "script-src-elem", "img-src"):
        reporter.see_hosts(TOWN, seen("cdn.example", directive=directive))
    learned = reporter.learner.take(is_last=True)
    host = LearnedHost(SITE, "cdn.example", ("img-src", "script-src-elem"), 3, NOW, NOW)
    assert learned.hosts == {host.key: host}
    assert reporter.learner.take(is_last=True) is None
    assert Learned.from_jsonl(learned.to_jsonl() * 2).hosts == {host.key: host + host}


@pytest.mark.parametrize("host", ["a.example", "a.example:443", "a.example:80", "a.example:8443", "10.0.0.1:80"])
def test_a_host_is_read_back_as_it_was_written(host):
    one = LearnedHost(SITE, host, ("img-src",), 1, 0.0, 1.0)
    learned = Learned.from_jsonl(Learned.of([], hosts=[one]).to_jsonl())
    assert (learned.hosts, learned.unread) == ({one.key: one}, 0)


def test_of_the_directives_in_a_file_only_those_that_are_known_are_kept():
    given = {"site": SITE, "host": "a.example", "count": 1, "first": 0, "last": 1}
    line = json.dumps({**given, "directives": ["img-src", "x", "font-src\n[[cookies]]", 5]})
    (one,) = Learned.from_jsonl(line).hosts.values()
    assert one.directives == ("default-src", "img-src")


def test_a_new_host_is_written_at_once_and_a_known_one_later(app):
    reporter = app._app._screener.reporter
    reporter.see_hosts(TOWN, seen("cdn.example"))
    assert reporter.learner.take() is not None
    reporter.see_hosts(TOWN, seen("cdn.example"))
    assert reporter.learner.take() is None
    assert reporter.learner.take(is_last=True) is not None


def test_what_could_not_be_written_is_kept(app):
    learner = app._app._screener.reporter.learner
    learner.see_hosts(SITE, seen("cdn.example"))
    learned = learner.take()
    learner.put_back(learned)
    assert learner.take() == learned


def test_a_learned_host_reaches_the_file(tmp_path):
    app = Wrapped(wsgi, learn=tmp_path / "learned.jsonl", csp=True)
    app._app._screener.reporter.see_hosts(TOWN, seen("cdn.example"))
    app._app._finish()
    assert "cdn.example" in Path(tmp_path / "learned.jsonl").read_text()


@pytest.mark.parametrize(
    "line",
    [
        '{"host": "cdn.example"}',
        '{"host": "cdn.example", "site": 5, "directives": [], "count": 1, "first": 1, "last": 2}',
        '{"host": "a b", "site": "x", "directives": [], "count": 1, "first": 1, "last": 2}',
        '{"host": 5, "site": "x", "directives": [], "count": 1, "first": 1, "last": 2}',
        '{"host": "cdn.example", "site": "x", "directives": [], "count": 0, "first": 1, "last": 2}',
        '{"host": "cdn.example", "site": "x", "directives": 5, "count": 1, "first": 1, "last": 2}',
        '["host"]',
        "5",
    ],
)
def test_a_line_that_is_not_a_host_is_left_out_and_counted(line):
    learned = Learned.from_jsonl(line)
    assert (learned.hosts, learned.cookies, learned.unread) == ({}, {}, 1)
