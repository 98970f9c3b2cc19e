"""Lines like earlier ones: the middleware screens and counts them as if it had not seen those."""

import logging

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cookiewarden import Policy, asgi, consent_of, wsgi
from cookiewarden.middleware.line_screening import LineScreener
from cookiewarden.testing import preferences_cookie
from exchanges import DOCUMENT, NOW, POLICY, SECRET_KEY, SentRequest, Wrapped, begin, set_clock, set_cookies
from hostile.crowd import THREADS, by_threads
from scenarios import chosen, sends

MODULES = pytest.mark.parametrize("module", [asgi, wsgi])
SITE = Policy.from_mapping(POLICY)
DAY = 86_400

NAMES = ["sid", "_ga", "_ga_2", "theme", "NID", "unknown", "cookies_preferences", ""]
PAIRS = ["=1", "=2", "", "==", "=a b", '="', "=\r\nsid=1", "=\0", "=\x80"]
ATTRIBUTES = [
    "",
    "; Path=/",
    "; Path=/a; Domain=example.org",
    "; Max-Age=0",
    "; Max-Age=0; Max-Age=9",
    "; Max-Age=9",
    "; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
    "; Expires=Sun, 15 Jun 2025 15:06:40 GMT",
    "; Expires=Thu, 01 Jan 2037 00:00:00 GMT",
    "; Path=/; Expires=Thu, 01 Jan 2037 00:00:00 GMT; Max-Age=5",
    "; \r\nSet-Cookie: sid=1",
]
LINES = st.builds(lambda *parts: "".join(parts), *map(st.sampled_from, (NAMES, PAIRS, ATTRIBUTES)))
RESPONSES = st.lists(LINES, max_size=3)
CHOICES = st.sampled_from(
    [(), (chosen(),), (chosen("statistical"),), (chosen("statistical", "first-party"), "theme=1")]
)


@MODULES
@example(asked=[((chosen("statistical", "first-party", "third-party"),), ["_ga=1; Max-Age=0"])], days=0)
@given(asked=st.lists(st.tuples(CHOICES, RESPONSES), max_size=3), days=st.integers(0, 5000))
def test_lines_seen_before_are_screened_as_if_they_were_new(module, asked, days):
    old = Wrapped(module, policy=SITE, pages=None)
    for _ in range(2):
        for cookies, lines in asked:
            old.ask(SentRequest(cookies=cookies, headers=DOCUMENT), sends(*lines))
    set_clock(old, NOW + days * DAY)
    for cookies, lines in asked:
        new = Wrapped(module, policy=SITE, pages=None)
        set_clock(new, NOW + days * DAY)
        request, view = SentRequest(cookies=cookies, headers=DOCUMENT), sends(*lines)
        before, left = old.counts().lines, new.ask(request, view)
        assert set_cookies(old.ask(request, view))[: len(lines)] == set_cookies(left)[: len(lines)]
        after = old.counts().lines
        assert {key: count - before.get(key, 0) for key, count in after.items() if count != before.get(key, 0)} == (
            new.counts().lines
        )


@MODULES
def test_known_lines_are_not_screened_one_by_one(module, monkeypatch):
    app, request = Wrapped(module, policy=POLICY), SentRequest(cookies=(chosen("statistical"),), headers=DOCUMENT)
    values = iter(range(100))

    def view(carrier):
        lines = ("sid=%d", "_ga=%d; Path=/", "theme=%d; Max-Age=9", "unknown=%d; Path=/")
        return [("Set-Cookie", line % next(values)) for line in lines]

    app.ask(request, view)
    monkeypatch.setattr(LineScreener, "screen_each", None)
    assert [line[:3] for line in set_cookies(app.ask(request, view))] == [b"sid", b"_ga"]


@MODULES
def test_a_line_passes_once_time_has_made_it_a_deletion(module):
    app, line = Wrapped(module, policy=POLICY), "theme=1; Expires=Thu, 01 Jan 2037 00:00:00 GMT"
    for _ in range(2):
        assert set_cookies(app.ask(SentRequest(), sends(line))) == []
    set_clock(app, 2_114_380_800 + DAY)  # 2037-01-01, and a day
    assert set_cookies(app.ask(SentRequest(), sends(line))) == [line.encode()]


@MODULES
def test_a_line_that_passed_is_blocked_once_the_choice_expires(module):
    app, line = Wrapped(module, policy=POLICY), "_ga=1; Path=/"
    request = SentRequest(cookies=(preferences_cookie(SITE, SECRET_KEY, "statistical", now=NOW),))
    for _ in range(2):
        assert set_cookies(app.ask(request, sends(line))) == [line.encode()]
    set_clock(app, NOW + 366 * DAY)
    assert set_cookies(app.ask(request, sends(line))) == []


@MODULES
def test_a_reloaded_policy_screens_known_lines_anew(module):
    app, line = Wrapped(module, policy=POLICY), "unknown=1; Path=/"
    for _ in range(2):
        assert set_cookies(app.ask(SentRequest(), sends(line))) == []
    declared = [*POLICY["cookies"], {"name": "unknown", "category": "necessary", "purpose": "Known now"}]
    assert app._app.reload({**POLICY, "cookies": declared})
    assert set_cookies(app.ask(SentRequest(), sends(line))) == [line.encode()]
    assert app._app.reload(POLICY)
    assert set_cookies(app.ask(SentRequest(), sends(line))) == []


@MODULES
def test_a_forgotten_place_is_remembered_again_from_a_known_line(module):
    app = Wrapped(module, policy=POLICY)
    (site,) = app._app._screener.sites.by_policy.values()
    for path in ("a", "a", *range(8), "a"):
        app.ask(SentRequest(), sends(f"theme=1; Path=/{path}"))
    (places,) = site.places._places.values()
    assert places[-1].path == b"/a"
    assert len(places) == 8


@MODULES
def test_a_choice_that_the_app_makes_counts_for_known_lines_of_a_visitor_without_cookies(module):
    app = Wrapped(module, policy=POLICY)

    def grants(carrier):
        consent_of(carrier).grant("statistical")
        return [("Set-Cookie", "_ga=1")]

    for _ in range(3):
        assert set_cookies(app.ask(SentRequest(), sends("_ga=1"))) == []
        assert set_cookies(app.ask(SentRequest(), grants))[0] == b"_ga=1"


@MODULES
def test_at_debug_each_blocked_line_is_logged(module, caplog):
    app = Wrapped(module, policy=POLICY)
    caplog.set_level(logging.DEBUG, logger="cookiewarden")
    for _ in range(3):
        app.ask(SentRequest(), sends("theme=1"))
    assert len([record for record in caplog.records if "blocked" in record.getMessage()]) == 3


@MODULES
def test_no_more_made_up_lines_are_remembered_than_the_bounds(module, caplog):
    caplog.set_level(logging.CRITICAL, logger="cookiewarden")
    app = Wrapped(module, policy=POLICY)
    screener = app._app._screener
    counter, undeclared = screener.reporter.counter, screener._lines._undeclared
    for number in range(3000):
        app.ask(SentRequest(), sends(f"unknown=1; Path=/{number}", f"theme=1; Path=/{number}", f"u{number}=1"))
        assert len(undeclared) <= 1024
        assert len(counter.listed) < 4096
        assert counter._weight < 4096


def test_threads_lose_no_line_that_is_only_counted():
    app, turns = Wrapped(asgi, policy=POLICY), 400
    screener = app._app._screener
    app.ask(SentRequest(), sends("sid=1", "theme=1"))
    before = app.counts().total()

    def work(number):
        for turn in range(turns):
            screener.screen(begin(screener), {}, [(b"set-cookie", b"sid=1"), (b"set-cookie", b"theme=1")])
            if turn % 50 == number:
                screener.reporter.counter.snapshot()

    assert by_threads(work) == []
    assert app.counts().total() - before == THREADS * turns * 2
