"""Headers through the ASGI adapter: of any type, and whatever an app does to them after it has sent them."""

from array import array

import pytest

from asgi_messages import STARTS, answered
from cookiewarden.asgi import CookieWardenMiddleware
from exchanges import drive, http_scope, wrap
from scenarios import chosen


@pytest.mark.parametrize(
    "message",
    [
        {"type": "http.response.body", "body": b"Set-Cookie: _fbp=1", "more_body": True},
        {"type": "http.response.pathsend", "path": "/a"},
        {"type": "websocket.send", "text": "set-cookie: _fbp=1"},
        {"type": "websocket.close", "code": 1000},
        {"type": "http.something.new", "payload": object()},
    ],
    ids=lambda message: message["type"],
)
def test_a_message_of_a_type_without_headers_goes_out_unchanged(message):
    assert answered(message) is message


@pytest.mark.parametrize(
    "message",
    [
        {"type": "http.response.start", "status": 204},
        {"type": "http.response.trailers", "more_trailers": False},
        {"type": "http.response.early_hint", "links": [b"</a.css>; rel=preload"]},
        {"type": "http.response.push", "path": "/a"},
        {"type": "websocket.accept", "subprotocol": None},
        {"type": "websocket.http.response.start", "status": 403},
    ],
    ids=lambda message: message["type"],
)
def test_headers_that_an_app_adds_to_a_sent_message_do_not_go_out(message):
    sent = dict(message)
    out = answered(message)
    message["headers"] = [LATE]
    assert out == sent


@pytest.mark.parametrize("headers", [[(b"set-cookie", b"sid=1"), (b"etag", b"1")], ((b"set-cookie", b"sid=1"),), []])
@pytest.mark.parametrize("message_type", [*STARTS, "http.response.trailers"])
def test_headers_that_need_no_change_go_out_as_they_are_in_a_new_list(message_type, headers):
    out = answered({"type": message_type, "headers": headers, "more": True})
    assert out == {"type": message_type, "headers": list(headers), "more": True}
    assert out["headers"] is not headers
    assert all(left is header for left, header in zip(out["headers"], headers, strict=True))


LATE = (b"set-cookie", b"_fbp=1")


async def append(message, sending):
    await sending
    message["headers"].append(LATE)


async def append_before_it_is_awaited(message, sending):
    message["headers"].append(LATE)
    await sending


async def replace_all(message, sending):
    await sending
    message["headers"] = [LATE]


@pytest.mark.parametrize("change", [append, append_before_it_is_awaited, replace_all])
@pytest.mark.parametrize("headers", [[(b"set-cookie", b"sid=1")], []])
def test_what_an_app_changes_after_the_screening_does_not_go_out(change, headers):
    """A server or an outer middleware may hold the start back until the body comes, as GZipMiddleware does."""

    async def app(scope, receive, send):
        message = {"type": "http.response.start", "status": 200, "headers": list(headers)}
        await change(message, send(message))

    [out] = drive(wrap(CookieWardenMiddleware, app), http_scope()).messages
    assert out["headers"] == headers


def pair_of_a_list():
    header = [b"x-a", b"1"]
    return header, lambda: header.__setitem__(slice(None), LATE), (b"x-a", b"1")


def cookie_in_a_list():
    header = [b"set-cookie", b"sid=1"]
    return header, lambda: header.__setitem__(1, b"_fbp=1"), (b"set-cookie", b"sid=1")


def name_that_becomes_set_cookie():
    name = bytearray(b"x-a")
    return (name, b"_fbp=1"), lambda: name.__setitem__(slice(None), b"set-cookie"), (b"x-a", b"_fbp=1")


def name_in_a_view():
    name = bytearray(b"x-a-cookie")
    return (memoryview(name), b"_fbp=1"), lambda: name.__setitem__(slice(None), b"set-cookie"), (bytes(name), b"_fbp=1")


def value_of_a_cookie():
    value = bytearray(b"sid=1")
    return (b"set-cookie", value), lambda: value.__setitem__(slice(None), b"_fbp=1"), (b"set-cookie", b"sid=1")


def value_in_a_view():
    value = bytearray(b"sid=1 ")
    return (
        (b"set-cookie", memoryview(value)),
        lambda: value.__setitem__(slice(None), b"_fbp=1"),
        (
            b"set-cookie",
            b"sid=1 ",
        ),
    )


def value_of_another_header():
    value = bytearray(b"private")
    return (b"cache-control", value), lambda: value.__setitem__(slice(None), b"public"), (b"cache-control", b"private")


@pytest.mark.parametrize(
    "beside", [[], [LATE], [(b"a", b"1")]], ids=["alone", "beside a blocked one", "beside another"]
)
@pytest.mark.parametrize(
    "changing",
    [
        pair_of_a_list,
        cookie_in_a_list,
        name_that_becomes_set_cookie,
        name_in_a_view,
        value_of_a_cookie,
        value_in_a_view,
        value_of_another_header,
    ],
)
@pytest.mark.parametrize("message_type", [*STARTS, "http.response.trailers", "http.response.early_hint"])
def test_a_header_that_an_app_changes_after_sending_it_goes_out_as_it_was_screened(message_type, changing, beside):
    header, change, expected = changing()
    out = answered({"type": message_type, "headers": [header, *beside]})["headers"]
    change()
    assert out[0] == expected
    assert [type(one) for one in (out[0], *out[0])] == [tuple, bytes, bytes]
    assert LATE not in out


@pytest.mark.parametrize("header", [None, 5, b"set-cookie: _fbp=1", (b"set-cookie",), [b"set-cookie"], {b"a": b"1"}])
@pytest.mark.parametrize("beside", [(b"a", b"1"), [b"a", b"1"]])
def test_what_is_not_a_pair_is_left_to_the_server_to_refuse(header, beside):
    out = answered({"type": "http.response.start", "status": 200, "headers": [header, beside]})["headers"]
    assert out[0] is header
    assert out[1] == (b"a", b"1")


class OnlyIterable:
    """A pair that has no items by number."""

    def __init__(self, *pair):
        self.pair = pair

    def __iter__(self):
        return iter(self.pair)

    def __getitem__(self, index):
        raise AttributeError(index)


def test_a_pair_may_be_any_iterable():
    sent = [OnlyIterable(b"set-cookie", b"_fbp=1"), OnlyIterable(b"a", b"1")]
    for headers in (sent, sent[::-1]):
        out = answered({"type": "http.response.start", "status": 200, "headers": headers})["headers"]
        assert [tuple(header) for header in out] == [(b"a", b"1"), (b"cache-control", b"private")]


@pytest.mark.parametrize("message_type", [*STARTS, "http.response.trailers"])
def test_headers_may_be_an_iterable_that_can_be_read_only_once(message_type):
    pairs = [(b"set-cookie", b"sid=1"), (b"set-cookie", b"_fbp=1"), (b"a", b"1")]
    message = {"type": message_type, "headers": (pair for pair in pairs)}
    assert list(answered(message)["headers"]) == [pairs[0], pairs[2]]


@pytest.mark.parametrize("message_type", [*STARTS, "http.response.trailers"])
def test_headers_that_can_be_read_only_once_arrive_without_a_change(message_type):
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
def test_whatever_a_server_may_send_as_a_cookie_is_screened(name, value, pair):
    message = {"type": "http.response.start", "status": 200, "headers": [pair((name, value)), (b"a", b"1")]}
    assert answered(message)["headers"] == [(b"a", b"1"), (b"cache-control", b"private")]


@pytest.mark.parametrize(
    ("name", "value"),
    [("Set-Cookie", "sid=1"), (b"Set-Cookie ", b"sid=1"), ("a", b"1"), (b"a", 5), (b"a", None)],
)
def test_a_header_that_passes_is_the_same_object(name, value):
    pair = (name, value)
    message = {"type": "http.response.start", "status": 200, "headers": [(b"set-cookie", b"_fbp=1"), pair]}
    assert answered(message)["headers"][0] is pair


class HasBytes:
    def __bytes__(self):
        return b"set-cookie"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (list(b"set-cookie"), b"_fbp=1"),
        (array("B", b"set-cookie"), b"_fbp=1"),
        (HasBytes(), b"_fbp=1"),
        (b"set-cookie\x0b", b"_fbp=1"),
        (b"\x0cset-cookie", b"_fbp=1"),
        ("Set-Cookie\x1f", "_fbp=1"),
        (b"set-cookie", list(b"_fbp=1")),
        (b"set-cookie", 2**70),
        (b"set-cookie", 2**62),
        (b"set-cookie", None),
    ],
)
def test_what_a_server_converts_to_bytes_or_strips_is_dropped_too(name, value):
    start = {"type": "http.response.start", "status": 200, "headers": [(b"set-cookie", b"sid=1"), (name, value)]}
    for _ in range(2):  # the middleware remembers header names after the first time
        assert answered(start)["headers"] == [(b"set-cookie", b"sid=1")]


def test_a_header_name_with_a_leading_blank_is_dropped_only_if_it_continues_a_cookie():
    policy_header, cookie = (b" content-security-policy", b"default-src 'self'"), (b"set-cookie", b"sid=1; Max-Age=0")
    for headers, expected in ([[policy_header, cookie]] * 2, ([cookie, policy_header], [cookie])):
        message = {"type": "http.response.start", "status": 200, "headers": headers}
        assert answered(message)["headers"] == expected


PAIRS = [(b"accept", b"text/html"), (b"cookie", b"a=1"), (b"host", b"x.example")]


@pytest.mark.parametrize(
    "make",
    [iter, tuple, lambda pairs: (pair for pair in pairs), lambda pairs: iter([iter(pair) for pair in pairs])],
    ids=["an iterator", "a tuple", "a generator", "an iterator of iterators"],
)
def test_request_headers_that_can_be_read_only_once_reach_the_app(make):
    seen = []

    async def app(scope, receive, send):
        seen.extend(tuple(header) for header in scope["headers"])

    drive(wrap(CookieWardenMiddleware, app), http_scope(headers=make(PAIRS)))
    assert seen == PAIRS


@pytest.mark.parametrize("make", [iter, list, lambda pairs: iter([iter(pair) for pair in pairs])])
def test_an_app_that_removes_request_headers_does_not_remove_consent(make):
    async def app(scope, receive, send):
        scope["headers"].clear()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"set-cookie", b"_ga=1")]})

    headers = [(b"host", b"data.example.org"), (b"cookie", chosen("statistical").encode())]
    [start] = drive(wrap(CookieWardenMiddleware, app), http_scope(headers=make(headers))).messages
    assert start["headers"] == [(b"set-cookie", b"_ga=1"), (b"cache-control", b"private")]
