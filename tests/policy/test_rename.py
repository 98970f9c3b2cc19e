"""Renaming: which cookies a policy file or an option may give new names, and how a wrong name is reported."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden import OptionError, Policy, PolicyError, PolicySet, Reason

SITE = {"site": {"name": "Exampletown", "hosts": ["town.example"]}}
DJANGO = {**SITE, "extends": "preset:django"}


def row(*names, purpose="p", **fields):
    return {"names": names, "category": "statistical", "purpose": purpose, **fields}


def names_of(policy):
    return [one.names for one in policy.declarations if one.names != ("cookies_preferences",)]


def site_of(write, rename, **keys):
    one = {"cookies": [row("a", "b", "c"), row("d*")]}
    two = {"cookies": [row("e")]}
    return write(one=one, two=two, site={**SITE, "extends": ["one.json", "two.json"], "rename": rename, **keys})


@pytest.mark.parametrize(
    ("rename", "keys", "expected"),
    [
        ({}, {}, [("a", "b", "c"), ("d*",), ("e",)]),
        ({"b": "x"}, {}, [("a", "x", "c"), ("d*",), ("e",)]),  # only that name of the declaration
        ({"a": "x", "c": "y", "e": "z"}, {}, [("x", "b", "y"), ("d*",), ("z",)]),
        ({"a": "b", "b": "a"}, {}, [("b", "a", "c"), ("d*",), ("e",)]),
        ({"a": "b", "b": "x"}, {}, [("b", "x", "c"), ("d*",), ("e",)]),
        ({"a": "e", "e": "a"}, {}, [("e", "b", "c"), ("d*",), ("a",)]),
        ({"a": "a"}, {}, [("a", "b", "c"), ("d*",), ("e",)]),
        ({"d*": "x*"}, {}, [("a", "b", "c"), ("x*",), ("e",)]),
        ({"d*": "d"}, {}, [("a", "b", "c"), ("d",), ("e",)]),
        ({"e": "__Host-e"}, {}, [("a", "b", "c"), ("d*",), ("__Host-e",)]),
        ({"e": "é"}, {}, [("a", "b", "c"), ("d*",), ("é",)]),
        # First remove, then rename, then the file's own declarations.
        ({"b": "a"}, {"remove": ["a"]}, [("a", "c"), ("d*",), ("e",)]),
        ({"e": "x"}, {"cookies": [row("x", "y")]}, [("a", "b", "c"), ("d*",), ("x", "y")]),
        ({"e": "x"}, {"cookies": [row("e")]}, [("a", "b", "c"), ("d*",), ("x",), ("e",)]),
    ],
)
def test_the_bases_cookies_get_their_new_names(write, rename, keys, expected):
    assert names_of(Policy.load(site_of(write, rename, **keys))) == expected


@pytest.mark.parametrize(
    ("rename", "keys", "key", "message"),
    [
        ({"aa": "x"}, {}, "rename.aa", 'no base declares "aa"; did you mean a?'),
        ({"d": "x"}, {}, "rename.d", 'no base declares "d"; did you mean d*?'),
        ({"own": "x"}, {"cookies": [row("own")]}, "rename.own", 'no base declares "own"'),
        ({"a": "x"}, {"remove": ["a"]}, "rename.a", '"a" is under remove, too; keep one of them'),
        ({"a": "x", "e": "x"}, {}, "rename.e", '"a" and "e" would both be named "x"; give each a name of its own'),
        ({"a": "e"}, {}, "rename.a", 'a base already declares "e"; choose another name, or write remove = ["e"]'),
        ({"a": "b", "b": "b"}, {}, "rename.b", '"a" and "b" would both be named "b"'),
        ({"a": ""}, {}, "rename.a", "must be a cookie name"),
        ({"a": "x y;"}, {}, "rename.a", "is not a cookie name"),
        ({"a": "x*y*"}, {}, "rename.a", "has more than one *"),
        ({"a": "x*"}, {}, "rename.a", '"x*" is a pattern, but "a" is one cookie; write a name without *'),
        ({"a": "x, y"}, {}, "rename.a", "looks like several names"),
        ({"a": 1}, {}, "rename", "must be a table of strings; write"),
        (["a"], {}, "rename", "must be a table of strings; write"),
        ({"e": "cookies_preferences"}, {}, "cookies", "but it stores the choices"),
    ],
)
def test_a_wrong_name_is_one_problem_with_its_place_and_remedy(write, rename, keys, key, message):
    with pytest.raises(PolicyError) as caught:
        Policy.load(site_of(write, rename, **keys))
    [problem] = caught.value.problems
    assert (problem.file, problem.key) == ("site.json", key)
    assert message in str(problem)


def test_all_wrong_names_are_reported_at_once(write):
    with pytest.raises(PolicyError) as caught:
        Policy.load(site_of(write, {"a": "e", "x": "y", "b": "z;"}))
    assert {problem.key for problem in caught.value.problems} == {"rename.a", "rename.x", "rename.b"}


def test_without_a_base_there_is_nothing_to_rename():
    with pytest.raises(PolicyError, match="extend a base that has it"):
        Policy.from_mapping({**SITE, "rename": {"a": "b"}})


def test_renaming_a_cookie_of_a_missing_base_adds_no_problem(write):
    with pytest.raises(PolicyError) as caught:
        Policy.load(write(site={**SITE, "extends": "gone.json", "rename": {"a": "b"}}))
    assert [problem.key for problem in caught.value.problems] == ["extends"]


def test_a_file_may_rename_again_what_its_base_renamed(write):
    low = {"extends": "preset:django", "rename": {"sessionid": "town", "csrftoken": "csrf"}}
    policy = Policy.load(write(low=low, site={**SITE, "extends": "low.json", "rename": {"town": "__Host-town"}}))
    assert names_of(policy)[:2] == [("__Host-town",), ("csrf",)]
    assert policy.decide("__Host-town=1; Path=/; Secure").reason is Reason.NECESSARY
    assert policy.decide("sessionid=1").reason is Reason.UNDECLARED


def test_a_name_that_a_later_base_declared_itself_is_renamed_there_alone(write):
    one = {"cookies": [row("a", "b", purpose="one")]}
    two = {"extends": "one.json", "cookies": [row("b", purpose="two")]}
    policy = Policy.load(write(one=one, two=two, site={**SITE, "extends": "two.json", "rename": {"a": "x", "b": "y"}}))
    assert [(row.names, str(row.purpose)) for row in policy.declarations[:2]] == [(("x",), "one"), (("y",), "two")]


TOML = """
extends = "base.json"
rename = {a = "x", "d*" = "y*"}
[site]
name = "Exampletown"
"""
TABLE = """
extends = "base.json"
[site]
name = "Exampletown"
[rename]
a = "x"
"d*" = "y*"
"""


def test_toml_json_and_a_mapping_rename_alike(write, monkeypatch):
    mapping = {"site": {"name": "Exampletown"}, "extends": "base.json", "rename": {"a": "x", "d*": "y*"}}
    path = write(base={"cookies": [row("a", "b"), row("d*")]}, site=mapping)
    monkeypatch.chdir(path.parent)
    policies = [Policy.load(path), Policy.from_mapping(mapping)]
    for name, text in [("inline.toml", TOML), ("table.toml", TABLE)]:
        path.with_name(name).write_text(text)
        policies.append(Policy.load(path.with_name(name)))
    same = {**mapping, "extends": [], "rename": {}, "cookies": [row("x", "b"), row("y*")]}
    for policy in policies:
        assert policy.declarations == Policy.from_mapping(same).declarations
        # The version follows from the declarations as they are after renaming.
        assert policy.digests == Policy.from_mapping(same).digests
    assert policies[0].digests != Policy.load(write(site={**mapping, "rename": {}})).digests


declared = st.lists(st.sampled_from("abcdefgh"), unique=True, min_size=1)


@given(names=declared, data=st.data())
def test_renaming_there_and_back_gives_the_same_policy(tmp_path_factory, names, data):
    cut = data.draw(st.integers(0, len(names)))
    rows = [row(*part) for part in (names[:cut], names[cut:]) if part]
    olds = data.draw(st.lists(st.sampled_from(names), unique=True))
    # Each new name is a fresh one, or the old name of another.
    news = data.draw(st.permutations([*olds, *(f"{name}_" for name in olds)]))[: len(olds)]
    there = dict(zip(olds, news, strict=True))
    taken = set(names) - set(olds)
    folder = tmp_path_factory.getbasetemp()
    for name, table in {"base": {"cookies": rows}, "there": {"extends": "base.json", "rename": there}}.items():
        (folder / f"{name}.json").write_text(json.dumps(table))
    back = {**SITE, "extends": str(folder / "there.json"), "rename": {new: old for old, new in there.items()}}
    policy = Policy.from_mapping(back)
    plain = Policy.from_mapping({**SITE, "extends": str(folder / "base.json")})
    assert taken.isdisjoint(news)
    assert (policy.declarations, policy.digests) == (plain.declarations, plain.digests)


# The option, which gives new names to cookies of presets alone.


@pytest.mark.parametrize(
    ("rename", "keys", "expected"),
    [
        ({"sessionid": "town"}, {}, ["town", "csrftoken", "messages", "django_language"]),
        ({"sessionid": "town", "session": "x"}, {}, ["town", "csrftoken", "messages", "django_language"]),
        ({"sessionid": "messages"}, {}, ["csrftoken", "messages", "django_language"]),  # another preset has it already
        (
            {"sessionid": "messages", "messages": "sessionid"},
            {},
            ["messages", "csrftoken", "sessionid", "django_language"],
        ),
        # What the policy says of the old name goes first.
        ({"sessionid": "town"}, {"remove": ["sessionid"]}, ["csrftoken", "messages", "django_language"]),
        ({"sessionid": "town"}, {"rename": {"sessionid": "x"}}, ["x", "csrftoken", "messages", "django_language"]),
        (
            {"sessionid": "town"},
            {"cookies": [row("sessionid", purpose="own")]},
            ["sessionid: own", "csrftoken", "messages", "django_language"],
        ),
        # A declaration of the new name wins.
        (
            {"sessionid": "town"},
            {"cookies": [row("town", purpose="own")]},
            ["csrftoken", "messages", "django_language", "town: own"],
        ),
    ],
)
def test_an_option_renames_what_presets_declare_and_ignores_the_rest(rename, keys, expected):
    policy = Policy.from_mapping({**DJANGO, **keys}, rename=rename)
    shown = [(one.names, ": own" if str(one.purpose) == "own" else "") for one in policy.declarations[:-1]]
    assert [f"{name}{own}" for names, own in shown for name in names] == expected


def test_an_option_renames_no_cookie_of_a_file(write):
    path = write(base={"extends": "preset:flask", "cookies": [row("sessionid")]}, site={**SITE, "extends": "base.json"})
    policy = Policy.load(path, rename={"sessionid": "x", "session": "y"})
    assert names_of(policy) == [("y",), ("sessionid",)]


def test_a_name_that_a_preset_had_but_a_file_gave_to_its_own_cookie_is_left_alone(write):
    base = {"cookies": [row("own")]}
    site = {**SITE, "extends": ["preset:flask", "base.json"], "remove": ["session"], "rename": {"own": "session"}}
    policy = Policy.load(write(base=base, site=site), rename={"session": "y"})
    assert names_of(policy) == [("session",)]


def test_every_policy_of_a_folder_takes_the_new_names(write):
    other = {**DJANGO, "site": {"name": "Park", "hosts": ["park.example"]}}
    folder = write(town=DJANGO, park=other).parent
    policies = PolicySet.load(folder, rename={"sessionid": "s"})
    for host in ("town.example", "park.example"):
        assert policies.decide("s=1", host=host).reason is Reason.NECESSARY
        assert policies.decide("sessionid=1", host=host).reason is Reason.UNDECLARED


@pytest.mark.parametrize("wrong", [5, "a", ["a"], {"a": 1}, {"a": ""}, {"a": "x", "b": "x"}])
def test_a_wrong_option_is_an_option_error(write, wrong):
    path = write(site=DJANGO)
    for load, source in ((Policy.load, path), (PolicySet.load, path.parent), (Policy.from_mapping, DJANGO)):
        with pytest.raises(OptionError, match=r"^rename: "):
            load(source, rename=wrong)
