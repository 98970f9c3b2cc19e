"""A FastAPI app behind cookiewarden. Start it with: python examples/fastapi_app.py"""

import os
import secrets
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from cookiewarden import consent_of
from cookiewarden.asgi import CookieWardenMiddleware

PAGE = """<!doctype html><title>Exampletown</title><p>Look at the cookies, choose, and look again.</p>
<form method="post" action="/accept"><button>Accept statistics</button></form>
<form method="post" action="/refuse"><button>Refuse</button></form>"""

site = FastAPI()


@site.get("/")
async def page():
    response = HTMLResponse(PAGE)
    response.set_cookie("session", "abc", httponly=True)  # declared necessary: always passes
    response.set_cookie("_ga", "GA1.1.42")  # declared statistical: passes once the visitor accepts
    response.set_cookie("pixel", "42")  # not declared: never passes
    return response


# A real site guards these two against requests forged by other sites, as it does any form.
@site.post("/accept")
async def accept(request: Request):
    consent_of(request).grant("statistical")
    return RedirectResponse("/", status_code=303)


@site.post("/refuse")
async def refuse(request: Request):
    consent_of(request).withdraw()
    return RedirectResponse("/", status_code=303)


key = os.environ.get("COOKIEWARDEN_SECRET_KEY")
if not key:
    key = secrets.token_urlsafe()
    print("COOKIEWARDEN_SECRET_KEY is not set, so a key was made up: choices last until this program ends")

app = CookieWardenMiddleware(site, policy=Path(__file__).with_name("cookies.toml"), secret_key=key)

if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app, host="127.0.0.1", port=8000)
