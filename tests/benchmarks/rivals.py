"""What the tables compare cookiewarden with: a naive filter, and a middleware that many apps already have.

The naive filter is what one writes in an afternoon: SimpleCookie reads, fnmatch decides. It takes any stored text
for a yes, and is easily bypassed. It is here for its cost only.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from http.cookies import SimpleCookie
from typing import Any

from starlette.middleware.sessions import SessionMiddleware

from benchmarks.policies import SECRET_KEY
from cookiewarden import Policy, PolicySet


class _Naive:
    def __init__(self, app: Any, policy: Policy | PolicySet) -> None:
        self.app = app
        one = policy if isinstance(policy, Policy) else policy.policies[0]
        self._cookie = one.preferences.name
        self._declared = [
            (name, str(declaration.category), declaration.anonymized)
            for declaration in one.declarations
            for name in declaration.names
        ]

    def _keeps(self, line: str, cookies: str) -> bool:
        granted = {"statistical"} if self._cookie in SimpleCookie(cookies) else set()
        return all(
            any(
                fnmatchcase(name, pattern) and (category == "necessary" or anonymized or category in granted)
                for pattern, category, anonymized in self._declared
            )
            for name in SimpleCookie(line)
        )


class NaiveAsgi(_Naive):
    """The naive filter as ASGI middleware."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def filtered(message: Any) -> None:
            if message["type"] == "http.response.start":
                cookies = "; ".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie")
                kept = [
                    (name, value)
                    for name, value in message["headers"]
                    if name.lower() != b"set-cookie" or self._keeps(value.decode("latin-1"), cookies)
                ]
                message = {**message, "headers": kept}
            await send(message)

        await self.app(scope, receive, filtered)


class NaiveWsgi(_Naive):
    """The naive filter as WSGI middleware."""

    def __call__(self, environ: Any, start_response: Any) -> Any:
        def filtered(status: str, headers: Any, exc_info: Any = None) -> Any:
            cookies = environ.get("HTTP_COOKIE", "")
            kept = [
                (name, value) for name, value in headers if name.lower() != "set-cookie" or self._keeps(value, cookies)
            ]
            return start_response(status, kept, exc_info)

        return self.app(environ, filtered)


def session_middleware(app: Any) -> Any:
    """Wrap an app in Starlette's SessionMiddleware. Visitors who send cookies also send a session for it."""
    return SessionMiddleware(app, SECRET_KEY)
