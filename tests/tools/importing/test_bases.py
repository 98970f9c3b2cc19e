"""What an import leaves to the policies and presets that it extends: only what the document does not contradict."""

from dataclasses import replace

import pytest

from cookiewarden.policy.declaration import Category, Declaration, Kind, Lifetime, Text
from cookiewarden.tools.importing.bases import without_bases
from cookiewarden.tools.importing.facts import Facts
from cookiewarden.tools.importing.interpreter import FoundCookie, Imported, Unclear

BASE = Declaration(
    ("lang", "sid"),
    Category.NECESSARY,
    Text({"en": "Keeps the language.", "fr": "Garde la langue."}, "en"),
    provider=Text({"en": "Exampletown"}, "en"),
    lifetime=Lifetime.parse("12 months"),
)
COOKIE = FoundCookie(("lang",), Category.NECESSARY)


def left(**said):
    return without_bases(Imported(Facts(), (replace(COOKIE, **said),)), [BASE]).cookies


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"purpose": "keeps the  language"},
        {"purpose": "Garde la langue."},
        {"provider": "Exampletown", "lifetime": "12 months"},
        {"unclear": (Unclear("purpose", "the document does not say it", ""),)},
    ],
)
def test_a_cookie_of_which_the_document_says_nothing_else_is_left_to_the_base(said):
    assert left(**said) == ()


@pytest.mark.parametrize(
    "said",
    [
        {"category": Category.FIRST_PARTY},
        {"purpose": "Keeps the colours."},
        {"provider": "Another"},
        {"lifetime": "1 day"},
        {"function": "Everywhere"},
        {"domain": "example.org"},
        {"kind": Kind.LOCAL_STORAGE},
        {"unclear": (Unclear("lifetime", "it is not a length of time", "for ever"),)},
    ],
)
def test_a_cookie_of_which_the_document_says_something_else_stays(said):
    assert left(**said) == (replace(COOKIE, **said),)


def test_the_names_that_are_left_to_the_base_are_told_and_the_others_stay_together():
    found = without_bases(Imported(Facts(), (replace(COOKIE, names=("a", "lang", "b", "sid")),)), [BASE])
    assert (found.cookies[0].names, found.of_bases) == (("a", "b"), ("lang", "sid"))
