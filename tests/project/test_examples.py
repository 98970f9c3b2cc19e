"""The example apps: a visitor requests the page of each, before and after a choice.

Each runs in its own process, because the working folder must not matter. test_django_example has the Django project.
Run as a program, this module is the visitor: it prints the responses of one example as JSON.
"""

import asyncio
import hashlib
import hmac
import importlib
import json
import re
import shutil
import sys
from pathlib import Path

import pytest

from cookiewarden.testing import preferences_cookie
from example_runs import EXAMPLES, KEY, run

PREFERENCES = "cookies_preferences"
ORIGIN = "http://localhost"

# By example: its interface, its policy, and the one necessary cookie that its page sets.
APPS = {
    "starlette/app": ("asgi", "cookies.toml", "session"),
    "fastapi/app": ("asgi", "cookies.toml", "session"),
    "litestar/app": ("asgi", "cookies.toml", "session"),
    "quart/app": ("asgi", "cookies.toml", "session"),
    "falcon/asgi_app": ("asgi", "cookies.toml", "session"),
    "plain/asgi_app": ("asgi", "cookies.toml", "session"),
    "metrics/opentelemetry_metrics": ("asgi", "cookies.toml", "session"),
    "flask/app": ("wsgi", "cookies.toml", "session"),
    "falcon/wsgi_app": ("wsgi", "cookies.toml", "session"),
    "bottle/app": ("wsgi", "cookies.toml", "session"),
    "pyramid/app": ("wsgi", "cookies.toml", "session"),
    "plain/wsgi_app": ("wsgi", "cookies.toml", "session"),
    "metrics/prometheus_metrics": ("wsgi", "cookies.toml", "session"),
}

# Most examples serve the middleware; these serve the app in which it stands.
INSTALLED = {
    "starlette/app": "starlette.applications.Starlette",
    "fastapi/app": "fastapi.applications.FastAPI",
    "quart/app": "quart.app.Quart",
    "metrics/opentelemetry_metrics": "starlette.applications.Starlette",
    "flask/app": "flask.app.Flask",
    "metrics/prometheus_metrics": "flask.app.Flask",
}
# Most sign choices with the key that they are given; this one with a key derived from it.
DERIVED = {"flask/app": hmac.digest(KEY.encode(), b"cookiewarden.flask.preferences", hashlib.sha256)}


def served(example):
    """Return the class of the object that an example serves."""
    return INSTALLED.get(example, f"cookiewarden.{APPS[example][0]}.CookieWardenMiddleware")


def file_of(example):
    return EXAMPLES / f"{example}.py"


def policy_of(example):
    return file_of(example).with_name(APPS[example][1])


each_example = pytest.mark.parametrize("example", APPS)


def send_asgi(app, method, path, headers, form):
    import httpx  # not starlette.testclient, which warns if a newer httpx is missing

    async def ask():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as client:
            return await client.request(method, path, headers=headers, data=form)

    response = asyncio.run(ask())
    return response.status_code, response.headers.get_list("set-cookie"), response.text


def send_wsgi(app, method, path, headers, form):
    from werkzeug.test import Client

    # With use_cookies, the client would drop our Cookie header.
    response = Client(app, use_cookies=False).open(path, method=method, headers=headers, data=form, base_url=ORIGIN)
    return response.status_code, response.headers.getlist("Set-Cookie"), response.text


class Visitor:
    """A minimal browser: it sends the cookies that were set, and an Origin with each form."""

    def __init__(self, app, kind, cookies=()):
        self._app = app
        self._send = send_asgi if kind == "asgi" else send_wsgi
        self.cookies = dict(cookies)

    def ask(self, method="GET", path="/", form=None, origin=ORIGIN):
        """Send a request; return the status, the names of the stored and the deleted cookies, and the body."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookie} if cookie else {}
        status, lines, body = self._send(self._app, method, path, headers | ({"Origin": origin} if form else {}), form)
        stored, deleted = [], []
        for line in lines:
            name, _, value = line.strip().partition(";")[0].partition("=")
            if "max-age=0" in line.lower():
                deleted.append(name)
                self.cookies.pop(name, None)
            else:
                stored.append(name)
                self.cookies[name] = value
        return {"status": status, "stored": sorted(stored), "deleted": deleted, "body": body}


def visit(example, chosen):
    """Visit an example, accept, refuse, and return the responses. ``chosen``: a preferences cookie from before."""
    sys.path.insert(0, str(file_of(example).parent))
    app = importlib.import_module(file_of(example).stem).app
    kind = APPS[example][0]
    visitor = Visitor(app, kind)
    responses = {
        "served": f"{type(app).__module__}.{type(app).__name__}",
        "first": visitor.ask(),
        "accepting": visitor.ask("POST", "/cookies/preferences", {"choice": "accept"}),
        "accepted": visitor.ask(),
        "refusing": visitor.ask("POST", "/cookies/preferences", {"choice": "refuse"}),
        "refused": visitor.ask(),
        "forged": Visitor(app, kind).ask("POST", "/cookies/preferences", {"choice": "accept"}, "https://evil.example"),
        "returning": Visitor(app, kind, [chosen.split("=", 1)]).ask(),
    }
    if example == "plain/wsgi_app":
        visitor = Visitor(app, kind)
        responses |= {
            "view: forged": visitor.ask("POST", "/", {"count": "yes"}, "https://evil.example"),
            "view: accepting": visitor.ask("POST", "/", {"count": "yes"}),
            "view: accepted": visitor.ask(),
            "view: refusing": visitor.ask("POST", "/", {"count": "no"}),
        }
    return responses


@pytest.fixture(scope="module", params=APPS)
def responses(request, tmp_path_factory):
    """Run one example from an empty folder; return its responses and the name of its necessary cookie."""
    example = request.param
    chosen = preferences_cookie(policy_of(example), DERIVED.get(example, KEY), "statistical")
    printed = run(example, [__file__, example, chosen], tmp_path_factory.mktemp("elsewhere"), KEY)
    answers, _ = json.JSONDecoder().raw_decode(printed)  # when it ends, an example may print its counts
    return {**answers, "necessary": APPS[example][2], "example": example}


def test_a_first_visit_gets_the_necessary_cookie_only(responses):
    assert (responses["first"]["status"], responses["first"]["stored"]) == (200, [responses["necessary"]])
    assert responses["served"] == served(responses["example"])


def test_the_page_shows_the_banner_with_both_answers_until_the_visitor_has_chosen(responses):
    page = responses["first"]["body"]
    assert page.count('<section id="cookie-consent"') == 1
    banner = page.partition('id="cookie-consent"')[2].partition("<template")[0]  # the template is for the script
    assert re.findall(r"<button .*?>(.*?)</button>", banner) == ["Accept all", "Reject all"]
    for when in ("accepted", "refused", "returning"):
        assert 'id="cookie-consent"' not in responses[when]["body"]


def test_the_page_always_links_to_the_preferences(responses):
    for when in ("first", "accepted", "refused"):
        page = responses[when]["body"].partition('id="cookie-consent"')[0]
        assert 'href="/cookies/preferences?next=/"' in page


def test_after_an_acceptance_the_statistical_cookie_passes_but_not_the_undeclared_one(responses):
    accepting = responses["accepting"]
    assert (accepting["status"], accepting["stored"], accepting["deleted"]) == (303, [PREFERENCES], [])
    assert responses["accepted"]["stored"] == sorted(["_ga", responses["necessary"]])


def test_a_refusal_blocks_the_statistical_cookie_again_and_deletes_the_stored_one(responses):
    refusing = responses["refusing"]
    assert (refusing["status"], refusing["stored"], refusing["deleted"]) == (303, [PREFERENCES], ["_ga"])
    assert (responses["refused"]["stored"], responses["refused"]["deleted"]) == ([responses["necessary"]], [])


def test_another_site_cannot_choose(responses):
    assert (responses["forged"]["status"], responses["forged"]["stored"]) == (403, [])


def test_a_choice_signed_with_the_key_of_the_environment_survives_a_restart(responses):
    assert responses["returning"]["stored"] == sorted(["_ga", responses["necessary"]])


@pytest.mark.parametrize("responses", ["plain/wsgi_app"], indirect=True)
def test_a_view_can_grant_and_withdraw_and_refuses_other_sites(responses):
    assert (responses["view: forged"]["status"], responses["view: forged"]["stored"]) == (403, [])
    assert (responses["view: accepting"]["status"], responses["view: accepting"]["stored"]) == (303, [PREFERENCES])
    assert responses["view: accepted"]["stored"] == ["_ga", responses["necessary"]]
    assert (responses["view: refusing"]["stored"], responses["view: refusing"]["deleted"]) == ([PREFERENCES], ["_ga"])


# Replaces the servers, so that no port is used, and prints what they would serve.
SERVE = """
import pathlib, runpy, sys, uvicorn, werkzeug.serving, wsgiref.simple_server
class Server:
    def serve_forever(self): pass
def make_server(host, port, app, **options):
    print("serves", type(app).__module__, host)
    return Server()
uvicorn.run = lambda app, host, port: make_server(host, port, app)
werkzeug.serving.run_simple = wsgiref.simple_server.make_server = make_server
sys.path[0] = str(pathlib.Path(sys.argv[1]).parent)
runpy.run_path(sys.argv[1], run_name="__main__")
"""


@each_example
@pytest.mark.parametrize("key", [None, KEY], ids=["without a key", "with a key"])
def test_as_a_program_an_example_serves_the_wrapped_app(example, key, tmp_path):
    printed = run(example, ["-c", SERVE, str(file_of(example))], tmp_path, key)
    assert f"serves {served(example).rpartition('.')[0]} 127.0.0.1" in printed


@each_example
def test_an_example_has_fewer_than_70_lines_and_says_how_to_start_it(example):
    text = file_of(example).read_text("utf-8")
    assert len(text.splitlines()) < 70
    assert f"python examples/{example}.py" in text


@pytest.mark.parametrize("folder", sorted({example.partition("/")[0] for example in APPS if "/" in example}))
def test_the_readme_of_a_folder_names_its_files_and_how_to_start_it(folder):
    text = (EXAMPLES / folder / "README.md").read_text("utf-8")
    for example in APPS:
        if example.startswith(f"{folder}/"):
            assert f"python examples/{example}.py" in text
    for path in re.findall(r"\]\(([^):#]+)\)", text):
        assert (EXAMPLES / folder / path).exists()


def test_every_example_is_tested():
    found = [path for path in EXAMPLES.rglob("*.py") if "app = " in path.read_text("utf-8")]
    named = {str(path.relative_to(EXAMPLES).with_suffix("")) for path in found}
    assert named - set(APPS) == {name for name in named if name.startswith("django/")}


def test_the_ini_file_of_pyramid_wraps_the_same_site(tmp_path, monkeypatch):
    from paste.deploy import loadapp

    folder = Path(shutil.copytree(EXAMPLES / "pyramid", tmp_path / "pyramid"))
    ini = folder / "town.ini"
    text, used = ini.read_text("utf-8"), "use = egg:cookiewarden\n"
    assert used in text  # which finds only an installed package
    ini.write_text(text.replace(used, "paste.filter_app_factory = cookiewarden.paste:filter_app\n"), "utf-8")
    monkeypatch.syspath_prepend(folder)
    visitor = Visitor(loadapp(f"config:{ini}", global_conf={"secret": KEY}), "wsgi")
    assert visitor.ask()["stored"] == ["session"]
    assert visitor.ask("POST", "/cookies/preferences", {"choice": "accept"})["stored"] == [PREFERENCES]
    assert visitor.ask()["stored"] == ["_ga", "session"]


if __name__ == "__main__":
    print(json.dumps(visit(*sys.argv[1:])))


def test_no_name_in_the_example_of_litestar_is_an_app_that_is_not_wrapped():
    # "litestar run" looks for one, and serves it.
    search = (
        "import app, litestar; print([name for name, one in vars(app).items() if isinstance(one, litestar.Litestar)])"
    )
    assert run("litestar/app", ["-c", search], EXAMPLES / "litestar").strip() == "[]"
