"""``consent_of`` in each framework: the view hands over the request object that it has."""

import asyncio

import django.http
import django.test
import django.urls
import fastapi
import flask
import httpx
import pytest
import starlette.applications
import starlette.responses
import starlette.routing
from django import conf
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application

from cookiewarden import NotWrappedError, asgi, consent_of, wsgi
from exchanges import POLICY, SECRET_KEY

# Each framework's view grants statistics for its own request object, and sets a cookie of that kind.


def starlette_app():
    async def view(request):
        consent_of(request).grant("statistical")
        response = starlette.responses.PlainTextResponse(str(consent_of(request).allows("statistical")))
        response.set_cookie("_ga", "1")
        return response

    route = starlette.routing.Route("/", view)
    inner = starlette.applications.Starlette(routes=[route])
    return starlette.applications.Starlette(routes=[starlette.routing.Mount("/sub", inner), route])


def fastapi_app():
    app = fastapi.FastAPI()

    @app.get("/")
    def view(request: fastapi.Request, response: fastapi.Response) -> str:
        consent_of(request).grant("statistical")
        response.set_cookie("_ga", "1")
        return str(consent_of(request).allows("statistical"))

    return app


def flask_app():
    app = flask.Flask(__name__)

    @app.get("/")
    def view():
        consent_of(flask.request).grant("statistical")
        response = flask.make_response(str(consent_of(flask.request).allows("statistical")))
        response.set_cookie("_ga", "1")
        return response

    return app.wsgi_app


def django_view(request):
    consent_of(request).grant("statistical")
    response = django.http.HttpResponse(str(consent_of(request).allows("statistical")))
    response.set_cookie("_ga", "1")
    return response


class DjangoUrls:
    """A URL configuration."""

    urlpatterns = (django.urls.path("", django_view),)


@pytest.fixture
def django_settings():
    if not conf.settings.configured:
        conf.settings.configure()
    with django.test.override_settings(
        ROOT_URLCONF=DjangoUrls, ALLOWED_HOSTS=["*"], MIDDLEWARE=[], LOGGING_CONFIG=None
    ):
        yield


def fetch(transport, path="/"):
    """The body and the names of the cookies of one answer."""

    async def get():
        async with httpx.AsyncClient(transport=transport, base_url="https://data.example.org") as client:
            return await client.get(path)

    if isinstance(transport, httpx.WSGITransport):
        with httpx.Client(transport=transport, base_url="https://data.example.org") as client:
            response = client.get(path)
    else:
        response = asyncio.run(get())
    return response.text.strip('"'), [
        line.partition("=")[0].strip() for line in response.headers.get_list("set-cookie")
    ]


def asgi_transport(app):
    return httpx.ASGITransport(asgi.CookieWardenMiddleware(app, policy=POLICY, secret_key=SECRET_KEY))


def wsgi_transport(app):
    return httpx.WSGITransport(wsgi.CookieWardenMiddleware(app, policy=POLICY, secret_key=SECRET_KEY))


GRANTED = ("True", ["_ga", "cookies_preferences"])


@pytest.mark.parametrize("path", ["/", "/sub/"])
def test_a_starlette_request_mounted_or_not(path):
    assert fetch(asgi_transport(starlette_app()), path) == GRANTED


def test_a_fastapi_request():
    assert fetch(asgi_transport(fastapi_app())) == GRANTED


def test_a_flask_request():
    assert fetch(wsgi_transport(flask_app())) == GRANTED


@pytest.mark.usefixtures("django_settings")
def test_a_django_request_under_wsgi():
    assert fetch(wsgi_transport(get_wsgi_application())) == GRANTED


@pytest.mark.usefixtures("django_settings")
def test_a_django_request_under_asgi():
    assert fetch(asgi_transport(get_asgi_application())) == GRANTED


@pytest.mark.usefixtures("django_settings")
def test_the_django_test_client_bypasses_a_wrapper_and_is_told():
    with pytest.raises(NotWrappedError, match="Django's test client"):
        django.test.Client().get("/")
