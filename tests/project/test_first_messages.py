"""What a newcomer meets in the first hour: each message names the place, and what to do."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import cookiewarden
from cookiewarden import OptionError, PolicyError, __version__, banner_of, wsgi
from cookiewarden.cli import commands
from exchanges import POLICY, SentRequest, Wrapped
from waiting import SECONDS_TO_WAIT

KEY = "sixteen or more bytes"
SITE = {"name": "Shop"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"secret_key": "short"}, ["secret_key: ", "at least 16 bytes, not 5", "secrets.token_urlsafe"]),
        ({"secret_key": []}, ["secret_key: ", "text or bytes", "not an empty list"]),
        ({"secret_key": 5}, ["secret_key: ", "text or bytes", "not int"]),
        ({"policy": "preset:flask"}, ['{"extends": "preset:flask", "site": {"name": "..."}}']),
        ({"policy": "cookie.toml"}, ['"{folder}/cookie.toml"', "the working directory is {folder}", "cookies.toml?"]),
        ({"policy": "empty"}, ['"{folder}/empty" has no policy files', "put one .toml or .json file for each site"]),
        ({"policy": "sites"}, ["sites/b.toml:3:1: site.hosts", '"shop.example"', "a.toml", "remove it from one"]),
        ({"policy": {"site": SITE | {"hosts": ["https://shop.example:80/x"]}}}, ["site.hosts", 'write "shop.example"']),
        ({"policy": {"site": SITE | {"hosts": ["localhost:8000"]}}}, ["it has a port", 'write "localhost"']),
        ({"policy": {"site": SITE | {"updated": "30/03/2021"}}}, ['"30/03/2021" is not a date', "2021-03-30"]),
        ({"policy": {"site": SITE | {"language": "english"}}}, ['"english" is not a language tag', '"en"']),
        ({"policy": {"site": SITE, "preferences": {"lifetime": 3600}}}, ["3600 is not a lifetime", '"30 days"']),
        (
            {"policy": {"site": SITE, "preferences": {"domain": "*.a.org"}}},
            ['"*.a.org"', "it has a *", 'write "a.org"'],
        ),
        ({"templates": "tmpl"}, ["templates: 'tmpl' is not a folder", "the working directory, {folder}"]),
        ({"learn": "no/a.jsonl"}, ["learn: 'no/a.jsonl'", "written", "the working directory, {folder}"]),
        (
            {"policy": {"site": {}}, "secret_key": "short"},
            ["policy: site.name: missing", "options: secret_key: a key must have"],
        ),
    ],
)
def test_a_wrong_start_is_told_what_to_do(tmp_path, monkeypatch, options, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cookies.toml").touch()
    (tmp_path / "empty").mkdir()
    (tmp_path / "sites").mkdir()
    for name in "ab":
        (tmp_path / "sites" / f"{name}.toml").write_text('[site]\nname = "Shop"\nhosts = ["shop.example"]\n')
    with pytest.raises((OptionError, PolicyError)) as raised:
        wsgi.CookieWardenMiddleware(None, **{"policy": POLICY, "secret_key": KEY, **options})
    message = str(raised.value)
    assert [word for word in words if word.replace("{folder}", str(tmp_path)) not in message] == []


def warnings_of(caplog, **options):
    caplog.clear()
    app = Wrapped(wsgi, **options)
    app.ask(
        SentRequest(), lambda environ: [("X-Banner", str(len(banner_of(environ))))] if "pages" not in options else []
    )
    return [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]


NECESSARY = {"site": SITE, "cookies": [{"name": "sid", "category": "necessary", "purpose": "Signs you in"}]}


def test_a_banner_that_stays_empty_is_said_once_at_start(caplog):
    [message] = warnings_of(caplog, policy=NECESSARY)
    assert "the banner stays empty, because no declared cookie needs consent" in message
    assert message.endswith(": policy")
    assert warnings_of(caplog, policy=NECESSARY, pages=None) == []
    assert warnings_of(caplog, policy=POLICY) == []


def test_the_banner_says_what_the_category_is_for_until_the_purpose_is_written():
    def banner(*purposes):
        cookies = [
            {"name": f"c{number}", "category": "statistical", "purpose": purpose}
            for number, purpose in enumerate(purposes)
        ]
        app = Wrapped(wsgi, policy={"site": SITE, "cookies": cookies})
        found = []
        app.ask(SentRequest(), lambda environ: found.append(banner_of(environ)) or [])
        return found[0]

    general = "They record what visitors do on the site"
    assert general in banner("...")
    assert "<span>...</span>" not in banner("...")
    assert banner("...", "…").count(general) == 1
    assert general not in banner("Counts visits")
    assert "Counts visits" in banner("Counts visits", "...")


def test_the_package_runs_as_a_module():
    arguments = [sys.executable, "-m", "cookiewarden", "--version"]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=SECONDS_TO_WAIT)
    assert (done.returncode, done.stdout) == (0, f"cookiewarden {__version__}\n")


def test_without_arguments_the_command_line_shows_its_help():
    run = CliRunner().invoke(commands(), [])
    assert "\\n" not in run.output
    assert "\n  draft " in run.output


def test_no_message_docstring_or_comment_speaks_of_octets():
    source = Path(cookiewarden.__file__).parent
    files = [*source.rglob("*.py"), *source.rglob("*.html"), *source.rglob("*.toml")]
    found = [path.name for path in files if "octet" in path.read_text("utf-8").replace("octet-stream", "").lower()]
    assert found == []
