"""A client that sends the octets it is given, and keeps those that come back.

Rule: nothing is added, nothing is repaired; h11 says only where an answer ends.
"""

import contextlib
import re
import socket
import struct

import h11

from servers.process import PATIENCE

HOST = "www.example.org"
_LARGEST_HEAD = 2**20


def head(method, path, *fields, version="1.1", end=True):
    """The head of a request; ``end``: whether it is the last on its connection."""
    lines = [f"{method} {path} HTTP/{version}", f"Host: {HOST}", *fields, *["Connection: close"] * end]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def chunked(*pieces):
    """A body in the chunked transfer coding."""
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

    def send(self, octets):
        """Send octets, as far as the other side takes them."""
        # A server that has refused a body may have closed before it came.
        with contextlib.suppress(ConnectionError):
            self._socket.sendall(octets)

    def send_slowly(self, octets):
        """Send each octet in a segment of its own."""
        for octet in octets:
            self.send(bytes([octet]))

    def end_sending(self):
        """Say that there is no more to come."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    def reset(self):
        """Break off, as a client that crashes does."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()

    def receive(self, octets=2**16):
        """What comes next; nothing, if the connection ended, whether in order or not."""
        try:
            received = self._socket.recv(octets)
        except ConnectionError:
            received = b""
        self.is_ended = self.is_ended or not received
        return received

    def until(self, end):
        """What comes up to some octets, and these; or all that comes, if they do not."""
        while end not in self._received and (received := self.receive()):
            self._received += received
        stop = self._received.find(end) + len(end) if end in self._received else len(self._received)
        found, self._received = self._received[:stop], self._received[stop:]
        return found

    def take(self, count):
        """As many octets; or all that comes, if these are fewer."""
        while len(self._received) < count and (received := self.receive()):
            self._received += received
        found, self._received = self._received[:count], self._received[count:]
        return found

    def answer(self, method="GET"):
        """One answer, with the interim ones before it; or all that comes, if the connection ends before it does."""
        reader = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LARGEST_HEAD)
        reader.send(h11.Request(method=method, target="/", headers=[("host", HOST)]))
        reader.send(h11.EndOfMessage())
        octets = received = self._received
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
            octets += received
        self._received = reader.trailing_data[0]
        return octets[: len(octets) - len(self._received)]

    def rest(self):
        """All that comes until the connection ends."""
        octets, self._received = [self._received], b""
        while received := self.receive():
            octets.append(received)
        return b"".join(octets)


def heard(server, talk):
    """What a talk with a server brings, without the date."""
    with Wire(server.port, getattr(talk, "receive_buffer", 0)) as wire:
        return undated(talk(wire))


_DATE = re.compile(rb"^date: [^\r\n]*\r\n", re.IGNORECASE | re.MULTILINE)
_STRIPPED = re.compile(rb"^set-cookie: (?:_ga|_fbp)=[^\r\n]*\r\n", re.IGNORECASE | re.MULTILINE)
_UNDECLARED = re.compile(rb"^set-cookie: _fbp=[^\r\n]*\r\n", re.IGNORECASE | re.MULTILINE)
_PRIVATE = re.compile(rb"^cache-control: private\r\n", re.IGNORECASE | re.MULTILINE)


def undated(octets):
    """An answer without what differs between any two."""
    return _DATE.sub(b"", octets)


def without_cookies(octets, is_granted=False):
    """What is to be left of an answer of the unwrapped app."""
    return (_UNDECLARED if is_granted else _STRIPPED).sub(b"", octets)


def without_private(octets):
    """An answer without the word to caches that goes with a cookie which was granted, or stands for the last one."""
    return _PRIVATE.sub(b"", octets)
