"""Visits of sites on this machine: a wrapped app in its four states, and sites that do their worst."""

import gzip
import itertools
import json
import socket
import ssl
import threading
from datetime import datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from cookiewarden import wsgi
from cookiewarden.tools.audit import notebook
from cookiewarden.tools.audit.bounds import Bounds
from cookiewarden.tools.audit.crawl import crawl
from cookiewarden.tools.audit.observed import CHOICES, NO_SCRIPTS, State
from cookiewarden.tools.demo.cookies import ORDINARY
from demo_runs import KEPT, KEPT_BY_ALL, served
from exchanges import POLICY, SECRET_KEY
from raw_server import page, raw_server, redirect, wsgi_server

LINKS = b'<a href="/one">1</a> <a href="/two">2</a> <a href="/logout">Out</a> <a href="https://other.example/">O</a>'
BOUNDS = Bounds(delay=0.0)
#: A cookie of the demo that its line deletes.
DELETED = {"old_banner"}
NOTHING = page(b"", status="404 Not Found")


def portal(environ, start_response):
    """Set a necessary, a declared and an undeclared cookie, and link to two pages."""
    cookies = [("Set-Cookie", f"{name}=1; Path=/; Max-Age=600") for name in ("sid", "_ga", "_undeclared")]
    start_response("200 OK", [("Content-Type", "text/html"), *cookies])
    return [LINKS]


def wrapped(**options):
    return wsgi.CookieWardenMiddleware(portal, policy=POLICY, secret_key=SECRET_KEY, **options)


def visited(answers, path="/", *, bounds=BOUNDS, **arguments):
    """Visit a server that gives these answers by path, and return what was seen, its address, and what was asked."""

    def answer(asked):
        given = answers.get(asked.path, NOTHING)
        return given(asked) if callable(given) else given

    with raw_server(answer) as (port, asked):
        site = f"http://127.0.0.1:{port}"
        return crawl(site + path, bounds=bounds, states=[State.NO_CHOICE], **arguments), site, asked


def lines_in(observed):
    """Return each line once, for the start page is opened twice."""
    return list(dict.fromkeys(one.line for one in observed.lines))


def names_in(observed, state):
    return {line.line.partition(b"=")[0] for line in observed.lines if line.state is state}


def problems(observed):
    return [one.problem for one in observed.pages if one.problem]


# A wrapped app


def test_a_wrapped_app_is_seen_in_all_four_states():
    with wsgi_server(wrapped()) as port:
        seen = crawl(f"http://127.0.0.1:{port}/", bounds=BOUNDS)
    assert seen.states == set(CHOICES)
    assert {one.url.rpartition("/")[2] for one in seen.pages} == {"", "one", "two"}
    assert {one.status for one in seen.pages} == {200}
    assert names_in(seen, State.NO_CHOICE) == {b"sid"}
    assert names_in(seen, State.REFUSED) == {b"sid", b"cookies_preferences"}
    assert names_in(seen, State.ACCEPTED) == {b"sid", b"_ga", b"cookies_preferences"}
    deletions = {one.line for one in seen.lines if one.state is State.WITHDRAWN and one.line.startswith(b"_ga=")}
    assert deletions
    assert all(b"Max-Age=0" in line for line in deletions)
    sent = {state: {one.name for one in seen.sent if one.state is state} for state in CHOICES}
    assert sent[State.ACCEPTED] == {b"sid", b"_ga", b"cookies_preferences"}
    assert sent[State.WITHDRAWN] == {b"sid", b"cookies_preferences"}
    assert json.loads(seen.published)["site"] == "data.example.org"


def test_an_app_whose_enforcement_is_off_shows_what_it_sets_and_reads_in_spite_of_a_refusal():
    with wsgi_server(wrapped(report_only=True)) as port:
        seen = crawl(f"http://127.0.0.1:{port}/", bounds=BOUNDS)
    assert seen.states == set(CHOICES)
    for state in CHOICES:
        assert names_in(seen, state) >= {b"sid", b"_ga", b"_undeclared"}
    assert b"_ga" in {one.name for one in seen.sent if one.state is State.WITHDRAWN}


@pytest.mark.parametrize("is_enforced", [True, False])
def test_every_cookie_of_the_served_demo_is_seen_in_its_states(is_enforced):
    with served(*([] if is_enforced else ["--report-only"])) as port:
        seen = crawl(f"http://127.0.0.1:{port}/")
    everything = {cookie.label for cookie in ORDINARY} - DELETED
    kept = {State.NO_CHOICE: "no choice", State.REFUSED: "refused all", State.ACCEPTED: "all"}
    assert seen.states == set(CHOICES)
    for state, kind in kept.items():
        stored = {line.line for line in seen.lines if line.state is state and b"Max-Age=0" not in line.line}
        # A cookie that is exempt from consent is not set again while the browser has it.
        names = {line.partition(b"=")[0] for line in stored} | {one.name for one in seen.sent if one.state is state}
        assert {name.decode() for name in names} - {"cookies_preferences"} == (
            (KEPT_BY_ALL | KEPT[kind]) - DELETED if is_enforced else everything
        )
    read = {one.name.decode() for one in seen.sent if one.state is State.WITHDRAWN} - {"cookies_preferences"}
    # Browsers refuse the cookie of another site.
    assert read == (KEPT_BY_ALL - DELETED if is_enforced else everything - {"pixel"})


def test_a_second_visitor_who_is_not_let_in_is_named():
    app = wrapped()
    starts = itertools.count()

    def once(environ, start_response):
        if environ["PATH_INFO"] == "/" and next(starts) > 1:
            start_response("403 Forbidden", [])
            return [b""]
        return app(environ, start_response)

    with wsgi_server(once) as port:
        seen = crawl(f"http://127.0.0.1:{port}/", states=[State.ACCEPTED])
    assert seen.states == {State.NO_CHOICE}
    reason = "answers with 403 Forbidden, so the page itself was not seen"
    assert seen.reasons == {
        State.ACCEPTED: f"http://127.0.0.1:{port}/ {reason}.",
        State.WITHDRAWN: "Nothing was accepted, so nothing could be withdrawn.",
    }
    assert [one.status for one in seen.pages if one.state is State.NO_CHOICE] == [200] * 3


def test_a_choice_that_a_page_loses_was_not_reached():
    app = wrapped()

    def forgetful(environ, start_response):
        def start(status, headers, *rest):
            if environ["PATH_INFO"] == "/two":
                headers = [*headers, ("Set-Cookie", "cookies_preferences=; Path=/; Max-Age=0")]
            return start_response(status, headers, *rest)

        return app(environ, start)

    with wsgi_server(forgetful) as port:
        seen = crawl(f"http://127.0.0.1:{port}/", bounds=BOUNDS)
    assert seen.states == {State.NO_CHOICE}
    assert "does not keep the choice" in seen.reasons[State.REFUSED]
    assert "does not keep the choice" in seen.reasons[State.ACCEPTED]
    # What such a visitor saw is of no state.
    for of_states in (seen.lines, seen.sent, seen.pages):
        assert {one.state for one in of_states} == {State.NO_CHOICE}


def test_a_state_whose_choice_could_not_be_asked_for_in_the_end_is_cut():
    app = wrapped()
    asked_since = []

    def busy(environ, start_response):
        if environ["REQUEST_METHOD"] == "POST":
            asked_since.append(0)
        elif environ["PATH_INFO"] == "/cookies/preferences.json" and asked_since:
            asked_since[0] += 1
            if asked_since[0] == 2:
                start_response("429 Too Many Requests", [])
                return [b""]
        return app(environ, start_response)

    with wsgi_server(busy) as port:
        seen = crawl(f"http://127.0.0.1:{port}/", bounds=BOUNDS)
    assert seen.cut == {State.REFUSED}
    assert "asks for fewer requests (429)" in seen.reasons[State.REFUSED]


def test_what_only_a_visitor_who_comes_back_gets_is_seen_in_each_state():
    def greeting(environ, start_response):
        name = "_ga" if "sid=" in environ.get("HTTP_COOKIE", "") else "sid"
        start_response("200 OK", [("Content-Type", "text/html"), ("Set-Cookie", f"{name}=1; Path=/")])
        return [b"<p>Hello"]

    app = wsgi.CookieWardenMiddleware(greeting, policy=POLICY, secret_key=SECRET_KEY, report_only=True)
    with wsgi_server(app) as port:
        seen = crawl(f"http://127.0.0.1:{port}/", bounds=BOUNDS)
    assert {state for state in CHOICES if b"_ga" in names_in(seen, state)} == set(CHOICES)


def test_a_start_page_that_is_not_there_for_a_visitor_who_comes_back_cuts_its_state():
    starts = itertools.count()
    seen, site, _ = visited({"/": lambda _: page(status="503 Busy") if next(starts) else page()})
    assert seen.cut == {State.NO_CHOICE}
    assert seen.reasons[State.NO_CHOICE].startswith(f"The page {site}/ could not be looked at: it answers with 503")


def test_what_the_visitor_still_keeps_after_a_withdrawal_is_seen_though_no_page_gets_it():
    def elsewhere(environ, start_response):
        cookies = [("Set-Cookie", f"{name}=1; Path=/account") for name in ("_ga", "_undeclared")]
        start_response("200 OK", [("Content-Type", "text/html"), *cookies])
        return [b"<p>Hello"]

    app = wsgi.CookieWardenMiddleware(elsewhere, policy=POLICY, secret_key=SECRET_KEY, report_only=True)
    with wsgi_server(app) as port:
        site = f"http://127.0.0.1:{port}"
        seen = crawl(f"{site}/", bounds=BOUNDS)
    left = {(one.url, one.name) for one in seen.sent if one.state is State.WITHDRAWN}
    assert left >= {(f"{site}/account", b"_ga"), (f"{site}/account", b"_undeclared")}


def test_a_visit_says_that_it_does_not_see_what_scripts_set():
    seen, _, _ = visited({"/": page(LINKS)})
    assert any("script" in note for note in seen.notes)


def test_a_site_without_our_pages_is_seen_before_a_choice_only():
    with wsgi_server(portal) as port:
        seen = crawl(f"http://127.0.0.1:{port}/", bounds=BOUNDS)
    assert seen.states == {State.NO_CHOICE}
    assert names_in(seen, State.NO_CHOICE) == {b"sid", b"_ga", b"_undeclared"}
    reason = "The site has no pages of cookiewarden, so no choice could be made without a browser."
    assert seen.reasons == dict.fromkeys((State.REFUSED, State.ACCEPTED, State.WITHDRAWN), reason)


def test_what_a_site_sets_only_once_is_seen_anew_after_a_refusal():
    def once(environ, start_response):
        fresh = "_ga" not in environ.get("HTTP_COOKIE", "")
        cookies = [("Set-Cookie", "_ga=1; Path=/; Max-Age=600")] if fresh else []
        start_response("200 OK", [("Content-Type", "text/html"), *cookies])
        return [LINKS]

    app = wsgi.CookieWardenMiddleware(once, policy=POLICY, secret_key=SECRET_KEY, report_only=True)
    with wsgi_server(app) as port:
        seen = crawl(f"http://127.0.0.1:{port}/", bounds=BOUNDS)
    assert b"_ga" in names_in(seen, State.NO_CHOICE) & names_in(seen, State.REFUSED) & names_in(seen, State.ACCEPTED)


def test_a_choice_is_made_on_a_site_that_waits_for_a_cookie_of_its_own():
    app = wrapped()

    def waiting(environ, start_response):
        if "seen=1" in environ.get("HTTP_COOKIE", ""):
            return app(environ, start_response)
        start_response("302 Found", [("Location", environ["PATH_INFO"]), ("Set-Cookie", "seen=1; Path=/")])
        return [b""]

    with wsgi_server(waiting) as port:
        assert crawl(f"http://127.0.0.1:{port}/", bounds=BOUNDS).states == set(CHOICES)


def test_only_pages_are_said_to_get_cookies_and_not_the_form_that_deletes_them():
    with wsgi_server(wrapped()) as port:
        seen = crawl(f"http://127.0.0.1:{port}/", bounds=BOUNDS)
    assert {one.url.rpartition("/")[2] for one in seen.sent} == {"", "one", "two"}


def test_what_answers_a_choice_that_the_site_refuses_counts_for_the_state_before():
    app = wrapped()

    def refusing(environ, start_response):
        if environ["REQUEST_METHOD"] == "POST":
            start_response("403 Forbidden", [("Set-Cookie", "angry=1")])
            return [b""]
        return app(environ, start_response)

    with wsgi_server(refusing) as port:
        seen = crawl(f"http://127.0.0.1:{port}/", bounds=BOUNDS)
    assert seen.states == {one.state for one in seen.lines} == {State.NO_CHOICE}
    assert seen.reasons[State.REFUSED] == "The choice was not made: the site answers a choice with 403."


@pytest.mark.parametrize("wanted", [State.REFUSED, State.ACCEPTED])
def test_only_wanted_choices_are_made(wanted):
    with wsgi_server(wrapped()) as port:
        assert crawl(f"http://127.0.0.1:{port}/", bounds=BOUNDS, states=[wanted]).states == {State.NO_CHOICE, wanted}


def test_each_page_is_reported_when_it_was_opened():
    reported = []
    seen, _, _ = visited({"/": page(LINKS), "/one": page()}, report=reported.append)
    assert tuple(reported) == seen.pages
    assert [one.status for one in reported] == [200, 200, 404]


def test_requests_say_who_asks_and_carry_what_the_site_set():
    seen, site, asked = visited({"/": page(LINKS, b"Set-Cookie: sid=1; Path=/one")})
    assert {one.headers["user-agent"].partition("/")[0] for one in asked} == {"cookiewarden"}
    assert {one.path: one.headers.get("cookie") for one in asked if one.path in ("/", "/one", "/two")} == {
        "/": None,
        "/one": "sid=1",
        "/two": None,
    }
    assert [(one.url, one.name) for one in seen.sent] == [(site + "/one", b"sid")]


def test_lines_are_kept_as_they_came_from_pages_redirects_and_errors():
    line = b"a=\xff\x01 ; Path=/;; HttpOnly"
    seen, site, _ = visited(
        {
            "/": redirect("/home", b"Set-Cookie: " + line),
            "/home": page(LINKS, b"SET-COOKIE:b=2", b"set-cookie: c=3"),
            "/one": page(b"", b"Set-Cookie: d=4", status="500 Oops"),
        },
        now=lambda: 1_700_000_000.0,
    )
    assert list(dict.fromkeys((one.url.removeprefix(site), one.line, one.received) for one in seen.lines)) == [
        ("/", line, 1_700_000_000.0),
        ("/home", b"b=2", 1_700_000_000.0),
        ("/home", b"c=3", 1_700_000_000.0),
        ("/one", b"d=4", 1_700_000_000.0),
    ]
    assert b"a" not in {one.name for one in seen.sent}  # browsers refuse control characters


def test_what_is_no_address_of_the_web_is_an_error():
    for url in ("ftp://a.example/", "shop", "", "http://", "https://me:secret@a.example/", "http://a.example:0/"):
        with pytest.raises(ValueError, match="must be an http or https address"):
            crawl(url)


# Bounds


@pytest.mark.parametrize(
    ("bounds", "note", "opened"),
    [
        ({"pages": 3}, "Only 3 pages were opened in each state; the site links to more.", 3),
        ({"depth": 2}, "Links more than 2 steps away from the start page were not followed.", 3),
        ({"all_bytes": 400, "depth": 99}, "The visit ended after 400 bytes; the rest was not opened.", None),
    ],
)
def test_endless_links_end_at_a_bound_that_is_named(bounds, note, opened):
    def answer(asked):
        if asked.path == "/robots.txt":
            return NOTHING
        return page(b'<a href="%s1">next</a>' % asked.path.encode())

    with raw_server(answer) as (port, asked):
        seen = crawl(f"http://127.0.0.1:{port}/", bounds=Bounds(delay=0.0, **bounds), states=[State.NO_CHOICE])
    assert note in seen.notes
    assert opened in (None, len(seen.pages))
    assert len(asked) < 12


@pytest.mark.parametrize(
    ("response", "note"),
    [
        (
            page(LINKS, *(b"Set-Cookie: c%d=" % number for number in range(3_000))),
            "The visit ended after 4,000 Set-Cookie lines; the rest was not opened.",
        ),
        (
            page(LINKS + b"".join(b'<img src="//h%d.example/">' % number for number in range(1_200))),
            "The visit ended after 1,000 hosts that pages contact; the rest was not opened.",
        ),
    ],
)
def test_a_flood_of_cookies_or_hosts_ends_the_visit(response, note, monkeypatch):
    monkeypatch.setattr(notebook, "_MAX_LINES", 4_000)
    with raw_server(lambda asked: NOTHING if asked.path == "/robots.txt" else response) as (port, _):
        seen = crawl(f"http://127.0.0.1:{port}/", bounds=BOUNDS)
    assert note in seen.notes
    assert State.REFUSED not in seen.states
    assert seen.cut == {State.NO_CHOICE}


def test_a_page_that_links_to_ever_new_queries_of_itself_is_opened_a_few_times():
    calendar = page(b"".join(b'<a href="/?day=%d">' % day for day in range(99)))
    seen, _, _ = visited({"/": calendar} | {f"/?day={day}": calendar for day in range(99)})
    assert len(seen.pages) == 4
    assert "Of pages that differ only after the ?, 3 each were opened." in seen.notes


def test_the_visit_ends_after_its_time():
    clock = itertools.count().__next__
    seen, _, _ = visited({"/": page(LINKS), "/one": page(LINKS)}, bounds=Bounds(seconds=20.0, delay=0.0), clock=clock)
    assert "The visit ended after 20 seconds; the rest was not opened." in seen.notes


def test_the_visit_ends_after_its_time_also_while_it_sends_nothing():
    forbidden = {"/robots.txt": robots(b"User-agent: *\nDisallow: /f")}
    links = b"".join(b'<a href="/f%d">' % number for number in range(1_000))
    clock = itertools.count().__next__
    seen, _, _ = visited({**forbidden, "/": page(links)}, bounds=Bounds(seconds=99.0, delay=0.0), clock=clock)
    assert "The visit ended after 99 seconds; the rest was not opened." in seen.notes
    assert seen.cut == {State.NO_CHOICE}


def test_more_cookies_than_a_browser_keeps_end_the_visit():
    many = page(LINKS, *(b"Set-Cookie: c%d=1" % number for number in range(3_001)))
    seen, _, asked = visited({"/": many})
    assert "The visit ended after 3,000 cookies; the rest was not opened." in seen.notes
    assert [one.path for one in asked] == ["/robots.txt", "/"]
    assert seen.cut == {State.NO_CHOICE}


def test_a_visit_that_ends_in_a_later_state_cuts_that_state_and_no_other(monkeypatch):
    with wsgi_server(wrapped()) as port:
        whole = crawl(f"http://127.0.0.1:{port}/", bounds=BOUNDS)
        monkeypatch.setattr(notebook, "_MAX_LINES", len(whole.lines) - 1)
        seen = crawl(f"http://127.0.0.1:{port}/", bounds=BOUNDS)
    assert (whole.cut, seen.cut) == (set(), {State.WITHDRAWN})


def test_a_pause_comes_before_each_request_but_the_first():
    pauses = []
    _, _, asked = visited({"/": page(LINKS)}, bounds=Bounds(delay=7.0), clock=lambda: 0.0, sleep=pauses.append)
    assert pauses == [0.0] + [7.0] * (len(asked) - 1)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "data.localhost"])
def test_a_site_on_this_machine_is_visited_without_pauses(host):
    pauses = []
    with raw_server(lambda asked: NOTHING if asked.path == "/robots.txt" else page(LINKS)) as (port, _):
        crawl(f"http://{host}:{port}/", sleep=pauses.append, resolve=lambda host, port: ["127.0.0.1"])
    assert set(pauses) == {0.0}


def test_the_delay_that_robots_txt_asks_for_is_kept_and_never_slept_past_the_end():
    pauses = []
    answers = {"/robots.txt": page(b"User-agent: *\nCrawl-delay: 11", kind=b"text/plain"), "/": page(LINKS)}
    visited(answers, bounds=Bounds(delay=1.0), clock=lambda: 0.0, sleep=pauses.append)
    assert pauses[:3] == [0.0, 11.0, 11.0]
    seen, _, asked = visited(answers, bounds=Bounds(seconds=10.0), clock=lambda: 0.0, sleep=pauses.append)
    assert [one.path for one in asked] == ["/robots.txt"]
    reason = "robots.txt asks for 11 seconds between two requests, and the visit had less left; the rest was not opened"
    assert seen.notes == (f"{reason}.", NO_SCRIPTS)
    assert problems(seen) == [f"was not seen: {reason}"]


def test_a_cookie_counts_as_sent_only_if_its_request_was_sent():
    is_late = False

    def clock():
        return 20.0 if is_late else 0.0

    def start(asked):
        nonlocal is_late
        is_late = True  # the pause before the next request is longer than what is left
        return page(LINKS, b"Set-Cookie: sid=1")

    bounds = Bounds(seconds=50.0, delay=40.0)
    seen, _, asked = visited({"/": start}, bounds=bounds, clock=clock, sleep=lambda pause: None)
    assert [one.path for one in asked] == ["/robots.txt", "/"]
    assert seen.sent == ()


@pytest.mark.parametrize(
    "response",
    [
        page(b"x" * 5_000),
        page(gzip.compress(bytes(20_000_000)), b"Content-Encoding: gzip"),
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nSet-Cookie: a=1\r\n\r\n" + b"x" * 5_000,
    ],
)
def test_a_body_is_read_up_to_a_bound_also_if_it_is_compressed(response):
    seen, site, _ = visited({"/": response}, bounds=Bounds(delay=0.0, page_bytes=3_000))
    problem = "is larger than 3,000 bytes, so the rest was not read"
    assert [(one.url, one.problem) for one in seen.pages] == [(site + "/", problem)]
    assert seen.cut == {State.NO_CHOICE}
    assert f"{site}/ is larger than 3,000 bytes, so the rest was not read." in seen.notes


def drip(start):
    """Send a beginning, and then a byte at a time, for ever."""
    return lambda asked: itertools.chain([start], itertools.repeat(b"x"))


def test_a_body_that_drips_ends_with_the_time_of_its_request_and_its_cookies_are_kept():
    start = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nSet-Cookie: a=1\r\n\r\n"
    bounds = Bounds(delay=0.0, request_seconds=30.0)
    seen, site, _ = visited({"/": drip(start)}, bounds=bounds, clock=itertools.count().__next__)
    assert f"{site}/ takes longer than 30 seconds." in seen.notes
    assert lines_in(seen) == [b"a=1"]
    assert seen.cut == {State.NO_CHOICE}


def test_links_that_came_before_a_body_broke_off_are_followed():
    start = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 500\r\n\r\n"
    seen, site, _ = visited({"/": start + LINKS, "/one": page(b"", b"Set-Cookie: a=1")})
    assert problems(seen)[0].startswith("does not answer as HTTP demands")
    assert [(one.url, one.line) for one in seen.lines] == [(f"{site}/one", b"a=1")]


def test_a_download_that_is_not_read_to_its_end_is_no_page_that_was_missed():
    answers = {"/": page(LINKS), "/one": page(b"x" * 5_000, kind=b"application/zip")}
    seen, _, _ = visited(answers, bounds=Bounds(delay=0.0, page_bytes=3_000))
    assert problems(seen) == []


@pytest.mark.parametrize(
    "response",
    [
        page(b"", b"Set-Cookie: sid=s3cret\0"),
        b"Set-Cookie: sid=s3cret\r\n\r\n",
        b"HTTP/1.1 200 OK s3cret\0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n<p>s3cret</p>\r\n",
        page(b"", b"Set-Cookie : sid=s3cret"),
        page(b"", b"s3cret; Path=/"),
    ],
)
def test_what_breaks_the_rules_of_http_is_quoted_nowhere(response):
    seen, _, _ = visited({"/": response})
    assert problems(seen) == ["does not answer as HTTP demands"]
    assert "s3cret" not in " ".join([*seen.notes, *seen.reasons.values()])


@pytest.mark.parametrize("target", ["//me:s3cret@a.example/", "ftp://me:s3cret@h/?s3cret", "/?s3cret" + "x" * 2_000])
def test_a_redirect_that_is_not_followed_shows_no_secret(target):
    seen, _, _ = visited({"/": page(LINKS), "/one": redirect(target)})
    assert problems(seen) == ["redirects to what is no address of the web"]


def test_the_last_type_that_a_page_names_counts():
    seen, site, _ = visited(
        {"/": page(LINKS, b"Content-Type: text/html", kind=b"text/plain"), "/one": page(b"", b"Set-Cookie: a=1")}
    )
    assert [one.url for one in seen.lines] == [f"{site}/one"]


def test_a_visitor_names_a_language_as_every_browser_does():
    _, _, asked = visited({"/": page(LINKS), "/one": page()})
    assert {one.headers.get("accept-language") for one in asked if one.path != "/robots.txt"} == {"en"}


def test_a_page_of_whose_body_nothing_came_in_time_was_not_seen():
    start = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    bounds = Bounds(delay=0.0, request_seconds=30.0)
    seen, _, _ = visited({"/": drip(start)}, bounds=bounds, clock=itertools.count().__next__)
    assert problems(seen) == ["takes longer than 30 seconds"]
    assert seen.cut == {State.NO_CHOICE}


def test_headers_that_drip_end_with_the_time_of_their_request():
    bounds = Bounds(delay=0.0, request_seconds=30.0)
    start = b"HTTP/1.1 200 OK\r\nX-Long: "
    seen, site, _ = visited({"/": drip(start)}, bounds=bounds, clock=itertools.count().__next__)
    assert problems(seen) == ["takes longer than 30 seconds"]
    assert f"{site}/ takes longer than 30 seconds." in seen.notes


def test_a_server_that_stays_silent_is_left_after_the_time_of_the_request():
    is_over = threading.Event()

    def silence(asked):
        is_over.wait()
        return b""

    with raw_server(lambda asked: NOTHING if asked.path == "/robots.txt" else silence(asked)) as (port, _):
        seen = crawl(f"http://127.0.0.1:{port}/", bounds=Bounds(delay=0.0, request_seconds=0.2))
        is_over.set()
    assert seen.states == frozenset()


# What is no proper response


@pytest.mark.parametrize(
    ("response", "problem"),
    [
        (b"", "does not answer as HTTP demands"),
        (b"HTTP/1.1 200 OK\r\nContent-Ty", "does not answer as HTTP demands"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "does not answer as HTTP demands"),
        (page(b"", b"X-Long: " + b"x" * 300_000), "does not answer as HTTP demands"),
        (page(b"", *(b"Set-Cookie: c%d=1" % number for number in range(30_000))), "does not answer as HTTP demands"),
        (page(b"%PDF-1.7", kind=b"application/pdf"), "is no HTML page, but application/pdf"),
        (page(b"", kind=b"text/\x1b[31mplain"), "is no HTML page, but text/\\x1b[31mplain"),
        (
            page(gzip.compress(gzip.compress(bytes(90_000))), b"Content-Encoding: gzip"),
            "is compressed more than once, so it was not read",
        ),
        (page(status="404 Not Found"), "answers with 404 Not Found, so the page itself was not seen"),
        (page(status="500 Oops"), "answers with 500 Internal Server Error, so the page itself was not seen"),
        (page(status="403 Forbidden"), "answers with 403 Forbidden, so the page itself was not seen"),
    ],
)
def test_a_start_page_that_says_nothing_of_the_site_is_named(response, problem):
    seen, site, _ = visited({"/": response})
    [opened] = seen.pages
    assert opened.url == site + "/"
    assert opened.problem.startswith(problem)
    assert seen.states == frozenset()


@pytest.mark.parametrize(
    "response",
    [
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nSet-Cookie: a=1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nSet-Cookie: a=1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nSet-Cookie: a=1\r\nContent-Length: 500\r\n\r\nab",
        page(b"no gzip", b"Content-Encoding: gzip", b"Set-Cookie: a=1"),
        page(gzip.compress(b"x" * 9_000)[:-20], b"Content-Encoding: gzip", b"Set-Cookie: a=1"),
        page(b"\x0b\x02\x80", b"Content-Encoding: br", b"Set-Cookie: a=1"),
        page(b"", b"Content-Encoding: gzip", b"Content-Encoding: gzip", b"Set-Cookie: a=1"),
        page(b"", b"Set-Cookie: a=1", b"X-Odd: a\0b"),
        page(b"", b"Set-Cookie : a=1"),
        page(b"", b"Set-Cookie: a=1", b"no colon"),
        b"HTTP/1.1 103 Early Hints\r\n\r\n" + page(b"", b"Set-Cookie: a=1", b"X-Odd: a\0b"),
    ],
)
def test_the_cookies_of_a_broken_response_are_kept_and_what_is_wrong_is_noted(response):
    seen, site, _ = visited({"/": response})
    assert lines_in(seen) == [b"a=1"]
    assert [note for note in seen.notes if note.startswith(f"{site}/ ")]
    assert seen.states == seen.cut == {State.NO_CHOICE}
    assert seen.pages[0].problem


def test_a_line_break_in_a_cookie_makes_another_header_and_the_wire_is_what_counts():
    seen, _, _ = visited({"/": page(b"", b"Set-Cookie: a=1\nSet-Cookie: b=2")})
    assert lines_in(seen) == [b"a=1", b"b=2"]


@pytest.mark.parametrize("charset", ["utf-16", "utf-7", "rot13", "punycode", "no such", "\xff", "iso-8859-99", ""])
def test_a_wrong_charset_costs_no_more_than_its_letters(charset):
    kind = b"text/html; charset=" + charset.encode("latin-1")
    seen, site, _ = visited({"/": page(b'\xff<a href="/one">', kind=kind), "/one": page()})
    assert seen.pages[0].problem == ""
    # In UTF-16, each two bytes are another letter, so no tag is left.
    linked = [] if charset == "utf-16" else [f"{site}/one"]
    assert list(dict.fromkeys(one.url for one in seen.pages)) == [f"{site}/", *linked]


def test_a_port_where_nobody_listens_is_named():
    with raw_server(lambda asked: NOTHING) as (port, _):
        pass
    seen = crawl(f"http://127.0.0.1:{port}/", bounds=BOUNDS)
    assert [one.problem.partition(":")[0] for one in seen.pages] == ["cannot be connected to"]
    assert seen.pages[0].status is None


def test_a_server_that_speaks_no_tls_is_named():
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_answer_without_tls, args=(server,))
        thread.start()
        seen = crawl(f"https://127.0.0.1:{server.getsockname()[1]}/", bounds=BOUNDS)
        thread.join()
    [problem] = problems(seen)
    assert problem.startswith("has no valid TLS connection: ")


def _answer_without_tls(server):
    for _ in ("robots.txt", "start page"):
        connection, _ = server.accept()
        with connection:
            connection.recv(1)
            connection.sendall(NOTHING)


def test_a_certificate_that_nobody_trusts_is_named(tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "shop.example")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, datetime(2020, 1, 1), datetime(2120, 1, 1))
    certificate = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    file = tmp_path / "pair.pem"
    form = serialization.PrivateFormat.PKCS8
    file.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()) + certificate)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(file)
    with raw_server(lambda asked: page(), tls) as (port, asked):
        seen = crawl(f"https://127.0.0.1:{port}/", bounds=BOUNDS)
    [problem] = problems(seen)
    assert problem.startswith("has no valid TLS connection: self")
    assert asked == []


def test_a_host_without_address_is_named():
    def resolve(host, port):
        raise OSError("no such host")

    seen = crawl("https://shop.example/", bounds=BOUNDS, resolve=resolve)
    assert problems(seen) == ["no address was found for its name: no such host"]


# Challenges


@pytest.mark.parametrize(
    ("status", "body", "header", "owner"),
    [
        ("403 Forbidden", b"Just a moment...", b"cf-mitigated: challenge", "Cloudflare"),
        ("503 Busy", b"<script src='/cdn-cgi/challenge-platform/h/b'>", b"Server: cloudflare", "Cloudflare"),
        ("403 Forbidden", b"https://errors.edgesuite.net/18.1", b"Server: AkamaiGHost", "Akamai"),
        ("403 Forbidden", b"<script src='https://ct.captcha-delivery.com/c.js'>", b"x-datadome: protected", "DataDome"),
        ("403 Forbidden", b"<iframe src='/_Incapsula_Resource?x'>", b"X-Iinfo: 1", "Imperva"),
        ("405 No", b"<script src='https://x.awswaf.com/c.js'>", b"X-A: b", "AWS WAF"),
        ("202 Accepted", b"", b"x-amzn-waf-action: challenge", "AWS WAF"),
        ("401 No", b"<div class='h-captcha'>", b"X-A: b", "a captcha"),
    ],
)
def test_a_challenge_is_named_and_is_not_taken_for_the_site(status, body, header, owner):
    seen, _, _ = visited({"/": page(body, header, status=status)})
    [problem] = problems(seen)
    assert problem.startswith(f"answers with a challenge for browsers ({owner}, {status[:3]} ")
    assert seen.states == frozenset()


def test_a_page_with_a_captcha_of_its_own_is_a_page():
    seen, _, _ = visited({"/": page(b"<div class='g-recaptcha'>", b"x-datadome: protected")})
    assert seen.states == {State.NO_CHOICE}


def test_a_site_that_asks_for_fewer_requests_is_left_alone():
    seen, site, asked = visited({"/": page(LINKS), "/one": page(status="429 Too Many Requests")})
    assert problems(seen) == ["asks for fewer requests (429 Too Many Requests)"]
    assert f"{site}/one asks for fewer requests (429), so the visit ended there." in seen.notes
    assert "/two" not in {one.path for one in asked}


# Redirects


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        ("file:///etc/passwd", "redirects to what is no address of the web"),
        ("javascript:alert(1)", "redirects to what is no address of the web"),
        ("http://[::1", "redirects to what is no address of the web"),
        ("http://10.0.0.1/", "redirects to the private address 10.0.0.1 (http://10.0.0.1/), which was not opened"),
        ("http://[::ffff:169.254.169.254]/x", "redirects to the private address ::ffff:169.254.169.254 ("),
        ("//intranet.example/", "redirects to the private address 192.168.0.9 (http://intranet.example/), which"),
        ("https://public.example/", "redirects to another site, https://public.example/; to audit that one, name it"),
    ],
)
def test_a_start_page_that_leads_away_is_named_and_not_followed(target, problem):
    addresses = {"intranet.example": ["192.168.0.9"], "public.example": ["1.1.1.1"]}
    seen, _, asked = visited(
        {"/": redirect(target)}, resolve=lambda host, port: addresses.get(host, [host.strip("[]")])
    )
    [opened] = seen.pages
    assert opened.problem.startswith(problem)
    assert opened.status == 302
    assert {one.path for one in asked} == {"/robots.txt", "/"}


def test_another_port_of_a_private_host_is_another_site():
    with raw_server(lambda asked: page()) as (port, asked):
        seen, _, _ = visited({"/": redirect(f"http://127.0.0.1:{port}/")})
    assert problems(seen)[0].startswith("redirects to another site")
    assert asked == []


def test_a_redirect_loop_ends_after_so_many_redirects():
    seen, site, asked = visited({"/": redirect("/a"), "/a": redirect("/")}, bounds=Bounds(delay=0.0, redirects=3))
    assert problems(seen) == ["comes after more than 3 redirects, so it was not opened"]
    assert seen.notes == (f"{site}/ comes after more than 3 redirects, so it was not opened.", NO_SCRIPTS)
    assert [one.path for one in asked] == ["/robots.txt", "/", "/a", "/", "/a"]


def test_a_redirect_that_waits_for_its_cookie_gets_it():
    def answer(asked):
        return page(b"<h1>Data") if asked.headers.get("cookie") == "seen=1" else redirect("/", b"Set-Cookie: seen=1")

    seen, _, _ = visited({"/": answer})
    assert seen.states == {State.NO_CHOICE}


@pytest.mark.parametrize("how", [b"Refresh: 0; url=/home", b'<meta http-equiv="refresh" content="1; url=/home">'])
def test_a_page_that_leads_elsewhere_within_moments_is_followed_like_a_redirect(how):
    start = page(b"", how) if how.startswith(b"Refresh") else page(how)
    seen, site, _ = visited({"/": start, "/home": page(LINKS, b"Set-Cookie: a=1"), "/one": page()})
    assert [one.url.removeprefix(site) for one in seen.pages] == ["/", "/home", "/one", "/two"]
    assert lines_in(seen) == [b"a=1"]


@pytest.mark.parametrize("target", ["https://public.example/", "/gone"])
def test_a_start_page_that_soon_leads_to_nothing_of_the_site_was_not_seen(target):
    start = page(b"", b"Refresh: 0; url=" + target.encode())
    seen, _, _ = visited({"/": start}, resolve=lambda host, port: ["1.1.1.1" if "public" in host else "127.0.0.1"])
    assert seen.states == frozenset()


def test_a_page_that_only_loads_itself_anew_is_a_page():
    seen, _, asked = visited({"/": page(b"<h1>Data", b"Refresh: 0; url=/")})
    assert seen.states == {State.NO_CHOICE}
    assert [one.path for one in asked].count("/") == 2  # as each start page


def test_links_that_plainly_do_something_are_not_opened_and_that_is_noted():
    links = (
        b'<a href="/delete?id=1">D</a> <a href="/cart/add/3">B</a> <a href="/unsubscribe">U</a> <a href="/one">1</a>'
    )
    seen, site, asked = visited({"/": page(links), "/one": page(b'<a href="/delete?id=1">D</a>')})
    assert {one.path for one in asked} & {"/one", "/delete?id=1", "/cart/add/3", "/unsubscribe"} == {"/one"}
    assert f"The audit opened no link that plainly does something: it met 3, such as {site}/delete?id=1." in seen.notes


def test_a_host_that_becomes_private_after_it_was_looked_up_is_refused():
    answers = iter([["1.1.1.1"]])
    seen = crawl("http://shop.example/", bounds=BOUNDS, resolve=lambda host, port: next(answers, ["127.0.0.1"]))
    assert problems(seen) == ["leads to the private address 127.0.0.1, so it was not opened"]


def test_a_private_host_may_be_named_but_no_other_address_of_it():
    with raw_server(lambda asked: page()) as (port, _):
        named = crawl(f"http://shop.example:{port}/", bounds=BOUNDS, resolve=lambda host, port: ["127.0.0.1"])
        answers = iter([["127.0.0.1"]])
        changed = crawl(f"http://a.example:{port}/", bounds=BOUNDS, resolve=lambda *_: next(answers, ["127.0.0.2"]))
        mixed = crawl(f"http://b.example:{port}/", bounds=BOUNDS, resolve=lambda *_: ["127.0.0.1", "1.1.1.1"])
    assert named.states == {State.NO_CHOICE}
    assert problems(changed) == ["leads to the private address 127.0.0.2, so it was not opened"]
    assert problems(mixed) == ["leads to the private address 127.0.0.1, so it was not opened"]


# robots.txt


def robots(text):
    return page(text, kind=b"text/plain")


def test_addresses_that_robots_txt_forbids_are_not_opened():
    answers = {"/robots.txt": robots(b"User-agent: *\nDisallow: /o"), "/": page(LINKS), "/two": page()}
    seen, site, asked = visited(answers)
    assert "/one" not in {one.path for one in asked}
    assert f"robots.txt forbids 1 of the linked addresses, such as {site}/one." in seen.notes


def test_a_start_page_that_robots_txt_forbids_is_not_opened():
    seen, _, asked = visited({"/robots.txt": robots(b"User-agent: *\nDisallow: /"), "/": page(LINKS)})
    assert [one.path for one in asked] == ["/robots.txt"]
    assert problems(seen)[0].startswith("was not opened, because robots.txt forbids it")


def test_a_redirect_to_a_forbidden_address_is_not_followed():
    answers = {"/robots.txt": robots(b"User-agent: *\nDisallow: /p"), "/": page(LINKS), "/one": redirect("/private")}
    seen, site, asked = visited(answers)
    assert "/private" not in {one.path for one in asked}
    assert (site + "/private", "was not opened, because robots.txt forbids it") in {
        (one.url, one.problem) for one in seen.pages
    }


def test_a_site_that_lets_this_tool_alone_in_is_visited():
    answers = {
        "/robots.txt": robots(b"User-agent: *\nDisallow: /\n\nUser-agent: CookieWarden\nAllow: /"),
        "/": page(LINKS),
    }
    assert visited(answers)[0].states == {State.NO_CHOICE}


def test_a_robots_txt_that_never_ends_is_read_up_to_a_bound():
    text = b"User-agent: *\nDisallow: /one\n" + b"Disallow: /twofold\n" * 60_000 + b"Disallow: /two"
    seen, site, asked = visited({"/robots.txt": robots(text), "/": page(LINKS), "/two": page()})
    assert {one.path for one in asked} >= {"/", "/two"}
    assert "/one" not in {one.path for one in asked}
    assert f"{site}/robots.txt is larger than 512,000 bytes, so the rest was not read." in seen.notes


@pytest.mark.parametrize(
    "response",
    [
        page(status="503 Busy"),
        b"HTTP/1.1 nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nUser-agent: *\n",
        redirect("file:///x"),
        redirect("http://10.0.0.1/"),
    ],
)
def test_a_robots_txt_that_cannot_be_read_leaves_only_the_start_page(response):
    seen, site, asked = visited({"/robots.txt": response, "/": page(LINKS)})
    assert {one.path for one in asked} == {"/robots.txt", "/"}
    assert [note for note in seen.notes if note.startswith(f"{site}/robots.txt ")]


def test_a_site_of_which_robots_txt_forbids_as_much_as_was_seen_was_not_seen_whole():
    rules = robots(b"User-agent: *\nDisallow: /o\nDisallow: /tw")
    unread = visited({"/robots.txt": page(status="503 Busy"), "/": page(LINKS)})[0]
    forbidden = visited({"/robots.txt": rules, "/": page(LINKS)})[0]
    reason = "robots.txt kept 2 of the linked addresses from being opened, and 1 page was opened."
    assert unread.cut == forbidden.cut == {State.NO_CHOICE}
    assert unread.reasons[State.NO_CHOICE] == forbidden.reasons[State.NO_CHOICE] == reason


def test_a_cookie_that_comes_with_robots_txt_is_kept_and_no_visitor_sends_it():
    text = page(b"User-agent: *\nDisallow:", b"Set-Cookie: _ga=1; Path=/", kind=b"text/plain")
    seen, site, asked = visited({"/robots.txt": text, "/": page(LINKS)})
    assert [(one.url, one.line) for one in seen.lines] == [(f"{site}/robots.txt", b"_ga=1; Path=/")]
    assert not [one for one in asked if "cookie" in one.headers]


def test_a_robots_txt_that_leads_in_a_circle_counts_as_missing():
    seen, site, _ = visited({"/robots.txt": redirect("/robots.txt"), "/": page(LINKS), "/one": page()})
    assert f"{site}/robots.txt leads to more than 5 redirects, so it was not read." in seen.notes
    assert site + "/one" in {one.url for one in seen.pages}


def test_our_own_pages_are_not_asked_against_robots_txt():
    def answer(asked):
        return robots(b"User-agent: *\nDisallow: /cookies") if asked.path == "/robots.txt" else page()

    with raw_server(answer) as (port, asked):
        seen = crawl(f"http://127.0.0.1:{port}/", bounds=BOUNDS)
    assert {one.path for one in asked} == {"/robots.txt", "/"}
    assert seen.reasons[State.REFUSED].startswith("The pages of cookiewarden were not found: robots.txt forbids ")
