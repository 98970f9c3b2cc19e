"""A name that people put into the setting ``MIDDLEWARE`` by habit. It says what to write instead.

Rule: there is nothing to configure here. A middleware of Django does not see the headers that servers and outer layers
send, so the wrapper in ``wsgi.py`` or ``asgi.py`` screens them.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured

#: What to do instead of adding a middleware.
REMEDY = (
    "remove it from MIDDLEWARE, and write this in wsgi.py in place of Django's own import: "
    "from cookiewarden.django import get_wsgi_application (in asgi.py: get_asgi_application)"
)


class CookieWardenMiddleware:
    """Raises ``ImproperlyConfigured`` when Django makes it.

    >>> CookieWardenMiddleware(lambda request: None)
    Traceback (most recent call last):
    ...
    django.core.exceptions.ImproperlyConfigured: cookiewarden is not a middleware of Django; remove it from ...
    """

    def __init__(self, *_: Any, **__: Any) -> None:
        raise ImproperlyConfigured(f"cookiewarden is not a middleware of Django; {REMEDY}")
