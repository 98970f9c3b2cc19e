"""Reads what browsers report under a Content-Security-Policy: which hosts a page tried to contact (CSP Level 3).

Rule: of a report, keep a host and the directive that it broke, and nothing else. Anyone can send a report, so no part
of it is trusted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from cookiewarden.http.hosts import contacted_host

#: The media types of reports: that of ``report-uri`` (CSP Level 3, section 5.5), and that of the Reporting API.
CSP_REPORT, REPORTS = "application/csp-report", "application/reports+json"

_VIOLATION = "csp-violation"
#: Stands for a directive that is not one of those below.
_ANY = "default-src"
# The fetch directives (CSP Level 3, section 6.1), for all of which ``default-src`` stands.
_DIRECTIVES = frozenset([
    "child-src", "connect-src", _ANY, "fenced-frame-src", "font-src", "frame-src", "img-src", "manifest-src",
    "media-src", "object-src", "prefetch-src", "script-src", "script-src-attr", "script-src-elem", "style-src",
    "style-src-attr", "style-src-elem", "worker-src",
])  # fmt: skip


class ReportedHost(NamedTuple):
    """A host that a page tried to contact, with its port if that is not the default one, and the directive it broke."""

    host: str
    directive: str


def media_type_of(content_type: str) -> str:
    """Return the media type of a Content-Type header, without its parameters.

    >>> media_type_of("Application/JSON; charset=utf-8")
    'application/json'
    """
    return content_type.partition(";")[0].strip(" \t").lower()


def known_directive(directive: str) -> str:
    """Return the name of a directive for hosts; ``"default-src"``, which stands for all, if it is not one.

    >>> known_directive("img-src 'self'"), known_directive("sandbox")
    ('img-src', 'default-src')
    """
    name = directive.partition(" ")[0]
    return name if name in _DIRECTIVES else _ANY


def reported_hosts(media_type: str, body: bytes) -> list[ReportedHost]:
    """Return the hosts that a body reports, each once for a directive. Raises ``ValueError`` if it is not a report.

    ``media_type``: ``CSP_REPORT`` or ``REPORTS``.

    >>> body = b'{"csp-report": {"blocked-uri": "https://ads.example", "effective-directive": "img-src"}}'
    >>> reported_hosts(CSP_REPORT, body)
    [ReportedHost(host='ads.example', directive='img-src')]
    """
    try:
        given = json.loads(body)
    except RecursionError:
        raise ValueError("the body is nested too deeply") from None
    read = _of_report_uri if media_type == CSP_REPORT else _of_reporting_api
    found = (ReportedHost(contacted_host(address), known_directive(directive)) for address, directive in read(given))
    return list(dict.fromkeys(one for one in found if one.host))


def _of_report_uri(given: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(given, Mapping) or not isinstance(given.get("csp-report"), Mapping):
        raise ValueError('the body has no object "csp-report"')
    report = given["csp-report"]
    # Safari before 15.4 sends only the violated directive, with its sources.
    directive = _text(report, "effective-directive") or _text(report, "violated-directive")
    yield _text(report, "blocked-uri"), directive


def _of_reporting_api(given: Any) -> Iterator[tuple[str, str]]:
    reports: Iterable[Any] = given if isinstance(given, list) else [given]
    for report in reports:
        if not isinstance(report, Mapping):
            raise ValueError("a report is not an object")
        body = report.get("body")
        if report.get("type") == _VIOLATION and isinstance(body, Mapping):
            yield _text(body, "blockedURL"), _text(body, "effectiveDirective")


def _text(table: Mapping[str, Any], name: str) -> str:
    value = table.get(name)
    return value if isinstance(value, str) else ""
