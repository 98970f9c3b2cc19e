"""One visit to a site: sends its requests politely and within bounds, and keeps what was seen on the way.

Rules: whatever a response is, its Set-Cookie lines are kept as they came. One request at a time, with a pause before
each. A bound that ends something is named in a note.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from cookiewarden.errors import printable
from cookiewarden.tools.audit.bounds import Bounds
from cookiewarden.tools.audit.jar import Jar
from cookiewarden.tools.audit.observed import Page, SeenHost, SeenLine, SentCookie, State
from cookiewarden.tools.audit.site import Site
from cookiewarden.tools.web.addresses import joined, origin_of
from cookiewarden.tools.web.challenges import status_text
from cookiewarden.tools.web.reader import AGENT, REDIRECTS, NoResponseError, Reader, Response
from cookiewarden.tools.web.robots import FORBIDS_ALL, MAX_BYTES, Robots, read_robots

#: What a browser sends with a page that is opened, as far as it depends on no browser.
_OPENING = {
    "accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    "sec-fetch-dest": "document",
    "sec-fetch-mode": "navigate",
    "sec-fetch-site": "none",
}
#: What is kept, at most. Nothing may be left out unsaid, so more lines or hosts end the visit.
_MAX_NOTES = 100
_MAX_LINES = 20_000
_MAX_HOSTS = 1_000
_MAX_SHOWN = 200


class EndError(Exception):
    """The visit ends before it is complete; the message says why."""


@dataclass(slots=True)
class Visitor:
    """One visitor: the cookies kept, and what was chosen. ``is_sent_kept``: whether to keep which cookies are sent."""

    jar: Jar = field(default_factory=Jar)
    state: State = State.NO_CHOICE
    is_sent_kept: bool = True


class Visit:
    """All requests to one site, and what they showed.

    ``clock`` counts seconds for the bounds; ``now`` is the time of day, in seconds since 1970-01-01 UTC.
    """

    def __init__(
        self,
        site: Site,
        reader: Reader,
        bounds: Bounds,
        report: Callable[[Page], None] | None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.bounds = bounds
        self.site = site
        self.pages: dict[tuple[State, str], Page] = {}
        self.lines: list[SeenLine] = []
        #: Dictionaries, as sets that keep their order.
        self.sent: dict[SentCookie, None] = {}
        self.hosts: dict[SeenHost, None] = {}
        self.notes: dict[str, None] = {}
        self.reader = reader
        self._report = report
        self._clock = clock
        self._sleep = sleep
        self._now = now
        self._deadline = clock() + bounds.seconds
        self._bytes_left = bounds.all_bytes
        self._ended: float | None = None  # when the last request did
        self._delay = bounds.delay
        self._robots: dict[tuple[str, int], Robots] = {}

    def note(self, text: str) -> None:
        """Keep a sentence for the reader of the report."""
        if len(self.notes) < _MAX_NOTES:
            self.notes[printable(text)] = None

    def add_hosts(self, state: State, hosts: Iterable[str]) -> None:
        """Keep which hosts a browser would contact for a page. Raises ``EndError`` if they are too many."""
        for host in hosts:
            self.hosts[SeenHost(state, host)] = None
        if len(self.hosts) > _MAX_HOSTS:
            raise EndError(f"The visit ended after {_MAX_HOSTS:,} hosts that pages contact; the rest was not opened.")

    def add_page(self, state: State, url: str, status: int | None, problem: str = "") -> None:
        """Keep and report that a page was opened."""
        page = Page(state, url, status, printable(problem))
        self.pages[state, url] = page
        if self._report:
            self._report(page)

    def allows(self, url: str) -> bool:
        """Return whether the site's robots.txt lets an address be opened; reads that file first if need be.

        If it cannot be read, the site lets nothing be opened (RFC 9309 2.3.1.4).
        """
        return self._robots_of(url).allows(url)

    def forbids_start(self, url: str) -> bool:
        """Return whether robots.txt says that the start page may not be opened. If it cannot be read, the page may."""
        robots = self._robots_of(url)
        return robots is not FORBIDS_ALL and not robots.allows(url)

    def next_address(self, url: str, location: str, *, is_start: bool) -> str:
        """Return the address that a redirect leads to; ``""`` if it is not one to open and nothing is wrong with it.

        ``is_start``: whether it is one of the start page. Raises ``NoResponseError`` if it must not be followed.
        """
        target = joined(url, location)
        if not target:
            raise NoResponseError(f"redirects to {printable(location)[:_MAX_SHOWN]}, which is no address of the web")
        if self.site.has(target) or (is_start and self.site.extend(target)):
            return target
        if address := self.reader.private_address(target):
            raise NoResponseError(f"redirects to the private address {address} ({target}), which was not opened")
        if is_start:
            raise NoResponseError(f"redirects to another site, {target}; to audit that one, name it")
        return ""

    def _robots_of(self, url: str) -> Robots:
        origin = origin_of(url)
        if origin not in self._robots:
            self._robots[origin] = FORBIDS_ALL
            self._robots[origin] = self._read_robots(joined(url, "/robots.txt"))
            self._delay = max(self._delay, self._robots[origin].delay)
        return self._robots[origin]

    def _read_robots(self, url: str) -> Robots:
        at = url
        try:
            for _ in range(self.bounds.redirects + 1):
                response = self._send("GET", at, {"accept": "text/plain"}, b"", MAX_BYTES)
                location = response.header("location")
                if response.status not in REDIRECTS or not location:
                    break
                at = self.next_address(at, location, is_start=True)
            else:  # such a file counts as missing (RFC 9309 2.3.1.2)
                self.note(f"{url} leads to more than {self.bounds.redirects} redirects, so it was not read.")
        except NoResponseError as error:
            self.note(f"{url} {error}, so only the start page was opened.")
            return FORBIDS_ALL
        if response.status >= 500 or response.status == 429 or (response.problem and not response.body):
            reason = response.problem or f"answers with {status_text(response.status)}"
            self.note(f"{url} {reason}, so only the start page was opened.")
            return FORBIDS_ALL
        if response.status != 200:
            return Robots()
        # Of a file that was cut, the last line may be half a rule.
        body = response.body.rpartition(b"\n")[0] if response.problem else response.body
        if response.problem:
            self.note(f"{url} {response.problem}.")
        return read_robots(body.decode("utf-8", "replace"), AGENT)

    def open(self, visitor: Visitor, url: str) -> Response:
        """Open a page as a visitor. Raises ``NoResponseError``, and ``EndError`` if a bound ends the visit."""
        return self.request(visitor, "GET", url, _OPENING, b"", visitor.state)

    def request(
        self,
        visitor: Visitor,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        answered_as: State,
    ) -> Response:
        """Send a request with a visitor's cookies, and keep those of the response.

        ``answered_as``: the state of the visitor from the response on, unless that is an error.
        """
        now = self._now()
        cookie = visitor.jar.header_for(url, now)
        if visitor.is_sent_kept:
            self.sent |= {SentCookie(visitor.state, url, name): None for name in visitor.jar.names_for(url, now)}
        carried: dict[str, str | bytes] = {**headers, **({"cookie": cookie} if cookie else {})}
        response = self._send(method, url, carried, body, self.bounds.page_bytes)
        if response.status < 400:
            visitor.state = answered_as
        received = self._now()
        for field_name, line in response.headers:
            if field_name.lower() == b"set-cookie":
                visitor.jar.store(url, line, received)
                self.lines.append(SeenLine(visitor.state, url, line, received))
        if len(self.lines) > _MAX_LINES:
            raise EndError(f"The visit ended after {_MAX_LINES:,} Set-Cookie lines; the rest was not opened.")
        if response.problem:
            self.note(f"{url} {response.problem}.")
        if response.status == 429:
            self.add_page(visitor.state, url, 429, "asks for fewer requests (429 Too Many Requests)")
            raise EndError(f"{url} asks for fewer requests (429), so the visit ended there.")
        return response

    def _send(self, method: str, url: str, headers: Mapping[str, str | bytes], body: bytes, max_bytes: int) -> Response:
        """Send a request once its time has come, within what is left of the bounds."""
        now = self._clock()
        pause = 0.0 if self._ended is None else max(self._ended + self._delay - now, 0.0)
        seconds = min(self._deadline - now - pause, self.bounds.request_seconds)
        if seconds <= 0:
            raise EndError(f"The visit ended after {self.bounds.seconds:g} seconds; the rest was not opened.")
        if self._bytes_left <= 0:
            raise EndError(f"The visit ended after {self.bounds.all_bytes:,} bytes; the rest was not opened.")
        self._sleep(pause)
        try:
            response = self.reader.send(
                method, url, headers, body, seconds=seconds, max_bytes=min(max_bytes, self._bytes_left)
            )
        except NoResponseError as error:
            if error.is_late:
                self.note(f"{url} {error}.")
            raise
        finally:
            self._ended = self._clock()
        self._bytes_left -= len(response.body) + sum(len(name) + len(value) for name, value in response.headers)
        return response
