"""A Starlette app with cookiewarden. Start it with: python examples/starlette/app.py"""

import os
import secrets
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from cookiewarden.starlette import install, template_helpers

FOLDER = Path(__file__).parent
# A random key does while you try it out: choices are lost at the next start.
key = os.environ.get("COOKIEWARDEN_SECRET_KEY") or secrets.token_urlsafe()
templates = Jinja2Templates(FOLDER / "templates", context_processors=[template_helpers])


async def page(request: Request) -> Response:
    request.session["visited"] = True  # the cookie "session", declared by preset:starlette: always passes
    response = templates.TemplateResponse(request, "page.html")
    response.set_cookie("_ga", "GA1.1.42")  # declared statistical: passes once the visitor accepts
    response.set_cookie("pixel", "42")  # not declared: never passes
    return response


app = Starlette(routes=[Route("/", page)], middleware=[Middleware(SessionMiddleware, secret_key=key)])
install(app, policy=FOLDER / "cookies.toml", secret_key=key)

if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app, host="127.0.0.1", port=8000)
