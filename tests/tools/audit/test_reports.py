"""What every report of an audit says, and what none of them holds."""

import json
import re
from html.parser import HTMLParser
from io import StringIO
from xml.etree import ElementTree

import pytest
from sarif_kit import validation_errors

from audited_apps import GOOD, POLICY, STATISTICS, TOO_LONG, UNDECLARED, audited, loaded, unknown
from cookiewarden.tools.audit.apps import Interface
from cookiewarden.tools.audit.audit import audit_of
from cookiewarden.tools.audit.audit_json import audit_json
from cookiewarden.tools.audit.audit_page import audit_page
from cookiewarden.tools.audit.compare import changes_since
from cookiewarden.tools.audit.observed import CHOICES, Observed, Page, SeenKey, SeenLine, SentCookie, State
from cookiewarden.tools.audit.printed import audit_text, cells_of, when_text
from cookiewarden.tools.audit.published import policy_of_page
from cookiewarden.tools.reports.junit import junit_text
from cookiewarden.tools.reports.sarif import sarif_text

SECRET = "v3ry-s3cret"
HOSTILE = "<script>alert(1)</script>\x1b[31m"
LINES = [line.replace("=1;", f"={SECRET};") for line in (GOOD, STATISTICS, UNDECLARED, TOO_LONG)]
LINES.append(f"{HOSTILE}={SECRET}; Path=/")


@pytest.fixture(scope="module")
def audit():
    return audited(loaded(Interface.WSGI, LINES))


def as_json(audit):
    """Return an audit as a program reads it."""
    return json.loads(json.dumps(audit_json(audit)))


REPORTS = {
    "table": audit_text,
    "json": lambda audit: json.dumps(audit_json(audit)),
    "html": audit_page,
    "sarif": lambda audit: sarif_text(audit.report),
    "junit": lambda audit: junit_text(audit.report),
}
each_report = pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS.keys())


@each_report
def test_no_report_holds_a_value_or_an_escape_code(audit, report):
    text = report(audit)
    assert SECRET not in text
    assert "\x1b" not in text


@each_report
def test_each_report_names_each_broken_rule_and_its_cookie(audit, report):
    text = report(audit)
    assert all(word in text for word in ("CW201", "mystery", "CW202", "_ga", "CW203", "theme"))


def test_the_table_says_when_a_cookie_was_set_and_for_how_long(audit):
    (line,) = [line for line in audit_text(audit).splitlines() if line.startswith("theme ")]
    assert "before consent" in line
    assert "2 years (declared: 1 year)" in line


def test_json_has_a_row_for_each_cookie_and_the_states_of_each_finding(audit):
    document = as_json(audit)
    assert [row["name"] for row in document["cookies"]][1:] == ["_ga", "mystery", "sid", "theme"]
    finding = next(one for one in document["findings"] if one["cookie"] == "_ga")
    assert (finding["code"], finding["states"], finding["key"]) == ("CW202", ["no choice"], "GET /")
    assert [one["verdict"] for one in document["states"]] == ["violation"] + ["could not verify"] * 3
    assert document["looked_at"] == "2025-06-15T15:06:40Z"


class Tags(HTMLParser):
    """Collects the tags and the addresses of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.addresses = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.addresses += [value for name, value in attrs if name in ("src", "href")]


def test_the_page_runs_no_script_and_fetches_nothing(audit):
    page = Tags(audit_page(audit))
    assert "script" not in page.tags
    assert page.addresses == []
    assert page.tags.count("h1") == 1


def test_the_page_says_what_was_looked_at_when_and_how(audit):
    text = audit_page(audit)
    assert all(word in text for word in ("shop:app", "2025-06-15T15:06:40Z", "in process, as WSGI", "cookies.toml"))


def test_sarif_and_junit_name_what_could_not_be_verified(audit):
    log = json.loads(sarif_text(audit.report))
    assert validation_errors(log) == []
    (run,) = log["runs"]
    assert sum(result["ruleId"] == "CW212" for result in run["results"]) == 3
    suite = ElementTree.parse(StringIO(junit_text(audit.report))).getroot()
    assert int(suite.get("failures")) == sum(one.finding.rule.level.fails for one in audit.findings)


def test_nothing_has_changed_since_the_same_audit(audit):
    assert changes_since(as_json(audit), audit) == ()
    assert "Nothing has changed." in audit_text(audit, ())


def test_a_finding_that_is_seen_in_other_states_now_is_not_a_new_one():
    body = '<img src="https://pixel.example/x.gif">'
    before = as_json(audited(loaded(Interface.WSGI, [GOOD], body)))
    changes = changes_since(before, audited(loaded(Interface.WSGI, [GOOD], body, wrapped=True)))
    assert not any("CW211" in change for change in changes)


def test_a_comparison_names_what_came_went_and_changed(audit):
    before = as_json(audited(loaded(Interface.WSGI, [GOOD, "old=1", STATISTICS.replace("34000000", "86400")], "")))
    changes = changes_since(before, audit)
    assert 'The cookie "mystery" is new.' in changes
    assert 'The cookie "old" is gone.' in changes
    assert 'The cookie "_ga": lifetime 13 months, before: 1 day.' in changes
    assert "New finding: CW201 undeclared (mystery)." in changes
    assert "No longer found: CW201 undeclared (old)." in changes


@pytest.mark.parametrize(
    "old", [{}, {"cookies": 1, "states": [None, {"state": 5}]}, {"cookies": [{"name": [1]}], "states": []}]
)
def test_an_odd_earlier_audit_breaks_nothing(audit, old):
    assert changes_since(old, audit)


def test_the_policy_that_a_site_publishes_declares_the_same():
    wrapped = audited(loaded(Interface.ASGI, LINES[:4], wrapped=True), None)
    policy = policy_of_page(wrapped.observed.published)
    assert policy.declared.find(b"_ga").category.value == "statistical"
    assert policy.declared.find(b"theme").lifetime.text == "1 year"
    assert policy.declared.find(b"mystery") is None


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff", b"[" * 100_000, b'{"name": 1, "categories": [5]}'])
def test_what_is_not_such_a_policy_is_none(body):
    assert policy_of_page(body) is None


def test_reports_count_each_page_once_and_only_if_it_answered():
    pages = [Page(state, f"https://shop.example/{path}", 200) for state in CHOICES for path in ("", "cart")]
    pages.append(Page(State.NO_CHOICE, "https://shop.example/gone", None, "has no response"))
    audit = audit_of(Observed("shop", frozenset(CHOICES), tuple(pages)), None, lambda name: None)
    assert "2 pages opened" in audit_text(audit)
    assert "<dt>Pages</dt><dd>2</dd>" in audit_page(audit)


def test_a_remedy_speaks_of_the_site_and_not_of_a_test(audit):
    remedies = [one.finding.problem.remedy for one in audit.findings if one.finding.rule.code == "CW202"]
    assert remedies
    assert not any("test" in remedy for remedy in remedies)


def test_a_comparison_with_fewer_states_compares_only_those_that_both_have(audit):
    fewer = audited(loaded(Interface.WSGI, LINES), sought=[State.NO_CHOICE])
    for old, new in ((audit, fewer), (fewer, audit)):
        changes = changes_since(as_json(old), new)
        assert len(changes) == 1
        assert changes[0] == "Only one of the two audits has the states refused, accepted, withdrawn."


def test_a_finding_begins_with_what_it_is_about_on_the_page():
    app = loaded(Interface.WSGI, [GOOD], wrapped=True)
    page = audit_page(audited(app))
    assert '<tr><th scope="row">_ga</th><td class="long">_ga is declared, and was not seen' in page


def test_the_page_says_a_rule_and_a_common_remedy_once_for_all_its_findings():
    page = audit_page(audited(loaded(Interface.WSGI, ["one=1", "two=1"])))
    assert page.count("CW201 undeclared</h3>") == page.count("To do: declare it.") == 1
    assert [page.count(f'<tr><th scope="row">{name}</th><td class="long">GET / sets') for name in ("one", "two")] == [
        2,
        2,
    ]


def test_the_page_lists_keys_with_random_ends_as_one():
    keys = (
        SeenKey(State.ACCEPTED, "https://shop.example", "local-storage", f"state-{end * 8}") for end in ("8f3a", "91c2")
    )
    audit = audit_of(Observed("shop", frozenset({State.ACCEPTED}), storage=tuple(keys)), None, lambda name: None)
    assert audit_page(audit).count('<th scope="row">state-*</th>') == 1


def test_a_cookie_that_is_only_sent_is_shown_as_sent_and_no_attribute_is_denied():
    sent = SentCookie(State.NO_CHOICE, "https://shop.example/", b"odd")
    [row] = audit_of(Observed("shop", frozenset({State.NO_CHOICE}), sent=(sent,)), POLICY, unknown).rows
    assert when_text(row) == "sent: before consent"
    assert cells_of(row)[5] == "not seen"


@pytest.mark.parametrize("state", State, ids=str)
@each_report
def test_each_report_can_tell_of_each_state(report, state):
    line = SeenLine(state, "https://shop.example/", b"mystery=1", 1e9)
    seen = Observed("shop.example", frozenset({state}), (Page(state, "https://shop.example/", 200),), (line,))
    audit = audit_of(seen, POLICY, lambda name: None, sought=[state])
    assert "mystery" in report(audit)


def test_the_page_does_not_say_of_a_state_that_was_not_seen_that_a_cookie_was_not_set_in_it():
    line = SeenLine(State.NO_CHOICE, "https://shop.example/", b"mystery=1", 1e9)
    reached = frozenset({State.NO_CHOICE, State.ACCEPTED})
    pages = tuple(Page(state, "https://shop.example/", 200) for state in reached)
    text = audit_page(audit_of(Observed("shop.example", reached, pages, (line,)), POLICY, lambda name: None))
    (row,) = re.findall(r'<th scope="row">mystery</th>.*?</tr>', text, re.DOTALL)[:1]
    assert re.findall(r"<td>(set|no|not seen)</td>", row) == ["set", "not seen", "no", "not seen"]
