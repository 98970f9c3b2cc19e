"""A Litestar app, wrapped with cookiewarden. Start it with: python examples/litestar/app.py"""

import os
import secrets
from pathlib import Path
from typing import Any

from litestar import Litestar, Request, get
from litestar.middleware.session.server_side import ServerSideSessionConfig
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Template
from litestar.template.config import TemplateConfig

from cookiewarden import banner_of, preferences_link_of
from cookiewarden.asgi import CookieWardenMiddleware

FOLDER = Path(__file__).parent
# A random key does while you try it out: choices are lost at the next start.
key = os.environ.get("COOKIEWARDEN_SECRET_KEY") or secrets.token_urlsafe()


@get("/")
async def page(request: Request[Any, Any, Any]) -> Template:
    request.session["visited"] = True  # the cookie "session", declared by preset:litestar: always passes
    response = Template("page.html", context={"banner_of": banner_of, "preferences_link_of": preferences_link_of})
    response.set_cookie("_ga", "GA1.1.42")  # declared statistical: passes once the visitor accepts
    response.set_cookie("pixel", "42")  # not declared: never passes
    return response


# The Litestar object has no name of its own: "litestar run" would find it, and serve it without cookiewarden.
app = CookieWardenMiddleware(
    Litestar(
        route_handlers=[page],
        middleware=[ServerSideSessionConfig().middleware],
        template_config=TemplateConfig(directory=FOLDER / "templates", engine=JinjaTemplateEngine),
    ),
    policy=FOLDER / "cookies.toml",
    secret_key=key,
)

if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app, host="127.0.0.1", port=8000)
