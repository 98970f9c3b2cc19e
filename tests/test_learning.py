"""Learning what an app sets: in bounded memory, through a file that workers share, into a draft that loads."""

import json
import logging
import os
import subprocess
import sys
import textwrap
import tomllib
import tracemalloc
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cookiewarden import OptionError, Policy, asgi, learned_file, wsgi
from cookiewarden.draft import draft_policy, lifetime_text
from cookiewarden.learned import MAX_NAMES, Learned, LearnedCookie
from cookiewarden.policy_file import preset_names
from exchanges import NOW, POLICY, Request, Wrapped
from learned_cookies import SITE, known
from scenarios import SET_OF_POLICIES, chosen, sends
from waiting import until

MODULES = pytest.mark.parametrize("module", [asgi, wsgi])
SECRET = "s3cr3t"


class Learning(Wrapped):
    """A wrapped app that learns; what it learned is read from its memory."""

    def __init__(self, folder, module=wsgi, **options):
        super().__init__(module, learn=folder / "learned.jsonl", **options)

    @property
    def learner(self):
        return self._app._control.warden.observers.learner

    def taken(self):
        return self.learner.take(is_last=True)


@MODULES
def test_what_stores_is_learned_with_its_attributes_and_without_its_value(module, tmp_path):
    app = Learning(tmp_path, module)
    line = f"sid={SECRET}; Max-Age=3600; Path=/shop; Secure; HttpOnly; SameSite=lax; Partitioned; Odd={SECRET}"
    app.ask(
        Request(path="/shop/4711?q=1"), sends(line, f"unknown={SECRET}; Domain=ads.example", "NID=; Max-Age=0", "=x")
    )
    app.ask(Request(cookies=(chosen(),)), sends(f"unknown={SECRET}"))
    attributes = ("HttpOnly", "Partitioned", "Path=/shop", "SameSite=Lax", "Secure")
    assert list(app.taken().cookies.values()) == [
        known("sid", lifetime=3600, attributes=attributes, paths=("/shop/*",)),
        known("unknown", count=2, attributes=("Domain=ads.example",), paths=("/", "/shop/*"), is_foreign=True),
    ]


@pytest.mark.parametrize(
    ("path", "seen"),
    [
        ("/", "/"),
        ("/about", "/about"),
        ("/about/", "/about/"),
        ("/users/ann/reset/8fK2", "/users/*"),
        ("/a%20b/c", "/*/*"),
        ("/4711", "/*"),
        ("/" + "x" * 25, "/*"),
    ],
)
def test_of_a_path_only_the_first_part_is_kept(path, seen, tmp_path):
    app = Learning(tmp_path)
    app.ask(Request(path=path), sends("a=1"))
    [cookie] = app.taken().cookies.values()
    assert cookie.paths == (seen,)


def test_names_that_are_made_up_for_each_visitor_become_one_pattern(tmp_path):
    app = Learning(tmp_path)
    for number in range(500):
        app.ask(Request(), sends(f"cart_{number:08x}=1", f"visit{number + 1000}=1", "sid=1"))
    found = app.taken().cookies
    assert len(found) == 5
    assert found[SITE, "cart_*", True].count == 499
    names = [cookie["name"] for cookie in tomllib.loads(draft_policy(Learned(found)))["cookies"]]
    assert sorted(names) == ["cart_*", "sid", "visit*"]


def test_memory_is_bounded_whatever_comes(tmp_path, caplog):
    caplog.set_level(logging.CRITICAL, logger="cookiewarden")
    app = Learning(tmp_path)

    def held_after(numbers):
        for number in numbers:
            letters = "".join(chr(ord("a") + int(digit)) for digit in str(number))
            long = letters + "x" * 3000
            line = f"{letters}=1; Path=/{letters}; Domain={letters}.example"
            app.ask(Request(path=f"/{letters}"), sends(line, f"sid=1; Path=/{letters}", f"{long}=1"))
        return tracemalloc.get_traced_memory()[0]

    held_after(range(1500))
    tracemalloc.start()
    try:
        assert held_after(range(1500, 4000)) < 600_000
    finally:
        tracemalloc.stop()
    found = app.taken().cookies
    assert len(found) == MAX_NAMES
    assert found[SITE, "sid", False].count == 4000


def test_what_is_new_is_written_soon_and_counts_now_and_then(tmp_path):
    clock = mock.Mock(return_value=float(NOW))
    with mock.patch("time.time", clock):
        app = wsgi.CookieWardenMiddleware(None, policy=POLICY, secret_key="x" * 16, learn=tmp_path / "l")
    learner = app._control.warden.observers.learner
    assert learner.take() is None
    for seconds, line, is_written in [
        (0, "a=1", True),
        (9, "a=1", False),
        (10, "a=1", True),
        (20, "a=1; Secure", True),
        (29, "a=1", False),
        (30, "a=1", True),
        (49, "a=1", False),
        (50, "a=1", True),
        (20_000, "a=1", True),
        (20_079, "a=1", False),
    ]:
        clock.return_value = NOW + seconds
        app.app = lambda environ, start_response, line=line: start_response("200 OK", [("Set-Cookie", line)]) or []
        app({"SCRIPT_NAME": "", "PATH_INFO": "/"}, lambda *args: None)
        taken = learner.take()
        assert (taken is not None) is is_written, seconds
    assert taken is None


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
COOKIES = st.builds(
    LearnedCookie,
    site=st.sampled_from(["", SITE]),
    name=st.sampled_from(["a", "b\udcff", "c_1234", "c_5678", "é", "sessionid"]) | TEXTS.filter(bool),
    is_pattern=st.just(False),
    count=st.integers(1, 9),
    first=st.integers(0, 9).map(float),
    last=st.integers(9, 99).map(float),
    lifetime=st.none() | st.integers(0, 10**12),
    attributes=st.lists(TEXTS, max_size=3).map(lambda texts: tuple(sorted(set(texts)))),
    paths=st.lists(TEXTS, max_size=3).map(lambda texts: tuple(sorted(set(texts)))),
    is_foreign=st.booleans(),
)
LEARNED = st.lists(COOKIES, max_size=6).map(Learned.of)


@given(LEARNED, LEARNED)
def test_files_of_workers_may_be_joined(one, other):
    joined = Learned.from_jsonl(one.to_jsonl() + other.to_jsonl())
    assert joined == one + other
    assert (one + other).cookies == (other + one).cookies
    assert joined.unread == 0


@given(LEARNED, st.text())
def test_what_cannot_be_read_is_counted_and_the_rest_is_not_lost(learned, noise):
    lines = [line for line in noise.split("\n") if line.strip()]
    read = Learned.from_jsonl(learned.to_jsonl() + noise)
    assert read.cookies == learned.cookies
    assert read.unread == len(lines)


@given(LEARNED.filter(lambda learned: learned.cookies))
def test_a_draft_loads_and_covers_what_it_can_name_and_guesses_nothing_necessary(learned):
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


def test_a_draft_says_what_was_seen_what_is_suggested_and_why():
    text = draft_policy(DRAFTED, site=SITE)
    blocks = text.split("\n\n")
    assert "A draft, of 5 cookies seen to be set.\n" in blocks[0]
    assert blocks[1] == '[site]\nname = "data.example.org"'
    assert blocks[2] == textwrap.dedent("""\
        # Set 90,000 times, from 2025-06-15 15:06 to 2025-06-15 15:06 UTC
        # On / /admin/*
        # HttpOnly; Path=/
        # first-party: nothing tells what it is for; so it waits for consent
        # preset:django declares it: if that is what you run, extend it, and leave this out
        [[cookies]]
        name = "sessionid"
        category = "first-party"
        purpose = "..."
        lifetime = "session"
        path = "/\"""")
    assert '# statistical: the name is that of Google Analytics, which measures\n[[cookies]]\nname = "_ga"' in text
    assert 'lifetime = "13 months"\npath = "/"\ndomain = "example.org"' in text
    assert '# third-party: its Domain is another site\'s\n[[cookies]]\nname = "pixel"' in text
    assert '# No declaration can name it as it is; the app may rename it.\n# [[cookies]]\n# name = "we*ird"' in text
    assert "elsewhere" not in text
    assert Policy.from_mapping(tomllib.loads(text)).decide("_ga=1").category == "statistical"


def test_a_draft_beside_a_policy_holds_only_what_that_does_not_declare():
    policy = Policy.from_mapping(
        {
            "site": {"name": "X"},
            "extends": "preset:django",
        }
    )
    text = draft_policy(DRAFTED, site=SITE, declared=policy)
    assert "[site]" not in text
    assert [one["name"] for one in tomllib.loads(text)["cookies"]] == ["_ga", "pixel"]


def test_no_preset_is_taken_for_a_reason_to_call_a_cookie_necessary():
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
        (DRAFTED, None, "there are several sites, pick one: data.example.org, park.example"),
        (DRAFTED, "x", 'nothing was learned of "x"; there is data.example.org, park.example'),
    ],
)
def test_which_site_is_to_be_drafted_must_be_plain(learned, site, message):
    with pytest.raises(ValueError, match=message):
        draft_policy(learned, site=site)


@given(st.integers(0, 10**16))
def test_a_lifetime_is_said_as_a_policy_file_says_it(seconds):
    policy = {"site": {"name": "X"}, "cookies": [{"name": "a", "category": "first-party", "purpose": "x"}]}
    policy["cookies"][0]["lifetime"] = lifetime_text(seconds)
    said = Policy.from_mapping(policy).declarations[0].lifetime.seconds
    assert abs(said - seconds) <= max(seconds / 50, 1)


@MODULES
def test_sites_are_learned_apart(module, tmp_path):
    app = Learning(tmp_path, module, policy=SET_OF_POLICIES)
    for host in (SITE, "park.example", "nobody.example"):
        app.ask(Request(host=host), sends("a=1"))
    assert [site for site, _, _ in app.taken().cookies] == [SITE, "park.example", ""]


def test_it_is_written_in_the_background_and_a_file_taken_away_begins_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(learned_file, "_SECONDS_BETWEEN_LOOKS", 0.01)
    file = tmp_path / "learned.jsonl"
    app = Learning(tmp_path)
    app.ask(Request(), sends("a=1"))
    until(file.exists)
    assert json.loads(file.read_text())["name"] == "a"
    file.unlink()
    app.ask(Request(), sends("b=1"))
    until(file.exists)
    assert json.loads(file.read_text())["name"] == "b"


def test_what_could_not_be_written_is_kept_and_told_once_a_minute(tmp_path, caplog):
    app = Learning(tmp_path)
    app.ask(Request(), sends("a=1"))
    written = app._app._control._learned
    (tmp_path / "learned.jsonl").mkdir()
    written.write()
    written.write()
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert len(errors) == 1
    assert "what was learned could not be written" in errors[0]
    (tmp_path / "learned.jsonl").rmdir()
    app.ask(Request(), sends("a=1"))
    written.write()
    [cookie] = Learned.from_jsonl((tmp_path / "learned.jsonl").read_text()).cookies.values()
    assert cookie.count == 2


@pytest.mark.parametrize("wrong", [1, "", "/nowhere/at/all.jsonl", os.sep])
def test_a_file_that_cannot_be_written_to_stops_the_start(wrong):
    with pytest.raises(OptionError, match=r"learn: .* is no file that can be written to"):
        Wrapped(wsgi, learn=wrong)


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


def test_workers_leave_what_they_learned_in_one_file_and_the_command_drafts_from_it(tmp_path):
    file = tmp_path / "learned.jsonl"
    for name in ("one", "two"):
        subprocess.run([sys.executable, "-c", WORKER, str(file), name], check=True, capture_output=True)
    learned = Learned.from_jsonl(file.read_text())
    assert {name: cookie.count for (_, name, _), cookie in learned.cookies.items()} == {"sid": 10, "one": 5, "two": 5}
    file.write_text(file.read_text() + "{torn")
    run = drafted(file)
    assert (run.returncode, run.stderr) == (0, "1 line could not be read; the others were.\n")
    assert Policy.from_mapping(tomllib.loads(run.stdout)).decide("one=1").declared


def drafted(*arguments):
    command = [sys.executable, "-c", "from cookiewarden.cli import main; main()", "draft", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_writes_a_new_file_and_never_over_one(tmp_path):
    file, policy = tmp_path / "learned.jsonl", tmp_path / "cookies.toml"
    file.write_text(DRAFTED.to_jsonl())
    assert drafted(file, "--site", SITE, "-o", policy).returncode == 0
    assert Policy.load(policy).decide("_ga=1").declared
    again = drafted(file, "--site", SITE, "-o", policy)
    assert (again.returncode, again.stderr) == (1, f"Error: {policy}: File exists\n")
    beside = drafted(file, "--site", SITE, "--policy", policy)
    assert "[[cookies]]\nname" not in beside.stdout.replace("# [[cookies]]", "").replace("# name", "")


def test_the_command_says_what_is_wrong(tmp_path):
    file = tmp_path / "learned.jsonl"
    file.write_text(DRAFTED.to_jsonl())
    assert drafted(file).stderr == "Error: there are several sites, pick one: data.example.org, park.example\n"
    (tmp_path / "bad.toml").write_text("[sit]")
    assert "bad.toml: sit: unknown key; did you mean site?" in drafted(file, "--policy", tmp_path / "bad.toml").stderr
    (tmp_path / "bad.toml").write_text('[site]\nname = "X"\nhosts = ["x.example"]\n')
    assert "is a folder; give the file of the site" in drafted(file, "--policy", tmp_path).stderr
    assert drafted(Path("nowhere")).returncode == 2
