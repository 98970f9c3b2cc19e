"""A WSGI app without a framework, behind cookiewarden. Start it with: python examples/plain_wsgi.py"""

import os
import secrets
from pathlib import Path

from cookiewarden import consent_of
from cookiewarden.wsgi import CookieWardenMiddleware

PAGE = """<!doctype html><title>Exampletown</title><p>Look at the cookies, choose, and look again.</p>
<form method="post" action="/accept"><button>Accept statistics</button></form>
<form method="post" action="/refuse"><button>Refuse</button></form>"""
HEADERS = [
    ("Content-Type", "text/html; charset=utf-8"),
    ("Set-Cookie", "session=abc; Path=/; HttpOnly"),  # declared necessary: always passes
    ("Set-Cookie", "_ga=GA1.1.42; Path=/"),  # declared statistical: passes once the visitor accepts
    ("Set-Cookie", "pixel=42; Path=/"),  # not declared: never passes
]


def site(environ, start_response):
    match environ["REQUEST_METHOD"], environ["PATH_INFO"]:
        case "GET", "/":
            start_response("200 OK", list(HEADERS))
            return [PAGE.encode()]
        # A real site guards these two against requests forged by other sites, as it does any form.
        case "POST", "/accept":
            consent_of(environ).grant("statistical")
        case "POST", "/refuse":
            consent_of(environ).withdraw()
        case _:
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return [b"Not found"]
    start_response("303 See Other", [("Location", "/")])
    return []


key = os.environ.get("COOKIEWARDEN_SECRET_KEY")
if not key:
    key = secrets.token_urlsafe()
    print("COOKIEWARDEN_SECRET_KEY is not set, so a key was made up: choices last until this program ends")

app = CookieWardenMiddleware(site, policy=Path(__file__).with_name("cookies.toml"), secret_key=key)

if __name__ == "__main__":
    from wsgiref.simple_server import make_server

    print("Serving on http://127.0.0.1:8000")
    make_server("127.0.0.1", 8000, app).serve_forever()
