"""What is suggested for an undeclared cookie: never that it is necessary."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden.policy.declaration import Category
from cookiewarden.policy.known_cookies.lookup import known_cookies
from cookiewarden.reporting.suggestions import Kind, suggestion_for


@given(st.binary(max_size=300), st.booleans(), st.booleans(), st.booleans(), st.lists(st.text(), max_size=2))
def test_nothing_is_suggested_as_necessary(name, is_foreign, is_http_only, is_session, deleted_on):
    found = suggestion_for(
        name, is_foreign=is_foreign, is_http_only=is_http_only, is_session=is_session, deleted_on=deleted_on
    )
    assert found.category is not Category.NECESSARY
    assert bool(found.question) is (found.kind is not None)


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        ("session sessionid PHPSESSID JSESSIONID connect.sid sess ASP.NET_SessionId mySession", Kind.SESSION),
        ("csrftoken XSRF-TOKEN __RequestVerificationToken .AspNetCore.Antiforgery.x form_token", Kind.PROTECTION),
        ("auth_tkt remember_token login jwt access-token-x sso oauth2_state", Kind.SIGN_IN),
        ("messages flash notice", Kind.NOTICE),
        ("lang django_language NEXT_LOCALE userLang i18n_redirected", Kind.LANGUAGE),
        ("author inside slang theme side cart accents _ZopeId presidential", None),
    ],
)
def test_a_name_says_what_a_cookie_looks_like(names, kind):
    assert {name: suggestion_for(name.encode()).kind for name in names.split()} == dict.fromkeys(names.split(), kind)


@pytest.mark.parametrize(
    ("seen", "kind", "signs"),
    [
        ({"is_http_only": True, "is_session": True}, Kind.SESSION, "HttpOnly and its end with the browser session"),
        ({"is_http_only": True}, None, ""),
        ({"is_session": True}, None, ""),
        ({"deleted_on": ["/a", "/logout"]}, Kind.SIGN_IN, "its deletion on /logout"),
        ({"deleted_on": ["/a"]}, None, ""),
    ],
)
def test_without_a_telling_name_what_the_app_does_may_tell(seen, kind, signs):
    found = suggestion_for(b"xyz", **seen)
    assert found.kind is kind
    assert found.reason.endswith(signs)


@pytest.mark.parametrize(
    ("deleted_on", "is_doubted"),
    [
        (["/login"], True),
        (["/user/*sign-in*"], True),
        (["/login", "/logout"], False),
        (["/plugin"], False),
        ([], False),
    ],
)
def test_what_signing_in_deletes_may_not_be_what_signing_in_needs(deleted_on, is_doubted):
    found = suggestion_for(b"town_session", is_http_only=True, deleted_on=deleted_on)
    assert found.kind is Kind.SESSION
    assert ("may serve only people who have not signed in" in found.reason) is is_doubted


def test_a_preset_that_lets_a_cookie_wait_goes_before_the_look_of_its_name():
    assert suggestion_for(b"trac_session").question == ""
    assert suggestion_for(b"trac_session").reason == "it looks like a session cookie, by its name"
    assert suggestion_for(b"sessionid").question != ""


def test_only_the_deletion_of_a_notice_tells_something_wherever_it_is():
    assert suggestion_for(b"messages", deleted_on=["/a"]).reason.endswith("by its name and its deletion on /a")
    assert suggestion_for(b"sessionid", deleted_on=["/a"]).reason.endswith("by its name")


def test_a_known_service_or_a_foreign_domain_goes_before_the_look_of_a_name():
    assert suggestion_for(b"_hjSessionUser_1", is_http_only=True)[:3:2] == (Category.STATISTICAL, "Hotjar")
    assert suggestion_for(b"sid", is_foreign=True).category is Category.THIRD_PARTY
    assert suggestion_for(b"sid", is_foreign=True).question == ""


@pytest.mark.parametrize(
    ("name", "category", "provider", "activity", "lifetime"),
    [
        ("_ga_X", "statistical", "Google Analytics", "counts visits", "2 years"),
        ("_clck", "statistical", "Microsoft Clarity", "records visits", "365 days"),
        ("_gcl_au", "third-party", "Google Ads", "shows advertisements", ""),
        ("YSC", "third-party", "YouTube", "plays videos or music", "session"),
        ("__zlcmid", "first-party", "Zendesk", "offers a chat", "365 days"),
    ],
)
def test_the_name_of_a_service_tells_its_usual_category_and_lifetime(name, category, provider, activity, lifetime):
    found = suggestion_for(name.encode())
    assert (found.category, found.provider, found.question) == (category, provider, "")
    assert found.reason == f"the name belongs to {provider}, which {activity}"
    assert found.known.lifetime == lifetime


def test_what_services_usually_need_is_a_question():
    found = suggestion_for(b"__stripe_mid")
    assert (found.category, found.provider) == (Category.FIRST_PARTY, "Stripe")
    assert found.reason == "the name belongs to Stripe, which takes payments, and sites usually declare it as necessary"
    assert found.question == "if the site does not work without it, it is necessary"
    assert '# category = "necessary" # in place of the line above, if that is so' in found.lines
    assert suggestion_for(b"__stripe_mid", is_foreign=True).category is Category.THIRD_PARTY


@pytest.mark.parametrize("row", known_cookies(), ids=lambda row: row.names[0])
def test_a_usually_necessary_cookie_is_always_asked_about_and_no_other_is(row):
    for name in row.names:
        found = suggestion_for(name.encode())
        assert found.known is row
        assert bool(found.question) is (row.category is Category.NECESSARY)


def test_the_software_of_a_site_is_named_but_does_not_provide_its_cookies():
    found = suggestion_for(b"PHPSESSID", is_http_only=True)
    assert found.reason == "it looks like a session cookie, by its name (used by PHP) and HttpOnly"
    assert (found.kind, found.provider) == (Kind.SESSION, "")
    found = suggestion_for(b"fe_typo_user")
    assert found.reason == "the name belongs to TYPO3, and sites usually declare it as necessary"
    assert (found.kind, found.provider) == (Kind.USUALLY_NECESSARY, "")


def test_what_a_preset_declares_is_left_to_the_preset():
    assert suggestion_for(b"cf_clearance").known is None
    assert suggestion_for(b"AWSALB").provider == ""
