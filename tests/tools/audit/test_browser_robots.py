"""What the robots.txt of a site that a browser visits forbids."""

import pytest

from cookiewarden.tools.audit.bounds import Bounds
from cookiewarden.tools.audit.browser_robots import robots_beside
from cookiewarden.tools.audit.site import Site
from cookiewarden.tools.web.addresses import resolve
from raw_server import wsgi_server

BOUNDS = Bounds(request_seconds=5.0)


def asked(status, body="", **headers):
    """Return whether a link may be followed, whether the start page is forbidden, the delay, and the notes."""
    requests = []

    def app(environ, start_response):
        requests.append(environ["PATH_INFO"])
        start_response(status, [("Content-Type", "text/plain"), *headers.items()])
        return [body.encode()]

    with wsgi_server(app) as port:
        start, notes = f"http://127.0.0.1:{port}/", []
        robots = robots_beside(start, Site(start), BOUNDS, resolve, notes.append)
        answers = robots.allows(f"{start}shop"), bool(robots.refusal(start, is_entry=True)), robots.delay
    assert requests == ["/robots.txt"] * len(requests)
    return *answers, " ".join(notes), len(requests)


@pytest.mark.parametrize(
    ("body", "answers"),
    [
        ("User-agent: *\nDisallow: /shop", (False, False, 0.0)),
        ("User-agent: *\nDisallow: /", (False, True, 0.0)),
        ("User-agent: *\nDisallow: /\nUser-agent: cookiewarden\nAllow: /\nCrawl-delay: 2", (True, False, 2.0)),
        ("", (True, False, 0.0)),
    ],
)
def test_the_rules_count_for_links_and_for_the_start_page(body, answers):
    assert asked("200 OK", body) == (*answers, "", 1)


def test_a_file_that_is_missing_forbids_nothing():
    assert asked("404 Not Found")[:3] == (True, False, 0.0)


@pytest.mark.parametrize(
    ("status", "headers", "words"),
    [
        ("503 Service Unavailable", {}, "robots.txt answers with 503"),
        ("302 Found", {"Location": "http://other.example/robots.txt"}, "redirects to another site"),
    ],
)
def test_a_file_that_cannot_be_read_leaves_the_start_page_only(status, headers, words):
    allows, forbids_start, _, notes, _ = asked(status, **headers)
    assert (allows, forbids_start) == (False, False)
    assert words in notes
    assert "so only the start page was opened" in notes


def test_a_file_that_leads_in_a_circle_counts_as_missing():
    allows, forbids_start, _, _, requests = asked("302 Found", Location="/robots.txt")
    assert (allows, forbids_start, requests) == (True, False, BOUNDS.redirects + 1)
