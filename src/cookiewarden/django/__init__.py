"""Support for Django: ``get_wsgi_application`` and ``get_asgi_application`` serve a site with its cookies screened.

They take the place of Django's own in ``wsgi.py`` and ``asgi.py``. The options are in the setting ``COOKIEWARDEN``.
``"cookiewarden.django"`` in ``INSTALLED_APPS`` adds template tags and system checks.

Rule: importing this package reads no settings and imports no adapter, so that settings may import it, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cookiewarden.django.middleware import (
    CookieWardenMiddleware as CookieWardenMiddleware,
)  # says what to write instead

if TYPE_CHECKING:
    from cookiewarden import asgi, wsgi

__all__ = ["get_asgi_application", "get_wsgi_application"]


def get_wsgi_application() -> wsgi.CookieWardenMiddleware:
    """Return the WSGI application of the site, wrapped; otherwise as ``django.core.wsgi.get_wsgi_application``.

    Raises ``ImproperlyConfigured`` with every problem of the setting ``COOKIEWARDEN`` and of the policy.

    >>> from django.conf import settings
    >>> from django.test import override_settings
    >>> if not settings.configured:
    ...     settings.configure(SECRET_KEY="a key of Django, for tests")
    >>> policy = {"site": {"name": "Exampletown"}}
    >>> with override_settings(COOKIEWARDEN={"policy": policy, "secret_key": "at least sixteen bytes"}):
    ...     application = get_wsgi_application()
    >>> application.counts().total()
    0
    """
    from django.core.wsgi import get_wsgi_application

    from cookiewarden.django.settings import refuse_middleware, wrap
    from cookiewarden.wsgi import CookieWardenMiddleware

    refuse_middleware()
    return wrap(CookieWardenMiddleware, get_wsgi_application())


def get_asgi_application() -> asgi.CookieWardenMiddleware:
    """Return the ASGI application of the site, wrapped; otherwise as ``get_wsgi_application``.

    >>> from django.conf import settings
    >>> from django.test import override_settings
    >>> if not settings.configured:
    ...     settings.configure(SECRET_KEY="a key of Django, for tests")
    >>> policy = {"site": {"name": "Exampletown"}}
    >>> with override_settings(COOKIEWARDEN={"policy": policy, "secret_key": "at least sixteen bytes"}):
    ...     application = get_asgi_application()
    >>> application.counts().total()
    0
    """
    from django.core.asgi import get_asgi_application

    from cookiewarden.asgi import CookieWardenMiddleware
    from cookiewarden.django.settings import refuse_middleware, wrap

    refuse_middleware()
    return wrap(CookieWardenMiddleware, get_asgi_application())
