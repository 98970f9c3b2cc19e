"""Apps of Litestar, Quart, Falcon, Bottle and Pyramid, each written as the framework suggests.

Every page sets the cookie ``_ga``, and its body is what ``answer`` returns for the framework's request object. The ASGI
apps also open a websocket at ``/socket``, send what ``answer`` returns for it, and close it.
"""

import bottle
import falcon
import falcon.asgi
import litestar
import litestar.handlers
import pyramid.config
import pyramid.response
import pyramid.wsgi
import quart


def litestar_app(answer, inner=None):
    @litestar.get(["/", "/page"], media_type="text/html", sync_to_thread=False)
    def page(request: litestar.Request) -> litestar.Response[str]:
        response = litestar.Response(answer(request))
        response.set_cookie("_ga", "1")
        return response

    @litestar.websocket("/socket")
    async def talk(socket: litestar.WebSocket) -> None:
        await socket.accept()
        await socket.send_text(answer(socket))
        await socket.close()

    routes = [page, talk]
    if inner:
        routes.append(litestar.handlers.asgi("/sub", is_mount=True, copy_scope=True)(inner))
    return litestar.Litestar(routes, logging_config=None)  # its own configuration would apply to the whole process


def quart_app(answer):
    app = quart.Quart(__name__)

    @app.get("/")
    @app.get("/page")
    async def page():
        response = await quart.make_response(answer(quart.request))
        response.set_cookie("_ga", "1")
        return response

    @app.websocket("/socket")
    async def talk():
        await quart.websocket.accept()
        await quart.websocket.send(answer(quart.websocket))
        await quart.websocket.close(1000)

    return app


class FalconPage:
    """A resource of Falcon under WSGI."""

    def __init__(self, answer):
        self.answer = answer

    def on_get(self, req, resp):
        resp.content_type = falcon.MEDIA_HTML
        resp.text = self.answer(req)
        resp.set_cookie("_ga", "1")


class FalconAsyncPage(FalconPage):
    """A resource of Falcon under ASGI."""

    async def on_get(self, req, resp):
        super().on_get(req, resp)

    async def on_websocket(self, req, ws):
        await ws.accept()
        await ws.send_text(self.answer(req))
        await ws.close()


def falcon_app(answer):
    app = falcon.App()
    app.add_route("/", FalconPage(answer))
    app.add_route("/page", FalconPage(answer))
    return app


def falcon_asgi(answer):
    app = falcon.asgi.App()
    app.add_route("/", FalconAsyncPage(answer))
    app.add_route("/page", FalconAsyncPage(answer))
    app.add_route("/socket", FalconAsyncPage(answer))
    return app


def bottle_app(answer, inner=None):
    app = bottle.Bottle()

    @app.get("/")
    @app.get("/page")
    def page():
        bottle.response.set_cookie("_ga", "1")
        return answer(bottle.request)

    if inner:
        app.mount("/sub/", inner)
    return app


def pyramid_app(answer, inner=None):
    def page(request):
        response = pyramid.response.Response(answer(request))
        response.set_cookie("_ga", "1")
        return response

    with pyramid.config.Configurator() as config:
        for name, path in {"home": "/", "page": "/page"}.items():
            config.add_route(name, path)
            config.add_view(page, route_name=name)
        if inner:
            config.add_route("sub", "/sub/*subpath")
            config.add_view(pyramid.wsgi.wsgiapp2(inner), route_name="sub")
        return config.make_wsgi_app()
