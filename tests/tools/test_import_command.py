"""The command ``cookiewarden import``: what it prints, writes and exits with, and what it says of a wrong argument."""

import io
import json
import subprocess
import sys
import tomllib
from typing import NamedTuple

import pytest

from cookiewarden import Policy
from cookiewarden.cli import main
from cookiewarden.tools.importing import fetch as fetching
from cookiewarden.tools.importing.fetch import Fetched, NotFetchedError
from waiting import SECONDS_TO_WAIT

PAGE = """<html lang=en><h1>Cookie policy of Exampletown</h1><p>Last update: 2021-03-30
<h2>Necessary cookies</h2><table><tr><th>Name<th>Purpose<th>Duration<tr><td>sessionid<td>Signs you in.<td>session
<tr><td>lang<td>Keeps the language.<td>for ever</table>
<h2>Marketing</h2><ul><li><code>IDE</code> - 13 months - advertises</ul>"""


class Done(NamedTuple):
    """How a command ended."""

    exit_code: int
    stdout: str
    stderr: str


@pytest.fixture
def run(monkeypatch, capsys):
    """Return a function that runs the command line, as the entry point does."""

    def run(*arguments: str, stdin: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "argv", ["cookiewarden", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as ended:
            main()
        return Done(ended.value.code or 0, *capsys.readouterr())

    return run


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "cookies.html"
    path.write_text(PAGE, "utf-8")
    return path


def test_the_policy_goes_to_stdout_and_what_was_found_to_stderr(run, page):
    done = run("import", str(page))
    assert done.exit_code == 0
    policy = Policy.from_mapping(tomllib.loads(done.stdout))
    assert policy.decide("IDE=1").category.value == "third-party"
    assert done.stderr.startswith("3 declarations: 2 necessary, 1 third-party. 1 thing is unclear")
    assert '# unclear: lifetime: it is not a length of time: "for ever"' in done.stdout


def test_the_policy_goes_to_a_new_file_and_never_over_another_unasked(run, page, tmp_path):
    target = tmp_path / "cookies.toml"
    done = run("import", str(page), "-o", str(target))
    assert (done.exit_code, done.stdout) == (0, "")
    assert "cookiewarden check" in done.stderr
    assert Policy.load(target).site.updated.isoformat() == "2021-03-30"
    assert run("import", str(page), "-o", str(target)).exit_code == 3
    assert run("import", str(page), "-o", str(target), "--force").exit_code == 0


def test_json_holds_the_facts_the_doubts_and_the_policy(run, page):
    found = json.loads(run("import", str(page), "--json").stdout)
    assert found["site"] == {
        "name": "Exampletown",
        "host": None,
        "operator": None,
        "contact": None,
        "introduction": None,
        "updated": "2021-03-30",
        "language": "en",
    }
    assert [cookie["names"] for cookie in found["cookies"]] == [["sessionid"], ["lang"], ["IDE"]]
    assert found["cookies"][1]["unclear"] == [
        {"key": "lifetime", "reason": "it is not a length of time", "words": "for ever"}
    ]
    assert found["unread_columns"] == []
    Policy.from_mapping(tomllib.loads(found["policy"]))


def test_a_purpose_that_the_document_does_not_tell_is_left_to_write_and_the_summary_says_so(run, page, tmp_path):
    page.write_text(PAGE.replace("Keeps the language.", "").replace(" - advertises", ""), "utf-8")
    target = tmp_path / "cookies.toml"
    done = run("import", str(page), "-o", str(target))
    assert '2 declarations have no purpose in the document. Write each in place of "..."' in done.stderr
    assert "CW108" in run("check", str(target)).stdout
    target.write_text(target.read_text("utf-8").replace('"..."', '"Told by a person."'), "utf-8")
    assert run("check", str(target)).exit_code == 0


def test_the_summary_says_nothing_of_purposes_that_are_all_told(run, page):
    assert "purpose" not in run("import", str(page)).stderr


def test_options_say_what_the_document_does_not(run, page):
    done = run("import", str(page), "--site-name", "Town", "--host", "Data.Example.org", "--language", "en-GB")
    site = Policy.from_mapping(tomllib.loads(done.stdout)).site
    assert (str(site.name), site.hosts, site.language) == ("Town", ("data.example.org",), "en-gb")


def test_a_base_is_extended_and_only_what_it_declares_alike_is_left_out(run, page, tmp_path):
    base = tmp_path / "base.toml"
    base.write_text('[[cookies]]\nname = "IDE"\ncategory = "third-party"\npurpose = "Advertises"\n'
                    'lifetime = "13 months"\n', "utf-8")  # fmt: skip
    (tmp_path / "sites").mkdir()
    target = tmp_path / "sites" / "town.toml"
    done = run("import", str(page), "-o", str(target), "--extends", str(base), "--extends", "preset:django")
    assert done.exit_code == 0, done.stderr
    assert done.stderr.startswith("2 declarations: 2 necessary. Left to what it extends: IDE.")
    table = tomllib.loads(target.read_text("utf-8"))
    assert table["extends"] == ["../base.toml", "preset:django"]
    assert [cookie["name"] for cookie in table["cookies"]] == ["sessionid", "lang"]
    assert Policy.load(target).decide("IDE=1").category.value == "third-party"
    assert json.loads(run("import", str(page), "--json", "--extends", str(base)).stdout)["of_bases"] == ["IDE"]


def test_standard_input_is_read(run):
    done = run("import", "-", stdin=b"Necessary cookies\n\nName\tPurpose\na_b\tDur\xe9e\n")
    assert done.exit_code == 0
    assert 'name = "a_b"' in done.stdout
    assert 'purpose = "Durée"' in done.stdout


def test_the_format_can_be_given(run, tmp_path):
    path = tmp_path / "page.txt"
    path.write_text(PAGE, "utf-8")
    assert run("import", str(path), "--format", "html").stdout.count("[[cookies]]") == 3


@pytest.mark.parametrize(
    "text", ["", "<p>Nothing here.", "<h1>Cookies</h1><table><tr><th>Cookie<th>Use<tr><td>See list<td>x</table>"]
)
def test_a_document_without_cookies_is_not_verified(run, tmp_path, text):
    path = tmp_path / "page.html"
    path.write_text(text, "utf-8")
    done = run("import", str(path))
    assert (done.exit_code, done.stdout) == (2, "")
    assert "no cookie was found" in done.stderr


def test_a_name_in_a_sentence_is_listed_and_the_summary_says_that_something_is_unclear(run, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(
        "<h1>Cookies</h1><h2>Necessary</h2><ul><li>a_b: session, it does.</ul><p>YouTube sets YSC.", "utf-8"
    )
    done = run("import", str(path))
    assert '# unclear: name: "YSC" is named in a sentence' in done.stdout.partition("# ---- Not declared ----")[2]
    assert "2 things are unclear" in done.stderr
    note = json.loads(run("import", str(path), "--json").stdout)["left_out"][0]
    assert (note["key"], note["words"]) == ("name", "YouTube sets YSC.")


def test_a_document_that_names_cookies_in_sentences_alone_says_which(run, tmp_path):
    path = tmp_path / "page.html"
    path.write_text("<h1>Cookies</h1><p>YouTube sets YSC. Then it sets NID.", "utf-8")
    done = run("import", str(path))
    assert (done.exit_code, done.stdout) == (2, "")
    assert '"YSC" is named in a sentence' in done.stderr
    assert '"Then it sets NID."' in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing.html"], "missing.html"),
        (["www.example.org"], "write https://www.example.org"),
        (["example.org/cookies"], "write https://example.org/cookies"),
        (["."], "."),
        (["a\0b"], "is not a file name"),
        (["{page}", "--host", "https://example.org/"], "--host"),
        (["{page}", "--language", "!"], "--language"),
        (["{page}", "--site-name", " "], "--site-name"),
        (["{page}", "--format", "pdf"], "--format"),
        (["{page}", "--extends", "missing.toml"], "missing.toml"),
        (["{page}", "--extends", "preset:djnago"], "preset:django"),
    ],
)
def test_a_wrong_argument_is_explained_with_exit_code_3(run, page, arguments, message):
    done = run("import", *(one.format(page=page) for one in arguments))
    assert (done.exit_code, done.stdout) == (3, "")
    assert message in done.stderr


@pytest.mark.parametrize("path", ["missing.html", "./example.org/cookies", "cookies/page", "a/www.example.org"])
def test_a_missing_file_is_not_taken_for_a_page_of_the_web(run, path):
    assert "https://" not in run("import", path).stderr


def test_a_pdf_is_refused_with_a_remedy(run, tmp_path):
    path = tmp_path / "cookies.pdf"
    path.write_bytes(b"%PDF-1.7\n")
    done = run("import", str(path))
    assert done.exit_code == 3
    assert "save its text" in done.stderr


def test_a_page_from_the_web_names_the_host_of_the_site(run, monkeypatch):
    answer = Fetched(PAGE.encode("cp1252"), "text/html; charset=iso-8859-1", "https://data.example.org/cookies")
    monkeypatch.setattr(fetching, "fetch", lambda url, **options: answer)
    done = run("import", "https://example.org/cookies")
    assert done.exit_code == 0
    assert Policy.from_mapping(tomllib.loads(done.stdout)).site.id == "data.example.org"


@pytest.mark.parametrize("url", ["http://localhost:8000/", "http://127.0.0.1/", "http://[::1]/"])
def test_a_page_from_this_machine_names_no_host_of_the_site(run, monkeypatch, url):
    monkeypatch.setattr(fetching, "fetch", lambda asked, **options: Fetched(PAGE.encode(), "text/html", asked))
    assert "hosts" not in tomllib.loads(run("import", url).stdout)["site"]


@pytest.mark.parametrize("is_refused", [True, False])
def test_a_page_that_cannot_be_had_is_not_verified(run, monkeypatch, is_refused):
    def refuse(url, **options):
        raise NotFetchedError(f"{url}: answers with 403", is_refused=is_refused)

    monkeypatch.setattr(fetching, "fetch", refuse)
    done = run("import", "https://example.org/cookies")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "answers with 403" in done.stderr
    assert ("open the page in a browser" in done.stderr) is is_refused


@pytest.mark.parametrize("package", ["selectolax", "markdown_it", "httpx"])
def test_a_missing_package_says_what_to_install(run, page, monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    for module in ("importing.fetch", "web.addresses"):
        monkeypatch.delitem(sys.modules, f"cookiewarden.tools.{module}", raising=False)
    done = run("import", "https://localhost:1/" if package == "httpx" else str(page))
    assert done.exit_code == 3
    assert f"{package}: pip install 'cookiewarden[import]'" in done.stderr


@pytest.mark.parametrize("path", ["/cookies", "?a=b@c", ""])
def test_the_policy_does_not_keep_the_password_of_the_address(run, monkeypatch, path):
    monkeypatch.setattr(fetching, "fetch", lambda url, **_: Fetched(PAGE.encode(), "text/html", url))
    done = run("import", f"https://someone:se@cret@example.org{path}")
    assert done.exit_code == 0
    assert done.stdout.startswith(f"# Imported from https://example.org{path}:")
    assert "cret" not in done.stdout


def test_a_script_without_a_guard_for_its_main_program_may_import(tmp_path):
    """What reads the document must not run the script once more."""
    document = tmp_path / "policy.html"
    document.write_text(PAGE, "utf-8")
    script = "from cookiewarden.cli import main\nmain()\n"
    done = subprocess.run(
        [sys.executable, "-", "import", str(document)],
        input=script,
        capture_output=True,
        text=True,
        timeout=SECONDS_TO_WAIT,
    )
    assert done.returncode == 0, done.stderr
    assert tomllib.loads(done.stdout)["cookies"][0]["name"] == "sessionid"
