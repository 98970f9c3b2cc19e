"""Send requests in process, by httpx, to wrapped apps of frameworks."""

import asyncio
from contextlib import contextmanager

import django.test
import httpx
from django import conf
from django.apps import apps

from cookiewarden import asgi, wsgi
from exchanges import POLICY, SECRET_KEY


def over_asgi(app, **options):
    """Wrap an ASGI app, and return a transport to it."""
    return httpx.ASGITransport(asgi.CookieWardenMiddleware(app, policy=POLICY, secret_key=SECRET_KEY), **options)


def over_wsgi(app, **options):
    """Wrap a WSGI app, and return a transport to it."""
    return httpx.WSGITransport(wsgi.CookieWardenMiddleware(app, policy=POLICY, secret_key=SECRET_KEY), **options)


def fetch(transport, path="/", method="GET", **arguments):
    """Return the response to one request."""

    async def ask():
        async with httpx.AsyncClient(transport=transport, base_url="https://data.example.org") as client:
            return await client.request(method, path, **arguments)

    if isinstance(transport, httpx.WSGITransport):
        with httpx.Client(transport=transport, base_url="https://data.example.org") as client:
            return client.request(method, path, **arguments)
    return asyncio.run(ask())


@contextmanager
def django_site(urls, **settings):
    """Configure Django with these URLs and settings for the block; without others, there is no middleware."""
    if not conf.settings.configured:
        conf.settings.configure(SECRET_KEY="a key of Django, for tests", LOGGING_CONFIG=None)
    if not apps.ready:  # without this, other INSTALLED_APPS would be refused
        django.setup()
    own = {"ROOT_URLCONF": urls, "ALLOWED_HOSTS": ["*"], "MIDDLEWARE": [], "LOGGING_CONFIG": None}
    with django.test.override_settings(**own | settings):
        yield
