"""Who answers for the site: what is a contact, what may be one, and who may run the site."""

import pytest

from cookiewarden.tools.importing.answerable import answerable_in, is_contact_line
from imports import imported


@pytest.mark.parametrize(
    ("texts", "contact", "addresses"),
    [
        (["Contact: dpo@example.org"], "dpo@example.org", ()),
        (["Kontakt: DPO@example.org", "Write to dpo@example.org."], "dpo@example.org", ()),
        (["dpo@example.org"], "dpo@example.org", ()),
        (["The counter sends what it counts to count@ads.example each day."], "", ("count@ads.example",)),
        (["Contact: a@example.org", "E-mail: b@example.org"], "", ("a@example.org", "b@example.org")),
        (["a@b", "@example.org", "see https://example.org/@x", "a@-.example"], "", ()),
    ],
)
def test_the_contact_is_the_one_address_that_a_line_gives(texts, contact, addresses):
    found = answerable_in(texts)
    assert (found.contact.lower(), found.addresses) == (contact, addresses)


@pytest.mark.parametrize(
    ("sentence", "operator"),
    [
        ("This website is operated by Exampletown Ltd.", "Exampletown Ltd"),
        ("Le site est édité par la Ville d'Exempleville, à Exempleville.", "la Ville d'Exempleville"),
        ("Diese Webseite wird betrieben von der Stadt Neuburg.", "der Stadt Neuburg"),
        ("De website wordt beheerd door Gemeente Voorbeeld.", "Gemeente Voorbeeld"),
        ("This policy applies to www.example.org, operated by Exampletown Ltd, in Exampletown.", "Exampletown Ltd"),
        ("The list of vendors is managed by Example Ads.", ""),
        ("This site is operated by people.", ""),
        ("It is on this site. The fund is managed by Example Bank.", ""),
    ],
)
def test_who_runs_the_site_is_told_with_the_sentence(sentence, operator):
    found = answerable_in([sentence])
    assert found.operator == operator
    assert found.sentence in sentence
    assert bool(found.sentence) is bool(operator)


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("Questions? Contact us at dpo@example.org", True),
        ("dpo@example.org", True),
        ("Délégué à la protection des données : dpo@example.org", True),
        ("Our Data Protection Officer: dpo@example.org", True),
        ("Unsere Datenschutzbeauftragte: dpo@example.org", True),
        ("Contact us.", False),
        ("We use cookies. " * 10 + "Contact: dpo@example.org", False),
    ],
)
def test_a_line_for_contact_is_short_and_has_an_address(line, is_one):
    assert is_contact_line(line) is is_one


LINK = "<a href='mailto:dpo@example.org?subject=Cookies'>our officer</a>"


@pytest.mark.parametrize(
    "markup",
    [
        f"<h1>Cookies</h1><p>Contact: {LINK}.</p>",
        f"<h1>Cookies</h1><h2>Contact</h2><p>Ask {LINK} about this page.</p>",
        f"<h1>Cookies</h1><ul><li>Any questions? {LINK}</li></ul>",
        f"<h1>Cookies</h1><p>Contact: {LINK}, or write to dpo@example.org.</p>",
        "<h1>Cookies</h1><p>Contact: <a href='MAILTO:dpo%40example.org'>our officer</a></p>",
    ],
)
def test_a_contact_may_stand_only_in_a_link(markup):
    assert imported(markup).facts.answerable[:2] == ("dpo@example.org", ())


@pytest.mark.parametrize(
    ("markup", "addresses"),
    [
        (f"<p>{LINK}</p><h1>Cookies</h1>", ("dpo@example.org",)),
        (f"<h1>Contact</h1><p>{LINK}</p><p>Or: info@example.org</p>", ("dpo@example.org", "info@example.org")),
        ("<h2>Contact</h2><p><a href='mailto:a@example.org'>b@example.org</a>", ("a@example.org", "b@example.org")),
        ("<h2>Contact</h2><p><a href='mailto:'>us</a> <a href='mailto:nobody'>x</a> <a href=/mailto:a@b.org>y</a>", ()),
    ],
)
def test_a_link_that_nothing_tells_to_be_the_contact_only_may_be_it(markup, addresses):
    assert imported(markup).facts.answerable[:2] == ("", addresses)


def test_of_many_links_only_the_first_are_looked_at():
    markup = "<h2>Contact</h2>" + "".join(f"<p><a href='mailto:a{number}@example.org'>x</a>" for number in range(99))
    assert len(imported(markup).facts.answerable.addresses) == 20
