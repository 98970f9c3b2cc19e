"""The ASGI adapter's own duties: which messages it screens, and what it must leave as it is."""

import copy
import inspect

import pytest

from asgi_messages import STARTS, answered, scope_for, sends
from cookiewarden import Policy, PolicySet, consent_of
from cookiewarden.asgi import CookieWardenMiddleware
from cookiewarden.middleware.exchange import KEY
from exchanges import POLICY, drive, http_scope, set_cookies, wrap
from refusals import asking
from scenarios import SET_OF_POLICIES, chosen

BACKENDS = ["asyncio", "trio"]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("message_type", STARTS)
def test_each_message_that_starts_a_response_is_screened(message_type, backend):
    message = {"type": message_type, "headers": [(b"set-cookie", b"_fbp=1"), (b"set-cookie", b"sid=1")]}
    driven = drive(wrap(CookieWardenMiddleware, sends(message)), scope_for(message_type), backend)
    assert driven.messages == [{"type": message_type, "headers": [(b"set-cookie", b"sid=1")]}]


@pytest.mark.parametrize("message_type", STARTS)
def test_unknown_keys_of_a_changed_message_stay(message_type):
    extension = object()
    message = {
        "type": message_type,
        "headers": [(b"set-cookie", b"_fbp=1")],
        "status": 299,
        "trailers": True,
        "x": extension,
    }
    changed = answered(message)
    assert changed == {**message, "headers": [(b"cache-control", b"private")]}
    assert changed["x"] is extension


def test_the_apps_own_message_and_headers_are_not_changed():
    headers = [(b"set-cookie", b"_fbp=1")]
    message = {"type": "http.response.start", "status": 200, "headers": headers}
    answered(message)
    assert message == {"type": "http.response.start", "status": 200, "headers": [(b"set-cookie", b"_fbp=1")]}
    assert message["headers"] is headers


@pytest.mark.parametrize("message_type", ["http.response.trailers", "http.response.early_hint", "http.response.push"])
def test_trailers_hints_and_pushes_are_screened_and_get_no_added_headers(message_type):
    message = {"type": message_type, "headers": [(b"Set-Cookie ", b"_fbp=1"), (b"a", b"1")], "more_trailers": False}
    assert answered(message) == {**message, "headers": [(b"a", b"1")]}


def test_an_early_hint_leaves_the_choice_open_until_the_headers_go_out():
    async def app(scope, receive, send):
        await send({"type": "http.response.early_hint", "headers": [(b"link", b"x")], "links": []})
        assert consent_of(scope).grant("statistical") is True
        await send({"type": "http.response.start", "status": 200, "headers": [(b"set-cookie", b"_ga=1")]})

    messages = drive(wrap(CookieWardenMiddleware, app), http_scope()).messages
    assert set_cookies(messages[1]["headers"])[0] == b"_ga=1"


def test_what_the_app_returns_is_passed_on():
    returned = object()
    assert drive(wrap(CookieWardenMiddleware, sends(returned=returned)), http_scope()).returned is returned


def test_what_send_returns_is_passed_on():
    app = sends(
        {"type": "http.response.start", "status": 200, "headers": [(b"set-cookie", b"_fbp=1")]},
        {"type": "http.response.body", "body": b""},
        {"type": "http.something.new"},
    )
    given = object()
    drive(wrap(CookieWardenMiddleware, app), http_scope(), send_returns=given)
    assert app.handed_back == [given] * 3


def test_the_app_gets_the_very_scope_and_receive_of_the_server():
    app = sends()
    scope = http_scope()
    received = []

    async def recorder(scope, receive, send):
        received.append(receive)
        await wrap(CookieWardenMiddleware, app)(scope, receive, send)

    drive(recorder, scope)
    assert app.scope is scope
    assert app.receive is received[0]


@pytest.mark.parametrize("scope_type", ["lifespan", "something.new"])
def test_other_scopes_pass_untouched(scope_type):
    scope = {"type": scope_type, "asgi": {"version": "3.0"}, "state": {}}
    before = dict(scope)
    message = {"type": "http.response.start", "headers": [(b"set-cookie", b"_fbp=1")]}
    app = sends(message, returned="returned")
    seen = []

    async def recorder(scope, receive, send):
        seen.extend((receive, send))
        return await wrap(CookieWardenMiddleware, app)(scope, receive, send)

    driven = drive(recorder, scope)
    assert app.scope is scope
    assert scope == before
    assert [app.receive, app.send] == seen
    assert driven.messages[0] is message
    assert driven.returned == "returned"


def test_servers_see_a_coroutine_function():
    assert inspect.iscoroutinefunction(CookieWardenMiddleware.__call__)


class AppError(Exception):
    """What an app raises."""


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("before", [0, 1])
def test_what_the_app_raises_reaches_the_server(backend, before):
    messages = [{"type": "http.response.start", "status": 200, "headers": []}][:before]

    async def app(scope, receive, send):
        for message in messages:
            await send(message)
        raise AppError

    with pytest.raises(AppError):
        drive(wrap(CookieWardenMiddleware, app), http_scope(), backend)


def test_what_send_raises_reaches_the_app():
    async def app(scope, receive, send):
        with pytest.raises(OSError, match="gone"):
            await send({"type": "http.response.start", "status": 200, "headers": [(b"set-cookie", b"_fbp=1")]})
        return "seen"

    async def refuse(message):
        raise OSError("gone")

    async def server(scope, receive, send):
        return await wrap(CookieWardenMiddleware, app)(scope, receive, refuse)

    assert drive(server, http_scope()).returned == "seen"


def test_no_state_of_a_request_remains_for_the_next():
    async def app(scope, receive, send):
        if scope["path"] == "/grant":
            consent_of(scope).grant("statistical")
        await send({"type": "http.response.start", "status": 200, "headers": [(b"set-cookie", b"_ga=1")]})

    wrapped = wrap(CookieWardenMiddleware, app)
    first = drive(wrapped, http_scope(path="/grant")).messages[0]["headers"]
    second = drive(wrapped, http_scope()).messages[0]["headers"]
    assert set_cookies(first)[0] == b"_ga=1"
    assert set_cookies(second) == []


@pytest.mark.parametrize(
    "keys",
    [
        {"headers": []},
        {"headers": [(b"cookie", b"\xff\xfe;=;;cookies_preferences=\x00"), (b"cookie", b"")]},
        {"headers": [(b"host", b"\xff:::]["), (b"host", b"")]},
        {"headers": [], "server": None},
        {"headers": [], "server": ("/run/\udcff.sock", None)},
        {"headers": [], "scheme": None},
    ],
)
def test_an_odd_scope_is_answered(keys):
    message = {"type": "http.response.start", "status": 200, "headers": [(b"set-cookie", b"_fbp=1")]}
    policies = {"site": {"name": "Exampletown", "hosts": ["data.example.org"]}}
    wrapped = wrap(CookieWardenMiddleware, sends(message), policy=policies)
    assert drive(wrapped, http_scope(**keys)).messages[0]["headers"] == [(b"cache-control", b"private")]


@pytest.mark.parametrize("server", [None, ("/run/app.sock", None), ("/run/\udcff.sock", None)])
def test_a_request_for_a_host_without_a_policy_is_answered(server):
    message = {"type": "http.response.start", "status": 200, "headers": [(b"set-cookie", b"_fbp=1")]}
    wrapped = wrap(CookieWardenMiddleware, sends(message), policy=SET_OF_POLICIES)
    scope = http_scope(headers=[], server=server)
    assert drive(wrapped, scope).messages[0]["headers"] == [(b"cache-control", b"private")]


def test_a_websocket_that_is_closed_before_it_opens_records_no_choice(caplog):
    async def app(scope, receive, send):
        await send({"type": "websocket.close", "code": 1000})
        return consent_of(scope).grant("statistical")

    assert drive(wrap(CookieWardenMiddleware, app), http_scope(type="websocket")).returned is False
    assert "not recorded" in caplog.text


def test_a_scope_can_be_copied_deeply():
    scope = http_scope()
    drive(wrap(CookieWardenMiddleware, sends()), scope)
    copied = copy.deepcopy({key: value for key, value in scope.items() if key == KEY})
    assert copied[KEY] is scope[KEY]


def test_a_server_key_that_can_be_read_only_once_names_the_host_and_reaches_the_app():
    site = {**POLICY, "site": {"name": "A", "hosts": ["a.example"]}}
    seen = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"set-cookie", b"sid=1")]})
        seen.append(tuple(scope["server"]))

    policies = PolicySet([Policy.from_mapping(site)])
    wrapped = wrap(CookieWardenMiddleware, app, policy=policies)
    [start] = drive(wrapped, http_scope(headers=[], server=iter(("a.example", 80)))).messages
    assert start["headers"] == [(b"set-cookie", b"sid=1")]
    assert seen == [("a.example", 80)]


@pytest.mark.parametrize("count", [1, 62, 63, 64, 200])
@pytest.mark.parametrize(("destination", "is_deleted"), [(b"document", True), (b"empty", False)])
def test_a_document_is_recognized_by_its_header_among_any_number_of_others(count, destination, is_deleted):
    headers = [(b"cookie", f"{chosen()}; _ga=1".encode())] + [(b"x-%d" % number, b"1") for number in range(count)]
    headers.append((b"sec-fetch-dest", destination))
    wrapped = wrap(CookieWardenMiddleware, sends({"type": "http.response.start", "status": 200, "headers": []}))
    for _ in range(2):  # the middleware remembers the place of that header
        [start] = drive(wrapped, http_scope(headers=list(headers))).messages
        assert bool(set_cookies(start["headers"])) is is_deleted


def test_a_websocket_is_no_navigation_even_if_its_scope_has_a_method():
    async def app(scope, receive, send):
        await send({"type": "websocket.accept", "headers": []})

    driven = drive(wrap(CookieWardenMiddleware, app), http_scope(asking("theme=1"), type="websocket"))
    assert driven.messages == [{"type": "websocket.accept", "headers": []}]


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_cookie_headers_of_any_number_and_kind_are_read_as_one(kind):
    async def app(scope, receive, send):
        choices.append(consent_of(scope).allows("statistical"))

    choices = []
    pieces = [b"sid=1", chosen("statistical").encode(), *[b"a=1"] * 3]
    for given in ([pieces[1]], pieces, []):
        scope = http_scope()
        scope["headers"] += [(b"cookie", kind(piece)) for piece in given]
        drive(wrap(CookieWardenMiddleware, app), scope)
        assert scope[KEY].cookie_header == b"; ".join(given)
    assert choices == [True, True, False]


def test_messages_without_headers_are_handed_on_and_not_counted():
    async def app(scope, receive, send):
        consent_of(scope).allows("statistical")
        for number in range(10):
            await send({"type": "websocket.send", "text": str(number)})

    wrapped = wrap(CookieWardenMiddleware, app)
    driven = drive(wrapped, http_scope(type="websocket"))
    assert [message["text"] for message in driven.messages] == [str(number) for number in range(10)]
    assert wrapped._screener.reporter.counter.listed == []
