"""A small client for the benchmark of servers: a few connections that are kept alive, on plain sockets.

Rule: it does as little as it can between two requests, for it takes processor time from the server that it measures.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from time import perf_counter

#: The bytes that every body ends in, and that nothing else holds.
END = b"</html>\n"
_SECONDS = 20.0  # to wait for an answer at most
_CONNECTIONS = 4


class LoadError(Exception):
    """A server gave no answer, or not the one that was expected."""


def request_of(path: str, fields: Sequence[tuple[str, str]]) -> bytes:
    """Return the bytes of a GET."""
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def answer_of(address: tuple[str, int], request: bytes) -> bytes:
    """Return the bytes of one answer. Raises ``LoadError``."""
    try:
        with socket.create_connection(address, timeout=_SECONDS) as connection:
            connection.sendall(request)
            return _answer(connection)
    except OSError as error:
        raise LoadError(f"the server at {address} does not answer: {error}") from None


def requests_per_second(address: tuple[str, int], request: bytes, count: int) -> float:
    """Send a request so many times on each of a few connections, and return the rate. Raises ``LoadError``."""
    connections: list[socket.socket] = []
    try:
        connections += (socket.create_connection(address, timeout=_SECONDS) for _ in range(_CONNECTIONS))
        for connection in connections:  # the first answer of each is not timed
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.sendall(request)
            _answer(connection)
        began = perf_counter()
        for connection in connections:
            connection.sendall(request)
        for number in range(count):
            for connection in connections:
                _answer(connection)
                if number < count - 1:
                    connection.sendall(request)
        return count * _CONNECTIONS / (perf_counter() - began)
    except OSError as error:
        raise LoadError(f"the server at {address} does not answer: {error}") from None
    finally:
        for connection in connections:
            connection.close()


def _answer(connection: socket.socket) -> bytes:
    answer = b""
    while not answer.endswith(END):
        part = connection.recv(65_536)
        if not part:
            raise LoadError(f"the server closed a connection after {answer[-200:]!r}")
        answer += part
    if not answer.startswith(b"HTTP/1.1 200 "):
        raise LoadError(f"a server answered {answer[:200]!r}")
    return answer
