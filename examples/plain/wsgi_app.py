"""A WSGI app without a framework, wrapped with cookiewarden. Start it with: python examples/plain/wsgi_app.py"""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cookiewarden import banner_of, consent_of, preferences_link_of
from cookiewarden.wsgi import CookieWardenMiddleware

PAGE = """<!doctype html><html lang="en"><meta name="color-scheme" content="light dark">
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Exampletown</title>
<main><h1>Exampletown</h1><p>Look at the cookies, choose, and look again.</p>
<form method="post"><button name="count" value="{other}">Visits are counted: {counted}. Change it</button></form></main>
<footer><a href="/cookies">Cookie policy</a> · {preferences_link}</footer>
{banner}"""
HEADERS = [
    ("Content-Type", "text/html; charset=utf-8"),
    ("Set-Cookie", "session=abc; Path=/; HttpOnly"),  # declared necessary: always passes
    ("Set-Cookie", "_ga=GA1.1.42; Path=/"),  # declared statistical: passes once the visitor accepts
    ("Set-Cookie", "pixel=42; Path=/"),  # not declared: never passes
]


def site(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    if environ["PATH_INFO"] != "/":
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [b"Not found"]
    choice = consent_of(environ)
    if environ["REQUEST_METHOD"] == "POST":  # a choice made in a view; the banner works without it
        # Like any form, it must refuse requests that other sites forge.
        if environ.get("HTTP_ORIGIN") != f"{environ['wsgi.url_scheme']}://{environ['HTTP_HOST']}":
            start_response("403 Forbidden", [("Content-Type", "text/plain")])
            return [b"Not from this site"]
        body = environ["wsgi.input"].read(min(int(environ.get("CONTENT_LENGTH") or 0), 100))
        change = choice.grant if body == b"count=yes" else choice.withdraw
        change("statistical")
        start_response("303 See Other", [("Location", "/")])
        return []
    counted, other = ("yes", "no") if choice.allows("statistical") else ("no", "yes")
    start_response("200 OK", list(HEADERS))
    link, banner = preferences_link_of(environ), banner_of(environ)
    return [PAGE.format(counted=counted, other=other, preferences_link=link, banner=banner).encode()]


# A random key does while you try it out: choices are lost at the next start.
key = os.environ.get("COOKIEWARDEN_SECRET_KEY") or secrets.token_urlsafe()
app = CookieWardenMiddleware(site, policy=Path(__file__).with_name("cookies.toml"), secret_key=key)

if __name__ == "__main__":
    from wsgiref.simple_server import make_server

    print("Serving on http://127.0.0.1:8000")
    make_server("127.0.0.1", 8000, app).serve_forever()
