"""The example apps: each is imported in a process of its own and asked for its page, before and after a choice.

A process each, because Django's settings are global, and because the folder that it runs in must not matter.
Run as a program, this module is the visitor: it prints, as JSON, what one example answered.
"""

import asyncio
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cookiewarden.testing import preferences_cookie

EXAMPLES = Path(__file__).parents[1] / "examples"
KEY = "a key for the tests of the examples"
PREFERENCES = "cookies_preferences"

# The kind of each example, its policy, and the one necessary cookie that its page sets.
APPS = {
    "starlette_app": ("asgi", "cookies.toml", "session"),
    "fastapi_app": ("asgi", "cookies.toml", "session"),
    "django_asgi": ("asgi", "cookies_django.toml", "sessionid"),
    "plain_asgi": ("asgi", "cookies.toml", "session"),
    "flask_app": ("wsgi", "cookies.toml", "session"),
    "django_wsgi": ("wsgi", "cookies_django.toml", "sessionid"),
    "plain_wsgi": ("wsgi", "cookies.toml", "session"),
}

each_example = pytest.mark.parametrize("example", APPS)


def asgi_answer(app, method, path, cookie):
    import httpx  # starlette.testclient is made of it, and warns where a newer one is missing

    async def ask():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
            return await client.request(method, path, headers={"Cookie": cookie} if cookie else {})

    response = asyncio.run(ask())
    return response.status_code, response.headers.get_list("set-cookie"), response.text


def wsgi_answer(app, method, path, cookie):
    from werkzeug.test import Client

    # With use_cookies, the client would drop the Cookie field that it is given.
    response = Client(app, use_cookies=False).open(path, method=method, headers={"Cookie": cookie} if cookie else {})
    return response.status_code, response.headers.getlist("Set-Cookie"), response.text


def visit(example, chosen):
    """One visitor's way through an example: a first visit, a yes, a no. ``chosen``: a cookie from an earlier one."""
    sys.path.insert(0, str(EXAMPLES))
    app = importlib.import_module(example).app
    answer = asgi_answer if APPS[example][0] == "asgi" else wsgi_answer

    def names(lines):
        return [line.partition("=")[0].strip() for line in lines]

    def carried(lines):
        return next((line.partition(";")[0].strip() for line in lines if line.strip().startswith(PREFERENCES)), "")

    status, lines, page = answer(app, "GET", "/", "")
    told = {"wrapped": f"{type(app).__module__}.{type(app).__name__}", "page": page, "first": [status, names(lines)]}
    status, lines, _ = answer(app, "POST", "/accept", "")
    told["accepting"] = [status, names(lines)]
    told["accepted"] = names(answer(app, "GET", "/", carried(lines))[1])
    status, lines, _ = answer(app, "POST", "/refuse", carried(lines))
    told["refusing"] = [status, names(lines)]
    told["refused"] = names(answer(app, "GET", "/", carried(lines))[1])
    told["followed links"] = [answer(app, "GET", path, "")[:2] for path in ("/accept", "/refuse")]
    told["returning"] = names(answer(app, "GET", "/", chosen)[1])
    return told


def run(arguments, folder, key=None):
    """Run Python in a folder, with warnings as errors, and return what it printed."""
    environment = {name: value for name, value in os.environ.items() if name != "COOKIEWARDEN_SECRET_KEY"}
    environment |= {"COOKIEWARDEN_SECRET_KEY": key} if key else {}
    command = [sys.executable, "-W", "error", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module", params=APPS)
def told(request, tmp_path_factory):
    """What one example answered, run from an empty folder, with the name of its necessary cookie."""
    _, policy, necessary = APPS[request.param]
    chosen = preferences_cookie(EXAMPLES / policy, KEY, "statistical")
    printed = run([__file__, request.param, chosen], tmp_path_factory.mktemp("elsewhere"), KEY)
    return {**json.loads(printed), "necessary": necessary}


def test_a_first_visit_gets_the_necessary_cookie_only(told):
    assert told["first"] == [200, [told["necessary"]]]
    assert told["wrapped"] in ("cookiewarden.asgi.CookieWardenMiddleware", "cookiewarden.wsgi.CookieWardenMiddleware")


def test_the_page_offers_both_answers_as_plain_forms(told):
    assert '<form method="post" action="/accept">' in told["page"]
    assert '<form method="post" action="/refuse">' in told["page"]


def test_an_acceptance_lets_the_statistical_cookie_pass_and_still_not_the_undeclared_one(told):
    status, names = told["accepting"]
    assert (status in (302, 303), names) == (True, [PREFERENCES])
    assert sorted(told["accepted"]) == sorted([told["necessary"], "_ga"])


def test_a_refusal_stops_the_statistical_cookie_again(told):
    status, names = told["refusing"]
    assert (status in (302, 303), names) == (True, [PREFERENCES])
    assert told["refused"] == [told["necessary"]]


def test_following_a_link_chooses_nothing(told):
    for status, lines in told["followed links"]:
        assert (status in (404, 405), lines) == (True, [])


def test_a_choice_signed_with_the_key_of_the_environment_holds_when_the_app_starts_again(told):
    assert sorted(told["returning"]) == sorted([told["necessary"], "_ga"])


# Stands in for both servers, so that no port is taken, and says what was handed to them.
SERVE = """
import runpy, sys, uvicorn, wsgiref.simple_server
class Server:
    def serve_forever(self): pass
uvicorn.run = lambda app, host, port: print("serves", type(app).__module__, host)
def make_server(host, port, app):
    print("serves", type(app).__module__, host)
    return Server()
wsgiref.simple_server.make_server = make_server
runpy.run_path(sys.argv[1], run_name="__main__")
"""


@each_example
@pytest.mark.parametrize(("key", "noted"), [(None, True), (KEY, False)], ids=["without a key", "with a key"])
def test_started_as_a_program_it_serves_the_wrapped_app_and_tells_of_a_key_that_it_made_up(
    example, key, noted, tmp_path
):
    printed = run(["-c", SERVE, str(EXAMPLES / f"{example}.py")], tmp_path, key)
    assert f"serves cookiewarden.{APPS[example][0]} 127.0.0.1" in printed
    assert ("COOKIEWARDEN_SECRET_KEY is not set" in printed) is noted


@each_example
def test_an_example_is_a_complete_program_of_less_than_60_lines(example):
    text = (EXAMPLES / f"{example}.py").read_text("utf-8")
    assert len(text.splitlines()) < 60
    assert f"python examples/{example}.py" in text


def test_every_example_is_tested():
    assert sorted(path.stem for path in EXAMPLES.glob("*.py")) == sorted(APPS)


if __name__ == "__main__":
    print(json.dumps(visit(*sys.argv[1:])))
