"""A Pyramid app, wrapped with cookiewarden. Start it with: python examples/pyramid_app.py"""

import os
import secrets
from pathlib import Path

from jinja2 import DictLoader, Environment
from pyramid.config import Configurator
from pyramid.session import SignedCookieSessionFactory

from cookiewarden import banner_of
from cookiewarden.wsgi import CookieWardenMiddleware

TEMPLATES = {
    "base.html": """<!doctype html><html lang="en"><meta name="color-scheme" content="light dark">
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Exampletown</title>
<main>{% block main %}{% endblock %}</main>
<footer><a href="/cookies">Cookie policy</a> · <a href="/cookies/preferences">Cookie preferences</a></footer>
{{ banner_of(request) }}""",
    "page.html": """{% extends "base.html" %}
{% block main %}<h1>Exampletown</h1><p>Look at the cookies, choose, and look again.</p>{% endblock %}""",
}

# A larger app keeps its templates in a folder, and includes pyramid_jinja2 in place of this renderer.
templates = Environment(loader=DictLoader(TEMPLATES), autoescape=True)
templates.globals["banner_of"] = banner_of  # so that base.html can show the banner


def renderer(info):
    return lambda value, system: templates.get_template(info.name).render(system | value)


def page(request):
    request.session["visited"] = True  # the cookie "session", declared necessary: always passes
    request.response.set_cookie("_ga", "GA1.1.42")  # declared statistical: passes once the visitor accepts
    request.response.set_cookie("pixel", "42")  # not declared: never passes
    return {}


key = os.environ.get("COOKIEWARDEN_SECRET_KEY")
if not key:
    key = secrets.token_urlsafe()
    print("COOKIEWARDEN_SECRET_KEY is not set: this process uses a random key, so choices are lost when it ends")

with Configurator(session_factory=SignedCookieSessionFactory(key)) as config:
    config.add_renderer(".html", renderer)
    config.add_route("page", "/")
    config.add_view(page, route_name="page", renderer="page.html")
    site = config.make_wsgi_app()
app = CookieWardenMiddleware(site, policy=Path(__file__).with_name("cookies.toml"), secret_key=key)

if __name__ == "__main__":
    from wsgiref.simple_server import make_server

    print("Serving on http://127.0.0.1:8000")
    make_server("127.0.0.1", 8000, app).serve_forever()
