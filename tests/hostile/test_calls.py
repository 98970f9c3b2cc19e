"""What would let one cookie through? Ideas for what apps, middlewares and servers do with calls, messages and objects.

Each is an app inside one adapter. The test reads what reaches the server as late as a server would. It does not repeat
what test_asgi and test_wsgi have already.
"""

import asyncio
import copy
import enum
import threading
from collections import UserDict, UserList
from wsgiref.headers import Headers

import pytest
from markupsafe import Markup

from cookiewarden import asgi, consent_of, wsgi
from exchanges import DOCUMENT, POLICY, SentRequest, drive, http_environ, http_scope, wrap
from scenarios import chosen

SID, GA = (b"set-cookie", b"sid=1"), (b"set-cookie", b"_ga=1")
BODY = {"type": "http.response.body", "body": b""}
LAX = {**POLICY, "cookies": [{"name": "*", "category": "necessary", "purpose": "p"}]}
REFUSED, GRANTED = SentRequest(cookies=(chosen(),)), SentRequest(cookies=(chosen("statistical"),))


def start(*headers, **keys):
    return {"type": "http.response.start", "status": 200, "headers": list(headers), **keys}


def answering(*messages):
    async def app(scope, receive, send):
        for message in messages:
            await send(message)

    return app


class Name(enum.StrEnum):
    """A header name that is a member of an enum, as in some libraries."""

    SET_COOKIE = "Set-Cookie"


class Liar(list):
    """A list that yields its first header when it is first read, and then its second."""

    times = 0

    def __iter__(self):
        self.times += 1
        return iter([self[min(self.times, 2) - 1]])


class NoDict(UserDict):
    """A message that is a mapping but not a dict."""


async def in_a_task(scope, receive, send):
    await asyncio.create_task(send(start(GA, SID)))


async def in_two_tasks(scope, receive, send):
    await asyncio.gather(send(start(GA, SID)), send(start(SID, GA)))


async def from_a_thread(scope, receive, send):
    loop = asyncio.get_running_loop()
    await asyncio.to_thread(lambda: asyncio.run_coroutine_threadsafe(_sent(send, start(GA, SID)), loop).result(60))


async def _sent(send, message):
    return await send(message)


async def with_another_exchange(scope, receive, send):
    scope["cookiewarden.exchange"] = None
    await send(start(GA, SID))


async def with_another_type(scope, receive, send):
    scope["type"] = "lifespan"
    await send(start(GA, SID))


async def with_a_cookie_of_its_own(scope, receive, send):
    assert consent_of(scope).allows("statistical") is False
    scope["headers"] = http_scope(GRANTED)["headers"]
    await send(start(GA, SID))


async def through_a_copy_of_the_scope(scope, receive, send):
    inner = copy.copy(scope) | {"path": "/inner", "root_path": "/mounted"}
    assert consent_of(inner).is_decided
    await answering(start(GA, SID))(inner, receive, send)


async def with_a_sub_request(scope, receive, send):
    async def collect(message):
        headers.extend(message.get("headers", ()))

    headers = []
    inner = wrap(asgi.CookieWardenMiddleware, answering(start(GA, SID)), policy=LAX)
    await inner(http_scope(), receive, collect)
    await send(start(*headers))


async def under_a_laxer_wrapper_inside(scope, receive, send):
    await wrap(asgi.CookieWardenMiddleware, answering(start(GA, SID)), policy=LAX)(scope, receive, send)


async def under_a_wrapper_inside_that_grants(scope, receive, send):
    async def grants(scope, receive, send):
        assert consent_of(scope).grant("statistical")
        await send(start(GA, SID, (b"cache-control", b"no-store")))

    async def without_choice(message):
        message["headers"] = [header for header in message["headers"] if b"preferences" not in header[1]]
        await send(message)

    await wrap(asgi.CookieWardenMiddleware, grants)(scope, receive, without_choice)


async def after_a_withdrawal(scope, receive, send):
    consent_of(scope).grant("statistical")
    consent_of(scope).withdraw()
    await send(start(GA, SID, (b"set-cookie", b"cookies_preferences=; Max-Age=0")))


async def after_the_choice_came_too_late(scope, receive, send):
    await send(start(SID))
    assert consent_of(scope).grant("statistical") is False
    await send(start(GA))


MESSAGE = start(GA, SID)
ASGI = [
    ("a second start", answering(start(SID), start(GA)), [SID]),
    ("a start after the body", answering(start(SID), BODY, start(GA)), [SID]),
    ("an informational start, before the other", answering(start(GA, status=103), start(SID), BODY), [SID]),
    *((f"a start with status {status}", answering(start(GA, SID, status=status)), [SID]) for status in (204, 304, 101)),
    ("trailers, more of them", answering(start(SID, trailers=True), BODY, {"type": "http.response.trailers",
     "headers": [GA], "more_trailers": True}, {"type": "http.response.trailers", "headers": [GA]}), [SID]),
    ("an unknown kind of message", answering({"type": "http.response.hint2", "headers": [GA]}), []),
    ("a start on the wrong kind of scope", answering({"type": "websocket.accept", "headers": [GA, SID]}), [SID]),
    ("one message sent twice, as a constant of the app", answering(MESSAGE, MESSAGE), [SID, SID]),
    ("headers that are the items of a dict", answering({**start(), "headers": {b"Set-Cookie": b"_ga=1"}.items()}), []),
    ("headers in a UserList", answering({**start(), "headers": UserList([GA, SID])}), [SID]),
    ("headers in a list that changes when read again", answering({**start(), "headers": Liar([SID, GA])}), [SID]),
    ("headers from an iterator", answering({**start(), "headers": map(tuple, [list(GA), list(SID)])}), [SID]),
    ("a message that is not a dict", answering(NoDict(start(GA, SID))), [SID]),
    ("a name that is an enum member", answering(start((Name.SET_COOKIE, "_ga=1"), (Name.SET_COOKIE, "sid=1"))), [SID]),
    ("a value that is safe markup", answering(start((b"set-cookie", Markup("_ga=1")), SID)), [SID]),
    ("a triple", answering(start((b"set-cookie", b"sid=1"), (b"a", b"1"), (b"a", b"1", b"set-cookie"))), [SID]),
    ("a pseudo-header", answering(start((b":set-cookie", b"_ga=1"), (b":status", b"200"), SID)), [SID]),
    ("an older name that browsers ignore", answering(start((b"Set-Cookie2", b"_ga=1"), SID)), [SID]),
    ("a name with an underscore", answering(start((b"Set_Cookie", b"_ga=1"), SID)), [SID]),
    ("sent in a task", in_a_task, [SID]),
    ("sent in two tasks at once", in_two_tasks, [SID, SID]),
    ("sent from another thread", from_a_thread, [SID]),
    ("the scope loses what we put there", with_another_exchange, [SID]),
    ("the scope becomes another kind", with_another_type, [SID]),
    ("the app puts a granting cookie into the scope after it asked", with_a_cookie_of_its_own, [SID]),
    ("a copy of the scope for an inner app", through_a_copy_of_the_scope, [SID]),
    ("headers that a sub-request brought, under a laxer policy", with_a_sub_request, [SID]),
    ("a laxer wrapper inside", under_a_laxer_wrapper_inside, [SID]),
    ("a wrapper inside that accepted a grant", under_a_wrapper_inside_that_grants, [SID]),
    ("a grant that was withdrawn", after_a_withdrawal, [SID]),
    ("a choice after the start, and a second start", after_the_choice_came_too_late, [SID]),
]  # fmt: skip


@pytest.mark.parametrize(("words", "app", "left"), ASGI, ids=[words for words, *_ in ASGI])
def test_no_call_of_asgi_lets_a_cookie_through(words, app, left):
    messages = drive(wrap(asgi.CookieWardenMiddleware, app, pages=None), http_scope(REFUSED)).messages
    names = (b"set-cookie", "set-cookie")
    headers = [header for message in messages for header in message.get("headers", ())]
    lines = [header[1] for header in headers if header[0].lower() in names]
    lines = [line for line in lines if b"preferences" not in _as_bytes(line)]
    assert [_as_bytes(line) for line in lines] == [line for _, line in left]


def _as_bytes(value):
    return value.encode("latin-1") if isinstance(value, str) else value


def test_an_accepted_websocket_sets_only_what_its_visitor_granted():
    accept = {"type": "websocket.accept", "headers": [GA, SID], "subprotocol": "chat"}
    wrapped = wrap(asgi.CookieWardenMiddleware, answering(accept), pages=None)
    for request, left in ((GRANTED, [GA, SID, (b"cache-control", b"private")]), (REFUSED, [SID])):
        assert drive(wrapped, http_scope(request, type="websocket")).messages[0]["headers"] == left


TEXT_SID, TEXT_GA = ("Set-Cookie", "sid=1"), ("Set-Cookie", "_ga=1")
BOTH = [TEXT_GA, TEXT_SID]


class Late:
    """A body that calls ``start_response`` when it is read, and again when it is closed."""

    def __init__(self, start_response):
        self._start_response = start_response

    def __iter__(self):
        self._start_response("200 OK", list(BOTH))
        yield b""

    def close(self):
        """Close."""
        self._start_response("500 Late", list(BOTH), (None, None, None))


def in_another_thread(environ, start_response):
    thread = threading.Thread(target=start_response, args=("200 OK", list(BOTH)))
    thread.start()
    thread.join()
    return []


def with_a_changed_environ(environ, start_response):
    assert consent_of(environ).allows("statistical") is False
    environ["HTTP_COOKIE"] = chosen("statistical")
    del environ["cookiewarden.exchange"]
    start_response("200 OK", list(BOTH))
    return []


def with_a_copied_environ(environ, start_response):
    inner = dict(environ, PATH_INFO="/inner")
    assert consent_of(inner).is_decided
    start_response("200 OK", list(BOTH))
    return []


def under_a_laxer_wrapper(environ, start_response):
    return wrap(wsgi.CookieWardenMiddleware, _starts("200 OK", list(BOTH)), policy=LAX)(environ, start_response)


def _starts(*arguments):
    def app(environ, start_response):
        start_response(*arguments)
        return []

    return app


WSGI = [
    (
        "started by reading and closing the body",
        lambda environ, start_response: Late(start_response),
        ["sid=1", "sid=1"],
    ),
    ("answered by another thread", in_another_thread, ["sid=1"]),
    ("headers as wsgiref keeps them", _starts("200 OK", Headers(list(BOTH)).items()), ["sid=1"]),
    ("headers in a list that changes when read again", _starts("200 OK", Liar([TEXT_SID, TEXT_GA])), ["sid=1"]),
    ("headers in a UserList", _starts("200 OK", UserList(BOTH)), ["sid=1"]),
    ("names and values as bytes", _starts("200 OK", [GA, SID]), ["sid=1"]),
    ("names of one kind, values of the other", _starts("200 OK", [("Set-Cookie", b"_ga=1"), (b"A", "1")]), []),
    (
        "names that are enum members",
        _starts("200 OK", [(Name.SET_COOKIE, "_ga=1"), (Name.SET_COOKIE, "sid=1")]),
        ["sid=1"],
    ),
    ("values that are safe markup", _starts("200 OK", [("Set-Cookie", Markup("_ga=1"))]), []),
    ("the environ is changed after the app asked", with_a_changed_environ, ["sid=1"]),
    ("the environ is copied", with_a_copied_environ, ["sid=1"]),
    ("a laxer wrapper inside", under_a_laxer_wrapper, ["sid=1"]),
    ("a status without a phrase", _starts("304", list(BOTH)), ["sid=1"]),
    ("an informational status", _starts("103 Early Hints", list(BOTH)), ["sid=1"]),
]


@pytest.mark.parametrize(("words", "app", "left"), WSGI, ids=[words for words, *_ in WSGI])
def test_no_call_of_wsgi_lets_a_cookie_through(words, app, left):
    calls = []
    environ = http_environ(SentRequest(cookies=REFUSED.cookies, headers=DOCUMENT))
    body = wrap(wsgi.CookieWardenMiddleware, app, pages=None)(environ, lambda *arguments: calls.append(arguments))
    assert b"".join(body) == b""
    getattr(body, "close", int)()
    headers = [header for _, given, *_ in calls for header in given]
    lines = [_as_bytes(value) for name, value in headers if _as_bytes(name).lower() == b"set-cookie"]
    assert [line for line in lines if b"preferences" not in line] == [line.encode() for line in left]


def test_the_constants_of_these_apps_stay_unchanged():
    assert start(GA, SID) == MESSAGE
    assert BOTH == [TEXT_GA, TEXT_SID]
