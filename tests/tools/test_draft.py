"""Drafts of a policy file from what was learned: they load, and never suggest that a cookie is necessary."""

import subprocess
import sys
import textwrap
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden import Policy
from cookiewarden.policy.file import preset_names
from cookiewarden.reporting.learned import Learned
from cookiewarden.tools.draft import draft_policy, lifetime_text
from learned_cookies import LEARNED, SITE, known


@given(LEARNED.filter(lambda learned: learned.cookies))
def test_a_draft_loads_declares_what_it_can_name_and_suggests_nothing_as_necessary(learned):
    site = next(iter(learned.cookies.values())).site
    text = draft_policy(learned, site=site)
    policy = Policy.from_mapping(tomllib.loads(text))
    declared = [one for one in policy.declarations if one.names != ("cookies_preferences",)]
    assert {one.category.value for one in declared} <= {"statistical", "first-party", "third-party"}
    for cookie in learned.cookies.values():
        if cookie.site == site and cookie.name in ("a", "c_1234", "é"):
            assert policy.decide(cookie.name.encode() + b"=1").declared


DRAFTED = Learned.of(
    [
        known("_ga", count=41_000, lifetime=34_190_000, attributes=("Domain=.example.org", "Path=/")),
        known("pixel", count=7, is_foreign=True, attributes=("Domain=ads.example", "Secure")),
        known("sessionid", count=90_000, attributes=("HttpOnly", "Path=/"), paths=("/", "/admin/*")),
        known("we*ird", count=3),
        known("\udcff", count=2),
        known("elsewhere", site="park.example"),
    ]
)


def test_a_draft_says_what_was_seen_and_gives_a_reason_for_each_suggestion():
    text = draft_policy(DRAFTED, site=SITE)
    blocks = text.split("\n\n")
    assert "A draft: 5 cookies that the app set.\n" in blocks[0]
    assert blocks[1] == '[site]\nname = "data.example.org"'
    assert blocks[2] == textwrap.dedent("""\
        # Set 90,000 times, from 2025-06-15 15:06 to 2025-06-15 15:06 UTC
        # On / /admin/*
        # HttpOnly; Path=/
        # first-party: its purpose is unknown, so it waits for consent
        # preset:django declares it: if you use that, extend the preset and delete this
        [[cookies]]
        name = "sessionid"
        category = "first-party"
        purpose = "..."
        lifetime = "session"
        path = "/\"""")
    assert '# statistical: the name belongs to Google Analytics, which counts visits\n[[cookies]]\nname = "_ga"' in text
    assert 'lifetime = "13 months"\npath = "/"\ndomain = "example.org"' in text
    assert '# third-party: its Domain belongs to another site\n[[cookies]]\nname = "pixel"' in text
    assert '# No declaration can name this cookie; rename it in the app.\n# [[cookies]]\n# name = "we*ird"' in text
    assert "elsewhere" not in text
    assert Policy.from_mapping(tomllib.loads(text)).decide("_ga=1").category == "statistical"


def test_a_draft_for_a_policy_holds_only_what_the_policy_does_not_declare():
    policy = Policy.from_mapping(
        {
            "site": {"name": "X"},
            "extends": "preset:django",
        }
    )
    text = draft_policy(DRAFTED, site=SITE, declared=policy)
    assert "[site]" not in text
    assert [one["name"] for one in tomllib.loads(text)["cookies"]] == ["_ga", "pixel"]


def test_a_cookie_of_a_preset_is_not_suggested_as_necessary_either():
    for preset in preset_names():
        declared = Policy.from_mapping({"extends": preset, "site": {"name": "X"}}).declarations
        names = [name.replace("*", "x") for one in declared for name in one.names if "preferences" not in name]
        text = draft_policy(Learned.of(known(name) for name in names))
        assert "necessary" not in text.replace("make it necessary only", "")
        assert f"# {preset} declares it" in text


@pytest.mark.parametrize(
    ("learned", "site", "message"),
    [
        (Learned({}), None, "nothing was learned yet"),
        (DRAFTED, None, "there are several sites, pick one with --site: data.example.org, park.example"),
        (DRAFTED, "x", 'nothing was learned of the site "x"; pick one of: data.example.org, park.example'),
    ],
)
def test_an_empty_record_an_unknown_site_or_an_ambiguous_one_is_an_error(learned, site, message):
    with pytest.raises(ValueError, match=message):
        draft_policy(learned, site=site)


@given(st.integers(0, 10**16))
def test_a_lifetime_is_written_as_a_policy_file_writes_it(seconds):
    policy = {"site": {"name": "X"}, "cookies": [{"name": "a", "category": "first-party", "purpose": "x"}]}
    policy["cookies"][0]["lifetime"] = lifetime_text(seconds)
    declared = Policy.from_mapping(policy).declarations[0].lifetime.seconds
    assert abs(declared - seconds) <= max(seconds / 50, 1)


WORKER = """
import sys
from cookiewarden.wsgi import CookieWardenMiddleware

def app(environ, start_response):
    start_response("200 OK", [("Set-Cookie", "sid=1; Path=/"), ("Set-Cookie", sys.argv[2] + "=1")])
    return []

wrapped = CookieWardenMiddleware(app, policy={"site": {"name": "X"}}, secret_key="x" * 16, learn=sys.argv[1])
for _ in range(5):
    wrapped({"SCRIPT_NAME": "", "PATH_INFO": "/"}, lambda *args: None)
"""


def test_the_command_drafts_from_one_file_that_several_workers_wrote(tmp_path):
    file = tmp_path / "learned.jsonl"
    for name in ("one", "two"):
        subprocess.run([sys.executable, "-c", WORKER, str(file), name], check=True, capture_output=True)
    learned = Learned.from_jsonl(file.read_text())
    assert {name: cookie.count for (_, name, _), cookie in learned.cookies.items()} == {"sid": 10, "one": 5, "two": 5}
    file.write_text(file.read_text() + "{torn")
    run = drafted(file)
    assert (run.returncode, run.stderr) == (0, "Skipped 1 line that could not be read.\n")
    assert Policy.from_mapping(tomllib.loads(run.stdout)).decide("one=1").declared


def drafted(*arguments):
    command = [sys.executable, "-c", "from cookiewarden.cli import main; main()", "draft", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_writes_a_new_file_and_never_overwrites_one(tmp_path):
    file, policy = tmp_path / "learned.jsonl", tmp_path / "cookies.toml"
    file.write_text(DRAFTED.to_jsonl())
    assert drafted(file, "--site", SITE, "-o", policy).returncode == 0
    assert Policy.load(policy).decide("_ga=1").declared
    again = drafted(file, "--site", SITE, "-o", policy)
    assert (again.returncode, again.stderr.count("\n")) == (1, 1)
    assert str(policy) in again.stderr


def test_with_a_policy_the_command_drafts_its_site_and_nothing_if_all_is_declared(tmp_path):
    file, policy = tmp_path / "learned.jsonl", tmp_path / "cookies.toml"
    file.write_text(DRAFTED.to_jsonl())
    policy.write_text(f'[site]\nname = "X"\nid = "{SITE}"\n')
    assert drafted(file, "--policy", policy, "-o", tmp_path / "more.toml").returncode == 0
    policy.write_text(policy.read_text() + (tmp_path / "more.toml").read_text())
    assert Policy.load(policy).decide("_ga=1").declared
    beside = drafted(file, "--policy", policy).stdout
    assert beside.count("[[cookies]]") == beside.count("# [[cookies]]")  # no declaration can name the others
    file.write_text(Learned.of([known("_ga"), known("other", site="park.example")]).to_jsonl())
    for more in ([], ["-o", tmp_path / "nothing.toml"]):
        again = drafted(file, "--policy", policy, *more)
        assert (again.returncode, again.stdout) == (0, "")
        assert again.stderr == "Nothing new: the policy declares all that was learned.\n"
    assert not (tmp_path / "nothing.toml").exists()


def test_the_command_names_the_problem(tmp_path):
    file = tmp_path / "learned.jsonl"
    file.write_text(DRAFTED.to_jsonl())
    several = "there are several sites, pick one with --site: data.example.org, park.example\n"
    assert drafted(file).stderr.endswith(several)
    (tmp_path / "bad.toml").write_text("[sit]")
    bad = drafted(file, "--policy", tmp_path / "bad.toml").stderr
    assert "bad.toml:1:2: sit: unknown key; did you mean site?" in bad
    (tmp_path / "bad.toml").write_text('[site]\nname = "X"\nhosts = ["x.example"]\n')
    assert "is a folder; give the file of the site" in drafted(file, "--policy", tmp_path).stderr
    assert drafted(Path("nowhere")).returncode == 2


@pytest.mark.parametrize("attribute", ["Path=/a\x01b", "Path=/a\nb", "Path=/a\x7f", "Domain=a\x7f.example"])
def test_a_draft_leaves_out_an_attribute_that_no_policy_may_have(attribute):
    text = draft_policy(Learned.of([known("a", attributes=(attribute,))]))
    assert Policy.from_mapping(tomllib.loads(text)).decide("a=1").declared


def test_a_cut_name_is_not_declared_as_a_pattern_because_of_its_own_star():
    text = draft_policy(Learned.of([known("*abc", is_pattern=True), known("abc*", is_pattern=True)]))
    policy = Policy.from_mapping(tomllib.loads(text))
    assert [names for one in policy.declarations for names in one.names] == ["abc*", "cookies_preferences"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("inline.toml", 'cookies = [{name = "b", category = "necessary", purpose = "Works"}]\n[site]\nname = "X"\n'),
        ("cookies.json", '{"site": {"name": "X"}}'),
    ],
)
def test_a_policy_file_that_a_draft_cannot_be_appended_to_is_refused(tmp_path, name, text):
    file, policy = tmp_path / "learned.jsonl", tmp_path / name
    file.write_text(Learned.of([known("a")]).to_jsonl())
    policy.write_text(text)
    run = drafted(file, "--policy", policy)
    assert (run.returncode, run.stdout) == (1, "")
    assert f"{policy}: no draft can be appended to this file; write the policy in TOML" in run.stderr
    assert drafted(file, "--policy", policy, "-o", tmp_path / "draft.toml").returncode == 0
    file.write_text(Learned.of([known("cookies_preferences")]).to_jsonl())
    assert drafted(file, "--policy", policy).returncode == 0
