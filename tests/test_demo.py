"""The demo and its command line: real exchanges with the wrapped portal, the document, the served portal."""

import http.client
import json
import logging
import os
import re
import signal
import subprocess
import sys
import threading
from contextlib import closing, contextmanager

import pytest
from click.testing import CliRunner
from werkzeug.test import Client

from cookiewarden import __version__, asgi, wsgi
from cookiewarden.cli import commands, main
from cookiewarden.demo import exchanges, sites
from cookiewarden.demo.cookies import COOKIES
from cookiewarden.demo.exchanges import EXTENDED, PUBLISHED, VISITORS, ask_asgi, run_visits
from cookiewarden.demo.portal import wsgi_portal
from cookiewarden.demo.report import disagreements
from cookiewarden.demo.sites import load_portals

KEY = "a key for these tests only"
PORTALS = (
    "data.eindhoven.nl",
    "data.example.org",
    "opendata.bruxelles.be",
    "opendata.lillemetropole.fr",
    "opendatasoft.com",
)
MALFORMED = ("_ga without =", "NUL inside", "CR LF inside")
CONSENTING = ("statistics only", "all")

# What a visitor of each kind keeps besides what all keep, with the additions of the demo.
KEPT = {
    "no choice": {"_gid"},
    "refused all": set(),
    "statistics only": {"_ga", "_gid"},
    "all": {"_ga", "_gid", "portal_theme", "pixel"},
    "forged cookie": {"_gid"},
}
KEPT_BY_ALL = {"sessionid", "django_language", "csrftoken", "old_banner"}

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
RUN = "from cookiewarden.cli import main; main()"


def run(*arguments):
    return CliRunner().invoke(commands(), arguments)


def python(code, *arguments):
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=60)


@pytest.fixture(scope="module")
def visits():
    return run_visits(load_portals())


@pytest.fixture(scope="module")
def document():
    result = run("demo", "--json")
    assert result.exit_code == 0
    return json.loads(result.output)


def kept_of(document, policy, visitor):
    """What that visitor keeps, by portal."""
    return {
        visit["portal"]: {cookie["cookie"] for cookie in visit["cookies"] if cookie["kept"]}
        for visit in document["visits"]
        if (visit["policy"], visit["visitor"]) == (policy, visitor)
    }


# The document


def test_the_document_has_every_visitor_of_every_portal_under_both_policies(document):
    found = [(visit["policy"], visit["portal"], visit["visitor"]) for visit in document["visits"]]
    assert found == [(policy, name, who) for policy in (PUBLISHED, EXTENDED) for name in PORTALS for who in VISITORS]
    assert document["disagreements"] == []


def test_every_line_of_the_document_says_what_became_of_it_and_why(document):
    labels = [cookie.label for cookie in COOKIES]
    for visit in document["visits"]:
        assert [cookie["cookie"] for cookie in visit["cookies"]] == labels
        for cookie in visit["cookies"]:
            assert cookie.keys() == {"cookie", "field", "line", "names", "kept", "category", "declared", "reason"}


@pytest.mark.parametrize("visitor", VISITORS)
def test_a_visitor_keeps_what_the_choice_allows(document, visitor):
    for portal, kept in kept_of(document, EXTENDED, visitor).items():
        notices = {"_BEAMER_DATE_x"} if portal == "opendatasoft.com" else set()
        assert kept == KEPT_BY_ALL | KEPT[visitor] | notices


@pytest.mark.parametrize("visitor", VISITORS)
def test_as_published_no_choice_lets_more_than_the_necessary_out(document, visitor):
    for portal, kept in kept_of(document, PUBLISHED, visitor).items():
        assert kept == KEPT_BY_ALL | ({"_BEAMER_DATE_x"} if portal == "opendatasoft.com" else set())


def test_ga_is_kept_only_with_consent(document):
    found = {
        (visit["policy"], visit["visitor"])
        for visit in document["visits"]
        for cookie in visit["cookies"]
        if cookie["cookie"] == "_ga" and cookie["kept"]
    }
    assert found == {(EXTENDED, visitor) for visitor in CONSENTING}


def test_a_forged_cookie_is_like_no_choice(document):
    by_visitor = {
        visitor: [visit["cookies"] for visit in document["visits"] if visit["visitor"] == visitor]
        for visitor in ("no choice", "forged cookie")
    }
    assert by_visitor["forged cookie"] == by_visitor["no choice"]


def test_nameless_and_broken_lines_are_always_stripped_as_malformed(document):
    found = {
        (cookie["cookie"], cookie["kept"], cookie["reason"])
        for visit in document["visits"]
        for cookie in visit["cookies"]
        if cookie["reason"] == "malformed" or cookie["cookie"] in MALFORMED
    }
    assert found == {(label, False, "malformed") for label in MALFORMED}


# The exchanges


def test_wsgi_asgi_and_the_policy_agree_on_every_line(visits):
    for visit in visits:
        for outcome in visit.outcomes:
            assert outcome.by_wsgi == outcome.by_asgi == outcome.decision.allowed


def test_no_two_lines_of_the_portal_are_alike():
    assert len({(cookie.field, cookie.line) for cookie in COOKIES}) == len(COOKIES)


@pytest.mark.parametrize("interface", ["WSGI", "ASGI"])
def test_one_wrapped_app_that_lets_too_much_out_makes_the_command_fail_loudly(monkeypatch, interface):
    module = wsgi if interface == "WSGI" else asgi
    wrapper = module.CookieWardenMiddleware
    lenient = lambda *arguments, **options: wrapper(*arguments, **options, report_only=True)  # noqa: E731
    monkeypatch.setattr(module, "CookieWardenMiddleware", lenient)
    result = run("demo", "--portal", "eindhoven")
    assert result.exit_code == 1
    assert "DISAGREEMENT" in result.output
    assert "WSGI, ASGI and policy.decide agree" not in result.output
    said = {"WSGI": "WSGI kept, ASGI stripped", "ASGI": "WSGI stripped, ASGI kept"}[interface]
    assert f"_ga: the policy says stripped (undeclared), {said}" in " ".join(result.output.split())
    as_json = run("demo", "--portal", "eindhoven", "--json")
    assert as_json.exit_code == 1
    found = json.loads(as_json.output)
    assert found["disagreements"]
    assert "_ga" not in kept_of(found, PUBLISHED, "all")["data.eindhoven.nl"]


def test_lines_that_come_out_in_another_order_are_a_disagreement(monkeypatch):
    monkeypatch.setattr(exchanges, "ask_asgi", lambda app, host, cookie: ask_asgi(app, host, cookie)[::-1])
    found = disagreements(run_visits(load_portals()[:1]))
    assert len(found) == 10
    assert all(problem.endswith("ASGI: what came out is not what went in, in the same order") for problem in found)


# The tables


def test_the_tables_name_every_portal_visitor_line_and_odd_line():
    result = run("demo")
    assert result.exit_code == 0
    words = " ".join(result.output.split())
    for name in PORTALS:
        assert words.count(name) >= 2
    for visitor in ("no choice, forged", "refused all", "statistics", "any visitor"):
        assert visitor in words
    for cookie in COOKIES:
        assert cookie.label in result.output
    assert "Set-Cookie: csrftoken=1\\r\\nSet-Cookie: smuggled=1" in words
    assert words.endswith("WSGI, ASGI and policy.decide agree on all 800 lines of 50 visits.")


@pytest.mark.parametrize(("width", "encoding", "kept"), [(80, "utf-8", "✓"), (140, "utf-8", "✓"), (80, "ascii", "+")])
def test_the_tables_fit_and_are_plain_text_when_piped(width, encoding, kept):
    environment = {**os.environ, "COLUMNS": str(width), "PYTHONIOENCODING": encoding}
    done = subprocess.run([sys.executable, "-c", RUN, "demo"], capture_output=True, timeout=60, env=environment)
    assert (done.returncode, done.stderr) == (0, b"")
    lines = done.stdout.decode(encoding).splitlines()
    assert max(map(len, lines)) <= width
    assert not any("\x1b" in line or "\N{HORIZONTAL ELLIPSIS}" in line for line in lines)
    row = next(line.split() for line in reversed(lines) if line.startswith("_gid"))
    assert row[:4] == ["_gid", "statistical", kept, "anonymized"]


def test_log_lines_do_not_clutter_the_tables_and_the_log_is_as_before(caplog):
    logger = logging.getLogger("cookiewarden")
    before = (logger.level, list(logger.handlers), logger.propagate)
    assert run("demo").exit_code == 0
    assert caplog.records == []
    assert (logger.level, list(logger.handlers), logger.propagate) == before


@pytest.mark.parametrize("name", ["opendatasoft.com", "opendatasoft", "OpenDataSoft"])
def test_one_portal_is_picked_by_its_name_or_a_part_of_it(name):
    result = run("demo", "--portal", name, "--json")
    assert {visit["portal"] for visit in json.loads(result.output)["visits"]} == {"opendatasoft.com"}


# The command line


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["demo", "--portal", "einhoven"], "did you mean data.eindhoven.nl?"),
        (["demo", "--portal", "opendata"], "may be any of opendata.bruxelles.be, opendata.lillemetropole.fr"),
        (["demo", "--serve", "--json"], "--json and --serve do not go together"),
        (["demo", "--port", "99999"], "99999 is not in the range"),
        (["demo", "--prot", "1"], "No such option"),
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
    assert result.output.startswith("Usage: ")


def test_the_version_is_told():
    done = python(RUN, "--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"cookiewarden {__version__}\n", "")


def test_the_document_alone_is_on_stdout():
    done = python(RUN, "demo", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["cookiewarden"] == __version__


@pytest.mark.parametrize("package", ["click", "rich", "starlette", "werkzeug", "uvicorn", "itsdangerous"])
def test_a_missing_package_is_one_clear_line_and_exit_code_1(package):
    done = python(WITHOUT, package, "demo", *(["--serve", "--port", "0"] if package == "uvicorn" else []))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert re.match(rf"cookiewarden: .* needs the package {package}: pip install 'cookiewarden\[", done.stderr)


def test_a_module_that_is_missing_for_another_reason_is_not_explained_away():
    done = python(WITHOUT, "anyio", "demo")
    assert done.returncode == 1
    assert "Traceback" in done.stderr


# The portal itself, and the served one


@contextmanager
def served(*arguments):
    """The port of a served demo, which is ended at the end."""
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, "demo", "--serve", "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    # Its own deadline: a demo that never says where it is would hold the test for ever.
    watchdog = threading.Timer(60, process.kill)
    watchdog.start()
    try:
        # The port is open before it is told.
        told = next((line for line in process.stdout if "http://localhost:" in line), "")
        yield int(re.search(r"localhost:(\d+)/", told)[1])
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        watchdog.cancel()
        assert process.returncode == 0


@pytest.fixture(scope="module")
def port():
    with served() as number:
        yield number


def ask(port, method="GET", path="/", host="localhost", cookie=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    with closing(connection):
        connection.request(method, path, headers={"Host": host, **({"Cookie": cookie} if cookie else {})})
        response = connection.getresponse()
        return response.status, response.msg.get_all("set-cookie", []), response.read().decode()


def names_of(lines):
    return {line.partition("=")[0] for line in lines}


def shown_as_kept(page):
    return set(re.findall(r'<tr class="kept"><td><code>(.*?)</code>', page))


@pytest.mark.parametrize(
    ("host", "title", "notices"),
    [
        ("localhost", "Open data of Eindhoven", set()),
        ("127.0.0.1", "Open data of Eindhoven", set()),
        ("opendata.bruxelles.be.localhost", "Open data of Brussels", set()),
        ("opendatasoft.com.localhost:8000", "Opendatasoft", {"_BEAMER_DATE_x"}),
    ],
)
def test_the_served_portal_is_picked_by_host_and_shows_what_left(port, host, title, notices):
    status, lines, page = ask(port, host=host)
    assert status == 200
    assert f"<h1>{title}</h1>" in page
    assert "You have not chosen yet." in page
    assert names_of(lines) == shown_as_kept(page) == KEPT_BY_ALL | {"_gid"} | notices


@pytest.mark.parametrize(
    ("path", "told", "visitor"),
    [
        ("/choice/all", "You accepted: statistical, first-party, third-party.", "all"),
        ("/choice/statistics", "You accepted: statistical.", "statistics only"),
        ("/choice/none", "You refused all that needs consent.", "refused all"),
    ],
)
def test_a_button_of_the_served_portal_records_the_choice(port, path, told, visitor):
    _, _, page = ask(port)
    assert f'<form method="post" action="{path}">' in page
    status, lines, _ = ask(port, "POST", path)
    assert status == 303
    assert names_of(lines) == KEPT_BY_ALL | KEPT[visitor] | {"cookies_preferences"}
    cookie = lines[-1].partition(";")[0]
    _, lines, page = ask(port, cookie=cookie)
    assert told in page
    assert names_of(lines) == shown_as_kept(page) == KEPT_BY_ALL | KEPT[visitor]
    assert "your browser sent: <code>cookies_preferences</code>" in page


@pytest.mark.parametrize(("method", "path", "expected"), [("GET", "/x", 404), ("POST", "/choice/x", 404)])
def test_what_the_served_portal_does_not_have_is_not_found(port, method, path, expected):
    assert ask(port, method, path)[0] == expected


def test_one_portal_can_be_served_alone():
    with served("--portal", "opendatasoft") as number:
        assert "<h1>Opendatasoft</h1>" in ask(number)[2]


def test_a_port_that_is_taken_is_told_with_exit_code_1(port):
    done = python(RUN, "demo", "--serve", "--port", str(port))
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(rf"Error: port {port}: .*; try another --port\n", done.stderr)


def test_names_that_a_browser_sends_are_escaped_on_the_page():
    policy = load_portals()[0].extended
    app = wsgi.CookieWardenMiddleware(wsgi_portal, policy=policy, secret_key=KEY)
    response = Client(app, use_cookies=False).get("/", headers={"Cookie": "<b>x</b>=1"})
    assert "<code>&lt;b&gt;x&lt;/b&gt;</code>" in response.text
    assert "<b>x" not in response.text


@pytest.mark.parametrize(("path", "visitor"), [("/choice/all", "all"), ("/choice/none", "refused all")])
def test_the_wsgi_portal_records_a_choice_as_the_asgi_portal_does(path, visitor):
    policy = load_portals()[0].extended
    app = wsgi.CookieWardenMiddleware(wsgi_portal, policy=policy, secret_key=KEY)
    client = Client(app, use_cookies=False)
    response = client.post(path)
    assert response.status_code == 303
    assert names_of(response.headers.getlist("Set-Cookie")) == KEPT_BY_ALL | KEPT[visitor] | {"cookies_preferences"}
    assert client.post("/choice/x").status_code == 404
    assert client.get(path).status_code == 404


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
