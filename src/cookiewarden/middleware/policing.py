"""Screens responses like ``screening``, and sends documents of the app with a Content-Security-Policy by consent.

Rule: the app's own headers stay as they are, so the browser applies its policies, too. The app answers in full if a
line of ours is to leave. What browsers report is counted, logged and learned, and changes no response.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING

from cookiewarden.http.headers import values_of
from cookiewarden.http.request import Carrier, Request, RequestReader
from cookiewarden.middleware.content_security import STRICT, EnforcedLine, SecurityLines
from cookiewarden.middleware.exchange import Exchange
from cookiewarden.middleware.line_screening import Header
from cookiewarden.middleware.options import Options
from cookiewarden.middleware.screening import Screened, Screener
from cookiewarden.middleware.served_sites import ServedSites
from cookiewarden.policy.policy import Policy

if TYPE_CHECKING:
    from cookiewarden.pages.response import Response
    from cookiewarden.pages.router import Pages

# Of the documents of a page, one in so many asks for reports.
_SAMPLE = 16
_ENFORCED, _REPORTING = b"content-security-policy", b"content-security-policy-report-only"
# The media types in which browsers show what may contact hosts.
_PAGES, _IMAGE = (b"text/html", b"application/xhtml+xml"), b"image/svg+xml"
# A media type that tells what a response is. With others, it may be a document: XML may hold HTML, and browsers look
# into the body if a type is malformed, or says that nobody knows it (MIME Sniffing, sections 5 and 7).
_TELLING = re.compile(
    rb"(?!\*/\*|unknown/unknown|application/unknown|(?:text|application)/xml|text/xsl|[^;]*\+xml)"
    rb"[!#$%&'*+.^_`|~0-9a-z-]+/[!#$%&'*+.^_`|~0-9a-z-]+[ \t]*(?:;.*)?",
    re.DOTALL,
)
# What a request for a document says of its destination (Fetch Metadata).
_DESTINATIONS = frozenset({"document", "iframe", "frame", "embed", "object"})
# The methods whose answer a browser may keep, and ask about again.
_READING = ("GET", "HEAD")


class PolicingScreener(Screener):
    """A screener that says to browsers which hosts a document may contact; see the option ``csp``."""

    def __init__(
        self, options: Options, pages: Pages | None, *, reader: RequestReader, clock: Callable[[], float]
    ) -> None:
        super().__init__(options, pages, reader=reader, clock=clock)
        self._is_enforcing = options.csp is True and options.report_only is not True
        self._sample = 1 if options.learn is not None else _SAMPLE
        self._documents = count()
        # No header is harmless here: the adapters have to pass every response on, because it may be a document.
        self.harmless = set()

    def _serve(self, sites: ServedSites) -> None:
        super()._serve(sites)
        self._lines_of = SecurityLines()
        # Every path contains it, so the adapters ask ``answers`` about every request.
        self.path_part = ""

    def answers(self, exchange: Exchange, carrier: Carrier) -> bool:
        """Return whether a request is to one of our own pages. If the app may answer it, prepare for a document."""
        is_claimed = super().answers(exchange, carrier)
        if not is_claimed or self.pages is None or self.yields(exchange, carrier):
            self._prepare(exchange, carrier)
        return is_claimed

    def _prepare(self, exchange: Exchange, carrier: Carrier) -> None:
        """Decide which lines the document that a request asks for gets. If it gets one, have the app answer in full.

        A 304 would leave the policy of an earlier choice in force, or replace the app's own by ours (RFC 9111 3.2).
        """
        request = self.request(exchange, carrier)
        if not _asks_for_document(request):
            return
        policy = self.sites.policy_of(exchange, carrier)
        is_enforced = self._enforces(policy) and not self._rollout.reports_all(exchange)
        if is_enforced:
            exchange.is_used = True  # so the adapters have a response without any header screened as well
        if request.method in _READING:
            if policy is not None and self.pages is not None:
                exchange.is_sampled = next(self._documents) % self._sample == 0
            if is_enforced or exchange.is_sampled:
                self._reader.hide_validators(carrier)

    def answer(self, exchange: Exchange, carrier: Carrier, body: bytes | None) -> Response:
        """Answer a request for which ``answers`` is true, and take what a browser reports."""
        exchange.is_own_page = True
        response = super().answer(exchange, carrier, body)
        if response.reported and exchange.policy is not None:
            self.reporter.see_hosts(exchange.policy, response.reported)
        return response

    def screen(
        self, exchange: Exchange, carrier: Carrier, headers: list[Header], is_start: bool = True
    ) -> Screened | None:
        """Screen the headers of a response, and add the lines of a document; return ``None`` if nothing changes."""
        is_document, is_image = (False, False) if exchange.is_own_page else self._kind_of(exchange, carrier, headers)
        if not (is_start and is_document):
            return super().screen(exchange, carrier, headers, is_start)
        policy = self.sites.policy_of(exchange, carrier)
        lines: list[tuple[bytes, bytes]] = []
        left = headers
        if self._enforces(policy):
            enforced = self._enforced(exchange, carrier, policy, is_image=is_image)
            if enforced is not None:
                lines.append((_ENFORCED, enforced.line))
            if enforced is None or enforced.is_personal:
                left = self._added_headers.private(headers)
            elif exchange.is_read and policy is not None and self._lines_of.is_personal(policy):
                left = self._added_headers.private_unless_shared(headers)
        if policy is not None and self.pages is not None and exchange.is_sampled and not is_image:
            address = self.request(exchange, carrier).mount_url + self.pages.reports_path
            lines.append((_REPORTING, self._lines_of.reporting(policy, address)))
        screened = super().screen(exchange, carrier, left)
        if screened is None and left is headers and not lines:
            return None
        kept, added = screened or (left, [])
        # A wrapper inside may have sent the same lines.
        return kept, [*added, *(line for line in lines if line[1] not in values_of(headers, line[0]))]

    def _enforces(self, policy: Policy | None) -> bool:
        """Return whether a site has a line enforced."""
        return self._is_enforcing and (policy is None or "undeclared" not in policy.report_only)

    def _enforced(
        self, exchange: Exchange, carrier: Carrier, policy: Policy | None, *, is_image: bool
    ) -> EnforcedLine | None:
        """Return the line to enforce on a document; ``None`` if its request is only reported."""
        if self._rollout.reports_all(exchange):
            return None
        if policy is None:
            return STRICT  # nothing is declared there
        if is_image or not self._lines_of.is_personal(policy):
            return self._lines_of.for_all(policy)
        exchange.is_used = exchange.is_read = True  # the response depends on the choice
        consent, is_exempt = self.consent_of(exchange, carrier), self.is_exempt(exchange)
        exchange.depend_on(*self._lines_of.read_headers(policy, consent, is_exempt=is_exempt))
        judge = self.sites.judge_of(policy, consent, is_exempt, self.signals_of(exchange, carrier))
        return self._lines_of.enforced(policy, judge)

    def _kind_of(self, exchange: Exchange, carrier: Carrier, headers: list[Header]) -> tuple[bool, bool]:
        """Return whether browsers may show a response as a document, and whether that is an image that others show.

        If its media type does not tell, the request does. An image has the same line for all, so that caches may keep
        it.
        """
        given = b",".join(values_of(headers, b"content-type")).lower()
        is_image = _IMAGE in given
        is_page = any(kind in given for kind in _PAGES)
        if is_page or is_image:
            return True, is_image and not is_page
        # Browsers differ in which one of several types they take.
        if all(_TELLING.fullmatch(one.strip(b" \t")) for one in given.split(b",")):
            return False, False
        return _asks_for_document(self.request(exchange, carrier)), False


def _asks_for_document(request: Request) -> bool:
    """Return whether a browser asks for a document, for a tab or a frame. Old ones only say that they take HTML."""
    destination = request.header("sec-fetch-dest")
    if destination is None:
        return "text/html" in (request.header("accept") or "")
    return destination in _DESTINATIONS
