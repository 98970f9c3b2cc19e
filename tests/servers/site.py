"""What is served: the site's policy, and a table of responses that the apps of both server interfaces give.

Rule: a response depends on the request alone, so that two processes give the same one.
"""

import os
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

SECRET_KEY = "a signing key for tests"
POLICY = {
    "site": {"name": "Exampletown"},
    "cookies": [
        {"name": "sid", "category": "necessary", "purpose": "Keeps the visitor signed in"},
        {"name": "_ga", "category": "statistical", "purpose": "Counts visits"},
    ],
}
OPTIONS = {"policy": POLICY, "secret_key": SECRET_KEY}

#: A client recognizes by this token that the server which it started answers.
TOKEN = os.environ.get("SERVED_TOKEN", "")
KEPT, UNDECLARED, STATISTICAL = "sid=1; Path=/", "_fbp=secret", "_ga=1; Path=/"
LINES = (KEPT, UNDECLARED, STATISTICAL)

PIECE = bytes(range(256)) * 256
#: The number of pieces of the large response, 20 MiB.
PIECES = 20 * 2**20 // len(PIECE)
#: A file of some hundred KiB, for the servers' own ways to send a file.
FILE = Path(os.environ.get("SERVED_FILE", __file__))


@dataclass(frozen=True)
class Answer:
    """A response: the status, the headers besides those of every response, and the body in pieces."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    pieces: tuple[bytes, ...] = ()
    lines: tuple[str, ...] = LINES

    @property
    def status_line(self) -> str:
        return f"{self.status} {HTTPStatus(self.status).phrase}"

    @property
    def all_headers(self) -> list[tuple[str, str]]:
        start = [("Content-Type", "text/plain")] if self.pieces else []
        cookies = [("Set-Cookie", line) for line in self.lines]
        return [*start, ("X-Token", TOKEN), *cookies, *self.headers]


def _length(size: int) -> tuple[tuple[str, str], ...]:
    return (("Content-Length", str(size)),)


ANSWERS = {
    "/": Answer(200, (), (b"first ", b"second")),
    "/plain": Answer(200, _length(12), (b"first second",)),
    "/stream": Answer(200, (), (b"first ", b"", b"second ", b"third")),
    "/empty": Answer(200, _length(0)),
    "/unmodified": Answer(304, (("ETag", '"1"'),)),
    "/no-content": Answer(204),
    "/untouched": Answer(200, _length(4), (b"none",), ()),
    "/none-left": Answer(200, _length(4), (b"none",), (UNDECLARED, STATISTICAL)),
    "/many": Answer(200, _length(4), (b"many",), LINES * 40),
    "/latin-1": Answer(200, _length(4), (b"text",), ("sid=caf\xe9", "_ga=caf\xe9", *LINES)),
    "/spelled": Answer(
        200,
        (("SET-COOKIE", STATISTICAL), ("Set-cookie", UNDECLARED), ("sEt-cOOkie", KEPT), *_length(4)),
        (b"case",),
        (),
    ),
    "/short": Answer(200, _length(12), (b"first ",)),
    "/long": Answer(200, _length(5), (b"first ", b"second")),
    "/refused": Answer(413, _length(8), (b"too long",)),
}
#: The headers of the responses that each app sends in its own way.
USUAL = Answer(200, (), (b"",)).all_headers
ERROR = Answer(500, (("X-Error", "1"),), (b"an error",))
