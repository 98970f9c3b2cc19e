"""Profiles: what each exempts, what it asks of a policy, and where its rules come from."""

import subprocess
import sys
from dataclasses import replace
from datetime import datetime

import pytest

from cookiewarden import Consent, Policy, PolicyError, PolicySet, Reason
from cookiewarden.policy.declaration import Category
from cookiewarden.policy.policy_set import reuse_equal
from cookiewarden.policy.profiles import rules_of, strictest
from profiled import COOKIES, PROFILES, STATED, mapping_of, policy_of
from waiting import SECONDS_TO_WAIT

NOW = 1_795_340_000
EXEMPT, CONSENT = True, False
#: By profile: the place; whether anonymized statistics, and what is there for the appearance, are exempt; the facts;
#: how long cookies and data are kept at most; whether reasons are needed; what the signal must refuse.
RULES = {
    "eu": ("EU", CONSENT, CONSENT, set(), None, None, False, set()),
    "fr": (
        "FR",
        EXEMPT,
        CONSENT,
        {"this_site_only", "operator_only", "not_combined", "not_shared", "evidence"},
        "13 months",
        "25 months",
        True,
        set(),
    ),
    "be": ("BE", CONSENT, CONSENT, set(), None, None, False, set()),
    "nl": ("NL", EXEMPT, CONSENT, {"little_impact"}, None, None, False, set()),
    "de": ("DE", CONSENT, CONSENT, set(), None, None, False, set()),
    "it": ("IT", EXEMPT, CONSENT, {"this_site_only", "not_combined", "masked_address"}, None, None, False, set()),
    "es": (
        "ES",
        EXEMPT,
        CONSENT,
        {"this_site_only", "operator_only", "not_combined", "not_shared"},
        "13 months",
        "25 months",
        False,
        set(),
    ),
    "uk": ("GB", EXEMPT, EXEMPT, {"improvement_only", "not_shared"}, None, None, True, set()),
    "us-ca": ("US-CA", EXEMPT, CONSENT, set(), None, None, False, {"third-party"}),
}
#: By rule: the source that it follows, with its section, its date, and whether the official page was read.
SOURCES = [
    ("eu", "statistics", "Opinion 04/2012 (WP 194)", "4.3", "2012-06-07", False),
    ("eu", "consent", "Directive 2002/58/EC, as amended by Directive 2009/136/EC", "Article 5(3)", "2009-11-25", False),
    ("fr", "consent", "Loi n° 78-17 du 6 janvier 1978", "article 82", "1978-01-06", False),
    ("fr", "statistics", "n° 2020-091 du 17 septembre 2020", "article 5, paragraphes 50 et 51", "2020-09-17", False),
    ("fr", "statistics", "www.cnil.fr/fr/node/167364", "the criteria of the exemption", "2025-07-04", True),
    ("fr", "lifetimes", "n° 2020-092 du 17 septembre 2020", "article 5, paragraphe 50", "2020-09-17", False),
    ("fr", "evidence", "auto-évaluation de la mesure", "the criteria", "2025-07", False),
    ("fr", "reason", "SAN-2025-010", "the breaches", "2025-11-20", False),
    ("be", "consent", "Loi du 30 juillet 2018 / Wet van 30 juli 2018", "art. 10/2", "2021-12-21", False),
    ("be", "statistics", "checklist cookies", "the exceptions", "2023-10-20", True),
    ("nl", "statistics", "Telecommunicatiewet", "artikel 11.7a, lid 3, onder b", "2015", False),
    ("nl", "statistics", "Kamerstuk 33902, nr. 6", "the purpose of the bill", "2014-07-14", True),
    ("de", "consent", "Telekommunikation-Digitale-Dienste-Datenschutz-Gesetz (TDDDG)", "§ 25", "2024-05-14", False),
    ("de", "statistics", "Orientierungshilfe Digitale Dienste", "Rn. 87 bis 92", "2024-11", False),
    ("it", "consent", "Decreto legislativo 30 giugno 2003, n. 196", "articolo 122", "2003-06-30", True),
    ("it", "statistics", "doc. web 9677876", "analytics", "2021-06-10", False),
    ("es", "consent", "Ley 34/2002 (LSSI)", "artículo 22.2", "2002-07-11", False),
    ("es", "statistics", "medición de audiencia", "the conditions", "2024-01-11", False),
    ("uk", "statistics", "Regulations 2003", "Schedule A1, paragraph 5", "2026-02-05", False),
    ("uk", "appearance", "Regulations 2003", "Schedule A1, paragraph 6", "2026-02-05", False),
    ("uk", "statistics", "Data (Use and Access) Act 2025", "section 112 and Schedule 12", "2025-06-19", False),
    ("us-ca", "statistics", "California Code of Regulations, title 11", "section 7025(c)(1)", "2026-01-01", False),
    ("us-ca", "signal", "California Code of Regulations, title 11", "section 7025(c)(6)", "2026-01-01", False),
]

each_profile = pytest.mark.parametrize("profile", PROFILES)


def problems_of(mapping):
    """Return the problems of a policy, by key. Each has a remedy."""
    with pytest.raises(PolicyError) as caught:
        Policy.from_mapping(mapping)
    assert all(problem.remedy for problem in caught.value.problems)
    return {problem.key: str(problem) for problem in caught.value.problems}


def without(*names):
    """Return all that a site may state, without some of it."""
    return {name: value for name, value in STATED.items() if name not in names}


def with_cookie(number, **changes):
    """Return the cookies of the tests, of which one is another."""
    cookies = [dict(cookie) for cookie in COOKIES]
    cookies[number] |= changes
    return [{key: value for key, value in cookie.items() if value is not None} for cookie in cookies]


# The table


@each_profile
def test_the_table_has_these_rules(profile):
    place, statistics, appearance, facts, cookies, data, needs_reasons, signal = RULES[profile]
    rules = rules_of(profile)
    assert (rules.name, rules.place) == (profile, place)
    assert (rules.exempts_statistics, rules.exempts_appearance) == (statistics, appearance)
    assert set(rules.facts) == facts
    assert (rules.cookie_lifetime and rules.cookie_lifetime.text, rules.data_lifetime and rules.data_lifetime.text) == (
        cookies,
        data,
    )
    assert rules.needs_reasons == needs_reasons
    assert rules.signal == signal


@pytest.mark.parametrize(("profile", "rule", "law", "section", "date", "is_primary"), SOURCES)
def test_each_source_stands_in_the_table(profile, rule, law, section, date, is_primary):
    (source,) = (one for one in rules_of(profile).sources if law in one.law and one.section == section)
    assert (source.date, source.is_primary) == (date, is_primary)


@each_profile
def test_every_rule_that_the_law_gives_has_a_source(profile):
    _, _, appearance, facts, cookies, _, _, signal = RULES[profile]
    asked = {"appearance": appearance, "evidence": "evidence" in facts, "lifetimes": cookies and profile == "fr"}
    rules = {"statistics", *(rule for rule, is_asked in asked.items() if is_asked), *(["signal"] if signal else [])}
    assert rules <= {rule for named, rule, *_ in SOURCES if named == profile}


@each_profile
def test_each_source_says_one_thing_in_a_sentence_and_has_a_date(profile):
    for source in rules_of(profile).sources:
        assert source.says[0].isupper()
        assert source.says.endswith(".")
        form = {4: "%Y", 7: "%Y-%m", 10: "%Y-%m-%d"}[len(source.date)]
        assert datetime.strptime(source.date, form).year > 1977
    assert any(source.is_shown for source in rules_of(profile).sources)


@pytest.mark.parametrize(
    ("listed", "chosen"),
    [
        (["uk", "fr", "de", "eu"], "de"),
        (["uk", "fr"], "fr"),
        (["fr", "nl"], "fr"),
        (["uk"], "uk"),
    ],
)
def test_the_strictest_profile_is_the_first_with_the_fewest_exemptions(listed, chosen):
    assert strictest(listed) == chosen


def test_a_policy_without_a_profile_does_not_open_the_table():
    code = """
import sys
from cookiewarden import Policy
import cookiewarden.policy.profiles as profiles
Policy.from_mapping({"site": {"name": "Town"}, "statistics": {"not_shared": True}})
assert profiles._table.cache_info().currsize == 0
Policy.from_mapping({"site": {"name": "Town", "profile": "fr"}})
assert profiles._table.cache_info().currsize == 1
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=SECONDS_TO_WAIT)
    assert done.returncode == 0, done.stderr


# What passes


@each_profile
def test_an_undecided_visitor_gets_what_the_profile_exempts_and_no_more(profile):
    policy = policy_of(profile)
    _, statistics, appearance, *_ = RULES[profile]
    reasons = {cookie["name"]: policy.decide(f"{cookie['name']}=1", now=NOW).reason for cookie in COOKIES}
    assert reasons == {
        "sid": Reason.NECESSARY,
        "_ga": Reason.UNDECIDED,
        "visits": Reason.ANONYMIZED if statistics else Reason.UNDECIDED,
        "theme": Reason.EXEMPT if appearance else Reason.UNDECIDED,
        "cart": Reason.UNDECIDED,
        "NID": Reason.UNDECIDED,
    }


@each_profile
def test_an_objection_stops_what_the_profile_exempts(profile):
    policy = policy_of(profile)
    refused = {name: policy.decide(f"{name}=1", set(), now=NOW).reason for name in ("visits", "theme")}
    assert refused == {"visits": Reason.REFUSED, "theme": Reason.REFUSED}


@each_profile
def test_a_grant_lets_pass_what_the_profile_does_not_exempt(profile):
    granted = Consent.of(["statistical", "first-party"])
    assert all(policy_of(profile).decide(f"{name}=1", granted, now=NOW).allowed for name in ("visits", "theme"))


@each_profile
def test_the_facts_of_a_declaration_stay_under_every_profile(profile):
    under, usual = policy_of(profile), policy_of()
    assert [one.anonymized for one in under.declarations] == [one.anonymized for one in usual.declarations]
    assert [one.appearance for one in under.declarations] == [one.appearance for one in usual.declarations]


def test_a_visitor_is_asked_about_anonymized_statistics_only_where_they_need_consent():
    cookies = [cookie for cookie in COOKIES if cookie["name"] in ("sid", "visits")]
    asked = {profile: policy_of(profile, cookies=cookies).asked_categories for profile in PROFILES}
    assert {profile for profile, categories in asked.items() if categories} == {"eu", "be", "de"}
    assert asked["de"] == (Category.STATISTICAL,)


def test_without_a_profile_nothing_changes():
    plain = [{key: value for key, value in cookie.items() if key not in ("reason", "appearance")} for cookie in COOKIES]
    bare = Policy.from_mapping({"site": mapping_of()["site"], "cookies": plain})
    stated = policy_of()
    assert (bare.profile, stated.profile) == ("", "")
    assert (bare.version, bare.digests) == (stated.version, stated.digests)
    for cookie in COOKIES:
        line = f"{cookie['name']}=1"
        assert bare.decide(line, now=NOW).reason is stated.decide(line, now=NOW).reason
    assert [one.reason for one in bare.declarations] == [None] * len(bare.declarations)


def test_consent_under_other_rules_is_asked_for_again_only_where_more_needs_it():
    versions = {profile: policy_of(profile).digests for profile in ("fr", "nl", "de", "uk")}
    assert versions["fr"] == versions["nl"] == policy_of().digests
    assert versions["de"]["statistical"] != versions["fr"]["statistical"]
    assert versions["uk"]["first-party"] != versions["fr"]["first-party"]
    assert versions["de"]["first-party"] == versions["fr"]["first-party"]


@pytest.mark.parametrize(("one", "other"), [("uk", "de"), ("de", "uk"), ("fr", "de"), ("fr", "uk")])
def test_a_version_of_the_site_does_not_make_consent_count_for_what_another_profile_did_not_ask(one, other):
    site = {**mapping_of(one, other)["site"], "version": "3"}
    policy = Policy.from_mapping({**mapping_of(), "site": site})
    asked, later = policy.under(one), policy.under(other)
    for category in ("statistical", "first-party"):
        needed = [
            {name for row in each.declarations if row.category == category and row.needs_consent for name in row.names}
            for each in (asked, later)
        ]
        assert (asked.digests[category] == later.digests[category]) is (needed[0] == needed[1])
    assert (
        asked.digests["third-party"]
        == later.digests["third-party"]
        == policy_of(site={**site, "profile": [one]}).digests["third-party"]
    )
    assert asked.version == "3"


# Several profiles


def test_the_first_profile_holds_and_the_others_are_made_once():
    policy = policy_of("fr", "uk", "de")
    assert policy.profile == "fr"
    assert policy.under("fr") is policy
    assert policy.under("uk") is policy.under("uk") is policy.under("de").under("uk")
    assert policy.under("uk").under("fr") is policy
    assert [policy.under(name).profile for name in ("uk", "de")] == ["uk", "de"]


@each_profile
def test_a_policy_comes_under_a_profile_as_if_it_named_no_other(profile):
    under = policy_of(*dict.fromkeys(("us-ca", profile, "uk"))).under(profile)
    alone = policy_of(profile)
    assert (under.declarations, under.digests, under.version) == (alone.declarations, alone.digests, alone.version)


def test_a_policy_knows_the_strictest_of_its_profiles():
    assert policy_of("uk", "fr", "de").strictest.profile == "de"
    alone, without_any = policy_of("nl"), policy_of()
    assert (alone.strictest, without_any.strictest) == (alone, without_any)


@pytest.mark.parametrize("profile", ["", "be", "FR", "france"])
def test_a_policy_does_not_come_under_a_profile_that_it_does_not_list(profile):
    with pytest.raises(ValueError, match="not among the profiles of the site: fr, uk"):
        policy_of("fr", "uk").under(profile)


def test_a_single_profile_may_be_a_string():
    assert Policy.from_mapping({"site": {"name": "Town", "profile": "de"}}).site.profile == ("de",)


def test_a_base_names_the_profiles_and_a_site_may_name_others(tmp_path):
    (tmp_path / "base.toml").write_text('[site]\nprofile = ["eu", "de"]\n[statistics]\nlittle_impact = true\n')
    (tmp_path / "site.toml").write_text('extends = "base.toml"\n[site]\nname = "Town"\n')
    (tmp_path / "other.toml").write_text(
        'extends = "base.toml"\n[site]\nname = "Town"\nprofile = "nl"\n[statistics]\nnot_shared = true\n'
    )
    assert Policy.load(tmp_path / "site.toml").site.profile == ("eu", "de")
    other = Policy.load(tmp_path / "other.toml")
    assert (other.profile, other.statistics.little_impact, other.statistics.not_shared) == ("nl", True, True)


def test_a_reload_of_the_same_rules_keeps_the_policy_and_of_others_does_not():
    old = PolicySet([policy_of("fr", "uk")])
    assert reuse_equal(PolicySet([policy_of("fr", "uk")]), old).policies[0] is old.policies[0]
    for other in (policy_of("uk", "fr"), policy_of("fr", "uk", statistics=STATED | {"data_lifetime": "1 month"})):
        assert reuse_equal(PolicySet([other]), old).policies[0] is other


# What a profile asks for


@pytest.mark.parametrize(
    ("profile", "fact"), [(profile, fact) for profile in PROFILES for fact in sorted(RULES[profile][3])]
)
def test_a_fact_that_a_profile_asks_for_must_be_stated(profile, fact):
    for statistics in (without(fact), STATED | {fact: False} if fact != "evidence" else without(fact)):
        (key,), (message,) = zip(*problems_of(mapping_of(profile, statistics=statistics)).items(), strict=True)
        assert key == f"statistics.{fact}"
        assert f'the profile "{profile}"' in message
        assert f"write {fact} = " in message


@each_profile
def test_no_profile_asks_for_a_fact_that_the_table_does_not_name(profile):
    asked = RULES[profile][3] | ({"data_lifetime"} if RULES[profile][5] else set())
    assert policy_of(profile, statistics=without(*(set(STATED) - asked))).profile == profile


@pytest.mark.parametrize(
    ("profile", "statistics", "is_right"),
    [
        ("fr", without("data_lifetime"), False),
        ("fr", STATED | {"data_lifetime": "26 months"}, False),
        ("fr", STATED | {"data_lifetime": "25 months"}, True),
        ("fr", STATED | {"data_lifetime": "30 days"}, True),
        ("es", STATED | {"data_lifetime": "3 years"}, False),
        ("nl", STATED | {"data_lifetime": "3 years"}, True),
        ("uk", without("data_lifetime"), True),
    ],
)
def test_data_are_kept_no_longer_than_a_profile_allows(profile, statistics, is_right):
    if is_right:
        assert policy_of(profile, statistics=statistics).profile == profile
    else:
        (message,) = problems_of(mapping_of(profile, statistics=statistics)).values()
        assert "statistics.data_lifetime: " in message
        assert 'write data_lifetime = "25 months" or less' in message


@pytest.mark.parametrize(
    ("profile", "lifetime", "is_right"),
    [
        ("fr", "13 months", True),
        ("fr", "14 months", False),
        ("fr", "session", True),
        ("fr", None, True),  # it leaves with 13 months at most
        ("es", "2 years", False),
        ("nl", "2 years", True),
        ("de", "2 years", True),
        ("uk", "2 years", True),
    ],
)
def test_an_anonymized_cookie_is_declared_for_no_longer_than_a_profile_allows(profile, lifetime, is_right):
    mapping = mapping_of(profile, cookies=with_cookie(2, lifetime=lifetime))
    if is_right:
        assert Policy.from_mapping(mapping).profile == profile
    else:
        (message,) = problems_of(mapping).values()
        assert 'cookies[2].lifetime (cookie "visits")' in message
        assert 'write lifetime = "13 months" or less' in message


@pytest.mark.parametrize("kind", ["local-storage", "indexed-db"])
def test_storage_that_browsers_keep_for_ever_needs_a_lifetime_to_count_as_anonymized(kind):
    mapping = mapping_of("fr", cookies=with_cookie(2, lifetime=None, kind=kind))
    (message,) = problems_of(mapping).values()
    assert 'cookies[2].lifetime (cookie "visits"): missing' in message
    assert Policy.from_mapping(mapping_of("nl", cookies=with_cookie(2, lifetime=None, kind=kind))).profile == "nl"


@each_profile
@pytest.mark.parametrize("reason", [None, "...", {"en": "It must be", "fr": "…"}], ids=str)
def test_each_necessary_cookie_gives_a_reason_where_a_profile_asks_for_it(profile, reason):
    mapping = mapping_of(profile, cookies=with_cookie(0, reason=reason))
    if profile in ("fr", "uk"):
        (message,) = problems_of(mapping).values()
        assert 'cookies[0].reason (cookie "sid"): missing' in message
    else:
        assert Policy.from_mapping(mapping).profile == profile


def test_the_reason_of_a_cookie_in_a_base_is_missing_in_the_base(tmp_path):
    (tmp_path / "base.toml").write_text(
        '[[cookies]]\nname = "a"\ncategory = "necessary"\npurpose = "A"\nreason = "Must be"\n'
        '[[cookies]]\nname = "b"\ncategory = "necessary"\npurpose = "B"\n'
    )
    (tmp_path / "site.toml").write_text('extends = "base.toml"\n[site]\nname = "Town"\nprofile = "fr"\n')
    with pytest.raises(PolicyError) as caught:
        Policy.load(tmp_path / "site.toml")
    (problem,) = caught.value.problems
    assert (problem.file, problem.key, problem.line, problem.cookie) == ("base.toml", "cookies[1].reason", 6, "b")


def test_the_reason_of_a_renamed_cookie_is_missing_where_the_cookie_is_declared(tmp_path):
    (tmp_path / "base.toml").write_text('[[cookies]]\nname = "a"\ncategory = "necessary"\npurpose = "A"\n')
    (tmp_path / "site.toml").write_text(
        'extends = "base.toml"\nrename = {a = "b"}\n[site]\nname = "Town"\nprofile = "fr"\n'
    )
    with pytest.raises(PolicyError) as caught:
        Policy.load(tmp_path / "site.toml")
    (problem,) = caught.value.problems
    assert (problem.file, problem.key, problem.line, problem.cookie) == ("base.toml", "cookies[0].reason", 1, "b")


@pytest.mark.parametrize("profile", ["fr", "uk"])
def test_the_purpose_of_a_preset_is_its_reason_and_our_own_cookie_has_one_in_every_language(profile):
    policy = Policy.from_mapping({"extends": "preset:django", "site": {"name": "Town", "profile": profile}})
    reasons = {one.names: one.reason for one in policy.declarations if one.reason}
    (reason,) = reasons.values()
    assert list(reasons) == [("cookies_preferences",)]
    assert set(reason.by_language) == {"en", "fr", "nl", "de", "it", "es", "pl", "pt"}
    assert len(set(reason.by_language.values())) == 8


def test_the_signal_must_refuse_third_party_cookies_in_california():
    assert policy_of("us-ca").profile == "us-ca"
    assert policy_of("us-ca", signals={"gpc": ["third-party", "statistical"]}).profile == "us-ca"
    for gpc in (False, ["statistical"]):
        (message,) = problems_of(mapping_of("us-ca", signals={"gpc": gpc})).values()
        assert "signals.gpc: must name third-party" in message
        assert policy_of("fr", signals={"gpc": gpc}).profile == "fr"


def test_a_site_without_anonymized_statistics_states_no_facts():
    cookies = [cookie for cookie in COOKIES if not cookie.get("anonymized")]
    assert [policy_of(profile, statistics={}, cookies=cookies).profile for profile in PROFILES] == PROFILES


def test_all_that_is_lacking_is_reported_at_once_with_the_profiles_that_ask_for_it():
    cookies = with_cookie(2, lifetime="2 years")
    cookies[0].pop("reason")
    found = problems_of(mapping_of("fr", "uk", "us-ca", "de", statistics={}, cookies=cookies, signals={"gpc": False}))
    assert set(found) == {
        *(f"statistics.{fact}" for fact in RULES["fr"][3] | RULES["uk"][3] | {"data_lifetime"}),
        "cookies[2].lifetime",
        "cookies[0].reason",
        "signals.gpc",
    }
    assert 'the profile "fr" or "uk"' in found["statistics.not_shared"]
    assert 'the profile "uk" exempts' in found["statistics.improvement_only"]
    assert not any('"de"' in message for message in found.values())


def test_a_wrong_fact_is_one_problem():
    assert list(problems_of(mapping_of("fr", statistics=STATED | {"evidence": "none"}))) == ["statistics.evidence"]
    assert list(problems_of(mapping_of("fr", statistics=STATED | {"not_shared": "yes"}))) == ["statistics.not_shared"]


@pytest.mark.parametrize("cookies", [{}, "a", 5, [5], [{"names": "ab", "category": "necessary", "purpose": "x"}]])
def test_cookies_that_cannot_be_read_are_still_one_error(cookies):
    problems_of(mapping_of("fr", cookies=cookies) | {"surprise": 1})


def test_a_policy_that_is_made_by_hand_comes_under_its_profile():
    policy = policy_of()
    made = replace(policy, site=replace(policy.site, profile=("de", "uk")), profile="de")
    assert not made.decide("visits=1", now=NOW).allowed
    assert made.under("uk").decide("visits=1", now=NOW).allowed
