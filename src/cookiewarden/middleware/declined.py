"""Finds the cookies that a request sends although its visitor refused them.

Most requests repeat an earlier Cookie header, or send other values of the same names. Both are remembered, within
bounds.
Rule: what is remembered stays true. When a choice ends, nothing is refused any more. A policy that is loaded anew
begins with an empty memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cookiewarden.http.cookie import cookie_names
from cookiewarden.http.request import Carrier, RequestReader
from cookiewarden.middleware.deletion import MAX_LINES, is_deletable
from cookiewarden.middleware.exchange import Exchange
from cookiewarden.middleware.rollout import Rollout
from cookiewarden.middleware.served_sites import ServedSites
from cookiewarden.policy.consent import Consent
from cookiewarden.policy.declaration import Category, Declaration
from cookiewarden.policy.policy import Policy

_REMEMBERED_HEADERS = 2048
_REMEMBERED_ANSWERS = 256
_REMEMBERED_NAMES = 128  # for each of those answers
_REMEMBERED_BYTES = 64  # of each name

# To look for a byte by its number takes a tenth of the time.
_EQUALS = ord("=")
#: No cookies.
NOTHING: Mapping[bytes, Declaration] = {}


def declined(cookies: bytes, policy: Policy, consent: Consent, now: float) -> dict[bytes, Declaration]:
    """Return, by name, the cookies of a Cookie header that are declared, not necessary, and refused by the visitor.

    It stops when it has found as many as one response can delete. ``now``, in seconds, decides which one is first. So
    cookies that cannot be deleted do not keep the others from their turn.
    """
    found: dict[bytes, Declaration] = {}
    if not consent.refused:
        return found
    for name in cookie_names(cookies, int(now)):
        declaration = policy.declared.find(name)
        if (
            declaration is not None
            and declaration.category is not Category.NECESSARY
            and declaration.category in consent.refused
            and is_deletable(name)
        ):
            found[name] = declaration
            if len(found) == MAX_LINES:
                break
    return found


class DeclinedCookies:
    """Finds refused cookies for one wrapped app and one set of policies. Threads may share it."""

    def __init__(self, reader: RequestReader, sites: ServedSites, rollout: Rollout, clock: Callable[[], float]) -> None:
        self._reader = reader
        self._sites = sites
        self._rollout = rollout
        self._clock = clock
        #: Whether a Cookie header has a cookie that the visitor refused, by ``ServedSites.key_of``.
        self.known: dict[int, bool] = {}
        # Names in Cookie headers without such a cookie, as they stand before "=". By policy and refused categories.
        self._others: dict[tuple[Policy, frozenset[Category]], set[bytes]] = {}

    def to_delete(self, exchange: Exchange, carrier: Carrier) -> Mapping[bytes, Declaration]:
        """Return the cookies of a request that are to be deleted.

        The visitor refused them, and either a navigation sent them or the choice has just changed.
        """
        cookies = exchange.cookie_header
        policy = self._sites.policy_of(exchange, carrier) if cookies else None
        if policy is None:
            return NOTHING
        key = self._sites.key_of(cookies, policy)
        has_any = None if exchange.is_changed else self.known.get(key)
        if has_any is False or (has_any and not self._reader.is_navigation(exchange)):
            return NOTHING
        consent = self._sites.consent_of(exchange, carrier)
        # A consent without a time is not a choice that anybody made.
        found = NOTHING if consent.chosen_at is None else self._find_in(cookies, policy, consent)
        if not exchange.is_changed:
            # Remember no choice that could not be read: if it comes from a clock that is ahead, it can be read later.
            # Of several choices, one may begin or end by itself.
            choices = cookies.count(self._sites.by_policy[policy].preferences.name)
            if not choices or (choices == 1 and consent.chosen_at is not None):
                if len(self.known) >= _REMEMBERED_HEADERS:
                    self.known.clear()
                self.known[key] = bool(found)
            if not found or not self._reader.is_navigation(exchange):
                return NOTHING
        return {name: one for name, one in found.items() if not self._rollout.spares(exchange, one)}

    def _find_in(self, cookies: bytes, policy: Policy, consent: Consent) -> Mapping[bytes, Declaration]:
        """Return the same as ``declined``, without a look at each name if all of them are known."""
        if not consent.refused:
            return NOTHING
        answers = policy, consent.refused
        others = self._others.get(answers)
        if others is None:
            if len(self._others) >= _REMEMBERED_ANSWERS:
                self._others.clear()
            others = self._others[answers] = set()
        starts = [pair.partition(b"=")[0] for pair in cookies.split(b";") if _EQUALS in pair]
        if others.issuperset(starts):
            return NOTHING
        found = declined(cookies, policy, consent, self._clock())
        if not found:
            if len(others) + len(starts) > _REMEMBERED_NAMES:
                others.clear()
            others.update([start for start in starts[:_REMEMBERED_NAMES] if len(start) <= _REMEMBERED_BYTES])
        return found
