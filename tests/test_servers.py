"""A wrapped app behind real servers, each in a process of its own, asked by a plain client on a free port."""

import contextlib
import http.client
import os
import secrets
import socket
import subprocess
import sys
import time

import pytest
import websockets.exceptions
import websockets.sync.client

from cookiewarden.testing import preferences_cookie

PATIENCE = 60.0  # seconds until a server counts as not started
SECRET_KEY = "a signing key for tests"
POLICY = {
    "site": {"name": "Exampletown"},
    "cookies": [
        {"name": "sid", "category": "necessary", "purpose": "Keeps the visitor signed in"},
        {"name": "_ga", "category": "statistical", "purpose": "Counts visits"},
    ],
}

SERVED = f"""
import asyncio
import os
import sys

from cookiewarden import asgi, consent_of, wsgi

options = {{"policy": {POLICY!r}, "secret_key": {SECRET_KEY!r}}}
TOKEN = os.environ["SERVED_TOKEN"]
LINES = ["sid=1; Path=/", "_fbp=secret", "_ga=1; Path=/"]
HEADERS = [("Content-Type", "text/plain"), ("X-Token", TOKEN)] + [("Set-Cookie", line) for line in LINES]
OCTETS = [(name.lower().encode(), value.encode()) for name, value in HEADERS]


def wsgi_app(environ, start_response):
    if environ["PATH_INFO"] == "/grant":
        consent_of(environ).grant("statistical")
    start_response("200 OK", list(HEADERS))
    yield b"first "
    yield b"second"


async def asgi_app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({{"type": message["type"] + ".complete"}})
            if message["type"] == "lifespan.shutdown":
                return
    if scope["type"] == "websocket":
        await receive()
        if scope["path"] == "/denied":
            start = {{"type": "websocket.http.response.start", "status": 403, "headers": OCTETS}}
            await send(start)
            await send({{"type": "websocket.http.response.body", "body": b"no"}})
            return
        await send({{"type": "websocket.accept", "headers": OCTETS}})
        await send({{"type": "websocket.send", "text": "hello"}})
        await send({{"type": "websocket.close", "code": 1000}})
        return
    if scope["path"] == "/grant":
        consent_of(scope).grant("statistical")
    await send({{"type": "http.response.start", "status": 200, "headers": OCTETS}})
    await send({{"type": "http.response.body", "body": b"first ", "more_body": True}})
    await send({{"type": "http.response.body", "body": b"second"}})


from_wsgi = wsgi.CookieWardenMiddleware(wsgi_app, **options)
from_asgi = asgi.CookieWardenMiddleware(asgi_app, **options)
"""

WSGIREF = """
import signal
import sys
import threading
from wsgiref.simple_server import make_server
from wsgiref.validate import validator
from served import from_wsgi

server = make_server("127.0.0.1", int(sys.argv[1]), validator(from_wsgi))
signal.signal(signal.SIGTERM, lambda *args: threading.Thread(target=server.shutdown).start())
server.serve_forever()
server.server_close()
"""

PYTHON = [sys.executable, "-m"]
SERVERS = {
    "uvicorn-h11": [*PYTHON, "uvicorn", "served:from_asgi", "--port={port}", "--http=h11", "--lifespan=on"],
    "hypercorn-asyncio": [
        *PYTHON,
        "hypercorn",
        "served:from_asgi",
        "--bind=127.0.0.1:{port}",
        "--worker-class=asyncio",
    ],
    "hypercorn-trio": [*PYTHON, "hypercorn", "served:from_asgi", "--bind=127.0.0.1:{port}", "--worker-class=trio"],
    "gunicorn": [*PYTHON, "gunicorn", "served:from_wsgi", "--bind=127.0.0.1:{port}"],
    "gunicorn-threads": [*PYTHON, "gunicorn", "served:from_wsgi", "--bind=127.0.0.1:{port}", "--threads=2"],
    "waitress": [*PYTHON, "waitress", "--listen=127.0.0.1:{port}", "served:from_wsgi"],
    "wsgiref": [sys.executable, "wsgiref_server.py", "{port}"],
}
WEBSOCKETS = ["websockets-sansio", "wsproto"]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def ask(port, path="/", cookie=None):
    """The answer to one request, its fields and its body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


@contextlib.contextmanager
def serving(command, folder):
    """Start a server, wait until it answers as ours, and end it as a service manager would; its port."""
    (folder / "served.py").write_text(SERVED)
    (folder / "wsgiref_server.py").write_text(WSGIREF)
    port, token = free_port(), secrets.token_hex(8)
    arguments = [argument.format(port=port) for argument in command]
    environ = {**os.environ, "SERVED_TOKEN": token, "PYTHONPATH": str(folder)}
    with (folder / "log").open("w+b") as log:
        process = subprocess.Popen(arguments, cwd=folder, env=environ, stdout=log, stderr=log)

        def told():
            log.seek(0)
            return log.read().decode("utf-8", "replace")

        try:
            deadline = time.monotonic() + PATIENCE
            while True:
                with contextlib.suppress(OSError, http.client.HTTPException):
                    # Another process may have taken the port since we let it go, so look who answers.
                    if ask(port)[0].headers["X-Token"] == token:
                        break
                with contextlib.suppress(subprocess.TimeoutExpired):
                    pytest.fail(f"the server ended with {process.wait(0.05)}: {told()}")
                assert time.monotonic() < deadline, told()
            yield port
            process.terminate()
            process.wait(PATIENCE)
            assert "Traceback" not in told()
        finally:
            process.kill()
            process.wait(PATIENCE)


@pytest.mark.parametrize("command", SERVERS.values(), ids=SERVERS)
def test_no_cookie_leaves_a_real_server_without_consent(command, tmp_path):
    granted = preferences_cookie(POLICY, SECRET_KEY, "statistical")
    with serving(command, tmp_path) as port:
        answer, body = ask(port)
        assert answer.headers.get_all("set-cookie") == ["sid=1; Path=/"]
        assert "_fbp" not in str(answer.headers)
        assert body == b"first second"
        answer, _ = ask(port, cookie=granted)
        assert answer.headers.get_all("set-cookie") == ["sid=1; Path=/", "_ga=1; Path=/"]
        answer, _ = ask(port, "/grant")
        first, second, choice = answer.headers.get_all("set-cookie")
        assert [first, second] == ["sid=1; Path=/", "_ga=1; Path=/"]
        assert answer.headers["cache-control"] == "private"
        answer, body = ask(port, cookie=choice.partition(";")[0])
        assert answer.headers.get_all("set-cookie") == ["sid=1; Path=/", "_ga=1; Path=/"]
        assert body == b"first second"


@pytest.mark.parametrize("implementation", WEBSOCKETS)
def test_no_cookie_leaves_with_the_answer_to_a_websocket_handshake(implementation, tmp_path):
    with serving([*SERVERS["uvicorn-h11"], f"--ws={implementation}"], tmp_path) as port:
        with websockets.sync.client.connect(f"ws://127.0.0.1:{port}/", open_timeout=PATIENCE, proxy=None) as connection:
            assert connection.response.headers.get_all("set-cookie") == ["sid=1; Path=/"]
            assert connection.recv(timeout=PATIENCE) == "hello"
        with (
            pytest.raises(websockets.exceptions.InvalidStatus) as denied,
            websockets.sync.client.connect(f"ws://127.0.0.1:{port}/denied", open_timeout=PATIENCE, proxy=None),
        ):
            pytest.fail("the handshake was to be denied")
        assert denied.value.response.status_code == 403
        assert denied.value.response.headers.get_all("set-cookie") == ["sid=1; Path=/"]
