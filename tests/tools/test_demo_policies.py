"""The policies of the demo: each text is in every language that it offers, and the additions are what the lines say."""

import pytest

from cookiewarden.tools.demo.cookies import ORDINARY
from cookiewarden.tools.demo.exchanges import EXTENDED, PUBLISHED
from cookiewarden.tools.demo.sites import load_portals

LANGUAGES = ("en", "fr", "nl", "de")
POLICIES = {
    f"{portal.name}, {kind}": policy
    for portal in load_portals()
    for kind, policy in ((PUBLISHED, portal.published), (EXTENDED, portal.extended))
}
#: Names that are the same in every language.
PROPER_NAMES = {"Opendatasoft", "Example Analytics", "social.example"}


def texts_of(policy):
    site = policy.site
    yield from (text for text in (site.name, site.introduction, site.operator, site.contact) if text)
    for row in policy.declarations:
        yield from (text for text in (row.purpose, row.provider, row.function) if text)


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_every_text_of_the_demo_is_in_every_language_that_it_offers(policy):
    assert policy.site.languages == LANGUAGES
    lacking = [
        (str(text), tag)
        for text in texts_of(policy)
        for tag in LANGUAGES
        if str(text) not in PROPER_NAMES and text.language_for(tag) != tag
    ]
    assert lacking == []


@pytest.mark.parametrize("portal", load_portals(), ids=lambda portal: portal.name)
def test_the_demo_changes_no_published_declaration_and_says_that_it_adds_some(portal):
    published = portal.published.declarations
    assert portal.extended.declarations[: len(published)] == published
    assert len(portal.extended.declarations) == len(published) + 4
    assert "demo" in str(portal.extended.site.introduction)
    assert "demo" not in str(portal.published.site.introduction)


def test_the_demo_declares_the_lifetimes_that_its_lines_have():
    policy = load_portals()[0].extended
    for cookie in ORDINARY:
        declaration = policy.decide(cookie.line).declaration
        if declaration is not None and declaration.lifetime is not None:
            seconds = declaration.lifetime.seconds
            age = [part.partition("=")[2] for part in cookie.line.decode().split("; ") if part.startswith("Max-Age=")]
            assert [int(one) <= seconds for one in age] == ([] if seconds is None else [True]), cookie.label
