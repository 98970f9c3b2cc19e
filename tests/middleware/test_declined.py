"""Which cookies of a request its response deletes, and that what is remembered of a Cookie header changes nothing."""

import pytest

from cookiewarden import Policy, asgi, consent_of, wsgi
from cookiewarden.testing import preferences_cookie
from exchanges import DOCUMENT, NOW, POLICY, SECRET_KEY, SentRequest, Wrapped, set_clock, set_cookies
from refusals import asking, names_deleted, nothing, refuse_all
from scenarios import VERSIONED, chosen, sends

MODULES = pytest.mark.parametrize("module", [asgi, wsgi])
SITE = Policy.from_mapping(POLICY)


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


EXPIRING = {**POLICY, "site": {**POLICY["site"], "expire_unconsented": True}}
SENT = "sid=1; _ga=1; _pk_id=1; theme=1; NID=1; other=1"
EMBEDDED = (("sec-fetch-site", "cross-site"), ("sec-fetch-dest", "iframe"))
NAVIGATIONS = {
    "undecided": ((), {}, {"_ga", "theme", "NID"}),
    "what was granted stays": ((chosen("statistical", policy=EXPIRING),), {}, {"theme", "NID"}),
    "refused": ((chosen(policy=EXPIRING),), {}, {"_ga", "_pk_id", "theme", "NID"}),
    "a stale grant": ((chosen("statistical", policy=VERSIONED),), {}, {"_ga", "theme", "NID"}),
    "a forged choice": ((chosen(policy=EXPIRING, key="another key of sixteen bytes"),), {}, {"_ga", "theme", "NID"}),
    "no consent is needed": ((), {"consent_needed": lambda carrier: False}, set()),
    "only a refusal counts then": (
        (chosen("third-party", policy=EXPIRING),),
        {"consent_needed": lambda carrier: False},
        {"_ga", "_pk_id", "theme"},
    ),
    "nothing is enforced": ((), {"report_only": True}, set()),
    "nothing is enforced for this request": ((), {"report_only": lambda carrier: True}, set()),
    "one category is not enforced": ((), {"policy": {**EXPIRING, "report_only": ["statistical"]}}, {"theme", "NID"}),
    "an undeclared cookie is hidden, but not deleted": ((), {"hide_undeclared": True}, {"_ga", "theme", "NID"}),
}


@MODULES
@pytest.mark.parametrize(("choice", "options", "deleted"), NAVIGATIONS.values(), ids=NAVIGATIONS)
def test_a_site_may_have_cookies_deleted_that_nobody_consented_to(module, choice, options, deleted):
    app = Wrapped(module, **{"policy": EXPIRING, **options})
    for _ in range(2):
        assert names_deleted(app.ask(SentRequest(cookies=(*choice, SENT), headers=DOCUMENT))) == deleted


@MODULES
def test_a_cookie_that_a_signal_refuses_is_deleted_as_well(module):
    policy = {**EXPIRING, "signals": {"gpc": ["statistical"]}}
    app, headers = Wrapped(module, policy=policy), (*DOCUMENT, ("sec-gpc", "1"))
    for _ in range(2):
        assert names_deleted(app.ask(SentRequest(cookies=("_pk_id=1",), headers=headers))) == {"_pk_id"}
        assert names_deleted(app.ask(SentRequest(cookies=("_pk_id=1",), headers=DOCUMENT))) == set()


@MODULES
def test_only_a_navigation_deletes_what_nobody_consented_to(module):
    app = Wrapped(module, policy=EXPIRING)
    for headers in ((("sec-fetch-dest", "empty"),), EMBEDDED):
        assert app.ask(SentRequest(cookies=(SENT,), headers=headers)) == []


@MODULES
def test_other_sites_delete_only_what_was_refused(module):
    app = Wrapped(module, policy=POLICY)
    assert app.ask(SentRequest(cookies=(SENT,), headers=DOCUMENT)) == []


@MODULES
def test_a_new_choice_deletes_what_it_refuses_and_nothing_else(module):
    app = Wrapped(module, policy=EXPIRING)

    def refuse_statistics(carrier):
        consent_of(carrier).withdraw("statistical")
        return ()

    fetch = SentRequest(cookies=(SENT,), headers=(("sec-fetch-dest", "empty"),))
    assert names_deleted(app.ask(fetch, refuse_statistics)) == {"_ga", "_pk_id"}
    assert names_deleted(app.ask(fetch, refuse_all)) == {"_ga", "_pk_id", "theme", "NID"}


@MODULES
def test_a_granted_cookie_that_another_site_s_page_may_not_use_is_not_deleted(module):
    """A choice that is made in a frame deletes what it refuses, and not what only the frame hides."""
    policy = {**EXPIRING, "cookies": [one for one in POLICY["cookies"] if one["name"] != "NID"]}
    app = Wrapped(module, policy=policy)

    def refuse(carrier):
        consent_of(carrier).withdraw("first-party")
        return ()

    choice = chosen("statistical", policy=policy)
    request = SentRequest(cookies=(choice, "_ga=1; theme=1"), headers=EMBEDDED)
    assert names_deleted(app.ask(request, refuse)) == {"theme"}


@MODULES
def test_cookies_that_cannot_be_deleted_do_not_keep_the_others_from_their_turn(module):
    app = Wrapped(module, policy=EXPIRING)
    many = "; ".join(f"_ga{number}=1" for number in range(45))
    deleted = set()
    for turn in range(45):
        set_clock(app, NOW + turn)
        now = names_deleted(app.ask(SentRequest(cookies=(many,), headers=DOCUMENT)))
        assert 0 < len(now) <= 20
        deleted |= now
    assert deleted == {f"_ga{number}" for number in range(45)}
