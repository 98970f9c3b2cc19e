"""A raw HTTP server for a browser: it sends any bytes as headers, and records the Cookie headers that come back.

Every visit has a host of its own, ``h.c<number>.x<site>.localhost``. Browsers resolve it to the loopback address, and
treat it as a secure context. A few visits share a site with the page whose script makes the requests, so that they are
same-site. They are so few that they stay below the browsers' limits of cookies per site.
"""

import json
import socketserver
import threading
from collections.abc import Sequence

Steps = Sequence[bytes]
#: The parts of the Cookie header that came back after each step of a visit; ``None`` if none was asked for.
Echoes = list[list[bytes] | None]

#: The path of a visit's lines, and the path at which the browser sends its cookies.
SET_PATH, GET_PATH = b"/set", b"/set/deep/get"
_VISITS_A_SITE = 25
_MAX_HEAD = 1 << 20
_PAGE = """<!doctype html><meta charset="utf-8"><title>cookies</title><script>
const visits = %s, next = %s;
const ask = url => fetch(url, {mode: "no-cors", credentials: "include", cache: "no-store"}).catch(() => null);
async function work() {
  for (let visit; (visit = visits.shift());) {
    for (let step = 0; step < visit.steps; step++) {
      await ask(`http://${visit.host}/set?${step}`);
      await ask(`http://${visit.host}/set/deep/get?${step}`);
    }
  }
}
Promise.all(Array.from({length: 6}, work)).then(() => next ? location.replace(next) : ask("/done"));
</script>"""


def host_name(number: int) -> str:
    """Return the host of the visit with that number."""
    return f"h.c{number}.x{number // _VISITS_A_SITE}.localhost"


class Wire(socketserver.ThreadingTCPServer):
    """The server of the pages and visits. ``is_reached``: a page was asked for. ``is_done``: all visits ended."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, visits: Sequence[Steps]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.visits = visits
        self.echoes: list[Echoes] = [[None] * len(steps) for steps in visits]
        self.is_reached = threading.Event()
        self.is_done = threading.Event()
        self._numbers = {host_name(number).encode(): number for number in range(len(visits))}

    @property
    def url(self) -> str:
        """The address at which a browser starts."""
        return self._page_url(0)

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore the error: a browser may hang up at any time. What it did not ask for is missing in the echoes."""

    def answer(self, host: bytes, target: bytes, cookies: list[bytes]) -> bytes:
        """Return the bytes of the response to a request, and record its cookies."""
        path, _, query = target.partition(b"?")
        number = self._numbers.get(host)
        headers, body = b"", b""
        if number is not None and path == SET_PATH:
            headers = self.visits[number][int(query)]
        elif number is not None and path == GET_PATH:
            self.echoes[number][int(query)] = [part for header in cookies for part in header.split(b"; ")]
        elif path == b"/page":
            self.is_reached.set()
            headers, body = b"Content-Type: text/html\r\n", self._page(int(query))
        elif path == b"/done":
            self.is_done.set()
        return b"HTTP/1.1 200 OK\r\n" + headers + b"X-After: 1\r\nConnection: close\r\n\r\n" + body

    def _page(self, site: int) -> bytes:
        first = site * _VISITS_A_SITE
        numbers = range(first, min(first + _VISITS_A_SITE, len(self.visits)))
        plan = [{"host": self._authority(host_name(n)), "steps": len(self.visits[n])} for n in numbers]
        is_last = first + _VISITS_A_SITE >= len(self.visits)
        return (_PAGE % (json.dumps(plan), json.dumps(None if is_last else self._page_url(site + 1)))).encode()

    def _page_url(self, site: int) -> str:
        return f"http://{self._authority(f'x{site}.localhost')}/page?{site}"

    def _authority(self, host: str) -> str:
        return f"{host}:{self.server_address[1]}"


class _Handler(socketserver.BaseRequestHandler):
    """One request on one connection, read by hand. The response ends with the connection, whatever it smuggles."""

    server: Wire

    def handle(self) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            received = self.request.recv(65536)
            if not received or len(head) > _MAX_HEAD:
                return
            head += received
        request_line, *lines = head.partition(b"\r\n\r\n")[0].split(b"\r\n")
        target = request_line.split(b" ")[1]
        headers = [(name.lower(), value.removeprefix(b" ")) for name, _, value in (at.partition(b":") for at in lines)]
        host = next((value for name, value in headers if name == b"host"), b"")
        cookies = [value for name, value in headers if name == b"cookie"]
        self.request.sendall(self.server.answer(host.rpartition(b":")[0], target, cookies))
