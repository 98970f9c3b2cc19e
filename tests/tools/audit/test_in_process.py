"""Audits of apps in process: what is planted is found, and nothing is where nothing is."""

import asyncio
import gc
import itertools
import threading
import time
from contextlib import suppress
from dataclasses import replace
from email.utils import formatdate

import pytest

from audited_apps import (
    BASE,
    GOOD,
    INTERFACES,
    LINKS,
    OPEN,
    POLICY,
    QUICK,
    SECRET_KEY,
    STATISTICS,
    TOO_LONG,
    UNDECLARED,
    audited,
    found,
    loaded,
    still_clock,
    unknown,
    verdicts,
    without_deletions,
)
from cookiewarden import Policy, asgi, wsgi
from cookiewarden.tools.audit.apps import Interface, LoadedApp
from cookiewarden.tools.audit.audit import audit_of
from cookiewarden.tools.audit.in_process import audit_app
from cookiewarden.tools.audit.observed import CHOICES, State
from cookiewarden.tools.audit.verdicts import Verdict
from cookiewarden.tools.demo.portal import asgi_portal, wsgi_portal
from cookiewarden.tools.demo.sites import load_portals

each_interface = pytest.mark.parametrize("interface", INTERFACES)
ALL = [GOOD, STATISTICS, UNDECLARED, TOO_LONG]


@each_interface
def test_what_an_app_sets_without_middleware_is_found_before_consent(interface):
    audit = audited(loaded(interface, ALL))
    assert found(audit) == {
        ("CW201", "mystery"),
        ("CW202", "_ga"),
        ("CW202", "theme"),
        ("CW203", "theme"),
        ("CW208", "theme"),
    }
    assert verdicts(audit) == ["violation", "could not verify", "could not verify", "could not verify"]


@each_interface
def test_nothing_is_found_of_an_enforced_policy(interface):
    audit = audited(loaded(interface, ALL, wrapped=True))
    assert found(audit) == set()
    assert verdicts(audit) == ["in order"] * 4


@each_interface
def test_an_accepted_cookie_is_seen_where_it_was_accepted_and_nowhere_else(interface):
    rows = {row.name: row for row in audited(loaded(interface, ALL, wrapped=True)).rows}
    assert rows["_ga"].states == (State.ACCEPTED,)
    assert rows["sid"].states == CHOICES
    assert "mystery" not in rows


def test_a_cookie_of_the_answer_to_a_choice_is_found_with_the_method_of_its_request():
    app, interface = loaded(Interface.WSGI, [GOOD], wrapped=True)

    def planting(environ, start_response):
        def start(status, headers, *rest):
            planted = [("Set-Cookie", UNDECLARED)] if environ["REQUEST_METHOD"] == "POST" else []
            return start_response(status, [*headers, *planted], *rest)

        return app(environ, start)

    audit = audited(LoadedApp(planting, interface))
    assert {one.finding.problem.key for one in audit.findings if one.finding.rule.code == "CW201"} == {
        "POST /cookies/preferences"
    }


@each_interface
def test_a_policy_that_is_only_reported_breaks_every_state(interface):
    audit = audited(loaded(interface, ALL, wrapped=True, report_only=True))
    assert verdicts(audit) == ["violation"] * 4
    assert {("CW206", "_ga"), ("CW206", "theme"), ("CW207", "_ga"), ("CW207", "theme")} <= found(audit)


def test_a_cookie_that_stays_after_a_withdrawal_is_found():
    app, interface = loaded(Interface.WSGI, [GOOD, STATISTICS], wrapped=True)
    audit = audited(LoadedApp(without_deletions(app), interface))
    assert found(audit) == {("CW207", "_ga")}
    assert verdicts(audit) == ["in order", "in order", "in order", "violation"]


def test_an_attribute_that_the_declaration_demands_is_missed_once():
    codes = [one.finding.rule.code for one in audited(loaded(Interface.WSGI, [OPEN])).findings]
    assert "CW205" in codes
    assert "CW209" not in codes


@each_interface
def test_a_site_that_sets_what_is_necessary_needs_no_banner(interface):
    policy = Policy.from_mapping(
        {"site": {"name": "Shop"}, "cookies": [{"name": "sid", "category": "necessary", "purpose": "Signs you in"}]}
    )
    audit = audited(loaded(interface, [GOOD]), policy)
    assert verdicts(audit) == ["in order", *["no banner needed"] * 3]
    assert audit.verdict is Verdict.IN_ORDER


def test_without_a_policy_nothing_is_verified():
    audit = audited(loaded(Interface.WSGI, [GOOD]), None)
    assert audit.verdict is Verdict.NOT_VERIFIED


def test_an_app_that_sets_no_cookie_is_in_order_without_a_policy():
    assert verdicts(audited(loaded(Interface.WSGI, []), None)) == ["in order", *["no banner needed"] * 3]


@pytest.mark.parametrize("portal", load_portals(), ids=lambda portal: portal.name)
@pytest.mark.parametrize("report_only", [False, True])
def test_the_portals_of_the_demo_are_in_order_only_if_their_policy_is_enforced(portal, report_only):
    options = {"policy": portal.extended, "secret_key": SECRET_KEY, "report_only": report_only}
    for app in (
        LoadedApp(wsgi.CookieWardenMiddleware(wsgi_portal, **options), Interface.WSGI),
        LoadedApp(asgi.CookieWardenMiddleware(asgi_portal(), **options), Interface.ASGI),
    ):
        audit = audited(app, portal.extended, bounds=replace(QUICK, pages=3))
        assert verdicts(audit) == (["violation"] * 4 if report_only else ["in order"] * 4)


def test_each_page_is_reported_when_it_was_opened():
    reported = []
    audit = audited(loaded(Interface.WSGI, []), report=reported.append)
    assert tuple(reported) == audit.observed.pages


def test_only_the_states_that_are_sought_are_visited():
    audit = audited(loaded(Interface.WSGI, ALL, wrapped=True), sought=(State.REFUSED,))
    assert State.ACCEPTED not in audit.observed.states


def test_what_is_wrong_in_a_state_that_is_not_sought_does_not_count():
    app = loaded(Interface.WSGI, [GOOD, STATISTICS], wrapped=True, report_only=True)
    assert audited(app, sought=(State.ACCEPTED,)).verdict is Verdict.IN_ORDER
    assert found(audited(app, sought=(State.REFUSED,))) == {("CW206", "_ga")}


def test_links_of_the_site_are_followed_and_others_are_not():
    audit = audited(loaded(Interface.WSGI, []))
    assert {page.url for page in audit.observed.pages} == {"https://shop.example/", "https://shop.example/cart"}


def test_a_path_that_is_named_is_opened():
    audit = audited(loaded(Interface.WSGI, []), paths=("/hidden",))
    assert "https://shop.example/hidden" in {page.url for page in audit.observed.pages}


def answering(answers):
    """Return a wrapped app whose paths give these answers: a status and a header, or an error that it raises."""

    def app(environ, start_response):
        answer = answers.get(environ["PATH_INFO"], ("200 OK", ("X-Page", "1")))
        if isinstance(answer, Exception):
            raise answer
        start_response(answer[0], [("Content-Type", "text/html"), answer[1]])
        return [LINKS.encode()] if answer[0].startswith("200") else [b""]

    return LoadedApp(wsgi.CookieWardenMiddleware(app, policy=POLICY, secret_key=SECRET_KEY), Interface.WSGI)


NOT_FOUND = ("404 Not Found", ("X-Page", "0"))
UNSEEN = pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({"/cart": NOT_FOUND}, "it answers with 404 Not Found"),
        ({"/cart": RuntimeError("secret=1")}, "it has no whole response: the app raised RuntimeError"),
        ({"/cart": ("302 Found", ("Location", "https://pay.example/"))}, "it redirects to another site, https://pay."),
        (
            {"/cart": ("302 Found", ("Location", "/gone")), "/gone": NOT_FOUND},
            "https://shop.example/gone answers with 404 Not Found",
        ),
    ],
)


@UNSEEN
def test_a_named_page_that_is_not_seen_leaves_every_state_unverified_and_is_named(answers, why):
    audit = audited(answering(answers), paths=("/cart",))
    assert verdicts(audit) == ["could not verify"] * 4
    for state in CHOICES:
        start = f"The page https://shop.example/cart could not be looked at: {why}"
        assert audit.verdicts[state].reason.startswith(start)


@UNSEEN
def test_a_linked_page_that_is_not_seen_leaves_no_state_unverified(answers, why):
    assert verdicts(audited(answering(answers))) == ["in order"] * 4


def test_a_named_page_that_fails_in_one_state_leaves_that_one_unverified():
    app, interface = loaded(Interface.WSGI, [STATISTICS], wrapped=True)

    def closed_to_who_accepted(environ, start_response):
        if environ["PATH_INFO"] == "/cart" and "_ga=" in environ.get("HTTP_COOKIE", ""):
            start_response("404 Not Found", [])
            return [b""]
        return app(environ, start_response)

    audit = audited(LoadedApp(closed_to_who_accepted, interface), paths=("/cart",))
    assert verdicts(audit) == ["in order", "in order", "could not verify", "in order"]


def test_an_app_most_of_whose_pages_fail_is_not_in_order():
    def guarded(environ, start_response):
        is_start = environ["PATH_INFO"] == "/"
        start_response("200 OK" if is_start else "403 Forbidden", [("Content-Type", "text/html")])
        return [b'<a href="/1">1</a> <a href="/2">2</a>' if is_start else b""]

    audit = audited(LoadedApp(guarded, Interface.WSGI), sought=(State.NO_CHOICE,))
    assert verdicts(audit) == ["could not verify"]
    reason = audit.verdicts[State.NO_CHOICE].reason
    assert reason.startswith("2 of 3 pages could not be looked at. The first: https://shop.example/1 answers with 403")


def test_a_challenge_with_status_200_is_not_in_order():
    body = "<html><head><title>Just a moment...</title></head></html>"
    audit = audited(loaded(Interface.WSGI, [], body), sought=(State.NO_CHOICE,))
    assert verdicts(audit) == ["could not verify"]
    assert "a challenge for browsers (Cloudflare, 200 OK)" in audit.verdicts[State.NO_CHOICE].reason


def test_an_app_in_this_process_is_not_left_alone_as_a_site_is():
    busy = {
        "/cart": ("429 Too Many Requests", ("Retry-After", "9")),
        "/robots.txt": RuntimeError("nobody asks for it"),
    }
    audit = audited(answering(busy))
    assert verdicts(audit) == ["in order"] * 4
    assert len(audit.observed.notes) == 1


def test_a_redirect_to_the_host_with_www_stays_in_the_app():
    def moving(environ, start_response):
        is_there = environ["HTTP_HOST"] == "www.shop.example"
        start_response("200 OK" if is_there else "301 Moved", [("Location", "https://www.shop.example/")])
        return []

    assert verdicts(audited(LoadedApp(moving, Interface.WSGI), None)) == ["in order", *["no banner needed"] * 3]


def test_a_start_page_that_is_not_there_does_not_count_if_others_are_named():
    audit = audited(answering({"/": NOT_FOUND}), paths=("/cart",))
    assert verdicts(audit) == ["in order"] * 4
    assert audit.verdicts[State.REFUSED].reason.startswith("1 of 2 pages")


def test_every_page_that_is_named_is_opened_and_the_bound_is_for_links():
    named = [f"/{number}" for number in range(5)]
    observed = audited(answering({}), paths=named, bounds=replace(QUICK, pages=3)).observed
    assert {page.url.removeprefix(BASE) for page in observed.pages} == {"", "0", "1", "2", "3", "4"}


def test_hosts_that_a_page_contacts_are_found_unless_they_are_declared():
    body = '<img src="https://pixel.example/x.gif"><script src="/own.js"></script>'
    audit = audited(loaded(Interface.WSGI, [], body))
    assert [one.finding.problem.key for one in audit.findings if one.finding.rule.code == "CW211"] == ["pixel.example"]
    declared = {"name": "map", "kind": "host", "category": "necessary", "purpose": "Map", "hosts": ["pixel.example"]}
    policy = Policy.from_mapping({"site": {"name": "Shop"}, "cookies": [declared]})
    assert found(audited(loaded(Interface.WSGI, [], body), policy)) == set()


# What an app may do to whoever visits it.


def raising(environ, start_response):
    raise RuntimeError("secret=1")


def leaving(environ, start_response):
    raise SystemExit(0)


def silent(environ, start_response):
    return []


def no_number(environ, start_response):
    start_response("many thanks", [("Set-Cookie", "a=1")])
    return []


async def raising_later(scope, receive, send):
    raise RuntimeError("secret=1")


async def leaving_later(scope, receive, send):
    raise SystemExit(0)


async def silent_later(scope, receive, send):
    return None


async def waiting_for_ever(scope, receive, send):
    await receive()
    await receive()


@pytest.mark.parametrize(
    ("app", "interface"),
    [
        (raising, Interface.WSGI),
        (leaving, Interface.WSGI),
        (silent, Interface.WSGI),
        (no_number, Interface.WSGI),
        (raising_later, Interface.ASGI),
        (leaving_later, Interface.ASGI),
        (silent_later, Interface.ASGI),
        (waiting_for_ever, Interface.ASGI),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_an_app_that_gives_no_response_could_not_be_verified(app, interface):
    audit = audited(LoadedApp(app, interface), bounds=replace(QUICK, request_seconds=0.3))
    assert audit.verdict is Verdict.NOT_VERIFIED
    problems = [page.problem for page in audit.observed.pages]
    assert all(problems)
    assert "secret" not in str(problems)


def test_an_app_that_never_answers_does_not_hold_the_audit():
    released = threading.Event()

    def stuck(environ, start_response):
        released.wait(30)
        return []

    began = time.monotonic()
    audit = audited(LoadedApp(stuck, Interface.WSGI), bounds=replace(QUICK, request_seconds=0.2))
    released.set()
    assert audit.verdict is Verdict.NOT_VERIFIED
    assert time.monotonic() - began < 20


def test_a_body_that_never_ends_is_cut():
    def endless(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/html"), ("Set-Cookie", GOOD)])
        while True:
            yield b"<p>more</p>" * 1000

    audit = audited(LoadedApp(endless, Interface.WSGI))
    assert audit.verdict is Verdict.NOT_VERIFIED
    assert any("so the rest was not read" in note for note in audit.observed.notes)
    assert [row.name for row in audit.rows] == ["sid"]


def test_a_clock_that_is_set_forward_ends_no_audit():
    times = itertools.count(still_clock(), 86_400.0)
    audit = audit_of(audit_app(loaded(Interface.WSGI, [GOOD]), BASE, times.__next__, bounds=QUICK), POLICY, unknown)
    assert not any("The visit ended after" in note for note in audit.observed.notes)


def test_a_task_that_refuses_to_end_says_nothing_after_the_audit(caplog):
    async def stubborn(scope, receive, send):
        while scope["type"] == "http":
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(3600)

    audited(LoadedApp(stubborn, Interface.ASGI), bounds=replace(QUICK, request_seconds=0.1), sought=())
    gc.collect()
    assert caplog.messages == []


def test_endless_links_end_at_the_bound():
    def maze(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/html")])
        path = environ["PATH_INFO"]
        return [f'<a href="{path}x/">1</a><a href="{path}y/">2</a><a href="?n={len(path)}">3</a>'.encode()]

    audit = audited(LoadedApp(maze, Interface.WSGI))
    assert len(audit.observed.pages) == QUICK.pages
    assert any("pages were opened" in note for note in audit.observed.notes)


def test_a_state_that_time_cuts_off_could_not_be_verified():
    ticks = itertools.count()
    app = loaded(Interface.WSGI, [GOOD], wrapped=True)
    verified = []
    for seconds in range(4, 80):
        bounds = replace(QUICK, seconds=float(seconds))
        observed = audit_app(app, BASE, still_clock, bounds=bounds, clock=lambda: float(next(ticks)))
        reached = [verdict.verdict for verdict in audit_of(observed, POLICY, unknown).verdicts.values()]
        in_order = [verdict is Verdict.IN_ORDER for verdict in reached]
        verified.append(sum(in_order))
        assert in_order == sorted(in_order, reverse=True)
        assert all(in_order) or any("The visit ended after" in note for note in observed.notes)
    assert {*verified} == {0, 1, 2, 3, 4}, verified


def test_an_app_that_only_leads_elsewhere_is_not_in_order():
    def leading_away(environ, start_response):
        start_response("302 Found", [("Location", "https://else.example/login")])
        return []

    assert verdicts(audited(LoadedApp(leading_away, Interface.WSGI))) == ["could not verify"] * 4


def test_a_lifetime_counts_from_the_response_and_not_from_the_request():
    now = 1_750_000_000.0

    def slow(environ, start_response):
        nonlocal now
        now += 9
        start_response("200 OK", [("Set-Cookie", f"theme=1; Expires={formatdate(now + 31_556_952, usegmt=True)}")])
        return []

    observed = audit_app(LoadedApp(slow, Interface.WSGI), BASE, lambda: now, bounds=QUICK)
    assert ("CW203", "theme") not in found(audit_of(observed, POLICY, unknown))


def test_an_app_that_breaks_off_its_response_is_not_in_order(broken_off):
    audit = audited(broken_off)
    assert verdicts(audit)[0] == "could not verify"
    assert "TypeError" in audit.observed.pages[0].problem


@pytest.fixture(params=INTERFACES)
def broken_off(request):
    def wsgi_app(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/html")])
        return ["a text, and not bytes"]

    async def asgi_app(scope, receive, send):
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": "a text, and not bytes"})

    return LoadedApp(wsgi_app if request.param is Interface.WSGI else asgi_app, request.param)


def test_what_an_asgi_app_raises_after_its_whole_response_is_no_fault_of_the_page():
    async def app(scope, receive, send):
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"whole"})
            raise RuntimeError("in the background")

    assert audited(LoadedApp(app, Interface.ASGI)).observed.pages[0].problem == ""


def test_what_an_asgi_app_keeps_in_the_state_of_its_lifespan_is_there_in_each_request():
    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            await receive()
            scope["state"]["db"] = "open"
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        status = 200 if scope["state"]["db"] == "open" else 500
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    assert [page.status for page in audited(LoadedApp(app, Interface.ASGI)).observed.pages] == [200]


def test_an_asgi_app_that_says_it_cannot_start_is_not_visited():
    async def app(scope, receive, send):
        await receive()
        if scope["type"] == "lifespan":
            await send({"type": "lifespan.startup.failed", "message": "secret"})
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    (page,) = audited(LoadedApp(app, Interface.ASGI)).observed.pages
    assert (page.status, page.problem) == (None, "has no response: the app failed to start")


@each_interface
def test_an_audit_without_browser_says_that_it_does_not_see_what_scripts_set(interface):
    notes = audited(loaded(interface, ALL, wrapped=True)).observed.notes
    assert any("script" in note for note in notes)


def test_a_choice_that_a_page_loses_was_not_reached():
    app, interface = loaded(Interface.WSGI, [GOOD, STATISTICS], wrapped=True)

    def forgetful(environ, start_response):
        def start(status, headers, *rest):
            if environ["PATH_INFO"] == "/cart":
                headers = [*headers, ("Set-Cookie", "cookies_preferences=; Path=/; Max-Age=0")]
            return start_response(status, headers, *rest)

        return app(environ, start)

    audit = audited(LoadedApp(forgetful, interface))
    assert verdicts(audit) == ["in order", *["could not verify"] * 3]
    assert "does not keep the choice" in audit.verdicts[State.REFUSED].reason


@pytest.mark.parametrize("location", ["https://shop.example/" + "x" * 9_000, "/\x1b[31m", "/next"])
def test_an_address_that_a_redirect_names_is_short_and_clean(location):
    def leading(environ, start_response):
        start_response("302 Found", [("Location", location)])
        return []

    urls = {page.url for page in audited(LoadedApp(leading, Interface.WSGI)).observed.pages}
    assert urls <= {BASE, f"{BASE}next", f"{BASE}%1B[31m"}


@pytest.mark.parametrize(
    ("base", "location", "last"),
    [
        ("https://shop.example/", " cart#top", "https://shop.example/cart"),
        ("https://Shop.Example/", "https://shop.example/cart", "https://shop.example/cart"),
        ("https://shop.example/", "https://pay.example/cart", "https://shop.example/"),
        ("https://shop.example/", "https://[/cart", "https://shop.example/"),
    ],
)
def test_a_redirect_is_followed_as_browsers_read_it_but_not_to_another_site(base, location, last):
    def moved(environ, start_response):
        start_response("200 OK" if environ["PATH_INFO"] == "/cart" else "302 Found", [("Location", location)])
        return []

    observed = audit_app(LoadedApp(moved, Interface.WSGI), base, float, sought=())
    assert list(observed.pages)[-1].url == last


def test_a_page_without_a_type_is_read_if_it_looks_like_html():
    def untyped(environ, start_response):
        start_response("200 OK", [])
        return [b' <a href="/cart">Cart</a>']

    observed = audit_app(LoadedApp(untyped, Interface.WSGI), BASE, float, sought=())
    assert [page.url for page in observed.pages] == [BASE, f"{BASE}cart"]


def test_redirects_in_a_circle_end():
    def turning(environ, start_response):
        start_response("302 Found", [("Location", environ["PATH_INFO"] + "x")])
        return []

    assert 0 < len(audited(LoadedApp(turning, Interface.WSGI)).observed.pages) <= 10


def test_what_an_app_prints_stays_out_of_the_standard_output(capsys):
    def talking(environ, start_response):
        print("a line of the app")
        start_response("200 OK", [])
        return []

    audited(LoadedApp(talking, Interface.WSGI))
    assert capsys.readouterr().out == ""


@each_interface
def test_hostile_lines_are_named_without_their_values(interface):
    lines = ["\x1b[31m=secret1; Path=/", "a" * 3000 + "=secret2", "b=secret3; Max-Age=" + "9" * 5000]
    audit = audited(loaded(interface, lines))
    assert "secret" not in str(audit.findings) + str(audit.rows)
    assert "\x1b" not in str([one.finding for one in audit.findings]) + "".join(row.name for row in audit.rows)
