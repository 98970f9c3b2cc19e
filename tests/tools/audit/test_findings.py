"""What an audit finds in lines, sent cookies and hosts, state by state."""

import pytest

from audited_apps import GOOD, POLICY, STATISTICS, unknown
from cookiewarden import Policy
from cookiewarden.tools.audit.audit import audit_of
from cookiewarden.tools.audit.findings import findings_of
from cookiewarden.tools.audit.observed import CHOICES, Observed, Page, SeenHost, SeenLine, SentCookie, State
from cookiewarden.tools.audit.rows import rows_of

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
    (found,) = findings_of(Observed("shop", frozenset(CHOICES) - {State.ACCEPTED}, lines=lines), POLICY)
    assert found.states == (State.NO_CHOICE, State.REFUSED)
    assert found.with_states.problem.key == "no choice, refused: GET /cart"


def test_a_finding_holds_no_query_and_no_value():
    text = str(findings_of(seen("unknown=secret"), POLICY))
    assert "session=7" not in text
    assert "secret" not in text


@pytest.mark.parametrize(("name", "expected"), [(b"_ga", ["CW207"]), (b"sid", []), (b"unknown", ["CW207"])])
def test_what_is_sent_after_a_withdrawal_is_found_if_it_was_withdrawn(name, expected):
    sent = (SentCookie(State.WITHDRAWN, URL, name), SentCookie(State.ACCEPTED, URL, b"_ga"))
    assert codes(Observed("shop", frozenset({State.WITHDRAWN}), sent=sent)) == expected


def test_an_undeclared_cookie_that_is_still_there_after_a_withdrawal_is_found_though_it_was_seen_set():
    sent = (SentCookie(State.WITHDRAWN, URL, b"unknown"),)
    accepted = seen("unknown=1; Secure; HttpOnly; SameSite=Lax", state=State.ACCEPTED, sent=sent)
    found = {one.finding.rule.code: one.states for one in findings_of(accepted, POLICY)}
    assert found["CW201"] == (State.ACCEPTED,)
    assert found["CW207"] == (State.WITHDRAWN,)


def test_an_undeclared_cookie_that_is_set_again_after_a_withdrawal_is_found_by_its_line_alone():
    sent = (SentCookie(State.WITHDRAWN, URL, b"unknown"),)
    line = "unknown=1; Secure; HttpOnly; SameSite=Lax"
    assert codes(seen(line, state=State.WITHDRAWN, sent=sent)) == ["CW201"]
    assert codes(seen("unknown=; Max-Age=0; Path=/wrong", state=State.WITHDRAWN, sent=sent)) == ["CW207"]


@pytest.mark.parametrize("state", [State.NO_CHOICE, State.REFUSED, State.WITHDRAWN])
def test_a_cookie_for_another_site_which_no_browser_keeps_waits_for_no_consent(state):
    page = Page(state, URL, 200)
    assert codes(seen(f"{STATISTICS}; Domain=other.example", state=state, pages=(page,))) == []
    assert codes(seen(f"{STATISTICS}; Domain=other.example", STATISTICS, state=state, pages=(page,))) != []


def test_a_cookie_for_a_host_that_the_policy_names_waits_for_consent_wherever_the_site_is_audited():
    policy = Policy.from_mapping(
        {
            "site": {"name": "Shop", "hosts": ["shop.example"]},
            "cookies": [{"names": ["_ga"], "category": "statistical", "purpose": "Counts.", "lifetime": "13 months"}],
        }
    )
    line = "_ga=1; Domain=shop.example; Secure; HttpOnly; SameSite=Lax"
    assert codes(seen(line, url="https://staging.example/"), policy) == ["CW202"]


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
    ends = zip(CHOICES, ("FuKNMNNmfmmL_QCSqFcFlx2_9O04Elw2TDJtybfuCf8", "a9Zk3Lq8Xw2Rt5Yv7Bn4Mc"), strict=False)
    lines = tuple(SeenLine(state, URL, f"token-{end}=1".encode(), 0.0) for state, end in ends)
    found = findings_of(
        Observed("shop", frozenset(CHOICES), lines=lines), Policy.from_mapping({"site": {"name": "Shop"}})
    )
    assert [(one.finding.rule.code, one.finding.problem.cookie) for one in found] == [
        ("CW201", "token-*"),
        ("CW209", "token-*"),
    ]


def test_a_random_end_of_a_declared_name_stands_in_no_finding():
    end = "FuKNMNNmfmmL_QCSqFcFlx2_9O04Elw2TDJtybfuCf8"
    token = {"name": "token-*", "category": "statistical", "purpose": "Counts visits"}
    policy = Policy.from_mapping({"site": {"name": "Shop"}, "cookies": [token]})
    sent = tuple(SentCookie(state, URL, f"token-{end}".encode()) for state in CHOICES)
    found = findings_of(Observed("shop", frozenset(CHOICES), sent=sent), policy)
    assert [one.finding.rule.code for one in found] == ["CW202", "CW206", "CW207"]
    assert end not in str(found)


def never_seen(observed):
    return [one.finding.problem.cookie for one in findings_of(observed, POLICY) if one.finding.rule.code == "CW210"]


def accepted(*pages, lines=(GOOD,), **others):
    """Return what was observed of a visitor who accepted all: pages, each with its status and its problem."""
    opened = tuple(Page(State.ACCEPTED, f"{URL}{number}", *page) for number, page in enumerate(pages))
    return seen(*lines, state=State.ACCEPTED, pages=opened, **others)


@pytest.mark.parametrize(
    "pages",
    [
        [(500,)],
        [(None, "was not opened")],
        [(302,)],
        [(200, "answers with a challenge")],
        [(200,), (503, "answers with 503 Service Unavailable")],
    ],
)
def test_no_cookie_was_missed_on_pages_that_were_not_seen(pages):
    assert never_seen(accepted(*pages)) == []


@pytest.mark.parametrize("pages", [[], [(200,)], [(302,), (200,)], [(200,), (404,)]])
def test_a_declared_cookie_that_pages_do_not_set_was_missed(pages):
    assert never_seen(accepted(*pages)) == ["_ga", "theme"]


def test_no_cookie_was_missed_in_a_state_of_which_a_part_was_left_out():
    assert never_seen(accepted((200,), cut=frozenset({State.ACCEPTED}))) == []


def test_a_cookie_of_the_table_was_not_missed():
    line = SeenLine(State.ACCEPTED, "http://shop.example/", b"_ga=1; Secure", 0.0)
    sent = tuple(SentCookie(State.ACCEPTED, URL, name) for name in (b"theme", b"sid"))
    observed = Observed("shop", frozenset({State.ACCEPTED}), lines=(line,), sent=sent)
    assert never_seen(observed) == []
    names = {row.name for row in rows_of(observed, POLICY, (), unknown)}
    assert names == {"_ga", "sid", "theme"}


def test_a_line_that_browsers_ignore_is_named_with_the_reason():
    line = SeenLine(State.NO_CHOICE, "http://shop.example/", b"sid=1; Secure", 0.0)
    observed = Observed("shop", frozenset({State.NO_CHOICE}), lines=(line, line))
    note = 'Browsers ignore "sid" of shop.example: Secure, but the scheme is not.'
    assert audit_of(observed, POLICY, unknown).observed.notes == (note,)


@pytest.mark.parametrize(("method", "key"), [("GET", "GET /cart"), ("POST", "POST /cart")])
def test_a_finding_names_the_method_of_the_request(method, key):
    line = SeenLine(State.NO_CHOICE, URL, b"unknown=1", 0.0, method=method)
    observed = Observed("shop", frozenset({State.NO_CHOICE}), lines=(line,))
    assert {one.finding.problem.key for one in findings_of(observed, POLICY)} == {key}
