"""Where ``watch`` sees responses: one table of the clients and apps of all frameworks, wrapped and not."""

import asyncio
import inspect
import io
import operator

import httpx
import pytest
import requests
import requests.adapters
import urllib3
import werkzeug.test

from cookiewarden import OptionError, asgi, wsgi
from cookiewarden.reporting.outcome import Outcome
from cookiewarden.testing import watch
from cookiewarden.testing.places import places
from cookiewarden.testing.watching import watching
from watched_clients import ASGI_APPS, CLIENTS, LINE, POLICY, WSGI_APPS, asgi_app, over_httpx, run, wsgi_app


@pytest.mark.parametrize("ask", CLIENTS)
def test_a_line_is_seen_once_with_its_request(ask):
    with pytest.raises(AssertionError, match="theme"), watch(policy=POLICY) as watched:
        ask()
    (line,) = watched.lines
    assert line.line.startswith(b"theme=dark")
    assert (line.method, line.path) == ("GET", "/shop")


@pytest.mark.parametrize("ask", CLIENTS)
def test_after_the_block_nothing_is_watched(ask):
    before = [getattr(place.owner, place.attribute) for place in places()]
    with watch(policy=POLICY) as watched:
        pass
    ask()
    assert watched.lines == ()
    assert [getattr(place.owner, place.attribute) for place in places()] == before


DECLARED = POLICY | {"cookies": [{"name": "theme", "category": "first-party", "purpose": "The colours"}]}


@pytest.mark.parametrize("make", [*WSGI_APPS, *ASGI_APPS])
def test_of_an_app_that_the_middleware_wraps_only_what_leaves_counts(make):
    adapter, ask = (wsgi, run) if make in WSGI_APPS else (asgi, over_httpx)
    app = make()
    with watch(app, policy=DECLARED) as watched:
        ask(adapter.CookieWardenMiddleware(app, policy=DECLARED, secret_key="x" * 16))
    assert [line.outcome for line in watched.lines] == [Outcome.BLOCKED]
    with pytest.raises(AssertionError, match="CW202"), watch(app, policy=DECLARED):
        ask(app)


# Targets


def redirecting(request):
    if request.url.path == "/":
        return httpx.Response(302, headers={"Location": "/shop?q=1", "Set-Cookie": "first=1"})
    return httpx.Response(200, headers=[("Set-Cookie", LINE), ("Set-Cookie", "sid=1")])


class Adapter(requests.adapters.BaseAdapter):
    """Answers requests as a server would."""

    def send(self, request, **options):
        response = redirecting(httpx.Request(request.method, request.url))
        body = urllib3.HTTPResponse(
            io.BytesIO(), urllib3.HTTPHeaderDict(response.headers.multi_items()), response.status_code
        )
        return requests.adapters.HTTPAdapter().build_response(request, body)

    def close(self):
        pass


def by_requests(watch_it):
    with requests.Session() as session:
        session.mount("https://", Adapter())
        with watch_it(session):
            assert session.get("https://data.example.org/").status_code == 200


def by_httpx(watch_it):
    with httpx.Client(transport=httpx.MockTransport(redirecting), follow_redirects=True) as client, watch_it(client):
        assert client.get("https://data.example.org/").status_code == 200


def by_httpx_later(watch_it):
    async def ask():
        async with httpx.AsyncClient(transport=httpx.MockTransport(redirecting), follow_redirects=True) as client:
            with watch_it(client):
                assert (await client.get("https://data.example.org/")).status_code == 200

    asyncio.run(ask())


@pytest.mark.parametrize("ask", [by_requests, by_httpx, by_httpx_later])
def test_a_client_of_a_server_is_watched_if_it_is_named_also_through_redirects(ask):
    with pytest.raises(AssertionError) as caught:
        ask(lambda client: watch(client, policy=POLICY))
    lines = [line.strip() for line in str(caught.value).splitlines() if "undeclared:" in line]
    assert len(lines) == 3
    assert any('GET / sets "first"' in line for line in lines)
    assert any('GET /shop sets "theme"' in line for line in lines)
    assert any('GET /shop sets "sid"' in line for line in lines)
    assert "such lines" not in str(caught.value)


@pytest.mark.parametrize("ask", [by_requests, by_httpx, by_httpx_later])
def test_a_client_of_a_server_is_not_watched_if_it_is_not_named(ask):
    ask(lambda client: watch(policy=POLICY))


class App:
    """An app of no framework."""

    def __call__(self, environ, start_response):
        return wsgi_app(environ, start_response)


class AppLater:
    """An app of no framework."""

    async def __call__(self, scope, receive, send):
        await asgi_app(scope, receive, send)


class AppLaterWithoutAsync:
    """An app whose call returns what is awaited."""

    def __call__(self, scope, receive, send):
        return asgi_app(scope, receive, send)


@pytest.mark.parametrize("kind", [App, AppLater, AppLaterWithoutAsync])
def test_an_app_is_watched_if_it_is_named_and_no_other_of_its_class(kind):
    call = kind.__call__
    ask = run if kind is App else drive
    named, other = kind(), kind()
    with watching(None, targets=[named]) as watched:
        ask(other)
        assert watched.lines == ()
        ask(named)
        assert [line.line.decode() for line in watched.lines] == [LINE]
        assert inspect.iscoroutinefunction(kind.__call__) == inspect.iscoroutinefunction(call)
    assert kind.__call__ is call


def drive(application):
    """Call an ASGI app as no client that is watched does."""

    async def send(message):
        pass

    scope = {"type": "http", "method": "GET", "path": "/shop", "headers": [(b"host", b"data.example.org")]}
    asyncio.run(application(scope, None, send))


@pytest.mark.parametrize("kind", [App, AppLater])
def test_a_named_app_that_the_middleware_wraps_is_left_to_that(kind):
    adapter, ask = (wsgi, run) if kind is App else (asgi, over_httpx)
    named = kind()
    with watch(named, policy=DECLARED) as watched:
        ask(adapter.CookieWardenMiddleware(named, policy=DECLARED, secret_key="x" * 16))
    assert [line.outcome for line in watched.lines] == [Outcome.BLOCKED]


def test_a_named_app_that_a_watched_client_calls_is_seen_once():
    named = AppLater()
    with watching(None, targets=[named]) as watched:
        over_httpx(named)
        over_httpx(named)
    assert len(watched.lines) == 2


class Slots:
    """A client that takes no other method."""

    __slots__ = ()

    def send(self):
        return None


@pytest.mark.parametrize(
    "target",
    [wsgi_app, print, 5, None, "app", App().__call__, App, Slots(), operator.itemgetter(1), asyncio],
    ids=lambda target: type(target).__name__,
)
def test_what_cannot_be_watched_is_refused_and_leaves_nothing_behind(target):
    before = [getattr(place.owner, place.attribute) for place in places()]
    with pytest.raises(OptionError, match="cannot be watched"), watch(target, policy=POLICY):
        pass
    assert [getattr(place.owner, place.attribute) for place in places()] == before


def test_a_test_client_may_be_named_and_is_seen_once():
    client = werkzeug.test.Client(wsgi_app)
    with pytest.raises(AssertionError), watch(client, policy=POLICY) as watched:
        client.get("/shop")
    assert len(watched.lines) == 1
