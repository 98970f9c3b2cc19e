"""Wrong policy files: each mistake gives one clear problem with file, key, message and remedy."""

import gc
import json
import subprocess
import sys
import weakref

import pytest

from cookiewarden import Policy, PolicyError
from waiting import SECONDS_TO_WAIT

COOKIE = {"name": "a", "category": "statistical", "purpose": "Counts"}
MISSING = object()
#: Values that no key takes.
NEVER = [1, -1.5, None, [1], [["a"]], {"x": {}}, {"en": 1}, b"a", {}, object(), "", float("nan")]


def policy(**more):
    return {"site": {"name": "Exampletown"}, "cookies": [COOKIE]} | more


def with_cookie(**changes):
    return policy(cookies=[{key: value for key, value in (COOKIE | changes).items() if value is not MISSING}])


def with_texts(**texts):
    return policy(categories={"statistical": texts})


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


@pytest.mark.parametrize(
    ("source", "key", "words"),
    [
        ({}, "site.name", "missing"),
        ({"site": {}}, "site.name", "missing"),
        (policy(cookie=[]), "cookie", "unknown key; did you mean cookies?"),
        (policy(Site={}), "Site", "unknown key; did you mean site?"),
        (
            policy(xyzzy=1),
            "xyzzy",
            "known here: categories, cookies, extends, preferences, remove, rename, report_only, signals, site, stat",
        ),
        (policy(site={"name": "x", "host": ["a.org"]}), "site.host", "unknown key; did you mean hosts?"),
        (policy(site={"name": "x", "remove": ["a"]}), "site.remove", "unknown key"),
        (policy(site={"name": "x", "rename": {"a": "b"}}), "site.rename", "before the first table"),
        (policy(preferences={"lifetimes": "1 day"}), "preferences.lifetimes", "did you mean lifetime?"),
        (with_cookie(categroy="necessary"), "cookies[0].categroy", "unknown key; did you mean category?"),
        (with_cookie(**{"1": 2}), "cookies[0].1", "unknown key"),
        ({1: 2, **policy()}, "1", "unknown key"),
        (policy(site=[]), "site", "write [site]"),
        (policy(site="x"), "site", "write [site]"),
        (policy(preferences=[]), "preferences", "write [preferences]"),
        (policy(categories="x"), "categories", "write [categories.statistical]"),
        (policy(categories=[{}]), "categories", "write [categories.statistical]"),
        (policy(categories={"statistical": "Analytics"}), "categories.statistical", "write [categories.statistical]"),
        (policy(categories={"analytics": {}}), "categories.analytics", "did you mean statistical?"),
        (policy(categories={"marketing": {"title": "x"}}), "categories.marketing", '"marketing" is not a category'),
        (policy(categories={"first_party": {}}), "categories.first_party", "did you mean first-party?"),
        (policy(categories={1: {}}), "categories.1", "is not a category; known here: first-party"),
        (policy(category={"statistical": {}}), "category", "did you mean categories?"),
        (policy(kinds={"statistical": {}}), "kinds", "did you mean categories?"),
        (policy(statistical={"title": "x"}), "statistical", "did you mean [categories.statistical]?"),
        (policy(statistics={"title": "x"}), "statistics.title", "write it under [categories.statistical]"),
        (with_texts(titel="x"), "categories.statistical.titel", "unknown key; did you mean title?"),
        (with_texts(name="x"), "categories.statistical.name", "unknown key; did you mean title?"),
        (with_texts(description="x"), "categories.statistical.description", "did you mean explanation?"),
        (with_texts(anonymized=True), "categories.statistical.anonymized", "known here: explanation, title"),
        (with_texts(title=" "), "categories.statistical.title", "not blank"),
        (with_texts(title={"english": "x"}), "categories.statistical.title", '"english" is not a language tag'),
        (with_texts(explanation="x\ud800"), "categories.statistical.explanation", "valid Unicode"),
        (policy(cookies=COOKIE), "cookies", "[[cookies]]"),
        (policy(cookies="a"), "cookies", "[[cookies]]"),
        (policy(cookies=["a"]), "cookies[0]", "[[cookies]]"),
        (policy(cookies=[COOKIE, None]), "cookies[1]", "[[cookies]]"),
        (with_cookie(name=MISSING), "cookies[0].name", "missing"),
        (with_cookie(category=MISSING), "cookies[0].category", "missing; write one of necessary"),
        (with_cookie(purpose=MISSING), "cookies[0].purpose", "missing"),
        (with_cookie(names=["b"]), "cookies[0].name", "both name and names"),
        (with_cookie(name=MISSING, names=[]), "cookies[0].names", "empty list"),
        (with_cookie(name=MISSING, names=["b", "b"]), "cookies[0].names", "same name twice"),
        (with_cookie(name=MISSING, names=["b", "*b*"]), "cookies[0].names", "more than one *"),
        (with_cookie(name="a*b*"), "cookies[0].name", "more than one *"),
        (with_cookie(name="**"), "cookies[0].name", "more than one *"),
        (with_cookie(name="a\n"), "cookies[0].name", "control characters"),
        (with_cookie(name="a\x7f"), "cookies[0].name", "control characters"),
        (with_cookie(name="a\tb"), "cookies[0].name", "control characters"),
        (with_cookie(name=" a"), "cookies[0].name", "blanks around it"),
        (with_cookie(name="a;b"), "cookies[0].name", "is not a cookie name"),
        (with_cookie(name="a=1"), "cookies[0].name", "is not a cookie name"),
        (with_cookie(name="\ud800"), "cookies[0].name", "UTF-8"),
        (policy(cookies=[COOKIE, COOKIE]), "cookies[1].name", '"a" is already declared at cookies[0]'),
        (with_cookie(category="Statistical"), "cookies[0].category", "did you mean statistical?"),
        (with_cookie(category="third party"), "cookies[0].category", "did you mean third-party?"),
        (with_cookie(category="xyzzy"), "cookies[0].category", "known here: first-party"),
        (with_cookie(purpose="  "), "cookies[0].purpose", "not blank"),
        (with_cookie(purpose={"en": ""}), "cookies[0].purpose", "empty"),
        (with_cookie(purpose={"english": "x"}), "cookies[0].purpose", '"english" is not a language tag'),
        (with_cookie(purpose={1: "x"}), "cookies[0].purpose", "is not a language tag"),
        (with_cookie(anonymized="true"), "cookies[0].anonymized", "write true"),
        (with_cookie(anonymized=0), "cookies[0].anonymized", "write true"),
        (with_cookie(anonymized=True, category="necessary"), "cookies[0].anonymized", "only statistical"),
        (with_cookie(anonymized=True, category="third-party"), "cookies[0].anonymized", "only statistical"),
        (with_cookie(lifetime="13 moons"), "cookies[0].lifetime", '"30 days"'),
        (with_cookie(lifetime="0 days"), "cookies[0].lifetime", "is not a lifetime"),
        (with_cookie(lifetime="1.5 days"), "cookies[0].lifetime", "is not a lifetime"),
        (with_cookie(lifetime="Session"), "cookies[0].lifetime", 'write "session"'),
        (with_cookie(lifetime="٣ days"), "cookies[0].lifetime", "is not a lifetime"),
        (with_cookie(lifetime="1 day\n"), "cookies[0].lifetime", "is not a lifetime"),
        (with_cookie(path="shop"), "cookies[0].path", "from the root"),
        (with_cookie(path="/a;b"), "cookies[0].path", "from the root"),
        (with_cookie(path="/\r"), "cookies[0].path", "from the root"),
        (with_cookie(domain="*.example.org"), "cookies[0].domain", '"example.org"'),
        (with_cookie(domain="example.org:80"), "cookies[0].domain", "port"),
        (with_cookie(domain="https://example.org"), "cookies[0].domain", "scheme"),
        (with_cookie(source="a\nb"), "cookies[0].source", "one line"),
        (policy(site={"name": "x", "hosts": ["a.org:8000"]}), "site.hosts", "port"),
        (policy(site={"name": "x", "hosts": ["https://a.org/"]}), "site.hosts", "scheme or a path"),
        (policy(site={"name": "x", "hosts": ["a..org"]}), "site.hosts", "not a host name"),
        (policy(site={"name": "x", "hosts": ["straße.de"]}), "site.hosts", "xn--"),
        (policy(site={"name": "x", "updated": "30-03-2021"}), "site.updated", "2021-03-30"),
        (policy(site={"name": "x", "updated": "2021-02-30"}), "site.updated", "2021-03-30"),
        (policy(site={"name": "x", "version": 3}), "site.version", 'version = "3"'),
        (policy(site={"name": "x", "language": "english"}), "site.language", '"fr-BE"'),
        (policy(site={"name": "x", "languages": []}), "site.languages", 'write languages = ["en", "fr"]'),
        (policy(site={"name": "x", "languages": ["fr", "FR"]}), "site.languages", "the same language twice"),
        (policy(site={"name": "x", "languages": ["fr", "dutch"]}), "site.languages", '"dutch" is not a language tag'),
        (
            policy(site={"name": "x", "languages": ["fr", "nl"], "language": "de"}),
            "site.language",
            "one of them: fr, nl",
        ),
        (policy(site={"name": "x", "languages": ["fr", 1], "language": "de"}), "site.languages", "list of strings"),
        (
            policy(site={"name": "x", "languages": ["fr"], "language": "german"}),
            "site.language",
            "is not a language tag",
        ),
        (policy(languages=["fr"]), "languages", "write it under [site]"),
        (policy(site={"name": "x", "id": "a\nb"}), "site.id", "one line"),
        (policy(site={"name": "x", "id": "\ud800"}), "site.id", ""),
        (policy(site={"name": "x\ud800"}), "site.name", ""),
        (with_cookie(purpose="x\udfff"), "cookies[0].purpose", ""),
        (policy(preferences={"name": "a*"}), "preferences.name", "plain cookie name"),
        (policy(preferences={"name": "a b"}), "preferences.name", "plain cookie name"),
        (policy(preferences={"name": "é"}), "preferences.name", "plain cookie name"),
        (policy(preferences={"lifetime": "session"}), "preferences.lifetime", "6 months"),
        (policy(preferences={"lifetime": "400 days"}), "preferences.lifetime", "asked again after 13 months at most"),
        (with_cookie(same_site="lax"), "cookies[0].same_site", 'write "Strict", "Lax" or "None"'),
        (with_cookie(same_site="None"), "cookies[0].same_site", "secure = true"),
        (with_cookie(same_site="None", secure=False), "cookies[0].same_site", "refuse SameSite=None without Secure"),
        (with_cookie(device_bound=True), "cookies[0].device_bound", "make the category necessary"),
        (with_cookie(SameSite="Lax"), "cookies[0].SameSite", "did you mean same_site?"),
        (with_cookie(HttpOnly=True), "cookies[0].HttpOnly", "did you mean http_only?"),
        (with_cookie(appearance=True), "cookies[0].appearance", "make the category first-party"),
        (with_cookie(reason="Counts"), "cookies[0].reason", "make the category necessary"),
        (policy(site={"name": "x", "profile": "france"}), "site.profile", '"france" is not a profile'),
        (policy(site={"name": "x", "profile": ["fr", "ch"]}), "site.profile", "known here: be, de, es, eu, fr, it"),
        (policy(site={"name": "x", "profile": "GB"}), "site.profile", 'write "uk"'),
        (policy(site={"name": "x", "profile": "FR"}), "site.profile", 'write "fr"'),
        (policy(site={"name": "x", "profile": []}), "site.profile", 'write profile = "eu"'),
        (policy(site={"name": "x", "profile": ["fr", "fr"]}), "site.profile", "the same profile twice"),
        (policy(profile="fr"), "profile", "write it under [site]"),
        (policy(statistics={"not_shard": True}), "statistics.not_shard", "did you mean not_shared?"),
        (policy(statistics={"not_shared": "yes"}), "statistics.not_shared", "true or false"),
        (policy(statistics={"data_lifetime": "session"}), "statistics.data_lifetime", 'such as "25 months"'),
        (policy(statistics={"evidence": "http://a.org/"}), "statistics.evidence", "https"),
        (policy(statistics={"evidence": "https://a b.org/"}), "statistics.evidence", "https"),
        (policy(statistics={"evidence": "https://-/"}), "statistics.evidence", "https"),
        (policy(statistics={"evidence": 'https://a.org/"'}), "statistics.evidence", "https"),
        (policy(preferences={"domain": "*.a.org"}), "preferences.domain", 'write "a.org"'),
        (policy(preferences={"domain": "*"}), "preferences.domain", 'write "example.org"'),
        (policy(preferences={"name": "__Host-p", "domain": "a.org"}), "preferences.domain", "__Host-"),
        (with_cookie(name="cookies_preferences"), "cookies", "declared statistical"),
        (policy(preferences={"name": "a"}), "cookies", '"a" is declared statistical'),
        (policy(remove=["_BEAMER*"]), "remove", 'no base declares "_BEAMER*"'),
        (policy(remove=["a"]), "remove", 'no base declares "a"'),
        (policy(extends=["preset:djnago"]), "extends", 'there is no "preset:djnago"'),
        (policy(extends="preset:djnago"), "extends", "did you mean preset:django?"),
        (policy(extends="preset:incapsula"), "extends", "known here: preset:aws, preset:azure"),
        (policy(extends="preset:"), "extends", 'there is no "preset:"'),
        (policy(extends="nowhere.toml"), "extends", "there is no file"),
        (policy(extends="nul\0.toml"), "extends", ""),
        (policy(extends="\ud800.toml"), "extends", ""),
        (policy(extends="n" * 300 + ".toml"), "extends", ""),
    ],
)
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
