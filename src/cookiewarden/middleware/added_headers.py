"""Adds headers to a response: a new choice, deletions of refused cookies, and headers for caches.

Rule: each is added at most once, when the headers go out. No shared cache may keep a response with a line of ours, or
with a line that passed because of this visitor.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cookiewarden.http.caching import (
    PRIVATE,
    CacheHeaders,
    has_cache_control,
    is_shared,
    needs_private,
    needs_vary,
    says_shared,
)
from cookiewarden.http.cookie import cookie_values
from cookiewarden.http.headers import values_of
from cookiewarden.http.request import Carrier, RequestReader
from cookiewarden.http.set_cookie_line import AT_ONCE
from cookiewarden.middleware.choice_records import ChoiceRecorder
from cookiewarden.middleware.deletion import deletion, deletions
from cookiewarden.middleware.exchange import Exchange
from cookiewarden.middleware.options import Options
from cookiewarden.middleware.places import CookiePlace
from cookiewarden.middleware.rollout import Rollout
from cookiewarden.middleware.served_sites import ServedSite
from cookiewarden.policy.consent import Consent
from cookiewarden.policy.declaration import Declaration


class AddedHeaders:
    """Makes the headers that are added to the responses of one wrapped app."""

    def __init__(self, options: Options, reader: RequestReader, rollout: Rollout, recorder: ChoiceRecorder) -> None:
        self._options = options
        self._reader = reader
        self._rollout = rollout
        self._recorder = recorder
        self._cache_headers = CacheHeaders(reader.header_type)

    def of(
        self,
        exchange: Exchange,
        carrier: Carrier,
        site: ServedSite | None,
        kept: list[Any],
        refused: Mapping[bytes, Declaration],
        is_bare: bool,
        is_personal: bool,
    ) -> tuple[list[Any], list[tuple[bytes, bytes]]]:
        """Return the headers that stay, with those for caches changed if needed, and the headers to add.

        ``kept``: the headers that stay. ``is_bare``: Set-Cookie headers were dropped, and none stays. ``is_personal``:
        one stays because of this visitor. ``refused``: the cookies to delete.
        """
        consent = exchange.consent
        # Whether consent is needed, or under which profile, depends on what no cache knows.
        is_profiled = self._options.profile is not None and site is not None and len(site.policy.site.profile) > 1
        is_for_some = exchange.is_used and (exchange.is_exempt or is_profiled)
        headers, found = self._cache_headers, self._cache_headers.find(kept)
        is_private = is_personal or ((is_bare or is_for_some) and not says_shared(found))
        lines: list[bytes] = []
        if site is not None and consent is not None:
            if exchange.is_changed:
                lines = self._choice_lines(site, consent, exchange, carrier)
                if not exchange.is_recorded:
                    exchange.is_recorded = True  # after an error, an app may begin its response again
                    self._recorder.record(site.policy, consent, exchange, carrier)
            # A page that shared caches may keep gets no deletions. If a browser never dropped the cookie, no cache
            # could ever keep the page.
            if exchange.is_changed or (refused and (is_private or not is_shared(found))):
                lines += self._deletions(site, consent, refused, exchange, carrier, kept)
        is_silent = False  # whether a Cache-Control header is missing
        if is_personal or lines:
            kept, is_silent = headers.for_one_visitor(kept, found), not has_cache_control(found)
        elif is_private:
            kept, is_silent = headers.for_no_target(kept, found), needs_private(found)
        added = [(b"set-cookie", line) for line in lines]
        if is_silent:
            added.append(PRIVATE)
        read = {b"Cookie": exchange.is_read, b"Accept-Language": exchange.is_localized}
        read |= {name.encode("ascii"): True for name in exchange.read_headers}
        added += [(b"vary", name) for name, is_used in read.items() if is_used and needs_vary(kept, name)]
        return kept, added

    def private(self, kept: list[Any]) -> list[Any]:
        """Return the headers, made private, if nothing is added but a cookie passed because of this visitor."""
        return self._cache_headers.private(kept)

    def private_unless_shared(self, kept: list[Any]) -> list[Any]:
        """Return the headers, made private unless Cache-Control explicitly lets shared caches keep the response."""
        return kept if says_shared(self._cache_headers.find(kept)) else self._cache_headers.private(kept)

    def _is_secure(self, carrier: Carrier) -> bool:
        secure = self._options.secure
        return self._reader.is_secure(carrier) if secure is None else secure

    def _choice_lines(self, site: ServedSite, consent: Consent, exchange: Exchange, carrier: Carrier) -> list[bytes]:
        """Return the lines that make the browser remember a new choice."""
        preferences, is_secure = site.preferences, self._is_secure(carrier)
        places = _earlier_places(site, exchange.cookie_header)
        lines = [deletion(preferences.name, place, is_secure=is_secure) for place in places]
        # The new one comes last, in case a browser keeps both in one place. Its day is that of the choice; the response
        # may go out on the next day.
        return [*lines, preferences.set_cookie(consent, consent.chosen_at or 0.0, secure=is_secure)]

    def _deletions(
        self,
        site: ServedSite,
        consent: Consent,
        refused: Mapping[bytes, Declaration],
        exchange: Exchange,
        carrier: Carrier,
        kept: list[Any],
    ) -> list[bytes]:
        """Return lines that delete these cookies and, after a new refusal, cookies that the request did not send."""
        # An inner middleware may delete some already.
        lines = (line.partition(b"=") for line in values_of(kept, b"set-cookie"))
        seen_to = {name for name, _, rest in lines if rest.startswith(AT_ONCE)}
        left = {name: declaration for name, declaration in refused.items() if name not in seen_to}
        newly = consent.refused - exchange.consent_before.refused if exchange.is_changed else frozenset()
        if not (left or newly):
            return []
        elsewhere = (one for one in site.places.elsewhere(newly) if not self._rollout.spares(exchange, one))
        request, secure = self._reader.request(exchange, carrier), self._is_secure(carrier)
        is_embedded = exchange.owner.signals_of(exchange, carrier).is_embedded
        return deletions(left, elsewhere, seen_to, site.places, request, secure, is_embedded)


def _earlier_places(site: ServedSite, cookies: bytes) -> Iterator[CookiePlace]:
    """Yield where a browser may keep a preferences cookie from before the policy changed. It would count, too.

    Before the site was embedded, it was not Partitioned; before it had a domain, it was host-only.
    """
    domain, is_embedded = (site.policy.preferences.domain or "").encode("ascii"), site.policy.preferences.embedded
    if domain and cookies:
        yield CookiePlace(b"/", partitioned=is_embedded)
    if is_embedded and cookie_values(cookies, site.preferences.name):
        for one in dict.fromkeys((domain, b"")):
            yield CookiePlace(b"/", one)
