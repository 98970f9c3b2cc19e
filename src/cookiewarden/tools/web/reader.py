"""Sends one request after another, over one connection, and returns each response as it came.

Rules: no redirect is followed, no cookie is added, and no proxy is asked, for it would look up the host again. A
request ends within its time, even if the server sends a byte at a time.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import TracebackType
from typing import Self

import httpcore
import httpx

from cookiewarden import __version__
from cookiewarden.errors import printable
from cookiewarden.tools.web.addresses import origin_of, resolve
from cookiewarden.tools.web.bodies import ACCEPTED_CODING, read_body
from cookiewarden.tools.web.network import CheckedNetwork, PrivateAddressError, Resolve

#: The name under which robots.txt may speak to these readers.
AGENT = "cookiewarden"
#: The statuses of redirects. The reader follows none.
REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: Is called with the bytes of a body received so far, and with their number if the server says it.
Progress = Callable[[int, int | None], None]
_MAX_SHOWN = 200


class NoResponseError(Exception):
    """There is no response to read; its message says why. ``is_late``: it did not come within its time."""

    def __init__(self, message: str, *, is_late: bool = False) -> None:
        super().__init__(message)
        self.is_late = is_late


@dataclass(frozen=True, slots=True)
class Response:
    """A response as it came. ``problem``: why the body is not whole; ``""`` if it is. The body is decompressed."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    problem: str = ""

    def header(self, name: str) -> str:
        """Return the value of the first field of a lower-case name; ``""`` if there is none."""
        wanted = name.encode("ascii")
        return next((value.decode("latin-1") for known, value in self.headers if known.lower() == wanted), "")


class Reader:
    """Reads addresses of the web; close it, or use it in a ``with`` block.

    ``purpose``: a word for the User-Agent. ``resolve`` and ``clock`` are for tests.
    """

    def __init__(
        self, purpose: str, *, resolve: Resolve = resolve, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._agent = f"{AGENT}/{__version__} ({purpose})"
        self._clock = clock
        self._network = CheckedNetwork(resolve, clock)
        self._pool = httpcore.ConnectionPool(
            ssl_context=_ssl_context(), max_connections=1, network_backend=self._network, retries=0
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.close()

    def name(self, url: str) -> None:
        """Allow the host of an address that the user gave, even if it is one of a private network.

        Raises ``NoResponseError`` if it has no address.
        """
        host, port = origin_of(url)
        try:
            self._network.name(host, port)
        except OSError as error:
            raise NoResponseError(f"no address was found for its name: {_said_by(error)}") from None

    def private_address(self, url: str) -> str:
        """Return the address of a private network that the host of an address leads to; ``""`` if it leads to none."""
        try:
            self._network.checked(*origin_of(url))
        except PrivateAddressError as error:
            return str(error)
        except OSError:
            return ""
        return ""

    def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str | bytes],
        body: bytes,
        *,
        seconds: float,
        max_bytes: int,
        progress: Progress | None = None,
    ) -> Response:
        """Send a request to a normalized address, and return the response.

        ``seconds``: how long all of it may take. ``max_bytes``: how much of the body is read, once decompressed. Raises
        ``NoResponseError``.
        """
        self._network.deadline = self._clock() + seconds
        parts = httpx.URL(url)
        target = httpcore.URL(scheme=parts.raw_scheme, host=parts.raw_host, port=parts.port, target=parts.raw_path)
        sent = {"host": parts.netloc, "user-agent": self._agent, "accept-encoding": ACCEPTED_CODING, **headers}
        fields = [(name.encode("ascii"), _as_bytes(value)) for name, value in sent.items()]
        received: Response | None = None
        try:
            with self._pool.stream(method, target, headers=fields, content=body or None) as response:
                received = Response(response.status, tuple(response.headers), b"")
                chunks = _reported(response.iter_stream(), received.header("content-length"), progress)
                data, problem = read_body(chunks, received.header("content-encoding"), max_bytes)
                return Response(received.status, received.headers, data, problem)
        except PrivateAddressError as error:
            raise NoResponseError(f"leads to the private address {error}, so it was not opened") from None
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            reason, is_late = self._reason(error, seconds)
        # What was received of the body before is not kept: it is never needed whole.
        if received is None:
            raise NoResponseError(reason, is_late=is_late)
        return Response(received.status, received.headers, b"", reason)

    def _reason(self, error: Exception, seconds: float) -> tuple[str, bool]:
        """Return in words why a request failed, and whether its time was over."""
        chain: list[BaseException] = [error]
        while (cause := chain[-1].__cause__ or chain[-1].__context__) and len(chain) < 10:
            chain.append(cause)
        tls = next((one for one in chain if isinstance(one, ssl.SSLError)), None)
        if isinstance(error, httpcore.TimeoutException):
            return f"takes longer than {seconds:g} seconds", True
        if tls is not None:
            detail = getattr(tls, "verify_message", "") or (tls.reason or "").replace("_", " ").lower()
            return f"has no valid TLS connection: {_said_by(detail or tls)}", False
        if isinstance(error, httpcore.ConnectError):
            return f"cannot be connected to: {_said_by(error)}", False
        if isinstance(error, httpcore.ProtocolError):
            return f"does not answer as HTTP demands: {_said_by(error)}", False
        return f"breaks the connection off: {_said_by(error)}", False


def _reported(chunks: Iterable[bytes], length: str, progress: Progress | None) -> Iterator[bytes]:
    """Yield the chunks of a body, and report how much of it has come. ``length``: the value of Content-Length."""
    whole = int(length) if length.isascii() and length.isdecimal() and len(length) < 16 else None
    received = 0
    for chunk in chunks:
        received += len(chunk)
        if progress:
            progress(received, whole)
        yield chunk


def _said_by(error: object) -> str:
    return printable(getattr(error, "strerror", None) or error)[:_MAX_SHOWN] or type(error).__name__


def _as_bytes(value: str | bytes) -> bytes:
    return value.encode("latin-1") if isinstance(value, str) else value


@lru_cache(1)
def _ssl_context() -> ssl.SSLContext:
    return httpx.create_ssl_context()
