"""The derived version: what changes the digest of a category, and what leaves a visitor's choice in force."""

import pytest

from cookiewarden import Category, Policy

S, F, T = Category.STATISTICAL, Category.FIRST_PARTY, Category.THIRD_PARTY


def row(name, category, **more):
    return {"name": name, "category": category, "purpose": {"en": "Counts", "fr": "Compte"}, **more}


SITE = {"name": "Exampletown", "operator": "Town", "contact": "a@example.org", "updated": "2021-03-30"}
COOKIES = [
    row("_ga", "statistical", lifetime="1 week"),
    row("_pk", "statistical", anonymized=True),
    row("theme", "first-party"),
    row("_fbp", "third-party", provider="Social"),
    row("sid", "necessary"),
]


def digests(site=None, cookies=COOKIES, **more):
    return Policy.from_mapping({"site": SITE | (site or {}), "cookies": cookies, **more}).digests


BEFORE = digests()


def changed(index, **more):
    rows = [dict(cookie) for cookie in COOKIES]
    rows[index] = {key: value for key, value in (rows[index] | more).items() if value is not None}
    return {"cookies": rows}


@pytest.mark.parametrize(
    ("change", "moved"),
    [
        # What a visitor consents to.
        (changed(0, name="_gb"), {S}),
        (changed(0, name=None, names=["_ga", "_ga_*"]), {S}),
        (changed(0, lifetime="2 weeks"), {S}),
        (changed(0, lifetime="session"), {S}),
        (changed(0, lifetime=None), {S}),
        (changed(0, anonymized=True), {S}),
        (changed(1, anonymized=None), {S}),
        (changed(0, purpose={"en": "Profiles", "fr": "Compte"}), {S}),
        (changed(0, purpose="Profiles"), {S}),
        (changed(0, provider="Measure Inc."), {S}),
        (changed(3, provider="Another"), {T}),
        (changed(2, category="third-party"), {F, T}),
        (changed(4, category="first-party"), {F}),
        (changed(2, category="necessary"), {F}),
        (changed(2, kind="local-storage"), {F}),
        (changed(2, hosts=["cdn.example.org"]), {F}),
        (changed(1, kind="local-storage", hosts=["cdn.example.org"]), set()),
        ({"cookies": COOKIES[1:]}, {S}),
        ({"cookies": [*COOKIES, row("new", "third-party")]}, {T}),
        ({"cookies": []}, {S, F, T}),
        # The operator is the provider of a cookie that names none.
        ({"site": {"operator": "Village"}}, {S, F}),
        ({"site": {"language": "fr"}}, {S, F, T}),
        ({"site": {"languages": ["fr", "en"]}}, {S, F, T}),
        ({"site": {"version": "3"}}, {S, F, T}),
        # What a visitor does not consent to.
        ({"cookies": COOKIES[::-1]}, set()),
        (changed(0, purpose={"en": "Counts", "fr": "Mesure", "nl": "Telt"}), set()),
        (changed(0, purpose="Counts"), set()),
        (changed(0, lifetime="7 days"), set()),
        (changed(0, provider="Town"), set()),
        (changed(0, provider={"en": "Town", "fr": "Ville"}), set()),
        (changed(0, function="Measures"), set()),
        (changed(0, path="/shop", domain="example.org", source="manual"), set()),
        (changed(0, name=None, names=["_ga"]), set()),
        (changed(0, kind="cookie", hosts=[]), set()),
        (changed(1, purpose="Something else", lifetime="1 year"), set()),
        (changed(1, name="_pk2"), set()),
        (changed(4, name="session", purpose="Other", lifetime="1 year"), set()),
        ({"cookies": COOKIES[:4]}, set()),
        ({"cookies": [*COOKIES, row("csrf", "necessary")]}, set()),
        ({"site": {"name": "Other", "id": "x", "hosts": ["x.org"], "contact": "b@example.org"}}, set()),
        (
            {"site": {"updated": "2024-01-01", "introduction": "Welcome", "operator": {"en": "Town", "fr": "Ville"}}},
            set(),
        ),
        ({"categories": {"statistical": {"title": "Analytics", "explanation": "They count."}}}, set()),
        ({"categories": {category: {"title": {"fr": "Mesure"}} for category in (S, F, T, "necessary")}}, set()),
        ({"site": {"languages": ["en", "fr"]}}, set()),
        ({"preferences": {"name": "choice", "lifetime": "1 year", "domain": "example.org"}}, set()),
    ],
)
def test_an_edit_changes_the_digests_of_these_categories_and_no_others(change, moved):
    after = digests(**change)
    assert {category for category in BEFORE if after[category] != BEFORE[category]} == moved


def test_each_category_that_needs_consent_has_a_short_digest():
    assert set(BEFORE) == {S, F, T}
    assert all(len(digest) == 8 and digest.isascii() for digest in BEFORE.values())
    assert len(set(BEFORE.values())) == 3


def test_the_digests_are_the_same_on_every_machine():
    # Stored choices hold the digests: if they change, every visitor is asked again.
    assert digests() == BEFORE
    one = Policy.from_mapping({"site": {"name": "x"}, "cookies": [row("_ga", "statistical")]}).digests
    assert one == {S: "YMb7qoXR", F: "T1PNoYwr", T: "T1PNoYwr"}


def test_if_the_site_has_its_own_version_nothing_else_counts():
    third = digests({"version": "3"})
    assert digests({"version": "3"}, cookies=[]) == third
    assert digests({"version": "3", "operator": "Village"}, cookies=COOKIES[2:]) == third
    fourth = digests({"version": "4"})
    assert all(third[category] != fourth[category] for category in third)


def test_a_text_that_moves_to_another_key_changes_the_digest():
    first = row("a", "statistical") | {"purpose": "b", "provider": "c"}
    second = row("a", "statistical") | {"purpose": "c", "provider": "b"}
    pair = [row("a", "statistical"), row("b", "statistical")]
    joint = [row("a", "statistical") | {"name": None, "names": ["a", "b"]}]
    joint = [{key: value for key, value in joint[0].items() if value is not None}]
    assert digests(cookies=[first])[S] != digests(cookies=[second])[S]
    assert digests(cookies=pair)[S] != digests(cookies=joint)[S]


def test_a_policy_with_a_base_has_the_same_digests_as_the_same_policy_in_one_file(tmp_path):
    (tmp_path / "base.toml").write_text(
        '[[cookies]]\nnames = ["_ga", "_gid"]\ncategory = "statistical"\npurpose = "Counts"\n'
    )
    extending = Policy.from_mapping(
        {
            "extends": str(tmp_path / "base.toml"),
            "site": {"name": "x"},
            "cookies": [row("_gid", "statistical", lifetime="1 day")],
        }
    )
    alone = Policy.from_mapping(
        {
            "site": {"name": "x"},
            "cookies": [
                {"name": "_ga", "category": "statistical", "purpose": "Counts"},
                row("_gid", "statistical", lifetime="1 day"),
            ],
        }
    )
    assert extending.digests == alone.digests
