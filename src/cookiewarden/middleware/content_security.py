"""Writes the lines of Content-Security-Policy by which a browser contacts only declared hosts, as consent allows.

A browser applies every policy of a document, so a line of ours only restricts: what the app's own lines forbid stays
forbidden (CSP Level 3, section 8.1). Our lines leave all that a page does by itself or on its own host.
Rule: a host stands in the enforced line only if a declaration that may be used now names it. The memory is bounded.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, TypeVar

from cookiewarden.http.signals import CONTEXT_HEADERS, GPC_HEADER
from cookiewarden.policy.consent import Consent
from cookiewarden.policy.declaration import Category
from cookiewarden.policy.judge import Judge
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.signals import Signals

# 'self' covers WebSockets of the same host (CSP Level 3, section 6.7.2.8), and 'unsafe-eval' covers WebAssembly (4.5).
# What these schemes load is in the page or the browser already.
_OWN = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob: filesystem: mediastream:"
_REMEMBERED_LINES = 4096

K = TypeVar("K")
V = TypeVar("V")


class EnforcedLine(NamedTuple):
    """A line to enforce. ``is_personal``: it admits a host because of this visitor, who may refuse that."""

    line: bytes
    is_personal: bool


#: The line for a page that may contact its own host alone.
STRICT = EnforcedLine(_OWN.encode("ascii"), is_personal=False)


class SecurityLines:
    """Makes the lines of the sites of one middleware, and remembers them. Threads may share it."""

    def __init__(self) -> None:
        self._enforced: dict[tuple[Policy, Judge], EnforcedLine] = {}
        self._reporting: dict[tuple[Policy, str], bytes] = {}
        self._for_all: dict[Policy, EnforcedLine] = {}
        self._personal: dict[Policy, bool] = {}
        self._read_headers: dict[object, tuple[str, ...]] = {}

    def enforced(self, policy: Policy, judge: Judge) -> EnforcedLine:
        """Return the line that admits the hosts which a visitor's pages may contact now.

        A category that the policy only reports is admitted to every visitor.
        """
        line = self._enforced.get((policy, judge))
        return line or _remember(self._enforced, (policy, judge), _enforced(policy, judge))

    def for_all(self, policy: Policy) -> EnforcedLine:
        """Return the line that admits only the hosts which the pages of every visitor may contact."""
        line = self._for_all.get(policy)
        return line or _remember(self._for_all, policy, EnforcedLine(_line(_hosts_for_all(policy)), is_personal=False))

    def is_personal(self, policy: Policy) -> bool:
        """Return whether the hosts that a site's pages may contact depend on the visitor."""
        found = self._personal.get(policy)
        return _remember(self._personal, policy, _is_personal(policy)) if found is None else found

    def read_headers(self, policy: Policy, consent: Consent, *, is_exempt: bool) -> tuple[str, ...]:
        """Return the headers that may change the line for a visitor who made this choice: those of signals.

        They are the same for each request of this visitor, so that caches can tell its pages apart.
        """
        key = policy, consent.granted, consent.refused, consent.stale, is_exempt
        found = self._read_headers.get(key)
        if found is None:
            found = _remember(self._read_headers, key, _read_headers(policy, consent, is_exempt=is_exempt))
        return found

    def reporting(self, policy: Policy, address: str) -> bytes:
        """Return the line that admits every declared host, and has any other reported to an address."""
        line = self._reporting.get((policy, address))
        return line or _remember(self._reporting, (policy, address), _reporting(policy, address))


def _is_personal(policy: Policy) -> bool:
    return any(one.hosts and one.category is not Category.NECESSARY for one in policy.declarations)


def _enforced(policy: Policy, judge: Judge) -> EnforcedLine:
    for_all, allowed = _hosts_for_all(policy), _hosts_for(policy, judge)
    return EnforcedLine(_line(for_all | allowed), not allowed <= for_all)


def _read_headers(policy: Policy, consent: Consent, *, is_exempt: bool) -> tuple[str, ...]:
    for_all = _hosts_for_all(policy)

    def hosts(refused: frozenset[Category], *, is_embedded: bool) -> set[str]:
        judge = Judge(policy.declared, consent, is_exempt, signals=Signals(refused, is_embedded))
        return for_all | _hosts_for(policy, judge)

    on_own = [hosts(refused, is_embedded=False) for refused in (frozenset(), policy.signals.gpc)]
    on_other = [hosts(refused, is_embedded=True) for refused in (frozenset(), policy.signals.gpc)]
    is_signalled = on_own[0] != on_own[1] or on_other[0] != on_other[1]
    return ((GPC_HEADER,) if is_signalled else ()) + (CONTEXT_HEADERS if on_own != on_other else ())


def _hosts_for(policy: Policy, judge: Judge) -> set[str]:
    return {host for one in policy.declarations if judge.allows(one) for host in one.hosts}


def _hosts_for_all(policy: Policy) -> set[str]:
    passing = {Category.NECESSARY, *policy.report_only}
    return {host for one in policy.declarations if one.category in passing for host in one.hosts}


def _reporting(policy: Policy, address: str) -> bytes:
    # Both would end the directive, and each may stand in a path (CSP Level 3, section 2.2).
    written = address.replace(";", "%3B").replace(",", "%2C")
    return _line(policy.contacted_hosts) + b"; report-uri " + written.encode("ascii")


def _line(hosts: Iterable[str]) -> bytes:
    return " ".join((_OWN, *(source for host in sorted(hosts) for source in _sources(host)))).encode("ascii")


def _sources(host: str) -> tuple[str, ...]:
    """Return what admits a host by every scheme. Alone, it covers no WebSocket (CSP Level 3, section 6.7.2.8)."""
    # Where a port is written, Chromium lets a scheme cover no other, not even its secure one.
    return (host, *(f"{scheme}://{host}" for scheme in (("https", "ws", "wss") if ":" in host else ("ws",))))


def _remember(lines: dict[K, V], key: K, line: V) -> V:
    if len(lines) >= _REMEMBERED_LINES:
        lines.clear()
    lines[key] = line
    return line
