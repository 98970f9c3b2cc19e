"""What the import finds in the corpus of published policies, beside what each document says."""

import json
import re
import unicodedata

import pytest

from benchmarks.import_corpus import (
    FACTS,
    FOLDER,
    LIFETIMES,
    NAMES,
    compare,
    compare_all,
    declared,
    import_sample,
    samples,
)
from cookiewarden.policy.declaration import Category
from cookiewarden.policy.policy import Policy

SAMPLES = samples()
each_sample = pytest.mark.parametrize("sample", SAMPLES, ids=str)


#: The least share of what the documents say that the import has to find.
LEAST_RECALL = dict.fromkeys(FACTS, 0.95) | {NAMES: 0.99, "site": 0.85}


@each_sample
def test_each_name_that_is_imported_is_one_in_the_document(sample):
    assert compare(sample, import_sample(sample)).invented == []


@each_sample
def test_a_cookie_is_necessary_only_if_the_document_says_so(sample):
    necessary = {name for name, one in declared(import_sample(sample)).items() if one.category is Category.NECESSARY}
    assert necessary <= {name for name, facts in sample.cookies.items() if facts["category"] == Category.NECESSARY}


@each_sample
def test_no_lifetime_is_longer_or_shorter_than_the_document_says(sample):
    comparison = compare(sample, import_sample(sample))
    assert comparison.right[LIFETIMES] == comparison.given[LIFETIMES], comparison.missed(LIFETIMES)


@each_sample
def test_the_language_of_the_document_is_recognized(sample):
    # Without words around it, a table may be in any language.
    if sample.format != "csv":
        assert import_sample(sample).site.language.partition("-")[0] == sample.language


@pytest.mark.parametrize("fact", FACTS)
def test_the_import_finds_nearly_all_that_the_documents_say(fact):
    comparison = compare_all()
    assert comparison.recall(fact) >= LEAST_RECALL[fact], "\n".join(comparison.missed(fact))


def policy_of(sample):
    """Return the policy that one would write by hand from a document."""
    site = sample.expected["site"]
    table = {"name": site.get("name", "Exampletown"), "language": sample.language}
    if "host" in site:
        table["hosts"] = [site["host"]]
    table |= {key: site[key] for key in ("updated", "contact") if key in site}
    cookies = []
    for facts in sample.expected["cookies"]:
        told = {key: facts[key] for key in ("names", "lifetime", "provider", "kind") if key in facts}
        purpose = facts.get("purpose_contains", "...")
        cookies.append({**told, "category": facts["category"] or "first-party", "purpose": purpose})
    return Policy.from_mapping({"site": table, "cookies": cookies})


def test_the_corpus_has_many_documents_in_each_language_and_format():
    assert len(SAMPLES) >= 36
    for language in ("en", "fr", "nl", "de"):
        assert sum(sample.language == language for sample in SAMPLES) >= 7
    assert {sample.format for sample in SAMPLES} == {"html", "md", "txt", "csv"}
    assert sum(not sample.cookies for sample in SAMPLES) >= 4


def test_each_document_has_its_expected_facts_and_nothing_else_stands_there():
    facts = {path.name.removesuffix(".expected.json") for path in FOLDER.glob("*.expected.json")}
    assert facts == {str(sample) for sample in SAMPLES}


@each_sample
def test_a_policy_written_by_hand_from_the_expected_facts_has_all_of_them(sample):
    comparison = compare(sample, policy_of(sample))
    assert (comparison.misses, comparison.invented) == ([], [])
    assert [comparison.recall(fact) for fact in FACTS] == [1.0] * len(FACTS)


@each_sample
def test_each_expected_name_stands_in_its_document(sample):
    text = readable(sample)
    for name in sample.cookies:
        parts = [part for part in name.split("*") if part]
        assert all(part in text for part in parts), name
    assert not set(sample.expected["not_names"]) & set(sample.cookies)


def readable(sample):
    """Return the text of a document, without what browsers do not show."""
    data = sample.path.read_bytes()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("cp1252")
    text = re.sub(r"</?code>|&shy;", "", text).replace("&#95;", "_")
    return "".join(one for one in text if unicodedata.category(one) != "Cf")


def test_the_expected_facts_name_no_key_that_nothing_reads():
    known = {"names", "category", "provider", "lifetime", "purpose_contains", "kind"}
    for sample in SAMPLES:
        assert set(sample.expected) == {"language", "site", "cookies", "not_names"}, sample
        assert set(sample.expected["site"]) <= {"name", "host", "updated", "contact"}, sample
        for facts in sample.expected["cookies"]:
            assert set(facts) <= known, json.dumps(facts)
