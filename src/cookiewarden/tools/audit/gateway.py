"""A proxy on this machine, through which the browser of an audit reaches all hosts (SOCKS version 5, RFC 1928).

It looks up each host itself, and connects to the address that it checked. So no redirect, no script and no name that
changes its address leads the browser into a private network.
Rule: a private address is connected to only if it is one of the site that the user named.
"""

from __future__ import annotations

import asyncio
import ipaddress
import struct
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from cookiewarden.tools.web.addresses import is_public
from cookiewarden.tools.web.addresses import resolve as resolve_by_system
from cookiewarden.tools.web.network import Resolve

_VERSION, _CONNECT, _IPV4, _NAME, _IPV6 = 5, 1, 1, 3, 4
_DONE, _FORBIDDEN, _UNREACHABLE = 0, 2, 4
_SECONDS_TO_CONNECT = 15
_CHUNK = 65_536
_MAX_CONNECTIONS = 500
_MAX_ADDRESSES = 4
_MAX_REFUSED = 50


class Gateway:
    """The proxy. Use it as a context in an event loop. ``max_bytes``: of all that arrives through it.

    ``refused``: by host, the private address to which it was not connected. ``is_full``: whether more bytes came than
    it lets through.
    """

    def __init__(self, max_bytes: int, resolve: Resolve = resolve_by_system) -> None:
        self._left = max_bytes
        self._resolve = resolve
        self._named: frozenset[str] = frozenset()
        self._tasks: set[asyncio.Task[None]] = set()
        self.refused: dict[str, str] = {}
        self.is_full = False
        self.url = ""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.url = f"socks5://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=5)

    async def name(self, host: str, port: int) -> None:
        """Allow the private addresses of the host that the user named, unless it has public ones, too.

        Raises ``OSError`` if it has none.
        """
        addresses = await asyncio.to_thread(self.addresses, host, port)
        if not any(map(is_public, addresses)):
            self._named = frozenset(addresses)

    def addresses(self, host: str, port: int) -> list[str]:
        """Return the IP addresses of a host. Raises ``OSError`` if it has none."""
        if host == "localhost" or host.endswith(".localhost"):
            return ["127.0.0.1"]  # as browsers resolve it (RFC 6761 6.3)
        with suppress(ValueError):
            return [str(ipaddress.ip_address(host))]
        return self._resolve(host, port)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._tasks) >= _MAX_CONNECTIONS:
            writer.close()
            return
        self._tasks.add(task)
        try:
            await self._serve(reader, writer)
        except (OSError, EOFError, TimeoutError, ValueError, asyncio.CancelledError):
            pass  # the browser hears of it, as the connection ends
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(_SECONDS_TO_CONNECT):
            host, port = await _asked(reader, writer)
            try:
                addresses = await asyncio.to_thread(self.addresses, host, port)
            except OSError:
                addresses = []
            private = next((one for one in addresses if not (is_public(one) or one in self._named)), "")
            if private and len(self.refused) < _MAX_REFUSED:
                self.refused[host] = private
            other = None if private else await _connected(addresses[:_MAX_ADDRESSES], port)
            code = _FORBIDDEN if private else _UNREACHABLE if other is None else _DONE
            writer.write(bytes([_VERSION, code, 0, _IPV4, 0, 0, 0, 0, 0, 0]))
            await writer.drain()
        if other is None:
            return
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_copy(reader, other[1], lambda _: True))
                group.create_task(_copy(other[0], writer, self._count))
        except* (OSError, EOFError):
            pass
        finally:
            other[1].close()

    def _count(self, count: int) -> bool:
        self._left -= count
        self.is_full = self.is_full or self._left < 0
        return not self.is_full


async def _asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[str, int]:
    """Return the host and the port that a client asks for. Raises ``ValueError`` if it asks for something else."""
    version, count = await reader.readexactly(2)
    await reader.readexactly(count)
    writer.write(bytes([_VERSION, 0]))
    _, command, _, kind = await reader.readexactly(4)
    if version != _VERSION or command != _CONNECT or kind not in (_IPV4, _NAME, _IPV6):
        raise ValueError
    if kind == _NAME:
        host = (await reader.readexactly((await reader.readexactly(1))[0])).decode("ascii")
    else:
        host = str(ipaddress.ip_address(await reader.readexactly(4 if kind == _IPV4 else 16)))
    (port,) = struct.unpack("!H", await reader.readexactly(2))
    return host.rstrip(".").lower(), port


async def _connected(addresses: list[str], port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
    for address in addresses:
        with suppress(OSError):
            return await asyncio.open_connection(address, port)
    return None


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, may_go_on: Callable[[int], bool]) -> None:
    """Pass on what arrives until one side ends. Raises ``EOFError`` where the other direction must end as well."""
    while chunk := await reader.read(_CHUNK):
        if not may_go_on(len(chunk)):
            raise EOFError
        writer.write(chunk)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()
