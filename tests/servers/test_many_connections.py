"""A thousand connections at once, kept alive, each with a visitor of its own: each answer goes by that visitor's
choice, and carries that visitor's cookies alone."""

import asyncio
import re

from servers.kinds import each
from servers.process import PATIENCE
from servers.talks import granted
from servers.wire import head

CONNECTIONS = 1000
ROUNDS = 3


async def visit(port, number, gate):
    """The cookies in each of the answers to one visitor, who asks when all have come, and again."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        await gate.wait()
        cookies = [granted()] if number % 2 else []
        heard = []
        for _ in range(ROUNDS):
            writer.write(head("GET", f"/visitor?{number}", *cookies, end=False))
            fields = await reader.readuntil(b"\r\n\r\n")
            length = int(re.search(rb"(?i)^content-length: (\d+)\r$", fields, re.MULTILINE)[1])
            heard.append(
                (re.findall(rb"(?i)^set-cookie: ([^;\r]*)", fields, re.MULTILINE), await reader.readexactly(length))
            )
        return heard
    finally:
        writer.close()


async def visits(port):
    gate = asyncio.Barrier(CONNECTIONS)
    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as group:
        tasks = [group.create_task(visit(port, number, gate)) for number in range(CONNECTIONS)]
    return [task.result() for task in tasks]


@each(named=("uvicorn-h11", "granian-asgi", "gunicorn-gthread", "gunicorn-gevent"))
def test_a_thousand_visitors_get_their_own_cookies_each(pair):
    for number, heard in enumerate(asyncio.run(visits(pair.wrapped.port))):
        cookies = [b"sid=%d" % number, *([b"_ga=%d" % number] if number % 2 else [])]
        assert heard == [(cookies, b"%d" % number)] * ROUNDS
