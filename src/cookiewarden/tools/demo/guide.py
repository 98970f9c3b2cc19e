"""The first page of the served demo: what it is, and what to try. It is not wrapped, and sets no cookie."""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import Environment
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from cookiewarden.tools.demo.look import STYLE
from cookiewarden.tools.demo.page import Surroundings
from cookiewarden.tools.demo.sites import Portal

#: Its host name.
HOST = "localhost"

_STYLE = """
ol { padding-inline-start: 1.5rem; }
li { max-width: 42rem; margin-block: 0.5rem; }
.portals { list-style: none; padding: 0; display: grid; gap: 0.75rem;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 14rem), 1fr)); }
.portals li { margin: 0; }
.portals a { display: block; height: 100%; box-sizing: border-box; padding: 0.75rem 1rem; text-decoration: none;
  background: var(--raised); border: 1px solid var(--line); border-radius: 0.5rem; }
.portals a:hover { border-color: var(--accent); }
.portals strong, .portals span { display: block; }
.portals strong { text-decoration: underline; text-underline-offset: 0.15em; }
.portals span { color: var(--muted); font-size: 0.85rem; }
"""

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>What to try - cookiewarden demo</title>
<style>{{ style|safe }}</style>
</head>
<body>
<main>
<h1>No cookie without consent: try it</h1>
<p>Each portal below is the same small web app, wrapped by cookiewarden. On every page the app tries to set
{{ around.cookies|length }} cookies: to sign in, to count visits, to advertise.
{% if around.is_enforced %}cookiewarden reads the response before it leaves, and lets out only what the visitor agreed
to.{% else %}<strong>With <code>--report-only</code>, cookiewarden lets all of them out, and only reports what it would
stop.</strong>{% endif %}</p>

<h2>{{ "Open the portal" if portals|length == 1 else "Open a portal" }}</h2>
<ul class="portals">
{% for name, address, note in portals %}
<li><a href="{{ address }}"><strong>{{ name }}</strong><span>{{ note }}</span></a></li>
{% endfor %}
</ul>
<p>The necessary cookies are those of five published cookie policies. The demo adds four more, so that there is
something to choose. Each portal has its own cookies, so you can choose differently on each.</p>

<h2>What to try</h2>
{% if around.is_enforced %}
<ol>
<li><strong>Do not choose yet.</strong> Open <a href="{{ first }}">{{ portals[0][0] }}</a>; the links below lead to it,
too. Its first page lists each cookie, whether it left, and why. Compare that with the cookies in your browser: press
F12, then open <em>Application</em> (Chrome, Edge) or <em>Storage</em> (Firefox), then <em>Cookies</em>.</li>
<li><strong>Click “Reject all”</strong> in the banner. The anonymized statistics, <code>_gid</code>, needed no consent.
You have now objected to them, so your browser loses that cookie.</li>
<li><strong>Accept some.</strong> Open <a href="{{ first }}cookies/preferences">the cookie preferences</a>, switch
<em>Statistical cookies</em> on and save. On the next page <code>_ga</code> and <code>_gid</code> arrive.</li>
<li><strong>Look at the map.</strong> <a href="{{ first }}map">It belongs to another site</a>, so a placeholder asks
before your browser contacts that site. Accept, and the map is there.</li>
<li><strong>Withdraw.</strong> Go back to the preferences and click “Reject all”. The cookies are deleted from your
browser, and the map is gone.</li>
<li><strong>Cheat.</strong> Change one letter of the cookie <code>cookies_preferences</code> in your browser, and
reload. Its signature is wrong now, so the portal asks you again.</li>
<li><strong>Read <a href="{{ first }}cookies">the cookie policy</a></strong> in four languages, or as
<a href="{{ first }}cookies.pdf">PDF</a>, <a href="{{ first }}cookies.md">Markdown</a> or
<a href="{{ first }}cookies.json">JSON</a>. It comes from the same file that decides which cookies leave.</li>
</ol>
{% else %}
<p>Open a portal. Its first page lists each cookie, and says which ones cookiewarden would have stopped, and why. The
terminal names each of them once. Then start the demo without <code>--report-only</code>, and compare.</p>
{% endif %}
</main>
<footer>
<p>If your browser does not find names that end in <code>.localhost</code>, as some do not, open the first portal as
<a href="{{ plain }}">{{ plain }}</a>.</p>
<p>The demo runs on this machine only. Stop it with Ctrl+C.</p>
</footer>
</body>
</html>
"""


def guide(portals: Sequence[Portal], around: Surroundings, plain: str) -> Starlette:
    """Return the guide as an ASGI app. ``plain``: the address of the first portal without a name."""
    cards = [
        (str(portal.published.site.name), link.address, portal.host)
        for portal, link in zip(portals, around.portals, strict=True)
    ]
    page = _TEMPLATE.render(
        style=STYLE + _STYLE, portals=cards, around=around, first=around.portals[0].address, plain=plain
    )

    async def show(_: Request) -> Response:
        return HTMLResponse(page)

    return Starlette(routes=[Route("/", show)])


_TEMPLATE = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(_PAGE)
