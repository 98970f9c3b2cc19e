"""An ASGI app without a framework, wrapped with cookiewarden. Start it with: python examples/plain/asgi_app.py"""

import os
import secrets
from pathlib import Path
from typing import Any

from cookiewarden import banner_of, preferences_link_of
from cookiewarden.asgi import CookieWardenMiddleware

PAGE = """<!doctype html><html lang="en"><meta name="color-scheme" content="light dark">
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Exampletown</title>
<main><h1>Exampletown</h1><p>Look at the cookies, choose, and look again.</p></main>
<footer><a href="/cookies">Cookie policy</a> · {preferences_link}</footer>
{banner}"""
HEADERS = [
    (b"content-type", b"text/html; charset=utf-8"),
    (b"set-cookie", b"session=abc; Path=/; HttpOnly"),  # declared necessary: always passes
    (b"set-cookie", b"_ga=GA1.1.42; Path=/"),  # declared statistical: passes once the visitor accepts
    (b"set-cookie", b"pixel=42; Path=/"),  # not declared: never passes
]


async def site(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        return  # neither websockets nor a lifespan here
    status, headers, body = 404, [(b"content-type", b"text/plain")], "Not found"
    if scope["path"] == "/":
        page = PAGE.format(preferences_link=preferences_link_of(scope), banner=banner_of(scope))
        status, headers, body = 200, HEADERS, page
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body.encode()})


# A random key does while you try it out: choices are lost at the next start.
key = os.environ.get("COOKIEWARDEN_SECRET_KEY") or secrets.token_urlsafe()
app = CookieWardenMiddleware(site, policy=Path(__file__).with_name("cookies.toml"), secret_key=key)

if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app, host="127.0.0.1", port=8000)
