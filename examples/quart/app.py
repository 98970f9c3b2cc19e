"""A Quart app with cookiewarden. Start it with: python examples/quart/app.py"""

import os
import secrets
from pathlib import Path

from quart import Quart, make_response, render_template, session
from quart.typing import ResponseReturnValue

from cookiewarden import banner_of, preferences_link_of
from cookiewarden.asgi import CookieWardenMiddleware

# A random key does while you try it out: choices are lost at the next start.
key = os.environ.get("COOKIEWARDEN_SECRET_KEY") or secrets.token_urlsafe()

app = Quart(__name__)
app.secret_key = key
app.add_template_global(banner_of)  # so that templates can show the banner, and link to the preferences
app.add_template_global(preferences_link_of)
policy = Path(app.root_path, "cookies.toml")
app.asgi_app = CookieWardenMiddleware(app.asgi_app, policy=policy, secret_key=key)  # type: ignore[method-assign]


@app.get("/")
async def page() -> ResponseReturnValue:
    session["visited"] = True  # the cookie "session", declared by preset:quart: always passes
    response = await make_response(await render_template("page.html"))
    response.set_cookie("_ga", "GA1.1.42")  # declared statistical: passes once the visitor accepts
    response.set_cookie("pixel", "42")  # not declared: never passes
    return response


if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app, host="127.0.0.1", port=8000)
