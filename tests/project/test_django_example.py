"""The example project of Django: a visitor requests its page through both of its applications.

Run as a program, this module is the visitor: it prints the responses as JSON. Django's settings are global, so each
visit has a process of its own.
"""

import importlib
import json
import re
import sys

import pytest

from django_project import EXAMPLE, copy_to, run

ORIGIN = {"Host": "localhost", "Origin": "https://localhost"}
TEXTS = [path for path in EXAMPLE.rglob("*") if path.suffix in (".py", ".html", ".toml", ".md", ".js")]


def visit(interface):
    """Visit the project, accept, refuse, and return the responses."""
    import httpx

    from frameworks import fetch

    app = importlib.import_module(f"exampletown.{interface}").application
    transport = {"wsgi": httpx.WSGITransport, "asgi": httpx.ASGITransport}[interface](app)
    jar = {}

    def ask(method="GET", path="/", **form):
        cookies = "; ".join(f"{name}={value}" for name, value in jar.items())
        response = fetch(transport, path, method, headers=ORIGIN | {"Cookie": cookies}, data=form or None)
        stored, deleted = [], []
        for line in response.headers.get_list("set-cookie"):
            name, _, value = line.strip().partition(";")[0].partition("=")
            if "max-age=0" in line.lower():
                deleted.append(name)
                jar.pop(name, None)
            else:
                stored.append(name)
                jar[name] = value
        return {"status": response.status_code, "stored": sorted(stored), "deleted": deleted, "body": response.text}

    return {
        "served": f"{type(app).__module__}.{type(app).__name__}",
        "first": ask(),
        "accepting": ask("POST", "/cookies/preferences", choice="accept"),
        "accepted": ask(),
        "refusing": ask("POST", "/cookies/preferences", choice="refuse"),
        "refused": ask(),
    }


@pytest.fixture(scope="module", params=["wsgi", "asgi"])
def responses(request, tmp_path_factory):
    """Visit one application, from an empty folder."""
    done = run(EXAMPLE, __file__, request.param, folder=tmp_path_factory.mktemp("elsewhere"))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["served"] == f"cookiewarden.{request.param}.CookieWardenMiddleware"
    return json.loads(done.stdout)


def scripts_in(page):
    """Return the scripts of a page, without the one by which visitors choose and what that one reads."""
    ours = (' src="/cookies/script.js?', ' class="cookies-embed"')
    return [script for script in re.findall(r"<script\b[^>]*>", page) if not any(part in script for part in ours)]


def test_a_first_visit_gets_the_session_only_and_the_banner(responses):
    first = responses["first"]
    assert (first["status"], first["stored"]) == (200, ["sessionid"])
    assert first["body"].count('<section id="cookie-consent"') == 1
    assert "Your visit is not counted." in first["body"]
    assert scripts_in(first["body"]) == []
    assert "<iframe" not in first["body"]


def test_after_an_acceptance_the_statistical_cookie_passes_but_not_the_undeclared_one(responses):
    assert (responses["accepting"]["status"], responses["accepting"]["stored"]) == (303, ["cookies_preferences"])
    accepted = responses["accepted"]
    assert accepted["stored"] == ["_ga", "sessionid"]
    assert "cookie-consent" not in accepted["body"]
    assert "Your visit is counted." in accepted["body"]
    assert scripts_in(accepted["body"]) == ['<script src="/static/count.js" defer>']


def test_a_refusal_deletes_the_statistical_cookie(responses):
    assert responses["refusing"]["deleted"] == ["_ga"]
    assert responses["refused"]["stored"] == ["sessionid"]
    assert scripts_in(responses["refused"]["body"]) == []


def test_the_checks_of_django_find_nothing():
    done = run(EXAMPLE, "manage.py", "check", "--fail-level", "WARNING")
    assert (done.returncode, done.stdout) == (0, "System check identified no issues (0 silenced).\n"), done.stderr


def test_the_checks_name_the_file_of_a_policy_that_is_wrong_and_no_server_starts(tmp_path):
    project = copy_to(tmp_path)
    policy = project / "cookies.toml"
    policy.write_text(policy.read_text().replace('"statistical"', '"statistica"'))
    done = run(project, "manage.py", "check")
    assert done.returncode == 1
    assert re.search(r"^\?: \(cookiewarden\.E001\) \S*cookies\.toml\b", done.stderr, re.MULTILINE)
    assert "\tHINT: did you mean statistical?" in done.stderr
    done = run(project, "-c", "import exampletown.wsgi")
    assert re.search(r"ImproperlyConfigured: \S*cookies\.toml\b.*did you mean statistical\?$", done.stderr.strip())


def test_the_readme_shows_the_lines_that_wrap_the_project():
    readme = (EXAMPLE / "README.md").read_text("utf-8")
    package = EXAMPLE / "exampletown"
    texts = "".join((package / name).read_text("utf-8") for name in ("wsgi.py", "settings.py"))
    lines = re.findall(r"^(?:from cookiewarden|COOKIEWARDEN = ).*$", readme, re.MULTILINE)
    assert [line in texts for line in lines] == [True, True]
    assert "from cookiewarden.django import get_asgi_application" in (package / "asgi.py").read_text("utf-8")


def test_every_file_is_short():
    assert [path.name for path in TEXTS if len(path.read_text("utf-8").splitlines()) > 75] == []


if __name__ == "__main__":
    print(json.dumps(visit(*sys.argv[1:])))
