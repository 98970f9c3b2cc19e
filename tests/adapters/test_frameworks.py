"""``consent_of`` in each framework: the view passes its own request object."""

import asyncio
import threading

import bottle
import django.http
import django.test
import django.urls
import fastapi
import flask
import pyramid.request
import pytest
import quart
import starlette.applications
import starlette.responses
import starlette.routing
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application

from cookiewarden import CookieWardenError, NotWrappedError, asgi, consent_of
from exchanges import SentRequest, http_scope, wrap
from framework_apps import bottle_app, falcon_app, falcon_asgi, litestar_app, pyramid_app, quart_app
from frameworks import django_site, fetch, over_asgi, over_wsgi
from scenarios import chosen
from waiting import SECONDS_TO_WAIT

# Each view grants statistics through its own request object, and sets a statistical cookie.


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


def grant(request):
    """Grant statistics, and return the text of a response. The other frameworks' views call this."""
    consent_of(request).grant("statistical")
    return str(consent_of(request).allows("statistical"))


class DjangoUrls:
    """A URL configuration."""

    urlpatterns = (django.urls.path("", django_view),)


@pytest.fixture
def django_settings():
    with django_site(DjangoUrls):
        yield


def websocket_messages(app, cookies):
    """Return the messages that an app sends over a websocket."""
    sent = []

    async def talk():
        closed = asyncio.Event()
        coming = iter([{"type": "websocket.connect"}])

        async def receive():
            for message in coming:
                return message
            await closed.wait()  # the visitor sends nothing, and leaves only after the app has closed
            return {"type": "websocket.disconnect", "code": 1000}

        async def send(message):
            sent.append(message)
            if message["type"] == "websocket.close":
                closed.set()

        keys = {"type": "websocket", "scheme": "wss", "subprotocols": []}
        scope = http_scope(SentRequest(path="/socket", cookies=cookies), **keys)
        del scope["method"]  # a handshake has none, and Litestar relies on that
        await asyncio.wait_for(app(scope, receive, send), SECONDS_TO_WAIT)

    asyncio.run(talk())
    return sent


def shown_and_set(transport, path="/"):
    """Return the body of a response and the names of its cookies."""
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
def test_the_django_test_client_bypasses_a_wrapper_and_the_error_says_so():
    with pytest.raises(NotWrappedError, match="Django's test client"):
        django.test.Client().get("/")


OTHERS = {
    "litestar": lambda: over_asgi(litestar_app(grant)),
    "quart": lambda: over_asgi(quart_app(grant)),
    "falcon under asgi": lambda: over_asgi(falcon_asgi(grant)),
    "falcon under wsgi": lambda: over_wsgi(falcon_app(grant)),
    "bottle": lambda: over_wsgi(bottle_app(grant)),
    "pyramid": lambda: over_wsgi(pyramid_app(grant)),
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_request_of_another_framework(name):
    assert shown_and_set(OTHERS[name]()) == GRANTED


@pytest.mark.parametrize(("cookies", "text"), [((), "False"), ((chosen("statistical"),), "True")])
@pytest.mark.parametrize("app", [litestar_app, quart_app, falcon_asgi])
def test_a_websocket_of_a_framework(app, cookies, text):
    def answer(socket):
        return str(consent_of(socket).allows("statistical"))

    messages = websocket_messages(wrap(asgi.CookieWardenMiddleware, app(answer)), cookies)
    assert [message.get("text") for message in messages if message["type"] == "websocket.send"] == [text]


NAMED = {
    "bottle": lambda answer: over_wsgi(bottle_app(answer)),
    "pyramid": lambda answer: over_wsgi(pyramid_app(answer)),
    "starlette": lambda answer: over_asgi(starlette_answering(answer)),
}


def starlette_answering(answer):
    async def view(request):
        response = starlette.responses.PlainTextResponse(answer(request))
        response.set_cookie("_ga", "1")
        return response

    return starlette.applications.Starlette(routes=[starlette.routing.Route("/", view)])


@pytest.mark.parametrize("value", ["production", {"stage": "production"}, None], ids=["text", "mapping", "nothing"])
@pytest.mark.parametrize("attribute", ["scope", "environ", "env"])
@pytest.mark.parametrize("name", NAMED)
def test_an_attribute_that_the_app_sets_on_a_request_does_not_mislead(name, attribute, value):
    own = {"bottle": "environ", "pyramid": "environ", "starlette": "scope"}[name]

    def answer(request):
        if attribute != own:
            setattr(request, attribute, value)
        return grant(request)

    assert shown_and_set(NAMED[name](answer)) == GRANTED


def test_a_property_that_the_app_defines_on_a_request_is_not_read():
    class SiteRequest(pyramid.request.Request):
        @property
        def scope(self):
            raise KeyError("the token of this visitor")

        env = scope

    assert shown_and_set(over_wsgi(pyramid_app(lambda request: grant(SiteRequest(request.environ))))) == GRANTED


def test_a_copy_of_a_request_has_the_consent_of_the_same_visitor():
    assert shown_and_set(over_wsgi(bottle_app(lambda request: grant(request.copy())))) == GRANTED
    assert shown_and_set(over_wsgi(pyramid_app(lambda request: grant(request.copy())))) == GRANTED


@pytest.mark.parametrize("request_", [flask.request, quart.request, bottle.request], ids=["flask", "quart", "bottle"])
def test_outside_a_request_the_error_is_the_one_of_the_framework(request_):
    errors = []

    def ask():  # in a thread of its own, because Bottle's global request belongs to the thread
        with pytest.raises(RuntimeError) as raised:
            consent_of(request_)
        errors.append(raised.value)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert not isinstance(errors[0], CookieWardenError)


def test_each_thread_of_bottle_reads_the_consent_of_its_own_visitor():
    both = threading.Barrier(2, timeout=SECONDS_TO_WAIT)
    answers = {}

    def answer(request):
        if "yes" in request.query:
            consent_of(request).grant("statistical")
        both.wait()  # now both threads are in their views
        return str(consent_of(request).allows("statistical"))

    transport = over_wsgi(bottle_app(answer))

    def visit(path):
        answers[path] = shown_and_set(transport, path)

    threads = [threading.Thread(target=visit, args=[path]) for path in ("/?yes", "/?no")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {"/?yes": GRANTED, "/?no": ("False", [])}
