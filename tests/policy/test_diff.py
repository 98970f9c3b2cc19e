"""What changed for visitors between two policies, and what becomes of the choices that they made."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden import Consent, Policy
from cookiewarden.choices.preferences_cookie import PreferencesCookie, check_keys
from cookiewarden.policy.declaration import CONSENT_CATEGORIES, Category, Kind
from cookiewarden.policy.diff import diff_policies
from hypothesis_profiles import examples

NOW = 1_764_547_200.0
DAY = 86_400
KEY = check_keys("a key of sixteen bytes or more")
STATISTICAL, FIRST_PARTY, THIRD_PARTY = CONSENT_CATEGORIES
COUNTER = {"name": "_ga*", "category": "statistical", "purpose": "Counts visits"}
THEME = {"name": "theme", "category": "first-party", "purpose": "Keeps the colours"}
SESSION = {"name": "sid", "category": "necessary", "purpose": "Keeps you signed in"}


def policy(*cookies, site=None, **more):
    given = [COUNTER, THEME, SESSION] if not cookies else [cookie for cookie in cookies if cookie]
    named = {"name": "Exampletown", "id": "x", "operator": "Town"} | (site or {})
    return Policy.from_mapping({"site": named, "cookies": given, **more})


def diff(old, new):
    found = diff_policies(old, new)
    return found, found.consequences[0]


def facts(found):
    return [(changed.names, str(fact)) for changed in found.changed for fact in changed.facts]


def test_a_policy_differs_in_nothing_from_itself_in_another_order():
    found = diff_policies(policy(COUNTER, THEME), policy(THEME, COUNTER))
    assert found.is_empty
    assert not found.asks_again


def test_an_added_cookie_of_a_category_asks_those_who_accepted_it_again():
    found, then = diff(policy(), policy(COUNTER, THEME, SESSION, {**THEME, "name": "font"}))
    assert [(one.names, one.category) for one in found.added] == [(("font",), FIRST_PARTY)]
    assert then.asked_again == {FIRST_PARTY: ("font",)}
    assert (then.asked_first, then.kept) == ((), (STATISTICAL,))
    assert found.asks_again


def test_a_cookie_of_a_new_category_asks_everybody_for_the_first_time():
    found, then = diff(policy(), policy(COUNTER, THEME, SESSION, {**THEME, "name": "ad", "category": "third-party"}))
    assert (then.asked_again, then.asked_first, then.kept) == ({}, (THIRD_PARTY,), (STATISTICAL, FIRST_PARTY))
    assert found.asks_again


def test_a_removed_cookie_asks_those_who_accepted_the_others_of_its_category_again():
    _, then = diff(policy(COUNTER, THEME, {**THEME, "name": "font"}), policy(COUNTER, THEME))
    assert then.asked_again == {FIRST_PARTY: ("font",)}


def test_nobody_is_asked_about_a_category_that_has_no_cookie_left():
    found, then = diff(policy(COUNTER, THEME), policy(COUNTER))
    assert [one.names for one in found.removed] == [("theme",)]
    assert (then.asked_again, then.asked_first) == ({}, ())
    assert not found.asks_again


@pytest.mark.parametrize(
    ("change", "shown", "is_asked"),
    [
        ({"purpose": {"en": "Counts"}}, "purpose.en: Counts visits -> Counts", True),
        ({"purpose": {"en": "Counts visits", "fr": "x"}}, "purpose.fr: nothing -> x", False),
        ({"lifetime": "1 year"}, "lifetime: nothing -> 1 year", True),
        ({"provider": "Stats"}, "provider.en: nothing -> Stats", True),
        ({"provider": "Town"}, "provider.en: nothing -> Town", False),
        ({"function": "Search"}, "function.en: nothing -> Search", False),
        ({"hosts": ["a.org"]}, "hosts: nothing -> a.org", True),
        ({"path": "/a"}, "path: nothing -> /a", False),
        ({"secure": True}, "secure: false -> true", False),
        ({"same_site": "Lax"}, "same_site: nothing -> Lax", False),
    ],
)
def test_a_changed_fact_is_named_and_asks_again_only_if_visitors_consented_to_it(change, shown, is_asked):
    found, then = diff(policy(), policy({**COUNTER, **change}, THEME, SESSION))
    assert facts(found) == [(("_ga*",), shown)]
    assert then.asked_again == ({STATISTICAL: ("_ga*",)} if is_asked else {})


def test_a_source_is_no_fact_for_visitors():
    assert diff_policies(policy(), policy({**COUNTER, "source": "https://a.org"}, THEME, SESSION)).is_empty


def test_names_that_move_into_one_declaration_are_a_change_for_which_visitors_are_asked_again():
    one = {key: value for key, value in COUNTER.items() if key != "name"}
    found, then = diff(policy({**one, "name": "a"}, {**one, "name": "b"}), policy({**one, "names": ["a", "b"]}))
    assert facts(found) == [(("a",), "names: a -> a, b"), (("b",), "names: b -> a, b")]
    assert then.asked_again == {STATISTICAL: ("a", "b")}


def test_what_newly_needs_consent_and_what_no_longer_does_is_told_by_name():
    _, then = diff(
        policy(COUNTER, SESSION), policy({**COUNTER, "anonymized": True}, {**SESSION, "category": "first-party"})
    )
    assert (then.freed, then.restricted) == (((Kind.COOKIE, "_ga*"),), ((Kind.COOKIE, "sid"),))


def test_a_cookie_under_a_pattern_that_needs_no_consent_passes_without_it():
    _, then = diff(policy({**COUNTER, "name": "_ga_X"}), policy({**SESSION, "name": "_ga*"}))
    assert then.freed == ((Kind.COOKIE, "_ga*"), (Kind.COOKIE, "_ga_X"))


def test_what_is_only_reported_passes_without_consent():
    found, then = diff(policy(COUNTER, THEME), policy(COUNTER, THEME, report_only=["statistical"]))
    assert [str(fact) for fact in found.facts] == ["report_only: nothing -> statistical"]
    assert then.freed == ((Kind.COOKIE, "_ga*"),)


def test_other_storage_under_the_name_of_a_cookie_is_another_thing():
    found, _ = diff(policy(THEME), policy({**THEME, "kind": "local-storage"}))
    assert [(one.kind, one.names) for one in found.added] == [(Kind.LOCAL_STORAGE, ("theme",))]
    assert [(one.kind, one.names) for one in found.removed] == [(Kind.COOKIE, ("theme",))]


@pytest.mark.parametrize(
    ("new", "lost"),
    [
        ({"site": {"id": "y"}}, ("site.id",)),
        ({"preferences": {"name": "choice"}}, ("preferences.name",)),
        ({"site": {"id": "y"}, "preferences": {"name": "choice"}}, ("site.id", "preferences.name")),
    ],
)
def test_another_id_or_another_name_of_the_preferences_cookie_loses_every_choice(new, lost):
    found, then = diff(policy(), policy(**new))
    assert found.lost == lost
    assert (tuple(then.asked_again), then.kept) == ((STATISTICAL, FIRST_PARTY), ())
    assert (found.is_shortened, found.is_doubled) == (False, False)


def test_a_site_without_an_id_loses_every_choice_with_its_first_host():
    named = {"name": "Exampletown", "hosts": ["a.org"]}
    old, new = (Policy.from_mapping({"site": {**named, "hosts": [host]}}) for host in ("a.org", "b.org"))
    assert diff_policies(old, new).lost == ("site.id",)


def test_a_shorter_lifetime_of_choices_asks_earlier_and_a_longer_one_does_not():
    short, usual = policy(preferences={"lifetime": "1 month"}), policy()
    assert diff_policies(usual, short).is_shortened
    assert diff_policies(usual, short).asks_again
    assert not diff_policies(short, usual).asks_again


@pytest.mark.parametrize("change", [{"domain": "example.org"}, {"embedded": True}])
def test_another_place_of_the_preferences_cookie_leaves_two_choices_in_browsers(change):
    found = diff_policies(policy(), policy(preferences=change))
    assert found.is_doubled
    assert not found.asks_again


def test_the_operator_counts_for_each_cookie_that_names_no_provider():
    found, then = diff(policy(), policy(site={"operator": "City"}))
    assert [str(fact) for fact in found.facts] == ["site.operator.en: Town -> City"]
    assert then.asked_again == {STATISTICAL: ("_ga*",), FIRST_PARTY: ("theme",)}


def test_a_version_of_the_site_decides_whether_visitors_are_asked_again():
    first, second = {"version": "1"}, {"version": "2"}
    changed = ({**COUNTER, "purpose": "Counts"}, THEME)
    assert diff(policy(COUNTER, THEME, site=first), policy(*changed, site=first))[1].asked_again == {}
    asked = diff(policy(COUNTER, THEME, site=first), policy(COUNTER, THEME, site=second))[1].asked_again
    assert asked == {STATISTICAL: ("site.version",), FIRST_PARTY: ("site.version",)}


def test_each_profile_of_the_new_policy_has_its_own_consequences():
    stated = {"statistics": {"little_impact": True}}
    old = policy(COUNTER, site={"profile": "de"}, **stated)
    new = policy({**COUNTER, "anonymized": True}, site={"profile": ["nl", "de"]}, **stated)
    by_profile = {one.profile: one for one in diff_policies(old, new).consequences}
    assert by_profile["nl"].freed == ((Kind.COOKIE, "_ga*"),)
    assert (by_profile["de"].freed, tuple(by_profile["de"].asked_again)) == ((), (STATISTICAL,))


def test_all_that_the_site_says_is_compared():
    new = policy(
        site={"updated": "2026-12-01", "languages": ["en", "fr"], "contact": {"fr": "x"}},
        categories={"statistical": {"title": "Analytics"}},
        signals={"gpc": False},
        statistics={"not_shared": True, "evidence": "https://a.org/"},
    )
    assert [str(fact) for fact in diff_policies(policy(), new).facts] == [
        "site.contact.fr: nothing -> x",
        "site.updated: nothing -> 2026-12-01",
        "site.languages: nothing -> en, fr",
        "signals.gpc: third-party -> nothing",
        "statistics.not_shared: false -> true",
        "statistics.evidence: nothing -> https://a.org/",
        "categories.statistical.title.en: nothing -> Analytics",
    ]


NAMES = st.sampled_from(["a", "b", "a*", "sid"])
ROWS = st.fixed_dictionaries(
    {"category": st.sampled_from([*Category]), "purpose": st.sampled_from(["p", {"en": "p", "fr": "q"}, {"fr": "q"}])},
    optional={
        "lifetime": st.sampled_from(["1 year", "12 months", "session"]),
        "provider": st.sampled_from(["Town", "Stats"]),
        "hosts": st.just(["a.org"]),
        "kind": st.sampled_from(["cookie", "local-storage"]),
    },
)


@st.composite
def sources(draw):
    """Draw a policy that has one of few ids, versions, operators and lifetimes, and a few cookies."""
    names = draw(st.lists(NAMES, unique=True, max_size=4))
    rows = [{"name": name, **draw(ROWS)} for name in names]
    for row in rows:
        if row["category"] == "statistical" and draw(st.booleans()):
            row["anonymized"] = True
    site = {"name": "Exampletown", "id": draw(st.sampled_from(["x", "x", "x", "y"]))}
    site |= draw(
        st.sampled_from([{}, {}, {"version": "1"}, {"version": "2"}, {"operator": "Town"}, {"language": "fr"}])
    )
    preferences = draw(st.sampled_from([{}, {}, {"lifetime": "1 month"}, {"name": "choice"}, {"domain": "a.org"}]))
    return {"site": site, "preferences": preferences, "cookies": rows}


@st.composite
def pairs(draw):
    """Draw two policies, the second mostly the first with one table of the other's."""
    one, other = draw(sources()), draw(sources())
    part = draw(st.sampled_from(["site", "preferences", "cookies", "cookie", "none", "all"]))
    if part == "all":
        return one, other
    new = copy.deepcopy(one)
    if part == "cookie":
        known = {row["name"] for row in one["cookies"]}
        new["cookies"] += [row for row in other["cookies"] if row["name"] not in known]
    elif part != "none":
        new[part] = other[part]
    return one, new


def choice_under(old, new, granted, refused, age):
    """Return what a choice that was made under one policy is, so many seconds later, under another."""
    made = Consent(frozenset(granted), frozenset(refused), frozenset(), NOW - age)
    signed = PreferencesCookie(old, KEY).dump(made, NOW - age).encode()
    is_sent = old.preferences.name == new.preferences.name
    return PreferencesCookie(new, KEY).load([signed] if is_sent else [], NOW)


@given(source=sources())
@examples(150)
def test_no_policy_differs_from_itself(source):
    one, same = Policy.from_mapping(source), Policy.from_mapping(source)
    found, then = diff(one, same)
    assert found.is_empty
    assert not found.asks_again
    assert (then.asked_again, then.asked_first, then.freed, then.restricted) == ({}, (), (), ())


@given(pair=pairs())
@examples(800)
def test_those_are_asked_again_who_really_are(pair):
    old, new = map(Policy.from_mapping, pair)
    found, then = diff(old, new)
    accepted = choice_under(old, new, old.asked_categories, (), 0)
    asked = [one for one in new.asked_categories if accepted.answer(one) is None]
    assert {*asked} == {*then.asked_again, *then.asked_first}
    assert new.is_asked(accepted) == bool(then.asked_again or then.asked_first)
    refused = choice_under(old, new, (), old.asked_categories, 0)
    assert new.is_asked(refused) == bool(then.asked_first or (found.lost and then.asked_again))
    assert {*then.kept} == {
        one for one in old.offered_categories(Consent()) if choice_under(old, new, [one], (), 0).grants(one)
    }
    # An old choice that would still hold under the old policy.
    age = (old.preferences.lifetime.seconds or 0) - DAY
    is_asked_later = new.is_asked(choice_under(old, new, old.asked_categories, (), age))
    assert found.asks_again == is_asked_later


@given(pair=pairs())
@examples(800)
def test_a_diff_that_says_that_nothing_changed_is_right(pair):
    old, new = map(Policy.from_mapping, pair)
    found, then = diff(old, new)
    if found.is_empty:
        assert old.digests == new.digests
        assert not found.asks_again
    assert all(then.asked_again.values()) or found.lost
    # What passes for a visitor who has not chosen.
    for name in {name for one in (old, new) for row in one.cookies for name in row.names if "*" not in name}:
        was, now = (one.decide(f"{name}=1", now=NOW).allowed for one in (old, new))
        assert ((Kind.COOKIE, name) in then.freed, (Kind.COOKIE, name) in then.restricted) == (now > was, was > now)
