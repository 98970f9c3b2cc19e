"""A made-up site whose every text is "ZZ": every other text on its pages is ours to translate."""

from datetime import date

from werkzeug.test import Client

from cookiewarden import wsgi
from cookiewarden.middleware.embeds import banner_of, frame_of
from exchanges import wrap

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


def app(environ, start_response):
    """Return a page with the banner and a frame that waits for consent."""
    markup = banner_of(environ) + frame_of(environ, "third-party", "https://maps.example/7", title="ZZ")
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
    return [markup.encode()]


def client(policy=POLICY, **options):
    return Client(wrap(wsgi.CookieWardenMiddleware, app, policy=policy, **options), use_cookies=False)
