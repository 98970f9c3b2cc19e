"""Where only a slash tells a path from one of our pages, the app goes first, and a 404 becomes a redirect."""

import pytest

from cookiewarden import asgi, wsgi
from exchanges import SentRequest, drive, http_environ, http_scope, wrap

PATHS = pytest.mark.parametrize("path", ["/cookies/", "/cookies/preferences/", "/cookies/banner/"])


class Body:
    """A body that says what was done with it."""

    def __init__(self, parts, start=None):
        self.parts, self.start, self.is_closed, self.read = parts, start, False, 0

    def __iter__(self):
        if self.start is not None:
            self.start()
        for part in self.parts:
            self.read += 1
            yield part

    def close(self):
        self.is_closed = True


class Wsgi:
    """A wrapped WSGI app that answers with one status, at once or when its body is read."""

    def __init__(self, status, is_late=False):
        self.status, self.is_late, self.sent = status, is_late, []
        self.wrapped = wrap(wsgi.CookieWardenMiddleware, self)

    def __call__(self, environ, start_response):
        def start():
            self.write = start_response(self.status, [("Set-Cookie", "sid=1"), ("Set-Cookie", "_fbp=1")])

        if not self.is_late:
            start()
        self.body = Body([b"its", b" own"], start if self.is_late else None)
        return self.body

    def ask(self, path, method="GET"):
        environ = http_environ(SentRequest(path=path, method=method))
        result = self.wrapped(environ, lambda *start: self.sent.append(start) or (lambda data: None))
        self.result = result
        body = b"".join(result)
        if hasattr(result, "close"):
            result.close()
        [(status, headers, *_)] = self.sent
        return status, dict(headers), body


@PATHS
@pytest.mark.parametrize("is_late", [False, True])
@pytest.mark.parametrize("status", ["200 OK", "302 Found", "403 Forbidden", "405 Method Not Allowed", "500 Oops"])
def test_a_page_of_a_wsgi_app_is_not_redirected(path, status, is_late):
    app = Wsgi(status, is_late)
    assert app.ask(path) == (status, {"Set-Cookie": "sid=1"}, b"its own")
    assert app.body.is_closed
    assert is_late or app.result is app.body  # so wsgi.file_wrapper still works


@PATHS
@pytest.mark.parametrize("is_late", [False, True])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_a_404_of_a_wsgi_app_becomes_a_redirect(path, is_late, method):
    app = Wsgi("404 Not Found", is_late)
    status, headers, body = app.ask(path, method)
    assert (status, headers["Location"], body) == ("308 Permanent Redirect", path[:-1], b"")
    assert "Set-Cookie" not in headers
    assert app.body.is_closed
    assert app.body.read == int(is_late)
    app.write(b"dropped")


def started_by(app):
    """Return how a wrapped WSGI app, asked for ``/cookies/``, starts its responses, and its body."""
    sent = []
    wrapped = wrap(wsgi.CookieWardenMiddleware, app)
    body = b"".join(wrapped(http_environ(SentRequest(path="/cookies/")), lambda *start: sent.append(start)))
    return [start[0] for start in sent], body


@pytest.mark.parametrize(
    ("statuses", "started"),
    [
        (["200 OK", "404 Not Found"], ["200 OK", "404 Not Found"]),
        (["404 Not Found", "500 Oops"], ["500 Oops"]),
        (["404 Not Found", "404 Not Found"], ["308 Permanent Redirect"]),
    ],
)
def test_a_wsgi_app_may_replace_its_response(statuses, started):
    def app(environ, start_response):
        for number, status in enumerate(statuses):
            error = ValueError, ValueError(), None
            start_response(status, [("Set-Cookie", "_fbp=1")], *[error] * bool(number))
        return [b"its own"]

    is_dropped = started == ["308 Permanent Redirect"]
    assert started_by(app) == (started, b"" if is_dropped else b"its own")


def test_a_wsgi_app_that_starts_its_404_too_late_is_not_dropped():
    def app(environ, start_response):
        yield b""
        start_response("404 Not Found", [])
        yield b"its own"

    assert started_by(app) == (["404 Not Found"], b"its own")


def test_a_wsgi_app_that_fails_while_it_begins_is_closed():
    class Failing(Body):
        def __iter__(self):
            raise RuntimeError("no")

    body = Failing([])
    wrapped = wrap(wsgi.CookieWardenMiddleware, lambda environ, start_response: body)
    with pytest.raises(RuntimeError, match="no"):
        wrapped(http_environ(SentRequest(path="/cookies/")), lambda *start: None)
    assert body.is_closed


def asked_by_asgi(status, path, method="GET"):
    """Return the messages of a wrapped ASGI app that reads the whole body and answers with this status."""

    async def app(scope, receive, send):
        await receive()
        headers = [(b"set-cookie", b"sid=1"), (b"set-cookie", b"_fbp=1")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"its", "more_body": True})
        await send({"type": "http.response.body", "body": b" own"})

    wrapped = wrap(asgi.CookieWardenMiddleware, app)
    return drive(wrapped, http_scope(SentRequest(path=path, method=method)), body=b"choice=accept").messages


@PATHS
@pytest.mark.parametrize("status", [200, 302, 403, 405, 500])
def test_a_page_of_an_asgi_app_is_not_redirected(path, status):
    start, *bodies = asked_by_asgi(status, path)
    assert (start["status"], start["headers"]) == (status, [(b"set-cookie", b"sid=1")])
    assert b"".join(body["body"] for body in bodies) == b"its own"


@PATHS
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_a_404_of_an_asgi_app_becomes_a_redirect(path, method):
    start, body = asked_by_asgi(404, path, method)
    headers = dict(start["headers"])
    assert (start["status"], headers[b"location"], body["body"]) == (308, path[:-1].encode(), b"")
    assert b"set-cookie" not in headers


def test_an_asgi_response_that_began_is_not_dropped():
    async def app(scope, receive, send):
        for status in (200, 404):
            await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b"its own"})

    scope = http_scope(SentRequest(path="/cookies/"))
    messages = drive(wrap(asgi.CookieWardenMiddleware, app), scope).messages
    assert [one.get("status") for one in messages] == [200, 404, None]
