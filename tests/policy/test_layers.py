"""How the layers of a policy are merged: extends, remove, overrides and languages, in TOML, JSON and mappings."""

import json

import pytest

from cookiewarden import Policy, PolicyError


def row(name, purpose="p", category="statistical"):
    return {"names" if isinstance(name, list) else "name": name, "category": category, "purpose": purpose}


def declared(loaded):
    return {
        name: str(item.purpose) for item in loaded.declarations for name in item.names if name != "cookies_preferences"
    }


def test_a_chain_of_a_thousand_files_loads_or_gives_one_problem(write):
    chain = {f"f{number}": {"extends": f"f{number + 1}.json"} for number in range(1000)}
    path = write(f1000={"site": {"name": "x"}, "cookies": [row("a", "Counts")]}, **chain).with_name("f0.json")
    try:
        outcome = declared(Policy.load(path))
    except PolicyError as error:
        outcome = len(error.problems)
    assert outcome in ({"a": "Counts"}, 1)


@pytest.mark.parametrize(
    ("site", "expected"),
    [
        ({"extends": ["one.json", "two.json"]}, {"x": "two", "y": "one", "z": "two", "w": "base"}),
        ({"extends": ["two.json", "one.json"]}, {"x": "one", "y": "one", "z": "two", "w": "base"}),
        ({"extends": ["one.json", "base.json"]}, {"x": "one", "y": "one", "w": "base"}),
        ({"extends": "one.json", "cookies": [row("x", "own")]}, {"x": "own", "y": "one", "w": "base"}),
        ({"extends": "one.json", "remove": ["x", "w"]}, {"y": "one"}),
        ({"extends": "one.json", "remove": ["x"], "cookies": [row("x", "own")]}, {"x": "own", "y": "one", "w": "base"}),
        ({"extends": "base.json", "cookies": [row("y", "own")]}, {"x": "base", "y": "own", "w": "base"}),
    ],
)
def test_the_later_file_wins_name_by_name(write, site, expected):
    base = {"cookies": [row(["x", "y", "w"], "base")]}
    one = {"extends": "base.json", "cookies": [row(["x", "y"], "one")]}
    two = {"extends": "base.json", "cookies": [row("x", "two"), row("z", "two")]}
    loaded = Policy.load(write(base=base, one=one, two=two, site={"site": {"name": "s"}} | site))
    assert declared(loaded) == expected
    assert len({name for item in loaded.declarations for name in item.names}) == len(expected) + 1


def test_the_keys_of_site_and_preferences_override_those_of_the_bases(write):
    base = {
        "site": {"name": "Base", "contact": "c", "language": "fr"},
        "preferences": {"name": "p", "lifetime": "1 year"},
    }
    loaded = Policy.load(
        write(base=base, site={"extends": "base.json", "site": {"name": "S"}, "preferences": {"name": "q"}})
    )
    assert (str(loaded.site.name), str(loaded.site.contact), loaded.site.language) == ("S", "c", "fr")
    assert (loaded.preferences.name, loaded.preferences.lifetime.text) == ("q", "1 year")


def test_a_base_has_its_own_language_and_a_text_falls_back_to_the_default(write):
    base = {"site": {"language": "en"}, "cookies": [row("a", "Counts"), row("b", {"en": "Ads", "FR": "Pub"})]}
    loaded = Policy.load(write(base=base, site={"extends": "base.json", "site": {"name": "Ville", "language": "fr"}}))
    texts = {item.names[0]: item.purpose for item in loaded.declarations}
    assert (str(texts["a"]), texts["a"].in_language("nl")) == ("Counts", "Counts")
    assert (str(texts["b"]), texts["b"].in_language("en")) == ("Pub", "Ads")


@pytest.mark.parametrize(
    ("base", "site", "language", "texts"),
    [
        ({}, {"languages": ["fr", "NL"]}, "fr", ("fr", "fr")),
        ({}, {"languages": ["fr", "nl"], "language": "nl"}, "nl", ("nl", "nl")),
        ({"languages": ["fr", "nl"]}, {}, "fr", ("fr", "fr")),
        ({"languages": ["fr", "nl"]}, {"language": "nl"}, "nl", ("fr", "nl")),
        # The last file that says either decides.
        ({"language": "en"}, {"languages": ["fr", "nl"]}, "fr", ("en", "fr")),
        ({"language": "en", "languages": ["en"]}, {"languages": ["nl"]}, "nl", ("en", "nl")),
    ],
)
def test_the_first_of_the_languages_is_the_default_of_a_file_that_names_none(write, base, site, language, texts):
    layers = {"base": {"site": base, "cookies": [row("a")]}}
    loaded = Policy.load(
        write(**layers, site={"extends": "base.json", "site": {"name": "S"} | site, "cookies": [row("b")]})
    )
    assert loaded.site.language == language
    written = {item.names[0]: next(iter(item.purpose.by_language)) for item in loaded.declarations}
    assert (written["a"], written["b"]) == texts


def test_a_language_outside_of_those_of_a_base_is_a_problem_of_the_file_that_names_it(write):
    path = write(
        base={"site": {"languages": ["fr", "nl"]}},
        site={"extends": "base.json", "site": {"name": "S", "language": "de"}},
        top={"extends": "site.json"},
    ).with_name("top.json")
    with pytest.raises(PolicyError) as raised:
        Policy.load(path)
    [problem] = raised.value.problems
    assert (problem.file, problem.key, problem.line) == ("site.json", "site.language", 1)
    assert problem.message == '"de" is not under languages'
    assert problem.remedy == "add it there, or write one of them: fr, nl"


def test_the_texts_of_a_category_override_those_of_the_bases_key_by_key(write):
    base = {
        "statistical": {"title": {"en": "Analytics", "fr": "Mesure"}, "explanation": "They count."},
        "third-party": {"title": "Media"},
    }
    site = {"statistical": {"title": "Statistics"}, "first-party": {"explanation": "Ours."}}
    path = write(base={"categories": base}, site={"extends": "base.json", "site": {"name": "S"}, "categories": site})
    found = Policy.load(path).category_texts
    assert {kind: (texts.title and str(texts.title), str(texts.explanation)) for kind, texts in found.items()} == {
        "statistical": ("Statistics", "They count."),
        "third-party": ("Media", "None"),
        "first-party": (None, "Ours."),
    }
    assert found["statistical"].title.in_language("fr") == "Statistics"


TOML = """
remove = []
[site]
name = {en = "Open data", fr = "Données"}
hosts = ["Data.example.org"]
updated = 2021-03-30
languages = ["en", "fr"]
[categories.statistical]
title.en = "Analytics"
title.fr = "Mesure"
[categories.first-party]
explanation = "Ours."
[preferences]
lifetime = "1 year"
[[cookies]]
names = ["_ga", "_ga_*"]
category = "statistical"
purpose = "Counts"
anonymized = true
"""


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_toml_json_and_a_mapping_give_the_same_policy_with_or_without_a_byte_order_mark(tmp_path, mark):
    mapping = {
        "remove": [],
        "site": {
            "name": {"en": "Open data", "fr": "Données"},
            "hosts": ["Data.example.org"],
            "updated": "2021-03-30",
            "languages": ["en", "fr"],
        },
        "categories": {
            "statistical": {"title": {"en": "Analytics", "fr": "Mesure"}},
            "first-party": {"explanation": "Ours."},
        },
        "preferences": {"lifetime": "1 year"},
        "cookies": [row(["_ga", "_ga_*"], "Counts") | {"anonymized": True}],
    }
    (tmp_path / "a.toml").write_bytes(mark + TOML.encode())
    (tmp_path / "a.json").write_bytes(mark + json.dumps(mapping, ensure_ascii=False).encode())
    toml, js, plain = (
        Policy.load(tmp_path / "a.toml"),
        Policy.load(str(tmp_path / "a.json")),
        Policy.from_mapping(mapping),
    )
    for other in (js, plain):
        assert (toml.site, toml.preferences, toml.declarations) == (other.site, other.preferences, other.declarations)
        assert (toml.category_texts, toml.digests) == (other.category_texts, other.digests)


def test_the_preferences_cookie_is_declared_for_a_site_that_does_not_declare_it():
    loaded = Policy.from_mapping({"site": {"name": "x"}, "cookies": [row("*", "all"), row("cookies_*", "some")]})
    ours = loaded.declarations[-1]
    assert (ours.names, ours.category, ours.lifetime.text) == (("cookies_preferences",), "necessary", "6 months")
    assert loaded.decide("cookies_preferences=x").reason == "necessary"


def test_the_site_may_declare_the_preferences_cookie_itself():
    own = row(["cookies_preferences", "x"], "own", "necessary")
    assert len(Policy.from_mapping({"site": {"name": "x"}, "cookies": [own]}).declarations) == 1


@pytest.mark.parametrize(
    ("site", "identity"),
    [
        ({"name": "N"}, "N"),
        ({"name": "N", "hosts": ["A.example", "b.example"]}, "a.example"),
        ({"name": "N", "hosts": ["a.example"], "id": "own"}, "own"),
        ({"name": {"fr": "Ville", "en": "Town"}, "language": "fr"}, "Ville"),
    ],
)
def test_a_choice_is_bound_to_the_id_or_the_first_host_or_the_name(site, identity):
    assert Policy.from_mapping({"site": site}).site.id == identity


def test_a_preset_counts_only_if_it_is_extended():
    plain = Policy.from_mapping({"site": {"name": "x"}})
    django = Policy.from_mapping({"site": {"name": "x"}, "extends": "preset:django"})
    assert plain.decide("csrftoken=1").reason == "undeclared"
    assert django.decide("csrftoken=1").reason == "necessary"
    assert all(item.source for item in django.declarations[:-1])


def test_a_mistake_in_the_texts_of_a_category_has_its_line(tmp_path):
    lines = ["[site]", 'name = "x"', "[categories.statistical]", 'title.en = "Analytics"', 'description = "Counts"']
    (tmp_path / "a.toml").write_text("\n".join([*lines, "[categories.analytics]", 'title = ""']))
    with pytest.raises(PolicyError) as raised:
        Policy.load(tmp_path / "a.toml")
    found = [(one.key, one.line, one.column) for one in raised.value.problems]
    assert found == [("categories.statistical.description", 5, 1), ("categories.analytics", 6, 13)]
