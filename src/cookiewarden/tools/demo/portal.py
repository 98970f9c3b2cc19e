"""A small open-data portal, written twice: as a WSGI app with werkzeug, and as an ASGI app with starlette.

With every answer it sets all of ``COOKIES``. It does not filter: what leaves is up to the middleware around it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from werkzeug.wrappers import Request as WSGIRequest
from werkzeug.wrappers import Response as WSGIResponse

from cookiewarden.tools.demo.cookies import COOKIES
from cookiewarden.tools.demo.page import ALONE, Surroundings, render_page

_NOT_FOUND = "There is no such page.\n"


def wsgi_portal(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The portal as a WSGI app."""
    request = WSGIRequest(environ)
    page = render_page(environ, request.path, request.cookies)
    response = WSGIResponse(_NOT_FOUND, 404) if page is None else WSGIResponse(page, mimetype="text/html")
    body, status, headers = response.get_wsgi_response(environ)
    # Added to the plain list: werkzeug's own would refuse some of the odd lines, and another framework's might not.
    fields = [(cookie.field.decode(), cookie.line.decode("latin-1")) for cookie in COOKIES]
    start_response(status, headers + fields)
    return body


def asgi_portal(around: Surroundings = ALONE) -> Starlette:
    """The portal as an ASGI app."""

    async def answer(request: Request) -> Response:
        page = render_page(request.scope, request.url.path, request.cookies, around)
        response = PlainTextResponse(_NOT_FOUND, 404) if page is None else HTMLResponse(page)
        response.raw_headers.extend((cookie.field, cookie.line) for cookie in around.cookies)
        return response

    return Starlette(routes=[Route("/{path:path}", answer)])
