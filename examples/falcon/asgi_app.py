"""A Falcon app, as ASGI, wrapped with cookiewarden. Start it with: python examples/falcon/asgi_app.py"""

import os
import secrets
from pathlib import Path

import falcon.asgi
from jinja2 import Environment, FileSystemLoader

from cookiewarden import banner_of, preferences_link_of
from cookiewarden.asgi import CookieWardenMiddleware

FOLDER = Path(__file__).parent
# A random key does while you try it out: choices are lost at the next start.
key = os.environ.get("COOKIEWARDEN_SECRET_KEY") or secrets.token_urlsafe()
templates = Environment(loader=FileSystemLoader(FOLDER / "templates"), autoescape=True)
templates.globals |= {"banner_of": banner_of, "preferences_link_of": preferences_link_of}


class Page:
    async def on_get(self, req: falcon.asgi.Request, resp: falcon.asgi.Response) -> None:
        resp.content_type = falcon.MEDIA_HTML
        resp.text = templates.get_template("page.html").render(request=req)
        # Without a path, Falcon's cookies would belong to one folder; with it, a refusal on any page deletes them.
        resp.set_cookie("session", "abc", path="/")  # declared necessary: always passes
        resp.set_cookie("_ga", "GA1.1.42", path="/", http_only=False)  # statistical: passes once the visitor accepts
        resp.set_cookie("pixel", "42", path="/")  # not declared: never passes


site = falcon.asgi.App()
site.resp_options.secure_cookies_by_default = False  # only for http on this machine; leave this out on https
site.add_route("/", Page())
app = CookieWardenMiddleware(site, policy=FOLDER / "cookies.toml", secret_key=key)

if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app, host="127.0.0.1", port=8000)
