"""Shortened and raised lines in a real Chromium: what it stores of them, beside what it stores of the app's own lines.

Each line is sent under one name as the app wrote it, and under others as it may leave. Each name is set before, so that
a line that deletes, and one that Chromium refuses, can be told apart.
"""

import socketserver
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from playwright.sync_api import Browser

from browser.ugly_tables import ATTRIBUTES
from cookiewarden.http.cookie_attributes import limited, raised

WEEK = 604_800
#: Chromium keeps no cookie for longer (RFC 6265bis 5.5).
LONGEST = 400 * 86_400
FAR = b"Expires=Fri, 31 Dec 2090 23:59:59 GMT"
PAST = b"Expires=Thu, 01 Jan 1970 00:00:00 GMT"
_UGLY = (
    b'Max-Age=99999999|max-age =\t0099999999 |Max-Age="99999999"|Max-Age=+99999999|Max-Age= 99999999 x|Max-Age=1e9|'
    b"Max-Age=604801|Max-Age=604800|Expires=Fri, 31-Dec-60 23:59:59 GMT|Expires=31 Feb 2090 10:00:00|"
    b"Expires=2090-12-31|Expires=Fri, 31 Dec 2090|expires=Fri Dec 31 23:59:59 2090|Expires=0|Expires=-1|"
    b"Expires=Session|Expires=tomorrow|Expires=4102444800|Expires=Fri, 31 Dec 10000 00:00:00 GMT|"
    b"Expires=Fri, 31 Dec 1600 00:00:00 GMT|Expires=31 Feb 1990 10:00:00|Expires=Fri, 31 Dec 0099 10:00:00 GMT|"
    b"Expires=Thu, 01 Jan 1970|Max-Age=@9|Max-Age=@0|Max-Age=x@9|Expires=Fri, 31 Dec 2090 23:59:59 GMT @x"
)
LIFETIMES = sorted(
    {one.replace(b"=+1", b"=+600")  # a second would be over before the test looks
     for one in ATTRIBUTES if (b"max-age" in one.lower() or b"expires" in one.lower()) and b"@" not in one}
    | {one.replace(b"@9", b"9" * 1025).replace(b"@0", b"0" * 1025 + b"9").replace(b"@x", b"x" * 1025)
       for one in (*_UGLY.split(b"|"), FAR, PAST)}
)  # fmt: skip
AROUND = (b"; %b", b"; Max-Age=0; %b", b"; %b; Max-Age=99999999", b"; " + FAR + b"; %b", b"; %b; " + FAR)
# Seconds of a slow machine, on which Max-Age counts from a later time than the limit does.
_SLACK = 120.0
# Chromium keeps 180 cookies of a site.
_A_HOST = 40
SAME_SITES = (
    b"", b"; SameSite", b"; SameSite=None; Secure", b"; samesite = lax ", b"; SameSite=Strict", b"; SameSite=x",
    b"; SameSite=Strict; SameSite=None; Secure", b"; SameSite=Strict; SameSite=" + b"x" * 1025,
)  # fmt: skip


class Lines(socketserver.ThreadingTCPServer):
    """A server that answers each host with Set-Cookie lines of its own, byte for byte."""

    allow_reuse_address = True
    daemon_threads = True
    lines: Mapping[bytes, Sequence[bytes]] = {}


class _Handler(socketserver.StreamRequestHandler):
    server: Lines

    def handle(self) -> None:
        host = b""
        while (line := self.rfile.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            host = value.strip().partition(b":")[0] if name.lower() == b"host" else host
        headers = b"".join(b"Set-Cookie: " + one + b"\r\n" for one in self.server.lines.get(host, ()))
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n" + headers + b"\r\nok")


@pytest.fixture
def server() -> Iterator[Lines]:
    with Lines(("127.0.0.1", 0), _Handler) as lines:
        thread = threading.Thread(target=lines.serve_forever, args=(0.05,))
        thread.start()
        yield lines
        lines.shutdown()
        thread.join()


def stored_of(chromium: Browser, server: Lines, variants: Sequence[Mapping[str, bytes]]) -> list[dict[str, Any]]:
    """Return, for each mapping from a name to its attributes, what Chromium stores under each name."""
    hosts = {
        f"h.x{start}.localhost": range(len(variants))[start : start + _A_HOST]
        for start in range(0, len(variants), _A_HOST)
    }
    server.lines = {
        host.encode(): [
            line
            for number in numbers
            for name, attributes in variants[number].items()
            for pair in [f"{name}.{number}=".encode()]
            for line in (pair + b"before; Max-Age=60", pair + b"after" + attributes)
        ]
        for host, numbers in hosts.items()
    }
    context = chromium.new_context()
    found: list[dict[str, Any]] = [{} for _ in variants]
    try:
        page = context.new_page()
        for host in hosts:
            page.goto(f"http://{host}:{server.server_address[1]}/")
        for cookie in context.cookies():
            name, _, number = cookie["name"].partition(".")
            found[int(number)][name] = cookie
    finally:
        context.close()
    return found


def age(cookie: Any, now: float) -> float:
    """Return how long a cookie is kept: -1 if it was deleted, 0 for a session."""
    if cookie is None:
        return -1.0
    return 0.0 if cookie["expires"] == -1 else float(cookie["expires"] - now)


def test_chromium_keeps_no_shortened_cookie_longer_than_the_line_of_the_app(chromium: Browser, server: Lines) -> None:
    now = time.time()
    lines = [around % attribute for attribute in LIFETIMES for around in AROUND]
    variants = [
        {name: limited(b"a" + line, seconds, now)[1:] for name, seconds in (("week", WEEK), ("once", None))}
        | {"app": line}
        for line in lines
    ]
    kept = 0
    found = []
    for line, cookies in zip(lines, stored_of(chromium, server, variants), strict=True):
        app, week, once = (age(cookies.get(name), now) for name in ("app", "week", "once"))
        is_refused = [cookies[name]["value"] == "before" for name in ("app", "week", "once") if name in cookies]
        if all(is_refused) and len(is_refused) == 3:
            continue  # Chromium refuses the line, and those that are made of it
        is_alike = (app < 0) == (week < 0) == (once < 0)
        if any(is_refused) or not is_alike or once > min(app, 0.0) or week > min(max(app, 0.0), WEEK) + _SLACK:
            found.append(f"{line!r}: {app:.0f} s by the app, {week:.0f} under a week, {once:.0f} under a session")
        kept += app > WEEK + _SLACK
    assert not found, "\n".join(found)
    assert kept > 50


def test_chromium_stores_raised_cookies_as_the_policy_declares(chromium: Browser, server: Lines) -> None:
    variants = [
        {"cookie": raised(b"a" + line, secure=True, http_only=True, same_site="Lax")[1:]} for line in SAME_SITES
    ]
    for line, cookies in zip(SAME_SITES, stored_of(chromium, server, variants), strict=True):
        cookie = cookies["cookie"]
        assert (cookie["value"], cookie["secure"], cookie["httpOnly"]) == ("after", True, True), line
        is_strict = line.lower().replace(b" ", b"").endswith(b"=strict") or b"x" * 1025 in line
        assert cookie["sameSite"] == ("Strict" if is_strict else "Lax"), line


def test_a_cookie_that_no_limit_holds_for_lives_as_long_as_chromium_allows(chromium: Browser, server: Lines) -> None:
    now = time.time()
    (cookies,) = stored_of(chromium, server, [{"cookie": b"; Max-Age=99999999"}])
    assert WEEK < age(cookies["cookie"], now) <= LONGEST + 120
