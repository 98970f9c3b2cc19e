"""A Flask app behind cookiewarden. Start it with: python examples/flask_app.py"""

import os
import secrets
from pathlib import Path

from flask import Flask, make_response, redirect, request

from cookiewarden import consent_of
from cookiewarden.wsgi import CookieWardenMiddleware

PAGE = """<!doctype html><title>Exampletown</title><p>Look at the cookies, choose, and look again.</p>
<form method="post" action="/accept"><button>Accept statistics</button></form>
<form method="post" action="/refuse"><button>Refuse</button></form>"""

site = Flask(__name__)


@site.get("/")
def page():
    response = make_response(PAGE)
    response.set_cookie("session", "abc", httponly=True)  # declared necessary: always passes
    response.set_cookie("_ga", "GA1.1.42")  # declared statistical: passes once the visitor accepts
    response.set_cookie("pixel", "42")  # not declared: never passes
    return response


# A real site guards these two against requests forged by other sites, as it does any form.
@site.post("/accept")
def accept():
    consent_of(request).grant("statistical")
    return redirect("/", 303)


@site.post("/refuse")
def refuse():
    consent_of(request).withdraw()
    return redirect("/", 303)


key = os.environ.get("COOKIEWARDEN_SECRET_KEY")
if not key:
    key = secrets.token_urlsafe()
    print("COOKIEWARDEN_SECRET_KEY is not set, so a key was made up: choices last until this program ends")

app = CookieWardenMiddleware(site, policy=Path(__file__).with_name("cookies.toml"), secret_key=key)

if __name__ == "__main__":
    from wsgiref.simple_server import make_server

    print("Serving on http://127.0.0.1:8000")
    make_server("127.0.0.1", 8000, app).serve_forever()
