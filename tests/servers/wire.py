"""A client that sends given bytes, and keeps those that come back.

Rule: it adds and repairs nothing. It uses h11 only to find where a response ends.
"""

import contextlib
import re
import socket
import struct

import h11

from servers.process import PATIENCE

HOST = "www.example.org"
_LARGEST_HEAD = 2**20


def head(method, path, *headers, version="1.1", end=True):
    """Return the head of a request. ``end``: whether it is the last one on its connection."""
    lines = [f"{method} {path} HTTP/{version}", f"Host: {HOST}", *headers, *["Connection: close"] * end]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def chunked(*pieces):
    """Return a body in the chunked transfer coding."""
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in [*pieces, b""])


class Wire(contextlib.closing):
    """One connection to a server."""

    def __init__(self, port, receive_buffer=0):
        super().__init__(self)
        self._socket = socket.socket()
        self._socket.settimeout(PATIENCE)
        if receive_buffer:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self._socket.connect(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = b""
        self.is_ended = False

    def close(self):
        self._socket.close()

    def send(self, data):
        """Send bytes, unless the server closes the connection."""
        # A server that refuses a body may close before all of it has come.
        with contextlib.suppress(ConnectionError):
            self._socket.sendall(data)

    def send_slowly(self, data):
        """Send each byte in a segment of its own."""
        for byte in data:
            self.send(bytes([byte]))

    def end_sending(self):
        """Tell the server that nothing follows."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    def reset(self):
        """Break off, as a client that crashes does."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()

    def receive(self, size=2**16):
        """Return what comes next; nothing if the connection has ended, in order or not."""
        try:
            received = self._socket.recv(size)
        except ConnectionError:
            received = b""
        self.is_ended = self.is_ended or not received
        return received

    def until(self, end):
        """Return what comes up to and with ``end``, or all that comes if it does not."""
        while end not in self._received and (received := self.receive()):
            self._received += received
        stop = self._received.find(end) + len(end) if end in self._received else len(self._received)
        found, self._received = self._received[:stop], self._received[stop:]
        return found

    def take(self, count):
        """Return that many bytes, or all that come if there are fewer."""
        while len(self._received) < count and (received := self.receive()):
            self._received += received
        found, self._received = self._received[:count], self._received[count:]
        return found

    def answer(self, method="GET"):
        """Return one response, with the interim ones before it, or all that comes if the connection ends first."""
        reader = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LARGEST_HEAD)
        reader.send(h11.Request(method=method, target="/", headers=[("host", HOST)]))
        reader.send(h11.EndOfMessage())
        raw = received = self._received
        self._received = b""
        while True:
            if received or self.is_ended:
                with contextlib.suppress(h11.RemoteProtocolError):
                    reader.receive_data(received)
                    while not isinstance(event := reader.next_event(), h11.EndOfMessage | h11.ConnectionClosed):
                        if event in (h11.NEED_DATA, h11.PAUSED):
                            break
                    else:
                        break
            if self.is_ended:
                break
            received = self.receive()
            raw += received
        self._received = reader.trailing_data[0]
        return raw[: len(raw) - len(self._received)]

    def rest(self):
        """Return all that comes until the connection ends."""
        pieces, self._received = [self._received], b""
        while received := self.receive():
            pieces.append(received)
        return b"".join(pieces)


def heard(server, talk):
    """Return what a talk with a server brings, without the date."""
    with Wire(server.port, getattr(talk, "receive_buffer", 0)) as wire:
        return undated(talk(wire))


_DATE = re.compile(rb"^date: [^\r\n]*\r\n", re.IGNORECASE | re.MULTILINE)
_STRIPPED = re.compile(rb"^set-cookie: (?:_ga|_fbp)=[^\r\n]*\r\n", re.IGNORECASE | re.MULTILINE)
_UNDECLARED = re.compile(rb"^set-cookie: _fbp=[^\r\n]*\r\n", re.IGNORECASE | re.MULTILINE)
_PRIVATE = re.compile(rb"^cache-control: private\r\n", re.IGNORECASE | re.MULTILINE)


def undated(raw):
    """Return a response without its date, in which any two differ."""
    return _DATE.sub(b"", raw)


def without_cookies(raw, is_granted=False):
    """Return what the middleware must leave of a response of the unwrapped app."""
    return (_UNDECLARED if is_granted else _STRIPPED).sub(b"", raw)


def without_private(raw):
    """Return a response without the "private" that the middleware adds if a granted cookie passes or none is left."""
    return _PRIVATE.sub(b"", raw)
