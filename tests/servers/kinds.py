"""The servers: how each is started, which package it needs, and what it offers beside HTTP/1.1."""

import importlib.util
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from servers.process import PATIENCE

_PYTHON = (sys.executable, "-m")
# No server may time out before the tests do.
_SECONDS = int(PATIENCE)
_GUNICORN = (f"--keep-alive={_SECONDS}", f"--timeout={_SECONDS}", "--no-control-socket")


@dataclass(frozen=True)
class Kind:
    """One kind of server. ``command`` starts it, with ``{app}`` and ``{port}`` to fill in."""

    name: str
    interface: str
    command: tuple[str, ...]
    needs: tuple[str, ...] = ()
    offers: frozenset[str] = frozenset()

    @property
    def app(self) -> str:
        return f"servers.{self.interface}_app"

    def missing(self) -> str | None:
        """Return a package that must be installed first, or ``None``."""
        return next((package for package in self.needs if importlib.util.find_spec(package) is None), None)


def _asgi(name, *command, needs=(), offers=("websocket",)):
    return Kind(name, "asgi", (*_PYTHON, *command), (command[0], *needs), frozenset(offers))


def _wsgi(name, *command, needs=()):
    return Kind(name, "wsgi", (*_PYTHON, *command), (command[0].partition(".")[0], *needs))


def _uvicorn(http, loop="asyncio", ws="websockets-sansio", needs=(), offers=("websocket",)):
    keep = f"--timeout-keep-alive={_SECONDS}"
    options = ("--port={port}", f"--http={http}", f"--loop={loop}", f"--ws={ws}", keep)
    more = ("--http2",) if "http2" in offers else ()
    return _asgi(f"uvicorn-{http}", "uvicorn", "{app}", *options, "--lifespan=on", *more, needs=needs, offers=offers)


def _hypercorn(worker):
    options = ("--bind=127.0.0.1:{port}", f"--worker-class={worker}", f"--keep-alive={_SECONDS}")
    offers = ("websocket", "http2")
    return _asgi(f"hypercorn-{worker}", "hypercorn", "{app}", *options, needs=("h2",), offers=offers)


def _gunicorn(worker, *more, needs=()):
    options = ("--bind=127.0.0.1:{port}", f"--worker-class={worker}", *_GUNICORN)
    return _wsgi(f"gunicorn-{worker}", "gunicorn", "{app}", *options, *more, needs=needs)


def _uwsgi():
    """Return the kind for uWSGI, if it is installed. It is a program of its own, built for one Python."""
    program = shutil.which("uwsgi", path=str(Path(sys.executable).parent)) or shutil.which("uwsgi")
    options = ("--need-app", "--enable-threads", "--die-on-term", "--http=127.0.0.1:{port}", f"-H{sys.prefix}")
    return [Kind("uwsgi", "wsgi", (program, "--module={app}", *options))] if program else []


KINDS = (
    _uvicorn("h11"),
    _uvicorn("httptools", loop="uvloop", ws="wsproto", needs=("httptools", "uvloop")),
    _uvicorn("zttp", needs=("zttp",), offers=("websocket", "http2")),
    _hypercorn("asyncio"),
    _hypercorn("trio"),
    _asgi(
        "granian-asgi",
        *("granian", "{app}", "--interface=asgi", "--port={port}", "--no-access-log"),
        offers=("websocket", "http2"),
    ),
    _asgi("daphne", "daphne", "-b127.0.0.1", "-p{port}", "{app}"),
    _gunicorn("sync"),
    _asgi(
        "gunicorn-asgi",
        "gunicorn",
        "{app}",
        "--bind=127.0.0.1:{port}",
        "--worker-class=asgi",
        *_GUNICORN,
    ),
    _gunicorn("gthread", "--threads=4", "--worker-connections=1100"),
    _gunicorn("gevent", "--worker-connections=1100", needs=("gevent",)),
    _gunicorn("gevent_pywsgi", needs=("gevent",)),
    _wsgi("waitress", "waitress", "--listen=127.0.0.1:{port}", "{app}"),
    _wsgi("granian-wsgi", "granian", "{app}", "--interface=wsgi", "--port={port}", "--no-access-log"),
    _wsgi("wsgiref", "servers.wsgiref_server", "{app}", "{port}"),
    *_uwsgi(),
)


def param(kind, *more):
    """Return a kind as a parameter, together with further ones."""
    return pytest.param(kind, *more, id="-".join([kind.name, *map(str, more)]))


def each(*interfaces, offering=(), named=(), but=()):
    """Run a test with each kind of server that has one of the interfaces.

    ``offering``: only kinds that offer all of these. ``named``: only these, if any. ``but``: none of these.
    """
    kinds = [kind for kind in KINDS if kind.interface in (interfaces or ("asgi", "wsgi"))]
    fit = [kind for kind in kinds if kind.offers.issuperset(offering) and (not named or kind.name in named)]
    fit = [kind for kind in fit if kind.name not in but]
    return pytest.mark.parametrize("pair", [param(kind) for kind in fit], indirect=True)
