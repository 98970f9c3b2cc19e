"""Serve the demo on a local port, under uvicorn: a guide, the wrapped ASGI portal, and another site.

Each portal has a host name of its own, so that each keeps its own cookies.
"""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Host, Mount

from cookiewarden import PolicySet
from cookiewarden.asgi import CookieWardenMiddleware
from cookiewarden.tools.demo import elsewhere, guide
from cookiewarden.tools.demo.page import Link, Surroundings
from cookiewarden.tools.demo.portal import asgi_portal
from cookiewarden.tools.demo.sites import Portal

_ADDRESS = "127.0.0.1"
_PORTS_TO_TRY = 50
_LAST_PORT = 65535
# After Ctrl+C, a browser that still loads a page must not hold the demo.
_SECONDS_TO_END = 2


def serve(portals: Sequence[Portal], port: int, say: Callable[[str], None], *, report_only: bool = False) -> None:
    """Serve the portals until interrupted, and on ``localhost`` the guide to them.

    The first portal also serves all host names that nothing else has. ``port``: 0 for any free one. ``report_only``:
    strip nothing, and embed everything without asking. Raises ``OSError`` if the port is not available.
    """
    with socket.create_server((_ADDRESS, port)) as listening:
        port = listening.getsockname()[1]
        hosts = [f"{portal.name}.localhost" for portal in portals]
        links = [Link(portal.name, f"http://{host}:{port}/") for portal, host in zip(portals, hosts, strict=True)]
        other = f"{elsewhere.HOST}:{port}"
        policies = [
            portal.on_localhost(host, *(("*",) if portal is portals[0] else ()), other=other)
            for portal, host in zip(portals, hosts, strict=True)
        ]
        address = f"http://{guide.HOST}:{port}/"
        around = Surroundings(links, f"http://{other}", not report_only, address)
        wrapped = CookieWardenMiddleware(
            asgi_portal(around),
            policy=PolicySet(policies),
            secret_key=secrets.token_urlsafe(32),
            report_only=report_only,
        )
        # The guide and the other site are not wrapped.
        app = Starlette(
            routes=[
                Host(guide.HOST, guide.guide(portals, around, f"http://{_ADDRESS}:{port}/")),
                Host(elsewhere.HOST, elsewhere.elsewhere()),
                Mount("/", wrapped),
            ]
        )
        say(f"Open {address} in a browser: it says what to try. Stop the demo with Ctrl+C.")
        if report_only:
            say("Report only: nothing is stripped, and everything is embedded without asking.")
        config = uvicorn.Config(
            app, log_level="warning", lifespan="off", proxy_headers=False, timeout_graceful_shutdown=_SECONDS_TO_END
        )
        uvicorn.Server(config).run(sockets=[listening])


def free_port_after(port: int) -> int:
    """Return the next port that is free now; 0, which stands for any, if none of the next ones is."""
    for other in range(port + 1, min(port + _PORTS_TO_TRY, _LAST_PORT) + 1):
        with suppress(OSError), socket.create_server((_ADDRESS, other)):
            return other
    return 0
