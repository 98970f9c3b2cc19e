"""Applies what a policy declares about attributes to lines that pass, and finds lines that only renew a cookie.

Rule: a line that ends its cookie stays as it is. A line that must change, or that the log has yet to tell of, is never
known, so ``screen_known`` leaves it to ``screen_each``.
"""

from __future__ import annotations

from math import inf

from cookiewarden.http.cookie import cookie_values
from cookiewarden.http.set_cookie import parse_set_cookie
from cookiewarden.http.set_cookie_line import BLANKS, missing_to_delete, stores_until
from cookiewarden.middleware.exchange import Exchange
from cookiewarden.middleware.places import REMEMBERED_LINES, SeenPlaces
from cookiewarden.policy.decision import Reason, Verdict
from cookiewarden.reporting.reporter import Reporter


def apply(
    exchange: Exchange, verdict: Verdict, line: bytes, now: float, reporter: Reporter, *, is_renewal: bool
) -> tuple[bytes, Verdict]:
    """Return an allowed line as it may leave, the same object if nothing changes, and the verdict on it.

    A statistical line is blocked if it would only prolong a cookie that the browser sent, with the same value: CNIL,
    deliberation 2020-092, paragraph 50. A cookie of the session is not prolonged. ``is_renewal``:
    the request sent the cookie with this value, and no other line of the response has its name. Otherwise the app may
    move the cookie, and needs each of these lines.
    """
    rules = verdict.rules
    if rules is None or missing_to_delete(line, now) is not None:
        return line, verdict
    left = rules.applied_to(line, now)
    reporter.see_lifetime(exchange.policy, verdict, line, now, is_changed=left is not line)
    if is_renewal:
        end = parse_set_cookie(left, now=now).expiry
        if end is not None and end > now:
            if verdict.renewal is None:
                verdict.renewal = Verdict(Reason.RENEWAL, verdict.declaration, verdict.names, verdict.site)
            return line, verdict.renewal
    return left, verdict


def is_renewed(cookies: bytes, name: bytes, rest: bytes) -> bool:
    """Return whether a Cookie header has the name and the value of a well-formed line. ``rest``: what follows ``=``."""
    value = rest.partition(b";")[0].strip(BLANKS)
    # Mostly, a look for the whole pair tells.
    return name + b"=" + value in cookies and value in cookie_values(cookies, name)


def settle(verdict: Verdict, line: bytes, now: float, places: SeenPlaces) -> None:
    """Remember that lines with these attributes need no look any more, if that is so."""
    declaration, rules, attributes = verdict.declaration, verdict.rules, line.partition(b";")[2]
    if declaration is None:
        return
    if rules is None:
        # If engines may read a date differently, its end would count as never.
        if b"expires" not in attributes.lower() or stores_until(attributes) < inf:
            verdict.seen = places.settle(declaration, attributes, is_renewal=True)
    elif rules.applied_to(line, now) is line:
        verdict.seen = places.settle(declaration, attributes)
        # What a preset says of a necessary cookie is only for the log. Now it has told it, or has seen enough.
        if verdict.reason is Reason.NECESSARY and not rules.is_enforced:
            verdict.is_settled = rules.exceeds_stated(line, now) or len(verdict.seen) >= REMEMBERED_LINES
