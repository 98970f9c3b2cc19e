"""``consent_of``: how an app reads and changes the visitor's choice, through either adapter."""

import types

import pytest
import starlette.requests

from choices import ALL
from cookiewarden import Choice, NotWrappedError, asgi, consent_of, wsgi
from exchanges import (
    PLAIN,
    POLICY,
    SentRequest,
    drive,
    http_environ,
    http_scope,
    set_cookies,
    through_asgi,
    through_wsgi,
    wrap,
)
from scenarios import SET_OF_POLICIES, VERSIONED, chosen

ADAPTERS = pytest.mark.parametrize("through", [through_asgi, through_wsgi])


def answer(through, act, request=PLAIN, sent=(), **options):
    """Return what ``act`` returned for the request's choice, and the headers of the response."""
    said = []

    def view(carrier):
        said.append(act(consent_of(carrier)))
        return sent

    headers = through(view, request, **options)
    return said[0], headers


def next_request(headers):
    """Return a request with the preferences cookie that those headers gave the browser."""
    pairs = [value.partition(b";")[0].decode() for name, value in headers if value.startswith(b"cookies_preferences=")]
    assert len(pairs) == 1
    return SentRequest(cookies=tuple(pairs))


def allowed(choice):
    return {category for category in ALL if choice.allows(category)}


@ADAPTERS
@pytest.mark.parametrize(
    ("cookies", "expected", "is_decided", "is_stale"),
    [
        ((), set(), False, False),
        ((chosen(),), set(), True, False),
        ((chosen("statistical"),), {"statistical"}, True, False),
        ((chosen(*ALL),), set(ALL), True, False),
        ((chosen(*ALL, policy=VERSIONED),), set(), False, True),
        ((chosen(policy=VERSIONED),), set(), True, False),
        ((chosen("statistical", policy=VERSIONED),), set(), True, True),
        (("cookies_preferences=forged",), set(), False, False),
        ((chosen(*ALL), chosen("third-party")), {"third-party"}, True, False),
    ],
)
def test_the_choice_is_read_from_the_request(through, cookies, expected, is_decided, is_stale):
    def act(choice):
        return allowed(choice), choice.allows("necessary"), choice.is_decided, choice.is_stale

    assert answer(through, act, SentRequest(cookies=cookies))[0] == (expected, True, is_decided, is_stale)


@ADAPTERS
def test_a_grant_adds_to_what_was_granted_before(through):
    _, headers = answer(
        through, lambda choice: choice.grant("third-party"), SentRequest(cookies=(chosen("statistical"),))
    )
    assert answer(through, allowed, next_request(headers))[0] == {"statistical", "third-party"}


@ADAPTERS
@pytest.mark.parametrize(("named", "left"), [(("third-party",), {"statistical", "first-party"}), ((), set())])
def test_a_withdrawal_takes_back_what_it_names_or_everything(through, named, left):
    _, headers = answer(through, lambda choice: choice.withdraw(*named), SentRequest(cookies=(chosen(*ALL),)))
    assert answer(through, allowed, next_request(headers))[0] == left


@ADAPTERS
def test_granting_one_category_leaves_the_others_undecided(through):
    _, headers = answer(through, lambda choice: choice.grant("third-party"))
    # Anonymized statistics pass while undecided, and stop once refused.
    sent = [("set-cookie", "_pk_id=1")]
    assert set_cookies(through(lambda carrier: sent, next_request(headers))) == [b"_pk_id=1"]


@ADAPTERS
@pytest.mark.parametrize("policy", [POLICY, VERSIONED])
def test_a_refusal_under_any_version_stays_until_its_category_is_granted(through, policy):
    sent = [("set-cookie", "_pk_id=1")]
    _, headers = answer(
        through, lambda choice: choice.grant("first-party"), SentRequest(cookies=(chosen(policy=policy),))
    )
    assert through(lambda carrier: sent, next_request(headers)) == [(b"cache-control", b"private")]
    _, headers = answer(through, lambda choice: choice.grant("statistical"), next_request(headers))
    assert set_cookies(through(lambda carrier: sent, next_request(headers))) == [b"_pk_id=1"]


@ADAPTERS
def test_a_stale_grant_lapses_when_something_else_is_granted(through):
    request = SentRequest(cookies=(chosen("statistical", policy=VERSIONED),))
    _, headers = answer(through, lambda choice: choice.grant("first-party"), request)
    said, _ = answer(through, lambda choice: (allowed(choice), choice.is_stale), next_request(headers))
    assert said == ({"first-party"}, False)


@ADAPTERS
def test_the_last_call_counts_for_the_same_response(through):
    def act(choice):
        choice.grant(*ALL)
        choice.withdraw("statistical")
        choice.grant("necessary")
        return allowed(choice)

    said, headers = answer(through, act, sent=[("set-cookie", "_ga=1"), ("set-cookie", "theme=1")])
    assert said == {"first-party", "third-party"}
    assert [value for _, value in headers if value in (b"_ga=1", b"theme=1")] == [b"theme=1"]
    assert sum(value.startswith(b"cookies_preferences=") for _, value in headers) == 1


@ADAPTERS
@pytest.mark.parametrize("act", [Choice.grant, lambda choice: choice.grant("necessary"), lambda choice: None])
def test_no_cookie_is_set_while_all_is_undecided(through, act):
    assert answer(through, act)[1] == []


@ADAPTERS
def test_a_choice_that_is_only_read_is_not_written_again(through):
    headers = answer(through, allowed, SentRequest(cookies=(chosen(*ALL),)))[1]
    assert headers == [(b"vary", b"Cookie")]


@ADAPTERS
@pytest.mark.parametrize(
    "read",
    [lambda choice: choice.allows("statistical"), lambda choice: choice.is_decided, lambda choice: choice.is_stale],
)
def test_each_way_to_read_makes_the_response_vary(through, read):
    assert (b"vary", b"Cookie") in answer(through, read)[1]


@ADAPTERS
def test_a_response_does_not_vary_if_the_choice_is_not_read(through):
    request = SentRequest(cookies=(chosen("statistical"),))
    headers = answer(through, lambda choice: None, request, [("set-cookie", "_ga=1")])[1]
    assert headers == [(b"set-cookie", b"_ga=1"), (b"cache-control", b"private")]


@ADAPTERS
@pytest.mark.parametrize("ask", [Choice.allows, Choice.grant, Choice.withdraw])
def test_a_word_that_is_not_a_category_raises(through, ask):
    with pytest.raises(ValueError, match="statistical"):
        answer(through, lambda choice: ask(choice, "statistic"))


@ADAPTERS
def test_a_choice_on_a_host_without_a_policy_is_not_recorded(through, caplog):
    said, headers = answer(
        through, lambda choice: choice.grant("statistical"), SentRequest(host="x.example"), policy=SET_OF_POLICIES
    )
    assert said is False
    assert headers == []
    assert "not recorded" in caplog.text


def test_asgi_records_no_choice_after_the_headers(caplog):
    async def app(scope, receive, send):
        choice = consent_of(scope)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        return choice.grant("statistical"), choice.withdraw(), consent_of(scope).grant("statistical")

    driven = drive(wrap(asgi.CookieWardenMiddleware, app), http_scope())
    assert driven.returned == (False, False, False)
    assert len(caplog.records) == 3
    assert {record.levelname for record in caplog.records} == {"WARNING"}


def test_wsgi_records_no_choice_after_the_headers(caplog):
    def app(environ, start_response):
        start_response("200 OK", [])
        yield str(consent_of(environ).grant("statistical")).encode()

    body = wrap(wsgi.CookieWardenMiddleware, app)(http_environ(), lambda *args: None)
    assert list(body) == [b"False"]
    assert len(caplog.records) == 1


@pytest.mark.parametrize("carrier", [{}, http_scope(), http_environ(), {"cookiewarden.exchange": None}])
def test_a_carrier_of_an_unwrapped_app_raises(carrier):
    with pytest.raises(NotWrappedError, match="CookieWardenMiddleware"):
        consent_of(carrier)


@pytest.mark.parametrize("request_", [starlette.requests.Request(http_scope()), types.SimpleNamespace(environ={})])
def test_a_request_of_an_unwrapped_app_raises(request_):
    with pytest.raises(NotWrappedError):
        consent_of(request_)


@pytest.mark.parametrize("thing", [None, 5, "scope", b"", [], object(), types.SimpleNamespace(scope=None)])
def test_what_is_not_a_request_raises(thing):
    with pytest.raises(TypeError, match="scope"):
        consent_of(thing)
