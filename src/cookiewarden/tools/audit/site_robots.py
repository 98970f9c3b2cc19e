"""Asks each host of a site, once, what its robots.txt lets readers open.

Rule: if the file cannot be read, the start page may be opened, and no link may be followed (RFC 9309 2.3.1.4).
"""

from __future__ import annotations

from collections.abc import Callable

from cookiewarden.tools.audit.site import Site
from cookiewarden.tools.web.addresses import joined, origin_of
from cookiewarden.tools.web.reader import AGENT, NoResponseError
from cookiewarden.tools.web.response import Response
from cookiewarden.tools.web.robots import FORBIDS_ALL, LET_IN, Robots, robots_in
from cookiewarden.tools.web.statuses import REDIRECTS, status_text


class SiteRobots:
    """The robots.txt of each host of a site, read when it is needed.

    ``send``: asks for an address, and raises ``NoResponseError``. ``note``: keeps a sentence for the reader of the
    report. ``redirects``: how many are followed in a row. ``delay``: how many seconds the hosts so far ask readers to
    wait between two requests.
    """

    def __init__(
        self, send: Callable[[str], Response], site: Site, note: Callable[[str], None], *, redirects: int
    ) -> None:
        self._send, self._site, self._note, self._redirects = send, site, note, redirects
        self._known: dict[tuple[str, int], Robots] = {}
        self.delay = 0.0

    def allows(self, url: str) -> bool:
        """Return whether a link to an address may be followed."""
        return self._of(url).allows(url)

    def refusal(self, url: str, *, is_entry: bool = False) -> str:
        """Return why an address is not opened, as words that follow it; ``""`` if it may be.

        ``is_entry``: whether a person named it. Such a page may be opened if the file cannot be read.
        """
        robots = self._of(url)
        if robots.allows(url) or (is_entry and robots is FORBIDS_ALL):
            return ""
        return "was not opened, because robots.txt forbids it" + f"; {LET_IN}" * is_entry

    def _of(self, url: str) -> Robots:
        origin = origin_of(url)
        if origin not in self._known:
            self._known[origin] = self._read(joined(url, "/robots.txt"))
            self.delay = max(self.delay, self._known[origin].delay)
        return self._known[origin]

    def _read(self, url: str) -> Robots:
        try:
            response = self._last(url)
        except NoResponseError as error:
            self._note(f"{url} {error}, so only the start page was opened.")
            return FORBIDS_ALL
        robots = robots_in(response.status, response.body, AGENT, is_whole=not response.problem)
        if robots is FORBIDS_ALL:
            reason = response.problem or f"answers with {status_text(response.status)}"
            self._note(f"{url} {reason}, so only the start page was opened.")
        elif response.problem:
            self._note(f"{url} {response.problem}.")
        return robots

    def _last(self, url: str) -> Response:
        """Return the response at the end of the redirects. Raises ``NoResponseError``."""
        at = url
        for _ in range(self._redirects + 1):
            response = self._send(at)
            location = response.header("location")
            if response.status not in REDIRECTS or not location:
                return response
            at = joined(at, location)
            if not at or not (self._site.has(at) or self._site.extend(at)):
                raise NoResponseError("redirects to another site")
        # Such a file counts as missing (RFC 9309 2.3.1.2).
        self._note(f"{url} leads to more than {self._redirects} redirects, so it was not read.")
        return response


def closed_reason(opened: int, forbidden: int, most: int) -> str:
    """Return why most of a site was not seen, as a sentence; ``""`` if it was.

    Most was not if robots.txt kept as many pages from being opened as were, though ``most`` would have been.

    >>> closed_reason(1, 2, 20)
    'robots.txt kept 2 of the linked addresses from being opened, and 1 page was opened.'
    >>> closed_reason(2, 1, 20), closed_reason(20, 99, 20)
    ('', '')
    """
    if opened > forbidden or opened >= most:
        return ""
    pages = "1 page was" if opened == 1 else f"{opened} pages were"
    return f"robots.txt kept {forbidden} of the linked addresses from being opened, and {pages} opened."
