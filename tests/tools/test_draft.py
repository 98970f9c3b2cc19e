"""Drafts of a policy file from what was learned: they load, and never suggest that a cookie is necessary."""

import re
import subprocess
import sys
import textwrap
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application_cookies import LINES
from cookiewarden import Policy
from cookiewarden.policy.lifetimes import lifetime_text
from cookiewarden.policy.preset_files import preset_names
from cookiewarden.reporting.learned import Learned
from cookiewarden.reporting.learned_hosts import LearnedHost
from cookiewarden.tools.draft import draft_policy
from learned_cookies import LEARNED, SITE, known, learned_of


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
        known(
            "sessionid",
            count=90_000,
            attributes=("HttpOnly", "Path=/"),
            paths=("/", "/admin/*"),
            deleted_on=("/admin/*logout*",),
        ),
        known("we*ird", count=3),
        known("\udcff", count=2),
        known("elsewhere", site="park.example"),
    ]
)


def test_a_draft_says_what_was_seen_and_gives_a_reason_for_each_suggestion():
    text = draft_policy(DRAFTED, site=SITE)
    blocks = text.split("\n\n")
    assert "A draft: 5 cookies that the app set.\n" in blocks[0]
    assert blocks[0].endswith(
        "#\n# preset:django declares sessionid.\n"
        "# If your app uses it, uncomment the next line, and delete the cookies below that it declares.\n"
        '# extends = ["preset:django"]'
    )
    assert blocks[1] == '[site]\nname = "data.example.org"'
    assert blocks[2].startswith("# ---- Declared by presets: ")
    assert blocks[3] == textwrap.dedent("""\
        # Set 90,000 times, on 2025-06-15 15:06 UTC
        # On / /admin/*
        # HttpOnly; Path=/
        # Deleted on /admin/*logout*
        # first-party: it looks like a session cookie, by its name, HttpOnly and its deletion on /admin/*logout*; if
        #   people cannot sign in without it, it is necessary
        # preset:django declares it as necessary: if you extend it, delete this
        [[cookies]]
        name = "sessionid"
        category = "first-party"
        # category = "necessary" # in place of the line above, if that is so
        purpose = "..."
        lifetime = "session"
        path = "/\"""")
    assert '# statistical: the name belongs to Google Analytics, which counts visits\n[[cookies]]\nname = "_ga"' in text
    assert 'category = "statistical"\nprovider = "Google Analytics"\n' in text
    assert "# Usually kept for 2 years: https://support.google.com/analytics/answer/11397207\n" in text
    assert 'lifetime = "57 weeks"\npath = "/"\ndomain = "example.org"' in text
    assert '# third-party: its Domain belongs to another site\n[[cookies]]\nname = "pixel"' in text
    assert '# No declaration can name this cookie; rename it in the app.\n# [[cookies]]\n# name = "we*ird"' in text
    headings = [line.strip("# -") for line in text.splitlines() if line.startswith("# ----")]
    assert [heading.partition(" ")[0] for heading in headings] == ["Declared", "Known", "Set", "Unknown"]
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


def test_well_known_cookies_that_an_app_may_need_come_before_other_services():
    text = draft_policy(Learned.of([known("_fbp", count=9), known("__stripe_sid"), known("PHPSESSID"), known("NREUM")]))
    headings = [line.strip("# -") for line in text.splitlines() if line.startswith("# ----")]
    assert [heading.partition(" ")[0] for heading in headings] == ["Sign-in,", "Known"]
    assert re.findall('name = "(.*?)"', text)[1:] == ["__stripe_sid", "PHPSESSID", "_fbp", "NREUM"]
    assert re.findall('provider = "(.*?)"', text) == ["Stripe", "Meta Pixel", "New Relic"]
    assert "# Usually kept until the browser closes: https://github.com/php/doc-en/" in text


def test_a_cookie_of_a_preset_is_not_suggested_as_necessary_either():
    for preset in preset_names():
        declared = Policy.from_mapping({"extends": preset, "site": {"name": "X"}}).declarations
        names = [name.replace("*", "x") for one in declared for name in one.names if "preferences" not in name]
        text = draft_policy(Learned.of(known(name) for name in names))
        policy = Policy.from_mapping(tomllib.loads(text))
        assert not [
            one for one in policy.declarations if one.category == "necessary" and "preferences" not in one.names[0]
        ]
        assert " declares it as " in text
        assert preset in text


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
    assert 0 <= declared - seconds <= max(seconds / 50, 1)


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
    assert (again.returncode, again.stderr.count("\n")) == (3, 1)
    assert str(policy) in again.stderr


def test_with_a_policy_the_command_drafts_its_site_and_nothing_if_all_is_declared(tmp_path):
    file, policy = tmp_path / "learned.jsonl", tmp_path / "cookies.toml"
    file.write_text(DRAFTED.to_jsonl())
    policy.write_text(f'[site]\nname = "X"\nid = "{SITE}"\n')
    assert drafted(file, "--policy", policy, "-o", tmp_path / "more.toml").returncode == 0
    policy.write_text(policy.read_text() + (tmp_path / "more.toml").read_text())
    assert Policy.load(policy).decide("_ga=1").declared
    beside = drafted(file, "--policy", policy).stdout
    assert beside.startswith("\n# A draft")  # apart from what stands before it in the policy
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
    assert drafted(Path("nowhere")).returncode == 3


def test_the_command_says_what_is_wrong_with_a_file_from_which_nothing_can_be_learned(tmp_path):
    empty, other = tmp_path / "empty.jsonl", tmp_path / "cookies.toml"
    empty.write_text("\n")
    run = drafted(empty)
    assert (run.returncode, run.stdout) == (3, "")
    assert run.stderr == f"Error: {empty}: nothing was learned yet; use the wrapped app, sign in and out, and retry\n"
    other.write_bytes(b'[site]\nname = "X"\xff\0')
    run = drafted(other)
    assert (run.returncode, run.stdout) == (3, "")
    assert run.stderr.startswith(f"Error: {other}: no line of this is what an app was seen to set; give the file that")
    run = drafted(tmp_path)
    assert (run.returncode, "is a directory" in run.stderr) == (3, True)


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
    assert (run.returncode, run.stdout) == (3, "")
    assert f"{policy}: no draft can be appended to this file; write the policy in TOML" in run.stderr
    assert drafted(file, "--policy", policy, "-o", tmp_path / "draft.toml").returncode == 0
    file.write_text(Learned.of([known("cookies_preferences")]).to_jsonl())
    assert drafted(file, "--policy", policy).returncode == 0


def drafted_of(app):
    """Return the draft for an application, and the policy that it is."""
    text = draft_policy(Learned.of(learned_of(LINES[app])))
    return text, Policy.from_mapping(tomllib.loads(text))


def blocks_by_name(text):
    """Return the blocks of a draft by the name in them."""
    blocks = [block for block in text.split("\n\n") if "[[cookies]]" in block]
    return {re.search(r'^(?:# )?names? = \[?"([^"]+)"', block, re.MULTILINE)[1]: block for block in blocks}


@pytest.mark.parametrize("app", LINES)
def test_a_draft_for_an_application_loads_and_makes_nothing_necessary(app):
    _, policy = drafted_of(app)
    drafted = [one for one in policy.declarations if one.names != ("cookies_preferences",)]
    assert {one.category.value for one in drafted} <= {"first-party"}
    for _, line in LINES[app]:
        assert policy.decide(line).declared or app == "Isso", line


@pytest.mark.parametrize(
    ("app", "name", "kind", "question"),
    [
        ("Datasette", "ds_csrftoken", "a token that protects forms, by its name", "forms cannot be sent"),
        ("Datasette", "ds_actor", "a sign-in cookie, by its name and its deletion on /-/*logout*", "sign in"),
        ("Datasette", "ds_messages", "a notice for the next page, by its name", "what became of a form"),
        ("Trac", "trac_form_token", "a token that protects forms, by its name", "forms cannot be sent"),
        ("Trac", "trac_auth", "a sign-in cookie, by its name, HttpOnly and its deletion on /logout", "sign in"),
        ("Zope", "__ac", "a sign-in cookie, by its deletion on /logout", "sign in"),
        ("Gradio", "access-token-*", "a sign-in cookie, by its name and HttpOnly", "sign in"),
        ("Gradio", "access-token-unsecure-*", "a sign-in cookie, by its name and HttpOnly", "sign in"),
        ("pretix", "pretix_csrftoken", "a token that protects forms, by its name", "forms cannot be sent"),
        ("pretix", "pretix_session", "a session cookie, by its name and HttpOnly", "sign in"),
        ("pretix", "pretix_language", "the language of a visitor, by its name", "pick the language"),
        ("pgAdmin", "pga4_session", "a session cookie, by its name and HttpOnly", "sign in"),
        ("pgAdmin", "PGADMIN_LANGUAGE", "the language of a visitor, by its name and HttpOnly", "pick the language"),
        ("MoinMoin", "MOIN_SESSION_443_ROOT", "a session cookie, by its name and HttpOnly", "sign in"),
        ("Wagtail", "sessionid", "a session cookie, by its name, HttpOnly and its deletion on /admin/*log", "sign in"),
        ("Wagtail", "csrftoken", "a token that protects forms, by its name", "forms cannot be sent"),
    ],
)
def test_a_draft_says_what_a_cookie_looks_like_and_offers_to_make_it_necessary(app, name, kind, question):
    text, _ = drafted_of(app)
    block = blocks_by_name(text)[name]
    said = " ".join(block.replace("\n#  ", "").split())
    assert f"first-party: it looks like {kind}" in said
    assert question in said
    chosen = re.sub(r'^category = .*\n# (category = "necessary")', r"\1", text, flags=re.MULTILINE)
    declaration = Policy.from_mapping(tomllib.loads(chosen)).decide(f"{name.replace('*', 'x' * 43)}=1").declaration
    assert declaration.category == "necessary"


def test_a_name_like_that_of_a_preset_may_be_renamed_or_extended():
    text = draft_policy(Learned.of([known("shop_csrftoken"), known("shopcsrftoken")]))
    said = " ".join(blocks_by_name(text)["shop_csrftoken"].replace("\n#  ", "").split())
    assert "The name is like csrftoken of preset:django" in said
    assert 'rename = {csrftoken = "shop_csrftoken"}' in said
    assert "rename" not in blocks_by_name(text)["shopcsrftoken"]
    wagtail, _ = drafted_of("Wagtail")
    assert "preset:django declares it as necessary: if you extend it, delete this" in wagtail
    assert "rename" not in wagtail


RENAMED = Learned.of([known("town_session", renamed_from="sessionid"), known("town_id", renamed_from="remember_token")])


def test_a_cookie_that_the_options_rename_is_declared_if_the_policy_declares_its_old_name():
    declared = Policy.from_mapping({"extends": "preset:django", "site": {"name": "X", "id": SITE}})
    text = draft_policy(RENAMED, declared=declared)
    assert list(blocks_by_name(text)) == ["town_id"]
    assert draft_policy(Learned.of([known("town_session", renamed_from="sessionid")]), declared=declared) == ""


def test_a_draft_names_the_preset_of_a_cookie_that_the_options_rename():
    text = draft_policy(RENAMED)
    said = " ".join(text.replace("\n#  ", "").split())
    assert """In the app's options it is "remember_token" of preset:flask-login: extend that, and delete this""" in said
    assert """it is "sessionid" of preset:django: extend that""" in said
    assert text.index("# ---- Declared by presets") < text.index('name = "town_id"')


@pytest.mark.parametrize("app", ["Datasette", "Trac", "Zope", "Gradio", "pretix"])
def test_a_draft_proposes_the_preset_that_declares_most_of_an_application(app):
    text, _ = drafted_of(app)
    preset = f"preset:{app.lower()}"
    listed = re.search(r"^# extends = (\[.*\])$", text, re.MULTILINE)
    assert listed is not None, text
    assert tomllib.loads(f"extends = {listed[1]}")["extends"] == [preset]
    kept = [block for block in text.split("\n\n") if f"# {preset} declares it as " not in block]
    chosen = re.sub(r"^# extends", "extends", "\n\n".join(kept), flags=re.MULTILINE)
    policy = Policy.from_mapping(tomllib.loads(chosen))
    for _, line in LINES[app]:
        assert policy.decide(line).declared, line


def test_a_draft_leaves_out_presets_that_add_nothing_and_joins_those_that_declare_the_same():
    text = draft_policy(
        Learned.of(map(known, ["csrftoken", "sessionid", "__cf_bm"]))
    )  # preset:litestar has csrftoken, too
    assert '# extends = ["preset:django", "preset:cloudflare"]\n' in text
    assert "litestar" not in text
    said = " ".join(draft_policy(Learned.of([known("session")])).replace("\n#  ", "").split())
    assert "preset:quart or preset:starlette declares session. # If your app uses some, uncomment the next" in said


def test_a_draft_for_a_policy_says_which_preset_to_extend_there():
    policy = Policy.from_mapping({"site": {"name": "X"}})
    text = draft_policy(Learned.of([known("sessionid")]), declared=policy)
    assert "# extends" not in text
    said = " ".join(text.replace("\n#  ", "").split())
    assert 'write extends = ["preset:django"] at the top of the policy, or add to what stands there, and delete' in said


def test_what_a_preset_lets_wait_is_not_offered_as_necessary():
    text, _ = drafted_of("Trac")
    block = blocks_by_name(text)["trac_session"]
    assert "# preset:trac declares it as first-party: if you extend it, delete this" in block
    assert '"necessary"' not in block
    assert "it is necessary" not in block


def test_plain_numbers_become_one_block_that_declares_nothing():
    text, policy = drafted_of("Isso")
    assert "A draft: 1 cookie that the app set." in text
    assert "# Set 7 times, " in text
    assert "The names are plain numbers." in text
    assert [one.names for one in policy.declarations] == [("cookies_preferences",)]
    lines = text[text.index("# [[cookies]]") :].splitlines()
    chosen = Policy.from_mapping(tomllib.loads("\n".join([text, *(line.removeprefix("# ") for line in lines)])))
    assert {name: chosen.decide(f"{name}=1").declared for name in ("1", "4711", "a1")} == {
        "1": True,
        "4711": True,
        "a1": False,
    }


@pytest.mark.parametrize(
    ("names", "drafted", "remark"),
    [
        (["sid-9f86d081884c7d659a2feaa0c55ad015"], ["sid-*"], "The pattern is a guess"),
        (["cart-0b5b2e3c-3f0a-4a3e-9d53-6ad1c1fb2b1f"], ["cart-*"], "The pattern is a guess"),
        (["cart-4711"], ["cart-4711"], 'The end of the name looks made up: if it is, write name = "cart-*"'),
        (["cart-4711", "cart-4712"], ["cart-*"], "The pattern is a guess"),
        (["step-1", "step-2"], ["step-1", "step-2"], ""),
        (["step-1", "step-2", "step-3"], ["step-*"], "The pattern is a guess"),
        (["4711"], ["4711"], "The name is a plain number"),
    ],
)
def test_names_with_a_made_up_end_are_folded_or_remarked_on(names, drafted, remark):
    text = draft_policy(Learned.of(known(name) for name in names))
    found = sorted(one["name"] for one in tomllib.loads(text)["cookies"])
    assert found == drafted
    said = " ".join(text.replace("\n#  ", "").split())
    assert (remark or "Set once") in said
    assert ("made up" in said or "make up" in said) is bool(remark)


def test_both_spellings_of_a_name_are_one_declaration_if_the_app_sets_both():
    names = ["__Host-pretix_session", "pretix_session", "__Secure-other"]
    text = draft_policy(Learned.of(known(name, attributes=("Path=/",)) for name in names))
    first, second = tomllib.loads(text)["cookies"]
    assert first["names"] == ["pretix_session", "__Host-pretix_session"]
    assert second["name"] == "__Secure-other"
    assert "# Set 2 times" in text


@pytest.mark.parametrize(
    ("name", "attributes", "offered"),
    [
        ("town_session", ("Path=/",), '# names = ["town_session", "__Host-town_session"] # in place'),
        ("pretix_session", ("Path=/",), '# names = ["pretix_session", "__Host-pretix_session"] # in place'),
        ("sessionid", ("Path=/",), ""),  # preset:django has no other spelling
        ("__Host-sid", ("Path=/", "Secure"), '# names = ["__Host-sid", "sid"] # in place'),
        ("sid", ("Path=/", "Secure"), ""),
        ("sid", ("Domain=example.org", "Path=/"), ""),
        ("sid", ("Path=/admin",), ""),
        ("theme", ("Path=/",), ""),
    ],
)
def test_a_draft_offers_the_other_spelling_of_a_sign_in_cookie(name, attributes, offered):
    text = draft_policy(Learned.of([known(name, attributes=attributes)]))
    assert (offered or "# names") in text or not offered
    assert ("# names" in text) is bool(offered)
    if offered:
        chosen = re.sub(r"^name = .*\n# (names = .*)", r"\1", text, flags=re.MULTILINE)
        assert Policy.from_mapping(tomllib.loads(chosen)).decide(f"{name}=1").declared


def test_a_draft_names_the_spelling_that_the_policy_declares():
    policy = Policy.from_mapping(
        {"site": {"name": "X"}, "cookies": [{"name": "pretix_session", "category": "necessary", "purpose": "Works"}]}
    )
    text = draft_policy(Learned.of([known("__Host-pretix_session"), known("pretix_session")]), declared=policy)
    said = " ".join(text.replace("\n#  ", "").split())
    assert (
        'The policy declares "pretix_session" (necessary): if it is the same, write names = ["pretix_session",' in said
    )
    assert [one["name"] for one in tomllib.loads(text)["cookies"]] == ["__Host-pretix_session"]


def test_a_cookie_that_was_only_deleted_is_not_drafted():
    learned = Learned.of([known("a"), known("old", count=0, paths=(), deleted_on=("/",))])
    assert [one["name"] for one in tomllib.loads(draft_policy(learned))["cookies"]] == ["a"]
    with pytest.raises(ValueError, match="nothing was learned yet"):
        draft_policy(Learned.of([known("old", count=0, paths=(), deleted_on=("/",))]))


HOSTS = [
    LearnedHost(SITE, "cdn.example:8443", ("font-src", "img-src"), 2, 0.0, 60.0),
    LearnedHost(SITE, "ads.example", ("script-src-elem",), 41, 0.0, 0.0),
    LearnedHost("park.example", "trees.example", ("img-src",), 1, 0.0, 0.0),
]


def test_a_reported_host_is_drafted_as_a_declaration_to_be_completed():
    text = draft_policy(Learned.of([], hosts=HOSTS), site=SITE)
    assert text.startswith("# A draft: 2 hosts that browsers reported.\n")
    blocks = text.partition("# ---- Hosts that pages contact, by the reports of browsers ----\n\n")[2].split("\n\n")
    assert [block.partition("name = ")[2].splitlines()[0] for block in blocks] == [
        '"ads.example"',
        '"cdn.example:8443"',
    ]
    assert "# Reported 2 times, from 1970-01-01 00:00 to 1970-01-01 00:01 UTC\n# For font-src img-src\n" in blocks[1]
    assert all("# Anyone can send a report, so check that a page contacts it." in block for block in blocks)
    declared = [one for one in Policy.from_mapping(tomllib.loads(text)).declarations if one.hosts]
    assert [(one.kind, one.hosts, one.category) for one in declared] == [
        ("host", ("ads.example",), "third-party"),
        ("host", ("cdn.example:8443",), "third-party"),
    ]


def test_a_draft_counts_cookies_and_hosts_and_leaves_out_the_hosts_that_the_policy_declares():
    learned = Learned.of([known("a")], hosts=HOSTS)
    assert draft_policy(learned, site=SITE).startswith(
        "# A draft: 1 cookie that the app set, 2 hosts that browsers reported.\n"
    )
    map_ = {"name": "map", "category": "third-party", "purpose": "A map", "hosts": ["ads.example", "*.example:8443"]}
    site = {"name": "Town", "id": SITE}
    assert "ads.example" not in draft_policy(learned, declared=Policy.from_mapping({"site": site, "cookies": [map_]}))
    both = [map_, {"name": "a", "category": "necessary", "purpose": "A"}]
    assert draft_policy(learned, declared=Policy.from_mapping({"site": site, "cookies": both})) == ""


def test_a_drafted_host_has_a_name_that_no_declared_host_has():
    def declared(name, host, **keys):
        return {"name": name, "category": "third-party", "purpose": "A", "hosts": [host], **keys}

    rows = [
        declared("ads.example", "a.example", kind="host"),
        declared("ads.example (2)", "b.example", kind="host"),
        declared("cdn.example:8443", "c.example", kind="pixel"),
    ]
    given = {"site": {"name": "Town", "id": SITE}, "cookies": rows}
    drafted = tomllib.loads(draft_policy(Learned.of([], hosts=HOSTS), declared=Policy.from_mapping(given)))["cookies"]
    assert [one["name"] for one in drafted] == ["ads.example (3)", "cdn.example:8443"]
    assert Policy.from_mapping({**given, "cookies": [*rows, *drafted]})


def test_the_command_drafts_from_reported_hosts_alone(tmp_path):
    (tmp_path / "learned.jsonl").write_text(Learned.of([], hosts=HOSTS[:1]).to_jsonl())
    run = drafted(tmp_path / "learned.jsonl")
    assert (run.returncode, run.stderr) == (0, "")
    assert 'hosts = ["cdn.example:8443"]' in run.stdout
