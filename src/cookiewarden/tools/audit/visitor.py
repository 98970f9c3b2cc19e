"""One visitor of an app: keeps cookies as a browser does, opens pages, and chooses on the pages of cookiewarden.

Rule: what a response sets counts for the choice that stood when the visitor sent the request; what answers a choice
counts for that choice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlsplit

from cookiewarden.tools.audit.app_client import AppClient, Reply
from cookiewarden.tools.audit.app_requests import Header
from cookiewarden.tools.audit.choosing import NotChosenError, check_choice, choose
from cookiewarden.tools.audit.jar import Jar
from cookiewarden.tools.audit.notebook import Notebook
from cookiewarden.tools.audit.observed import Page, SentCookie, State
from cookiewarden.tools.web.addresses import joined
from cookiewarden.tools.web.reader import REDIRECTS

#: The answers to a form that makes a choice.
_TAKEN = frozenset({200, 303})
_MAX_REDIRECTS = 5
#: What a browser sends when a person opens a page.
_OPENING: tuple[Header, ...] = (
    (b"accept", b"text/html,application/xhtml+xml,*/*;q=0.8"),
    (b"accept-language", b"en"),
    (b"user-agent", b"cookiewarden-audit"),
    (b"upgrade-insecure-requests", b"1"),
    (b"sec-fetch-dest", b"document"),
    (b"sec-fetch-mode", b"navigate"),
    (b"sec-fetch-site", b"none"),
)


class Visitor:
    """A visitor without cookies, who has not chosen yet. ``clock`` returns seconds since 1970-01-01 UTC."""

    def __init__(self, client: AppClient, notebook: Notebook, clock: Callable[[], float]) -> None:
        self._client, self._notebook, self._clock = client, notebook, clock
        self._jar = Jar()
        self.state = self._next = State.NO_CHOICE

    def open(self, url: str, *, is_sent_noted: bool = True) -> tuple[str, Reply]:
        """Open a page, and follow its redirects on the site. Return the last address, and its response.

        ``is_sent_noted``: whether to note the cookies that the requests carry.
        """
        reply = self._open_one(url, is_sent_noted)
        for _ in range(_MAX_REDIRECTS):
            target = next(iter(reply.values_of(b"location")), b"").decode("latin-1")
            if reply.status not in REDIRECTS or not (following := _on_site(url, target)):
                break
            url = following
            reply = self._open_one(url, is_sent_noted)
        return url, reply

    def choose(self, state: State, pages: str) -> str:
        """Make the choice of a state on the pages of cookiewarden. Return why that failed; ``""`` if it did not."""
        self._next = state
        try:
            choose(self.send, pages, accept=state is State.ACCEPTED)
        except NotChosenError as error:
            return f'The state "{state}" was not reached: {error}.'
        return ""

    def check_choice(self, state: State, pages: str) -> str:
        """Return why the choice of a state does not stand any more; ``""`` if it does."""
        try:
            check_choice(self.send, pages, accept=state is State.ACCEPTED)
        except NotChosenError as error:
            return f'The state "{state}" did not last: {error}.'
        return ""

    def published_policy(self, pages: str) -> bytes:
        """Return the policy that the pages of cookiewarden publish as JSON; empty if there are none."""
        if not pages:
            return b""
        reply = self._ask(f"{pages}.json", ((b"accept", b"application/json"),), is_noted=False)
        return b"" if reply.status != 200 or reply.is_cut else reply.body

    def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        """Send a request to the pages of cookiewarden, as ``choosing`` does. The form that it posts makes the choice.

        The status is 0 if there is no response.
        """
        sent = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        then = self._next if method == "POST" else None
        reply = self._ask(url, sent, method, body, then=then, is_noted=then is not None)
        return reply.status or 0, list(reply.headers), reply.body

    def _open_one(self, url: str, is_sent_noted: bool) -> Reply:
        notebook = self._notebook
        if is_sent_noted:
            names = self._jar.names_for(url, self._clock())
            notebook.sent |= {SentCookie(self.state, url, name): None for name in names}
        reply = self._ask(url, _OPENING)
        notebook.pages[self.state, url] = Page(self.state, url, reply.status, reply.problem)
        return reply

    def _ask(
        self,
        url: str,
        headers: Sequence[Header],
        method: str = "GET",
        body: bytes = b"",
        *,
        then: State | None = None,
        is_noted: bool = True,
    ) -> Reply:
        """Send a request. ``then``: the state of the visitor from now on, if the site takes the choice."""
        cookies = self._jar.header_for(url, self._clock())
        reply = self._client.ask(url, method, [*headers, *([(b"cookie", cookies)] if cookies else [])], body)
        if then is not None and reply.status in _TAKEN:
            self.state = then
        lines, received = reply.values_of(b"set-cookie"), self._clock()
        for line in lines:
            self._jar.store(url, line, received)
        if is_noted:
            self._notebook.keep_lines(self.state, url, lines, received)
        return reply


def _on_site(url: str, target: str) -> str:
    """Return the address that a redirect leads to; ``""`` if it is not on the same site."""
    address = joined(url, target)
    own, other = urlsplit(joined(url, "")), urlsplit(address)
    return address if (own.scheme, own.netloc) == (other.scheme, other.netloc) else ""
