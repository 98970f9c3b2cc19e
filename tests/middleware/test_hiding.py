"""Which cookies of a request the app does not see, through both adapters; what is counted, logged and remembered."""

import logging
from dataclasses import replace
from unittest import mock

import pytest

from cookiewarden import asgi, consent_of, wsgi
from cookiewarden.middleware.exchange import KEY
from cookiewarden.middleware.hiding import CookieHider
from cookiewarden.testing import choice
from exchanges import (
    NOW,
    POLICY,
    SentRequest,
    Wrapped,
    drive,
    http_environ,
    http_scope,
    set_clock,
    set_cookies,
    wrap,
)
from refusals import nothing
from scenarios import SET_OF_POLICIES, VERSIONED, chosen, sends

MODULES = pytest.mark.parametrize("module", [asgi, wsgi])
SENT = "sid=1; _ga_X=2; _pk_id=3; theme=4; NID=5; other=6"
EMBEDDED = (("sec-fetch-site", "cross-site"), ("sec-fetch-dest", "iframe"))
GPC = (("sec-gpc", "1"),)
SECRET = "p4ssw0rd"


def cookies_in(carrier):
    """Return the Cookie header that an app finds, several joined; ``None`` if there is none."""
    if "type" not in carrier:
        return carrier.get("HTTP_COOKIE")
    found = [bytes(value).decode("latin-1") for name, value in carrier["headers"] if name == b"cookie"]
    return "; ".join(found) if found else None


class Seeing(Wrapped):
    """A wrapped app that notes what it sees."""

    def sees(self, *cookies, headers=(), host="data.example.org", act=nothing):
        """Return the Cookie header that the app sees of a request."""
        seen = []

        def view(carrier):
            seen.append(cookies_in(carrier))
            act(carrier)
            return ()

        self.ask(SentRequest(host, cookies=cookies, headers=tuple(headers)), view)
        return seen[0]


VISITORS = {
    "undecided": ((), (), {}, "sid=1; _pk_id=3; other=6"),
    "granted statistics": (("statistical",), (), {}, "sid=1; _ga_X=2; _pk_id=3; other=6"),
    "granted all": (("statistical", "first-party", "third-party"), (), {}, SENT),
    "refused all": (None, (), {}, "sid=1; other=6"),
    "a signal": ((), GPC, {"policy": {**POLICY, "signals": {"gpc": ["statistical"]}}}, "sid=1; other=6"),
    "a choice goes before a signal": (("third-party",), GPC, {}, "sid=1; NID=5; other=6"),
    "on another site's page": (("statistical", "first-party"), EMBEDDED, {}, "sid=1; other=6"),
    "on another site's page, granted": (
        ("statistical", "third-party"), EMBEDDED, {}, "sid=1; _ga_X=2; _pk_id=3; NID=5; other=6"
    ),
    "hide_undeclared": ((), (), {"hide_undeclared": True}, "sid=1; _pk_id=3"),
    "report_only": ((), (), {"report_only": True, "hide_undeclared": True}, SENT),
    "report_only in the policy": ((), (), {"policy": {**POLICY, "report_only": True}, "hide_undeclared": True}, SENT),
    "one category reported": (
        (), (), {"policy": {**POLICY, "report_only": ["first-party"]}}, "sid=1; _pk_id=3; theme=4; other=6"
    ),
    "undeclared cookies reported": (
        (), (),
        {"policy": {**POLICY, "report_only": ["undeclared"]}, "hide_undeclared": True},
        "sid=1; _pk_id=3; other=6",
    ),
    "report_only for this request": ((), (), {"report_only": lambda carrier: True, "hide_undeclared": True}, SENT),
    "enforced for this request": ((), (), {"report_only": lambda carrier: False}, "sid=1; _pk_id=3; other=6"),
    "no consent needed": ((), (), {"consent_needed": lambda carrier: False}, SENT),
    "no consent needed, but refused": (None, (), {"consent_needed": lambda carrier: False}, "sid=1; other=6"),
    "consent needed": ((), (), {"consent_needed": lambda carrier: True}, "sid=1; _pk_id=3; other=6"),
    "a predicate that fails": ((), (), {"report_only": lambda carrier: 1 / 0}, "sid=1; _pk_id=3; other=6"),
    "a signal that fails": ((), (), {"signals": [lambda request: 1 / 0]}, "sid=1; other=6"),
    "no pages": ((), (), {"pages": None}, "sid=1; _pk_id=3; other=6"),
}  # fmt: skip


@MODULES
@pytest.mark.parametrize(("granted", "headers", "options", "left"), VISITORS.values(), ids=VISITORS)
def test_the_app_sees_only_the_cookies_that_it_may_read(module, granted, headers, options, left):
    """The preferences cookie always stays. The second request is one of a known header."""
    app = Seeing(module, **options)
    policy = options.get("policy", POLICY)
    made = () if granted == () else (chosen(*(granted or ()), policy=policy),)
    for _ in range(2):
        assert app.sees(*made, SENT, headers=headers) == "; ".join((*made, left))
    if headers:
        plain = Seeing(module, **options).sees(*made, SENT)
        assert app.sees(*made, SENT) == plain  # what was remembered with the signal does not count without it
        assert app.sees(*made, SENT, headers=headers) == "; ".join((*made, left))


STALE = chosen("statistical", policy=VERSIONED)
FORGED = chosen("statistical", key="another key of sixteen bytes")
MANY = "; ".join(chosen("statistical", now=NOW - days * 86_400) for days in range(17))


@MODULES
@pytest.mark.parametrize(
    ("preferences", "left"),
    [
        (STALE, "sid=1; _pk_id=3; other=6"),
        (FORGED, "sid=1; _pk_id=3; other=6"),
        (MANY, "sid=1; other=6"),
        (chosen("statistical") + "; " + chosen("third-party"), "sid=1; other=6"),
    ],
    ids=["stale", "forged", "too many to verify", "two that contradict"],
)
def test_only_a_choice_that_holds_shows_cookies(module, preferences, left):
    app = Seeing(module)
    for _ in range(2):
        assert app.sees(preferences, SENT) == f"{preferences}; {left}"


@MODULES
def test_without_a_policy_for_the_host_nothing_is_hidden_or_counted(module):
    app = Seeing(module, policy=SET_OF_POLICIES, hide_undeclared=True)
    assert app.sees(SENT, host="x.example") == SENT
    assert app.counts().request_cookies.total() == 0
    assert app.sees(SENT, host="park.example") is None
    assert app.sees(SENT) == app.sees(SENT, host="a.data.example.org") == "sid=1; _pk_id=3"


@MODULES
def test_the_rest_stays_byte_for_byte_and_an_emptied_header_goes(module):
    app = Seeing(module)
    odd = 'sid="a b" ;;  sid=2;theme=1; =x; sid; \xe9=\xff ;'
    assert app.sees(odd) == 'sid="a b" ;;  sid=2; =x; sid; \xe9=\xff ;'
    assert app.sees("theme=1;_ga=2") is None
    assert app.sees("theme; \xa0_ga=1; _ga\x85=1;\tNID =1") is None
    assert app.sees("") in ("", None)


def asgi_headers_seen(headers, **keys):
    """Return the headers that an app sees of a scope, and the scope."""
    seen = []

    async def app(scope, receive, send):
        seen.append(scope["headers"])

    scope = http_scope(**{"headers": headers, **keys})
    drive(wrap(asgi.CookieWardenMiddleware, app), scope)
    return seen[0], scope


def test_each_cookie_field_of_a_scope_is_cut_by_itself_and_the_list_of_the_server_stays():
    given = [(b"a", b"1"), (b"cookie", b"theme=1"), (b"cookie", b"_ga=1; sid=2"), (b"b", b"2"), (b"cookie", b" sid=3")]
    headers, before = [*given], [*given]
    seen, scope = asgi_headers_seen(headers)
    assert seen == [(b"a", b"1"), (b"cookie", b"sid=2"), (b"b", b"2"), (b"cookie", b" sid=3")]
    assert headers == before
    assert scope[KEY].cookie_header == b"theme=1; _ga=1; sid=2;  sid=3"
    assert scope[KEY].headers == seen
    assert scope[KEY].headers is not seen


@pytest.mark.parametrize(
    "headers",
    [
        ((b"cookie", b"sid=1; theme=1"), (b"a", b"1")),
        [[b"cookie", b"sid=1; theme=1"], [b"a", b"1"]],
        iter([(b"cookie", b"sid=1; theme=1"), (b"a", b"1")]),
        [(bytearray(b"cookie"), bytearray(b"sid=1; theme=1")), (b"a", b"1")],
        [(b"cookie", memoryview(b"sid=1; theme=1")), (b"a", b"1")],
        [(b"cookie", "sid=1; theme=1"), (b"a", b"1")],
    ],
    ids=["tuples", "lists", "an iterator", "bytearrays", "a memoryview", "text"],
)
def test_a_scope_may_have_headers_of_any_kind(headers):
    seen, _ = asgi_headers_seen(headers)
    assert [(bytes(name), bytes(value)) for name, value in seen] == [(b"cookie", b"sid=1"), (b"a", b"1")]


def test_headers_of_which_nothing_is_hidden_stay_the_same_object():
    headers = [(b"cookie", b"sid=1; other=1"), (b"a", b"1")]
    seen, _ = asgi_headers_seen(headers)
    assert seen is headers


def test_a_websocket_sees_no_more_than_a_request():
    seen, _ = asgi_headers_seen([(b"cookie", b"sid=1; theme=1; NID=1")], type="websocket")
    assert seen == [(b"cookie", b"sid=1")]


def test_an_emptied_environ_has_no_cookie_header():
    seen = []

    def app(environ, start_response):
        seen.append(environ)
        return []

    environ = http_environ(SentRequest(cookies=("theme=1",)))
    wrap(wsgi.CookieWardenMiddleware, app)(environ, None)
    assert "HTTP_COOKIE" not in seen[0]
    assert environ[KEY].cookie_header == b"theme=1"


@MODULES
def test_a_choice_that_the_app_makes_counts_for_the_next_request(module):
    app = Seeing(module)

    def grant(carrier):
        assert consent_of(carrier).grant("first-party")
        assert "theme" not in (cookies_in(carrier) or "")

    assert app.sees("theme=1", act=grant) is None
    granted = chosen("first-party")
    assert app.sees(granted, "theme=1") == f"{granted}; theme=1"


@MODULES
def test_a_pretended_choice_of_a_test_shows_cookies(module):
    app = Seeing(module)
    with choice("first-party"):
        seen = app.sees(SENT)
    assert seen.startswith("sid=1; theme=4; other=6; cookies_preferences=")
    assert app.sees(SENT) == "sid=1; _pk_id=3; other=6"


@MODULES
def test_the_site_s_predicates_see_the_request_as_it_came(module):
    seen = []

    def report_only(carrier):
        seen.append((cookies_in(carrier), consent_of(carrier).is_decided))
        return False

    app = Seeing(module, report_only=report_only)
    assert app.sees("theme=1; sid=1") == "sid=1"
    assert seen == [("theme=1; sid=1", False)]


@MODULES
def test_a_predicate_is_asked_only_if_something_would_be_hidden(module):
    asked = []
    app = Seeing(module, report_only=asked.append, consent_needed=asked.append)
    for cookies in ("sid=1; other=1", chosen("statistical") + "; _ga=1"):
        assert app.sees(cookies) == cookies
    assert asked == []


@MODULES
def test_our_own_pages_read_no_hidden_cookie_either(module):
    language = {"name": "lang", "category": "first-party", "purpose": "Remembers the language"}
    policy = {**POLICY, "cookies": [language]}
    app = Seeing(module, policy=policy, language_cookie="lang")
    page = SentRequest(path="/cookies", headers=(("accept", "text/html"),))

    def language_of(*cookies):
        return dict(app.ask(replace(page, cookies=cookies)))[b"content-language"]

    assert language_of("lang=fr") == b"en"
    assert language_of(chosen("first-party", policy=policy), "lang=fr") == b"fr"


@MODULES
def test_a_header_without_cookies_that_depend_on_a_choice_is_read_without_one(module):
    app, carriers = Wrapped(module), []
    for cookies in ("sid=1; other=1; x", chosen("statistical") + "; sid=1"):
        for _ in range(2):
            app.ask(SentRequest(cookies=(cookies,)), lambda carrier: carriers.append(carrier) or ())
    assert [carrier[KEY].consent for carrier in carriers] == [None] * 4
    assert [carrier[KEY].signals for carrier in carriers[1::2]] == [None] * 2


@MODULES
def test_what_is_remembered_of_a_header_ends_with_the_choice(module):
    app = Seeing(module)
    granted, refused = chosen("statistical"), chosen()
    for _ in range(2):
        assert app.sees(granted, "_ga=1; _pk_id=1") == f"{granted}; _ga=1; _pk_id=1"
        assert app.sees(refused, "_ga=1; _pk_id=1") == refused
    set_clock(app, NOW + 366 * 86_400)
    for _ in range(2):
        assert app.sees(granted, "_ga=1; _pk_id=1") == f"{granted}; _pk_id=1"
        assert app.sees(refused, "_ga=1; _pk_id=1") == f"{refused}; _pk_id=1"


@MODULES
def test_a_choice_dated_in_the_future_shows_cookies_once_its_time_has_come(module):
    app, granted = Seeing(module), chosen("statistical")
    set_clock(app, NOW - 3 * 86_400)
    assert [app.sees(granted, "_ga=1") for _ in range(2)] == [granted] * 2
    set_clock(app, NOW)
    assert [app.sees(granted, "_ga=1") for _ in range(2)] == [f"{granted}; _ga=1"] * 2


@MODULES
def test_a_policy_that_is_loaded_anew_counts_at_once(module):
    app = Seeing(module)
    assert app.sees("theme=1") is None
    necessary = {"name": "theme", "category": "necessary", "purpose": "Remembers the colours"}
    assert app.reload({**POLICY, "cookies": [necessary]})
    assert app.sees("theme=1") == "theme=1"


FAULTS = {
    "the judge": "cookiewarden.middleware.served_sites.ServedSites.judge_of",
    "the memory": "cookiewarden.middleware.hiding.CookieHider._names_of",
    "the counter": "cookiewarden.reporting.line_counter.LineCounter.add_up",
}


@MODULES
@pytest.mark.parametrize("broken", FAULTS.values(), ids=FAULTS)
def test_if_anything_fails_the_app_sees_necessary_cookies_alone(module, broken, caplog):
    app, made = Seeing(module), chosen("statistical")
    with (
        mock.patch(broken, side_effect=RuntimeError),
        mock.patch("cookiewarden.middleware.hiding.MAX_LISTED", 0),
        mock.patch("cookiewarden.middleware.line_screening.MAX_LISTED", 9),
    ):
        for _ in range(3):
            assert app.sees(made, SENT) == f"{made}; sid=1"
    assert [record.levelname for record in caplog.records if record.exc_info] == ["ERROR"]
    assert "hiding request cookies failed" in caplog.text
    assert "GA1" not in caplog.text
    assert app.sees(made, SENT) == f"{made}; sid=1; _ga_X=2; _pk_id=3; other=6"


@MODULES
def test_if_the_policy_cannot_be_told_the_app_sees_no_cookies(module):
    app = Seeing(module, policy=SET_OF_POLICIES, pages=None)
    with mock.patch.object(app._app._screener.sites, "policy_of", side_effect=RuntimeError):
        assert seen_despite_failures(app, SENT) is None


def seen_despite_failures(app, cookies):
    """Return what an app sees that does not answer, because the answer would be screened."""
    seen = []

    async def asgi_app(scope, receive, send):
        seen.append(cookies_in(scope))

    def wsgi_app(environ, start_response):
        seen.append(cookies_in(environ))
        return []

    app._app.app = asgi_app if app._is_asgi else wsgi_app
    request = SentRequest(cookies=(cookies,))
    if app._is_asgi:
        drive(app._app, http_scope(request))
    else:
        app._app(http_environ(request), None)
    return seen[0]


@MODULES
def test_if_anything_fails_where_nothing_is_enforced_nothing_is_hidden(module):
    app = Seeing(module, report_only=True)
    with mock.patch("cookiewarden.middleware.hiding.CookieHider._names_of", side_effect=RuntimeError):
        assert app.sees(SENT) == SENT


def counted(app):
    return app.counts().request_cookies


@MODULES
def test_each_cookie_of_each_request_is_counted(module):
    app = Seeing(module)
    for number in range(3):
        app.sees(SENT)
        app.sees(SENT.replace("sid=1", f"sid={number + 10}"))
    counts = counted(app)
    assert counts.by("outcome") == {"blocked": 18, "allowed": 12, "reported": 6}
    assert counts.by("reason", outcome="blocked") == {"undecided": 18}
    assert counts.by("declaration", outcome="blocked") == {"_ga*": 6, "theme": 6, "NID": 6}
    assert counts.by("reason", outcome="reported") == {"undeclared": 6}
    assert counts.undeclared == {("data.example.org", "other"): 6}
    assert counts.request_cookies is None
    assert app.counts().total() == 0


@MODULES
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"report_only": True}, {"reported": 4, "allowed": 2}),
        ({"report_only": lambda carrier: True}, {"reported": 4, "allowed": 2}),
        ({"policy": {**POLICY, "report_only": ["statistical"]}}, {"reported": 2, "blocked": 2, "allowed": 2}),
        ({"consent_needed": lambda carrier: False}, {"allowed": 5, "reported": 1}),
        ({"hide_undeclared": True}, {"blocked": 4, "allowed": 2}),
        ({"hide_undeclared": True, "report_only": True}, {"reported": 4, "allowed": 2}),
    ],
)
def test_what_reaches_the_app_although_nothing_allows_it_is_reported(module, options, expected):
    app = Seeing(module, **options)
    app.sees(SENT)
    app.sees(SENT)
    assert counted(app).by("outcome") == {outcome: 2 * count for outcome, count in expected.items()}


@MODULES
def test_what_may_be_a_value_is_counted_without_a_name(module):
    app = Seeing(module)
    app.sees(f"{SECRET}; ={SECRET}; ; sid")
    assert counted(app).by("reason") == {"malformed": 2, "necessary": 1}
    assert counted(app).undeclared == {}


@MODULES
def test_headers_that_are_too_large_to_remember_are_counted_too(module):
    app = Seeing(module)
    many = "; ".join(f"theme{number}=1" for number in range(400))
    for _ in range(2):
        app.sees(f"{many}; theme=1")
        app.sees(f"{'x' * 80}=1; theme=1")
    assert counted(app).by("outcome") == {"reported": 802, "blocked": 4}
    assert not app._app._screener._hider.known


@MODULES
def test_memory_is_bounded_whatever_names_a_browser_sends(module):
    app = Wrapped(module, pages=None)
    hider = app._app._screener._hider
    for number in range(3000):
        app.ask(SentRequest(cookies=(f"theme={number}; sid=1",)))
        app.ask(SentRequest(cookies=("; ".join(f"n{number}-{one}=1" for one in range(20)),)))
        assert len(hider.known) <= 2048
    found = [one for by_judge in hider.by_names.values() for one in by_judge.values()]
    assert sum(len(one.lines) for one in found) <= 16_384 + 20
    assert len(app._app._screener.reporter.request_counter.together) < 4096
    assert app.counts().request_cookies.total() == 3000 * 22


@MODULES
def test_a_hidden_cookie_is_logged_once_with_what_to_do_and_never_its_value(module, caplog):
    caplog.set_level(logging.WARNING, logger="cookiewarden")
    app = Seeing(module)
    for _ in range(2):
        app.sees(f"theme={SECRET}; _ga_{SECRET[:3]}=1; other={SECRET}; {SECRET}")
    app.sees("_ga_other=1; theme=2; NID=1")
    records = [record for record in caplog.records if "hid the request cookie" in record.message]
    assert [record.cookie_name for record in records] == ["theme", "_ga*", "NID"]
    assert {record.levelno for record in records} == {logging.WARNING}
    message = records[0].message
    assert message.startswith(
        'hid the request cookie "theme" from the app (first-party, undecided): the visitor has not'
    )
    assert "declare it as necessary" in message
    assert "ask for consent" in message
    assert SECRET not in caplog.text


@MODULES
def test_what_would_be_hidden_is_logged_as_such(module, caplog):
    caplog.set_level(logging.WARNING, logger="cookiewarden")
    Seeing(module, report_only=True).sees("theme=1; other=1")
    assert "would hide the request cookie" in caplog.text
    assert caplog.text.count("request cookie") == 1


@MODULES
def test_a_hidden_undeclared_cookie_is_logged_with_its_own_advice(module, caplog):
    caplog.set_level(logging.WARNING, logger="cookiewarden")
    Seeing(module, hide_undeclared=True).sees(f"other=1; {SECRET}")
    assert (
        'hid the request cookie "other" from the app (undeclared, undeclared): no declaration covers it' in caplog.text
    )
    assert SECRET not in caplog.text


@MODULES
def test_the_log_of_hidden_cookies_is_bounded(module, caplog):
    caplog.set_level(logging.WARNING, logger="cookiewarden")
    app = Seeing(module, hide_undeclared=True)
    for number in range(0, 2000, 20):
        app.sees("; ".join(f"n{number + one}=1" for one in range(20)))
    assert caplog.text.count("hid the request cookie") == 1024
    assert caplog.text.count("further ones are not logged") == 1


@MODULES
@pytest.mark.parametrize("name", ["\x85_pk_id", "\xa0_pk_id", "\xe2\x80\x83_pk_id"])
def test_a_name_that_some_reader_takes_for_a_declared_one_is_hidden_like_that_one(module, name):
    app = Seeing(module, policy={**POLICY, "signals": {"gpc": ["statistical"]}})
    for _ in range(2):
        assert app.sees(f"sid=1; {name}=3") == f"sid=1; {name}=3"
        assert app.sees(f"sid=1; {name}=3", headers=GPC) == "sid=1"
        assert app.sees(f"{chosen()}; {name}=3") == chosen()


@MODULES
def test_a_signal_reads_the_request_as_it_came(module):
    def opts_out(request):
        return ["statistical"] if "optout=1" in (request.header("cookie") or "") else []

    app = Seeing(module, hide_undeclared=True, signals=[opts_out])
    for _ in range(3):
        headers = app.ask(SentRequest(cookies=("optout=1; sid=1",)), sends("_pk_id=1"))
        assert set_cookies(headers) == []


@pytest.mark.parametrize("host", [b"data.example.org", bytearray(b"data.example.org"), "data.example.org"])
def test_a_host_of_any_type_picks_the_policy_by_which_cookies_are_hidden(host):
    scope = http_scope(SentRequest(cookies=("_ga=1; sid=2",)))
    scope["headers"] = [(name, host if name == b"host" else value) for name, value in scope["headers"]]
    seen = []

    async def app(scope, receive, send):
        seen.append(cookies_in(scope))

    drive(wrap(asgi.CookieWardenMiddleware, app, policy=SET_OF_POLICIES), scope)
    assert seen == ["sid=2"]


@MODULES
def test_a_cookie_without_a_name_is_hidden_but_not_shown_to_people(module, caplog):
    cookies = [{"name": "*", "category": "statistical", "purpose": "Counts visits"}]
    app = Seeing(module, policy={"site": POLICY["site"], "cookies": cookies})
    assert app.sees(SECRET) is None
    assert "hid the request cookie" in caplog.text
    assert SECRET not in caplog.text


@MODULES
def test_a_policy_that_only_reports_hides_nothing_even_if_hiding_fails(module, monkeypatch):
    app = Seeing(module, policy={**POLICY, "report_only": True})
    monkeypatch.setattr(CookieHider, "_find", lambda *arguments: 1 / 0)
    assert app.sees(SENT) == SENT


@MODULES
def test_asking_many_times_names_each_header_once(module):
    def asks(carrier):
        for _ in range(50):
            consent_of(carrier).allows("statistical")

    headers = Wrapped(module).ask(SentRequest(cookies=(chosen("statistical"),)), lambda carrier: asks(carrier) or ())
    named = [value for name, value in headers if name == b"vary"]
    assert named == [b"Cookie", b"Sec-Fetch-Site", b"Sec-Fetch-Dest", b"Sec-Fetch-Storage-Access"]
