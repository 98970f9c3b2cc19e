"""Sends one request after another, over one connection, and returns each response as it came.

Rules: no redirect is followed, no cookie is added, and no proxy is asked, for it would look up the host again. A
request ends within its time, even if the server sends a byte at a time.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from types import TracebackType
from typing import Self

import httpcore
import httpx

from cookiewarden import __version__
from cookiewarden.errors import printable
from cookiewarden.http.headers import as_bytes
from cookiewarden.tools.web.addresses import origin_of, resolve
from cookiewarden.tools.web.bodies import ACCEPTED_CODING, read_body
from cookiewarden.tools.web.heads import head_of
from cookiewarden.tools.web.network import CheckedNetwork, PrivateAddressError, Resolve
from cookiewarden.tools.web.response import Response

#: The name under which robots.txt may speak to these readers.
AGENT = "cookiewarden"
#: Is called with the bytes of a body received so far, and with their number if the server says it.
Progress = Callable[[int, int | None], None]
_MAX_SHOWN = 200
_FAILURES = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, OSError)


class NoResponseError(Exception):
    """There is no response to read; its message says why. ``is_late``: it did not come within its time."""

    def __init__(self, message: str, *, is_late: bool = False) -> None:
        super().__init__(message)
        self.is_late = is_late


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
        """Send a request to a normalized address, and return the response, as far as it came.

        ``seconds``: how long all of it may take. ``max_bytes``: how much of the body is read, once decompressed. Raises
        ``NoResponseError``.
        """
        self._network.begin(seconds)
        parts = httpx.URL(url)
        target = httpcore.URL(scheme=parts.raw_scheme, host=parts.raw_host, port=parts.port, target=parts.raw_path)
        sent = {"host": parts.netloc, "user-agent": self._agent, "accept-encoding": ACCEPTED_CODING, **headers}
        fields = [(name.encode("ascii"), as_bytes(value)) for name, value in sent.items()]
        try:
            with self._pool.stream(method, target, headers=fields, content=body or None) as response:
                head = Response(response.status, tuple(response.headers), b"")
                failures: list[str] = []
                chunks = _until_failure(response.iter_stream(), seconds, failures)
                reported = _reported(chunks, head.header("content-length"), progress)
                data, problem = read_body(reported, head.joined_header("content-encoding"), max_bytes)
                return replace(head, body=data, problem="".join(failures) or problem)
        except PrivateAddressError as error:
            raise NoResponseError(f"leads to the private address {error}, so it was not opened") from None
        except _FAILURES as error:
            found = head_of(bytes(self._network.received)) if isinstance(error, httpcore.ProtocolError) else None
            if found is None:
                raise _failure(error, seconds) from None
            return Response(*found, b"", str(_failure(error, seconds)))


def _failure(error: Exception, seconds: float) -> NoResponseError:
    """Return what says why a request failed. It quotes nothing of a response, which may hold cookies."""
    chain: list[BaseException] = [error]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) and len(chain) < 10:
        chain.append(cause)
    tls = next((one for one in chain if isinstance(one, ssl.SSLError)), None)
    if isinstance(error, httpcore.TimeoutException):
        return NoResponseError(f"takes longer than {seconds:g} seconds", is_late=True)
    if tls is not None:
        detail = getattr(tls, "verify_message", "") or (tls.reason or "").replace("_", " ").lower()
        return NoResponseError(f"has no valid TLS connection: {_said_by(detail or tls)}")
    if isinstance(error, httpcore.ConnectError):
        return NoResponseError(f"cannot be connected to: {_said_by(error)}")
    if isinstance(error, httpcore.ProtocolError):
        return NoResponseError("does not answer as HTTP demands")
    return NoResponseError(f"breaks the connection off: {_said_by(error)}")


def _until_failure(chunks: Iterable[bytes], seconds: float, failures: list[str]) -> Iterator[bytes]:
    """Yield the chunks of a body as far as they come, and add why no more of them do."""
    try:
        yield from chunks
    except _FAILURES as error:
        failures.append(str(_failure(error, seconds)))


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


@lru_cache(1)
def _ssl_context() -> ssl.SSLContext:
    return httpx.create_ssl_context()
