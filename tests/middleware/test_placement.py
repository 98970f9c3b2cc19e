"""Where in an app the middleware stands: what cannot work is an error with its remedy, what works in part is logged."""

import asyncio
import functools

import django.test
import flask
import httpx
import pytest
import quart
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from werkzeug.middleware.proxy_fix import ProxyFix

from cookiewarden import OptionError, asgi, wsgi
from cookiewarden.starlette import install
from exchanges import POLICY, SECRET_KEY
from frameworks import django_site, fetch

OPTIONS = {"policy": POLICY, "secret_key": SECRET_KEY}
MODULES = {"asgi": asgi, "wsgi": wsgi}


class NoUrls:
    """A URL configuration."""

    urlpatterns = ()


class Inner:
    """A middleware of a Django site, between the handler and ours."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)


WITHIN = {
    "alone": [],
    "around another": [f"{__name__}.Inner"],
    "around one of Django": ["django.middleware.common.CommonMiddleware"],
}


@pytest.mark.parametrize("within", WITHIN)
@pytest.mark.parametrize("get_application", [get_wsgi_application, get_asgi_application])
@pytest.mark.parametrize("adapter", MODULES)
def test_in_the_middleware_of_django_the_error_says_what_to_write_in_wsgi_py(within, get_application, adapter):
    listed = [f"cookiewarden.{adapter}.CookieWardenMiddleware", *WITHIN[within]]
    settings = django.test.override_settings(MIDDLEWARE=listed)
    with django_site(NoUrls), settings, pytest.raises(OptionError) as caught:
        get_application()
    (message,) = caught.value.args
    for part in ("take it out of MIDDLEWARE", "get_wsgi_application", "cookiewarden.django", "wsgi.py"):
        assert part in message


def test_a_site_of_django_can_be_wrapped_as_a_whole():
    with django_site(NoUrls):
        wsgi.CookieWardenMiddleware(get_wsgi_application(), **OPTIONS)
        asgi.CookieWardenMiddleware(get_asgi_application(), **OPTIONS)


async def asgi_app(scope, receive, send): ...


def wsgi_app(environ, start_response):
    return []


class DecoratedApp:
    """An ASGI app that hides how it is called."""

    def __call__(self, *arguments):
        return asgi_app(*arguments)


@pytest.mark.parametrize("app", [flask.Flask("site"), flask.Flask("site").wsgi_app, wsgi_app])
def test_a_wsgi_app_in_the_asgi_adapter_is_an_error_that_names_the_other(app):
    wsgi.CookieWardenMiddleware(app, **OPTIONS)
    with pytest.raises(OptionError, match=r"import CookieWardenMiddleware from cookiewarden\.wsgi"):
        asgi.CookieWardenMiddleware(app, **OPTIONS)


@pytest.mark.parametrize("app", [Starlette(), quart.Quart("site"), quart.Quart("site").asgi_app, asgi_app])
def test_an_asgi_app_in_the_wsgi_adapter_is_an_error_that_names_the_other(app):
    asgi.CookieWardenMiddleware(app, **OPTIONS)
    with pytest.raises(OptionError, match=r"import CookieWardenMiddleware from cookiewarden\.asgi"):
        wsgi.CookieWardenMiddleware(app, **OPTIONS)


@pytest.mark.parametrize("app", [None, DecoratedApp(), print, dict, functools.partial(wsgi_app, {})])
def test_an_app_that_does_not_say_how_it_is_called_is_taken_as_it_is(app):
    for module in MODULES.values():
        module.CookieWardenMiddleware(app, **OPTIONS)


def test_added_to_starlette_without_options_the_error_names_install():
    app = Starlette()
    app.add_middleware(asgi.CookieWardenMiddleware)
    with pytest.raises(OptionError, match=r"call cookiewarden\.starlette\.install\(app, policy=\.\.\., secret_key="):
        fetch(httpx.ASGITransport(app))


def flask_app():
    app = flask.Flask(__name__)

    @app.get("/")
    def page():
        response = flask.make_response("the page")
        response.set_cookie("_ga", "1")
        return response

    return app


def quart_app():
    app = quart.Quart(__name__)

    @app.get("/")
    async def page():
        response = await quart.make_response("the page")
        response.set_cookie("_ga", "1")
        return response

    return app


FLASK = (flask_app, wsgi.CookieWardenMiddleware, httpx.WSGITransport, "wsgi_app")
QUART = (quart_app, asgi.CookieWardenMiddleware, httpx.ASGITransport, "asgi_app")
BOTH = pytest.mark.parametrize(("made", "middleware", "transport", "attribute"), [FLASK, QUART], ids=["flask", "quart"])


@BOTH
@pytest.mark.parametrize("between", [False, True], ids=["directly", "within another"])
def test_a_wrapper_around_the_app_in_the_place_of_what_it_serves_is_an_error(
    made, middleware, transport, attribute, between
):
    app = made()
    wrapped = middleware(app, **OPTIONS)
    if between and middleware is wsgi.CookieWardenMiddleware:
        wrapped = ProxyFix(wrapped)
    elif between:
        inner = wrapped

        async def wrapped(scope, receive, send):
            await inner(scope, receive, send)

    setattr(app, attribute, wrapped)
    for _ in range(2):  # it does not become a RecursionError later
        with pytest.raises(OptionError) as caught:
            fetch(transport(app))
        (message,) = caught.value.args
        assert message.endswith(f"write app.{attribute} = CookieWardenMiddleware(app.{attribute}, ...)")


def test_a_view_may_send_a_request_through_the_middleware_in_the_first_call():
    app = flask_app()
    wrapped = wsgi.CookieWardenMiddleware(app, **OPTIONS)

    @app.get("/both")
    def both():
        return flask.Response.from_app(wrapped, {**flask.request.environ, "PATH_INFO": "/"})

    assert fetch(httpx.WSGITransport(wrapped), "/both").text == "the page"


def test_under_asgi_the_server_learns_of_that_error_when_it_starts():
    app = quart_app()
    app.asgi_app = asgi.CookieWardenMiddleware(app, **OPTIONS)

    async def start():
        await app({"type": "lifespan", "asgi": {"version": "3.0"}}, None, None)

    with pytest.raises(OptionError, match="asgi_app"):
        asyncio.run(start())


@BOTH
@pytest.mark.parametrize("stands", ["around the app", "in its place"])
def test_a_right_place_screens_and_costs_nothing_after_one_request(made, middleware, transport, attribute, stands):
    app = made()
    if stands == "around the app":
        served = wrapped = middleware(app, **OPTIONS)
        inner = app
    else:
        inner, served = getattr(app, attribute), app
        wrapped = middleware(inner, **OPTIONS)
        setattr(app, attribute, wrapped)
    for _ in range(2):
        response = fetch(transport(served))
        assert (response.text, response.headers.get_list("set-cookie")) == ("the page", [])
        assert wrapped.app == inner


def test_the_requests_of_a_quart_app_are_answered_while_its_lifespan_is_the_first_call():
    wrapped = asgi.CookieWardenMiddleware(quart_app(), **OPTIONS)

    async def serve():
        received, sent = asyncio.Queue(), asyncio.Queue()
        running = asyncio.create_task(wrapped({"type": "lifespan", "asgi": {"version": "3.0"}}, received.get, sent.put))
        await received.put({"type": "lifespan.startup"})
        assert (await sent.get())["type"] == "lifespan.startup.complete"
        async with httpx.AsyncClient(transport=httpx.ASGITransport(wrapped), base_url="http://localhost") as client:
            statuses = [response.status_code for response in await asyncio.gather(*[client.get("/") for _ in range(3)])]
        await received.put({"type": "lifespan.shutdown"})
        await running
        return statuses

    assert asyncio.run(serve()) == [200, 200, 200]


def warnings_of(caplog):
    return [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]


def starlette_site():
    async def page(request):
        return PlainTextResponse("the page")

    return Starlette(routes=[Route("/", page)])


def installed_starlette_site():
    app = starlette_site()
    install(app, **OPTIONS)
    return app


def wrapped_in_place():
    app = flask_app()
    app.wsgi_app = wsgi.CookieWardenMiddleware(app.wsgi_app, **OPTIONS)
    return app


TWICE = {
    "a wrapper around a wrapper": (asgi, lambda: asgi.CookieWardenMiddleware(starlette_site(), **OPTIONS)),
    "a wrapper around an installed app": (asgi, installed_starlette_site),
    "a wrapper around a Flask app that has one": (wsgi, wrapped_in_place),
}


@pytest.mark.parametrize("case", TWICE)
def test_wrapping_an_app_twice_works_and_logs_a_warning(case, caplog):
    module, made = TWICE[case]
    app = made()
    assert warnings_of(caplog) == []
    wrapped = module.CookieWardenMiddleware(app, **OPTIONS)
    (warning,) = warnings_of(caplog)
    assert "wrap the app once" in warning
    transport = httpx.ASGITransport if module is asgi else httpx.WSGITransport
    assert fetch(transport(wrapped)).text == "the page"
