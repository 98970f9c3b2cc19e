"""The policy file that the import writes: it loads, and tells what was unclear in comments."""

import tomllib
from datetime import date

import pytest

from cookiewarden import Policy
from cookiewarden.pages.languages import load_languages
from cookiewarden.policy.declaration import Category, Kind
from cookiewarden.tools.importing.answerable import Answerable
from cookiewarden.tools.importing.facts import Facts
from cookiewarden.tools.importing.interpreter import FoundCookie, Imported, Unclear
from cookiewarden.tools.importing.written_policy import PAGE_LANGUAGES, write_policy

COOKIE = FoundCookie(("a",), Category.NECESSARY, "Keeps it.")


def test_every_fact_stands_in_the_policy():
    cookie = FoundCookie(
        ("_ga", "_ga_*"),
        Category.STATISTICAL,
        "Compte « les visites ».",
        "Exemple",
        "Partout",
        "13 months",
        "example.org",
    )
    storage = FoundCookie(("cart",), Category.FIRST_PARTY, "Basket.", kind=Kind.LOCAL_STORAGE)
    facts = Facts("Exempleville", "data.example.org", "Un.\n\nDeux.", date(2021, 3, 30), "fr")
    text = write_policy(Imported(facts, (cookie, storage)))
    policy = Policy.from_mapping(tomllib.loads(text))
    site, declaration = policy.site, policy.declarations[0]
    assert (str(site.name), site.id, site.hosts, site.updated, site.language) == (
        "Exempleville", "data.example.org", ("data.example.org",), date(2021, 3, 30), "fr"
    )  # fmt: skip
    assert str(site.introduction) == "Un.\n\nDeux."
    assert declaration.names == ("_ga", "_ga_*")
    assert (str(declaration.provider), str(declaration.function), str(declaration.purpose)) == (
        "Exemple", "Partout", "Compte « les visites »."
    )  # fmt: skip
    assert (declaration.lifetime.text, declaration.domain) == ("13 months", "example.org")
    assert policy.declarations[1].kind is Kind.LOCAL_STORAGE
    assert "« les visites »" in text  # as people write it


@pytest.mark.parametrize(("language", "offered"), [("fr", ("fr",)), ("nl-be", ("nl-be",)), ("sv", ())])
def test_the_pages_offer_the_language_of_the_document_if_they_speak_it(language, offered):
    site = Policy.from_mapping(tomllib.loads(write_policy(Imported(Facts(language=language), (COOKIE,))))).site
    assert (site.language, site.languages) == (language, offered)


def test_the_languages_of_the_pages_are_those_that_have_a_catalog():
    assert set(load_languages(None)) == PAGE_LANGUAGES


def test_what_is_unclear_stands_above_the_declaration_with_the_words_of_the_document():
    cookie = FoundCookie(
        ("a",),
        Category.FIRST_PARTY,
        "x",
        unclear=(Unclear("lifetime", "it is not a length of time", "for ever"),),
        is_asked=True,
    )
    left_out = (Unclear("name", "it is not a name", "See list"),)
    text = write_policy(Imported(Facts(unclear_date="03/04/2021"), (cookie,), left_out))
    assert '# unclear: lifetime: it is not a length of time: "for ever"\n[[cookies]]\nname = "a"\n' in text
    assert 'category = "first-party"\n# category = "necessary" # in place of the line above' in text
    assert text.endswith('# ---- Not declared ----\n#\n# unclear: name: it is not a name: "See list"\n')
    assert '# unclear: updated: the date can be read in two ways, or is not whole: "03/04/2021"' in text
    assert "# unclear: name: the document does not name the site" in text


def test_the_contact_is_written_and_what_is_not_sure_is_a_comment():
    facts = Facts("Town", unclear_name="Town", answerable=Answerable("dpo@example.org", (), "The Town", "Run by it"))
    text = write_policy(Imported(facts, (COOKIE,)))
    assert tomllib.loads(text)["site"]["contact"] == "dpo@example.org"
    assert '# unclear: operator: this may be who runs the site: "Run by it"\n# operator = "The Town"\n' in text
    assert "# unclear: name: this is the title of the document" in text
    text = write_policy(Imported(Facts(answerable=Answerable("", ("a@example.org", "b@example.org"))), (COOKIE,)))
    assert '# contact = "a@example.org"\n# contact = "b@example.org"\n' in text
    assert "contact" not in tomllib.loads(text)["site"]


def test_a_purpose_that_is_not_told_is_left_to_write():
    assert 'purpose = "..."' in write_policy(Imported(Facts(), (FoundCookie(("a",), Category.NECESSARY),)))


@pytest.mark.parametrize(
    "words", ["\x1b[31m\u202e", 'a"b\\', "a\nb", "# x", "'''", '"""', "\ud800", "é" * 5000, "]\n[[cookies]]"]
)
def test_no_words_of_a_document_break_the_file_or_reach_the_terminal(words):
    cookie = FoundCookie(("a",), Category.FIRST_PARTY, words, words, words, unclear=(Unclear("name", "x", words),))
    text = write_policy(
        Imported(Facts(words, "", words, None, "en", words), (cookie,), (Unclear("name", "x", words),)), source=words
    )
    assert len(Policy.from_mapping(tomllib.loads(text)).declarations) == 2  # with the preferences cookie
    assert all(line.isprintable() for line in text.split("\n"))


def test_a_base_is_named_and_so_is_what_is_left_to_it():
    text = write_policy(Imported(Facts(), (COOKIE,), of_bases=("b", "c")), extends=["preset:django", "base.toml"])
    assert tomllib.loads(text)["extends"] == ["preset:django", "base.toml"]
    assert "what it extends says the same: b, c." in text


def test_what_was_not_read_is_told():
    text = write_policy(Imported(Facts(), (COOKIE,), uncounted=3, is_cut=True, is_vendor_list=True))
    assert "3 more cookies" in text
    assert "only their beginning was read" in text
    assert "what vendors say" in text


def test_the_columns_that_are_not_read_stand_in_one_comment_with_a_bound():
    text = write_policy(Imported(Facts(), (COOKIE,), unread_columns=("Remarks", "Land\x1b")))
    assert text.count("# Columns not read:") == 1
    assert '"Remarks", "Land\\x1b".' in text
    assert "and 5 more" in write_policy(Imported(Facts(), (COOKIE,), unread_columns=tuple(map(str, range(25)))))
