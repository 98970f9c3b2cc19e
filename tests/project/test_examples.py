"""The example apps: each is imported in a process of its own and asked for its page, before and after a choice.

A process each, because Django's settings are global, and because the folder that it runs in must not matter.
Run as a program, this module is the visitor: it prints, as JSON, what one example answered.
"""

import asyncio
import importlib
import json
import re
import sys

import pytest

from cookiewarden.testing import preferences_cookie
from example_runs import EXAMPLES, KEY, run

PREFERENCES = "cookies_preferences"
ORIGIN = "http://localhost"

# The kind of each example, its policy, and the one necessary cookie that its page sets.
APPS = {
    "starlette_app": ("asgi", "cookies.toml", "session"),
    "fastapi_app": ("asgi", "cookies.toml", "session"),
    "django_asgi": ("asgi", "cookies_django.toml", "sessionid"),
    "litestar_app": ("asgi", "cookies.toml", "session"),
    "quart_app": ("asgi", "cookies.toml", "session"),
    "falcon_asgi": ("asgi", "cookies.toml", "session"),
    "plain_asgi": ("asgi", "cookies.toml", "session"),
    "opentelemetry_metrics": ("asgi", "cookies.toml", "session"),
    "flask_app": ("wsgi", "cookies.toml", "session"),
    "django_wsgi": ("wsgi", "cookies_django.toml", "sessionid"),
    "falcon_app": ("wsgi", "cookies.toml", "session"),
    "bottle_app": ("wsgi", "cookies.toml", "session"),
    "pyramid_app": ("wsgi", "cookies.toml", "session"),
    "plain_wsgi": ("wsgi", "cookies.toml", "session"),
    "prometheus_metrics": ("wsgi", "cookies.toml", "session"),
}

# What is served is the middleware around the app; here, it is the app in which the middleware was installed.
INSTALLED = {"starlette_app": "starlette.applications.Starlette", "fastapi_app": "fastapi.applications.FastAPI"}


def served(example):
    """The class of what a server gets of an example."""
    return INSTALLED.get(example, f"cookiewarden.{APPS[example][0]}.CookieWardenMiddleware")


each_example = pytest.mark.parametrize("example", APPS)


def asgi_answer(app, method, path, fields, form):
    import httpx  # starlette.testclient is made of it, and warns where a newer one is missing

    async def ask():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as client:
            return await client.request(method, path, headers=fields, data=form)

    response = asyncio.run(ask())
    return response.status_code, response.headers.get_list("set-cookie"), response.text


def wsgi_answer(app, method, path, fields, form):
    from werkzeug.test import Client

    # With use_cookies, the client would drop the Cookie field that it is given.
    response = Client(app, use_cookies=False).open(path, method=method, headers=fields, data=form, base_url=ORIGIN)
    return response.status_code, response.headers.getlist("Set-Cookie"), response.text


class Visitor:
    """A browser, as far as the examples are concerned: it sends what was set, and says where its forms come from."""

    def __init__(self, app, kind, cookies=()):
        self._app = app
        self._answer = asgi_answer if kind == "asgi" else wsgi_answer
        self.cookies = dict(cookies)

    def ask(self, method="GET", path="/", form=None, origin=ORIGIN):
        """Status, the names of the cookies that were set, those that were deleted, and the body."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        fields = {"Cookie": cookie} if cookie else {}
        status, lines, body = self._answer(self._app, method, path, fields | ({"Origin": origin} if form else {}), form)
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
    """One visitor's way through an example: a first visit, a yes, a no. ``chosen``: a cookie from an earlier one."""
    sys.path.insert(0, str(EXAMPLES))
    app = importlib.import_module(example).app
    kind = APPS[example][0]
    visitor = Visitor(app, kind)
    told = {
        "served": f"{type(app).__module__}.{type(app).__name__}",
        "first": visitor.ask(),
        "accepting": visitor.ask("POST", "/cookies/preferences", {"choice": "accept"}),
        "accepted": visitor.ask(),
        "refusing": visitor.ask("POST", "/cookies/preferences", {"choice": "refuse"}),
        "refused": visitor.ask(),
        "forged": Visitor(app, kind).ask("POST", "/cookies/preferences", {"choice": "accept"}, "https://evil.example"),
        "returning": Visitor(app, kind, [chosen.split("=", 1)]).ask(),
    }
    if example == "plain_wsgi":
        visitor = Visitor(app, kind)
        told |= {
            "view: forged": visitor.ask("POST", "/", {"count": "yes"}, "https://evil.example"),
            "view: accepting": visitor.ask("POST", "/", {"count": "yes"}),
            "view: accepted": visitor.ask(),
            "view: refusing": visitor.ask("POST", "/", {"count": "no"}),
        }
    return told


@pytest.fixture(scope="module", params=APPS)
def told(request, tmp_path_factory):
    """What one example answered, run from an empty folder, with the name of its necessary cookie."""
    _, policy, necessary = APPS[request.param]
    chosen = preferences_cookie(EXAMPLES / policy, KEY, "statistical")
    printed = run(request.param, [__file__, request.param, chosen], tmp_path_factory.mktemp("elsewhere"), KEY)
    answers, _ = json.JSONDecoder().raw_decode(printed)  # at its end, an example may print what it counted
    return {**answers, "necessary": necessary, "example": request.param}


def test_a_first_visit_gets_the_necessary_cookie_only(told):
    assert (told["first"]["status"], told["first"]["stored"]) == (200, [told["necessary"]])
    assert told["served"] == served(told["example"])


def test_the_page_shows_the_banner_with_both_answers_until_one_is_given(told):
    page = told["first"]["body"]
    assert page.count('<section id="cookie-consent"') == 1
    assert re.findall(r"<button .*?>(.*?)</button>", page.partition('id="cookie-consent"')[2]) == [
        "Accept all",
        "Reject all",
    ]
    for when in ("accepted", "refused", "returning"):
        assert 'id="cookie-consent"' not in told[when]["body"]


def test_the_page_always_leads_to_the_preferences(told):
    for when in ("first", "accepted", "refused"):
        page = told[when]["body"].partition('id="cookie-consent"')[0]
        assert '<a href="/cookies/preferences">' in page


def test_an_acceptance_lets_the_statistical_cookie_pass_and_still_not_the_undeclared_one(told):
    accepting = told["accepting"]
    assert (accepting["status"], accepting["stored"], accepting["deleted"]) == (303, [PREFERENCES], [])
    assert told["accepted"]["stored"] == sorted(["_ga", told["necessary"]])


def test_a_refusal_stops_the_statistical_cookie_again_and_deletes_the_one_that_was_set(told):
    refusing = told["refusing"]
    assert (refusing["status"], refusing["stored"], refusing["deleted"]) == (303, [PREFERENCES], ["_ga"])
    assert (told["refused"]["stored"], told["refused"]["deleted"]) == ([told["necessary"]], [])


def test_another_site_chooses_nothing(told):
    assert (told["forged"]["status"], told["forged"]["stored"]) == (403, [])


def test_a_choice_signed_with_the_key_of_the_environment_holds_when_the_app_starts_again(told):
    assert told["returning"]["stored"] == sorted(["_ga", told["necessary"]])


@pytest.mark.parametrize("told", ["plain_wsgi"], indirect=True)
def test_a_view_may_grant_and_withdraw_too_and_heeds_no_other_site(told):
    assert (told["view: forged"]["status"], told["view: forged"]["stored"]) == (403, [])
    assert (told["view: accepting"]["status"], told["view: accepting"]["stored"]) == (303, [PREFERENCES])
    assert told["view: accepted"]["stored"] == ["_ga", told["necessary"]]
    assert (told["view: refusing"]["stored"], told["view: refusing"]["deleted"]) == ([PREFERENCES], ["_ga"])


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
def test_started_as_a_program_it_serves_the_app_behind_cookiewarden_and_tells_of_a_key_that_it_made_up(
    example, key, noted, tmp_path
):
    printed = run(example, ["-c", SERVE, str(EXAMPLES / f"{example}.py")], tmp_path, key)
    assert f"serves {served(example).rpartition('.')[0]} 127.0.0.1" in printed
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
