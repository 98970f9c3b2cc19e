"""Serve the demo on a local port: the wrapped ASGI portal under uvicorn, one host name per portal, and another site."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable, Sequence

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Host, Mount

from cookiewarden import PolicySet
from cookiewarden.asgi import CookieWardenMiddleware
from cookiewarden.tools.demo import elsewhere
from cookiewarden.tools.demo.page import Link, Surroundings
from cookiewarden.tools.demo.portal import asgi_portal
from cookiewarden.tools.demo.sites import Portal

_ADDRESS = "127.0.0.1"


def serve(portals: Sequence[Portal], port: int, say: Callable[[str], None], *, report_only: bool = False) -> None:
    """Serve the portals until interrupted. The first one also serves all host names that nothing else has.

    ``port``: 0 for any free one. ``report_only``: strip nothing, and embed everything without asking.
    Raises ``OSError`` if the port is not available.
    """
    with socket.create_server((_ADDRESS, port)) as listening:
        port = listening.getsockname()[1]
        hosts = [f"{portal.name}.localhost" for portal in portals]
        links = [Link(portal.name, f"http://{host}:{port}/") for portal, host in zip(portals, hosts, strict=True)]
        policies = [
            portal.on_localhost(host, "*") if portal is portals[0] else portal.on_localhost(host)
            for portal, host in zip(portals, hosts, strict=True)
        ]
        wrapped = CookieWardenMiddleware(
            asgi_portal(Surroundings(links, f"http://{elsewhere.HOST}:{port}", not report_only)),
            policy=PolicySet(policies),
            secret_key=secrets.token_urlsafe(32),
            report_only=report_only,
        )
        # The other site is not wrapped.
        app = Starlette(routes=[Host(elsewhere.HOST, elsewhere.elsewhere()), Mount("/", wrapped)])
        if report_only:
            say("Report only: nothing is stripped, and everything is embedded without asking.")
        say(f"The demo portal is served here; stop it with Ctrl+C.\n  http://localhost:{port}/  ({portals[0].name})")
        for link in links:
            say(f"  {link.address}")
        config = uvicorn.Config(app, log_level="warning", lifespan="off", proxy_headers=False)
        uvicorn.Server(config).run(sockets=[listening])
