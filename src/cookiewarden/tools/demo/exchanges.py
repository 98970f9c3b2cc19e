"""Send requests to the wrapped portals: from every visitor to every portal, over WSGI and over ASGI.

A line is kept if it came out of the wrapped app. Its category and reason are the policy's decision on that line for
the same consent. If the policy, WSGI and ASGI do not all agree, that is a disagreement.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from werkzeug.test import create_environ
from werkzeug.wsgi import ClosingIterator

from cookiewarden import Consent, Decision, Policy, PolicySet, asgi, wsgi
from cookiewarden.http.asgi_messages import Message
from cookiewarden.policy.consent import UNDECIDED
from cookiewarden.policy.declaration import CONSENT_CATEGORIES, Category
from cookiewarden.testing import preferences_cookie
from cookiewarden.tools.demo.cookies import COOKIES, PortalCookie
from cookiewarden.tools.demo.portal import asgi_portal, wsgi_portal
from cookiewarden.tools.demo.sites import Portal

Header = tuple[bytes, bytes]

#: The names of the two policies of each portal.
PUBLISHED, EXTENDED = "as published", "with analytics"

#: The visitors, and what each consents to. The last one grants all in a cookie signed with another key.
VISITORS: dict[str, Consent] = {
    "no choice": UNDECIDED,
    "refused all": Consent.of(()),
    "statistics only": Consent.of({Category.STATISTICAL}),
    "all": Consent.of(CONSENT_CATEGORIES),
    "forged cookie": UNDECIDED,
}


@dataclass(frozen=True)
class Outcome:
    """What became of one line: the decision of the policy, and whether the line left each wrapped app."""

    cookie: PortalCookie
    decision: Decision
    by_wsgi: bool
    by_asgi: bool

    @property
    def is_kept(self) -> bool:
        """Whether the line left both wrapped apps."""
        return self.by_wsgi and self.by_asgi


@dataclass(frozen=True)
class Visit:
    """One visitor's request to one portal, under one of its two policies, and what became of each line."""

    portal: Portal
    policy: str
    visitor: str
    outcomes: tuple[Outcome, ...]
    problems: tuple[str, ...]


def run_visits(portals: Sequence[Portal]) -> list[Visit]:
    """Send a request from every visitor to every portal, under both of its policies, and return the visits."""
    key, forger = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    now = time.time()
    visits = []
    with _quiet():
        for kind in (PUBLISHED, EXTENDED):
            policies = [portal.published if kind == PUBLISHED else portal.extended for portal in portals]
            # One middleware serves all portals, and picks the policy by the host of the request.
            served = PolicySet(policies)
            over_wsgi = wsgi.CookieWardenMiddleware(wsgi_portal, policy=served, secret_key=key)
            over_asgi = asgi.CookieWardenMiddleware(asgi_portal(), policy=served, secret_key=key)
            for portal, policy in zip(portals, policies, strict=True):
                for visitor, consent in VISITORS.items():
                    cookie = _cookie_of(visitor, policy, key, forger, now)
                    by_wsgi = ask_wsgi(over_wsgi, portal.host, cookie)
                    by_asgi = ask_asgi(over_asgi, portal.host, cookie)
                    outcomes = tuple(
                        Outcome(item, policy.decide(item.line, consent, host=portal.host, now=now), *kept)
                        for item, *kept in zip(COOKIES, _kept(by_wsgi), _kept(by_asgi), strict=True)
                    )
                    problems = tuple(_problems(outcomes, by_wsgi, by_asgi))
                    visits.append(Visit(portal, kind, visitor, outcomes, problems))
    return visits


def ask_wsgi(app: wsgi.WSGIApp, host: str, cookie: str) -> list[Header]:
    """Return the Set-Cookie headers of a WSGI app's response to ``GET /``."""
    environ = create_environ(base_url=f"https://{host}/", headers={"Cookie": cookie} if cookie else {})
    received: list[Header] = []

    # Not werkzeug's run_wsgi_app: its Headers would refuse some of the odd lines, if one came out.
    def start_response(_status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> Callable[[bytes], None]:
        received[:] = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        return lambda _: None

    with closing(ClosingIterator(app(environ, start_response))) as body:
        list(body)
    return _set_cookies(received)


def ask_asgi(app: asgi.ASGIApp, host: str, cookie: str) -> list[Header]:
    """Return the Set-Cookie headers of an ASGI app's response to ``GET /``."""
    headers = [(b"host", host.encode())] + ([(b"cookie", cookie.encode())] if cookie else [])
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "https",
        "path": "/",
        "raw_path": b"/",
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": None,
        "server": (host, 443),
    }
    messages: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        messages.append(message)

    async def ask() -> None:
        await app(scope, receive, send)

    asyncio.run(ask())
    start: Any = next(message for message in messages if message["type"] == "http.response.start")
    return _set_cookies(start["headers"])


def _cookie_of(visitor: str, policy: Policy, key: str, forger: str, now: float) -> str:
    if visitor == "no choice":
        return ""
    if visitor == "forged cookie":
        return preferences_cookie(policy, forger, *CONSENT_CATEGORIES, now=now)
    return preferences_cookie(policy, key, *VISITORS[visitor].granted, now=now)


def _set_cookies(headers: Sequence[Header]) -> list[Header]:
    return [(name.lower(), value) for name, value in headers if name.strip(b" \t").lower() == b"set-cookie"]


def _kept(headers: list[Header]) -> list[bool]:
    return [(cookie.header_name.lower(), cookie.line) in headers for cookie in COOKIES]


def _problems(outcomes: Sequence[Outcome], by_wsgi: list[Header], by_asgi: list[Header]) -> Iterator[str]:
    for outcome in outcomes:
        allowed = outcome.decision.allowed
        if not allowed == outcome.by_wsgi == outcome.by_asgi:
            yield (
                f"{outcome.cookie.label}: the policy says {_word(allowed)} ({outcome.decision.reason}), "
                f"WSGI {_word(outcome.by_wsgi)}, ASGI {_word(outcome.by_asgi)}"
            )
    for name, headers in (("WSGI", by_wsgi), ("ASGI", by_asgi)):
        expected = [
            (cookie.header_name.lower(), cookie.line)
            for cookie, kept in zip(COOKIES, _kept(headers), strict=True)
            if kept
        ]
        if headers != expected:
            yield f"{name}: the lines that came out are not those that went in, in the same order"


def _word(is_kept: bool) -> str:
    return "kept" if is_kept else "stripped"


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence the log, because the table shows every blocked cookie."""
    logger = logging.getLogger("cookiewarden")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)
