"""A Falcon app, as ASGI, wrapped with cookiewarden. Start it with: python examples/falcon_asgi.py"""

import os
import secrets
from pathlib import Path

import falcon.asgi
from jinja2 import DictLoader, Environment

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

# A larger app keeps its templates in a folder: FileSystemLoader("templates").
templates = Environment(loader=DictLoader(TEMPLATES), autoescape=True)
templates.globals["banner_of"] = banner_of  # so that base.html can show the banner


class Page:
    async def on_get(self, req, resp):
        resp.content_type = falcon.MEDIA_HTML
        resp.text = templates.get_template("page.html").render(request=req)
        # Without a path, Falcon's cookies would belong to one folder; with it, a refusal on any page deletes them.
        resp.set_cookie("session", "abc", path="/")  # declared necessary: always passes
        resp.set_cookie("_ga", "GA1.1.42", path="/", http_only=False)  # statistical: passes once the visitor accepts
        resp.set_cookie("pixel", "42", path="/")  # not declared: never passes


key = os.environ.get("COOKIEWARDEN_SECRET_KEY")
if not key:
    key = secrets.token_urlsafe()
    print("COOKIEWARDEN_SECRET_KEY is not set: this process uses a random key, so choices are lost when it ends")

site = falcon.asgi.App()
site.resp_options.secure_cookies_by_default = False  # only for http on this machine; leave this out on https
site.add_route("/", Page())
app = CookieWardenMiddleware(site, policy=Path(__file__).with_name("cookies.toml"), secret_key=key)

if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app, host="127.0.0.1", port=8000)
