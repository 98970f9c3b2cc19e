"""A Pyramid app, wrapped with cookiewarden. Start it with: python examples/pyramid/app.py"""

import os
import secrets
from pathlib import Path

from town import main

from cookiewarden.wsgi import CookieWardenMiddleware

# A random key does while you try it out: choices are lost at the next start.
key = os.environ.get("COOKIEWARDEN_SECRET_KEY") or secrets.token_urlsafe()
site = main({}, session_secret=key)
app = CookieWardenMiddleware(site, policy=Path(__file__).with_name("cookies.toml"), secret_key=key)

if __name__ == "__main__":
    from wsgiref.simple_server import make_server

    print("Serving on http://127.0.0.1:8000")
    make_server("127.0.0.1", 8000, app).serve_forever()
