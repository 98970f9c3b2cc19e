"""What the middleware remembers of Cookie headers with nothing to delete: it is bounded, and changes no result."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden import Category, Consent, Policy, asgi, wsgi
from cookiewarden.middleware.declined import DeclinedCookies, declined
from cookiewarden.policy.declaration import CONSENT_CATEGORIES
from cookiewarden.testing import preferences_cookie
from exchanges import DOCUMENT, NOW, POLICY, SECRET_KEY, SentRequest, Wrapped, set_clock, set_cookies
from refusals import asking, names_deleted, nothing
from scenarios import sends

MODULES = pytest.mark.parametrize("module", [asgi, wsgi])
SITE = Policy.from_mapping(POLICY)
NAMES = ["_ga", "theme", "sid", "other", " theme", "theme ", ""]
PAIRS = st.tuples(st.sampled_from(NAMES), st.sampled_from(["=", "", "=="]), st.sampled_from(["", "1", "theme=1"]))
COOKIE_HEADERS = st.lists(PAIRS, max_size=4).map(lambda pairs: "; ".join(map("".join, pairs)).encode())
REFUSED = st.frozensets(st.sampled_from(CONSENT_CATEGORIES))


def memory():
    return DeclinedCookies(None, None, None, lambda: NOW)


@given(asked=st.lists(st.tuples(COOKIE_HEADERS, REFUSED), max_size=8))
def test_what_was_remembered_changes_no_result(asked):
    finder = memory()
    for cookies, refused in asked:
        consent = Consent(refused=refused, chosen_at=0.0)
        assert finder._find_in(cookies, SITE, consent) == declined(cookies, SITE, consent, NOW)


def test_no_more_made_up_names_are_remembered_than_the_bound():
    finder, consent = memory(), Consent(refused=frozenset({Category.STATISTICAL}), chosen_at=0.0)
    for number in range(5000):
        cookies = b"; ".join(b"n%d-%d=1" % (number, one) for one in range(50)) + b"; " + b"long" * 100 + b"=1"
        assert finder._find_in(cookies, SITE, consent) == {}
        names = finder._others[SITE, consent.refused]
        assert len(names) <= 128
        assert max(map(len, names)) <= 64
    finder._find_in(b"; ".join(b"n%d=1" % one for one in range(5000)), SITE, consent)
    assert len(finder._others[SITE, consent.refused]) <= 128


@MODULES
def test_a_cookie_that_a_fetch_sends_is_deleted_by_the_next_navigation(module):
    app = Wrapped(module, policy=POLICY)
    sent = asking("theme=1")
    for _ in range(2):
        assert app.ask(SentRequest(cookies=sent.cookies, headers=(("sec-fetch-dest", "empty"),)), nothing) == []
        assert names_deleted(app.ask(sent, nothing)) == {"theme"}


@MODULES
def test_a_choice_that_expires_while_its_cookie_header_is_remembered_deletes_nothing_more(module):
    app = Wrapped(module, policy=POLICY)
    refused = preferences_cookie(SITE, SECRET_KEY, now=NOW)
    sent = SentRequest(cookies=(refused, "theme=1"), headers=DOCUMENT)
    clean = SentRequest(cookies=(refused, "sid=1"), headers=DOCUMENT)
    assert names_deleted(app.ask(sent, nothing)) == {"theme"}
    assert app.ask(clean, nothing) == []
    set_clock(app, NOW + 366 * 86_400)
    assert app.ask(sent, nothing) == app.ask(clean, nothing) == []


@MODULES
def test_a_choice_dated_in_the_future_counts_once_its_time_has_come(module):
    app = Wrapped(module, policy=POLICY)
    set_clock(app, NOW - 3 * 86_400)
    sent = SentRequest(cookies=(preferences_cookie(SITE, SECRET_KEY, now=NOW), "theme=1"), headers=DOCUMENT)
    assert app.ask(sent, nothing) == []
    set_clock(app, NOW)
    assert names_deleted(app.ask(sent, nothing)) == {"theme"}


@MODULES
def test_each_of_two_choices_in_one_cookie_header_expires_by_itself(module):
    """What both grant counts while both hold. After one expires, what the other grants counts."""
    app = Wrapped(module, policy=POLICY)
    old = preferences_cookie(SITE, SECRET_KEY, now=NOW)
    new = preferences_cookie(SITE, SECRET_KEY, "statistical", now=NOW + 86_400 * 90)
    sent = SentRequest(cookies=(old, new))
    set_clock(app, NOW + 86_400 * 91)
    assert [set_cookies(app.ask(sent, sends("_ga=1"))) for _ in range(2)] == [[], []]
    set_clock(app, NOW + 86_400 * 200)
    assert [set_cookies(app.ask(sent, sends("_ga=1"))) for _ in range(2)] == [[b"_ga=1"], [b"_ga=1"]]


@MODULES
def test_no_more_cookie_headers_are_remembered_than_the_bound(module):
    app = Wrapped(module, policy=POLICY, pages=None)
    screener = app._app._screener
    refused = preferences_cookie(SITE, SECRET_KEY, now=NOW)
    for number in range(4500):
        app.ask(SentRequest(cookies=(f"sid={number}",)), sends("_ga=1"))
        app.ask(SentRequest(cookies=(refused, f"sid={number}")), nothing)
        assert len(screener.sites._choices) <= 2048
        assert len(screener._declined.known) <= 2048


@MODULES
def test_a_cookie_without_a_value_hides_no_other_of_its_name(module):
    app = Wrapped(module, policy=POLICY)
    for sent in (asking("theme", "_ga"), asking(" theme", "=theme")):
        assert app.ask(sent, nothing) == []
    assert names_deleted(app.ask(asking("_ga=1", "theme=1"), nothing)) == {"_ga", "theme"}


@MODULES
def test_of_two_choices_that_which_begins_later_is_acted_on_when_it_does(module):
    app = Wrapped(module, policy=POLICY)
    early = preferences_cookie(SITE, SECRET_KEY, "statistical", "first-party", "third-party", now=NOW)
    late = preferences_cookie(SITE, SECRET_KEY, now=NOW + 2 * 86_400)
    sent = SentRequest(cookies=(early, late, "theme=1"), headers=DOCUMENT)
    assert app.ask(sent, nothing) == []
    set_clock(app, NOW + 3 * 86_400)
    assert names_deleted(app.ask(sent, nothing)) == {"theme"}
