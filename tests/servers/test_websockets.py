"""Websockets: handshake and frames have the same bytes as those of the unwrapped app, except the lines that are
stripped."""

import pytest

from servers.kinds import KINDS, each, param
from servers.process import seen
from servers.talks import granted
from servers.wire import Wire, head, heard, without_cookies, without_private

HANDSHAKE = (
    *("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"),
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
)
TEXT, BINARY, CLOSE, PING = 1, 2, 8, 9
MASK = b"mask"


def frame(opcode, data):
    """Return a frame as clients send it."""
    masked = bytes(byte ^ MASK[at % 4] for at, byte in enumerate(data))
    return bytes([0x80 | opcode, 0x80 | len(data)]) + MASK + masked


def shaken(wire, path, *headers):
    wire.send(head("GET", path, *HANDSHAKE, *headers, end=False))
    return wire.until(b"\r\n\r\n")


def said(wire):
    """Return the next frame of the server; all of its frames are short."""
    start = wire.take(2)
    return start + wire.take(start[1] if start else 0)


def conversation(path, *frames, headers=()):
    """Return a talk that opens a websocket, hears the greetings and sends frames, until the server closes.

    It sends each frame after the answer to the one before, because servers may reorder what does not wait.
    """

    def talk(wire):
        raw = shaken(wire, path, *headers)
        if raw.startswith(b"HTTP/1.1 101 "):
            left = [b"", b"", *frames, b""]
            answer = b"-"
            while answer and answer[0] & 0xF != CLOSE:
                wire.send(left.pop(0))
                answer = said(wire)
                raw += answer
            wire.send(frame(CLOSE, b"\x03\xe8"))
        wire.end_sending()
        return raw + wire.rest()

    return talk


END = frame(TEXT, b"end")
CONVERSATIONS = {
    "closed by the server": conversation("/talk", END),
    "closed by the client": conversation("/talk", frame(TEXT, b"hi"), frame(CLOSE, b"\x03\xe8")),
    "granted": conversation("/talk", END, headers=(granted(),)),
    "text and bytes": conversation("/talk", frame(TEXT, "é".encode()), frame(BINARY, b"\xff\x00"), END),
    "a ping": conversation("/talk", frame(PING, b"?"), END),
    "a subprotocol": conversation("/talk", END, headers=("Sec-WebSocket-Protocol: chat, other",)),
    "what is not UTF-8": conversation("/talk", frame(TEXT, b"\xff")),
    "denied": conversation("/denied"),
    "closed before the handshake": conversation("/closed"),
    "failing before the handshake": conversation("/failing"),
    "failing after the handshake": conversation("/failing-later"),
}
# These do not send the app's headers with the handshake.
WITHOUT_HEADERS = {"granian-asgi", "daphne"}
# A response instead of the handshake ends granian's worker, even with the unwrapped app.
FALLS = ("granian-asgi", "denied")
OPENED = {name for name in CONVERSATIONS if "before" not in name and name != "denied"}


@pytest.mark.parametrize(
    ("pair", "name"),
    [
        param(kind, name)
        for kind in KINDS
        if "websocket" in kind.offers
        for name in CONVERSATIONS
        if (kind.name, name) != FALLS
    ],
    indirect=["pair"],
)
def test_a_conversation_is_the_same_except_what_is_stripped(pair, name):
    bare, wrapped = (heard(server, CONVERSATIONS[name]) for server in (pair.bare, pair.wrapped))
    assert (b"_fbp=" in bare) >= (name in OPENED and pair.kind.name not in WITHOUT_HEADERS)
    if name == "granted":
        wrapped = without_private(wrapped)
    assert wrapped == without_cookies(bare, is_granted=name == "granted")


@each(offering=["websocket"])
@pytest.mark.parametrize("goodbye", [frame(CLOSE, b"\x03\xe9"), frame(CLOSE, b""), b""], ids=["code", "close", "none"])
def test_the_app_learns_of_a_disconnect_as_it_does_unwrapped(pair, goodbye):
    learned = []
    for server in (pair.bare, pair.wrapped):
        with Wire(server.port) as wire:
            shaken(wire, "/talk?watched")
            assert [said(wire)[:1], said(wire)[:1]] == [b"\x81", b"\x82"]
            wire.send(goodbye)
            wire.end_sending()
            wire.rest()
        learned.append(seen(server))
    assert learned[0] == learned[1]
    assert "websocket.disconnect" in str(learned[0])
