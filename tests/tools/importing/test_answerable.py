"""Who answers for the site: what is a contact, what may be one, and who may run the site."""

import pytest

from cookiewarden.tools.importing.answerable import answerable_in, is_contact_line


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
