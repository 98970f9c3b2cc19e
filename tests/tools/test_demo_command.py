"""The command line of the demo: wrong arguments, missing packages, and the place of the policies."""

import json
import re
import sys

import pytest

from cookiewarden import __version__
from cookiewarden.cli import main
from cookiewarden.tools.demo import sites
from cookiewarden.tools.demo.sites import load_portals
from demo_runs import RUN, python, run

# A finder that hides one package, as if its extra were not installed.
WITHOUT = """
import sys
hidden = sys.argv.pop(1)
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == hidden:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Finder())
from cookiewarden.cli import main
main()
"""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["demo", "--portal", "einhoven"], "did you mean data.eindhoven.nl?"),
        (["demo", "--portal", "opendata"], "may be any of opendata.bruxelles.be, opendata.lillemetropole.fr"),
        (["demo", "--serve", "--json"], "--json and --serve cannot be combined"),
        (["demo", "--report-only"], "--report-only needs --serve"),
        # Click words these two messages; they name the option.
        (["demo", "--port", "99999"], "--port"),
        (["demo", "--prot", "1"], "--prot"),
    ],
)
def test_a_wrong_argument_is_explained_with_exit_code_3(arguments, message):
    result = run(*arguments)
    assert result.exit_code == 3
    assert message in result.output


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["demo", "--help"]])
def test_help_is_printed(arguments):
    result = run(*arguments)
    assert result.exit_code == 0
    assert "demo" in result.output


def test_the_version_is_printed():
    done = python(RUN, "--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"cookiewarden {__version__}\n", "")


def test_stdout_holds_the_document_and_nothing_else():
    done = python(RUN, "demo", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["cookiewarden"] == __version__


@pytest.mark.parametrize(
    "package", ["click", "rich", "starlette", "werkzeug", "uvicorn", "itsdangerous", "jinja2", "babel"]
)
def test_a_missing_package_gives_one_line_and_exit_code_3(package):
    done = python(WITHOUT, package, "demo", *(["--serve", "--port", "0"] if package == "uvicorn" else []))
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.count("\n") == 1
    assert re.match(rf"Error: .* needs the package {package}: pip install 'cookiewarden\[", done.stderr)


def test_a_missing_module_of_no_extra_gives_a_traceback():
    done = python(WITHOUT, "anyio", "demo")
    assert done.returncode == 3
    assert "Traceback" in done.stderr


# Where the policies are


def test_an_installed_package_uses_its_own_policies(tmp_path, monkeypatch):
    packaged = tmp_path / "policies"
    packaged.mkdir()
    (packaged / "town.toml").write_text('[site]\nname = "Town"\nhosts = ["*.town.example"]\n')
    monkeypatch.setattr(sites, "__file__", str(tmp_path / "sites.py"))
    assert [(portal.name, portal.host) for portal in load_portals()] == [("town", "www.town.example")]


def test_a_package_without_policies_says_so_in_one_message(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sites, "__file__", str(tmp_path / "a" / "b" / "c" / "d" / "sites.py"))
    monkeypatch.setattr(sys, "argv", ["cookiewarden", "demo"])
    with pytest.raises(SystemExit) as exit_info:
        main()
    assert exit_info.value.code == 3
    assert "cannot be read" in capsys.readouterr().err
