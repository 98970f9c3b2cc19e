"""A thousand connections at once, kept alive, each of another visitor. Each response obeys the choice of its visitor,
and carries that visitor's cookies only."""

import asyncio
import re

from servers.kinds import each
from servers.process import PATIENCE
from servers.talks import granted
from servers.wire import head

CONNECTIONS = 1000
ROUNDS = 3


async def visit(port, number, gate):
    """Send requests of one visitor after all have connected, and return the cookies and body of each response."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        await gate.wait()
        cookies = [granted()] if number % 2 else []
        heard = []
        for _ in range(ROUNDS):
            writer.write(head("GET", f"/visitor?{number}", *cookies, end=False))
            headers = await reader.readuntil(b"\r\n\r\n")
            length = int(re.search(rb"(?i)^content-length: (\d+)\r$", headers, re.MULTILINE)[1])
            heard.append(
                (re.findall(rb"(?i)^set-cookie: ([^;\r]*)", headers, re.MULTILINE), await reader.readexactly(length))
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
def test_each_of_a_thousand_visitors_gets_only_their_own_cookies(pair):
    for number, heard in enumerate(asyncio.run(visits(pair.wrapped.port))):
        cookies = [b"sid=%d" % number, *([b"_ga=%d" % number] if number % 2 else [])]
        assert heard == [(cookies, b"%d" % number)] * ROUNDS
