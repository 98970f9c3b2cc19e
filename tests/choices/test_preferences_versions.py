"""A choice under another version of the policy: a grant is stale if its category changed, and only then."""

import copy

import pytest

from choices import ALL, TODAY, VALID, changed, preferences
from cookiewarden import Category, Consent
from cookiewarden.choices.preferences_cookie import remembering
from exchanges import NOW, POLICY


def edited(**changes):
    """Return the policy with other keys in its third declaration, ``_ga*``."""
    policy = copy.deepcopy(POLICY)
    policy["cookies"][2].update(changes)
    return policy


def added(*cookies):
    return {**POLICY, "cookies": [*POLICY["cookies"], *cookies]}


@pytest.mark.parametrize(
    ("policy", "stale"),
    [
        (edited(name="_gat"), {"statistical"}),
        (edited(purpose="Follows visitors"), {"statistical"}),
        (edited(provider="Someone"), {"statistical"}),
        (edited(lifetime="13 months"), {"statistical"}),
        (edited(anonymized=True), {"statistical"}),
        (edited(category="third-party"), {"statistical", "third-party"}),
        (added({"name": "_x", "category": "first-party", "purpose": "X"}), {"first-party"}),
        ({**POLICY, "cookies": POLICY["cookies"][:3]}, {"first-party", "third-party"}),
        (changed(version="2"), set(ALL)),
        (changed(operator="Another town"), set(ALL)),
    ],
)
def test_a_new_version_makes_the_grants_of_changed_categories_stale(policy, stale):
    consent = preferences(policy).load([VALID], NOW)
    assert consent.granted == set(ALL)
    assert consent.stale == stale
    assert {category for category in ALL if consent.grants(Category(category))} == set(ALL) - stale


@pytest.mark.parametrize(
    "policy",
    [
        changed(contact="mayor@example.org"),
        changed(updated="2021-03-30"),
        changed(name="Another name"),
        changed(introduction="Welcome"),
        changed(hosts=["data.example.org", "x.example"]),
        edited(purpose={"en": "Counts visits", "fr": "Compte les visites"}),
        edited(function="Analytics"),
        edited(path="/x", domain="example.org", source="a document"),
        added({"name": "csrf", "category": "necessary", "purpose": "Guards forms"}),
        {**POLICY, "cookies": POLICY["cookies"][2:]},
        {**POLICY, "cookies": POLICY["cookies"][::-1]},
        added({"name": "_anon", "category": "statistical", "anonymized": True, "purpose": "Counts"}),
        {**POLICY, "preferences": {"lifetime": "5 months"}},
    ],
)
def test_a_change_that_consent_does_not_cover_changes_no_version(policy):
    assert preferences(policy).load([VALID], NOW) == Consent.of(ALL, TODAY)


def test_a_remembered_cookie_is_read_again_under_another_version():
    verify = remembering(8)
    assert preferences(verify=verify).load([VALID], NOW).stale == frozenset()
    assert preferences(edited(provider="Someone"), verify=verify).load([VALID], NOW).stale == {"statistical"}
