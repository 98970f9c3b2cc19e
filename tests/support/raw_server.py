"""Serve, on this machine, responses that are written byte by byte, however wrong they are; or a WSGI app."""

import socketserver
import threading
import wsgiref.simple_server
from contextlib import contextmanager, suppress
from typing import NamedTuple


class Asked(NamedTuple):
    """A request as it arrived: ``headers`` by lower-case name."""

    method: str
    path: str
    headers: dict
    body: bytes


def page(body=b"<h1>Data</h1>", *headers, status="200 OK", kind=b"text/html"):
    """Return a whole response that ends its connection."""
    fields = [b"Content-Type: " + kind, b"Content-Length: %d" % len(body), b"Connection: close", *headers]
    return b"HTTP/1.1 " + status.encode() + b"\r\n" + b"\r\n".join(fields) + b"\r\n\r\n" + body


def redirect(target, *headers, status="302 Found"):
    """Return a redirect."""
    return page(b"", b"Location: " + target.encode(), *headers, status=status)


@contextmanager
def raw_server(answer, tls=None):
    """Serve what ``answer`` returns for an ``Asked``: bytes, or pieces of them to send one by one.

    Give back the port and the list of requests. Whatever the client leaves unread is dropped. ``tls``: an SSLContext.
    """
    asked = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            with suppress(ConnectionError):
                line = self.rfile.readline().decode("latin-1").split()
                headers = {}
                while (field := self.rfile.readline().strip()) != b"":
                    name, _, value = field.decode("latin-1").partition(":")
                    headers[name.lower()] = value.strip()
                if len(line) < 2:
                    return
                body = self.rfile.read(int(headers.get("content-length", 0)))
                request = Asked(line[0], line[1], headers, body)
                asked.append(request)
                given = answer(request)
                for piece in [given] if isinstance(given, bytes) else given:
                    self.wfile.write(piece)

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

        def finish_request(self, request, client_address):
            with suppress(OSError):  # as soon as the client does not like the certificate
                super().finish_request(tls.wrap_socket(request, server_side=True) if tls else request, client_address)

    with Server(("127.0.0.1", 0), Handler) as server, _served(server):
        yield server.server_address[1], asked


@contextmanager
def wsgi_server(app):
    """Serve a WSGI app, and give back its port."""

    class Quiet(wsgiref.simple_server.WSGIRequestHandler):
        def log_message(self, *arguments):
            pass

    with wsgiref.simple_server.make_server("127.0.0.1", 0, app, handler_class=Quiet) as server, _served(server):
        yield server.server_port


@contextmanager
def _served(server):
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
