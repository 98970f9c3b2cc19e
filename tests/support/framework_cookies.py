"""Return the Set-Cookie lines that frameworks send by default: each function runs one framework in process.

It imports the framework when it is called, and skips the test if the framework is not installed.
"""

import functools
import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from frameworks import fetch

SECRET = "of a test, and long enough for all"


def lines_of(transport, *paths):
    answers = [fetch(transport, path) for path in paths or ["/"]]
    assert all(answer.status_code == 200 for answer in answers), [answer.text for answer in answers]
    return [line for answer in answers for line in answer.headers.get_list("set-cookie")]


@functools.cache
def django_lines():
    # A process can configure Django only once, and other tests have their own settings.
    script = Path(__file__).with_name("django_cookies.py")
    run = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def of_django():
    return django_lines()["django"]


def of_django_allauth():
    pytest.importorskip("allauth")
    return django_lines()["django-allauth"]


def flask_app():
    flask = pytest.importorskip("flask")
    app = flask.Flask(__name__)
    app.secret_key = SECRET
    return flask, app


def of_flask():
    flask, app = flask_app()

    @app.get("/")
    def page():
        flask.session["seen"] = True
        return ""

    return lines_of(httpx.WSGITransport(app))


def of_flask_login():
    flask_login = pytest.importorskip("flask_login")
    _, app = flask_app()
    flask_login.LoginManager(app)

    class Visitor(flask_login.UserMixin):
        id = "7"

    @app.get("/")
    def page():
        flask_login.login_user(Visitor(), remember=True)
        return ""

    return lines_of(httpx.WSGITransport(app))


def of_flask_wtf():
    flask_csrf = pytest.importorskip("flask_wtf.csrf")
    _, app = flask_app()
    flask_csrf.CSRFProtect(app)
    app.get("/")(flask_csrf.generate_csrf)
    return lines_of(httpx.WSGITransport(app))


def of_authlib():
    pytest.importorskip("requests")
    authlib = pytest.importorskip("authlib.integrations.flask_client")
    _, app = flask_app()
    provider = authlib.OAuth(app).register("example", client_id="x", authorize_url="https://sign-in.example/")

    @app.get("/")
    def page():
        return provider.authorize_redirect("https://data.example.org/back").headers["location"]

    return lines_of(httpx.WSGITransport(app))


def of_litestar():
    litestar = pytest.importorskip("litestar")
    pytest.importorskip("cryptography")
    from litestar.config.csrf import CSRFConfig
    from litestar.middleware.session.client_side import CookieBackendConfig
    from litestar.middleware.session.server_side import ServerSideSessionConfig

    @litestar.get(["/", "/large"])
    async def page(request: litestar.Request) -> str:
        request.session["seen"] = "x" * (29_000 if request.url.path == "/large" else 10)
        return ""

    lines = []
    for session in (CookieBackendConfig(secret=b"x" * 16), ServerSideSessionConfig()):
        app = litestar.Litestar(
            [page], middleware=[session.middleware], csrf_config=CSRFConfig(secret=SECRET), logging_config=None
        )
        lines += lines_of(httpx.ASGITransport(app), "/", "/large")
    return lines


def of_pyramid():
    pytest.importorskip("pyramid")
    from pyramid.authentication import AuthTktCookieHelper
    from pyramid.config import Configurator
    from pyramid.csrf import CookieCSRFStoragePolicy, get_csrf_token
    from pyramid.response import Response
    from pyramid.session import SignedCookieSessionFactory

    def page(request):
        request.session["seen"] = True
        answer = Response(get_csrf_token(request))
        answer.headerlist += AuthTktCookieHelper(SECRET, hashalg="sha512").remember(request, "7")
        return answer

    with Configurator(session_factory=SignedCookieSessionFactory(SECRET)) as config:
        config.set_csrf_storage_policy(CookieCSRFStoragePolicy())
        config.add_route("page", "/")
        config.add_view(page, route_name="page")
        return lines_of(httpx.WSGITransport(config.make_wsgi_app()))


def of_quart():
    quart = pytest.importorskip("quart")
    app = quart.Quart(__name__)
    app.secret_key = SECRET

    @app.get("/")
    async def page():
        quart.session["seen"] = True
        return ""

    return lines_of(httpx.ASGITransport(app))


def of_starlette():
    from starlette.applications import Starlette
    from starlette.middleware.sessions import SessionMiddleware
    from starlette.responses import Response
    from starlette.routing import Route

    async def page(request):
        request.session["seen"] = True
        return Response()

    return lines_of(httpx.ASGITransport(SessionMiddleware(Starlette(routes=[Route("/", page)]), SECRET)))
