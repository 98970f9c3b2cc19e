"""The words of other consent tools: the message says what they are called here, and why."""

import pytest

from cookiewarden import Category, Consent, Policy, PolicyError
from cookiewarden.policy.other_words import CATEGORY_KEY_WORDS, KEY_WORDS, advice_on_category


def problem_of(**cookie):
    cookie = {"name": "_ga", "category": "necessary", "purpose": "x"} | cookie
    with pytest.raises(PolicyError) as raised:
        Policy.from_mapping({"site": {"name": "Shop"}, "cookies": [cookie]})
    [problem] = raised.value.problems
    return str(problem)


@pytest.mark.parametrize(
    ("word", "words"),
    [
        ("marketing", ['"third-party" if another company', '"first-party" if only this site']),
        ("Advertising", ['"third-party"', "another company"]),
        ("targeting", ['"third-party"', "another company"]),
        ("analytics", ["statistical", "measure how the site is used"]),
        ("statistics", ["statistical", "measure how the site is used"]),
        ("performance", ["statistical", "measure", '"necessary" for a cookie that only spreads visitors over servers']),
        ("functional", ['"necessary" only if', "what the visitor asked for", '"first-party"']),
        ("preferences", ['"necessary" only if', "what the visitor asked for", '"first-party"']),
        ("essential", ['"necessary" if visitors cannot get', '"first-party"']),
        ("strictly necessary", ['"necessary" if visitors cannot get']),
        ("strictly_necessary", ['"necessary" if visitors cannot get']),
        ("Strictly-Necessary", ['"necessary" if visitors cannot get']),
        ("social media", ["third-party", "another website"]),
        ("unclassified", ["find out", "necessary, statistical, first-party, third-party"]),
        ("thirdparty", ["did you mean third-party?"]),
        ("xyzzy", ["known here: first-party, necessary, statistical, third-party"]),
    ],
)
def test_a_category_of_another_tool_is_translated_with_the_reason(word, words):
    message = problem_of(category=word)
    assert message.startswith(f'policy: cookies[0].category (cookie "_ga"): "{word}" is not a category; ')
    assert [one for one in words if one not in message] == []


def test_callers_are_told_the_same():
    with pytest.raises(ValueError, match='"marketing" is not a category; write "third-party"'):
        Consent.of(["marketing"])


@pytest.mark.parametrize("category", Category)
def test_no_category_of_ours_is_another_word(category):
    assert advice_on_category(category) == ""


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("description", "purpose"),
        ("duration", "lifetime"),
        ("max_age", "lifetime"),
        ("Max-Age", "lifetime"),
        ("vendor", "provider"),
        ("type", "category"),
        ("catgory", "category"),
    ],
)
def test_a_key_of_another_tool_is_translated(key, meant):
    message = problem_of(**{key: "x"})
    assert message == f'policy: cookies[0].{key} (cookie "_ga"): unknown key; did you mean {meant}?'


def test_every_word_for_a_key_can_be_reached():
    words = [*KEY_WORDS, *CATEGORY_KEY_WORDS]
    assert [word for word in words if word != word.lower() or not word.isalpha()] == []
