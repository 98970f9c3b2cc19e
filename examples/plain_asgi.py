"""An ASGI app without a framework, behind cookiewarden. Start it with: python examples/plain_asgi.py"""

import os
import secrets
from pathlib import Path

from cookiewarden import consent_of
from cookiewarden.asgi import CookieWardenMiddleware

PAGE = """<!doctype html><title>Exampletown</title><p>Look at the cookies, choose, and look again.</p>
<form method="post" action="/accept"><button>Accept statistics</button></form>
<form method="post" action="/refuse"><button>Refuse</button></form>"""
HEADERS = [
    (b"content-type", b"text/html; charset=utf-8"),
    (b"set-cookie", b"session=abc; Path=/; HttpOnly"),  # declared necessary: always passes
    (b"set-cookie", b"_ga=GA1.1.42; Path=/"),  # declared statistical: passes once the visitor accepts
    (b"set-cookie", b"pixel=42; Path=/"),  # not declared: never passes
]


async def site(scope, receive, send):
    if scope["type"] != "http":
        return  # neither websockets nor a lifespan here
    status, headers, body = 303, [(b"location", b"/")], b""
    match scope["method"], scope["path"]:
        case "GET", "/":
            status, headers, body = 200, HEADERS, PAGE.encode()
        # A real site guards these two against requests forged by other sites, as it does any form.
        case "POST", "/accept":
            consent_of(scope).grant("statistical")
        case "POST", "/refuse":
            consent_of(scope).withdraw()
        case _:
            status, headers, body = 404, [(b"content-type", b"text/plain")], b"Not found"
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


key = os.environ.get("COOKIEWARDEN_SECRET_KEY")
if not key:
    key = secrets.token_urlsafe()
    print("COOKIEWARDEN_SECRET_KEY is not set, so a key was made up: choices last until this program ends")

app = CookieWardenMiddleware(site, policy=Path(__file__).with_name("cookies.toml"), secret_key=key)

if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app, host="127.0.0.1", port=8000)
