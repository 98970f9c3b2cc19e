"""Wrong policy files: each mistake gives one clear problem with file, key, message and remedy."""

import gc
import json
import os
import subprocess
import sys
import weakref

import pytest

from cookiewarden import Policy, PolicyError
from waiting import SECONDS_TO_WAIT
from wrong_policies import COOKIE, MISSING, NEVER, WRONG, policy, with_cookie, with_texts


def problems_of(source):
    with pytest.raises(PolicyError) as caught:
        Policy.from_mapping(source) if isinstance(source, dict) else Policy.load(source)
    for problem in caught.value.problems:
        assert problem.file
        assert problem.message
        assert problem.remedy
        assert str(problem) in str(caught.value)
    return list(caught.value.problems)


def assert_one(source, key, *words):
    problems = problems_of(source)
    assert [problem.key for problem in problems] == [key], str(problems)
    for word in words:
        assert word in str(problems[0])


@pytest.mark.parametrize(("source", "key", "words"), WRONG)
def test_a_mistake_in_a_mapping_gives_one_problem_with_key_message_and_remedy(source, key, words):
    assert_one(source, key, words)


COOKIE_KEYS = [
    "name", "names", "category", "purpose", "provider", "function", "lifetime", "path", "domain", "source", "same_site",
    "kind", "hosts",
]  # fmt: skip
FLAGS = ["anonymized", "secure", "http_only", "device_bound", "appearance"]
SITE_KEYS = [
    "name", "id", "hosts", "introduction", "operator", "contact", "updated", "version", "language", "languages",
    "profile",
]  # fmt: skip


@pytest.mark.parametrize("wrong", [*NEVER, True], ids=lambda wrong: type(wrong).__name__)
def test_no_key_takes_a_value_of_a_wrong_type(wrong):
    for key in COOKIE_KEYS:
        other = {"name": MISSING} if key == "names" else {}
        assert_one(with_cookie(**{**other, key: wrong}), f"cookies[0].{key}")
    for key in SITE_KEYS:
        assert_one(policy(site={"name": "x", key: wrong}), f"site.{key}")
    for key in ["title", "explanation"]:
        assert_one(with_texts(**{key: wrong}), f"categories.statistical.{key}")
    for key in ["name", "domain", "lifetime"]:
        assert_one(policy(preferences={key: wrong}), f"preferences.{key}")
    assert_one(policy(remove=wrong), "remove")
    if wrong != {}:
        assert_one(policy(rename=wrong), "rename")
    assert_one(policy(extends=wrong), "extends")
    if wrong is not True:
        for flag in FLAGS:
            assert_one(with_cookie(**{flag: wrong}), f"cookies[0].{flag}")
        assert_one(policy(site={"name": "x", "expire_unconsented": wrong}), "site.expire_unconsented")


def test_all_problems_of_a_mapping_are_reported_at_once():
    source = {
        "site": {"nmae": "x", "hosts": ["a b"]},
        "preferences": {"lifetime": "session"},
        "remove": ["gone"],
        "cookies": [
            {"name": "a", "category": "statistics", "purpose": ""},
            {"name": "a"},
            {"name": "cookies_preferences", "category": "first-party", "purpose": "x"},
        ],
        "surprise": 1,
    }
    assert {problem.key for problem in problems_of(source)} == {
        "surprise",
        "site.nmae",
        "site.hosts",
        "site.name",
        "preferences.lifetime",
        "remove",
        "cookies[0].category",
        "cookies[0].purpose",
        "cookies[1].category",
        "cookies[1].purpose",
        "cookies[1].name",
        "cookies",
    }


def test_a_value_that_is_nested_too_deeply_is_one_problem():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    assert_one(with_cookie(category=deep), "cookies[0].category")


@pytest.mark.parametrize("wrong", [{"category": "statistics"}, {"purpose": ""}, {"lifetime": "long"}])
def test_removing_a_cookie_that_a_base_declares_wrongly_adds_no_problem(tmp_path, wrong):
    (tmp_path / "base.json").write_text(json.dumps({"cookies": [COOKIE | wrong]}))
    (tmp_path / "site.json").write_text(json.dumps(policy(extends="base.json", remove=["a"], cookies=[])))
    assert [problem.file for problem in problems_of(tmp_path / "site.json")] == ["base.json"]


def test_removing_a_cookie_of_a_missing_base_adds_no_problem(tmp_path):
    (tmp_path / "site.json").write_text(json.dumps(policy(extends="bsae.json", remove=["_x"])))
    assert_one(tmp_path / "site.json", "extends", "there is no file", "bsae.json")


BROKEN = [
    ("a.toml", b"[site", "cannot be read as TOML"),
    ("a.toml", b'name = "a"\nname = "b"', "cannot be read as TOML"),
    ("a.toml", b"x = 2021-13-45", "cannot be read as TOML"),
    ("a.toml", b"x = " + b"9" * 5000, "cannot be read as TOML"),
    ("a.toml", b'site = "\xff"', "cannot be read as TOML"),
    ("a.toml", "[site]".encode("utf-16"), "cannot be read as TOML"),
    ("a.toml", b"x = " + b"[" * 100_000, ""),
    ("a.json", b"", "cannot be read as JSON"),
    ("a.json", b"{", "cannot be read as JSON"),
    ("a.json", b'{"site": {}, "site": {}}', 'the key "site" occurs twice'),
    ("a.json", b'{"site": {"name": "x", "name": "y"}}', 'the key "name" occurs twice'),
    ("a.json", b'{"x": ' + b"9" * 5000 + b"}", "cannot be read as JSON"),
    ("a.json", b"[" * 100_000, ""),
    ("a.json", b'{"x":' * 100_000, ""),
    ("a.json", b"[]", "must be a table of keys"),
    ("a.json", b"null", "must be a table of keys"),
    ("a.json", b'"site"', "must be a table of keys"),
    ("a.yaml", b"site: {}", "neither .toml nor .json"),
    ("a", b"", "neither .toml nor .json"),
]


@pytest.mark.parametrize(("name", "data", "words"), BROKEN, ids=range(len(BROKEN)))
def test_a_file_that_cannot_be_read_is_one_problem_alone_or_as_a_base(tmp_path, name, data, words):
    (tmp_path / name).write_bytes(data)
    assert_one(tmp_path / name, "", words, name)
    (tmp_path / "site.json").write_text(json.dumps(policy(extends=name)))
    assert_one(tmp_path / "site.json", "", words, name)


@pytest.mark.parametrize("source", ["nowhere.toml", "", ".", "/", "n" * 300 + ".toml", "nul\0.toml", "a.toml/b.toml"])
def test_a_path_without_a_policy_gives_one_problem(tmp_path, monkeypatch, source):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.toml").touch()
    assert_one(source, "")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
@pytest.mark.parametrize("is_base", [True, False])
def test_a_pipe_and_a_device_are_refused_before_they_are_read(tmp_path, is_base):
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "device.toml").symlink_to(os.devnull)
    site = tmp_path / "site.toml"
    for name in ("pipe.toml", "device.toml"):
        site.write_text(f'extends = "{name}"\n[site]\nname = "Exampletown"\n')
        with pytest.raises(PolicyError) as caught:
            Policy.load(site if is_base else tmp_path / name)
        [problem] = caught.value.problems
        assert (problem.file, problem.path) == (name, str(tmp_path / name))
        assert "is a pipe or a device" in problem.message


def test_a_symbolic_link_to_itself_gives_one_problem(tmp_path):
    (tmp_path / "loop.toml").symlink_to("loop.toml")
    assert_one(tmp_path / "loop.toml", "")


B = {"extends": "b.json"}


@pytest.mark.parametrize(
    ("files", "circle"),
    [
        ({"a": {"extends": "a.json"}}, "a.json -> a.json"),
        ({"b": {"extends": "a.json"}, "a": {"extends": ["./b.json"]}}, "a.json -> b.json -> a.json"),
        (
            {"c": {"extends": "b.json"}, "b": {"extends": "c.json"}, "a": {"extends": "b.json"}},
            "b.json -> c.json -> b.json",
        ),
    ],
)
def test_files_that_extend_each_other_in_a_circle_are_named(write, files, circle):
    files["a"] |= policy()
    assert_one(write(**files), "extends", circle)


def test_the_problems_of_all_files_are_reported_at_once(write):
    low = {"cookies": [COOKIE | {"category": "x"}], "site": {"colour": 1}}
    site = write(
        low=low, high={"extends": ["low.json", "gone.json", "."], "remove": ["y"]}, site={"extends": "high.json"}
    )
    found = sorted((problem.file, problem.key) for problem in problems_of(site))
    # Neither site.name nor "y" is reported as missing: the base that could not be read may declare them.
    assert found == [
        ("high.json", "extends"),
        ("high.json", "extends"),
        ("low.json", "cookies[0].category"),
        ("low.json", "site.colour"),
    ]


def test_a_mistake_in_a_base_is_reported_once_however_often_the_base_is_extended(write):
    base = {"cookies": [COOKIE | {"category": "x"}]}
    site = policy(extends=["one.json", "two.json"])
    assert_one(
        write(base=base, one={"extends": "base.json"}, two={"extends": "base.json"}, site=site), "cookies[0].category"
    )


def test_a_name_of_a_million_characters_is_checked_in_one_pass():
    # A pattern that may begin anywhere in a run takes time quadratic in the run's length, which would be hours here.
    code = """
from cookiewarden.policy.quoting import is_declarable
from cookiewarden.policy.values import cookie_name
name = "a" * 1_000_000 + "!"
assert cookie_name(name) == name
assert not is_declarable(name.encode())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=SECONDS_TO_WAIT)
    assert done.returncode == 0, done.stderr


def test_what_a_policy_was_read_from_goes_with_its_last_reference():
    class Mapping(dict):
        """A mapping that can be referred to weakly."""

    mapping = Mapping(policy())
    gone = weakref.ref(mapping)
    gc.disable()
    try:
        Policy.from_mapping(mapping)
        del mapping
        assert gone() is None
    finally:
        gc.enable()
