"""A Bottle app, wrapped with cookiewarden. Start it with: python examples/bottle/app.py"""

import os
import secrets
from pathlib import Path

from bottle import Bottle, request, response, template

from cookiewarden import banner_of, preferences_link_of
from cookiewarden.wsgi import CookieWardenMiddleware

FOLDER = Path(__file__).parent
# A random key does while you try it out: choices are lost at the next start.
key = os.environ.get("COOKIEWARDEN_SECRET_KEY") or secrets.token_urlsafe()
site = Bottle()


@site.get("/")
def page() -> str:
    # Without a path, Bottle's cookies would belong to one folder; with it, a refusal on any page deletes them.
    response.set_cookie("session", "abc", path="/", secret=key, httponly=True)  # declared necessary: always passes
    response.set_cookie("_ga", "GA1.1.42", path="/")  # declared statistical: passes once the visitor accepts
    response.set_cookie("pixel", "42", path="/")  # not declared: never passes
    helpers = {"banner_of": banner_of, "preferences_link_of": preferences_link_of}
    return template("page", helpers, template_lookup=[str(FOLDER / "templates")], request=request)


app = CookieWardenMiddleware(site, policy=FOLDER / "cookies.toml", secret_key=key)

if __name__ == "__main__":
    from wsgiref.simple_server import make_server

    print("Serving on http://127.0.0.1:8000")
    make_server("127.0.0.1", 8000, app).serve_forever()
