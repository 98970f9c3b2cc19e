"""Answer what browsers report under the Content-Security-Policy of a site: which hosts its pages tried to contact.

Rule: the response holds hosts and directives, and nothing else of a report. Hosts that the site declares by now, and
its own, are left out. Anyone can send a report, so it changes nothing that a visitor gets.
"""

from __future__ import annotations

from dataclasses import replace

from cookiewarden.http.csp_report import CSP_REPORT, REPORTS, media_type_of, reported_hosts
from cookiewarden.http.hosts import contacted_host
from cookiewarden.pages import response as responses
from cookiewarden.pages.page_request import PageRequest
from cookiewarden.pages.response import Response
from cookiewarden.policy.storage import admits

#: Where browsers send their reports, below the path of the pages.
REPORTS_PATH = "/reports"


def take_reports(page: PageRequest) -> Response:
    """Answer a POST of reports: 204, with the hosts that the policy does not declare; or a 4xx that says why not."""
    media_type = media_type_of(page.request.header("content-type") or "")
    if media_type not in (CSP_REPORT, REPORTS):
        return responses.problem(415, f"Reports must be {CSP_REPORT} or {REPORTS}.")
    if page.body is None:
        return responses.problem(413, "The body is over 64 KiB.")
    try:
        found = reported_hosts(media_type, page.body)
    except ValueError as error:
        return responses.problem(400, f"The body is not a report: {error}.")
    host = page.request.host
    own = {contacted_host(f"{scheme}://{host}") for scheme in ("http", "https")}
    declared = page.policy.contacted_hosts
    left = tuple(one for one in found if one.host not in own and not admits(declared, one.host))
    return replace(Response(204, {"Cache-Control": responses.NO_STORE}), reported=left)
