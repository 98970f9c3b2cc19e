"""A flood of hostile requests, through both adapters: ``python -m hostile.flood --requests 1000000 --seed 7``.

The app or our pages answer each request once, and nothing fails. The memory of the process is measured after each of
ten parts. After the second part, all caches are full, and it may grow by no more than ``--most`` MiB. The exit code is
1 if it grows by more.
"""

import asyncio
import gc
import logging
import sys
import time
from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from cookiewarden import asgi, consent_of, wsgi
from exchanges import http_environ, http_scope, wrap
from hostile.traffic import POLICIES, Hostile, requests

_PARTS = 10
_WARM_PARTS = 2
_BATCH = 500
_PAGE_KIB = 4


class Flooded:
    """An app inside both adapters; counts who answered."""

    def __init__(self) -> None:
        self.by_app = self.by_us = 0
        self._asked: Any = None
        self._asgi = wrap(asgi.CookieWardenMiddleware, self._asgi_app, policy=POLICIES)
        self._wsgi = wrap(wsgi.CookieWardenMiddleware, self._wsgi_app, policy=POLICIES)

    @property
    def wrapped(self) -> tuple[Any, Any]:
        """The two wrapped apps."""
        return self._asgi, self._wsgi

    def ask(self, batch: list[Hostile]) -> None:
        """Send each of these requests through both adapters."""
        asyncio.run(self._ask_asgi(batch))
        for hostile in batch:
            self._ask_wsgi(hostile)

    async def _ask_asgi(self, batch: list[Hostile]) -> None:
        for hostile in batch:
            self._asked, messages = hostile, []

            async def receive(hostile: Hostile = hostile) -> Any:
                return {"type": "http.request", "body": hostile.body, "more_body": False}

            async def send(message: Any, messages: list[Any] = messages) -> None:
                messages.append(message)

            before = self.by_app
            await self._asgi(http_scope(hostile.request), receive, send)
            start, body = messages
            assert (start["type"], body["type"]) == ("http.response.start", "http.response.body")
            self._count(before, start["headers"])

    def _ask_wsgi(self, hostile: Hostile) -> None:
        self._asked, answered, before = hostile, [], self.by_app
        keys = {"wsgi.input": BytesIO(hostile.body), "CONTENT_LENGTH": str(len(hostile.body))}
        list(self._wsgi(http_environ(hostile.request, **keys), lambda status, headers: answered.append(headers)))
        (headers,) = answered
        self._count(before, [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers])

    def _count(self, before: int, headers: list[tuple[bytes, bytes]]) -> None:
        """Count who answered, and check that no line with a break left."""
        is_ours = self.by_app == before
        self.by_us += is_ours
        lines = [value for name, value in headers if name.rstrip().lower() == b"set-cookie"]
        assert not any(byte in line for line in lines for byte in b"\r\n\0")
        assert is_ours == any(name.lower() == b"content-security-policy" for name, _ in headers)

    def _act(self, carrier: Any) -> None:
        self.by_app += 1
        act = self._asked.act
        if act:
            choice = consent_of(carrier)
            if act == "reads":
                assert choice.allows("necessary")
            else:
                (choice.grant if act == "grants" else choice.withdraw)("statistical")

    async def _asgi_app(self, scope: Any, receive: Any, send: Any) -> None:
        self._act(scope)
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in self._asked.answer]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    def _wsgi_app(self, environ: Any, start_response: Any) -> list[bytes]:
        self._act(environ)
        start_response("200 OK", self._asked.answer)
        return []


def flood(flooded: Flooded, source: Iterator[Hostile], count: int) -> None:
    """Send ``count`` requests of a source."""
    for _ in range(0, count, _BATCH):
        flooded.ask(list(islice(source, min(_BATCH, count))))


def _resident_kib() -> int:
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE_KIB


@click.command(help=__doc__)
@click.option("--requests", "count", default=1_000_000, show_default=True)
@click.option("--seed", default=7, show_default=True)
@click.option("--most", default=8.0, show_default=True, help="MiB that the process may grow by after the warm-up.")
def main(count: int, seed: int, most: float) -> None:
    logging.disable(logging.CRITICAL)
    console = Console(width=None if sys.stdout.isatty() else 132)
    flooded, source, began = Flooded(), requests(seed), time.monotonic()
    resident: list[float] = []
    blocks: list[int] = []
    with Progress(console=console) as progress:
        task = progress.add_task("requests", total=count)
        for _ in range(_PARTS):
            for _ in range(0, count // _PARTS, _BATCH):
                flood(flooded, source, _BATCH)
                progress.advance(task, _BATCH)
            resident.append(_resident_kib() / 1024)
            blocks.append(sys.getallocatedblocks())
    table = Table(title=f"{count:,} requests, seed {seed}, {time.monotonic() - began:.0f} seconds")
    for heading in ("part", "resident MiB", "blocks"):
        table.add_column(heading, justify="right")
    for part, (mebibytes, count_of_blocks) in enumerate(zip(resident, blocks, strict=True), 1):
        table.add_row(str(part), f"{mebibytes:.1f}", f"{count_of_blocks:,}")
    console.print(table)
    grown = max(resident[_WARM_PARTS:]) - max(resident[:_WARM_PARTS])
    console.print(f"answered by the app: {flooded.by_app:,}; by our pages: {flooded.by_us:,}")
    console.print(f"grown after the warm-up: {grown:.1f} MiB (at most {most:g})")
    sys.exit(grown > most)


if __name__ == "__main__":
    main()
