"""``cookiewarden.starlette``: ``install``, the outermost layer of an app, and the helpers of templates and views."""

import subprocess
import sys
import warnings
from typing import Annotated

import fastapi
import httpx
import litestar
import pytest
from jinja2 import DictLoader, Environment
from litestar.middleware import DefineMiddleware
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.templating import Jinja2Templates

from cookiewarden import Choice, NotWrappedError, OptionError, PolicyError, consent_of
from cookiewarden.asgi import CookieWardenMiddleware
from cookiewarden.starlette import choice_of, install, template_helpers
from exchanges import POLICY, SECRET_KEY, drive, http_scope, set_cookies, wrap
from frameworks import fetch
from scenarios import SCENARIOS, chosen

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it advises another package than httpx
    from starlette.testclient import TestClient

OPTIONS = {"policy": POLICY, "secret_key": SECRET_KEY}
BOTH = pytest.mark.parametrize("kind", [Starlette, fastapi.FastAPI])


def cookies_of(response):
    """Return the names of the cookies that a response sets."""
    return [line.partition("=")[0] for line in response.headers.get_list("set-cookie")]


def ask(app, path="/", **arguments):
    return fetch(httpx.ASGITransport(app, raise_app_exceptions=False), path, **arguments)


def respond(text="", status=200):
    """Return a response with a necessary cookie, one that needs consent, and one that is not declared."""
    response = PlainTextResponse(text, status)
    for name in ("sid", "_ga", "pixel"):
        response.set_cookie(name, "1")
    return response


async def page(request):
    return respond("the page")


async def crash(request):
    raise RuntimeError("this view is broken")


class BreaksInTheMiddle(PlainTextResponse):
    """A response that starts and then raises."""

    async def __call__(self, scope, receive, send):
        headers = [*self.raw_headers, *respond().raw_headers]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        raise RuntimeError("this view breaks in the middle")


async def crash_late(request):
    return BreaksInTheMiddle()


async def talk(socket):
    await socket.accept(headers=[(b"set-cookie", b"sid=1"), (b"set-cookie", b"_ga=1")])
    await socket.send_text(str(consent_of(socket).allows("statistical")))
    await socket.close()


def site(kind=Starlette, **more):
    """Return an app with a page, two views that crash, and a websocket."""
    app = kind(**more)
    app.router.routes += [Route("/", page), Route("/crash", crash), Route("/late", crash_late)]
    app.router.routes.append(WebSocketRoute("/socket", talk))
    return app


async def explain(request, error):
    return respond("an error", 500)


def explain_in_a_thread(request, error):
    return respond("an error", 500)


class AddsACookie:
    """A middleware of the site."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        async def adding_send(message):
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"set-cookie", b"added=1")]
            await send(message)

        await self.app(scope, receive, adding_send)


@BOTH
@pytest.mark.parametrize("key", [Exception, 500])
@pytest.mark.parametrize("handler", [explain, explain_in_a_thread])
def test_the_cookies_of_an_error_page_are_screened_counted_and_logged(kind, key, handler, caplog):
    app = site(kind)
    installed = install(app, **OPTIONS)
    app.add_exception_handler(key, handler)
    response = ask(app, "/crash")
    assert (response.status_code, response.text, cookies_of(response)) == (500, "an error", ["sid"])
    assert installed.counts().by("outcome") == {"allowed": 1, "blocked": 2}
    assert {"_ga", "pixel"} <= {getattr(record, "cookie_name", None) for record in caplog.records}


@BOTH
def test_an_error_page_follows_the_choice_of_its_visitor(kind):
    app = site(kind, exception_handlers={Exception: explain})
    install(app, **OPTIONS)
    response = ask(app, "/crash", headers={"cookie": chosen("statistical", now=None)})
    assert cookies_of(response) == ["sid", "_ga"]


@BOTH
def test_the_debug_page_of_an_app_is_screened(kind):
    app = site(kind, debug=True, middleware=[Middleware(AddsACookie)])
    install(app, **OPTIONS)
    response = ask(app, "/crash")
    assert (response.status_code, cookies_of(response)) == (500, [])
    assert "this view is broken" in response.text
    assert cookies_of(ask(app)) == ["sid"]


@BOTH
def test_a_crash_after_the_start_of_a_response_still_reaches_the_server(kind):
    app = site(kind, exception_handlers={Exception: explain})
    installed = install(app, **OPTIONS)
    with pytest.raises(RuntimeError, match="in the middle"):
        fetch(httpx.ASGITransport(app), "/late")
    assert installed.counts().by("outcome") == {"allowed": 1, "blocked": 2}


@BOTH
def test_middleware_added_before_or_after_runs_inside(kind):
    app = site(kind)
    app.add_middleware(AddsACookie)
    app.add_middleware(SessionMiddleware, secret_key="x" * 16)
    install(app, **OPTIONS)
    app.add_middleware(GZipMiddleware, minimum_size=0)
    app.add_middleware(AddsACookie)
    response = ask(app)
    assert (response.text, response.headers["content-encoding"]) == ("the page", "gzip")
    assert cookies_of(response) == ["sid"]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name.replace(" ", "-"))
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_an_installed_app_passes_the_scenarios_of_both_adapters(scenario, backend):
    async def view(scope, receive, send):
        scenario.act(scope)
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in scenario.sent]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"body"})

    app = Starlette(routes=[Mount("/", view)])
    wrap(install, app, **scenario.options)
    start = drive(app, http_scope(scenario.request), backend).messages[0]
    expected = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in scenario.expected]
    assert [(name.lower(), value) for name, value in start["headers"]] == expected


@BOTH
def test_the_outermost_layer_is_still_a_server_error_middleware(kind):
    """OpenTelemetry instruments an app only if it finds a ServerErrorMiddleware there."""
    app = kind()
    install(app, policy=POLICY, secret_key=SECRET_KEY)
    assert isinstance(app.build_middleware_stack(), ServerErrorMiddleware)


def test_an_app_keeps_its_routes_mounts_and_state():
    inner = site(exception_handlers={Exception: explain})
    app = site()
    app.state.town = "Exampletown"
    app.mount("/inner", inner)
    routes = list(app.routes)
    install(app, **OPTIONS)

    async def town(request):
        return PlainTextResponse(f"{request.app.state.town} {request.url_for('town').path}")

    app.router.routes.append(Route("/town", town, name="town"))
    assert app.routes[:-1] == routes
    assert ask(app, "/town").text == "Exampletown /town"
    for path in ("/inner/", "/inner/crash"):
        assert cookies_of(ask(app, path)) == ["sid"]


def test_a_mounted_app_can_be_installed_by_itself(caplog):
    inner = site(exception_handlers={Exception: explain})
    installed = install(inner, **OPTIONS)
    outer = Starlette(routes=[Mount("/inner", inner), Route("/", page)])
    assert cookies_of(ask(outer, "/inner/crash")) == ["sid"]
    assert cookies_of(ask(outer)) == ["sid", "_ga", "pixel"]
    assert installed.counts().total() == 3
    assert "add_middleware" not in caplog.text


def test_the_dependencies_of_a_fastapi_app_can_be_overridden():
    app = fastapi.FastAPI()

    def town():
        return "Exampletown"

    @app.get("/")
    def home(town: str = fastapi.Depends(town)):
        return town

    install(app, **OPTIONS)
    app.dependency_overrides[town] = lambda: "Testville"
    assert ask(app).json() == "Testville"
    assert "/" in app.openapi()["paths"]


@BOTH
def test_the_test_client_works_on_the_app_itself(kind):
    app = site(kind, exception_handlers={Exception: explain})
    install(app, **OPTIONS)
    with TestClient(app, raise_server_exceptions=False) as client:
        assert cookies_of(client.get("/crash")) == ["sid"]
        assert client.get("/cookies").status_code == 200


@BOTH
@pytest.mark.parametrize(
    ("granted", "text", "names"), [((), "False", ["sid"]), (["statistical"], "True", ["sid", "_ga"])]
)
def test_a_websocket_is_screened(kind, granted, text, names):
    app = site(kind)
    install(app, **OPTIONS)
    headers = {"cookie": chosen(*granted, now=None)}
    with TestClient(app).websocket_connect("/socket", headers=headers) as socket:
        left = [value.partition(b"=")[0].decode() for value in set_cookies(socket.extra_headers)]
        assert (socket.receive_text(), left) == (text, names)


@BOTH
def test_what_was_learned_is_written_when_the_app_shuts_down(kind, tmp_path):
    ended = []

    class Lifespan:
        def __init__(self, app):
            self.app = app

        async def __aenter__(self):
            ended.append("begun")

        async def __aexit__(self, *error):
            ended.append("ended")

    app = site(kind, lifespan=Lifespan)
    install(app, **OPTIONS, learn=tmp_path / "learned.jsonl")
    with TestClient(app) as client:
        client.get("/")
    assert ended == ["begun", "ended"]
    assert '"pixel"' in (tmp_path / "learned.jsonl").read_text("utf-8")


def test_the_returned_object_can_be_served_in_place_of_the_app():
    app = site()

    async def town(request):
        return PlainTextResponse(str(request.app is app))

    app.router.routes.append(Route("/town", town))
    served = install(app, **OPTIONS)
    for _ in range(2):
        assert ask(served, "/town").text == "True"
        assert cookies_of(ask(served)) == ["sid"]
    assert served.counts().total() == 6


def test_the_policy_can_be_reloaded_while_the_app_serves():
    app = site()
    installed = install(app, **OPTIONS)
    assert cookies_of(ask(app)) == ["sid"]
    pixel = {"name": "pixel", "category": "necessary", "purpose": "Is there"}
    assert installed.reload({**POLICY, "cookies": [*POLICY["cookies"], pixel]}) is True
    assert cookies_of(ask(app)) == ["sid", "pixel"]


@pytest.mark.parametrize("app", [None, page, Starlette, CookieWardenMiddleware(Starlette(), **OPTIONS)])
def test_an_app_of_another_kind_is_refused_with_a_remedy(app):
    with pytest.raises(OptionError, match=r"^app: .*wrap it with cookiewarden\.asgi\.CookieWardenMiddleware$"):
        install(app, **OPTIONS)


@BOTH
def test_a_second_call_and_a_late_call_are_refused(kind):
    app = site(kind)
    install(app, **OPTIONS)
    with pytest.raises(OptionError, match="app: cookiewarden is installed already"):
        install(app, **OPTIONS)
    late = site(kind)
    ask(late)
    with pytest.raises(OptionError, match="app: it has begun to serve"):
        install(late, **OPTIONS)
    assert cookies_of(ask(app)) == ["sid"]
    assert cookies_of(ask(late)) == ["sid", "_ga", "pixel"]


@BOTH
def test_all_problems_are_reported_at_once_and_the_app_stays_unchanged(kind):
    app = site(kind)
    with pytest.raises(PolicyError) as caught:
        install(app, policy={"site": {"nmae": "Exampletown"}}, secret_key="short", pages="cookies")
    for part in ("site.nmae", "secret_key: ", "pages: "):
        assert part in str(caught.value)
    install(app, **OPTIONS)
    assert cookies_of(ask(app)) == ["sid"]


BROKEN = """
from fastapi import FastAPI
from cookiewarden.starlette import choice_of, install, template_helpers
app = FastAPI()
install(app, policy={"site": {"name": ""}}, secret_key="sixteen or more bytes")
"""


def test_a_server_does_not_start_with_a_broken_policy(tmp_path):
    (tmp_path / "broken_site.py").write_text(BROKEN)
    command = [sys.executable, "-m", "uvicorn", "broken_site:app", "--port", "0"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    assert "site.name" in done.stderr
    assert "Uvicorn running" not in done.stderr


def errors_of(caplog):
    return [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]


@BOTH
@pytest.mark.parametrize(
    "add",
    [
        lambda app: app.add_middleware(CookieWardenMiddleware, **OPTIONS),
        lambda app: app.add_middleware(lambda app: CookieWardenMiddleware(app, **OPTIONS)),
    ],
    ids=["a class", "a function"],
)
def test_an_added_middleware_logs_once_how_to_screen_error_pages(kind, add, caplog):
    app = site(kind)
    add(app)
    app.add_middleware(GZipMiddleware)
    assert cookies_of(ask(app)) == ["sid"]
    ask(app)
    (error,) = errors_of(caplog)
    assert "call cookiewarden.starlette.install(app, ...)" in error
    assert "wrap the app: cookiewarden.asgi.CookieWardenMiddleware(app, ...)" in error


def test_a_middleware_added_to_a_mounted_app_logs_that_too(caplog):
    inner = site()
    inner.add_middleware(CookieWardenMiddleware, **OPTIONS)
    ask(Starlette(routes=[Mount("/inner", inner)]), "/inner/")
    assert len(errors_of(caplog)) == 1


def added_inside_of_a_wrapper():
    app = site()
    app.add_middleware(CookieWardenMiddleware, **OPTIONS)
    return CookieWardenMiddleware(app, **OPTIONS)


def install_in(app):
    install(app, **OPTIONS)
    return app


IN_PLACE = {
    "wrapped": lambda: CookieWardenMiddleware(site(), **OPTIONS),
    "installed": lambda: install_in(site()),
    "mounted": lambda: Starlette(routes=[Mount("/", CookieWardenMiddleware(site(), **OPTIONS))]),
    "around a route": lambda: Starlette(routes=[Route("/", CookieWardenMiddleware(PlainTextResponse("x"), **OPTIONS))]),
    "on a mount": lambda: Starlette(
        routes=[Mount("/", site(), middleware=[Middleware(CookieWardenMiddleware, **OPTIONS)])]
    ),
    "inside of another": added_inside_of_a_wrapper,
    "in a litestar app": lambda: litestar.Litestar(
        [], middleware=[DefineMiddleware(CookieWardenMiddleware, **OPTIONS)], logging_config=None
    ),
}


@pytest.mark.parametrize("place", IN_PLACE)
def test_a_middleware_in_its_right_place_logs_nothing(place, caplog):
    ask(IN_PLACE[place]())
    assert errors_of(caplog) == []


TEMPLATE = """{{ banner_of(request) }}
{{ preferences_link_of(request) }}
{{ script_of(request, "statistical", "/count.js") }}
{{ frame_of(request, "third-party", "https://maps.example.org", title="Map") }}
{{ consent_of(request).allows("statistical") }}"""


@BOTH
def test_templates_get_the_helpers_from_a_context_processor(kind):
    env = Environment(loader=DictLoader({"page.html": TEMPLATE}), autoescape=True)
    templates = Jinja2Templates(env=env, context_processors=[template_helpers])

    async def home(request):
        return templates.TemplateResponse(request, "page.html")

    app = kind(routes=[Route("/", home)])
    install(app, **OPTIONS)
    first = ask(app).text
    assert ('id="cookie-consent"' in first, '"/count.js"' in first, "<iframe" in first) == (True, False, False)
    assert 'class="cookies-link" href="/cookies/preferences?next=/"' in first
    page = ask(app, headers={"cookie": chosen("statistical", "third-party", now=None)}).text
    assert page.split("\n")[0] == ""
    assert ('<script src="/count.js">' in page, "<iframe" in page, page.endswith("True")) == (True, True, True)


def counting_site():
    """Return a FastAPI app whose views depend on the visitor's choice."""
    app = fastapi.FastAPI()
    Visitor = Annotated[Choice, fastapi.Depends(choice_of)]  # noqa: N806 - a type

    @app.get("/")
    def counted(choice: Visitor) -> bool:
        return choice.allows("statistical")

    @app.post("/")
    async def count(choice: Visitor) -> bool:
        return choice.grant("statistical")

    @app.websocket("/socket")
    async def talk(socket: fastapi.WebSocket, choice: Visitor) -> None:
        await socket.accept()
        await socket.send_json(choice.allows("statistical"))
        await socket.close()

    return app


def test_a_view_of_fastapi_gets_the_choice_as_a_dependency():
    app = counting_site()
    install(app, **OPTIONS)
    assert ask(app).json() is False
    assert ask(app, headers={"cookie": chosen("statistical", now=None)}).json() is True
    response = ask(app, method="POST")
    assert (response.json(), cookies_of(response)) == (True, ["cookies_preferences"])
    for cookie, allowed in ((chosen(now=None), False), (chosen("statistical", now=None), True)):
        with TestClient(app).websocket_connect("/socket", headers={"cookie": cookie}) as socket:
            assert socket.receive_json() is allowed
    assert "/" in app.openapi()["paths"]


def test_the_dependency_fails_in_an_app_without_the_middleware_and_a_test_can_override_it():
    app = counting_site()
    with pytest.raises(NotWrappedError):
        fetch(httpx.ASGITransport(app))

    class Yes:
        def allows(self, category):
            return True

    app.dependency_overrides[choice_of] = Yes
    assert ask(app).json() is True
