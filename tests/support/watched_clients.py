"""Requests by the test clients, transports and apps of all frameworks; each response sets the cookie ``theme``.

``CLIENTS`` holds a function for each. Each asks once for ``/shop``, of an app that is wrapped or not.
"""

import asyncio
import warnings

import bottle
import django.http
import django.test
import django.urls
import falcon
import falcon.asgi
import falcon.testing
import fastapi
import flask
import httpx
import litestar
import litestar.testing
import pyramid.config
import pyramid.response
import quart
import starlette.applications
import starlette.responses
import starlette.routing
import werkzeug.test

from cookiewarden import asgi, wsgi
from frameworks import django_site

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it advises to install another version of httpx
    import starlette.testclient

POLICY = {"site": {"name": "Exampletown"}}
LINE = "theme=dark; Path=/"
URL = "https://data.example.org/shop?q=secret"


def wsgi_app(environ, start_response):
    start_response("200 OK", [("Set-Cookie", LINE)])
    return [b"page"]


async def asgi_app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"set-cookie", LINE.encode())]})
    await send({"type": "http.response.body", "body": b"page"})


def run(application):
    """Call a WSGI app as no client that is watched does."""
    environ = werkzeug.test.EnvironBuilder("/shop", base_url="https://data.example.org").get_environ()
    werkzeug.test.run_wsgi_app(application, environ, buffered=True)


def over_httpx(application):
    async def ask():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(application)) as client:
            await client.get(URL)

    asyncio.run(ask())


def of_werkzeug():
    werkzeug.test.Client(wsgi_app).get("/shop?q=secret")


def of_flask():
    app = flask.Flask(__name__)
    app.add_url_rule("/shop", "shop", lambda: flask.Response(headers={"Set-Cookie": LINE}))
    app.test_client().get("/shop")


def django_view(request):
    response = django.http.HttpResponse()
    response.set_cookie("theme", "dark")
    return response


urlpatterns = [django.urls.path("shop", django_view)]


def of_django():
    with django_site(__name__):
        django.test.Client().get("/shop?q=secret")


def of_django_later():
    with django_site(__name__):
        asyncio.run(django.test.AsyncClient().get("/shop?q=secret"))


def of_starlette():
    def view(request):
        return starlette.responses.Response(headers={"Set-Cookie": LINE})

    app = starlette.applications.Starlette(routes=[starlette.routing.Route("/shop", view)])
    starlette.testclient.TestClient(app).get("/shop?q=secret")


def of_fastapi():
    app = fastapi.FastAPI()

    @app.get("/shop")
    async def shop(response: fastapi.Response):
        response.set_cookie("theme", "dark")

    with starlette.testclient.TestClient(app) as client:
        client.get("/shop")


def of_httpx():
    with httpx.Client(transport=httpx.WSGITransport(wsgi_app)) as client:
        client.get(URL)


def of_httpx_later():
    over_httpx(asgi_app)


def litestar_app():
    @litestar.get("/shop", sync_to_thread=False)
    def shop() -> litestar.Response[str]:
        response = litestar.Response("page")
        response.set_cookie("theme", "dark")
        return response

    return litestar.Litestar([shop], logging_config=None)


def of_litestar():
    with litestar.testing.TestClient(litestar_app()) as client:
        client.get("/shop")


def of_litestar_later():
    async def ask():
        async with litestar.testing.AsyncTestClient(litestar_app()) as client:
            await client.get("/shop")

    asyncio.run(ask())


def quart_app():
    app = quart.Quart(__name__)

    @app.get("/shop")
    async def shop():
        return quart.Response("page", headers={"Set-Cookie": LINE})

    return app


def of_quart():
    asyncio.run(quart_app().test_client().get("/shop"))


class FalconShop:
    def on_get(self, request, response):
        response.set_cookie("theme", "dark")


class FalconShopLater:
    async def on_get(self, request, response):
        response.set_cookie("theme", "dark")


def falcon_app():
    app = falcon.App()
    app.add_route("/shop", FalconShop())
    return app


def of_falcon():
    falcon.testing.TestClient(falcon_app()).simulate_get("/shop")


def falcon_asgi_app():
    app = falcon.asgi.App()
    app.add_route("/shop", FalconShopLater())
    return app


def of_falcon_later():
    falcon.testing.TestClient(falcon_asgi_app()).simulate_get("/shop")


def bottle_app():
    app = bottle.Bottle()
    app.get("/shop", callback=lambda: bottle.response.set_cookie("theme", "dark"))
    return app


def of_bottle():
    run(bottle_app())


def pyramid_app():
    with pyramid.config.Configurator() as config:
        config.add_route("shop", "/shop")
        config.add_view(lambda request: pyramid.response.Response(headerlist=[("Set-Cookie", LINE)]), route_name="shop")
        return config.make_wsgi_app()


def of_pyramid():
    run(pyramid_app())


def of_a_wrapped_wsgi_app():
    run(wsgi.CookieWardenMiddleware(wsgi_app, policy=POLICY, secret_key="x" * 16))


def of_a_wrapped_asgi_app():
    over_httpx(asgi.CookieWardenMiddleware(asgi_app, policy=POLICY, secret_key="x" * 16))


CLIENTS = [value for name, value in list(globals().items()) if name.startswith("of_")]
#: What makes an app that sets the line, of each framework whose apps are watched.
WSGI_APPS, ASGI_APPS = [falcon_app, bottle_app, pyramid_app], [quart_app, falcon_asgi_app]
