"""One visit to a site or an app: sends its requests politely and within bounds, and keeps what was seen on the way.

Rules: whatever a response is, its Set-Cookie lines are kept as they came. One request at a time, with a pause before
each. A bound that ends something is named in a note.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from cookiewarden.errors import printable
from cookiewarden.http.headers import values_of
from cookiewarden.tools.audit.bounds import Bounds
from cookiewarden.tools.audit.choosing import TAKEN
from cookiewarden.tools.audit.jar import Jar
from cookiewarden.tools.audit.notebook import Notebook
from cookiewarden.tools.audit.observed import Page, SentCookie, State
from cookiewarden.tools.audit.site import Site
from cookiewarden.tools.audit.site_robots import SiteRobots
from cookiewarden.tools.audit.visit_time import VisitEndError, VisitTime
from cookiewarden.tools.web.addresses import joined
from cookiewarden.tools.web.reader import NoResponseError
from cookiewarden.tools.web.response import Response
from cookiewarden.tools.web.robots import MAX_BYTES

#: What a browser sends with a page that is opened, as far as it depends on no browser.
_OPENING = {
    "accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    "sec-fetch-dest": "document",
    "sec-fetch-mode": "navigate",
    "sec-fetch-site": "none",
}
#: Every browser names a language; some sites do less for readers without one.
_LANGUAGE = {"accept-language": "en"}
#: What a browser sends to fetch what a page is made of.
_FETCHING = {"accept": "*/*", "sec-fetch-mode": "no-cors", "sec-fetch-site": "same-origin"}
#: So much is read of what is fetched for its headers only.
_MAX_FETCHED = 65_536


class NotFollowedError(Exception):
    """A redirect must not be followed; the message says why, as words that follow its address."""


class Source(Protocol):
    """What answers requests: a ``Reader`` of the web, or an app in this process."""

    def private_address(self, url: str, /) -> str:
        """Return the address of a private network that an address leads to; ``""`` if it leads to none."""

    def send(
        self, method: str, url: str, headers: Mapping[str, str | bytes], body: bytes, *, seconds: float, max_bytes: int
    ) -> Response:
        """Send a request, and return the response. Raises ``NoResponseError``."""


@dataclass(slots=True)
class Visitor:
    """One visitor: the cookies kept, and what was chosen. ``is_sent_noted``: whether to note the cookies that it sends.

    Those that our own pages get are not noted, because their answers delete some.
    """

    jar: Jar = field(default_factory=Jar)
    state: State = State.NO_CHOICE
    is_sent_noted: bool = True


class Visit:
    """All requests to one site, and the notebook of what they showed.

    ``start``: the normalized address of the first page. ``is_remote``: whether the site is one of others. Then it is
    asked what may be opened, and it is left alone if it asks for that. ``clock`` counts seconds for the bounds; ``now``
    is the time of day, in seconds since 1970-01-01 UTC.
    """

    def __init__(
        self,
        start: str,
        source: Source,
        bounds: Bounds,
        report: Callable[[Page], None] | None = None,
        *,
        is_remote: bool = True,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.start = start
        self.bounds = bounds
        self.site = Site(start)
        self.is_remote = is_remote
        self.notebook = Notebook()
        self.began = now()
        self._source = source
        self._report = report
        self._sleep = sleep
        self._now = now
        self.time = VisitTime(bounds, clock)
        self._bytes_left = bounds.all_bytes
        self.robots = SiteRobots(self._send_for_robots, self.site, self.notebook.note, redirects=bounds.redirects)

    def add_hosts(self, state: State, hosts: Iterable[str]) -> None:
        """Keep which hosts a browser would contact for a page. Raises ``VisitEndError`` if they are too many."""
        self.notebook.keep_hosts(state, hosts)
        self._check_room()

    def add_page(self, state: State, url: str, status: int | None, problem: str = "") -> None:
        """Keep that a page was opened, and report it unless it answered so before."""
        page = Page(state, url, status, printable(problem))
        is_new = self.notebook.pages.get((state, url)) != page
        self.notebook.pages[state, url] = page
        if self._report and is_new:
            self._report(page)

    def next_address(self, url: str, location: str, *, is_entry: bool) -> str:
        """Return the address that a redirect leads to; ``""`` if it is not one to open and nothing is wrong with it.

        ``is_entry``: whether a page that comes first redirects. Raises ``NotFollowedError`` if it must not be followed.
        """
        target = joined(url, location)
        if not target:
            # It is not quoted: what it holds of a visitor, nobody can tell.
            raise NotFollowedError("redirects to what is no address of the web")
        if self.site.has(target) or (is_entry and self.site.extend(target)):
            return target
        if address := self._source.private_address(target):
            raise NotFollowedError(f"redirects to the private address {address} ({target}), which was not opened")
        if is_entry:
            raise NotFollowedError(f"redirects to another site, {target}; to audit that one, name it")
        return ""

    def _send_for_robots(self, url: str) -> Response:
        """Ask for robots.txt, as no visitor. An app in this process asks nothing of readers."""
        if not self.is_remote:
            return Response(404, (), b"")
        response = self._send("GET", url, {"accept": "text/plain"}, b"", MAX_BYTES, self._wait())
        lines = [*values_of(response.headers, b"set-cookie")]
        self.notebook.keep_lines(State.NO_CHOICE, url, lines, self._now())
        return response

    def open(self, visitor: Visitor, url: str) -> Response:
        """Open a page as a visitor. Raises ``NoResponseError``, and ``VisitEndError`` if a bound ends the visit."""
        return self.request(visitor, "GET", url, _OPENING, b"", visitor.state, is_of_page=True)

    def fetch(self, visitor: Visitor, url: str) -> Response:
        """Fetch what a page is made of, as a visitor, for the headers of the response. Raises what ``open`` does."""
        return self.request(visitor, "GET", url, _FETCHING, b"", visitor.state, max_bytes=_MAX_FETCHED, is_of_page=True)

    def keep_left(self, visitor: Visitor) -> None:
        """Keep the cookies that a visitor still has as sent, for a page that nobody opened may get them."""
        left = visitor.jar.left(self.start, self._now())
        self.notebook.sent |= {SentCookie(visitor.state, url, name): None for url, name in left}

    def request(
        self,
        visitor: Visitor,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        answered_as: State,
        *,
        max_bytes: int | None = None,
        is_of_page: bool = False,
    ) -> Response:
        """Send a request with a visitor's cookies, and keep those of the response.

        ``answered_as``: the state of the visitor from the response on, if the site takes the choice. ``max_bytes``: how
        much of the body is needed, if not all; then nothing says that the rest was not read. ``is_of_page``: whether it
        is for a page, so that the cookies count that it carries.
        """
        seconds = self._wait()
        if is_of_page and visitor.is_sent_noted:
            names = visitor.jar.names_for(url, self._now())
            self.notebook.sent |= {SentCookie(visitor.state, url, name): None for name in names}
        cookie = visitor.jar.header_for(url, self._now())
        carried: dict[str, str | bytes] = {**_LANGUAGE, **headers, **({"cookie": cookie} if cookie else {})}
        response = self._send(method, url, carried, body, max_bytes or self.bounds.page_bytes, seconds)
        if response.status in TAKEN:
            visitor.state = answered_as
        received = self._now()
        lines = [*values_of(response.headers, b"set-cookie")]
        for line in lines:
            visitor.jar.store(url, line, received)
        self.notebook.keep_lines(visitor.state, url, lines, received, method=method)
        self._check_room()
        if response.problem and max_bytes is None:
            self.notebook.note(f"{url} {response.problem}.")
        if response.status == 429 and self.is_remote:
            self.add_page(visitor.state, url, 429, "asks for fewer requests (429 Too Many Requests)")
            raise VisitEndError(f"{url} asks for fewer requests (429), so the visit ended there.")
        return response

    def _check_room(self) -> None:
        """Raise ``VisitEndError`` if there is more to see than is kept, so that nothing is left out unsaid."""
        if self.notebook.full:
            raise VisitEndError(f"The visit ended after {self.notebook.full}; the rest was not opened.")

    def _wait(self) -> float:
        """Wait until the time of the next request has come; return how many seconds it may take."""
        pause, left = self.time.turn(self.robots.delay)
        if self._bytes_left <= 0:
            raise VisitEndError(f"The visit ended after {self.bounds.all_bytes:,} bytes; the rest was not opened.")
        self._sleep(pause)
        return min(left, self.bounds.request_seconds)

    def _send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str | bytes],
        body: bytes,
        max_bytes: int,
        seconds: float,
    ) -> Response:
        """Send a request within what is left of the bounds."""
        try:
            response = self._source.send(
                method, url, headers, body, seconds=seconds, max_bytes=min(max_bytes, self._bytes_left)
            )
        except NoResponseError as error:
            if error.is_late:
                self.notebook.note(f"{url} {error}.")
            raise
        finally:
            self.time.note_answer()
        self._bytes_left -= len(response.body) + sum(len(name) + len(value) for name, value in response.headers)
        return response
