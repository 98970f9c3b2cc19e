"""Counts and logs the hosts that browsers reported, because a page contacts them and no declaration names them.

Rule: the memory is bounded, and anyone can send a report, so a reported host is a hint. Each is logged once on a site.
When there is no room left, further hosts are only counted together, and one line says so.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable

from cookiewarden.errors import printable
from cookiewarden.http.csp_report import ReportedHost
from cookiewarden.policy.policy import Policy
from cookiewarden.policy.quoting import toml_string
from cookiewarden.process import call_in_child
from cookiewarden.workers import server_logger

#: How many hosts are told apart in each process. What is reported beyond them counts for the host ``""``.
MAX_HOSTS = 1000
# Among what was logged, stands for the line that further hosts are not.
_FURTHER = "", ""


class ReportedHosts:
    """The reported hosts of one wrapped app. Threads may share it."""

    def __init__(self) -> None:
        self._logged: set[tuple[str, str]] = set()
        self._begin()
        call_in_child(self._begin)

    def _begin(self) -> None:
        """Begin at zero: a forked process counts for itself."""
        self._lock = threading.Lock()
        self._counts: dict[tuple[str, str], int] = {}

    def see(self, policy: Policy, reported: Iterable[ReportedHost]) -> list[ReportedHost]:
        """Count and log reported hosts; return those that there was room for."""
        site, kept = policy.site.id, []
        for one in reported:
            key = site, one.host
            with self._lock:
                counts, logged = self._counts, self._logged
                is_kept = key in counts or len(counts) < MAX_HOSTS
                counted = key if is_kept else (site, "")
                counts[counted] = counts.get(counted, 0) + 1
                # Not by the counts: those of a forked process begin anew, and what was logged stays.
                entry = key if key in logged or len(logged) < MAX_HOSTS else _FURTHER
                is_new = entry not in logged
                logged.add(entry)
            if is_kept:
                kept.append(one)
            if is_new:
                _log(site, one, is_full=entry is _FURTHER)
        return kept

    def snapshot(self) -> dict[tuple[str, str], int]:
        """Return how often each host was reported, by site and host."""
        with self._lock:
            return dict(self._counts)


def _log(site: str, one: ReportedHost, *, is_full: bool) -> None:
    if is_full:
        server_logger.warning("logged %d reported hosts; further ones are not logged", MAX_HOSTS)
        return
    server_logger.warning(
        "a browser reports that a page contacts %s (%s), and no declaration names that host. If a page of yours does, "
        'declare it: kind = "host" and hosts = [%s] in the policy; or take out what contacts it. Anyone can send such '
        "a report",
        one.host,
        one.directive,
        toml_string(one.host),
        extra={"reported_host": one.host, "reported_directive": one.directive, "cookie_site": printable(site)},
        thing=("reported host", site, one.host),
    )
