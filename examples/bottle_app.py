"""A Bottle app, wrapped with cookiewarden. Start it with: python examples/bottle_app.py"""

import os
import secrets
from pathlib import Path

from bottle import Bottle, SimpleTemplate, request, response, template

from cookiewarden import banner_of
from cookiewarden.wsgi import CookieWardenMiddleware

# A larger app keeps its templates in a folder, with: % rebase("base"). The "!" stops Bottle from escaping safe markup.
PAGE = """<!doctype html><html lang="en"><meta name="color-scheme" content="light dark">
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Exampletown</title>
<main><h1>Exampletown</h1><p>Look at the cookies, choose, and look again.</p></main>
<footer><a href="/cookies">Cookie policy</a> · <a href="/cookies/preferences">Cookie preferences</a></footer>
{{!banner_of(request)}}"""
SimpleTemplate.defaults |= {"banner_of": banner_of, "request": request}  # so that the template can show the banner

site = Bottle()


@site.get("/")
def page():
    # Without a path, Bottle's cookies would belong to one folder; with it, a refusal on any page deletes them.
    response.set_cookie("session", "abc", path="/", secret=key, httponly=True)  # declared necessary: always passes
    response.set_cookie("_ga", "GA1.1.42", path="/")  # declared statistical: passes once the visitor accepts
    response.set_cookie("pixel", "42", path="/")  # not declared: never passes
    return template(PAGE)


key = os.environ.get("COOKIEWARDEN_SECRET_KEY")
if not key:
    key = secrets.token_urlsafe()
    print("COOKIEWARDEN_SECRET_KEY is not set: this process uses a random key, so choices are lost when it ends")

app = CookieWardenMiddleware(site, policy=Path(__file__).with_name("cookies.toml"), secret_key=key)

if __name__ == "__main__":
    from wsgiref.simple_server import make_server

    print("Serving on http://127.0.0.1:8000")
    make_server("127.0.0.1", 8000, app).serve_forever()
