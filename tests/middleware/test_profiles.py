"""The option ``profile``: the site's own function names the profile of a request."""

import logging

import pytest

from cookiewarden import OptionError, Policy, PolicySet, asgi, consent_of, wsgi
from cookiewarden.testing import choice
from exchanges import DOCUMENT, NOW, PLAIN, SECRET_KEY, SentRequest, Wrapped, set_clock, set_cookies
from paged import FORM, OWN
from profile_scenarios import profile_of
from profiled import mapping_of
from scenarios import chosen, sends

MODULES = pytest.mark.parametrize("module", [asgi, wsgi])
POLICY = mapping_of("fr", "uk", "de")
LINES = ("sid=1", "visits=1", "theme=1")


def from_(place, *cookies, headers=(), **keys):
    return SentRequest(headers=(("x-place", place), *headers), cookies=cookies, **keys)


def left(app, request=PLAIN, *lines):
    return [line.decode() for line in set_cookies(app.ask(request, sends(*(lines or LINES))))]


def errors(caplog):
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


@MODULES
def test_each_request_comes_under_its_own_profile(module):
    app = Wrapped(module, policy=POLICY, profile=profile_of)
    found = [left(app, from_(place)) for place in ("uk", "de", "fr", "uk", "de")]
    assert found == [list(LINES), ["sid=1"], ["sid=1", "visits=1"], list(LINES), ["sid=1"]]


@MODULES
def test_the_app_does_not_see_cookies_that_need_consent_under_the_profile(module):
    seen = []

    def view(carrier):
        headers = dict(carrier["headers"]) if "headers" in carrier else {}
        seen.append(carrier.get("HTTP_COOKIE", "") or headers.get(b"cookie", b"").decode())
        return ()

    app = Wrapped(module, policy=POLICY, profile=profile_of)
    for place in ("fr", "uk", "de", "fr"):
        app.ask(from_(place, "sid=1; visits=1; theme=1"), view)
    assert seen == ["sid=1; visits=1", "sid=1; visits=1; theme=1", "sid=1", "sid=1; visits=1"]


@MODULES
def test_the_function_is_called_once_a_request_and_only_for_sites_with_several_profiles(module):
    calls = []

    def count(carrier):
        calls.append(carrier)

    def view(carrier):
        consent_of(carrier).allows("statistical")
        return sends(*LINES)(carrier)

    app = Wrapped(module, policy=POLICY, profile=count)
    app.ask(from_("uk", "sid=1; visits=1"), view)
    app.ask(SentRequest(path="/cookies/preferences.json"))
    assert len(calls) == 2
    alone = Wrapped(module, policy=mapping_of("fr"), profile=count)
    alone.ask(from_("uk", "sid=1; visits=1"), view)
    assert len(calls) == 2


@MODULES
def test_the_function_gets_the_request_as_it_came_and_cannot_change_it(module):
    def spoil(carrier):
        carrier.clear()
        return "uk"

    app = Wrapped(module, policy=POLICY, profile=spoil)
    assert left(app, from_("de", "visits=1")) == list(LINES)


@MODULES
@pytest.mark.parametrize("granted", [[], ["statistical"]])
def test_the_function_may_ask_for_the_choice(module, granted):
    def by_choice(carrier):
        return "fr" if consent_of(carrier).is_decided else "uk"

    app = Wrapped(module, policy=POLICY, profile=by_choice)
    assert left(app) == list(LINES)
    visitor = from_("", chosen(*granted, policy=POLICY))
    assert left(app, visitor, "sid=1", "_ga=1", "visits=1") == ["sid=1", *(["_ga=1", "visits=1"] if granted else [])]


async def coroutine_function(carrier): ...


@MODULES
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("be", "profile returned 'be', but data.example.org lists fr, uk, de"),
        ("FR", "profile returned 'FR'"),
        ("", "profile returned ''"),
        ("a\n" * 500, r"profile returned 'a\na\na\na\na\na\na\na\na\na\n', but"),
        (5, "profile returned int"),
        (["fr"], "profile returned list"),
    ],
)
def test_what_is_no_profile_of_the_site_counts_as_its_strictest_and_is_logged_once_a_minute(
    module, answer, words, caplog
):
    app = Wrapped(module, policy=POLICY, profile=lambda carrier: answer)
    assert [left(app), left(app)] == [["sid=1"], ["sid=1"]]
    (message,) = errors(caplog)
    assert words in message
    assert message.endswith("so the one with the fewest exemptions counts")


@MODULES
def test_a_coroutine_counts_as_no_profile_and_leaves_no_warning(module, caplog):
    app = Wrapped(module, policy=POLICY, profile=lambda carrier: coroutine_function(carrier))
    assert left(app) == ["sid=1"]
    assert "profile returned coroutine" in errors(caplog)[0]


@MODULES
def test_a_function_that_fails_is_logged_once_a_minute_with_what_it_raised(module, caplog):
    app = Wrapped(module, policy=POLICY, profile=profile_of)
    assert [left(app, from_("broken")), left(app, from_("broken"))] == [["sid=1"], ["sid=1"]]
    (message,) = errors(caplog)
    assert message == "profile failed, so the profile of data.example.org with the fewest exemptions counts"
    assert "the proxy is broken" in caplog.text


@MODULES
def test_in_a_set_of_policies_the_host_picks_the_site_and_the_function_its_profile(module):
    park = {"site": {"name": "Park", "hosts": ["park.example"], "profile": ["de", "eu"]}}
    alone = {"site": {"name": "Lake", "hosts": ["lake.example"]}, "cookies": POLICY["cookies"]}
    policies = PolicySet(map(Policy.from_mapping, (POLICY, park, alone)))
    app = Wrapped(module, policy=policies, profile=profile_of)
    assert left(app, from_("uk")) == list(LINES)
    assert left(app, from_("uk", host="park.example")) == []
    assert left(app, from_("uk", host="lake.example")) == ["sid=1", "visits=1"]
    assert left(app, from_("uk", host="other.example")) == []


@MODULES
def test_a_refusal_deletes_what_the_app_set_under_another_profile(module):
    app = Wrapped(module, policy=POLICY, profile=profile_of)
    assert left(app, from_("fr"), "visits=1; Path=/shop") == ["visits=1; Path=/shop"]
    refused = chosen(policy=POLICY)
    deleted = left(app, from_("de", f"{refused}; visits=1", headers=DOCUMENT, path="/shop/new"), "sid=1")
    assert any(line.startswith("visits=; ") and "Path=/shop" in line for line in deleted)


@MODULES
def test_the_record_of_a_choice_names_the_profile(module):
    records = []
    page = {"path": "/cookies/preferences", "method": "POST", "headers": (FORM, OWN)}
    app = Wrapped(module, policy=POLICY, profile=profile_of, on_choice=records.append)
    for place in ("de", "uk"):
        app.ask(from_(place, **page), body=b"choice=refuse")
    for policy in (mapping_of("nl"), mapping_of()):
        Wrapped(module, policy=policy, on_choice=records.append).ask(SentRequest(**page), body=b"choice=refuse")
    assert [record.profile for record in records] == ["de", "uk", "nl", ""]
    assert records[0].versions == Policy.from_mapping(POLICY).under("de").digests


@MODULES
def test_a_reload_keeps_the_profiles_that_stay(module):
    app = Wrapped(module, policy=POLICY, profile=profile_of)
    before = app._app._screener.sites
    assert app.reload() is True
    assert app._app._screener.sites is before
    assert app.reload(mapping_of("uk", "de")) is True
    assert left(app, from_("fr")) == ["sid=1"]
    assert left(app, from_("uk")) == list(LINES)
    assert app.reload(mapping_of()) is True
    assert left(app, from_("de")) == ["sid=1", "visits=1"]


@MODULES
def test_a_grant_ends_with_its_lifetime_under_every_profile(module):
    app = Wrapped(module, policy=POLICY, profile=profile_of)
    visitor = from_("uk", chosen("statistical", policy=POLICY))
    assert left(app, visitor, "_ga=1") == ["_ga=1"]
    set_clock(app, NOW + 8 * 2_629_746)
    assert left(app, visitor, "_ga=1") == []


@MODULES
def test_every_profile_is_served_from_the_start_if_there_is_a_function_and_one_if_there_is_none(module):
    def served(**options):
        app = Wrapped(module, policy=POLICY, **options)._app
        return [policy.profile for policy in app._screener.sites.by_policy], app._screener

    profiles, screener = served(profile=profile_of)
    assert profiles == ["fr", "uk", "de"]
    assert (screener.only_policy, screener.is_asking) == (None, True)
    profiles, screener = served()
    assert profiles == ["fr"]
    assert (screener.only_policy.profile, screener.is_asking) == ("fr", False)


@MODULES
def test_a_test_may_pretend_a_choice_under_every_profile(module):
    app = Wrapped(module, policy=POLICY, profile=profile_of)
    with choice("statistical"):
        assert left(app, from_("de"), "_ga=1", "visits=1", "theme=1") == ["_ga=1", "visits=1"]
        assert left(app, from_("uk"), "_ga=1", "theme=1") == ["_ga=1"]


@pytest.mark.parametrize(
    ("policy", "function", "words"),
    [
        (POLICY, "fr", "profile: must be a plain function"),
        (POLICY, coroutine_function, "profile: must be a plain function"),
        (POLICY, lambda: "fr", "profile: must be a plain function"),
        (mapping_of(), profile_of, "profile: the site lists none to choose from; write profile = "),
    ],
)
@MODULES
def test_a_wrong_option_is_an_error_at_start(module, policy, function, words):
    with pytest.raises(OptionError, match=words):
        module.CookieWardenMiddleware(None, policy=policy, secret_key=SECRET_KEY, profile=function)


@MODULES
def test_no_empty_banner_is_reported_if_any_profile_of_the_site_asks(module, caplog):
    cookies = [cookie for cookie in POLICY["cookies"] if cookie["name"] in ("sid", "visits")]
    Wrapped(module, policy=mapping_of("fr", "de", cookies=cookies), profile=profile_of)
    assert "the banner stays empty" not in caplog.text
    Wrapped(module, policy=mapping_of("fr", "uk", cookies=cookies), profile=profile_of)
    assert "the banner stays empty" in caplog.text


REFUSED = chosen(policy=mapping_of("uk"))
GPC = (("sec-gpc", "1"),)
FRAMED = (("sec-fetch-site", "cross-site"), ("sec-fetch-dest", "iframe"))


@MODULES
@pytest.mark.parametrize("lines", [("theme=1",), ("theme=1", "cart=1"), ("cart=1", "theme=1")], ids=" ".join)
@pytest.mark.parametrize(
    ("request_", "is_left"),
    [
        (PLAIN, True),
        (SentRequest(cookies=(chosen("first-party", policy=mapping_of("uk")),)), True),
        (SentRequest(cookies=(REFUSED,)), False),
        (SentRequest(headers=GPC), False),
        (SentRequest(headers=FRAMED), False),
    ],
    ids=["undecided", "granted", "refused", "signalled", "in a frame"],
)
def test_what_is_there_for_the_appearance_stops_when_the_visitor_or_the_browser_objects(
    module, lines, request_, is_left
):
    app = Wrapped(module, policy=mapping_of("uk", signals={"gpc": ["first-party"]}))
    for _ in range(2):  # the second time, what the lines are is remembered
        assert ("theme=1" in left(app, request_, *lines)) is is_left


@MODULES
def test_a_withdrawal_in_a_view_stops_what_is_there_for_the_appearance(module):
    def view(carrier):
        consent_of(carrier).withdraw()
        return sends("theme=1")(carrier)

    app = Wrapped(module, policy=mapping_of("uk"))
    lines = [line.decode().partition("=")[0] for line in set_cookies(app.ask(PLAIN, view))]
    assert lines == ["cookies_preferences"]


@MODULES
def test_a_page_that_depends_on_the_profile_is_not_for_shared_caches(module):
    def view(carrier):
        consent_of(carrier).allows("statistical")
        return [("content-type", "text/html")]

    several = Wrapped(module, policy=POLICY, profile=profile_of)
    one = Wrapped(module, policy=mapping_of("fr"))
    found = [dict(app.ask(from_("de"), view)).get(b"cache-control") for app in (several, one)]
    assert found == [b"private", None]


class OddText(str):
    def __getitem__(self, key):
        raise RuntimeError("no part of it can be shown")


@MODULES
def test_an_answer_that_cannot_be_shown_counts_as_the_strictest_profile(module):
    app = Wrapped(module, policy=POLICY, profile=lambda carrier: OddText("uk!"))
    assert left(app) == ["sid=1"]
