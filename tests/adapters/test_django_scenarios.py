"""The scenario table of the adapters, through the applications of a Django site."""

import asyncio
from unittest import mock

import django.http
import django.urls
import pytest

from caching_scenarios import CACHING
from cookiewarden.django import get_asgi_application, get_wsgi_application
from exchanges import POLICY, SECRET_KEY, http_environ, http_scope, still_clock
from frameworks import django_site
from scenarios import SCENARIOS

TABLE = [*SCENARIOS, *CACHING]


class RawResponse(django.http.HttpResponse):
    """A response with the headers of a scenario and no other, however malformed. Django itself would refuse some."""

    def __init__(self, sent, is_asgi):
        super().__init__(b"body")
        # Under ASGI, Django encodes names that are strings as ASCII.
        self.sent = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in sent] if is_asgi else sent

    def items(self):
        return self.sent


def site_of(scenario, name):
    """Return the application of a site whose one view does what a scenario says. Its clock stands still."""

    def view(request):
        scenario.act(request)
        return RawResponse(scenario.sent, name == "asgi")

    class Urls:
        urlpatterns = (django.urls.re_path("", view),)

    options = {"policy": POLICY, "secret_key": SECRET_KEY, **scenario.options}
    return django_site(Urls, COOKIEWARDEN=options), {"wsgi": get_wsgi_application, "asgi": get_asgi_application}[name]


def through_wsgi(app, request):
    answered = []
    list(app(http_environ(request), lambda status, headers, exc_info=None: answered.append(headers)))
    return [(name.lower(), value) for name, value in answered[-1]]


def through_asgi(app, request):
    messages = []

    async def call():
        coming = asyncio.Queue()  # once it is empty, the visitor waits until Django has answered
        coming.put_nowait({"type": "http.request", "body": b"", "more_body": False})

        async def send(message):
            messages.append(message)

        await app(http_scope(request), coming.get, send)

    asyncio.run(call())
    return [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in messages[0]["headers"]]


THROUGH = {"wsgi": through_wsgi, "asgi": through_asgi}


@pytest.mark.parametrize("name", THROUGH)
@pytest.mark.parametrize("scenario", TABLE, ids=lambda scenario: scenario.name.replace(" ", "-"))
def test_a_django_site_answers_as_the_table_says(scenario, name):
    site, get_application = site_of(scenario, name)
    with site:
        with mock.patch("time.time", still_clock):
            app = get_application()
        assert THROUGH[name](app, scenario.request) == [(one.lower(), value) for one, value in scenario.expected]
