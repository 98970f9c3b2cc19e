"""Which limits hold for a declaration: its own lifetime, 13 months for statistics, and none that a preset states."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden import Policy, PolicyError
from cookiewarden.policy.declaration import SECONDS, Lifetime
from cookiewarden.policy.lifetimes import AttributeRules, is_longer, lifetime_text, rules_of

SITE = {"name": "Exampletown"}
#: The lines that a policy says of a cookie, and the rules that hold for it.
RULES = [
    ({"category": "necessary"}, None),
    ({"category": "first-party"}, None),
    ({"category": "necessary", "lifetime": "1 day"}, AttributeRules(Lifetime.parse("1 day"))),
    ({"category": "necessary", "lifetime": "session"}, AttributeRules(Lifetime.parse("session"))),
    ({"category": "third-party", "lifetime": "5 years"}, AttributeRules(Lifetime.parse("5 years"))),
    ({"category": "statistical"}, AttributeRules(Lifetime.parse("13 months"))),
    ({"category": "statistical", "anonymized": True}, AttributeRules(Lifetime.parse("13 months"))),
    ({"category": "statistical", "lifetime": "25 months"}, AttributeRules(Lifetime.parse("25 months"))),
    ({"category": "necessary", "http_only": True}, AttributeRules(http_only=True)),
    ({"category": "necessary", "secure": True, "same_site": "None"}, AttributeRules(secure=True)),
    ({"category": "necessary", "same_site": "Strict"}, AttributeRules(same_site="Strict")),
    ({"category": "necessary", "secure": False, "http_only": False}, None),
    ({"category": "necessary", "lifetime": "1 day", "secure": True, "device_bound": True}, None),
]


def policy_of(*cookies, **keys):
    return Policy.from_mapping({"site": SITE, "cookies": [{"purpose": "A test", **one} for one in cookies], **keys})


def declared(policy, name):
    return next(one for one in policy.declarations if name in one.names)


@pytest.mark.parametrize(("keys", "rules"), RULES)
def test_a_declaration_has_the_limit_of_its_own_lifetime_and_statistics_have_one_of_13_months(keys, rules):
    assert rules_of(declared(policy_of({"name": "a", **keys}), "a")) == rules


@pytest.mark.parametrize("rename", [{}, {"sessionid": "town_session"}])
def test_the_lifetime_of_a_preset_is_stated_and_not_a_limit(rename):
    policy = policy_of(extends="preset:django", rename=rename)
    (name,) = rename.values() or ["sessionid"]
    rules = rules_of(declared(policy, name))
    assert rules == AttributeRules(stated=Lifetime.parse("2 weeks"))
    assert not rules.is_enforced
    assert rules.applied_to(b"a=1; Max-Age=99999999", 0.0) == b"a=1; Max-Age=99999999"
    assert rules.exceeds_stated(b"a=1; Max-Age=99999999", 0.0)
    assert not rules.exceeds_stated(b"a=1; Max-Age=1209600", 0.0)


def test_a_cookie_that_the_site_declares_again_has_the_limit_that_it_promises():
    policy = policy_of({"name": "sessionid", "category": "necessary", "lifetime": "1 day"}, extends="preset:django")
    assert rules_of(declared(policy, "sessionid")) == AttributeRules(Lifetime.parse("1 day"))
    assert rules_of(declared(policy, "csrftoken")).limit is None


@pytest.mark.parametrize(
    ("line", "left"),
    [
        (b"a=1; Max-Age=99999999", b"a=1; Max-Age=86400; Secure; SameSite=Lax"),
        (b"a=1; Expires=Sat, 03 Jan 1970 00:00:00 GMT",
         b"a=1; Expires=Fri, 02 Jan 1970 00:00:10 GMT; Secure; SameSite=Lax"),
        (b"a=1", b"a=1; Secure; SameSite=Lax"),
        (b"a=1; " + b"x" * 300, b"a=1; " + b"x" * 300 + b"; Secure; SameSite=Lax"),
        (b"a=1; secure; samesite=strict; Max-Age=9", None),
        (b"a=; Max-Age=0", None),
        (b"a=; Expires=Thu, 01 Jan 1970 00:00:10 GMT", None),
    ],
)  # fmt: skip
def test_the_rules_change_a_line_that_stores_and_leave_one_that_deletes(line, left):
    rules = AttributeRules(Lifetime.parse("1 day"), secure=True, same_site="Lax")
    for _ in range(2):
        found = rules.applied_to(line, 10.9)
        assert found is line if left is None else found == left


def test_the_date_of_the_limit_moves_with_the_time():
    rules, line = AttributeRules(Lifetime.parse("1 day")), b"a=1; Expires=Sat, 03 Jan 1970 00:00:00 GMT"
    assert [rules.applied_to(line, now)[-12:] for now in (0.0, 0.9, 1.0, 90_000.0)] == [
        b"00:00:00 GMT", b"00:00:00 GMT", b"00:00:01 GMT", b"00:00:00 GMT"
    ]  # fmt: skip


def test_neither_attributes_nor_presets_move_the_version():
    plain = {"name": "a", "category": "statistical"}
    raised = plain | {"secure": True, "http_only": True, "same_site": "Lax"}
    assert policy_of(plain).digests == policy_of(raised).digests
    assert policy_of(plain).version == policy_of(raised).version
    assert not policy_of(plain).declares_like(policy_of(raised))


@pytest.mark.parametrize("text", ["13 months", "395 days"])
def test_a_choice_may_be_kept_for_13_months(text):
    assert policy_of(preferences={"lifetime": text}).preferences.lifetime.text == text


@pytest.mark.parametrize("text", ["396 days", "2 years"])
def test_a_choice_is_not_kept_for_longer(text):
    with pytest.raises(PolicyError, match="asked again after 13 months at most"):
        policy_of(preferences={"lifetime": text})


def test_the_session_is_the_shortest_lifetime():
    session, second, day = map(Lifetime.parse, ("session", "1 second", "1 day"))
    assert is_longer(day, second)
    assert is_longer(second, session)
    assert not is_longer(session, session)
    assert not is_longer(second, day)


@given(st.integers(1, 999), st.sampled_from(sorted(SECONDS)))
def test_a_lifetime_in_seconds_is_written_so_that_a_cookie_with_it_leaves_as_it_is(count, unit):
    seconds = count * SECONDS[unit]
    limit = Lifetime.parse(lifetime_text(seconds))
    line = b"a=1; Max-Age=%d" % seconds
    assert AttributeRules(limit).applied_to(line, 0.0) is line
    assert limit.seconds <= seconds * 1.02
