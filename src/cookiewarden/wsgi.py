"""The WSGI adapter: ``CookieWardenMiddleware`` wraps any WSGI app (PEP 3333).

Rule: it converts and forwards. The app's own iterable goes back to the server, so ``close`` and
``wsgi.file_wrapper`` live on; ``start_response`` may be called late, or twice, and returns what it returns.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from cookiewarden.exchange import KEY, Exchange
from cookiewarden.policy import PolicySource
from cookiewarden.preferences import SecretKey
from cookiewarden.warden import Warden

Environ = dict[str, Any]
StartResponse = Callable[..., Callable[[bytes], object]]
WSGIApp = Callable[[Environ, StartResponse], Iterable[bytes]]


class CookieWardenMiddleware:
    """Wraps a WSGI app so that no cookie leaves it without the visitor's consent.

    The options are those of ``cookiewarden.asgi.CookieWardenMiddleware``.

    >>> def app(environ, start_response): ...
    >>> policy = {"site": {"name": "Exampletown"}}
    >>> app = CookieWardenMiddleware(app, policy=policy, secret_key="at least sixteen octets")
    """

    def __init__(
        self,
        app: WSGIApp,
        *,
        policy: PolicySource,
        secret_key: SecretKey,
        secure: bool | None = None,
        report_only: bool = False,
    ) -> None:
        self.app = app
        self._warden = Warden(
            policy, secret_key, reader=_EnvironReader(), clock=time.time, secure=secure, report_only=report_only
        )

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Run the app; see PEP 3333."""
        warden = self._warden
        exchange = environ[KEY] = Exchange()
        exchange.warden = warden

        def screened_start_response(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None
        ) -> Callable[[bytes], object]:
            # A list of our own: some servers send it later, and an app may change its own until then.
            fields = headers[:] if type(headers) is list else list(headers)
            screened = warden.screen(exchange, environ, fields)
            exchange.is_sent = True
            if screened is not None:
                kept, added = screened
                fields = kept + [_as_text(field) for field in added] if added else kept
            if exc_info is None:
                return start_response(status, fields)
            return start_response(status, fields, exc_info)

        return self.app(environ, screened_start_response)


def _as_text(field: tuple[bytes, bytes]) -> tuple[str, str]:
    name, value = field
    return name.decode("latin-1").title(), value.decode("latin-1")


class _EnvironReader:
    """Reads what a warden asks for from a WSGI environ."""

    field_kind = str

    def host(self, request: Environ) -> str:
        return str(request.get("HTTP_HOST") or request.get("SERVER_NAME", ""))

    def is_secure(self, request: Environ) -> bool:
        return request.get("wsgi.url_scheme") == "https"

    def cookie_fields(self, request: Environ) -> Iterable[bytes]:
        value = request.get("HTTP_COOKIE")
        return [] if not value else [value.encode("latin-1", "replace")]
