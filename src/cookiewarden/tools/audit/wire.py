"""Keeps what a page of a browser sends and receives, as the browser itself reports it (Chrome DevTools Protocol).

The events with ``ExtraInfo`` hold the headers as they were on the wire, also the lines that the browser does not store.
They come in no order with the others, so each is joined to the first step of its request that still lacks it.
Rule: everything in an event may be missing or of another type, and is then ignored.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from cookiewarden.errors import printable
from cookiewarden.http.hosts import contacted_host
from cookiewarden.tools.audit.json_values import at, list_at, text_at
from cookiewarden.tools.audit.notebook import Notebook
from cookiewarden.tools.audit.observed import SeenHost, SeenLine, SentCookie, State
from cookiewarden.tools.audit.seen_lines import parsed, place_of
from cookiewarden.tools.web.addresses import joined

#: Why Chromium does not store what belongs to another site than the page.
_OF_OTHERS = {"UserPreferences", "ThirdPartyPhaseout", "ThirdPartyBlockedInFirstPartySet"}
_MAX_REQUESTS = 3_000
_MAX_HOSTS = 1_000
_MAX_SENT = 20_000
_MAX_LOADERS = 2_000
_MAX_METHOD = 20


@dataclass(slots=True)
class Seen:
    """What one visitor has chosen, and what is known of the cookies of that visitor.

    ``is_sent_noted``: whether to note the cookies that requests carry. ``answered``: the name and the host or domain of
    each cookie that a response set. ``loaders``: what fetched a script, by its address. ``requests``: how many there
    were.
    """

    state: State = State.NO_CHOICE
    is_sent_noted: bool = True
    answered: set[tuple[bytes, str]] = field(default_factory=set)
    loaders: dict[str, str] = field(default_factory=dict)
    requests: int = 0

    @property
    def has_too_many_requests(self) -> bool:
        """Whether the pages of this visitor send more requests than are kept."""
        return self.requests > _MAX_REQUESTS


@dataclass(slots=True)
class _Step:
    """One request of a chain of redirects. ``lacks``: the events that are still to come."""

    url: str
    method: str
    state: State
    is_sent_noted: bool
    lacks: set[str]


class Wire:
    """The requests of one page. ``now``: seconds since 1970-01-01 UTC."""

    def __init__(self, seen: Seen, notebook: Notebook, now: Callable[[], float]) -> None:
        self._seen, self._notebook, self._now = seen, notebook, now
        self._steps: dict[str, list[_Step]] = {}
        self._early: dict[str, list[tuple[str, Any]]] = {}
        self._takers: dict[str, Callable[[_Step, Any], None]] = {"sent": self._take_sent, "got": self._take_got}

    async def attach(self, session: Any) -> None:
        """Listen to a session of the protocol."""
        session.on("Network.requestWillBeSent", self._on_request)
        session.on("Network.requestWillBeSentExtraInfo", lambda event: self._on_extra("sent", event))
        session.on("Network.responseReceivedExtraInfo", lambda event: self._on_extra("got", event))
        session.on("Network.webSocketCreated", lambda event: self._add_host(text_at(event, "url")))
        await session.send("Network.enable")

    def _on_request(self, event: Any) -> None:
        url, number = text_at(event, "request", "url"), text_at(event, "requestId")
        self._seen.requests += 1
        if self._seen.has_too_many_requests or not url.startswith(("http://", "https://")):
            return
        self._add_host(url)
        steps = self._steps.setdefault(number, [])
        if steps and at(event, "redirectResponse") and at(event, "redirectHasExtraInfo") is False:
            steps[-1].lacks.clear()
        method = text_at(event, "request", "method")[:_MAX_METHOD] or "GET"
        steps.append(_Step(url, method, self._seen.state, self._seen.is_sent_noted, {"sent", "got"}))
        for kind, early in self._early.pop(number, ()):
            self._on_extra(kind, early)
        frames = list_at(event, "initiator", "stack", "callFrames")
        loader = text_at(event, "initiator", "url") or next((text_at(frame, "url") for frame in frames), "")
        if at(event, "type") == "Script" and loader and loader != url and len(self._seen.loaders) < _MAX_LOADERS:
            self._seen.loaders.setdefault(url, loader)

    def _on_extra(self, kind: str, event: Any) -> None:
        number = text_at(event, "requestId")
        step = next((one for one in self._steps.get(number, ()) if kind in one.lacks), None)
        if step is not None:
            step.lacks.discard(kind)
            self._takers[kind](step, event)
        elif len(self._early) < _MAX_REQUESTS:
            self._early.setdefault(number, []).append((kind, event))

    def keep_others(self, page: str) -> None:
        """Keep the requests of workers. The session hears their headers, and not their addresses.

        ``page``: the address of the page that is open. HTTP/2 names the address in the headers; else the host is known.
        """
        for number in tuple(self._early):
            early = self._early.pop(number)
            sent = next((at(event, "headers") for kind, event in early if kind == "sent"), None)
            headers = {str(name).lower(): str(value) for name, value in sent.items()} if isinstance(sent, dict) else {}
            host = headers.get(":authority", headers.get("host", ""))
            url = joined(f"{headers.get(':scheme', urlsplit(page).scheme)}://{host}/", headers.get(":path", ""))
            if not url:
                continue
            self._seen.requests += 1
            self._add_host(url)
            method = headers.get(":method", "")[:_MAX_METHOD] or "GET"
            step = _Step(url, method, self._seen.state, self._seen.is_sent_noted, set())
            for kind, event in early:
                self._takers[kind](step, event)

    def _take_sent(self, step: _Step, event: Any) -> None:
        sent = self._notebook.sent
        for one in list_at(event, "associatedCookies"):
            name = text_at(one, "cookie", "name")
            if step.is_sent_noted and not list_at(one, "blockedReasons") and len(sent) < _MAX_SENT:
                sent[SentCookie(step.state, step.url, name.encode("utf-8", "replace"), step.method)] = None

    def _take_got(self, step: _Step, event: Any) -> None:
        headers = at(event, "headers")
        fields = headers.items() if isinstance(headers, dict) else ()
        values = [str(value) for name, value in fields if str(name).lower() == "set-cookie"]
        lines = [line.encode("utf-8", "replace") for value in values for line in value.split("\n")]
        now = self._now()
        self._notebook.keep_lines(step.state, step.url, lines, now, method=step.method)
        for line in lines:
            cookie = parsed(SeenLine(step.state, step.url, line, now))
            domain = (cookie.attribute(b"domain") or b"").decode("latin-1").lstrip(".").lower()
            self._seen.answered.add((cookie.name, domain or place_of(step.url)[0]))
        for one in list_at(event, "blockedCookies"):
            if _OF_OTHERS & {str(reason) for reason in list_at(one, "blockedReasons")}:
                self._notebook.note("Chromium did not store cookies of other sites, as in its private windows.")
                continue
            name = printable(text_at(one, "cookieLine").partition("=")[0][:100])
            reasons = ", ".join(str(reason) for reason in list_at(one, "blockedReasons")[:5])
            host = place_of(step.url)[0]
            self._notebook.note(f'Chromium did not store "{name}" of {host}: {printable(reasons)}.')

    def _add_host(self, url: str) -> None:
        host = contacted_host(url)
        if host and len(self._notebook.hosts) < _MAX_HOSTS:
            self._notebook.hosts[SeenHost(self._seen.state, host)] = None
