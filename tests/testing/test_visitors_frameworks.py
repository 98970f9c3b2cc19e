"""``cookiewarden.testing.choice`` with the test clients and the requests of frameworks."""

import django.http
import django.test
import flask
import httpx
import pytest
import starlette.applications
import starlette.responses
import starlette.routing

from cookiewarden import asgi, banner_of, consent_of, wsgi
from cookiewarden.testing import choice
from exchanges import POLICY
from frameworks import django_site, fetch


@pytest.mark.parametrize("is_wrapped", [True, False])
def test_the_test_client_of_flask(is_wrapped):
    app = flask.Flask(__name__)
    app.add_url_rule("/", "view", lambda: str(consent_of(flask.request).allows("statistical")))
    if is_wrapped:
        app.wsgi_app = wsgi.CookieWardenMiddleware(app.wsgi_app, policy=POLICY, secret_key="x" * 16)
    with choice("statistical"):
        assert app.test_client().get("/").text == "True"


@pytest.mark.parametrize("is_wrapped", [True, False])
def test_an_app_of_starlette(is_wrapped):
    async def view(request):
        return starlette.responses.PlainTextResponse(str(consent_of(request).allows("statistical")))

    app = starlette.applications.Starlette(routes=[starlette.routing.Route("/", view)])
    if is_wrapped:
        app = asgi.CookieWardenMiddleware(app, policy=POLICY, secret_key="x" * 16)
    with choice("statistical"):
        assert fetch(httpx.ASGITransport(app)).text == "True"


def test_requests_that_django_makes_for_tests():
    with django_site(None):
        for request in (django.test.RequestFactory().get("/"), django.http.HttpRequest()):
            assert banner_of(request) == ""
            with choice("statistical"):
                assert consent_of(request).allows("statistical")
