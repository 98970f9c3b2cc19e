"""The apps that real servers run: a page without Set-Cookie at /none, and one with five at /five.

If the environment variable ``BENCHMARK_WRAPPED`` is set, cookiewarden wraps them; otherwise, a pass-through does.
"""

from __future__ import annotations

import os
from typing import Any

from benchmarks.load import END
from benchmarks.measure import Side, discard_logs
from benchmarks.policies import SECRET_KEY, ordinary_policy
from benchmarks.scenarios import FIVE
from benchmarks.sides import SIDES, response_headers

VARIABLE = "BENCHMARK_WRAPPED"
BODY = b"<p>A paragraph of a page.</p>\n" * 150 + END

_HEADERS = [(name, value) for name, value in response_headers(5) if name != "content-length"]
_HEADERS.append(("content-length", str(len(BODY))))
_LINES = [("set-cookie", line % 1_000_000) for line in FIVE]


async def _asgi(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        raise ValueError("the benchmark speaks HTTP only")
    sent = _HEADERS + _LINES if scope["path"] == "/five" else _HEADERS
    headers = [(name.encode(), value.encode()) for name, value in sent]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": BODY})


def _wsgi(environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", _HEADERS + _LINES if environ["PATH_INFO"] == "/five" else _HEADERS.copy())
    return [BODY]


def _wrapped(side: Side, app: Any) -> Any:
    if not os.environ.get(VARIABLE):
        return side.pass_through(app)
    discard_logs()
    return side.cookiewarden(app, policy=ordinary_policy(), secret_key=SECRET_KEY)


asgi = _wrapped(SIDES[0], _asgi)
wsgi = _wrapped(SIDES[1], _wsgi)
