"""A FastAPI app with cookiewarden. Start it with: python examples/fastapi/app.py"""

import os
import secrets
from pathlib import Path
from typing import Annotated

from fastapi import Depends, FastAPI, Request, Response
from fastapi.templating import Jinja2Templates
from starlette.middleware.sessions import SessionMiddleware

from cookiewarden import Choice
from cookiewarden.starlette import choice_of, install, template_helpers

FOLDER = Path(__file__).parent
# A random key does while you try it out: choices are lost at the next start.
key = os.environ.get("COOKIEWARDEN_SECRET_KEY") or secrets.token_urlsafe()

app = FastAPI()
app.add_middleware(SessionMiddleware, secret_key=key)
install(app, policy=FOLDER / "cookies.toml", secret_key=key)
templates = Jinja2Templates(FOLDER / "templates", context_processors=[template_helpers])


@app.get("/")
async def page(request: Request) -> Response:
    request.session["visited"] = True  # the cookie "session", declared by preset:starlette: always passes
    response = templates.TemplateResponse(request, "page.html")
    response.set_cookie("_ga", "GA1.1.42")  # declared statistical: passes once the visitor accepts
    response.set_cookie("pixel", "42")  # not declared: never passes
    return response


@app.get("/counted")
async def counted(choice: Annotated[Choice, Depends(choice_of)]) -> bool:
    return choice.allows("statistical")


if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app, host="127.0.0.1", port=8000)
