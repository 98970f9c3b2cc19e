"""Requests that an app changes while it answers them, and extensions by which servers send headers.

The request as received counts, nothing raises, and nothing outlives the request.
"""

import gc
import json
import logging
import weakref

import pytest

from cookiewarden import Policy, PolicySet, asgi, banner_of, wsgi
from exchanges import (
    DOCUMENT,
    PLAIN,
    POLICY,
    SentRequest,
    Wrapped,
    drive,
    http_environ,
    http_scope,
    screened_by,
    set_cookies,
    through_asgi,
    through_wsgi,
    wrap,
)
from scenarios import chosen, cookies

BOTH = pytest.mark.parametrize("through", [through_asgi, through_wsgi])
MODULES = pytest.mark.parametrize("module", [asgi, wsgi])
OLD = "Mon, 01 Jan 2001 00:00:00 GMT"
PAST = "Expires=Tue, 01 Jan 2002 00:00:00 GMT"
REFUSING = SentRequest(cookies=(chosen(),))
OWN = {"name": "own", "category": "necessary", "purpose": "p"}
TWO_SITES = PolicySet(
    [
        Policy.from_mapping(POLICY),
        Policy.from_mapping({"site": {"name": "Park", "hosts": ["park.example"]}, "cookies": [OWN]}),
    ]
)


@BOTH
def test_a_refusal_holds_with_an_old_date(through):
    headers = [("Date", OLD), ("Set-Cookie", f"_pk_id=1; {PAST}")]
    assert set_cookies(through(lambda carrier: headers, REFUSING)) == []


@BOTH
@pytest.mark.parametrize("name", ["Date", "Date:", "Date :", "\xa0Date", "Date\x85", "\x1fDate", "DATE "])
@pytest.mark.parametrize("value", [OLD, f"{OLD}\xa0", "", "\xe9"])
def test_a_date_header_counts_however_its_name_is_written(through, name, value):
    headers = [(name, value), ("Set-Cookie", f"_ga=1; {PAST}")]
    assert set_cookies(through(lambda carrier: headers)) == []


def take_cookies_out(scope):
    scope["headers"][:] = [header for header in scope["headers"] if header[0] != b"cookie"]


def clear(carrier):
    carrier.clear()


def take_the_exchange_out(carrier):
    carrier.pop("cookiewarden.exchange")
    carrier.pop("HTTP_COOKIE", None)
    carrier["headers"] = []


@pytest.mark.parametrize(
    ("through", "act"),
    [
        (through_asgi, take_cookies_out),
        (through_asgi, clear),
        (through_wsgi, clear),
        (through_asgi, take_the_exchange_out),
        (through_wsgi, take_the_exchange_out),
    ],
)
def test_a_refusal_holds_whatever_the_app_removes_from_the_request(through, act):
    def view(carrier):
        act(carrier)
        return [("Set-Cookie", "_pk_id=1")]

    assert set_cookies(through(view, REFUSING)) == []


def test_a_host_that_the_app_writes_into_the_headers_picks_no_policy():
    def view(scope):
        scope["headers"][0] = (b"host", b"park.example")
        return [("Set-Cookie", "own=1")]

    assert set_cookies(Wrapped(asgi, policy=TWO_SITES).ask(PLAIN, view)) == []


def test_a_host_that_the_app_adds_to_the_environ_picks_no_policy():
    environ = http_environ(SERVER_NAME="data.example.org")
    del environ["HTTP_HOST"]

    def view(environ):
        environ["HTTP_HOST"] = "park.example"
        return [("Set-Cookie", "own=1")]

    assert set_cookies(Wrapped(wsgi, policy=TWO_SITES).ask_with(environ, view)) == []


def test_a_predicate_sees_the_headers_as_received():
    def view(scope):
        scope["headers"].append((b"x-trial", b"1"))
        return [("Set-Cookie", "_ga=1")]

    assert set_cookies(through_asgi(view, report_only=lambda scope: (b"x-trial", b"1") in scope["headers"])) == []


@BOTH
def test_a_predicate_does_not_see_what_another_one_writes(through):
    def needed(carrier):
        carrier["x.seen"] = True
        return True

    options = {"consent_needed": needed, "report_only": lambda carrier: "x.seen" in carrier}
    assert set_cookies(through(lambda carrier: cookies("_ga=1"), **options)) == []


def test_the_outer_of_two_middlewares_goes_by_its_own_request_in_wsgi():
    def app(environ, start_response):
        start_response("200 OK", [("Set-Cookie", "_pk_id=1")])
        return []

    inner = wrap(wsgi.CookieWardenMiddleware, app)

    def strip(environ, start_response):
        environ.pop("HTTP_COOKIE", None)
        return inner(environ, start_response)

    left = []
    outer = wrap(wsgi.CookieWardenMiddleware, strip)
    outer(http_environ(REFUSING), lambda status, headers: left.extend(headers))
    assert [value for name, value in left if name == "Set-Cookie"] == []


def test_the_outer_of_two_middlewares_goes_by_its_own_request_in_asgi():
    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"set-cookie", b"_pk_id=1")]})

    inner = wrap(asgi.CookieWardenMiddleware, app)

    async def strip(scope, receive, send):
        scope["headers"] = []
        await inner(scope, receive, send)

    [start] = drive(wrap(asgi.CookieWardenMiddleware, strip), http_scope(REFUSING)).messages
    assert set_cookies(start["headers"]) == []


@pytest.mark.parametrize("key", ["wsgi.early_hints", "gunicorn.http2.send_trailers"])
def test_early_hints_and_trailers_are_screened(key):
    sent = []

    def view(environ):
        environ[key]([("Set-Cookie", "_ga=1"), ("Set-Cookie", "sid=1"), ("Link", "x")])
        return []

    Wrapped(wsgi).ask_with(http_environ(**{key: sent.extend}), view)
    assert sent == [("Set-Cookie", "sid=1"), ("Link", "x")]


def test_a_server_extension_that_is_none_stays_none():
    seen = []
    Wrapped(wsgi).ask_with(
        http_environ(**{"wsgi.early_hints": None}), lambda environ: seen.append(environ["wsgi.early_hints"]) or []
    )
    assert seen == [None]


def released():
    view = memoryview(b"x-a")
    view.release()
    return view


@pytest.mark.parametrize(
    "headers",
    [
        [(released(), b"1"), (b"set-cookie", b"_ga=; Max-Age=0")],
        [(b"date", released()), (b"set-cookie", b"_ga=; Max-Age=0")],
        [(b"cache-control", released()), (b"set-cookie", b"_ga=1")],
    ],
)
def test_headers_that_can_no_longer_be_read_raise_nothing(headers):
    left, _ = screened_by(POLICY, headers)
    assert (b"set-cookie", b"_ga=1") not in left


class Raising(logging.Filter):
    """A filter that fails."""

    def filter(self, record):
        raise RuntimeError


@pytest.fixture
def faulty_log():
    log, fault = logging.getLogger("cookiewarden"), Raising()
    log.addFilter(fault)
    yield
    log.removeFilter(fault)


@pytest.mark.usefixtures("faulty_log")
@MODULES
@pytest.mark.parametrize("options", [{}, {"report_only": lambda carrier: 1 / 0}, {"on_decision": lambda record: 1 / 0}])
def test_a_failing_log_filter_stops_no_response(module, options):
    app = Wrapped(module, **options)
    assert set_cookies(app.ask(PLAIN, lambda carrier: cookies("sid=1", "_ga=1"))) == [b"sid=1"]


def rewritten(**keys):
    def view(carrier):
        carrier.update(keys)
        return []

    return view


DECLINING = SentRequest(path="/shop/x", cookies=(f"{chosen()}; _ga=1",), headers=DOCUMENT)


@pytest.mark.parametrize(
    ("through", "keys"),
    [
        (through_asgi, {"query_string": "a=b", "path": None, "root_path": None}),
        (through_asgi, {"query_string": None}),
        (through_wsgi, {"PATH_INFO": b"/x", "SCRIPT_NAME": None}),
        (through_wsgi, {"PATH_INFO": None, "QUERY_STRING": None}),
    ],
)
def test_a_mangled_request_is_answered_as_received(through, keys):
    untouched = set_cookies(through(lambda carrier: (), DECLINING))
    assert set_cookies(through(rewritten(**keys), DECLINING)) == untouched != []


def test_both_adapters_lead_back_to_the_requested_page():
    shown = []

    def view(carrier):
        carrier.update({"path": "/index"} if "path" in carrier else {"PATH_INFO": "/index"})
        shown.append(str(banner_of(carrier)))
        return []

    for through in (through_asgi, through_wsgi):
        through(view, SentRequest(path="/shop/x?z=1"))
    assert shown[0] == shown[1]
    assert 'value="/shop/x?z=1"' in shown[0]


class Body:
    """An object that a server keeps in its environ for one request."""


@pytest.mark.parametrize("key", ["wsgi.early_hints", "gunicorn.http2.send_trailers"])
def test_early_hints_and_trailers_are_reported_with_their_own_host(key):
    records = []

    def view(environ):
        environ[key]([("Set-Cookie", "x=1; Domain=data.example.org"), ("Set-Cookie", "y=1; Domain=ads.example")])
        return []

    app = Wrapped(wsgi, on_decision=records.append)
    app.ask_with(http_environ(**{key: lambda headers: None}), view)
    assert [record.decision.category for record in records] == ["first-party", "third-party"]


@pytest.mark.parametrize("keys", [{}, {"wsgi.early_hints": print}])
@pytest.mark.parametrize("options", [{}, {"report_only": lambda carrier: False}])
@MODULES
def test_a_request_is_freed_with_its_last_reference(module, options, keys):
    """It does not keep its sockets until the garbage collector runs."""
    app = Wrapped(module, **options)
    gc.collect()
    gc.disable()
    try:
        body = Body()
        alive = weakref.ref(body)
        carrier = (http_scope if module is asgi else http_environ)(**{"x.body": body, **keys})
        app.ask_with(carrier, lambda carrier: cookies("sid=1", "_ga=1"))
        del carrier, body
        assert alive() is None
    finally:
        gc.enable()


def test_a_reloaded_policy_is_found_again_after_a_change_of_directory(tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "cookies.json").write_text(json.dumps(POLICY))
    app = Wrapped(wsgi)
    monkeypatch.chdir(tmp_path)
    assert app.reload("cookies.json")
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert app.reload()


def test_only_the_beginning_of_a_long_name_is_kept(tmp_path):
    app = Wrapped(wsgi, learn=tmp_path / "l")
    app.ask(PLAIN, lambda carrier: cookies("cd_1234" + "1" * 60_000 + "=1"))
    learner = app._app._screener.reporter.learner
    assert all(len(name) <= 256 for name in learner._families.values())
