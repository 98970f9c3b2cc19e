"""Send requests to the servers of the benchmark, over a few plain sockets that stay open.

Rule: the client does as little as it can between two requests, because it takes processor time from the server.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from time import perf_counter

#: Every body ends in these bytes. Nothing else contains them.
END = b"</html>\n"
_SECONDS = 20.0  # the longest wait for a response
_CONNECTIONS = 4


class LoadError(Exception):
    """A server sent no response, or a wrong one."""


def request_of(path: str, headers: Sequence[tuple[str, str]]) -> bytes:
    """Return the bytes of a GET request."""
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def response_of(address: tuple[str, int], request: bytes) -> bytes:
    """Return the bytes of one response. Raises ``LoadError``."""
    try:
        with socket.create_connection(address, timeout=_SECONDS) as connection:
            connection.sendall(request)
            return _response(connection)
    except OSError as error:
        raise LoadError(f"the server at {address} does not respond: {error}") from None


def requests_per_second(address: tuple[str, int], request: bytes, count: int) -> float:
    """Send a request ``count`` times on each of a few connections, and return the rate. Raises ``LoadError``."""
    connections: list[socket.socket] = []
    try:
        connections += (socket.create_connection(address, timeout=_SECONDS) for _ in range(_CONNECTIONS))
        for connection in connections:  # the first response on each is not timed
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.sendall(request)
            _response(connection)
        began = perf_counter()
        for connection in connections:
            connection.sendall(request)
        for number in range(count):
            for connection in connections:
                _response(connection)
                if number < count - 1:
                    connection.sendall(request)
        return count * _CONNECTIONS / (perf_counter() - began)
    except OSError as error:
        raise LoadError(f"the server at {address} does not respond: {error}") from None
    finally:
        for connection in connections:
            connection.close()


def _response(connection: socket.socket) -> bytes:
    response = b""
    while not response.endswith(END):
        part = connection.recv(65_536)
        if not part:
            raise LoadError(f"the server closed a connection after {response[-200:]!r}")
        response += part
    if not response.startswith(b"HTTP/1.1 200 "):
        raise LoadError(f"a server sent {response[:200]!r}")
    return response
