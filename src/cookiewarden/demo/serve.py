"""The demo on a local port: the wrapped ASGI portal under uvicorn, one portal a host name."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable, Sequence

import uvicorn

from cookiewarden import PolicySet
from cookiewarden.asgi import CookieWardenMiddleware
from cookiewarden.demo.page import Link
from cookiewarden.demo.portal import asgi_portal
from cookiewarden.demo.sites import Portal

_ADDRESS = "127.0.0.1"


def serve(portals: Sequence[Portal], port: int, say: Callable[[str], None]) -> None:
    """Serve the portals until interrupted; the first one also answers to every other host name.

    ``port``: 0 for any that is free. Raises ``OSError`` where the port cannot be had.
    """
    with socket.create_server((_ADDRESS, port)) as listening:
        port = listening.getsockname()[1]
        hosts = [f"{portal.name}.localhost" for portal in portals]
        links = [Link(portal.name, f"http://{host}:{port}/") for portal, host in zip(portals, hosts, strict=True)]
        policies = [
            portal.on_localhost(host, "*") if portal is portals[0] else portal.on_localhost(host)
            for portal, host in zip(portals, hosts, strict=True)
        ]
        app = CookieWardenMiddleware(
            asgi_portal(links), policy=PolicySet(policies), secret_key=secrets.token_urlsafe(32)
        )
        say(f"The demo portal is served here; stop it with Ctrl+C.\n  http://localhost:{port}/  ({portals[0].name})")
        for link in links:
            say(f"  {link.address}")
        config = uvicorn.Config(app, log_level="warning", lifespan="off", proxy_headers=False)
        uvicorn.Server(config).run(sockets=[listening])
