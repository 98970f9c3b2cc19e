"""The ASGI adapter's own duties: which messages it looks into, and what it must leave as it is."""

import copy
import inspect
from array import array

import pytest

from cookiewarden import Policy, PolicySet, consent_of
from cookiewarden.asgi import CookieWardenMiddleware
from cookiewarden.exchange import KEY
from exchanges import POLICY, drive, http_scope, set_cookies, wrap
from scenarios import SET_OF_POLICIES

BACKENDS = ["asyncio", "trio"]
STARTS = ["http.response.start", "websocket.accept", "websocket.http.response.start"]


def sends(*messages, returned=None):
    """An app that sends these messages; what ``send`` handed back is in ``app.handed_back``."""

    async def app(scope, receive, send):
        app.scope, app.receive, app.send = scope, receive, send
        app.handed_back = [await send(message) for message in messages]
        return returned

    return app


def scope_for(message_type):
    return http_scope(type="websocket" if message_type.startswith("websocket") else "http")


def answered(message, **options):
    """What reached the server in place of one message."""
    driven = drive(wrap(CookieWardenMiddleware, sends(message), **options), scope_for(message["type"]))
    assert len(driven.messages) == 1
    return driven.messages[0]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("message_type", STARTS)
def test_each_message_that_starts_an_answer_is_screened(message_type, backend):
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


def test_the_app_s_own_message_and_headers_are_not_written_to():
    headers = [(b"set-cookie", b"_fbp=1")]
    message = {"type": "http.response.start", "status": 200, "headers": headers}
    answered(message)
    assert message == {"type": "http.response.start", "status": 200, "headers": [(b"set-cookie", b"_fbp=1")]}
    assert message["headers"] is headers


@pytest.mark.parametrize(
    "message",
    [
        {"type": "http.response.start", "status": 204},
        {"type": "http.response.body", "body": b"Set-Cookie: _fbp=1", "more_body": True},
        {"type": "http.response.early_hint", "links": [b"</a.css>; rel=preload"]},
        {"type": "http.response.pathsend", "path": "/a"},
        {"type": "websocket.accept", "subprotocol": None},
        {"type": "websocket.send", "text": "set-cookie: _fbp=1"},
        {"type": "websocket.close", "code": 1000},
        {"type": "http.something.new", "payload": object()},
    ],
    ids=lambda message: message["type"],
)
def test_a_message_without_header_fields_goes_out_itself(message):
    assert answered(message) is message


@pytest.mark.parametrize("fields", [[(b"set-cookie", b"sid=1"), (b"etag", b"1")], ((b"set-cookie", b"sid=1"),), []])
@pytest.mark.parametrize("message_type", [*STARTS, "http.response.trailers"])
def test_fields_that_need_no_change_go_out_themselves_in_a_list_of_our_own(message_type, fields):
    out = answered({"type": message_type, "headers": fields, "more": True})
    assert out == {"type": message_type, "headers": list(fields), "more": True}
    assert out["headers"] is not fields
    assert all(left is field for left, field in zip(out["headers"], fields, strict=True))


async def append(message, sending):
    await sending
    message["headers"].append(LATE)


async def append_before_it_is_awaited(message, sending):
    message["headers"].append(LATE)
    await sending


async def replace_all(message, sending):
    await sending
    message["headers"] = [LATE]


LATE = (b"set-cookie", b"_fbp=1")


@pytest.mark.parametrize("change", [append, append_before_it_is_awaited, replace_all])
@pytest.mark.parametrize("fields", [[(b"set-cookie", b"sid=1")], []])
def test_what_an_app_changes_after_it_was_screened_does_not_go_out(change, fields):
    """Middleware outside may hold the start back until the body, as GZipMiddleware does, and so may servers."""

    async def app(scope, receive, send):
        message = {"type": "http.response.start", "status": 200, "headers": list(fields)}
        await change(message, send(message))

    [out] = drive(wrap(CookieWardenMiddleware, app), http_scope()).messages
    assert out["headers"] == fields


@pytest.mark.parametrize("message_type", ["http.response.trailers", "http.response.early_hint", "http.response.push"])
def test_later_and_earlier_fields_are_screened_and_nothing_is_added_to_them(message_type):
    message = {"type": message_type, "headers": [(b"Set-Cookie ", b"_fbp=1"), (b"a", b"1")], "more_trailers": False}
    assert answered(message) == {**message, "headers": [(b"a", b"1")]}


def test_an_early_hint_leaves_the_choice_open_until_the_headers_go_out():
    async def app(scope, receive, send):
        await send({"type": "http.response.early_hint", "headers": [(b"link", b"x")], "links": []})
        assert consent_of(scope).grant("statistical") is True
        await send({"type": "http.response.start", "status": 200, "headers": [(b"set-cookie", b"_ga=1")]})

    messages = drive(wrap(CookieWardenMiddleware, app), http_scope()).messages
    assert set_cookies(messages[1]["headers"])[0] == b"_ga=1"


@pytest.mark.parametrize("message_type", [*STARTS, "http.response.trailers"])
def test_headers_may_be_any_iterable_that_is_read_once(message_type):
    pairs = [(b"set-cookie", b"sid=1"), (b"set-cookie", b"_fbp=1"), (b"a", b"1")]
    message = {"type": message_type, "headers": (pair for pair in pairs)}
    assert list(answered(message)["headers"]) == [pairs[0], pairs[2]]


@pytest.mark.parametrize("message_type", [*STARTS, "http.response.trailers"])
def test_headers_that_are_read_once_and_need_no_change_still_arrive(message_type):
    pairs = [(b"set-cookie", b"sid=1"), (b"a", b"1")]
    assert list(answered({"type": message_type, "headers": iter(pairs)})["headers"]) == pairs


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (b"Set-Cookie", b"_fbp=1"),
        (b"SET-COOKIE ", b"_fbp=1"),
        (b"\tset-cookie\t", b"_fbp=1"),
        ("Set-Cookie", "_fbp=1"),
        ("set-cookie ", b"_fbp=1"),
        (bytearray(b"Set-Cookie"), bytearray(b"_fbp=1")),
        (memoryview(b"set-cookie"), memoryview(b"_fbp=1")),
        (b"set-cookie", "sid\u20ac=1"),
        (b"set-cookie", None),
        (b"set-cookie", 5),
    ],
)
@pytest.mark.parametrize("pair", [tuple, list])
def test_whatever_a_server_might_send_as_a_cookie_is_screened(name, value, pair):
    message = {"type": "http.response.start", "status": 200, "headers": [pair((name, value)), (b"a", b"1")]}
    assert answered(message)["headers"] == [(b"a", b"1"), (b"cache-control", b"private")]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Set-Cookie", "sid=1"),
        (bytearray(b"Set-Cookie"), bytearray(b"sid=1")),
        (memoryview(b"set-cookie"), memoryview(b"sid=1")),
        (bytearray(b"a"), 5),
    ],
)
def test_a_field_that_passes_is_the_same_object(name, value):
    pair = (name, value)
    message = {"type": "http.response.start", "status": 200, "headers": [(b"set-cookie", b"_fbp=1"), pair]}
    assert answered(message)["headers"][0] is pair


def test_what_the_app_returns_is_handed_on():
    returned = object()
    assert drive(wrap(CookieWardenMiddleware, sends(returned=returned)), http_scope()).returned is returned


def test_what_send_returns_is_handed_on():
    app = sends(
        {"type": "http.response.start", "status": 200, "headers": [(b"set-cookie", b"_fbp=1")]},
        {"type": "http.response.body", "body": b""},
        {"type": "http.something.new"},
    )
    given = object()
    drive(wrap(CookieWardenMiddleware, app), http_scope(), send_returns=given)
    assert app.handed_back == [given] * 3


def test_the_scope_and_receive_are_handed_on_themselves():
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


def test_no_state_of_one_request_stays_for_the_next():
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
def test_a_host_that_no_policy_speaks_for_is_answered(server):
    message = {"type": "http.response.start", "status": 200, "headers": [(b"set-cookie", b"_fbp=1")]}
    wrapped = wrap(CookieWardenMiddleware, sends(message), policy=SET_OF_POLICIES)
    scope = http_scope(headers=[], server=server)
    assert drive(wrapped, scope).messages[0]["headers"] == [(b"cache-control", b"private")]


def test_a_websocket_that_is_closed_unopened_records_no_choice(caplog):
    async def app(scope, receive, send):
        await send({"type": "websocket.close", "code": 1000})
        return consent_of(scope).grant("statistical")

    assert drive(wrap(CookieWardenMiddleware, app), http_scope(type="websocket")).returned is False
    assert "not recorded" in caplog.text


class Octets:
    def __bytes__(self):
        return b"set-cookie"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (list(b"set-cookie"), b"_fbp=1"),
        (array("B", b"set-cookie"), b"_fbp=1"),
        (Octets(), b"_fbp=1"),
        (b"set-cookie\x0b", b"_fbp=1"),
        (b"\x0cset-cookie", b"_fbp=1"),
        ("Set-Cookie\x1f", "_fbp=1"),
        (b"set-cookie", list(b"_fbp=1")),
        (b"set-cookie", 2**70),
        (b"set-cookie", 2**62),
        (b"set-cookie", None),
    ],
)
def test_what_a_server_makes_octets_of_or_strips_is_dropped_as_well(name, value):
    start = {"type": "http.response.start", "status": 200, "headers": [(b"set-cookie", b"sid=1"), (name, value)]}
    for _ in range(2):  # field names are remembered after the first time
        assert answered(start)["headers"] == [(b"set-cookie", b"sid=1")]


def test_a_field_name_with_a_leading_blank_is_dropped_only_where_it_continues_a_cookie():
    policy_field, cookie = (b" content-security-policy", b"default-src 'self'"), (b"set-cookie", b"sid=1; Max-Age=0")
    for fields, expected in ([[policy_field, cookie]] * 2, ([cookie, policy_field], [cookie])):
        message = {"type": "http.response.start", "status": 200, "headers": fields}
        assert answered(message)["headers"] == expected


def test_a_scope_can_be_copied_deeply():
    scope = http_scope()
    drive(wrap(CookieWardenMiddleware, sends()), scope)
    copied = copy.deepcopy({key: value for key, value in scope.items() if key == KEY})
    assert copied[KEY] is scope[KEY]


PAIRS = [(b"accept", b"text/html"), (b"cookie", b"a=1"), (b"host", b"x.example")]


@pytest.mark.parametrize(
    "make",
    [iter, tuple, lambda pairs: (pair for pair in pairs), lambda pairs: iter([iter(pair) for pair in pairs])],
    ids=["an iterator", "a tuple", "a generator", "an iterator of iterators"],
)
def test_request_fields_that_may_be_read_once_reach_the_app(make):
    seen = []

    async def app(scope, receive, send):
        seen.extend(tuple(field) for field in scope["headers"])

    drive(wrap(CookieWardenMiddleware, app), http_scope(headers=make(PAIRS)))
    assert seen == PAIRS


def test_a_server_that_may_be_read_once_names_the_host_and_reaches_the_app():
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
