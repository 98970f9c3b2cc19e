"""The hosts that browsers reported, site by site: written to a file, merged between workers, and used for a draft.

Rule: keep hosts and directives, and nothing else of a report. All is bounded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from cookiewarden.http.csp_report import known_directive
from cookiewarden.http.hosts import contacted_host

#: What identifies a host: the site's id, and the host with its port.
HostKey = tuple[str, str]

_SCHEMES = "https", "http"  # the default port of one is not that of the other
_LATEST = 2.0**37  # seconds; what is much later is not a date of the calendar
_MAX_COUNT = 10**15
_MAX_DIRECTIVES = 16


@dataclass(frozen=True, slots=True)
class LearnedHost:
    """A host that pages of a site contact, by the reports of browsers. Times are in seconds since 1970-01-01 UTC.

    ``host``: with its port, if that is not the default one. ``directives``: those that it broke. ``count``: how often
    it was reported.

    >>> host = LearnedHost("data.example.org", "ads.example", ("img-src",), 2, 10.0, 20.0)
    >>> (host + host).count
    4
    """

    site: str
    host: str
    directives: tuple[str, ...]
    count: int
    first: float
    last: float

    @property
    def key(self) -> HostKey:
        """What identifies it."""
        return self.site, self.host

    def __add__(self, other: LearnedHost) -> LearnedHost:
        """Return both together, under the key of this one."""
        return replace(
            self,
            directives=tuple(sorted({*self.directives, *other.directives})[:_MAX_DIRECTIVES]),
            count=self.count + other.count,
            first=min(self.first, other.first),
            last=max(self.last, other.last),
        )


def host_as_json(host: LearnedHost) -> dict[str, Any]:
    """Return a host as a table for JSON."""
    return {name: getattr(host, name) for name in LearnedHost.__slots__}


def host_of_json(given: Mapping[str, Any]) -> LearnedHost:
    """Read what ``host_as_json`` returned. Raises ``KeyError``, ``TypeError`` or ``ValueError`` for anything else."""
    site, host = given["site"], given["host"]
    if not isinstance(site, str) or all(contacted_host(f"{scheme}://{host}") != host for scheme in _SCHEMES):
        raise ValueError("the site or the host is not one")
    first, last, count = float(given["first"]), float(given["last"]), int(given["count"])
    if not (0 <= first <= last < _LATEST and 0 < count < _MAX_COUNT):
        raise ValueError("a time or the count is out of range")
    directives = sorted({known_directive(str(one)) for one in given["directives"]})[:_MAX_DIRECTIVES]
    return LearnedHost(site, host, tuple(directives), count, first, last)
