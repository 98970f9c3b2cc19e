"""The command line of the demo: wrong arguments, missing packages, and where the policies are."""

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
    ("arguments", "said"),
    [
        (["demo", "--portal", "einhoven"], "did you mean data.eindhoven.nl?"),
        (["demo", "--portal", "opendata"], "may be any of opendata.bruxelles.be, opendata.lillemetropole.fr"),
        (["demo", "--serve", "--json"], "--json and --serve do not go together"),
        (["demo", "--report-only"], "--report-only goes with --serve"),
        # What Click says of these two is worded by Click; it names the option.
        (["demo", "--port", "99999"], "--port"),
        (["demo", "--prot", "1"], "--prot"),
    ],
)
def test_a_wrong_argument_is_explained_with_exit_code_2(arguments, said):
    result = run(*arguments)
    assert result.exit_code == 2
    assert said in result.output


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["demo", "--help"]])
def test_help_is_there(arguments):
    result = run(*arguments)
    assert result.exit_code == 0
    assert "demo" in result.output


def test_the_version_is_told():
    done = python(RUN, "--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"cookiewarden {__version__}\n", "")


def test_the_document_alone_is_on_stdout():
    done = python(RUN, "demo", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["cookiewarden"] == __version__


@pytest.mark.parametrize(
    "package", ["click", "rich", "starlette", "werkzeug", "uvicorn", "itsdangerous", "jinja2", "babel"]
)
def test_a_missing_package_is_one_clear_line_and_exit_code_1(package):
    done = python(WITHOUT, package, "demo", *(["--serve", "--port", "0"] if package == "uvicorn" else []))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert re.match(rf"cookiewarden: .* needs the package {package}: pip install 'cookiewarden\[", done.stderr)


def test_a_module_that_is_missing_for_another_reason_is_not_explained_away():
    done = python(WITHOUT, "anyio", "demo")
    assert done.returncode == 1
    assert "Traceback" in done.stderr


# Where the policies are


def test_an_installed_package_takes_the_policies_that_it_carries(tmp_path, monkeypatch):
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
    assert exit_info.value.code == 1
    assert "cannot be read" in capsys.readouterr().err
