"""Which lines break which rule, and what a finding says."""

import tomllib

import pytest

from cookiewarden.policy.consent import UNDECIDED, Consent
from cookiewarden.policy.policy import Policy
from cookiewarden.reporting.outcome import Outcome
from cookiewarden.testing.checks import RULES, findings_of
from cookiewarden.testing.watched_lines import WatchedLine
from documents import ROOT, table_of

POLICY = Policy.from_mapping(
    {
        "extends": "preset:django",
        "site": {"name": "Exampletown"},
        "cookies": [
            {
                "name": "sid",
                "category": "necessary",
                "purpose": "Sign in",
                "lifetime": "session",
                "secure": True,
                "http_only": True,
                "same_site": "Lax",
            },
            {"name": "_ga*", "category": "statistical", "purpose": "Counts visits", "lifetime": "13 months"},
            {"name": "visits", "category": "statistical", "purpose": "Counts visits", "anonymized": True},
            {"name": "pixel", "category": "third-party", "purpose": "Ads", "device_bound": False},
        ],
    }
)
GRANTED, REFUSED = Consent.of({"statistical"}), Consent.of(())
NOW = 1_800_000_000.0
GOOD = b"sid=1; Secure; HttpOnly; SameSite=Lax"
YEAR = b"31556952"


def lines_of(*lines, consent=UNDECIDED, outcome=None):
    return [WatchedLine(line, "GET", "localhost", "/shop", consent, NOW, outcome) for line in lines]


def codes(line, consent=UNDECIDED, outcome=None):
    found = findings_of(lines_of(line, consent=consent, outcome=outcome), POLICY)
    return [one.finding.rule.code for one in found]


@pytest.mark.parametrize(
    ("line", "consent", "expected"),
    [
        (GOOD, UNDECIDED, []),
        (GOOD, REFUSED, []),
        (b"theme=1", UNDECIDED, ["CW201"]),
        (b"theme=1", GRANTED, ["CW201"]),
        (b"Sid=1", UNDECIDED, ["CW201"]),
        (b"theme=; Max-Age=0", UNDECIDED, []),
        (b"_ga=1; Max-Age=600", UNDECIDED, ["CW202"]),
        (b"_ga=1; Max-Age=600", REFUSED, ["CW202"]),
        (b"_ga=1; Max-Age=600", GRANTED, []),
        (b"_ga_X=1", GRANTED, []),
        (b"_ga=; Max-Age=0", UNDECIDED, []),
        (b"pixel=1", GRANTED, ["CW202"]),
        (b"visits=1", UNDECIDED, []),
        (b"visits=1", REFUSED, ["CW202"]),
        (b"visits=1; Max-Age=99999999", UNDECIDED, ["CW203"]),
        (b"_ga=1; Max-Age=99999999", GRANTED, ["CW203"]),
        (b"_ga=1; Expires=Fri, 31 Dec 2100 23:59:59 GMT", GRANTED, ["CW203"]),
        (b"_ga=1; Max-Age=99999999", UNDECIDED, ["CW202", "CW203"]),
        (GOOD + b"; Max-Age=1", UNDECIDED, ["CW203"]),
        (GOOD + b"; Max-Age=+99999999", UNDECIDED, ["CW203"]),
        (b"sessionid=1; Max-Age=1209600", UNDECIDED, []),
        (b"sessionid=1; Max-Age=" + YEAR, UNDECIDED, ["CW203"]),
        (b"nameless", UNDECIDED, ["CW204"]),
        (b"=nameless", UNDECIDED, ["CW204"]),
        (b"sid=1\r\nSet-Cookie: a=1", UNDECIDED, ["CW204"]),
        (b"", UNDECIDED, ["CW204"]),
        (b"sid=1", UNDECIDED, ["CW205"]),
        (b"sid=1; Secure; HttpOnly; SameSite=None", UNDECIDED, ["CW205"]),
        (b"sid=1; Secure; HttpOnly; SameSite=Strict", UNDECIDED, []),
        (b"sid=; Max-Age=0", UNDECIDED, []),
    ],
)
def test_the_rules_that_a_line_breaks(line, consent, expected):
    assert codes(line, consent) == expected


@pytest.mark.parametrize(
    ("line", "outcome", "expected"),
    [
        (b"_ga=1", Outcome.BLOCKED, []),
        (b"_ga=1", Outcome.ALLOWED, []),
        (b"_ga=1", Outcome.REPORTED, ["CW202"]),
        (b"_ga=1; Max-Age=99999999", Outcome.BLOCKED, []),
        (b"theme=1", Outcome.BLOCKED, ["CW201"]),
        (b"theme=1", Outcome.REPORTED, ["CW201"]),
        (b"nameless", Outcome.BLOCKED, ["CW204"]),
    ],
)
def test_what_a_middleware_decided_is_not_decided_again(line, outcome, expected):
    assert codes(line, outcome=outcome) == expected


def test_the_guide_lists_every_rule():
    rows = table_of(ROOT / "examples" / "guides" / "testing.md", "What a test fails for")
    assert [row[0] for row in rows] == [rule.code for rule in RULES]


def test_a_lifetime_that_browsers_read_differently_is_not_proposed():
    (found,) = findings_of(lines_of(GOOD + b"; Max-Age=+99999999"), POLICY)
    assert found.finding.problem.remedy == "write Max-Age with a plain number of seconds"


def test_every_rule_has_a_code_of_its_own_and_fails_a_check():
    assert [rule.code for rule in RULES] == ["CW201", "CW202", "CW203", "CW204", "CW205"]
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.level.fails for rule in RULES)


def test_the_same_cookie_on_several_pages_is_one_finding_with_the_first_request():
    elsewhere = WatchedLine(b"theme=3", "POST", "localhost", "/other", UNDECIDED, NOW)
    lines = [*lines_of(b"theme=1; Path=/", b"theme=2"), elsewhere]
    (found,) = findings_of(lines, POLICY)
    assert (found.count, found.first, found.finding.problem.key) == (3, lines[0], "GET /shop")
    assert found.finding.problem.cookie == "theme"


def test_names_that_are_made_up_for_each_visitor_are_one_finding():
    made_up = [b"state_3f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c=1", b"state_9e8f7a6b5c3f9a8b7c6d5e4f3a2b1c0d=1"]
    (found,) = findings_of(lines_of(*made_up), POLICY)
    assert 'name = "state_*"' in found.advice


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("session_8f3a91c2", "session_*"),
        ("session_8f3a91c2d4e5f60718293a4b5c6d7e8f", "session_*"),
        ("_hjSession_123456", "_hjSession_*"),
        ("cart-0b5b2e3c-3f0a-4a3e-9d53-6ad1c1fb2b1f", "cart-*"),
        ("cart-0b5b2e3c-3f0a-4a3e-9d53-6ad1c1fb2b1f-items", "cart-*"),
    ],
)
def test_a_name_that_looks_made_up_is_told_and_declared_as_a_pattern(name, pattern):
    (found,) = findings_of(lines_of(f"{name}=1".encode()), POLICY)
    assert found.finding.problem.cookie == pattern
    assert found.finding.problem.message == f'sets "{pattern}", which the policy does not declare'
    (row,) = tomllib.loads("[[cookies]]" + found.advice.partition("[[cookies]]")[2])["cookies"]
    assert row["name"] == pattern


def test_names_that_look_made_up_are_one_finding_unless_the_caller_is_cautious():
    lines = lines_of(b"_hjSession_123456=1", b"_hjSession_234567=1", b"4711=1", b"4712=1")
    assert [one.finding.problem.cookie for one in findings_of(lines, POLICY)] == ["_hjSession_*", "4711"]
    cautious = [one.finding.problem.cookie for one in findings_of(lines, POLICY, is_cautious=True)]
    assert cautious == ["_hjSession_123456", "_hjSession_234567", "4711", "4712"]


def test_a_declared_name_with_a_number_is_told_as_it_is():
    declared = {"name": "theme2024", "category": "statistical", "purpose": "Counts visits"}
    policy = Policy.from_mapping({"site": {"name": "Exampletown"}, "cookies": [declared]})
    assert [one.finding.problem.cookie for one in findings_of(lines_of(b"theme2024=1"), policy)] == ["theme2024"]


@pytest.mark.parametrize(
    ("line", "lifetime"),
    [(b"theme=1", "session"), (b"theme=1; Max-Age=2592000", "1 month"), (b"theme=1; Max-Age=" + YEAR, "1 year")],
)
def test_the_advice_ends_with_a_declaration_that_puts_the_line_in_order(line, lifetime):
    (found,) = findings_of(lines_of(line), POLICY)
    (row,) = tomllib.loads("[[cookies]]" + found.advice.partition("[[cookies]]")[2])["cookies"]
    assert row["lifetime"] == lifetime
    declared = Policy.from_mapping({"site": {"name": "Exampletown"}, "cookies": [row | {"category": "necessary"}]})
    assert findings_of(lines_of(line), declared) == ()


def test_the_lifetime_that_the_advice_declares_puts_the_line_in_order():
    line = b"_ga=1; Max-Age=20000000"
    shorter = {"name": "_ga", "category": "statistical", "purpose": "Counts visits", "lifetime": "1 day"}
    policy = Policy.from_mapping({"site": {"name": "Exampletown"}, "cookies": [shorter]})
    (found,) = findings_of(lines_of(line, consent=GRANTED), policy)
    lifetime = tomllib.loads(found.finding.problem.remedy.partition("or declare ")[2])["lifetime"]
    row = {"name": "_ga", "category": "statistical", "purpose": "Counts visits", "lifetime": lifetime}
    declared = Policy.from_mapping({"site": {"name": "Exampletown"}, "cookies": [row]})
    assert findings_of(lines_of(line, consent=GRANTED), declared) == ()


def test_the_advice_never_declares_more_than_visitors_may_be_asked_for():
    (found,) = findings_of(lines_of(b"_ga=1; Max-Age=99999999", consent=GRANTED), POLICY)
    assert found.advice == "Set that lifetime in the app: what visitors may refuse is kept for 13 months at most."


@pytest.mark.parametrize(
    ("attributes", "missing"),
    [
        (b"", "Secure, HttpOnly and SameSite=Lax"),
        (b"; HttpOnly; SameSite=Strict", "Secure"),
        (b"; Secure; SameSite=None", "HttpOnly and SameSite=Lax"),
        (b"; Secure; HttpOnly; SameSite=None", "SameSite=Lax"),
    ],
)
def test_a_finding_names_only_the_attributes_that_are_missing(attributes, missing):
    (found,) = findings_of(lines_of(b"sid=1" + attributes), POLICY)
    assert found.finding.problem.message == f'sets "sid" without {missing}, which its declaration demands'


def test_a_cookie_that_looks_necessary_and_waits_gets_a_question():
    guess = {"name": "town_session", "category": "first-party", "purpose": "..."}
    policy = Policy.from_mapping({"site": {"name": "Exampletown"}, "cookies": [guess]})
    (found,) = findings_of(lines_of(b"town_session=1"), policy)
    assert found.advice.endswith('Then write category = "necessary" in its declaration.')


def test_without_a_policy_nothing_is_declared():
    (found,) = findings_of(lines_of(b"sid=1", b"sid=; Max-Age=0"), None)
    assert "no policy speaks for the host" in found.finding.problem.message
