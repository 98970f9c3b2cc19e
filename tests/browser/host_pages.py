"""Pages of many kinds around a banner, a placeholder and the notice. The test's own process answers them.

Rule: what stands around is all that differs between two pages, so that what stands in them can be compared.
"""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from markupsafe import Markup
from playwright.sync_api import Page, Route

from browser.visitor import MILLISECONDS_TO_WAIT
from cookiewarden import banner_of, consent_of, frame_of
from cookiewarden.wsgi import CookieWardenMiddleware

ORIGIN = "http://host.test"
SITE = {"name": "Open data of Exampletown", "operator": "Town of Exampletown"}
COOKIES = [
    {"name": "count", "category": "statistical", "purpose": "Counts visits"},
    {"name": "theme", "category": "first-party", "purpose": "Remembers the colours that you chose"},
    {"name": "map", "category": "third-party", "purpose": "Shows the map"},
]
#: More than a banner can show at once.
MANY_COOKIES = [
    *COOKIES,
    *({"name": f"c{n}", "category": "statistical", "purpose": f"Does another thing, the {n}th"} for n in range(40)),
]
#: The notice, as the script shows it.
NOTICE = Markup(
    '<link rel="stylesheet" href="/cookies/style.css">'
    '<div class="cookies-saved cookies-part" lang="en" dir="ltr" tabindex="-1"><p>Your choice is saved.</p>'
    '<form class="cookies-ask" method="post"><button name="choice" value="save">Undo</button></form>'
    '<a href="/cookies/preferences">Cookie preferences</a>'
    '<button type="button" class="cookies-close">Close</button></div>'
)
_PAGE = Markup(
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Data</title>'
    '<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/host.css"></head>'
    "<body>{top}<div id=app><main><h1>Data</h1>{frames}{text}</main>{notice}</div>{end}</body></html>"
)
_TEXT = Markup("<p>What the town knows, it shows.</p>")


class HostPages:
    """A site with one page, for one browser page.

    ``style``: the site's own style sheet. ``lines``: how many paragraphs its page has. ``at_top``: where the banner
    stands. ``frames``: the attributes of the frames in it. ``is_granted``: whether the visitor accepts all.
    """

    def __init__(self, page: Page, cookies: list[dict[str, str]] | None = None) -> None:
        self.page = page
        self.style = ""
        self.lines = 40
        self.at_top = False
        self.frames: list[Mapping[str, str]] = []
        self.is_granted = False
        self.has_notice = False
        policy = {"site": SITE, "cookies": cookies or COOKIES}
        self._app = CookieWardenMiddleware(self._answer, policy=policy, secret_key="sixteen or more bytes")
        page.set_default_timeout(MILLISECONDS_TO_WAIT)
        page.route(f"{ORIGIN}/**", self._route)

    def go(self, query: str = "") -> None:
        """Open the page."""
        self.page.goto(f"{ORIGIN}/?{query}")

    def _answer(self, environ: Any, start_response: Any) -> list[bytes]:
        if environ["PATH_INFO"] == "/host.css":
            start_response("200 OK", [("Content-Type", "text/css")])
            return [self.style.encode()]
        if self.is_granted:
            consent_of(environ).grant("statistical", "first-party", "third-party")
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        if environ["PATH_INFO"] == "/frame":
            return [b"<!doctype html><title>A map</title>"]
        frames = [
            Markup("<div>{}</div>").format(frame_of(environ, "third-party", "/frame", title="A map", **attributes))
            for attributes in self.frames
        ]
        banner = banner_of(environ)
        top, end = (banner, Markup()) if self.at_top else (Markup(), banner)
        notice = NOTICE if self.has_notice else Markup()
        page = _PAGE.format(top=top, end=end, notice=notice, frames=Markup().join(frames), text=_TEXT * self.lines)
        return [page.encode()]

    def _route(self, route: Route) -> None:
        path, _, query = route.request.url.removeprefix(ORIGIN).partition("?")
        answered: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            answered.update(status=int(status[:3]), headers=dict(headers))

        request, sent = route.request, route.request.post_data_buffer or b""
        environ: dict[str, Any] = {
            "REQUEST_METHOD": request.method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "HTTP_HOST": "host.test",
        }
        if sent:
            environ |= {"wsgi.input": BytesIO(sent), "CONTENT_LENGTH": str(len(sent)), "HTTP_ORIGIN": ORIGIN}
            environ |= {"CONTENT_TYPE": request.headers["content-type"], "HTTP_ACCEPT": request.headers["accept"]}
        body = b"".join(self._app(environ, start_response))
        route.fulfill(body=body, **answered)
