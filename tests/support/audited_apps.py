"""An app with planted violations, wrapped and not wrapped, as WSGI and as ASGI; and how to audit it in process."""

from cookiewarden import Policy, asgi, wsgi
from cookiewarden.tools.audit.apps import Interface, LoadedApp
from cookiewarden.tools.audit.audit import audit_of
from cookiewarden.tools.audit.bounds import Bounds
from cookiewarden.tools.audit.in_process import audit_app
from cookiewarden.tools.audit.observed import CHOICES

SECRET_KEY = "a signing key for tests"
BASE = "https://shop.example/"
MAPPING = {
    "site": {"name": "Shop", "hosts": ["shop.example"]},
    "cookies": [
        {"name": "sid", "category": "necessary", "purpose": "Keeps you signed in", "http_only": True},
        {"name": "_ga", "category": "statistical", "purpose": "Counts visits", "lifetime": "13 months"},
        {"name": "theme", "category": "first-party", "purpose": "Keeps your colours", "lifetime": "1 year"},
    ],
}
POLICY = Policy.from_mapping(MAPPING)
#: The lines of each page, each with what is wrong with it if nothing wraps the app.
GOOD = "sid=1; Path=/; Secure; HttpOnly; SameSite=Lax"
STATISTICS = "_ga=1; Path=/; Max-Age=34000000; Secure; HttpOnly; SameSite=Lax"
UNDECLARED = "mystery=1; Path=/; Secure; HttpOnly; SameSite=Lax"
TOO_LONG = "theme=dark; Path=/; Max-Age=63072000; Secure; HttpOnly; SameSite=Lax"
OPEN = "sid=1; Path=/"
LINKS = '<a href="/cart">Cart</a> <a href="https://else.example/">Elsewhere</a>'
INTERFACES = tuple(Interface)
QUICK = Bounds(pages=10, seconds=20.0, request_seconds=2.0, page_bytes=100_000, delay=0.0)


def loaded(interface, lines, body=LINKS, *, wrapped=False, **options):
    """Return an app whose every page sets these lines."""
    headers = [("content-type", "text/html"), *(("set-cookie", line) for line in lines)]

    def wsgi_app(environ, start_response):
        start_response("200 OK", list(headers))
        return [body.encode()]

    async def asgi_app(scope, receive, send):
        if scope["type"] == "http":
            raw = [(name.encode(), value.encode()) for name, value in headers]
            await send({"type": "http.response.start", "status": 200, "headers": raw})
            await send({"type": "http.response.body", "body": body.encode()})

    app, middleware = (
        (wsgi_app, wsgi.CookieWardenMiddleware)
        if interface is Interface.WSGI
        else (asgi_app, asgi.CookieWardenMiddleware)
    )
    if wrapped:
        app = middleware(app, policy=POLICY, secret_key=SECRET_KEY, **options)
    return LoadedApp(app, interface)


def without_deletions(app):
    """Wrap a WSGI app so that nothing it deletes is deleted."""

    def outer(environ, start_response):
        def start(status, headers, *rest):
            kept = [pair for pair in headers if pair[0].lower() != "set-cookie" or "Max-Age=0" not in pair[1]]
            return start_response(status, kept, *rest)

        return app(environ, start)

    return outer


def still_clock():
    """Return a moment that never passes."""
    return 1_750_000_000.0


def unknown(name):
    """Know no cookie."""


def audited(app, policy=POLICY, *, sought=CHOICES, **options):
    """Return the audit of an app."""
    observed = audit_app(app, BASE, still_clock, target="shop:app", sought=sought, **{"bounds": QUICK, **options})
    return audit_of(observed, policy, unknown, label="cookies.toml", sought=sought)


def found(audit):
    """Return the codes and cookies of the findings that are errors or warnings."""
    return {
        (one.finding.rule.code, one.finding.problem.cookie)
        for one in audit.findings
        if one.finding.rule.level.value != "note"
    }


def verdicts(audit):
    """Return the verdicts, in the order of the states."""
    return [one.verdict.value for one in audit.verdicts.values()]
