"""The command ``cookiewarden render``: formats, languages, files, and what it refuses."""

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from cookiewarden.cli import commands
from cookiewarden.pages import pdf
from pdf_packages import needs_pdf
from waiting import SECONDS_TO_WAIT

POLICY = """
[site]
name = {en = "Exampletown", fr = "Exempleville"}
hosts = ["data.example.org"]
languages = ["fr", "en"]
language = "fr"
introduction = {en = "Hello \\u001b[31m\\u202e", fr = "Bonjour"}
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "cookies.toml"
    path.write_text(POLICY)
    return str(path)


def run(*arguments):
    return CliRunner().invoke(commands(), ["render", *arguments])


def test_the_page_is_printed_in_the_language_of_the_policy_or_in_another(file):
    assert '<html lang="fr" dir="ltr">' in run(file).stdout
    assert '<html lang="en" dir="ltr">' in run(file, "--lang", "EN-GB").stdout


def test_json_is_a_format_like_the_others(file):
    document = json.loads(run(file, "--json").stdout)
    assert (document["language"], document["name"]) == ("fr", "Exempleville")
    assert run(file, "--format", "json").stdout == run(file, "--json").stdout
    assert run(file, "--format", "md", "--lang", "en").stdout.startswith("# Cookie policy of Exampletown\n")


def test_the_name_of_the_file_says_the_format_unless_an_option_does(file, tmp_path):
    named, other = tmp_path / "page.MD", tmp_path / "page.txt"
    assert run(file, "-o", str(named)).exit_code == 0
    assert named.read_text("utf-8").startswith("# ")
    assert run(file, "-o", str(other), "--format", "json").exit_code == 0
    assert json.loads(other.read_text("utf-8"))["site"] == "data.example.org"


@pytest.mark.parametrize("name", ["page.txt", "page.docx", "page", ".md"])
def test_a_name_that_says_no_format_is_refused(file, tmp_path, name):
    result = run(file, "-o", str(tmp_path / name))
    assert result.exit_code == 3
    assert "must end in .html, .md, .json or .pdf, or --format must say the format" in result.stderr
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize("name", ["page.htm", "page.HTML", "page.markdown"])
def test_the_other_common_endings_say_a_format_too(file, tmp_path, name):
    assert run(file, "-o", str(tmp_path / name)).exit_code == 0
    assert (tmp_path / name).read_text("utf-8").startswith("# " if "mark" in name else "<!doctype html>")


def test_a_file_is_replaced_only_if_forced(file, tmp_path):
    path = tmp_path / "page.html"
    path.write_text("mine")
    result = run(file, "-o", str(path))
    assert (result.exit_code, path.read_text()) == (3, "mine")
    assert "--force" in result.stderr
    assert run(file, "-o", str(path), "--force").exit_code == 0
    assert path.read_text("utf-8").startswith("<!doctype html>")


def test_each_language_gets_a_file_of_its_own(file, tmp_path):
    folder = tmp_path / "public" / "cookies"
    assert run(file, "--all-languages", "-o", str(folder)).exit_code == 0
    assert sorted(path.name for path in folder.iterdir()) == ["cookies.en.html", "cookies.fr.html"]
    assert (folder / "cookies.en.html").read_text("utf-8") == run(file, "--lang", "en").stdout
    assert run(file, "--all-languages", "-o", file).exit_code == 3  # it is no folder


@needs_pdf
def test_a_pdf_is_written_to_a_file_or_a_pipe(file, tmp_path):
    path = tmp_path / "page.pdf"
    assert run(file, "-o", str(path)).exit_code == 0
    assert path.read_bytes().startswith(b"%PDF-")
    assert run(file, "--format", "pdf").stdout_bytes == path.read_bytes()


def test_a_pdf_without_its_packages_says_what_to_install(file, monkeypatch):
    monkeypatch.setattr(pdf, "PACKAGES", ("no_such_package",))
    assert "pip install 'cookiewarden[pdf]'" in str(run(file, "--format", "pdf").exception)


def test_the_page_without_its_packages_says_what_to_install(file):
    code = (
        "import sys; sys.modules['babel'] = None; sys.argv[1:] = ['render', sys.argv[1]]\n"
        "from cookiewarden.cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code, file], capture_output=True, text=True, timeout=SECONDS_TO_WAIT)
    assert done.returncode == 3
    assert done.stderr == "Error: the policy page needs the package babel: pip install 'cookiewarden[pages]'\n"


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a terminal of POSIX")
@pytest.mark.parametrize(
    ("arguments", "code", "shown"),
    [
        (["--format", "pdf"], 3, b"-o cookies.pdf"),
        (["--lang", "en", "--json"], 0, b"[31m\\u202e"),
        (["--lang", "en"], 0, b"[31m\\u202e"),
    ],
)
def test_a_terminal_gets_no_pdf_and_no_control_characters(file, arguments, code, shown):
    leader, follower = os.openpty()
    try:
        done = subprocess.Popen(
            [sys.executable, "-m", "cookiewarden", "render", file, *arguments], stdout=follower, stderr=follower
        )
        os.close(follower)
        output = b""
        while chunk := _read(leader):
            output += chunk
        assert done.wait(SECONDS_TO_WAIT) == code
    finally:
        os.close(leader)
    assert shown in output
    assert b"\x1b" not in output
    assert "\u202e".encode() not in output


def _read(leader):
    try:
        return os.read(leader, 65_536)
    except OSError:  # the other end is closed, as Linux says it
        return b""


def test_the_host_picks_the_policy_of_a_folder(tmp_path):
    for name in ("town", "park"):
        (tmp_path / f"{name}.toml").write_text(f'[site]\nname = "{name}"\nhosts = ["{name}.example"]\n')
    assert json.loads(run(str(tmp_path), "--host", "park.example", "--json").stdout)["name"] == "park"
    assert "hosts there: park.example, town.example" in run(str(tmp_path)).stderr
    result = run(str(tmp_path), "--host", "x.example")
    assert result.exit_code == 3
    assert "hosts there: park.example, town.example" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--lang", "de"], "it is in fr, en"),
        (["--lang", "\x1b"], "it is in fr, en"),
        (["--json", "--format", "md"], "cannot be combined"),
        (["--all-languages"], "needs -o FOLDER"),
        (["--all-languages", "--lang", "fr", "-o", "x"], "needs -o FOLDER"),
    ],
)
def test_a_wrong_argument_is_explained_with_exit_code_3(file, arguments, message):
    result = run(file, *arguments)
    assert result.exit_code == 3
    assert message in result.stderr
    assert "\x1b" not in result.stderr


def test_a_language_without_a_catalog_is_a_problem_of_the_policy(tmp_path):
    path = tmp_path / "cookies.toml"
    path.write_text('[site]\nname = "X"\nlanguages = ["xx"]\nlanguage = "xx"\n')
    assert 'there is no catalog for "xx"' in str(run(str(path)).exception)
