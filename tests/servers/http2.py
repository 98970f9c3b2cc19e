"""A client of HTTP/2 without TLS that keeps what each stream brought.

Rule: it keeps headers, body, trailers and how the stream ended. It does not keep frames, because servers split these as
they like, and their compression depends on earlier ones.
"""

import contextlib
import socket
from dataclasses import dataclass, field

import h2.connection
import h2.errors
import h2.events
import h2.exceptions
import h2.settings

from servers.process import PATIENCE
from servers.wire import HOST

_FRAME_HEAD = 9
Headers = list[tuple[bytes, bytes]]


@dataclass
class Stream:
    """What one stream brought."""

    interim: list[Headers] = field(default_factory=list)
    headers: Headers = field(default_factory=list)
    body: bytearray = field(default_factory=bytearray)
    trailers: Headers = field(default_factory=list)
    end: str = ""

    @property
    def cookies(self) -> list[bytes]:
        return [value for name, value in self.headers + self.trailers if name == b"set-cookie"]

    def without(self, *starts: bytes) -> "Stream":
        """Return the stream without Set-Cookie headers that begin with ``starts``, and without the date."""

        def left(headers: Headers) -> Headers:
            cookies = [(name, value) for name, value in headers if name == b"set-cookie" and value.startswith(starts)]
            return [pair for pair in headers if pair not in cookies and pair[0] != b"date"]

        return Stream([left(one) for one in self.interim], left(self.headers), self.body, left(self.trailers), self.end)


@dataclass(frozen=True)
class Asked:
    """One request."""

    path: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


def fetch(port: int, *requests: Asked) -> list[Stream]:
    """Send some requests at once over one connection, and return what each of their streams brought."""
    connection = h2.connection.H2Connection()
    connection.initiate_connection()
    connection.increment_flow_control_window(2**30)
    connection.update_settings({h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: 2**30})
    streams: dict[int, Stream] = {}
    unsent: dict[int, bytes] = {}
    unread = bytearray()
    for number, asked in enumerate(requests):
        pseudo = ((":method", asked.method), (":scheme", "http"), (":authority", HOST), (":path", asked.path))
        stream = 2 * number + 1
        streams[stream] = Stream()
        connection.send_headers(stream, [*pseudo, *asked.headers], end_stream=not asked.body)
        if asked.body:
            unsent[stream] = asked.body
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as wire:
        while not all(stream.end for stream in streams.values()):
            _send_bodies(connection, unsent, streams)
            with contextlib.suppress(ConnectionError):
                wire.sendall(connection.data_to_send())
            received = wire.recv(2**16)
            end = "" if received else "the connection ended"
            unread += received
            try:
                # Frame by frame, because an error discards what came with the frames before it.
                while (size := _FRAME_HEAD + int.from_bytes(unread[:3])) <= len(unread):
                    for event in connection.receive_data(bytes(unread[:size])):
                        _note(event, streams)
                    del unread[:size]
            except h2.exceptions.ProtocolError as error:
                end = repr(error)
            for stream in streams.values():
                stream.end = stream.end or end
    return list(streams.values())


def _send_bodies(connection: h2.connection.H2Connection, unsent: dict[int, bytes], streams: dict[int, Stream]) -> None:
    """Send as much of the bodies as the server takes now."""
    for stream, body in list(unsent.items()):
        if streams[stream].end:
            del unsent[stream]  # the server answered before it took all of the body
            continue
        size = min(connection.local_flow_control_window(stream), connection.max_outbound_frame_size, len(body))
        while size:
            connection.send_data(stream, body[:size], end_stream=size == len(body))
            body = body[size:]
            size = min(connection.local_flow_control_window(stream), connection.max_outbound_frame_size, len(body))
        unsent[stream] = body
        if not body:
            del unsent[stream]


def _note(event: h2.events.Event, streams: dict[int, Stream]) -> None:
    match event:
        case h2.events.InformationalResponseReceived():
            streams[event.stream_id].interim.append(event.headers)
        case h2.events.ResponseReceived():
            streams[event.stream_id].headers = event.headers
        case h2.events.DataReceived():
            streams[event.stream_id].body += event.data
        case h2.events.TrailersReceived():
            streams[event.stream_id].trailers = event.headers
        case h2.events.StreamEnded():
            streams[event.stream_id].end = "ended"
        case h2.events.StreamReset():
            streams[event.stream_id].end = streams[event.stream_id].end or f"reset {event.error_code!r}"
