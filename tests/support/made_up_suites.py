"""The source text of made-up test suites, for the tests of the tool that runs suites."""

MADE_UP = """
import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Response


def lines(*sent):
    def app(environ, start_response):
        start_response("200 OK", [("Set-Cookie", line) for line in sent])
        return [b""]

    return Client(app, use_cookies=False).get("/").headers.getlist("Set-Cookie")


def test_a_cookie_arrives():
    assert lines("a=1") == ["a=1"]


def test_a_nameless_cookie_arrives():
    assert lines("a=1", "=1") == ["a=1", "=1"]


def test_an_app_stays_the_same_object():
    app = Response("there")
    assert Client(app).application is app


def test_that_fails_anyway():
    assert not lines("a=1")


def test_that_is_not_run():
    pytest.skip("for no reason")
"""

UNITTEST = """
import unittest


class Tests(unittest.TestCase):
    def test_good(self): ...

    def test_bad(self):
        self.fail()

    def test_raising(self):
        raise ValueError

    @unittest.skip("for no reason")
    def test_skipped(self): ...

    @unittest.expectedFailure
    def test_known_to_fail(self):
        self.fail()

    def test_with_one_bad_part(self):
        for number in range(3):
            with self.subTest(number=number):
                self.assertNotEqual(number, 1)

    def test_of_a_failing_test(self):
        Tests("test_bad").run(unittest.TestResult())


unittest.main()
"""

PLACES = """
import asyncio
import django.conf
import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

django.conf.settings.configure(ROOT_URLCONF="urls", ALLOWED_HOSTS=["*"], SECRET_KEY="for tests only")
django.setup()

from django.core.asgi import get_asgi_application
from django.core.handlers.wsgi import WSGIHandler
from django.test import AsyncClient, Client, RequestFactory


def test_starlette():
    assert TestClient(PlainTextResponse("", headers={"Set-Cookie": "=1"})).get("/").headers.get("Set-Cookie") is None


def test_httpx():
    async def ask():
        app = PlainTextResponse("", headers={"Set-Cookie": "=1"})
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test") as client:
            return await client.get("/")

    assert asyncio.run(ask()).headers.get("Set-Cookie") is None


def test_django_client():
    assert "a" not in Client().get("/").cookies


def test_django_async_client():
    assert "a" not in asyncio.run(AsyncClient().get("/")).cookies


def test_django_wsgi():
    sent = []
    WSGIHandler()(RequestFactory().get("/").environ, lambda status, headers: sent.extend(headers))
    assert not [value for name, value in sent if name == "Set-Cookie"]


def test_django_asgi():
    assert TestClient(get_asgi_application()).get("/").headers.get("Set-Cookie") is None
"""

# The line is never allowed, and only the middleware removes it.
URLS = """
from django.http import HttpResponse
from django.urls import path
from http.cookies import Morsel


class Odd(Morsel):
    def output(self, attrs=None, header="Set-Cookie:"):
        return "=1"

    def OutputString(self, attrs=None):  # which newer versions of Django ask for
        return "=1"


def view(request):
    response = HttpResponse()
    response.set_cookie("a", "1")
    dict.__setitem__(response.cookies, "a", Odd())
    return response


urlpatterns = [path("", view)]
"""

# As pytest-rerunfailures does, run each test twice, and report the outcome "rerun" for the first run.
RERUNNING = """
import pytest
from _pytest.runner import runtestprotocol


def pytest_runtest_protocol(item, nextitem):
    for is_last in (False, True):
        for report in runtestprotocol(item, nextitem=nextitem, log=False):
            if not is_last and report.when == "call":
                report.outcome = "rerun"
            item.ihook.pytest_runtest_logreport(report=report)
    return True
"""
