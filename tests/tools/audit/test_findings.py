"""What an audit finds in lines, sent cookies and hosts, state by state."""

import pytest

from audited_apps import GOOD, POLICY, STATISTICS
from cookiewarden import Policy
from cookiewarden.tools.audit.findings import findings_of
from cookiewarden.tools.audit.observed import Observed, SeenHost, SeenLine, SentCookie, State

URL = "https://shop.example/cart?session=7"


def seen(*lines, state=State.NO_CHOICE, url=URL, **others):
    """Return what was observed: these lines, in one state."""
    raw = tuple(SeenLine(state, url, line.encode(), 0.0) for line in lines)
    return Observed("shop", frozenset({state}), lines=raw, **others)


def codes(observed, policy=POLICY):
    return [one.finding.rule.code for one in findings_of(observed, policy)]


@pytest.mark.parametrize(
    ("line", "state", "expected"),
    [
        (GOOD, State.NO_CHOICE, []),
        (STATISTICS, State.NO_CHOICE, ["CW202"]),
        (STATISTICS, State.REFUSED, ["CW206"]),
        (STATISTICS, State.WITHDRAWN, ["CW207"]),
        ("unknown=1; Secure; HttpOnly; SameSite=Lax", State.REFUSED, ["CW201"]),
        ("unknown=; Max-Age=0", State.WITHDRAWN, []),
        ("_ga=; Max-Age=0; Path=/", State.WITHDRAWN, []),
        ("_ga=1\0; Path=/", State.NO_CHOICE, ["CW204"]),
        ("sid=1; Max-Age=99999999999999999999; Secure; HttpOnly; SameSite=Lax", State.NO_CHOICE, ["CW208"]),
        ("sid=1; Max-Age=34560000; Secure; HttpOnly; SameSite=Lax", State.NO_CHOICE, []),
        ("sid=1; HttpOnly; SameSite=Lax", State.NO_CHOICE, ["CW209"]),
    ],
)
def test_a_line_breaks_the_rule_of_its_state(line, state, expected):
    assert codes(seen(line, state=state)) == expected


def test_secure_is_not_missed_where_it_cannot_be_set():
    line = "sid=1; HttpOnly; SameSite=Lax"
    assert codes(seen(line, url="http://shop.example/")) == []


def test_a_finding_names_all_its_states_once():
    lines = tuple(
        SeenLine(state, URL, b"unknown=1; Secure; HttpOnly; SameSite=Lax", 0.0)
        for state in (State.REFUSED, State.NO_CHOICE, State.REFUSED)
    )
    (found,) = findings_of(Observed("shop", frozenset(State) - {State.ACCEPTED}, lines=lines), POLICY)
    assert found.states == (State.NO_CHOICE, State.REFUSED)
    assert found.with_states.problem.key == "no choice, refused: GET /cart"


def test_a_finding_holds_no_query_and_no_value():
    text = str(findings_of(seen("unknown=secret"), POLICY))
    assert "session=7" not in text
    assert "secret" not in text


@pytest.mark.parametrize(("name", "expected"), [(b"_ga", ["CW207"]), (b"sid", []), (b"unknown", [])])
def test_what_is_sent_after_a_withdrawal_is_found_if_it_was_withdrawn(name, expected):
    sent = (SentCookie(State.WITHDRAWN, URL, name), SentCookie(State.ACCEPTED, URL, b"_ga"))
    assert codes(Observed("shop", frozenset({State.WITHDRAWN}), sent=sent)) == expected


def test_a_declared_cookie_that_is_never_seen_is_noted_once_all_was_accepted():
    assert codes(seen(GOOD, STATISTICS)) == ["CW202"]
    accepted = findings_of(seen(GOOD, STATISTICS, state=State.ACCEPTED), POLICY)
    assert [(one.finding.rule.code, one.finding.problem.cookie) for one in accepted] == [("CW210", "theme")]


def test_a_cookie_of_a_preset_that_is_never_seen_is_not_noted():
    policy = Policy.from_mapping({"extends": "preset:django", "site": {"name": "Shop"}})
    assert codes(seen(state=State.ACCEPTED), policy) == []


def test_a_host_that_is_not_declared_is_found_and_the_site_itself_is_not():
    hosts = (SeenHost(State.NO_CHOICE, "cdn.example"), SeenHost(State.NO_CHOICE, "shop.example"))
    found = findings_of(Observed("shop", frozenset({State.NO_CHOICE}), hosts=hosts), POLICY)
    assert [(one.finding.rule.code, one.finding.problem.key) for one in found] == [("CW211", "cdn.example")]


@pytest.mark.parametrize(
    ("state", "category", "expected"),
    [
        (State.NO_CHOICE, "third-party", ["CW213"]),
        (State.REFUSED, "third-party", ["CW213"]),
        (State.WITHDRAWN, "third-party", ["CW213"]),
        (State.ACCEPTED, "third-party", []),
        (State.REFUSED, "necessary", []),
    ],
)
def test_a_declared_host_that_needs_consent_is_contacted_only_after_it(state, category, expected):
    declared = {"name": "map", "kind": "host", "category": category, "purpose": "Map", "hosts": ["*.map.example"]}
    policy = Policy.from_mapping({"site": {"name": "Shop"}, "cookies": [declared]})
    hosts = (SeenHost(state, "tiles.map.example"),)
    assert codes(Observed("shop", frozenset({state}), hosts=hosts), policy) == expected


def test_without_a_policy_only_what_needs_none_is_found():
    assert codes(seen("unknown=1; Max-Age=99999999"), None) == ["CW208", "CW209"]


def test_names_with_random_ends_are_one_finding_in_all_states():
    ends = zip(State, ("FuKNMNNmfmmL_QCSqFcFlx2_9O04Elw2TDJtybfuCf8", "a9Zk3Lq8Xw2Rt5Yv7Bn4Mc"), strict=False)
    lines = tuple(SeenLine(state, URL, f"token-{end}=1".encode(), 0.0) for state, end in ends)
    found = findings_of(
        Observed("shop", frozenset(State), lines=lines), Policy.from_mapping({"site": {"name": "Shop"}})
    )
    assert [(one.finding.rule.code, one.finding.problem.cookie) for one in found] == [
        ("CW201", "token-*"),
        ("CW209", "token-*"),
    ]
