"""The other site of the demo. The portals embed its map and its analytics script.

Rule: it sets no cookie and counts nobody.
"""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

#: Its host name.
HOST = "elsewhere.localhost"

_MAP = f"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Map of the trees</title>
<style>body {{ margin: 0; background: #e9efe4; font: 0.9rem/1.4 system-ui, sans-serif; color: #1b2430; }}
p {{ margin: 0; padding: 0.4rem 0.75rem; background: #fff; }}
svg {{ display: block; width: 100%; height: calc(100vh - 2.2rem); }}</style>
</head>
<body>
<p>A page of {HOST}</p>
<svg viewBox="0 0 400 150" preserveAspectRatio="xMidYMid slice" role="img"
aria-label="A made-up town with a river and some trees">
<path d="M0 110 C100 70 200 150 400 80" fill="none" stroke="#8db7d9" stroke-width="16"/>
<path d="M0 40 H400 M120 0 V150 M290 0 V150" stroke="#fff" stroke-width="7"/>
<g fill="#2f7d4f"><circle cx="60" cy="22" r="7"/><circle cx="160" cy="64" r="7"/><circle cx="205" cy="60" r="7"/>
<circle cx="330" cy="26" r="7"/><circle cx="345" cy="120" r="7"/><circle cx="85" cy="135" r="7"/></g>
</svg>
</body>
</html>
"""

_COUNT = f'document.getElementById("counter").textContent = "The analytics script of {HOST} has run on this page.";\n'


def elsewhere() -> Starlette:
    """Return the other site as an ASGI app."""

    async def show_map(_: Request) -> Response:
        return HTMLResponse(_MAP)

    async def count(_: Request) -> Response:
        return Response(_COUNT, media_type="text/javascript")

    return Starlette(routes=[Route("/map", show_map), Route("/count.js", count)])
