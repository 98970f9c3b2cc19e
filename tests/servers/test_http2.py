"""HTTP/2: each stream brings what it brings from the unwrapped app, except the lines that are stripped."""

import pytest

from cookiewarden.testing import preferences_cookie
from servers.http2 import Asked, fetch
from servers.kinds import KINDS, each, param
from servers.site import POLICY, SECRET_KEY

UPLOAD = bytes(range(256)) * 1500
GRANTED = ("cookie", preferences_cookie(POLICY, SECRET_KEY, "statistical"))
PRIVATE = (b"cache-control", b"private")
ASKED = {
    **{path: Asked(path) for path in ("/plain", "/stream", "/empty", "/unmodified", "/no-content", "/untouched")},
    **{path: Asked(path) for path in ("/many", "/latin-1", "/spelled", "/large", "/file", "/hinted", "/none-left")},
    **{path: Asked(path) for path in ("/short", "/long", "/before", "/bad-status", "/bad-header", "/not-started")},
    **{path: Asked(path) for path in ("/at", "/after", "/restarted", "/unended")},
    "HEAD": Asked("/plain", "HEAD"),
    "granted": Asked("/many", headers=(GRANTED,)),
    "a body": Asked("/echo", "POST", body=UPLOAD),
    "trailers": Asked("/trailing", headers=(("te", "trailers"),)),
    "trailers that nobody asked for": Asked("/trailing"),
}
# When the app fails after its headers, hypercorn never closes the stream.
LEFT_OPEN = {(f"hypercorn-{loop}", path) for loop in ("asyncio", "trio") for path in ("/at", "/after", "/restarted")}
LEFT_OPEN |= {("hypercorn-asyncio", "/unended"), ("hypercorn-trio", "/unended")}


@pytest.mark.parametrize(
    ("pair", "name"),
    [
        param(kind, name)
        for kind in KINDS
        if "http2" in kind.offers
        for name in ASKED
        if (kind.name, name) not in LEFT_OPEN
    ],
    indirect=["pair"],
)
def test_a_stream_brings_the_same_except_what_is_stripped(pair, name):
    [bare], [wrapped] = (fetch(server.port, ASKED[name]) for server in (pair.bare, pair.wrapped))
    stripped = (b"_fbp=",) if name == "granted" else (b"_fbp=", b"_ga=")
    if name in ("/none-left", "granted"):
        wrapped.headers.remove(PRIVATE)
    assert wrapped.without() == bare.without(*stripped)
    assert not any(line.startswith(stripped) for line in wrapped.cookies)


@each(offering=["http2"])
def test_each_stream_of_a_connection_has_its_own_choice(pair):
    asked = [Asked("/plain", headers=(GRANTED,)) if number % 3 else Asked("/plain") for number in range(90)]
    for number, stream in enumerate(fetch(pair.wrapped.port, *asked)):
        assert stream.cookies == [b"sid=1; Path=/", *([b"_ga=1; Path=/"] if number % 3 else [])]


@each(offering=["http2"])
def test_trailers_and_hints_go_out_if_the_server_supports_them(pair):
    hinted, trailing = fetch(pair.wrapped.port, ASKED["/hinted"], ASKED["trailers"])
    has_them = pair.kind.name != "granian-asgi"
    assert [headers[0] for headers in hinted.interim] == [(b":status", b"103")] * has_them
    assert trailing.trailers == [(b"x-digest", b"1"), (b"set-cookie", b"sid=1; Path=/")] * has_them
