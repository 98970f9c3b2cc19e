"""The path that takes reports of browsers: what it answers, and what is left of a report."""

import json
import logging

import pytest

from exchanges import POLICY
from paged import OWN, BodyWasReadError, ClientRequest, Site, through_asgi, through_wsgi

PATH = "/cookies/reports"
MAX_BODY = 64 * 1024
CSP = ("content-type", "application/csp-report")
REPORTS = ("content-type", "application/reports+json; charset=utf-8")
DECLARED = {
    **POLICY,
    "cookies": [
        *POLICY["cookies"],
        {"name": "map", "category": "third-party", "purpose": "A map", "hosts": ["*.maps.example"]},
    ],
}


def report(*blocked):
    """Return a body of the Reporting API."""
    bodies = [
        {"blockedURL": one, "effectiveDirective": "img-src", "documentURL": "https://x/?secret"} for one in blocked
    ]
    return json.dumps([{"type": "csp-violation", "body": body} for body in bodies]).encode()


def sent(site, *blocked, headers=(REPORTS, OWN), **keys):
    """Post a report; return the response, and what both middlewares counted."""
    response = site.ask(PATH, "POST", headers, body=report(*blocked), **keys)
    (by_asgi, by_wsgi) = (
        {host: count for (_, host), count in one.counts().reported_hosts.items()} for one in (site.asgi, site.wsgi)
    )
    assert by_asgi == by_wsgi
    return response, by_wsgi


@pytest.fixture
def site():
    return Site(policy=DECLARED, csp=True)


def test_a_report_is_taken_without_an_answer(site):
    response, counts = sent(site, "https://cdn.example.net/a.png", "https://cdn.example.net/b.png", "https://x.example")
    assert (response.status, response.body, response.header("cache-control")) == (204, b"", "no-store")
    assert counts == {"cdn.example.net": 1, "x.example": 1}


@pytest.mark.parametrize(
    "blocked",
    [
        "inline",
        "data",
        "chrome-extension://abc/a.js",
        "https://tiles.maps.example",
        "https://data.example.org/a",
        "wss://data.example.org",
    ],
)
def test_what_contacts_no_other_host_or_a_declared_one_is_left_out(site, blocked):
    response, counts = sent(site, blocked)
    assert (response.status, counts) == (204, {})


def test_another_port_of_the_own_host_is_another_host(site):
    _, counts = sent(
        site, "https://data.example.org:8443/", "http://data.example.org:8000/", host="data.example.org:8000"
    )
    assert counts == {"data.example.org:8443": 1}


@pytest.mark.parametrize(
    ("body", "headers", "status", "detail"),
    [
        (b"{}", [("content-type", "application/json")], 415, "Reports must be application/csp-report or"),
        (b"{}", [], 415, "Reports must be"),
        (b"{", [CSP], 400, "The body is not a report: "),
        (b"[5]", [REPORTS], 400, "The body is not a report: a report is not an object."),
        (b"[" * 60_000, [REPORTS], 400, "The body is not a report: "),  # how deep is too deep depends on the version
        (b"x" * (MAX_BODY + 1), [CSP], 413, "The body is over 64 KiB."),
    ],
)
def test_a_wrong_report_gets_a_sentence_that_says_why(site, body, headers, status, detail):
    response = site.ask(PATH, "POST", headers, body=body)
    assert (response.status, response.header("content-type")) == (status, "application/problem+json")
    assert json.loads(response.text)["detail"].startswith(detail)


@pytest.mark.parametrize("content_type", [CSP[1], "Application/Reports+JSON ; charset=utf-8"])
@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_report_of_64_kib_is_read_and_one_byte_more_is_not(site, content_type, is_chunked):
    blocked = {"blocked-uri": "https://cdn.example.net", "blockedURL": "https://cdn.example.net"}
    given = {"csp-report": blocked, "type": "csp-violation", "body": blocked}
    body = json.dumps(given).encode().ljust(MAX_BODY)
    statuses = {
        size: site.ask(
            PATH, "POST", [("content-type", content_type)], body=body.ljust(size), is_chunked=is_chunked
        ).status
        for size in (MAX_BODY, MAX_BODY + 1, 20 * MAX_BODY)
    }
    assert list(statuses.values()) == [204, 413, 413]
    assert [host for _, host in site.wsgi.counts().reported_hosts] == ["cdn.example.net"]


@pytest.mark.parametrize("through", [through_asgi, through_wsgi])
@pytest.mark.parametrize(("headers", "limit"), [([CSP], MAX_BODY), ([REPORTS], MAX_BODY), ([], 8192)])
def test_a_body_declared_too_long_is_not_read(site, through, headers, limit):
    app = site.asgi if through is through_asgi else site.wsgi
    for length, is_read in ((limit, True), (limit + 1, False)):
        request = ClientRequest(PATH, "POST", (*headers, ("content-length", str(length))), body=None)
        if is_read:
            with pytest.raises(BodyWasReadError):
                through(app, request)
        else:
            assert through(app, request).status in (413, 415)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_only_a_post_reports(site, method):
    response = site.ask(PATH, method)
    assert (response.status, response.list_of("allow")) == (405, {"POST", "OPTIONS"})


def test_without_the_option_the_path_belongs_to_the_app():
    assert Site(policy=DECLARED).ask(PATH, "POST", (CSP,), body=b"{}").is_by_app


def test_a_host_is_logged_once_with_what_to_declare_and_nothing_else_of_the_report(site, caplog):
    with caplog.at_level(logging.WARNING, "cookiewarden"):
        for _ in range(2):
            sent(site, "https://cdn.example.net/secret")
    messages = [record.getMessage() for record in caplog.records if "cdn.example.net" in record.getMessage()]
    assert len(messages) == 2  # one by each middleware
    assert 'kind = "host" and hosts = ["cdn.example.net"]' in messages[0]
    assert "secret" not in caplog.text
