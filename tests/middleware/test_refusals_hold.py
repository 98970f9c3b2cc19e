"""A refusal holds as long as the preferences cookie, however the policy changes; only a grant can be stale."""

import copy
import json

import pytest

from choices import ALL, changed, preferences, value_of
from cookiewarden import Category, Consent, Policy, asgi, wsgi
from exchanges import DOCUMENT, NOW, POLICY, SECRET_KEY, SentRequest, Wrapped, set_cookies
from paged import Site
from refusals import names_deleted

S, F, T = Category.STATISTICAL, Category.FIRST_PARTY, Category.THIRD_PARTY
MODULES = pytest.mark.parametrize("module", [asgi, wsgi])


def edited(index, **changes):
    policy = copy.deepcopy(POLICY)
    policy["cookies"][index].update(changes)
    return policy


#: Policies that replaced the one under which the visitor chose.
LATER = {
    "a comma in a purpose": edited(2, purpose="Counts, visits"),
    "a shorter lifetime": edited(4, lifetime="1 day"),
    "another provider": edited(5, provider="Someone"),
    "a version of its own": changed(version="2"),
    "another operator": changed(operator="Another town"),
}
LATER_POLICIES = pytest.mark.parametrize("policy", LATER.values(), ids=LATER)
REFUSED = value_of(POLICY, SECRET_KEY)


def visitor(value):
    return ("cookie", f"cookies_preferences={value.decode()}")


@LATER_POLICIES
def test_a_refusal_stays_a_refusal_and_is_not_stale(policy):
    consent = preferences(policy).load([REFUSED], NOW)
    assert (consent.granted, consent.refused, consent.stale) == (frozenset(), set(ALL), frozenset())
    assert consent.is_decided


@LATER_POLICIES
def test_the_banner_does_not_come_back_after_a_refusal(policy):
    site = Site(policy=policy)
    assert site.ask("/cookies/banner", headers=[visitor(REFUSED)]).body == b""
    state = json.loads(site.ask("/cookies/preferences.json", headers=[visitor(REFUSED)]).body)
    assert (state["is_decided"], state["is_stale"], state["is_asked"]) == (True, False, False)
    assert [row["granted"] for row in state["categories"]] == [True, False, False, False]
    for path in ("/cookies", "/cookies/preferences"):
        assert "changed since" not in site.ask(path, headers=[visitor(REFUSED)]).text


@MODULES
@LATER_POLICIES
def test_refused_cookies_are_blocked_as_refused_and_deleted(module, policy):
    app = Wrapped(module, policy=policy)
    request = SentRequest(cookies=(f"cookies_preferences={REFUSED.decode()}; theme=1; _ga=1; NID=1; _pk_x=1",))
    assert set_cookies(app.ask(request, lambda carrier: [("Set-Cookie", "_ga=1"), ("Set-Cookie", "_pk_x=1")])) == []
    assert app.counts().by("reason") == {"refused": 2}
    left = app.ask(SentRequest(cookies=request.cookies, headers=DOCUMENT))
    assert names_deleted(left) == {"theme", "_ga", "NID", "_pk_x"}


def test_under_an_older_version_a_grant_is_stale_and_a_refusal_holds():
    value = value_of(POLICY, SECRET_KEY, "statistical")
    consent = preferences(changed(version="2")).load([value], NOW)
    assert (consent.granted, consent.refused, consent.stale) == ({S}, {F, T}, {S})


def test_the_banner_asks_again_about_stale_grants_and_not_about_refusals():
    site = Site(policy=changed(version="2"))
    banner = site.ask("/cookies/banner", headers=[visitor(value_of(POLICY, SECRET_KEY, "statistical"))]).text
    assert "have changed since you chose" in banner
    assert "Statistical cookies" in banner
    assert "First-party cookies" not in banner
    assert "Third-party cookies" not in banner


def test_a_banner_about_undecided_categories_does_not_mention_a_change():
    only_refused = preferences().dump(Consent(refused=frozenset({S})), NOW).encode()
    banner = Site(policy=changed(version="2")).ask("/cookies/banner", headers=[visitor(only_refused)]).text
    assert "Third-party cookies" in banner
    assert "have changed since" not in banner


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize("other", [POLICY, changed(version="0")])
def test_a_refusal_in_any_of_several_cookies_counts_under_any_version(is_first, other):
    refusing, granting = value_of(changed(version="1"), SECRET_KEY), value_of(other, SECRET_KEY, *ALL)
    values = [refusing, granting] if is_first else [granting, refusing]
    consent = preferences().load(values, NOW)
    assert (consent.granted, consent.refused, consent.stale) == (frozenset(), set(ALL), frozenset())


def test_what_several_cookies_grant_is_stale_if_one_of_the_grants_is():
    values = [value_of(POLICY, SECRET_KEY, *ALL), value_of(changed(version="0"), SECRET_KEY, *ALL)]
    for order in (values, values[::-1]):
        consent = preferences().load(order, NOW)
        assert consent.granted == consent.stale == set(ALL)


# To refuse all also refuses a category in which the site has no cookies yet.

WITHOUT_THIRD_PARTY = {**POLICY, "cookies": POLICY["cookies"][:5]}


def test_a_category_added_after_a_refusal_is_blocked_and_not_asked_about():
    before, after = Site(policy=WITHOUT_THIRD_PARTY), Site()
    cookie = ("cookie", before.post("choice=refuse").cookie)
    assert after.ask("/cookies/banner", headers=[cookie]).body == b""
    app = Wrapped(wsgi)
    assert set_cookies(app.ask(SentRequest(cookies=(cookie[1],)), lambda carrier: [("Set-Cookie", "NID=1")])) == []
    assert app.counts().by("reason") == {"refused": 1}


def test_saving_refuses_what_the_form_showed_and_leaves_the_rest_undecided():
    before, after = Site(policy=WITHOUT_THIRD_PARTY), Site()
    versions = Policy.from_mapping(WITHOUT_THIRD_PARTY).digests
    shown = "+".join(f"{category}:{versions[category]}" for category in (S, F))
    cookie = ("cookie", before.post(f"choice=save&category=statistical&versions={shown}").cookie)
    loaded = preferences().load([cookie[1].partition("=")[2].encode()], NOW)
    assert (loaded.granted, loaded.refused) == ({S}, {F})
    banner = after.ask("/cookies/banner", headers=[cookie]).text
    assert "Third-party cookies" in banner
    assert "First-party cookies" not in banner
