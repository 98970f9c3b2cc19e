"""A Starlette app, wrapped with cookiewarden. Start it with: python examples/starlette_app.py"""

import os
import secrets
from pathlib import Path

from jinja2 import DictLoader, Environment
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from cookiewarden import banner_of
from cookiewarden.starlette import install

TEMPLATES = {
    "base.html": """<!doctype html><html lang="en"><meta name="color-scheme" content="light dark">
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Exampletown</title>
<main>{% block main %}{% endblock %}</main>
<footer><a href="/cookies">Cookie policy</a> · <a href="/cookies/preferences">Cookie preferences</a></footer>
{{ banner_of(request) }}""",
    "page.html": """{% extends "base.html" %}
{% block main %}<h1>Exampletown</h1><p>Look at the cookies, choose, and look again.</p>{% endblock %}""",
}

# A larger app keeps its templates in a folder: Jinja2Templates("templates").
templates = Jinja2Templates(env=Environment(loader=DictLoader(TEMPLATES), autoescape=True))
templates.env.globals["banner_of"] = banner_of  # so that base.html can show the banner


async def page(request):
    response = templates.TemplateResponse(request, "page.html")
    response.set_cookie("session", "abc", httponly=True)  # declared necessary: always passes
    response.set_cookie("_ga", "GA1.1.42")  # declared statistical: passes once the visitor accepts
    response.set_cookie("pixel", "42")  # not declared: never passes
    return response


key = os.environ.get("COOKIEWARDEN_SECRET_KEY")
if not key:
    key = secrets.token_urlsafe()
    print("COOKIEWARDEN_SECRET_KEY is not set: this process uses a random key, so choices are lost when it ends")

app = Starlette(routes=[Route("/", page)])
install(app, policy=Path(__file__).with_name("cookies.toml"), secret_key=key)

if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app, host="127.0.0.1", port=8000)
