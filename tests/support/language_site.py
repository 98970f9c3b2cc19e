"""A made-up site whose every text is "ZZ": every other text on its pages is ours to translate."""

from datetime import date

from werkzeug.test import Client

from cookiewarden import wsgi
from cookiewarden.middleware.embeds import banner_of, frame_of
from exchanges import wrap
from profiled import STATED

CHARSET = "Content-Type: text/plain; charset=utf-8\\n"
BANNER = '<section id="cookie-consent"'
UPDATED = date(2021, 3, 30)
SITE = {"name": "ZZ site", "operator": "ZZ town", "contact": "ZZ", "introduction": "ZZ", "version": "2", "id": "zz"}
POLICY = {
    "site": {**SITE, "updated": UPDATED},
    "cookies": [
        {"name": "sid", "category": "necessary", "purpose": "ZZ", "provider": "ZZ", "lifetime": "session"},
        {"name": "cookies_preferences", "category": "necessary", "purpose": "ZZ", "function": "ZZ"},
        {"name": "_ga*", "category": "statistical", "purpose": "ZZ", "lifetime": "13 months"},
        {"name": "_pk_*", "category": "statistical", "anonymized": True, "purpose": "ZZ"},
        {"name": "NID", "category": "third-party", "purpose": "ZZ", "lifetime": "1 day"},
    ],
}
#: By profile: the same site, with a reason for each necessary cookie, a cookie for the look, and all that it may state.
RULED = {
    profile: {
        "site": {**SITE, "profile": profile},
        "statistics": STATED,
        "cookies": [
            *(one | {"reason": "ZZ"} if one["category"] == "necessary" else one for one in POLICY["cookies"]),
            {"name": "theme", "category": "first-party", "appearance": True, "purpose": "ZZ"},
        ],
    }
    for profile in ("uk", "de", "us-ca")
}


def app(environ, start_response):
    """Return a page with the banner and a frame that waits for consent."""
    markup = banner_of(environ) + frame_of(environ, "third-party", "https://maps.example/7", title="ZZ")
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
    return [markup.encode()]


def client(policy=POLICY, **options):
    return Client(wrap(wsgi.CookieWardenMiddleware, app, policy=policy, **options), use_cookies=False)
