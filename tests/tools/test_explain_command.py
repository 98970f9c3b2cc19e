"""The command ``cookiewarden explain``: its arguments, its exit codes, and what it prints."""

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from cookiewarden.cli import commands
from waiting import SECONDS_TO_WAIT

POLICY = """
[site]
name = "Exampletown"
hosts = ["data.example.org"]

[[cookies]]
name = "sid"
category = "necessary"
purpose = "Keeps visitors signed in"

[[cookies]]
name = "theme"
category = "first-party"
purpose = "Colours"
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "cookies.toml"
    path.write_text(POLICY)
    return str(path)


def run(*arguments, given=None):
    return CliRunner().invoke(commands(), ["explain", *arguments], input=given)


def found(*arguments, given=None):
    """Return the JSON document that the command prints."""
    return json.loads(run(*arguments, "--json", given=given).stdout)


def test_a_line_that_may_leave_gives_0_and_a_blocked_one_1(file):
    assert run(file, "sid=1").exit_code == 0
    assert run(file, "theme=1").exit_code == 1
    assert run(file, "theme=1", "--consent", "first-party").exit_code == 0


def test_text_and_json_say_the_same(file):
    text, document = run(file, "theme=1").stdout, found(file, "theme=1")
    assert text.startswith("Blocked (undecided): the middleware drops the line.\n")
    assert (document["outcome"], document["reason"]) == ("blocked", "undecided")
    for step in document["steps"]:
        assert step["question"] in text
    assert document["declaration"]["place"].endswith("cookies.toml:11:1")
    assert "cookies.toml:11:1: " in text
    assert document["remedy"] in text.replace("\n  ", " ")


def test_no_line_of_a_remedy_to_paste_is_broken_and_no_line_ends_in_a_blank(file):
    lines = run(file, f"{'n' * 90}=1").stdout.split("\n")
    assert f'  name = "{"n" * 90}"' in lines
    assert [line for line in lines if line != line.rstrip()] == []


@pytest.mark.parametrize("line", ["Set-Cookie: sid=1; Path=/", "set-cookie:sid=1", "sid=1"])
def test_a_line_may_begin_with_the_name_of_its_header(file, line):
    assert found(file, line)["browsers"]["names"] == ["sid"]


@pytest.mark.parametrize("ending", [b"", b"\n", b"\r\n"])
def test_a_line_comes_from_the_standard_input_as_bytes(file, ending):
    document = found(file, "-", given=b"Set-Cookie: \xff=1" + ending)
    assert document["browsers"]["names"] == ["\\xff"]
    assert document["reason"] == "undeclared"


def test_bytes_of_an_argument_that_are_no_text_stay_as_they_are(file):
    done = subprocess.run(
        [sys.executable, "-m", "cookiewarden", "explain", file, b"s\xffd\x1b=1"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        timeout=SECONDS_TO_WAIT,
    )
    assert done.returncode == 1
    assert b"\x1b" not in done.stdout
    assert b'  Name      "s\\\\xffd\\u001b"\n' in done.stdout


@pytest.mark.parametrize(
    ("arguments", "given", "message"),
    [
        (["-"], b"", "the standard input is empty"),
        (["-"], b"Set-Cookie: a=1\nSet-Cookie: b=2\n", "several Set-Cookie headers"),
        (["-"], b"a" * 70_000, "longer than 65536 bytes"),
        (["a=1", "--consent", "statistics"], None, "did you mean statistical"),
        (["a=1", "--consent", "all", "--consent", "statistical"], None, "is a whole choice"),
        (["a=1", "--consent", "all", "--undecided"], None, "cannot be combined"),
        (["a=1", "--header", "Sec-GPC"], None, "is not a header"),
        (["a=1", "--header", "Host: a.example", "--host", "b.example"], None, "differ"),
        (["a=1", "--path", "x"], None, "must begin with /"),
        (["a=1", "--profile", "fr"], None, "it lists none"),
    ],
)
def test_a_wrong_argument_is_explained_with_exit_code_3(file, arguments, given, message):
    result = run(file, *arguments, given=given)
    assert result.exit_code == 3
    assert message in result.stderr


def test_a_policy_that_cannot_be_loaded_gives_exit_code_3(tmp_path):
    path = tmp_path / "cookies.toml"
    path.write_text("[site]\n")
    done = subprocess.run(
        [sys.executable, "-m", "cookiewarden", "explain", path, "a=1"],
        capture_output=True,
        text=True,
        timeout=SECONDS_TO_WAIT,
    )
    assert done.returncode == 3
    assert done.stderr.startswith("Error: 1 problem in the policy:")


def test_headers_of_the_request_count(file):
    document = found(file, "theme=1", "--consent", "first-party", "--header", "Sec-Fetch-Site: cross-site",
                     "--header", "Sec-Fetch-Dest: iframe")  # fmt: skip
    assert document["steps"][-1]["question"] == "Is this site a third party on the page?"
    assert found(file, "sid=1", "--header", "Host: portal.example.org:80")["host"] == "portal.example.org"


def test_the_host_picks_the_policy_of_a_folder(tmp_path):
    for name in ("town", "park"):
        own = f'[[cookies]]\nname = "{name}"\ncategory = "necessary"\npurpose = "Works"\n'
        (tmp_path / f"{name}.toml").write_text(f'[site]\nname = "{name}"\nhosts = ["{name}.example"]\n{own}')
    document = found(str(tmp_path), "park=1", "--host", "park.example")
    assert (document["site"], document["reason"]) == ("park.example", "necessary")
    assert document["declaration"]["place"] == f"{tmp_path / 'park.toml'}:4:1"
    assert found(str(tmp_path), "park=1", "--host", "other.example")["reason"] == "no-policy"
    result = run(str(tmp_path), "park=1")
    assert result.exit_code == 3
    assert "hosts there: park.example, town.example" in result.stderr


def test_a_profile_changes_the_decision(tmp_path):
    path = tmp_path / "cookies.toml"
    path.write_text(
        '[site]\nname = "Exampletown"\nprofile = ["nl", "de"]\n[statistics]\nlittle_impact = true\n'
        '[[cookies]]\nname = "visits"\ncategory = "statistical"\nanonymized = true\npurpose = "Counts visits"\n'
    )
    reasons = [found(str(path), "visits=1", "--profile", profile)["reason"] for profile in ("nl", "de")]
    assert reasons == ["anonymized", "undecided"]
    assert found(str(path), "visits=1")["reason"] == "anonymized"  # the first profile
    assert "it lists nl, de" in run(str(path), "visits=1", "--profile", "fr").stderr


@pytest.mark.parametrize("host", ["exa mple", "*.example.org", "https://example.org", ""])
def test_what_no_request_is_sent_to_is_not_taken_for_a_host(file, host):
    result = run(file, "sid=1", "--host", host)
    assert (result.exit_code, "Invalid value for --host" in result.stderr) == (3, True)


@pytest.mark.parametrize("host", ["example.org:8000", "[::1]:8000", "localhost"])
def test_a_host_may_have_a_port(file, host):
    assert run(file, "sid=1", "--host", host).exit_code == 0


def test_a_prefix_is_shown_as_the_line_has_it(file):
    assert "__Host- without Secure" in run(file, "__Host-a=1").stdout
