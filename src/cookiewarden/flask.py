"""The extension for Flask: ``CookieWarden`` wraps ``app.wsgi_app``, and takes its options from ``app.config``.

Rule: the app stays the same object, and all that leaves it is screened, its error pages included. An argument wins over
the configuration. ``init_app`` raises every fault at once, and changes nothing then.
"""

from __future__ import annotations

import hmac
from typing import Any, Unpack

from cookiewarden.choices.preferences_cookie import check_keys
from cookiewarden.errors import OptionError, did_you_mean, naming_also
from cookiewarden.log import logger
from cookiewarden.middleware.choice import consent_of
from cookiewarden.middleware.embeds import banner_of, frame_of, preferences_link_of, script_of
from cookiewarden.middleware.framework_options import under, with_new_names
from cookiewarden.middleware.options import ExtensionOptions
from cookiewarden.wsgi import CookieWardenMiddleware  # first: its error says how to install Werkzeug

# isort: split
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

_NAME = "cookiewarden"
#: The options by the names that they have in ``app.config``.
_OPTIONS = {f"COOKIEWARDEN_{name.upper()}": name for name in ExtensionOptions.__annotations__}
# Changing it would make every visitor's choice unreadable.
_SALT = b"cookiewarden.flask.preferences"


class CookieWarden:
    """Screens every cookie that leaves a Flask app. One object serves several apps.

    The options are those of ``cookiewarden.wsgi.CookieWardenMiddleware``. Each may stand in ``app.config`` instead, as
    ``COOKIEWARDEN_POLICY``, ``COOKIEWARDEN_REPORT_ONLY`` and so on. ``policy`` is ``"cookies.toml"`` by default. A
    relative path is relative to ``app.root_path``. Without ``secret_key``, the key is derived from ``SECRET_KEY`` and
    ``SECRET_KEY_FALLBACKS``. With ``SESSION_COOKIE_SECURE``, the preferences cookie is Secure, too. What
    ``preset:flask`` and ``preset:flask-login`` declare has the names that the app gives it with
    ``SESSION_COOKIE_NAME`` and Flask-Login's ``REMEMBER_COOKIE_NAME``, unless ``policy`` is a ready ``Policy``.

    Templates get ``banner_of``, ``preferences_link_of``, ``script_of``, ``frame_of`` and ``consent_of``:
    ``{{ banner_of(request) }}``. The middleware is ``app.extensions["cookiewarden"]``, with its ``counts()`` and
    ``reload()``.

    >>> app = Flask("shop")
    >>> app.secret_key = "at least sixteen bytes"
    >>> warden = CookieWarden(app, policy={"extends": "preset:flask", "site": {"name": "Exampletown"}})
    >>> app.extensions["cookiewarden"].counts().total()
    0
    """

    def __init__(self, app: Flask | None = None, **options: Unpack[ExtensionOptions]) -> None:
        self._options = options
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Screen an app, after its configuration and before ``ProxyFix``.

        Raises ``PolicyError`` or ``OptionError`` with every fault of the options. Raises ``OptionError``, too, for an
        object that is not a Flask app, and for a second call.

        >>> warden = CookieWarden(policy={"site": {"name": "Exampletown"}})
        >>> def create_app():
        ...     app = Flask("shop")
        ...     app.config["SECRET_KEY"] = "at least sixteen bytes"
        ...     warden.init_app(app)
        ...     return app
        >>> [create_app().test_client().get("/cookies").status_code for _ in range(2)]
        [200, 200]
        """
        if not isinstance(app, Flask):
            raise OptionError(
                f"app: {type(app).__name__} is not a Flask app; write CookieWarden(app, policy=...), or wrap an app of "
                "another kind with the CookieWardenMiddleware of cookiewarden.wsgi or cookiewarden.asgi"
            )
        if _NAME in app.extensions:
            raise OptionError("app: cookiewarden screens it already; call init_app once for each app")
        unknown = sorted(key for key in app.config if key.startswith("COOKIEWARDEN_") and key not in _OPTIONS)
        faults = [f"{key}: there is no such option; {did_you_mean(key.upper(), _OPTIONS)}" for key in unknown]
        options = self._options_for(app, faults)
        with naming_also(faults):
            middleware = CookieWardenMiddleware(app.wsgi_app, **options)
        if isinstance(app.wsgi_app, ProxyFix):
            logger.warning(
                "ProxyFix corrects the scheme and the host too late; put it around app.wsgi_app after init_app"
            )
        app.wsgi_app = middleware  # type: ignore[method-assign]  # as Flask's documentation says
        app.extensions[_NAME] = middleware
        app.jinja_env.globals.update(
            banner_of=banner_of,
            preferences_link_of=preferences_link_of,
            script_of=script_of,
            frame_of=frame_of,
            consent_of=consent_of,
        )

    def _options_for(self, app: Flask, faults: list[str]) -> dict[str, Any]:
        """Return the options for an app, of which the middleware checks the values. Add the faults of its keys."""
        configured = {name: app.config[key] for key, name in _OPTIONS.items() if key in app.config}
        options = under(app.root_path, {"policy": "cookies.toml", **configured, **self._options})
        if app.config["SESSION_COOKIE_SECURE"]:
            options.setdefault("secure", True)
        if "secret_key" not in options:
            options["secret_key"] = _derived_keys(app, faults)
        login = app.config.get("REMEMBER_COOKIE_NAME", "remember_token")
        return with_new_names(options, {"session": app.config["SESSION_COOKIE_NAME"], "remember_token": login})


def _derived_keys(app: Flask, faults: list[str]) -> list[bytes]:
    """Return the keys that the app's own keys give. Another use of those can then reveal nothing about ours."""
    if not app.secret_key:
        faults.append(
            "secret_key: missing; set app.secret_key before init_app, or COOKIEWARDEN_SECRET_KEY in app.config; "
            "make one with: python -c 'import secrets; print(secrets.token_urlsafe(32))'"
        )
    # Flask wants the newest of the fallbacks first, and we want it last.
    keys = [*reversed(app.config.get("SECRET_KEY_FALLBACKS") or ()), app.secret_key or bytes(16)]
    try:
        return [hmac.digest(key, _SALT, "sha256") for key in check_keys(keys)]
    except OptionError as error:
        faults.append(f"SECRET_KEY or SECRET_KEY_FALLBACKS: {str(error).removeprefix('secret_key: ')}")
        return [bytes(16)]  # so that the middleware checks the other options; the fault is raised anyway
