"""Has the middleware screen one Set-Cookie line, and sees what becomes of it and what the log would say.

Rule: the code that serves requests decides. The visitor's choice is the one that the circumstances name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cookiewarden.http.asgi_scope import ScopeReader, joined_cookies
from cookiewarden.http.headers import HeaderNames
from cookiewarden.http.hosts import normalize_host
from cookiewarden.http.request import Carrier, RequestReader, RequestSnapshot
from cookiewarden.http.set_cookie import parse_set_cookie
from cookiewarden.http.set_cookie_line import name_before_break
from cookiewarden.middleware.exchange import Exchange
from cookiewarden.middleware.line_screening import LineScreener
from cookiewarden.middleware.options import check_options
from cookiewarden.middleware.rollout import Rollout
from cookiewarden.middleware.served_sites import ServedSites
from cookiewarden.middleware.signals import SignalReader
from cookiewarden.policy.decision import Reason, Verdict, category_of
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.policy_set import PolicySet
from cookiewarden.policy.signals import Signals
from cookiewarden.reporting import lifetime_messages, log_messages
from cookiewarden.reporting.made_up_names import family_by_look
from cookiewarden.reporting.outcome import Outcome, ScreenedLine
from cookiewarden.reporting.reporter import Reporter
from cookiewarden.tools.explaining.circumstances import Circumstances

# No choice is read or written, so nothing is signed with it.
_UNUSED_KEY = "-" * 16


@dataclass(frozen=True, slots=True)
class Screened:
    """What became of a line.

    ``left``: the line that leaves, ``None`` if none does. ``verdict``: of the middleware, which may differ from the
    decision for a line that only renews a cookie. ``log``: what the log would say, ``""`` for nothing. ``signals``:
    what the browser said with the request.
    """

    left: bytes | None
    verdict: Verdict
    outcome: Outcome
    log: str
    signals: Signals


class _Witness(Reporter):
    """Keeps what is reported of a line, and logs nothing."""

    def __init__(self, reader: RequestReader, clock: Callable[[], float]) -> None:
        super().__init__(reader, clock)
        self.lines: list[ScreenedLine] = []
        self.lifetime = ""

    def report(
        self,
        snapshot: RequestSnapshot,  # noqa: ARG002 - as ``Reporter.report``
        carrier: Carrier,  # noqa: ARG002 - as above
        policy: Policy | None,  # noqa: ARG002 - as above
        lines: list[ScreenedLine],
    ) -> bool:
        self.lines += lines
        return True

    def see_lifetime(
        self,
        policy: Policy | None,  # noqa: ARG002 - as ``Reporter.see_lifetime``
        verdict: Verdict,
        line: bytes,
        now: float,
        *,
        is_changed: bool,
    ) -> None:
        self.lifetime = lifetime_messages.message_of(verdict, line, now, is_changed=is_changed) or ""


def screened(policy: Policy | None, line: bytes, circumstances: Circumstances) -> Screened:
    """Return what the middleware makes of a line. ``policy``: the one of the host, ``None`` if none speaks for it."""

    def clock() -> float:
        return circumstances.now

    policies = PolicySet([]) if policy is None else policy
    options = check_options(policies, _UNUSED_KEY, pages=None)
    reader = ScopeReader()
    witness = _Witness(reader, clock)
    sites = ServedSites(policies, options.keys, reader, SignalReader((), reader, clock), clock)
    names = HeaderNames(reader.header_type, witness.unenforced)
    screener = LineScreener(names, sites, Rollout(options, clock), witness, clock)
    scope = circumstances.scope()
    exchange = Exchange()
    exchange.judge, exchange.is_used = None, False
    exchange.path, exchange.headers = scope["path"], scope["headers"]
    exchange.cookie_header = joined_cookies(scope["headers"])
    exchange.consent = circumstances.consent
    kept, *_ = screener.screen_each(exchange, scope, [(b"set-cookie", line)])
    [(_, verdict, outcome)] = witness.lines
    log = witness.lifetime if outcome is Outcome.ALLOWED else _log_message(policy, line, verdict, circumstances.host)
    return Screened(kept[0][1] if kept else None, verdict, outcome, log, sites.signals_of(exchange, scope))


def _log_message(policy: Policy | None, line: bytes, verdict: Verdict, host: str) -> str:
    name = verdict.names[0] if verdict.reason is not Reason.MALFORMED else name_before_break(line)
    cookie = parse_set_cookie(line, host=normalize_host(host))
    category = category_of(verdict, cookie)
    return log_messages.message_of(name, cookie, category, verdict, host, policy, family_by_look(name))
