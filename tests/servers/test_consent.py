"""A wrapped app on real servers, asked as by a browser: no cookie leaves without consent, and a view may grant it."""

import sys

import pytest
import websockets.exceptions
import websockets.sync.client

from cookiewarden.testing import preferences_cookie
from servers.kinds import each
from servers.process import PATIENCE, ask, serving
from servers.site import KEPT, POLICY, SECRET_KEY, STATISTICAL

GRANTED = preferences_cookie(POLICY, SECRET_KEY, "statistical")


def look(port):
    """Send requests without a choice, with one, to a view that grants, and with the choice that it gave."""
    answer, body = ask(port)
    assert answer.headers.get_all("set-cookie") == [KEPT]
    assert "_fbp" not in str(answer.headers)
    assert body == b"first second"
    answer, _ = ask(port, cookie=GRANTED)
    assert answer.headers.get_all("set-cookie") == [KEPT, STATISTICAL]
    answer, _ = ask(port, "/grant")
    first, second, choice = answer.headers.get_all("set-cookie")
    assert [first, second] == [KEPT, STATISTICAL]
    assert answer.headers["cache-control"] == "private"
    answer, body = ask(port, cookie=choice.partition(";")[0])
    assert answer.headers.get_all("set-cookie") == [KEPT, STATISTICAL]
    assert body == b"first second"


@each()
def test_no_cookie_leaves_a_real_server_without_consent(pair):
    start = len(pair.wrapped.output)
    look(pair.wrapped.port)
    assert "Traceback" not in pair.wrapped.output[start:]


def test_the_validator_of_wsgiref_finds_nothing(tmp_path):
    command = [sys.executable, "-m", "servers.wsgiref_server", "{app}", "{port}", "--validate"]
    with serving(command, tmp_path, "servers.wsgi_app:wrapped") as [server]:
        look(server.port)
        assert "Traceback" not in server.output


@each(offering=["websocket"], named=("uvicorn-h11", "uvicorn-httptools", "hypercorn-asyncio"))
def test_no_cookie_leaves_with_the_response_to_a_websocket_handshake(pair):
    address = f"ws://127.0.0.1:{pair.wrapped.port}"
    with websockets.sync.client.connect(f"{address}/talk", open_timeout=PATIENCE, proxy=None) as connection:
        assert connection.response.headers.get_all("set-cookie") == [KEPT]
        assert connection.recv(timeout=PATIENCE) == "hello"
    with (
        pytest.raises(websockets.exceptions.InvalidStatus) as denied,
        websockets.sync.client.connect(f"{address}/denied", open_timeout=PATIENCE, proxy=None),
    ):
        pytest.fail("the handshake was not denied")
    assert denied.value.response.status_code == 403
    assert denied.value.response.headers.get_all("set-cookie") == [KEPT]
