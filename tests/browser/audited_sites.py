"""Serve made-up sites on this machine, and audit them with a real Chromium."""

import contextlib
import socketserver
import threading
import wsgiref.simple_server

from cookiewarden.tools.audit.bounds import Bounds
from cookiewarden.tools.audit.browser import browse

HOST, OTHER = "a.shop.localhost", "tags.other.localhost"
HTML, SCRIPT = "text/html", "text/javascript"
BOUNDS = Bounds(pages=1, request_seconds=5.0, seconds=60.0, delay=0.0)


class Server(socketserver.ThreadingMixIn, wsgiref.simple_server.WSGIServer):
    """It answers all connections at once, for a browser opens some in advance."""

    daemon_threads = True


class Quiet(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *arguments):
        pass


@contextlib.contextmanager
def served(app):
    """Serve a WSGI app on this machine, and give back its port."""
    with wsgiref.simple_server.make_server("127.0.0.1", 0, app, Server, Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def answers(body, *lines, kind=HTML):
    """Return an app with one answer."""

    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", kind), *(("Set-Cookie", line) for line in lines)])
        return [body(environ).encode() if callable(body) else body.encode()]

    return app


def visited(port, **options):
    return browse(f"http://{HOST}:{port}/", **{"bounds": BOUNDS, **options})
