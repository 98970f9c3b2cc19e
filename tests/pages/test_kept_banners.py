"""A banner and a link are rendered once for many pages and visitors, and each page gets its own address in it."""

import html
import re
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from cookiewarden.http.request import Request
from cookiewarden.pages.kept_markup import ADDRESS, QUERY_ADDRESS, filled, parts_of
from cookiewarden.pages.router import Pages
from cookiewarden.pages.templating import Templates
from cookiewarden.policy.consent import UNDECIDED, Consent
from cookiewarden.policy.declaration import Category
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.signals import NO_SIGNALS, Signals

MAPPING = {
    "site": {"name": "Exampletown"},
    "cookies": [
        {"name": "count", "category": "statistical", "purpose": "Counts visits"},
        {"name": "map", "category": "third-party", "purpose": "Shows the map"},
    ],
}
POLICY = Policy.from_mapping(MAPPING)
STALE = Consent(frozenset({Category.STATISTICAL}), stale=frozenset({Category.STATISTICAL}), chosen_at=0.0)
REFUSED = Consent(refused=frozenset({Category.STATISTICAL}))


@pytest.fixture
def pages():
    return Pages("/cookies", trusted_origins=frozenset(), templates=None, language_cookie=None)


@pytest.fixture
def rendered(monkeypatch):
    """The templates that were rendered."""
    names = []
    render = Templates.render

    def noted(self, template, *arguments, **values):
        names.append(template)
        return render(self, template, *arguments, **values)

    monkeypatch.setattr(Templates, "render", noted)
    return names


def banner(pages, consent=UNDECIDED, query="", path="/a", mount="", language=None, policy=POLICY, signals=NO_SIGNALS):
    request = Request("GET", mount, path, query, "", lambda name: None)
    return str(pages.banner(policy, request, consent, signals, is_exempt=False, language=language))


def next_in(banner):
    found = re.search(r'name="next" value="([^"]*)"', banner)
    return html.unescape(found[1]) if found else None


def test_pages_share_a_rendered_banner_and_keep_their_own_addresses(pages, rendered):
    assert [next_in(banner(pages, query=query)) for query in ("x=1&y=2", "", "q='<b>")] == [
        "/a?x=1&y=2",
        "/a",
        "/a?q='<b>",
    ]
    assert rendered == ["banner.html"]


def link(pages, consent=UNDECIDED, query="", mount="", language=None, is_first=True):
    request = Request("GET", mount, "/a", query, "", lambda name: None)
    return str(
        pages.preferences_link(POLICY, request, consent, 0.0, is_exempt=False, is_first=is_first, language=language)
    )


def test_pages_share_a_rendered_link_and_keep_their_own_addresses(pages, rendered):
    found = [re.search(r'next=([^"]*)"', link(pages, query=query)) for query in ("x=1&y=2", "", "q='<b>")]
    assert [found[1] for found in found] == [quote(address, safe="/") for address in ("/a?x=1&y=2", "/a", "/a?q='<b>")]
    assert rendered == ["preferences_link.html"]


@pytest.mark.parametrize("other", [{"consent": STALE}, {"language": "fr"}, {"mount": "/portal"}, {"is_first": False}])
def test_a_link_is_never_that_of_another_visitor_or_page(other, pages):
    alone = link(Pages("/cookies"), **other)
    assert alone != link(pages)
    assert link(pages, **other) == alone


def test_a_page_of_another_site_cannot_be_the_one_to_come_back_to(pages):
    address = pages._html.banner(
        POLICY, pages._languages["en"], pages._document, UNDECIDED, NO_SIGNALS, "", "https://evil.example/", ""
    )
    assert next_in(address) is None
    assert "evil" not in address


@pytest.mark.parametrize(
    "other",
    [
        {"consent": STALE},
        {"consent": REFUSED},
        {"signals": Signals(frozenset({Category.THIRD_PARTY}))},
        {"language": "fr"},
        {"mount": "/portal"},
        {"policy": Policy.from_mapping(MAPPING | {"site": {"name": "Othertown"}})},
    ],
    ids=lambda given: next(iter(given)),
)
def test_what_the_banner_shows_is_never_that_of_another_visitor_or_site(other, pages):
    fresh = Pages("/cookies", trusted_origins=frozenset(), templates=None, language_cookie=None)
    alone = banner(fresh, **other)
    assert alone != banner(pages)
    assert banner(pages, **other) == alone


def test_a_reload_drops_the_banners_that_are_kept(pages, rendered):
    banner(pages)
    pages.reloaded([POLICY])
    banner(pages)
    assert rendered == ["banner.html"] * 2


def test_the_banner_says_how_long_a_choice_is_remembered(pages):
    policy = Policy.from_mapping(MAPPING | {"preferences": {"lifetime": "13 months"}})
    assert "for 6 months." in banner(pages)
    assert "for 13 months." in banner(pages, policy=policy)


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E)))
def test_an_address_is_escaped_for_each_place(address):
    markup = Markup(f'<input value="{ADDRESS}"><a href="/p?next={QUERY_ADDRESS}">{ADDRESS}</a>')
    escaped = str(Markup.escape(address))
    expected = f'<input value="{escaped}"><a href="/p?next={quote(address, safe="/")}">{escaped}</a>'
    assert filled(parts_of(markup), address) == expected


def test_a_template_may_quote_the_address(tmp_path):
    (tmp_path / "banner.html").write_text(
        '{% extends "cookiewarden/banner.html" %}'
        '{% block text %}<a href="/in?to={{ next|urlencode }}">In</a>{% endblock %}'
    )
    pages = Pages("/cookies", templates=tmp_path)
    assert '<a href="/in?to=/a%3Fx%3D1%26y%3D%3Cb%3E">' in banner(pages, query="x=1&y=<b>")


def test_no_text_of_a_policy_stands_for_the_address(pages):
    site = {"name": f"Town {ADDRESS}", "operator": ADDRESS}
    shown = banner(pages, path="/of-this-page", policy=Policy.from_mapping(MAPPING | {"site": site}))
    assert shown.count("/of-this-page") == banner(pages, path="/of-this-page").count("/of-this-page")


def test_a_banner_names_each_purpose_once_in_the_order_of_the_policy(pages):
    purposes = ["Zooms maps", "Remembers maps", "Zooms maps", "zooms Maps", "..."]
    cookies = [
        {"name": f"map{number}", "category": "third-party", "purpose": purpose}
        for number, purpose in enumerate(purposes)
    ]
    named = banner(pages, policy=Policy.from_mapping({**MAPPING, "cookies": cookies}))
    shown = re.findall(r"<span>(.*?)</span>", named)
    assert shown[:2] == ["Zooms maps", "Remembers maps"]
    assert shown[2].startswith("Another website")
    assert len(shown) == 3
