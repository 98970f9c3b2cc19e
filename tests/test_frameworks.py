"""``consent_of`` in each framework: the view hands over the request object that it has."""

import django.http
import django.test
import django.urls
import fastapi
import flask
import pytest
import starlette.applications
import starlette.responses
import starlette.routing
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application

from cookiewarden import NotWrappedError, consent_of
from frameworks import django_site, fetch, over_asgi, over_wsgi

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
    with django_site(DjangoUrls):
        yield


def shown_and_set(transport, path="/"):
    """The body and the names of the cookies of one answer."""
    response = fetch(transport, path)
    return response.text.strip('"'), [
        line.partition("=")[0].strip() for line in response.headers.get_list("set-cookie")
    ]


GRANTED = ("True", ["_ga", "cookies_preferences"])


@pytest.mark.parametrize("path", ["/", "/sub/"])
def test_a_starlette_request_mounted_or_not(path):
    assert shown_and_set(over_asgi(starlette_app()), path) == GRANTED


def test_a_fastapi_request():
    assert shown_and_set(over_asgi(fastapi_app())) == GRANTED


def test_a_flask_request():
    assert shown_and_set(over_wsgi(flask_app())) == GRANTED


@pytest.mark.usefixtures("django_settings")
def test_a_django_request_under_wsgi():
    assert shown_and_set(over_wsgi(get_wsgi_application())) == GRANTED


@pytest.mark.usefixtures("django_settings")
def test_a_django_request_under_asgi():
    assert shown_and_set(over_asgi(get_asgi_application())) == GRANTED


@pytest.mark.usefixtures("django_settings")
def test_the_django_test_client_bypasses_a_wrapper_and_is_told():
    with pytest.raises(NotWrappedError, match="Django's test client"):
        django.test.Client().get("/")
