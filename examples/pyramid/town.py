"""A site in Pyramid. Its app knows nothing of cookiewarden: town.ini and app.py show two ways to wrap it."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from pyramid.config import Configurator
from pyramid.request import Request
from pyramid.response import Response
from pyramid.router import Router
from pyramid.session import SignedCookieSessionFactory

from cookiewarden import banner_of, preferences_link_of

templates = Environment(loader=FileSystemLoader(Path(__file__).with_name("templates")), autoescape=True)
templates.globals |= {"banner_of": banner_of, "preferences_link_of": preferences_link_of}


def page(request: Request) -> Response:
    request.session["visited"] = True  # the cookie "session", declared by preset:pyramid: always passes
    response = Response(templates.get_template("page.html").render(request=request))
    response.set_cookie("_ga", "GA1.1.42")  # declared statistical: passes once the visitor accepts
    response.set_cookie("pixel", "42")  # not declared: never passes
    return response


def main(global_config: dict[str, str], **settings: Any) -> Router:
    with Configurator(settings=settings) as config:
        config.set_session_factory(SignedCookieSessionFactory(settings["session_secret"]))
        config.add_route("page", "/")
        config.add_view(page, route_name="page")
        return config.make_wsgi_app()
