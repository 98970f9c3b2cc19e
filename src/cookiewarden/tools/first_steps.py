"""The lines of code that wrap an app, and those that show the banner, for the framework that it is made with.

Rule: each is Python as it is, and the same as in the guide of its framework.
"""

from __future__ import annotations

import json

_KEY = 'secret_key=os.environ["COOKIEWARDEN_SECRET_KEY"]'
_WSGI, _ASGI = (
    f"import os\n\nfrom cookiewarden.{kind} import CookieWardenMiddleware\n\n"
    f"{{app}} = CookieWardenMiddleware({{inner}}, policy=%s, {_KEY})"
    for kind in ("wsgi", "asgi")
)
#: By framework: where the lines go, and the lines, with ``%s`` in place of the policy.
_STEPS = {
    "django": (
        "settings.py, wsgi.py and asgi.py",
        '# settings.py\nINSTALLED_APPS += ["cookiewarden.django"]\nCOOKIEWARDEN = {"policy": BASE_DIR / %s}\n\n'
        "# wsgi.py, in place of the import from django.core.wsgi\n"
        "from cookiewarden.django import get_wsgi_application\n\n"
        "# asgi.py, in place of the import from django.core.asgi; it needs pip install 'cookiewarden[asgi]'\n"
        "from cookiewarden.django import get_asgi_application",
    ),
    "flask": (
        "the module of the app, after it has its secret key",
        "from cookiewarden.flask import CookieWarden\n\nCookieWarden(app, policy=%s)  # relative to the app's folder",
    ),
    "starlette": (
        "the module of the app",
        f"import os\n\nfrom cookiewarden.starlette import install\n\ninstall(app, policy=%s, {_KEY})",
    ),
    "quart": ("the module of the app", _ASGI.format(app="app.asgi_app", inner="app.asgi_app")),
    "litestar": ("the module of the app; site is the Litestar app", _ASGI.format(app="app", inner="site")),
    "pyramid": ("the module that makes the app; site is that app", _WSGI.format(app="app", inner="site")),
    "falcon": ("the module of the app; site is the Falcon app", _WSGI.format(app="app", inner="site")),
    "bottle": ("the module of the app; site is the Bottle app", _WSGI.format(app="app", inner="site")),
    "": (
        "the module of the app; site is a WSGI app, and an ASGI app needs cookiewarden.asgi",
        _WSGI.format(app="app", inner="site"),
    ),
}
#: By framework: what a template writes for the banner and for the link, if that is not as in most.
_SHOWS = {
    "django": ("{% load cookiewarden %}{% cookie_banner %}", "{% load cookiewarden %}{% cookie_preferences_link %}"),
    "bottle": ("{{!banner_of(request)}}", "{{!preferences_link_of(request)}}"),
    "": ("banner_of(environ), or banner_of(scope)", "preferences_link_of(environ), or preferences_link_of(scope)"),
}
_SHOW = ("{{ banner_of(request) }}", "{{ preferences_link_of(request) }}")


def how_to_show(framework: str) -> tuple[str, str]:
    """Return what a template writes for the banner, and for the link to the preferences.

    >>> how_to_show("flask")[0]
    '{{ banner_of(request) }}'
    """
    return _SHOWS.get(framework, _SHOW)


def how_to_wrap(framework: str, policy: str) -> tuple[str, str]:
    """Return where the lines go that wrap an app of a framework, and the lines. ``policy``: the path of the file.

    >>> print(how_to_wrap("flask", "cookies.toml")[1].splitlines()[-1])
    CookieWarden(app, policy="cookies.toml")  # relative to the app's folder
    """
    place, code = _STEPS[framework]
    return place, code.replace("%s", json.dumps(policy, ensure_ascii=False))
