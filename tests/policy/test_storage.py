"""Declarations of other kinds than cookies: what they may say, what they never cover, and what they count for."""

from dataclasses import replace

import pytest
from hypothesis import given

from cookiewarden import Category, Policy, PolicyError, Reason
from cookiewarden.policy.consent import UNDECIDED, Consent
from cookiewarden.policy.declaration import Kind
from exchanges import NOW
from strategies import consents, lines, policies

OTHERS = [kind for kind in Kind if kind is not Kind.COOKIE]
each_other_kind = pytest.mark.parametrize("kind", OTHERS)


def row(name="theme", kind=None, category="first-party", **more):
    said = {} if kind is None else {"kind": kind}
    hosts = {"hosts": ["cdn.example.org"]} if kind == "host" else {}
    return {"name": name, "category": category, "purpose": "p", **said, **hosts, **more}


def policy(*rows, **more):
    return Policy.from_mapping({"site": {"name": "Exampletown"}, "cookies": list(rows), **more})


def problems_of(*rows, **more):
    with pytest.raises(PolicyError) as caught:
        policy(*rows, **more)
    return {problem.key: str(problem) for problem in caught.value.problems}


def said(loaded):
    """Return the kind, the name and the purpose of each declared name, in order, without the preferences cookie."""
    return [
        (one.kind.value, name, str(one.purpose))
        for one in loaded.declarations
        for name in one.names
        if name != "cookies_preferences"
    ]


# What they may say


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("cdn.example.org", "cdn.example.org"),
        ("CDN.Example.org", "cdn.example.org"),
        ("*.example.org", "*.example.org"),
        ("*.Example.org:8443", "*.example.org:8443"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("localhost:8000", "localhost:8000"),
        ("192.0.2.1:80", "192.0.2.1:80"),
    ],
)
def test_a_host_is_read_as_browsers_compare_it(written, read):
    assert policy(row(hosts=[written])).declarations[0].hosts == (read,)
    assert policy(row(hosts=written)).declarations[0].hosts == (read,)


@pytest.mark.parametrize(
    "wrong",
    [
        "*",
        "*:443",
        "*.",
        "*.*.org",
        "a.*.org",
        "https://cdn.example.org",
        "cdn.example.org/a.js",
        "cdn.example.org:",
        "cdn.example.org:0",
        "cdn.example.org:https",
        "cdn.example.org:123456",
        "cdn.example.org:65536",
        "cdn.example.org:80:80",
        "[::1]",  # the grammar of Content-Security-Policy has no such hosts (CSP Level 3, section 2.3.1)
        "[::1]:80",
        "'self'",
        "a.org;script-src *",
        "a.org b.org",
        "a.org,b.org",
        "data:",
        "",
        " ",
    ],
)
def test_what_could_not_stand_in_a_content_security_policy_is_not_a_host(wrong):
    found = problems_of(row(hosts=[wrong]))
    assert list(found) == ["cookies[0].hosts"]
    assert 'write "cdn.example.org"' in found["cookies[0].hosts"]


@pytest.mark.parametrize("wrong", ["a_b.example.org", "_a.example.org:8443", "*.a_b.org"])
def test_a_host_with_an_underscore_is_a_problem_with_a_remedy(wrong):
    assert problems_of(row(hosts=[wrong]))["cookies[0].hosts"].endswith(
        f'"{wrong}": no Content-Security-Policy can name a host with an underscore; '
        'write a pattern that covers it, such as "*.example.org", or give the host another name'
    )


def test_the_greatest_port_is_one():
    assert policy(row(hosts=["a.org:65535"]))


def test_the_same_host_twice_is_a_problem():
    assert "the same host twice" in problems_of(row(hosts=["a.org", "A.org"]))["cookies[0].hosts"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("local_storage", "did you mean local-storage?"),
        ("hots", "did you mean host?"),
        ("", "write one of cookie, local-storage, session-storage, indexed-db, pixel, script, host"),
        (1, "write one of cookie, local-storage"),
    ],
)
def test_an_unknown_kind_is_one_problem_with_the_kinds_there_are(wrong, words):
    found = problems_of(row(kind=wrong), row(kind=wrong))
    assert list(found) == ["cookies[0].kind", "cookies[1].kind"]
    assert words in found["cookies[0].kind"]


@each_other_kind
@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("path", "/"),
        ("domain", "example.org"),
        ("secure", True),
        ("secure", False),
        ("http_only", True),
        ("same_site", "Lax"),
        ("device_bound", True),
    ],
)
def test_a_key_that_only_cookies_have_is_a_problem_with_another_kind(kind, key, value):
    found = problems_of(row(kind=kind, category="necessary", **{key: value}))
    assert list(found) == [f"cookies[0].{key}"]
    assert "only cookies have this" in found[f"cookies[0].{key}"]
    assert "leave it out" in found[f"cookies[0].{key}"]
    assert policy(row(kind="cookie", category="necessary", **{key: value}))


def test_a_host_must_say_what_is_contacted_and_the_other_kinds_need_not():
    for lacking in ({"hosts": []}, {"hosts": ()}):
        assert "missing" in problems_of(row(kind="host", **lacking))["cookies[0].hosts"]
    bare = {"name": "Maps", "kind": "host", "category": "third-party", "purpose": "p"}
    assert 'hosts = ["cdn.example.org"]' in problems_of(bare)["cookies[0].hosts"]
    # A wrong host is one problem, and not a missing one as well.
    assert len(problems_of(row(kind="host", hosts=["*"]))) == 1
    for kind in OTHERS:
        if kind != "host":
            assert policy(row(kind=kind)).declarations[0].hosts == ()


@each_other_kind
@pytest.mark.parametrize(
    "name", ["theme", "https://cdn.example.org/gtag/js?id=G-1;x", "Maps, routes", "a*b*", "é ü", "*"]
)
def test_another_kind_may_have_any_name_of_one_line(kind, name):
    assert policy(row(name, kind)).declarations[0].names == (name,)
    several = row(kind=kind, names=[name, "other"])
    del several["name"]
    assert policy(several).declarations[0].names == (name, "other")


@each_other_kind
@pytest.mark.parametrize("wrong", ["", " ", "a\nb", "\ud800", 1, None, ["a"]])
def test_a_name_that_is_not_one_line_is_a_problem(kind, wrong):
    assert list(problems_of(row(wrong, kind))) == ["cookies[0].name"]


@each_other_kind
def test_anonymized_is_for_statistics_of_every_kind(kind):
    assert policy(row(kind=kind, category="statistical", anonymized=True)).asked_categories == ()
    assert list(problems_of(row(kind=kind, anonymized=True))) == ["cookies[0].anonymized"]


# Names


def test_each_kind_has_names_of_its_own():
    rows = [row("theme", kind) for kind in [None, *OTHERS]]
    assert len(said(policy(*rows))) == len(Kind)


@each_other_kind
def test_the_same_name_twice_in_a_kind_is_a_problem(kind):
    found = problems_of(row("theme", kind), row("theme"), row("theme", kind))
    assert list(found) == ["cookies[2].name"]
    assert '"theme" is already declared at cookies[0]' in found["cookies[2].name"]


@pytest.mark.parametrize(
    ("site", "expected"),
    [
        ({}, [("cookie", "theme", "base"), ("local-storage", "theme", "base"), ("script", "theme", "base")]),
        # A later layer overrides the declaration of the same kind.
        (
            {"cookies": [row("theme", "local-storage", purpose="own")]},
            [("cookie", "theme", "base"), ("local-storage", "theme", "own"), ("script", "theme", "base")],
        ),
        (
            {"cookies": [row("theme", purpose="own")]},
            [("cookie", "theme", "own"), ("local-storage", "theme", "base"), ("script", "theme", "base")],
        ),
        # It removes a name, of whatever kind, and may declare it anew.
        ({"remove": ["theme"]}, []),
        (
            {"remove": ["theme"], "cookies": [row("theme", "script", purpose="own")]},
            [("script", "theme", "own")],
        ),
        # It renames cookies only.
        (
            {"rename": {"theme": "look"}},
            [("cookie", "look", "base"), ("local-storage", "theme", "base"), ("script", "theme", "base")],
        ),
    ],
)
def test_a_later_layer_overrides_and_removes_by_kind_and_name(write, site, expected):
    base = {"cookies": [row("theme", kind, purpose="base") for kind in (None, "local-storage", "script")]}
    loaded = Policy.load(write(base=base, site={"extends": "base.json", "site": {"name": "s"}, **site}))
    assert said(loaded) == expected


def test_a_name_of_several_is_removed_or_overridden_alone(write):
    several = {"names": ["a", "b", "c"], "kind": "local-storage", "category": "first-party", "purpose": "base"}
    site = {"remove": ["a"], "cookies": [row("b", "local-storage", purpose="own")]}
    loaded = Policy.load(
        write(base={"cookies": [several]}, site={"extends": "base.json", "site": {"name": "s"}, **site})
    )
    assert said(loaded) == [("local-storage", "b", "own"), ("local-storage", "c", "base")]


def test_a_rename_finds_no_other_kind(write):
    base = {"cookies": [row("theme", "local-storage"), row("sid")]}
    path = write(base=base, site={"extends": "base.json", "site": {"name": "s"}, "rename": {"theme": "look"}})
    with pytest.raises(PolicyError) as caught:
        Policy.load(path)
    (problem,) = caught.value.problems
    assert (problem.key, problem.message) == ("rename.theme", 'no base declares a cookie "theme"')
    assert problem.remedy == "known here: sid"


@each_other_kind
def test_a_renamed_preset_cookie_is_not_kept_from_its_name_by_another_kind(kind):
    rows = [row("town_session", kind), row("sessionid", kind)]
    mapping = {"extends": "preset:django", "site": {"name": "s"}, "cookies": rows}
    loaded = Policy.from_mapping(mapping, rename={"sessionid": "town_session"})
    assert loaded.decide("town_session=1").reason is Reason.NECESSARY
    assert {one[:2] for one in said(loaded)} >= {(kind.value, "town_session"), (kind.value, "sessionid")}


# What they never cover


@each_other_kind
def test_another_kind_covers_no_set_cookie_line(kind):
    loaded = policy(row("theme", kind, "necessary"), row("*", kind, "necessary"))
    assert loaded.decide("theme=dark").reason is Reason.UNDECLARED
    assert policy(row("theme", kind, "necessary"), row("theme")).decide("theme=dark").reason is Reason.UNDECIDED


@each_other_kind
def test_the_preferences_cookie_is_declared_beside_another_kind_of_its_name(kind):
    loaded = policy(row("cookies_preferences", kind, "third-party"))
    assert [one.kind for one in loaded.declarations] == [kind, Kind.COOKIE]
    assert loaded.decide("cookies_preferences=1").reason is Reason.NECESSARY


def test_the_cookies_of_a_policy_are_its_declarations_without_other_kinds():
    loaded = policy(row("a"), row("b", "pixel"), row("c"))
    assert [one.names for one in loaded.cookies] == [("a",), ("c",), ("cookies_preferences",)]


@given(policies(), lines(), consents)
def test_no_decision_depends_on_what_is_not_a_cookie(declared, line, consent):
    alone = replace(declared, declarations=declared.cookies)
    assert declared.decide(line, consent, now=NOW) == alone.decide(line, consent, now=NOW)


# What they count for


@each_other_kind
def test_another_kind_is_asked_for_and_offered_as_a_cookie_is(kind):
    loaded = policy(row(kind=kind, category="third-party"))
    assert loaded.asked_categories == (Category.THIRD_PARTY,)
    assert loaded.offered_categories(UNDECIDED) == (Category.THIRD_PARTY,)
    assert loaded.is_asked(UNDECIDED)
    assert not loaded.is_asked(Consent.of(["third-party"]))
    assert policy(row(kind=kind, category="necessary")).asked_categories == ()
