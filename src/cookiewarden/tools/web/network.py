"""Connects to hosts of the web: only to an address that was looked up and checked, and only until a deadline.

``httpcore`` asks this module for every connection, so the address that is checked is the one that is connected to. A
name that changes its address between two look-ups gains nothing.
Rule: a private address is connected to only if the user named its host, and only as it was looked up then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ssl import SSLContext
from typing import Any

import httpcore

from cookiewarden.tools.web.addresses import is_public
from cookiewarden.tools.web.heads import MAX_HEAD_BYTES

#: Looks up the IP addresses of a host and port. Raises ``OSError`` if there are none.
Resolve = Callable[[str, int], list[str]]
_MAX_ADDRESSES = 4


class PrivateAddressError(Exception):
    """A host leads to an address of a private network. Its argument is that address."""


class CheckedNetwork(httpcore.NetworkBackend):
    """The network as one reader may use it. ``clock``: seconds that only grow.

    ``named``: by host, the private addresses that the user named. ``deadline``: when the current request must end.
    ``received``: what came first of its response, as it came.
    """

    def __init__(self, resolve: Resolve, clock: Callable[[], float]) -> None:
        self._resolve = resolve
        self._clock = clock
        self._sockets = httpcore.SyncBackend()
        self.named: dict[str, frozenset[str]] = {}
        self.deadline = 0.0
        self.received = bytearray()

    def begin(self, seconds: float) -> None:
        """Begin a request, which may take so many seconds."""
        self.deadline = self._clock() + seconds
        self.received.clear()

    def checked(self, host: str, port: int) -> list[str]:
        """Return the addresses of a host. Raises ``PrivateAddressError``, and ``OSError`` if there are none."""
        addresses = self._resolve(host, port)
        for address in addresses:
            if not is_public(address) and address not in self.named.get(host, ()):
                raise PrivateAddressError(address)
        if not addresses:
            raise OSError("it has no address")
        return addresses[:_MAX_ADDRESSES]

    def name(self, host: str, port: int) -> None:
        """Allow the private addresses of a host that the user named, unless it has public ones, too."""
        addresses = self._resolve(host, port)
        if addresses and not any(map(is_public, addresses)):
            self.named[host] = frozenset(addresses)

    def left(self, timeout: float | None) -> float:
        """Return how many seconds the next step may take. Raises ``httpcore.TimeoutException`` if none are left."""
        left = self.deadline - self._clock()
        if left <= 0:
            raise httpcore.ReadTimeout("the time is over")
        return left if timeout is None else min(left, timeout)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of a host that answers."""
        try:
            addresses = self.checked(host, port)
        except OSError as error:
            raise httpcore.ConnectError(f"no address was found for its name: {error}") from error
        for address in addresses:
            try:
                stream = self._sockets.connect_tcp(address, port, self.left(timeout), local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self)
        raise failure


class _TimedStream(httpcore.NetworkStream):
    """A connection on which no step lasts longer than its network has time left. What comes first is kept there."""

    def __init__(self, stream: httpcore.NetworkStream, network: CheckedNetwork) -> None:
        self._stream = stream
        self._network = network

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._stream.read(max_bytes, self._network.left(timeout))
        received = self._network.received
        received += data[: MAX_HEAD_BYTES - len(received)]
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._network.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._network.left(timeout))
        return _TimedStream(stream, self._network)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
