"""The demo: requests to the wrapped portals, and the document with their results."""

import json
import logging

import pytest

from cookiewarden import asgi, wsgi
from cookiewarden.tools.demo import exchanges
from cookiewarden.tools.demo.cookies import COOKIES
from cookiewarden.tools.demo.exchanges import EXTENDED, PUBLISHED, VISITORS, ask_asgi, run_visits
from cookiewarden.tools.demo.report import disagreements
from cookiewarden.tools.demo.sites import load_portals
from demo_runs import KEPT, KEPT_BY_ALL, run

PORTALS = (
    "data.eindhoven.nl",
    "data.example.org",
    "opendata.bruxelles.be",
    "opendata.lillemetropole.fr",
    "opendatasoft.com",
)
MALFORMED = ("_ga without =", "NUL inside", "CR LF inside")
CONSENTING = ("statistics only", "all")


@pytest.fixture(scope="module")
def visits():
    return run_visits(load_portals())


@pytest.fixture(scope="module")
def document():
    result = run("demo", "--json")
    assert result.exit_code == 0
    return json.loads(result.output)


def kept_of(document, policy, visitor):
    """Return the cookies that the visitor keeps, by portal."""
    return {
        visit["portal"]: {cookie["cookie"] for cookie in visit["cookies"] if cookie["kept"]}
        for visit in document["visits"]
        if (visit["policy"], visit["visitor"]) == (policy, visitor)
    }


# The document


def test_the_document_has_every_visitor_of_every_portal_under_both_policies(document):
    found = [(visit["policy"], visit["portal"], visit["visitor"]) for visit in document["visits"]]
    assert found == [(policy, name, who) for policy in (PUBLISHED, EXTENDED) for name in PORTALS for who in VISITORS]
    assert document["disagreements"] == []


def test_every_line_of_the_document_says_what_became_of_it_and_why(document):
    labels = [cookie.label for cookie in COOKIES]
    for visit in document["visits"]:
        assert [cookie["cookie"] for cookie in visit["cookies"]] == labels
        for cookie in visit["cookies"]:
            assert cookie.keys() == {"cookie", "field", "line", "names", "kept", "category", "declared", "reason"}


@pytest.mark.parametrize("visitor", VISITORS)
def test_a_visitor_keeps_what_the_choice_allows(document, visitor):
    for portal, kept in kept_of(document, EXTENDED, visitor).items():
        notices = {"_BEAMER_DATE_x"} if portal == "opendatasoft.com" else set()
        assert kept == KEPT_BY_ALL | KEPT[visitor] | notices


@pytest.mark.parametrize("visitor", VISITORS)
def test_under_the_published_policies_only_necessary_cookies_leave_whatever_is_chosen(document, visitor):
    for portal, kept in kept_of(document, PUBLISHED, visitor).items():
        assert kept == KEPT_BY_ALL | ({"_BEAMER_DATE_x"} if portal == "opendatasoft.com" else set())


def test_ga_is_kept_only_with_consent(document):
    found = {
        (visit["policy"], visit["visitor"])
        for visit in document["visits"]
        for cookie in visit["cookies"]
        if cookie["cookie"] == "_ga" and cookie["kept"]
    }
    assert found == {(EXTENDED, visitor) for visitor in CONSENTING}


def test_a_forged_cookie_counts_as_no_choice(document):
    by_visitor = {
        visitor: [visit["cookies"] for visit in document["visits"] if visit["visitor"] == visitor]
        for visitor in ("no choice", "forged cookie")
    }
    assert by_visitor["forged cookie"] == by_visitor["no choice"]


def test_nameless_and_broken_lines_are_always_stripped_as_malformed(document):
    found = {
        (cookie["cookie"], cookie["kept"], cookie["reason"])
        for visit in document["visits"]
        for cookie in visit["cookies"]
        if cookie["reason"] == "malformed" or cookie["cookie"] in MALFORMED
    }
    assert found == {(label, False, "malformed") for label in MALFORMED}


# The exchanges


def test_wsgi_asgi_and_the_policy_agree_on_every_line(visits):
    for visit in visits:
        for outcome in visit.outcomes:
            assert outcome.by_wsgi == outcome.by_asgi == outcome.decision.allowed


def test_no_two_lines_of_the_portal_are_alike():
    assert len({(cookie.header_name, cookie.line) for cookie in COOKIES}) == len(COOKIES)


@pytest.mark.parametrize("interface", ["WSGI", "ASGI"])
def test_the_command_fails_and_says_so_if_one_wrapped_app_lets_too_much_out(monkeypatch, interface):
    module = wsgi if interface == "WSGI" else asgi
    wrapper = module.CookieWardenMiddleware

    def lenient(*arguments, **options):
        return wrapper(*arguments, **options, report_only=True)

    monkeypatch.setattr(module, "CookieWardenMiddleware", lenient)
    result = run("demo", "--portal", "eindhoven")
    assert result.exit_code == 1
    assert "DISAGREEMENT" in result.output
    assert "WSGI, ASGI and the policy agree" not in result.output
    seen = {"WSGI": "WSGI kept, ASGI stripped", "ASGI": "WSGI stripped, ASGI kept"}[interface]
    assert f"_ga: the policy says stripped (undeclared), {seen}" in " ".join(result.output.split())
    as_json = run("demo", "--portal", "eindhoven", "--json")
    assert as_json.exit_code == 1
    found = json.loads(as_json.output)
    assert found["disagreements"]
    assert "_ga" not in kept_of(found, PUBLISHED, "all")["data.eindhoven.nl"]


def test_lines_in_another_order_are_a_disagreement(monkeypatch):
    monkeypatch.setattr(exchanges, "ask_asgi", lambda app, host, cookie: ask_asgi(app, host, cookie)[::-1])
    found = disagreements(run_visits(load_portals()[:1]))
    assert len(found) == 10
    assert all("ASGI: the lines that came out are not those that went in" in problem for problem in found)


# The command


def test_the_demo_logs_nothing_and_restores_the_logger(caplog):
    logger = logging.getLogger("cookiewarden")
    before = (logger.level, list(logger.handlers), logger.propagate)
    assert run("demo").exit_code == 0
    assert caplog.records == []
    assert (logger.level, list(logger.handlers), logger.propagate) == before


@pytest.mark.parametrize("name", ["opendatasoft.com", "opendatasoft", "OpenDataSoft"])
def test_a_portal_can_be_picked_by_its_name_or_a_part_of_it(name):
    result = run("demo", "--portal", name, "--json")
    assert {visit["portal"] for visit in json.loads(result.output)["visits"]} == {"opendatasoft.com"}
