"""What is suggested for an undeclared cookie: never that it is necessary."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden.policy.declaration import Category
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
    assert suggestion_for(b"_hjSessionUser_1", is_http_only=True)[::2] == (Category.STATISTICAL, "Hotjar")
    assert suggestion_for(b"sid", is_foreign=True).category is Category.THIRD_PARTY
    assert suggestion_for(b"sid", is_foreign=True).question == ""
