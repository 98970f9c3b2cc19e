"""A small open-data portal, written twice: as a WSGI app with werkzeug, and as an ASGI app with starlette.

With every answer it sets all of ``COOKIES``, and it records a visitor's choice. It does not filter: what leaves
is up to the middleware around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from werkzeug.utils import redirect
from werkzeug.wrappers import Request as WSGIRequest
from werkzeug.wrappers import Response as WSGIResponse

from cookiewarden import Category, Choice, consent_of
from cookiewarden.demo.cookies import CHOICES, COOKIES
from cookiewarden.demo.page import Link, render_page

_NOT_FOUND = "There is no such page.\n"


def wsgi_portal(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The portal as a WSGI app."""
    request = WSGIRequest(environ)
    chosen = CHOICES.get(request.path.removeprefix("/choice/"))
    if request.path == "/":
        response = WSGIResponse(render_page(environ, request.cookies), mimetype="text/html")
    elif request.method == "POST" and chosen is not None:
        _record(consent_of(request), chosen[1])
        response = redirect("/", 303, WSGIResponse)
    else:
        response = WSGIResponse(_NOT_FOUND, 404)
    body, status, headers = response.get_wsgi_response(environ)
    # Added to the plain list: werkzeug's own would refuse some of the odd lines, and another framework's might not.
    fields = [(cookie.field.decode(), cookie.line.decode("latin-1")) for cookie in COOKIES]
    start_response(status, headers + fields)
    return body


def asgi_portal(links: Sequence[Link] = ()) -> Starlette:
    """The portal as an ASGI app. ``links``: the other portals, for its page."""

    async def home(request: Request) -> Response:
        return _with_cookies(HTMLResponse(render_page(request.scope, request.cookies, links)))

    async def choose(request: Request) -> Response:
        chosen = CHOICES.get(request.path_params["name"])
        if chosen is None:
            return _with_cookies(PlainTextResponse(_NOT_FOUND, 404))
        _record(consent_of(request), chosen[1])
        return _with_cookies(RedirectResponse("/", 303))

    return Starlette(routes=[Route("/", home), Route("/choice/{name}", choose, methods=["POST"])])


def _with_cookies(response: Response) -> Response:
    response.raw_headers.extend((cookie.field, cookie.line) for cookie in COOKIES)
    return response


def _record(choice: Choice, granted: Iterable[Category]) -> None:
    choice.withdraw()
    choice.grant(*granted)
