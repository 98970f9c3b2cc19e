"""A Quart app, wrapped with cookiewarden. Start it with: python examples/quart_app.py"""

import os
import secrets
from pathlib import Path

from jinja2 import DictLoader
from quart import Quart, make_response, render_template, session

from cookiewarden import banner_of
from cookiewarden.asgi import CookieWardenMiddleware

TEMPLATES = {
    "base.html": """<!doctype html><html lang="en"><meta name="color-scheme" content="light dark">
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Exampletown</title>
<main>{% block main %}{% endblock %}</main>
<footer><a href="/cookies">Cookie policy</a> · <a href="/cookies/preferences">Cookie preferences</a></footer>
{{ banner_of(request) }}""",
    "page.html": """{% extends "base.html" %}
{% block main %}<h1>Exampletown</h1><p>Look at the cookies, choose, and look again.</p>{% endblock %}""",
}

site = Quart(__name__)
site.jinja_loader = DictLoader(TEMPLATES)  # a larger app keeps its templates in a folder
site.jinja_env.globals["banner_of"] = banner_of  # so that base.html can show the banner


@site.get("/")
async def page():
    session["visited"] = True  # the cookie "session", declared necessary: always passes
    response = await make_response(await render_template("page.html"))
    response.set_cookie("_ga", "GA1.1.42")  # declared statistical: passes once the visitor accepts
    response.set_cookie("pixel", "42")  # not declared: never passes
    return response


key = os.environ.get("COOKIEWARDEN_SECRET_KEY")
if not key:
    key = secrets.token_urlsafe()
    print("COOKIEWARDEN_SECRET_KEY is not set: this process uses a random key, so choices are lost when it ends")

site.secret_key = key
app = CookieWardenMiddleware(site, policy=Path(__file__).with_name("cookies.toml"), secret_key=key)

if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app, host="127.0.0.1", port=8000)
