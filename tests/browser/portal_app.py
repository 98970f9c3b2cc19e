"""A portal, as a WSGI app and as an ASGI app, whose pages set cookies of all categories.

Rule: both give the same pages. They differ only in how they take a request and send a response.
"""

from collections.abc import Iterable
from itertools import chain
from typing import Any
from urllib.parse import parse_qs

from markupsafe import Markup

from browser import contacts
from cookiewarden import banner_of, frame_of, preferences_link_of, script_of

SECRET_KEY = "a signing key for tests"
POLICY = {
    "site": {
        "name": {"en": "Open data of Exampletown", "fr": "Données ouvertes d'Exampletown"},
        "id": "portal.localhost",
        "operator": "Town of Exampletown",
        "contact": "privacy@example.org",
        "updated": "2021-03-30",
        "introduction": "This portal shows what the town knows.\n\nIt counts its visits, if you let it.",
    },
    "cookies": [
        {"name": "sid", "category": "necessary", "purpose": "Keeps you signed in", "lifetime": "session"},
        {"name": "__Host-csrf", "category": "necessary", "purpose": "Guards forms"},
        {
            "names": ["stat*", "a_name_without_any_place_where_a_narrow_screen_might_break_it"],
            "category": "statistical",
            "purpose": "Counts visits",
            "lifetime": "13 months",
        },
        {
            "name": "anonymous",
            "category": "statistical",
            "anonymized": True,
            "purpose": {"en": "Counts visits, of nobody", "nl": "Telt bezoeken, van niemand"},
        },
        {"name": "theme", "category": "first-party", "purpose": "Remembers the colours"},
        {"name": "deep_seen", "category": "first-party", "purpose": "Remembers a search"},
        {"name": "deep_declared", "category": "first-party", "path": "/x", "purpose": "Remembers a filter"},
        {
            "name": "wide",
            "category": "first-party",
            "domain": "portal.localhost",
            "purpose": "Knows you on all portals",
        },
        {"name": "__Host-basket", "category": "first-party", "purpose": "Remembers what you picked"},
        {
            "name": "framed*",
            "category": "third-party",
            "provider": "Maps of Elsewhere",
            "function": "The map on the pages of addresses",
            "purpose": "Remembers where you looked at the map",
        },
        {"name": "__Host-framed", "category": "third-party", "purpose": "Remembers where you were"},
    ],
}
#: The lines that most pages set; a page at /counted also sets ``ANONYMIZED``.
NECESSARY = ("sid=1; Path=/; HttpOnly", "__Host-csrf=1; Path=/; Secure")
CONSENTED = {
    "statistical": ("stat=1; Path=/; Max-Age=9999", "stat_http_only=1; Path=/; HttpOnly; Max-Age=9999"),
    "first-party": (
        "theme=1; Path=/",
        "deep_seen=1; Path=/x",
        "deep_declared=1; Path=/x; HttpOnly",
        "wide=1; Path=/; Domain=portal.localhost",
        "__Host-basket=1; Path=/; Secure; HttpOnly",
    ),
    "third-party": (
        "framed=1; Path=/; Secure; SameSite=None",
        "framed_apart=1; Path=/; Secure; HttpOnly; SameSite=None; Partitioned",
        "__Host-framed=1; Path=/; Secure; SameSite=None; Partitioned",
    ),
}
UNDECLARED = ("undeclared=1; Path=/",)
ANONYMIZED = ("anonymous=1; Path=/",)

_PAGE = Markup(
    """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} - Exampletown</title>
<link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/app.css">
<script src="/app.js" defer></script>
</head>
<body>
<main>
<h1>{title}</h1>
{content}
</main>
{banner}
</body>
</html>
"""
)
_LISTED = Markup("<ul>{}</ul>").format(
    Markup("").join(Markup('<li><a href="/x/{0}">Data set {0}</a></li>\n').format(number) for number in range(30))
)
# Another site may try this: a form that accepts for the visitor.
_FORGED = Markup(
    '<form method="post" action="{}"><input type="hidden" name="choice" value="accept"><button>Win</button></form>'
)
# A page of another site, which shows a page of the portal in a frame.
_EMBEDDING = Markup(
    '<!doctype html><html lang="en"><title>Town</title><h1>Town</h1>'
    '<iframe src="{}" title="Portal" width="600" height="600"></iframe>'
)
# A page with something to lose: a text that the visitor types, and a place that the visitor scrolled to.
_DESK = Markup(
    """<p><label>Question <textarea></textarea></label></p>
{listed}
{frame}
{other}
{script}
<p>{link}</p>
"""
)
# A page that shared caches keep asks for the fragment of the banner to show it.
_SCRIPT = """
document.addEventListener("cookiewarden:choice", ({ detail }) => {
  const granted = detail.categories.filter(one => one.granted).map(one => one.category).join(" ");
  document.documentElement.dataset.choices = `${document.documentElement.dataset.choices ?? ""}${granted};`;
});
(async () => {
  const place = document.getElementById("banner");
  if (place) place.innerHTML = await (await fetch("/cookies/banner?next=/late")).text();
  document.documentElement.dataset.ready = "yes";
})();
"""
_STYLE = """
body { background: #fff; color: #222; }
a { color: #00c; }
li { padding: 0.2rem; }
@media (prefers-color-scheme: dark) { body { background: #111; color: #eee; } a { color: #9cf; } }
"""
_FILES = {
    "/icon.svg": ("image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg"/>'),
    "/app.css": ("text/css", _STYLE),
    "/app.js": ("text/javascript", _SCRIPT),
    "/widget.js": ("text/javascript", 'document.querySelector("h1").textContent = "Opinions are here";'),
    "/frame": ("text/html", '<!doctype html><html lang="en"><title>Map</title><main><h1>The map</h1></main>'),
}
_SECURITY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; frame-src 'self'"
)
#: What pages below /desk forbid, by the last part of their path.
_FORBIDDEN = {
    "scripts": _SECURITY.replace("script-src 'self'; ", ""),
    "connections": _SECURITY.replace("connect-src 'self'; ", ""),
    "untrusted": _SECURITY + "; require-trusted-types-for 'script'",
}

Headers = list[tuple[str, str]]


def names(lines: Iterable[str]) -> set[str]:
    """Return the names of the cookies that Set-Cookie lines set."""
    return {line.partition("=")[0] for line in lines}


def answer(request: Any, path: str) -> tuple[Headers, str]:
    """Return the headers and the body of a response. ``request``: a scope or an environ."""
    if path in _FILES:
        kind, text = _FILES[path]
        return [("Content-Type", kind), ("Cache-Control", "public, max-age=600")], text
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Security-Policy", _SECURITY)]
    if path.startswith("/embedding/"):
        return headers[:1], _EMBEDDING.format("http://" + path.removeprefix("/embedding/"))
    if path in contacts.FILES:
        kind, text = contacts.FILES[path]
        return [("Content-Type", kind), ("Cache-Control", "no-store")], text
    if path.startswith("/contacts/"):
        shown = contacts.content(path.removeprefix("/contacts/"))
        return headers[:1], _PAGE.format(title="Contacts", content=shown, banner=banner_of(request))
    content = _LISTED
    if path == "/late":
        headers.append(("Cache-Control", "public, max-age=600"))
        return headers, _PAGE.format(title="Kept", content=content, banner=Markup('<div id="banner"></div>'))
    if path == "/kept":
        headers.append(("Cache-Control", "private, max-age=600"))
    elif path == "/quiet":
        headers.append(("Referrer-Policy", "no-referrer"))
    elif path.startswith("/forged/"):
        content = _FORGED.format("http://" + path.removeprefix("/forged/") + "/cookies/preferences")
    else:
        lines = [*NECESSARY, *chain(*CONSENTED.values()), *UNDECLARED, *(ANONYMIZED if path == "/counted" else ())]
        headers += [("Set-Cookie", line) for line in _asked_for(request) or lines]
    if path.startswith("/desk"):
        headers[1] = ("Content-Security-Policy", _FORBIDDEN.get(path.removeprefix("/desk/"), _SECURITY))
        content = _DESK.format(
            listed=_LISTED,
            frame=frame_of(request, "third-party", "/frame", title="Map of the town", height=300),
            other=frame_of(request, "statistical", "/frame?2", title="Visits of the town"),
            script=script_of(request, "first-party", "/widget.js", title="Opinions"),
            link=preferences_link_of(request),
        )
    if path == "/map":
        content = frame_of(request, "third-party", "/frame", title="Map of the town") + content
    return headers, _PAGE.format(title="Data sets", content=content, banner=banner_of(request))


def _asked_for(request: Any) -> list[str]:
    """Return the Set-Cookie lines that the query asks for, as latin-1 strings."""
    query = request["query_string"].decode() if "query_string" in request else request["QUERY_STRING"]
    return parse_qs(query, encoding="latin-1").get("line", [])


def wsgi_app(environ: Any, start_response: Any) -> list[bytes]:
    """Respond as a WSGI app."""
    headers, body = answer(environ, environ["PATH_INFO"])
    start_response("200 OK", headers)
    return [body.encode()]


async def asgi_app(scope: Any, receive: Any, send: Any) -> None:
    """Respond as an ASGI app."""
    headers, body = answer(scope, scope["path"])
    encoded = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]
    await send({"type": "http.response.start", "status": 200, "headers": encoded})
    await send({"type": "http.response.body", "body": body.encode()})
