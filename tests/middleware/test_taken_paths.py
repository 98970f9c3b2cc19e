"""A page of the app where the pages of this package would go: the log says so while the site rolls out without them."""

import pytest

from cookiewarden import Policy, asgi, wsgi
from cookiewarden.http.request import Request
from cookiewarden.http.signals import GPC_PATH
from cookiewarden.middleware import taken_paths
from cookiewarden.middleware.options import DEFAULT_PREFIX
from cookiewarden.middleware.taken_paths import TakenPaths
from cookiewarden.pages.router import Pages
from exchanges import PLAIN, POLICY, SentRequest, drive, http_environ, http_scope, wrap
from scenarios import SET_OF_POLICIES

MODULES = pytest.mark.parametrize("module", [asgi, wsgi])


class Site:
    """A wrapped app that has some pages of its own; ``get`` requests a path and returns the status."""

    def __init__(self, module, own_pages, **options):
        self.own_pages = own_pages
        self.module = module
        answer = self.answer_asgi if module is asgi else self.answer_wsgi
        self.app = wrap(module.CookieWardenMiddleware, answer, **{"pages": None, **options})

    async def answer_asgi(self, scope, receive, send):
        status = self.own_pages.get(scope["path"], 404)
        await send({"type": "http.response.start", "status": status, "headers": [(b"set-cookie", b"sid=1")]})
        await send({"type": "http.response.body", "body": b"its own"})

    def answer_wsgi(self, environ, start_response):
        start_response(f"{self.own_pages.get(environ['PATH_INFO'], 404)} Whatever", [("Set-Cookie", "sid=1")])
        return [b"its own"]

    def get(self, path, **keys):
        request = SentRequest(path=path, **keys)
        if self.module is asgi:
            start, body = drive(self.app, http_scope(request)).messages
            assert (body["body"], start["headers"]) == (b"its own", [(b"set-cookie", b"sid=1")])
            return start["status"]
        sent = []
        assert self.app(http_environ(request), lambda *start: sent.append(start)) == [b"its own"]
        [(status, headers)] = sent
        assert headers == [("Set-Cookie", "sid=1")]
        return int(status[:3])


def said(caplog):
    return [record.getMessage() for record in caplog.records if "the app has a page of its own" in record.getMessage()]


@MODULES
@pytest.mark.parametrize("how", ["learn", "report_only", "a predicate", "the policy"])
@pytest.mark.parametrize(("path", "status"), [("/cookies", 200), ("/cookies/", 203), ("/cookies/preferences", 204)])
def test_a_page_of_the_app_that_the_pages_would_hide_is_logged_once(module, how, path, status, tmp_path, caplog):
    options = {
        "learn": {"learn": tmp_path / "l"},
        "report_only": {"report_only": True},
        "a predicate": {"report_only": lambda carrier: False},
        "the policy": {"policy": {**POLICY, "report_only": True}},
    }[how]
    site = Site(module, {path: status}, **options)
    for _ in range(3):
        assert site.get(path) == status
    [message] = said(caplog)
    assert message == (
        f"the app has a page of its own at {path}, where the pages of cookiewarden would go; when you turn them on, "
        'pass another path, such as pages="/cookie-policy"'
    )


@MODULES
@pytest.mark.parametrize("status", [301, 302, 404, 500])
def test_neither_a_redirect_nor_an_error_is_a_page(module, status, caplog):
    Site(module, {"/cookies": status}, report_only=True).get("/cookies")
    assert said(caplog) == []


@MODULES
@pytest.mark.parametrize("path", ["/cookies", "/cookies/other", "/cookies.html", "/a/cookies", "/cookies2", "/"])
def test_a_path_that_the_app_does_not_have_or_that_the_pages_leave_alone_is_not(module, path, caplog):
    pages = {} if path == "/cookies" else {path: 200}
    site = Site(module, pages, report_only=True)
    site.get(path)
    assert said(caplog) == []


@MODULES
def test_a_site_that_enforces_or_has_the_pages_is_not_told(module, caplog):
    Site(module, {"/cookies": 200}).get("/cookies")
    with_pages = Site(module, {"/cookies": 200}, pages="/privacy", report_only=True)
    with_pages.get("/cookies")
    assert said(caplog) == []


@MODULES
def test_with_the_pages_on_a_page_that_differs_by_its_last_slash_is_logged_once(module, caplog):
    site = Site(module, {"/cookies/": 200}, pages="/cookies", report_only=True)
    for _ in range(3):
        assert site.get("/cookies/") == 200
    assert said(caplog) == [
        "the app has a page of its own at /cookies/, and the pages of cookiewarden may hide others beside it; pass "
        'another path, such as pages="/cookie-policy"'
    ]
    caplog.clear()
    Site(module, {"/cookies/": 200}, pages="/cookies").get("/cookies/")  # it enforces, so this was settled before
    assert said(caplog) == []


@MODULES
def test_a_host_without_a_policy_has_no_pages_that_could_hide_any(module, caplog):
    site = Site(module, {"/cookies": 200}, policy=SET_OF_POLICIES, report_only=True)
    site.get("/cookies", host="nobody.example")
    assert said(caplog) == []
    site.get("/cookies", host="park.example")
    assert len(said(caplog)) == 1


def test_the_paths_are_those_that_the_pages_claim():
    pages = Pages(DEFAULT_PREFIX, trusted_origins=frozenset(), templates=None, language_cookie=None, takes_reports=True)
    assert {*pages._handlers, *pages._slashed} == taken_paths._PATHS | {GPC_PATH}


@pytest.mark.parametrize("status", ["", "abc", "2 0", None])
def test_a_status_that_cannot_be_read_is_left_to_the_server(status, caplog):
    def app(environ, start_response):
        start_response(f"{status}", [])
        return []

    sent = []
    wrap(wsgi.CookieWardenMiddleware, app, pages=None, report_only=True)(
        http_environ(SentRequest(path="/cookies")), lambda *start: sent.append(start)
    )
    assert sent[0][0] == f"{status}"
    assert said(caplog) == []


def test_without_such_a_mode_no_path_is_looked_at():
    app = wrap(wsgi.CookieWardenMiddleware, None, pages=None)
    assert app._prefix not in "/cookies/preferences"
    assert app._screener.taken_paths is None
    assert not app._screener.answers(app._screener, http_environ(PLAIN))
    assert not TakenPaths(is_on=False).claims(Policy.from_mapping(POLICY), Request("GET", "", "/", "", "", {}.get))
