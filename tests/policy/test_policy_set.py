"""Sets of policies: a folder is loaded, and the host of a request picks the policy."""

import json
from pathlib import Path

import pytest

from cookiewarden import Policy, PolicyError, PolicySet, Reason, wsgi
from cookiewarden.testing import preferences_cookie
from exchanges import NOW, SECRET_KEY, SentRequest, Wrapped, set_cookies
from scenarios import sends


def table(name, *hosts, **more):
    return {"site": {"name": name, "hosts": list(hosts)}} | more


def policies(*tables):
    return PolicySet([Policy.from_mapping(table) for table in tables])


@pytest.fixture
def folder(tmp_path):
    def write(**files):
        for name, content in files.items():
            (tmp_path / f"{name}.json").write_text(json.dumps(content))
        return tmp_path

    return write


def names(policy_set):
    return sorted(str(policy.site.name) for policy in policy_set.policies)


def problems_of(path):
    with pytest.raises(PolicyError) as caught:
        PolicySet.load(path)
    assert all(problem.message and problem.remedy and problem.file for problem in caught.value.problems)
    return [(problem.file, problem.key) for problem in caught.value.problems]


SET = policies(
    table("exact", "data.example.org", "xn--bcher-kva.example", "[::1]", "127.0.0.1"),
    table("wild", "*.example.org", "*.data.example.org", "*.bücher.example"),
)


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("data.example.org", "exact"),
        ("DATA.Example.ORG", "exact"),
        ("data.example.org.", "exact"),
        ("data.example.org:8000", "exact"),
        ("Data.example.org.:443", "exact"),
        ("bücher.example", "exact"),
        ("BÜCHER.example:80", "exact"),
        ("xn--bcher-kva.example", "exact"),
        ("[::1]:8000", "exact"),
        ("127.0.0.1:8000", "exact"),
        ("www.example.org", "wild"),
        ("a.b.example.org:80", "wild"),
        ("x.data.example.org", "wild"),
        ("www.bücher.example", "wild"),
        ("example.org", None),
        ("evilexample.org", None),
        ("data.example.org.evil.test", None),
        ("", None),
        ("\ud800", None),
        ("x" * 10_000, None),
        ("a." * 10_000, None),
    ],
)
def test_the_host_of_a_request_picks_the_policy(host, name):
    found = SET.for_host(host)
    assert (found and str(found.site.name)) == name


@pytest.mark.parametrize("host", ["x.test", "", "127.0.0.1", "\ud800", "example.org"])
def test_a_star_stands_for_all_other_hosts(host):
    policy_set = policies(table("default", "*"), table("wild", "*.example.org"))
    assert str(policy_set.for_host(host).site.name) == "default"
    assert str(policy_set.for_host("a.example.org").site.name) == "wild"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("sid=1", Reason.NO_POLICY),
        ("cookies_preferences=1", Reason.NO_POLICY),
        ("sid=; Max-Age=0", Reason.DELETION),
        ("sid", Reason.MALFORMED),
    ],
)
def test_an_unknown_host_may_only_delete_cookies(line, reason):
    known = table("x", "a.example", cookies=[{"name": "sid", "category": "necessary", "purpose": "p"}])
    decision = policies(known).decide(line, ["statistical"], host="b.example", now=NOW)
    assert (decision.reason, decision.allowed) == (reason, reason is Reason.DELETION)


def test_a_set_decides_by_the_policy_of_the_host():
    sid = {"name": "sid", "category": "necessary", "purpose": "p"}
    policy_set = policies(table("x", "a.example", cookies=[sid]), table("y", "b.example"))
    assert policy_set.decide("sid=1", host="A.example:80").reason is Reason.NECESSARY
    assert policy_set.decide("sid=1", host="b.example").reason is Reason.UNDECLARED


def test_a_single_policy_applies_to_every_host():
    policy = Policy.from_mapping(
        table("x", "a.example", cookies=[{"name": "s", "category": "necessary", "purpose": "p"}])
    )
    assert policy.decide("s=1", host="other.test").reason is Reason.NECESSARY


@pytest.mark.parametrize(
    "hosts",
    [
        (["a.example"], ["a.example"]),
        (["a.example"], ["b.example", "A.EXAMPLE."]),
        (["*"], ["*"]),
        (["*.bücher.example"], ["*.xn--bcher-kva.example"]),
    ],
)
def test_two_policies_that_claim_one_host_fail_at_start(folder, hosts):
    files = {name: table(name, *claimed) for name, claimed in zip("ab", hosts, strict=True)}
    assert problems_of(folder(**files)) == [("b.json", "site.hosts")]


def test_all_hosts_that_are_claimed_twice_or_missing_are_reported_at_once(folder):
    path = folder(a=table("a", "x.example", "y.example"), b=table("b", "y.example", "x.example"), c=table("c"))
    assert problems_of(path) == [("b.json", "site.hosts"), ("b.json", "site.hosts"), ("c.json", "site.hosts")]


def test_one_policy_may_name_a_host_twice():
    assert len(policies(table("a", "a.example", "A.example")).policies) == 1


def test_a_base_is_not_a_policy_of_the_set(folder):
    base = {"cookies": [{"name": "s", "category": "necessary", "purpose": "p"}]}
    path = folder(
        base=base,
        named_base=base | {"site": {"name": "Platform"}},
        a=table("a", "a.example", extends="base.json"),
        b=table("b", "b.example", extends="./named_base.json"),
        c=table("c", "c.example", extends="a.json"),
    )
    (path / "notes.txt").write_text("not a policy")
    (path / "more.toml").mkdir()
    (path / "d.toml").write_text('extends = "base.json"\n[site]\nname = "d"\nhosts = ["d.example"]')
    assert names(PolicySet.load(path)) == ["a", "b", "c", "d"]
    assert PolicySet.load(str(path)).decide("s=1", host="c.example").reason is Reason.NECESSARY


def test_a_policy_without_hosts_fails_if_no_file_extends_it(folder):
    assert problems_of(folder(a=table("a", "a.example"), b=table("b"))) == [("b.json", "site.hosts")]


def test_a_base_without_a_name_fails_if_no_file_extends_it(folder):
    assert problems_of(folder(a=table("a", "a.example"), b={"cookies": []})) == [("b.json", "site.name")]


def test_the_problems_of_all_files_in_a_folder_are_reported_together_and_once(folder):
    path = folder(
        base={"colour": 1},
        a=table("a", "a.example", extends="base.json"),
        b=table("b", "b example", extends="base.json"),
        c=table("c", "c.example", extends="gone.json"),
    )
    (path / "d.toml").write_text("[site")
    assert sorted(problems_of(path)) == [
        ("b.json", "site.hosts"),
        ("base.json", "colour"),
        ("c.json", "extends"),
        ("d.toml", ""),
    ]


SHARED = {"domain": "example.org"}
GA = {"name": "_ga", "category": "statistical", "purpose": "Counts visits"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (SHARED, SHARED),
        (SHARED, {"domain": ".Example.ORG", "name": "cookies_preferences", "lifetime": "1 day"}),
    ],
)
def test_two_policies_that_would_overwrite_each_others_choices_fail_at_start(folder, one, other):
    path = folder(a=table("a", "a.example.org", preferences=one), b=table("b", "b.example.org", preferences=other))
    assert problems_of(path) == [("b.json", "preferences.domain")]
    with pytest.raises(PolicyError, match=r"b\.json:1:[0-9]+: .*a\.json.*another preferences\.name"):
        PolicySet.load(path)


def test_all_policies_that_would_overwrite_choices_are_reported_at_once(folder):
    path = folder(**{name: table(name, f"{name}.example.org", preferences=SHARED) for name in "abc"})
    assert problems_of(path) == [("b.json", "preferences.domain"), ("c.json", "preferences.domain")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {}),
        (SHARED, {}),
        (SHARED, {"domain": "example.org", "name": "other"}),
        (SHARED, {"domain": "b.example.org"}),  # the browser sends the parent's cookie, too, but its signature differs
        ({"domain": "a.example.org"}, {"domain": "b.example.org"}),
    ],
)
def test_policies_that_store_choices_in_two_cookies_can_share_a_set(one, other):
    tables = table("a", "a.example.org", preferences=one), table("b", "b.example.org", preferences=other)
    assert len(policies(*tables).policies) == 2


def test_two_policies_may_share_a_cookie_if_each_can_read_the_choices_of_the_other():
    def site(name, *cookies):
        made = table(name, f"{name}.example.org", preferences=SHARED, cookies=list(cookies))
        return made | {"site": made["site"] | {"id": "both"}}

    assert len(policies(site("a", GA), site("b", GA)).policies) == 2
    with pytest.raises(PolicyError):
        policies(site("a", GA), site("b"))


def test_a_choice_for_a_parent_domain_does_not_count_for_a_site_below_it():
    tables = table("a", "a.example.org", preferences=SHARED), table("b", "b.a.example.org")
    above, below = policies(*(one | {"cookies": [GA]} for one in tables)).policies

    def cookie(policy, *categories):
        return preferences_cookie(policy, SECRET_KEY, *categories, now=NOW)

    app = Wrapped(wsgi, policy=PolicySet([above, below]))
    for cookies, left in [
        ((cookie(above, "statistical"),), []),
        ((cookie(above, "statistical"), cookie(below)), []),
        ((cookie(above), cookie(below, "statistical")), [b"_ga=1"]),
    ]:
        assert set_cookies(app.ask(SentRequest("b.a.example.org", cookies=cookies), sends("_ga=1"))) == left


@pytest.mark.parametrize("kind", ["empty", "missing", "file"])
def test_a_path_that_is_not_a_folder_of_policies_is_one_problem(tmp_path, kind):
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    assert len(problems_of(tmp_path / kind)) == 1


@pytest.mark.slow
def test_ten_thousand_sites_with_one_base_read_it_once(tmp_path, monkeypatch):
    cookies = [{"name": f"c{number}*", "category": "first-party", "purpose": "p"} for number in range(3)]
    (tmp_path / "base.json").write_text(json.dumps({"cookies": cookies}))
    for number in range(10_000):
        site = table(f"s{number}", f"s{number}.example", f"*.s{number}.example", extends="base.json")
        (tmp_path / f"s{number}.json").write_text(json.dumps(site))
    reads = []
    read_bytes = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: reads.append(path.name) or read_bytes(path))
    policy_set = PolicySet.load(tmp_path)
    assert reads.count("base.json") == 1
    assert len(reads) == len(set(reads)) == 10_001
    assert len(policy_set.policies) == 10_000
    assert policy_set.decide("c1x=1", ["first-party"], host="a.s9999.example").allowed
    assert policy_set.decide("c1x=1", ["first-party"], host="s10000.example").reason is Reason.NO_POLICY
