"""A small open-data portal, written twice: as a WSGI app with werkzeug, and as an ASGI app with starlette.

Every response sets all of ``COOKIES``. Rule: the portal filters nothing; the middleware around it does.
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
    """Run the portal as a WSGI app."""
    request = WSGIRequest(environ)
    page = render_page(environ, request.path, request.cookies)
    response = WSGIResponse(_NOT_FOUND, 404) if page is None else WSGIResponse(page, mimetype="text/html")
    body, status, headers = response.get_wsgi_response(environ)
    # Added to the plain list: werkzeug's Headers would refuse some of the odd lines, and those of others might not.
    lines = [(cookie.header_name.decode(), cookie.line.decode("latin-1")) for cookie in COOKIES]
    start_response(status, headers + lines)
    return body


def asgi_portal(around: Surroundings = ALONE) -> Starlette:
    """Return the portal as an ASGI app."""

    async def respond(request: Request) -> Response:
        page = render_page(request.scope, request.url.path, request.cookies, around)
        response = PlainTextResponse(_NOT_FOUND, 404) if page is None else HTMLResponse(page)
        response.raw_headers.extend((cookie.header_name, cookie.line) for cookie in around.cookies)
        return response

    return Starlette(routes=[Route("/{path:path}", respond)])
