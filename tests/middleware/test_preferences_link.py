"""The link to the preferences: where it leads, and how it confirms a choice that was made without the script."""

import re

import pytest
from markupsafe import Markup

from choices import DAY
from cookiewarden import Policy, PolicySet, asgi, banner_of, consent_of, preferences_link_of, wsgi
from exchanges import NOW, PLAIN, POLICY, SentRequest, Wrapped
from scenarios import chosen

MODULES = pytest.mark.parametrize("module", [asgi, wsgi])
PLACE = '<input type="hidden" name="place" value="cookies-saved" form="cookie-consent-form">'


def shown(call, module=wsgi, request=PLAIN, **options):
    """Return what a call in a view returns, and the headers of the response."""
    given = []
    headers = Wrapped(module, **options).ask(request, lambda carrier: given.append(call(carrier)) or ())
    assert isinstance(given[0], Markup)
    return str(given[0]), headers


def visitor(*categories, now=NOW):
    return SentRequest(cookies=(chosen(*categories, now=now),), path="/map")


LINKS = {
    "to a visitor who has not chosen": (SentRequest(path="/map"), {}),
    "to a visitor who chose": (visitor(), {}),
    "to a visitor who needs no consent": (SentRequest(path="/map"), {"consent_needed": lambda carrier: False}),
    "of a site without cookies": (SentRequest(path="/map"), {"policy": {"site": {"name": "Town"}}}),
}


@MODULES
@pytest.mark.parametrize(("request_", "options"), LINKS.values(), ids=LINKS)
def test_the_link_is_always_there_and_takes_the_page_along(module, request_, options):
    markup, headers = shown(preferences_link_of, module, request_, **options)
    assert markup.startswith('<a class="cookies-link" href="/cookies/preferences?next=/map" lang="en" dir="ltr"')
    assert ">Cookie preferences</a>" in markup
    assert {value for name, value in headers if name == b"vary"} == {b"Cookie", b"Accept-Language"}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", "?next=/"),
        ("/a?b=1&c=%20", "?next=/a%3Fb%3D1%26c%3D%2520"),
        ("//evil.example/a", ""),
        ("/a?" + "b" * 3000, ""),
    ],
)
def test_an_address_to_come_back_to_is_one_value_of_the_query_or_left_out(path, expected):
    markup, _ = shown(preferences_link_of, request=SentRequest(path=path))
    assert f'href="/cookies/preferences{expected}"' in markup


def test_nothing_is_written_on_a_host_without_a_policy():
    policies = PolicySet([Policy.from_mapping(POLICY)])
    assert shown(preferences_link_of, request=SentRequest(host="x.example"), policy=policies)[0] == ""


@MODULES
def test_the_link_of_a_visitor_who_is_asked_names_the_place_of_the_confirmation(module):
    markup, _ = shown(preferences_link_of, module)
    assert PLACE in markup
    assert 'id="cookies-saved"' not in markup
    assert "<link" not in markup


NOT_ASKED = {key: LINKS[key] for key in list(LINKS)[2:]} | {"who chose on another day": (visitor(now=NOW - DAY), {})}


@pytest.mark.parametrize(("request_", "options"), NOT_ASKED.values(), ids=NOT_ASKED)
def test_the_link_of_others_is_a_link_alone(request_, options):
    assert (
        re.sub("^<a[^>]*>Cookie preferences</a>$", "", shown(preferences_link_of, request=request_, **options)[0]) == ""
    )


@MODULES
@pytest.mark.parametrize("categories", [(), ("statistical",)])
def test_the_link_of_a_visitor_who_chose_on_this_day_holds_the_confirmation(module, categories):
    markup, _ = shown(preferences_link_of, module, visitor(*categories))
    assert re.search(
        '<span id="cookies-saved" class="cookies-saved cookies-part"[^>]* role="status">Your choice is saved.</span>',
        markup,
    )
    assert 'rel="stylesheet"' in markup
    assert PLACE not in markup


def test_a_visitor_who_chose_one_kind_sees_the_banner_and_the_confirmation():
    def view(carrier):
        consent_of(carrier).grant("third-party")
        return banner_of(carrier) + preferences_link_of(carrier)

    markup, _ = shown(view)
    assert 'id="cookie-consent"' in markup
    assert 'id="cookies-saved"' in markup


def test_of_several_links_in_a_page_the_first_alone_is_a_place():
    def twice(carrier):
        return preferences_link_of(carrier) + preferences_link_of(carrier)

    assert shown(twice)[0].count(PLACE) == 1
    assert shown(twice)[0].count("<a ") == 2
    assert shown(twice, request=visitor())[0].count('id="cookies-saved"') == 1


@MODULES
def test_under_a_language_of_the_page_the_link_keeps_it(module):
    markup, headers = shown(lambda carrier: preferences_link_of(carrier, language="nl"), module)
    assert 'href="/cookies/preferences?lang=nl&amp;next=/"' in markup
    assert 'lang="nl"' in markup
    assert {value for name, value in headers if name == b"vary"} == {b"Cookie"}
