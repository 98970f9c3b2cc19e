"""Screens the headers of a response: which Set-Cookie lines stay, and what is added.

Rule: screening never raises, blocks or buffers, and never touches a body. Kept headers are the same objects in the
same order, except that a deletion less than a day past gets a Max-Age. A dropped line is reported by name, never by
value. There is no I/O and no framework in here, and the caller passes the clock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from copy import copy
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from cookiewarden.http.headers import ODD, HeaderNames
from cookiewarden.http.request import Carrier, Request, RequestReader
from cookiewarden.http.signals import GPC_PATH
from cookiewarden.log import Throttle
from cookiewarden.middleware.added_headers import AddedHeaders
from cookiewarden.middleware.choice_records import ChoiceRecorder
from cookiewarden.middleware.declined import NOTHING, DeclinedCookies
from cookiewarden.middleware.exchange import Exchange
from cookiewarden.middleware.hiding import CookieHider
from cookiewarden.middleware.line_screening import Header, LineScreener
from cookiewarden.middleware.options import DEFAULT_PREFIX, Options
from cookiewarden.middleware.profiles import ProfileChooser
from cookiewarden.middleware.refused_origin import warn_of_refused_origin
from cookiewarden.middleware.rollout import Rollout
from cookiewarden.middleware.served_sites import ServedSites
from cookiewarden.middleware.signals import SignalReader
from cookiewarden.middleware.taken_paths import TakenPaths
from cookiewarden.policy.consent import Consent
from cookiewarden.policy.declaration import Declaration
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.policy_set import PolicySet
from cookiewarden.policy.signals import Signals
from cookiewarden.reporting.reporter import Reporter

if TYPE_CHECKING:
    from cookiewarden.pages.response import Response
    from cookiewarden.pages.router import Pages

#: The headers that stay, and those that are added. Only headers for caches and recent deletions are new objects.
Screened = tuple[list[Header], list[tuple[bytes, bytes]]]


class Screener:
    """Screens the responses of one wrapped app. It holds no state of a request.

    ``pages``: those of the sites, or ``None`` for none. ``clock`` gives seconds since 1970-01-01 UTC.
    """

    def __init__(
        self, options: Options, pages: Pages | None, *, reader: RequestReader, clock: Callable[[], float]
    ) -> None:
        self._reader = reader
        self.clock = clock
        self.pages = pages
        is_learning, rename = options.learn is not None, options.rename
        self.reporter = Reporter(reader, clock, on_decision=options.on_decision, is_learning=is_learning, rename=rename)
        self._throttle = Throttle(clock)
        self._header_names = HeaderNames(reader.header_type, self.reporter.unenforced)
        #: Names of headers that are not Set-Cookie. If a response has no others, no cookie of the request is to be
        #: deleted, and the app did not ask for the choice, ``screen`` changes nothing. Only seen names are in it.
        self.harmless = self._header_names.harmless
        self._rollout = Rollout(options, clock)
        self._hides_undeclared = options.hide_undeclared
        #: Whether an adapter has to keep a copy of each request for the site's own functions.
        self.is_asking = self._rollout.is_asking or options.profile is not None
        #: What the app itself answers where the pages would, while the site rolls out without them; otherwise ``None``.
        self.taken_paths = TakenPaths.of(options)
        self._prefix = options.pages or (DEFAULT_PREFIX if self.taken_paths else "\0")
        recorder = ChoiceRecorder(options.on_choice, reader, clock, pages, self.reporter.choice_counter)
        self._added_headers = AddedHeaders(options, reader, self._rollout, recorder)
        signals = SignalReader(options.signals, reader, clock)
        profiles = None if options.profile is None else ProfileChooser(options.profile, clock)
        self._serve(ServedSites(options.policies, options.keys, reader, signals, clock, profiles))

    def reloaded(self, policies: Policy | PolicySet) -> Screener:
        """Return a screener for other policies, with all that this one counted and remembers."""
        new = copy(self)
        new._serve(self.sites.replaced(policies))
        if new.pages is not None:
            new.pages.reloaded(new.sites.by_policy)
        return new

    def _serve(self, sites: ServedSites) -> None:
        self.sites = sites
        #: The policy that speaks for every host; ``None`` if the host of a request picks its policy.
        self.only_policy = sites.only_policy
        is_published = any(policy.signals.gpc_updated for policy in sites.by_policy)
        #: What every path that ``answers`` accepts contains, so that adapters ask for hardly any other. Without pages,
        #: hardly any path contains it. Only a site with a page outside the prefix pays for the question each time.
        self.path_part = "/" if is_published and self._prefix != "\0" else self._prefix
        self._hider = CookieHider(
            self._reader,
            sites,
            self._rollout,
            self.reporter,
            self.clock,
            hides_undeclared=self._hides_undeclared,
        )
        #: Hides from the app what it may not see of a request; see ``CookieHider.hide``.
        self.hide = self._hider.hide
        self._declined = DeclinedCookies(self._reader, sites, self._rollout, self._hider, self.clock)
        self._lines = LineScreener(self._header_names, sites, self._rollout, self.reporter, self.clock)

    def consent_of(self, exchange: Exchange, carrier: Carrier) -> Consent:
        """Return what the visitor of a request chose; read it once."""
        return self.sites.consent_of(exchange, carrier)

    def is_exempt(self, exchange: Exchange) -> bool:
        """Return whether no consent is needed for a request."""
        return self._rollout.is_exempt(exchange)

    def signals_of(self, exchange: Exchange, carrier: Carrier) -> Signals:
        """Return the signals of a request; read them once."""
        return self.sites.signals_of(exchange, carrier)

    def count_banner(self, exchange: Exchange) -> None:
        """Count the banner that a response shows. An app may ask for it several times, so count it once."""
        if exchange.policy is not None and not exchange.is_banner_counted:
            exchange.is_banner_counted = True
            self.reporter.choice_counter.add_banner(exchange.policy.site.id)

    def request(self, exchange: Exchange, carrier: Carrier) -> Request:
        """Return what a request says."""
        return self._reader.request(exchange, carrier)

    def answers(self, exchange: Exchange, carrier: Carrier) -> bool:
        """Return whether a request is to one of our own pages: on an exact path, on a host that has a policy.

        Without pages, it may be one whose answer ``taken_paths`` is to see.
        """
        claimed = self.pages or self.taken_paths
        if claimed is None or (self._prefix not in exchange.path and exchange.path != GPC_PATH):
            return False
        policy = self.sites.policy_of(exchange, carrier)
        return policy is not None and claimed.claims(policy, self.request(exchange, carrier))

    def yields(self, exchange: Exchange, carrier: Carrier) -> bool:
        """Return whether the app goes first with a request for which ``answers`` is true."""
        return self.pages is not None and self.pages.yields(self.request(exchange, carrier).path)

    def answer(self, exchange: Exchange, carrier: Carrier, body: bytes | None) -> Response:
        """Answer a request for which ``answers`` is true; see ``Pages.answer``."""
        policy, consent = exchange.policy, self.consent_of(exchange, carrier)
        assert self.pages is not None
        assert policy is not None
        is_exempt = self.is_exempt(exchange)
        exchange.is_used = True
        request = self.request(exchange, carrier)
        signals = self.signals_of(exchange, carrier)
        response = self.pages.answer(policy, request, consent, body, self.clock(), signals, is_exempt=is_exempt)
        # The pages answer so only if a choice comes from elsewhere.
        if response.status == HTTPStatus.FORBIDDEN and self._throttle.is_due("origin"):
            warn_of_refused_origin(request)
        if response.body and response.status == HTTPStatus.OK and self.pages.is_banner(request.path):
            self.count_banner(exchange)
        if response.choice is not None:
            exchange.how, consent = response.choice
            exchange.choose(consent)
        return response

    def see_status(self, exchange: Exchange, carrier: Carrier, status: Any) -> None:
        """See the status with which the app answers a request for which ``answers`` is true.

        ``status``: a number, or three digits.
        """
        with suppress(TypeError, ValueError):  # the app sent something else, which is for the server to refuse
            if self.taken_paths is not None:
                self.taken_paths.see(self.request(exchange, carrier).path, int(status))

    def screen(
        self, exchange: Exchange, carrier: Carrier, headers: list[Header], is_start: bool = True
    ) -> Screened | None:
        """Screen the headers of a response; return ``None`` if nothing changes.

        ``headers``: pairs of name and value, bytes or latin-1 text. ``is_start``: whether they begin the response, so
        that others may be added; trailers do not.
        """
        harmless, is_clean = self.harmless, not exchange.unwanted
        refused: Mapping[bytes, Declaration] | None = None
        try:
            name, _ = headers[-1]
            if name in harmless:  # Set-Cookie mostly comes last
                for name, _ in headers:
                    if name not in harmless:
                        break
                else:
                    if not exchange.is_used:
                        refused = NOTHING if is_clean else self._declined.to_delete(exchange, carrier)
                        if not refused:
                            return None
        except (IndexError, *ODD):
            pass  # LineScreener looks at each header by itself, if there is any
        screened = self._lines.screen_known(exchange, carrier, headers)
        if screened is None:
            screened = self._lines.screen_each(exchange, carrier, headers)
        kept, is_changed, is_bare, is_personal = screened
        # Read only now, because a callback of the site may just have asked for the choice.
        if is_clean and not (is_changed or is_personal or exchange.is_used):
            return None
        if not is_start:
            return (kept, []) if is_changed else None
        if refused is None and (not is_clean or (exchange.is_used and exchange.is_changed)):
            refused = self._declined.to_delete(exchange, carrier)
        if is_bare or refused or exchange.is_used:
            policy = self.sites.policy_of(exchange, carrier)
            site = None if policy is None else self.sites.by_policy[policy]
            refused = refused or NOTHING
            left, added = self._added_headers.of(exchange, carrier, site, kept, refused, is_bare, is_personal)
            return (left, added) if is_changed or added or left is not kept else None
        left = self._added_headers.private(kept) if is_personal else kept
        return (left, []) if is_changed or left is not kept else None
